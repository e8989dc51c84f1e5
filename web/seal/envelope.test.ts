import assert from "node:assert/strict";
import test from "node:test";

import envelopes from "../../seal/testdata/envelope.json";
import parcels from "../../seal/testdata/parcels.json";
import sizes from "../../seal/testdata/sizes.json";
import work from "../../seal/testdata/work.json";
import { type Bytes, concat, sha256, text, utf8 } from "../src/bytes";
import { recipientOf } from "./age";
import { envelopeSize, headSize, open, read, seal, Unreadable } from "./envelope";
import { padded } from "./padme";
import { base64url, encodeHead, type Head } from "./parcel";
import { type Attachment, pack, readMessage, type Message } from "./report";
import { archive, archiveSize, fileMember, members, type Member } from "./tar";
import { solve, zeroBits } from "./work";

const bytes = (written: string): Bytes => new Uint8Array(Buffer.from(written, "base64url"));
const secret = crypto.getRandomValues(new Uint8Array(32));
const office = recipientOf(secret);

async function sealed(of: Member[], to = office): Promise<Bytes> {
  const pieces: Bytes[] = [];
  await seal(to, of, async (piece) => void pieces.push(piece));
  return concat(...pieces);
}

// noise is n bytes that cannot be told from random ones.
function noise(n: number): Bytes {
  const b = new Uint8Array(n);
  for (let at = 0; at < n; at += 65536) crypto.getRandomValues(b.subarray(at, at + 65536));
  return b;
}

const some = (...lengths: number[]): Member[] => [
  { name: "report.json", content: new Blob([utf8(`{"v":1}`)]) },
  ...lengths.map((n, i) => ({ name: fileMember(i + 1), content: new Blob([noise(n)]) })),
];

const contents = (of: Member[]) => Promise.all(of.map(async ({ name, content }) => [name, new Uint8Array(await content.arrayBuffer())]));

test("lengths are padded as in Go", () => {
  for (const v of sizes) {
    assert.equal(padded(v.content), v.padded, `${v.content}`);
    assert.equal(headSize + v.padded + Math.ceil(v.padded / 65536) * 16, v.envelope);
  }
});

test("padding costs 12 % at most, and padded lengths stay", () => {
  for (let n = 8192; n < 2 ** 28; n = Math.floor(n * 1.013) + 1) {
    assert.ok(padded(n) >= n && padded(n) <= n * 1.12, `${n}`);
    assert.equal(padded(padded(n)), padded(n));
  }
});

test("an envelope of Go is opened, and its archive is the one made here", async () => {
  const identity = envelopes.identity;
  const { bech32 } = await import("@scure/base");
  const seed = bech32.decodeToBytes(identity).bytes as Bytes;
  const opened = await open(seed, new Blob([bytes(envelopes.envelope)]));
  const want = [utf8(envelopes.document), ...envelopes.files.map(bytes)];
  assert.deepEqual((await contents(opened)).map(([, c]) => c), want);
  const again = new Uint8Array(await new Blob(archive(opened)).arrayBuffer());
  assert.deepEqual(again, bytes(envelopes.content).slice(0, archiveSize(opened)));
});

for (const lengths of [[], [0], [1], [511, 512, 513], [65536], [3_000_000], new Array<number>(20).fill(7)]) {
  test(`what is sealed is opened: files of ${lengths}`, async () => {
    const of = some(...lengths);
    const envelope = await sealed(of);
    assert.equal(envelope.length, envelopeSize(of));
    assert.deepEqual(await contents(await open(secret, new Blob([envelope]))), await contents(of));
  });
}

test("no envelope is opened that was changed, cut, lengthened or is for another", async () => {
  const of = some(70_000);
  const envelope = await sealed(of);
  const refused = (b: Bytes, key = secret) => assert.rejects(open(key, new Blob([b])));
  await refused(envelope, noise(32));
  for (let i = 0; i < 60; i++) {
    const at = Math.floor((envelope.length * i) / 60) + (i % 7);
    const changed = envelope.slice();
    changed[at]! ^= 1 << i % 8;
    await refused(changed);
    await refused(envelope.slice(0, at));
  }
  await refused(concat(envelope, utf8("x")));
});

test("sealing holds little at a time", async () => {
  let held = 0;
  const big = { size: 40_000_000, slice: (from: number, to: number) => ({ arrayBuffer: async () => ((held = Math.max(held, to - from)), new ArrayBuffer(Math.min(to, 40_000_000) - from)) }) };
  let largest = 0;
  await seal(office, [...some(), { name: "files/01", content: big as unknown as Blob }], async (p) => void (largest = Math.max(largest, p.length)));
  assert.ok(held <= 65536 && largest <= 65552, `${held} ${largest}`);
});

test("a file that is gone is named", async () => {
  const gone = { name: "IMG_1.jpg", size: 100_000, slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };
  const failed = sealed([...some(), { name: "files/01", content: gone as unknown as Blob }]);
  await assert.rejects(failed, (e) => e instanceof Unreadable && e.message === "IMG_1.jpg");
  const shorter = { name: "x", size: 100_000, slice: () => new Blob(["short"]) };
  await assert.rejects(async () => {
    for await (const part of read(shorter as unknown as Blob)) assert.ok(part);
  }, Unreadable);
});

test("archives of another form are refused", async () => {
  const good = async (of: Member[]) => {
    const n = archiveSize(of);
    return new Uint8Array(await new Blob([...archive(of), new Uint8Array(padded(n) - n)]).arrayBuffer());
  };
  const one = await good(some(10));
  await members(new Blob([one]));
  for (const [at, byte] of [[0, 0x52], [100, 0x37], [156, 0x35], [157, 1], [345, 1], [500, 1], [512 + 100, 1], [one.length - 1, 1]] as const) {
    const bad = one.slice();
    bad[at] = byte;
    await assert.rejects(members(new Blob([bad])), `byte ${at}`);
  }
  const [report, file] = some(10) as [Member, Member];
  const refused = [
    [file],
    [report, { ...file, name: "files/02" }],
    [report, { ...file, name: "../x" }],
    some(...new Array<number>(21).fill(1)),
    [{ ...report, content: new Blob([noise(262_145)]) }],
  ];
  for (const of of refused) await assert.rejects(async () => members(new Blob([await good(of)])), of.map((m) => m.name).join());
});

test("a document is packed without what is empty, with its files described", async () => {
  const picture = utf8("a file");
  const attachments: Attachment[] = [
    { name: "C:\\x\\foto.jpg", content: new Blob([picture], { type: "image/jpeg" }), stripped: false, meta: { taken: "2024", place: "" } },
    { name: "..", content: new Blob([], { type: "No Type" }), stripped: true, meta: {} },
  ];
  const of = await pack({ v: 1, path: "general", lang: "ht", what: "x", when: "", still: false, where: { words: "" }, needs: [], consent: "office", channel: "browser" }, attachments);
  assert.deepEqual(of.map((m) => m.name), ["report.json", "files/01", "files/02"]);
  assert.deepEqual(JSON.parse(await of[0]!.content.text()), {
    v: 1, path: "general", lang: "ht", what: "x", consent: "office", channel: "browser",
    files: [
      { member: "files/01", name: "foto.jpg", type: "image/jpeg", size: 6, sha256: base64url(await sha256(picture)), meta: { taken: "2024" } },
      { member: "files/02", name: "files-02", type: "application/octet-stream", size: 0, sha256: base64url(await sha256(new Uint8Array(0))), stripped: true },
    ],
  });
  const message: Message = { v: 1, from: "reporter", kind: "message", lang: "fr", text: "é" };
  assert.deepEqual(await readMessage(await pack(message, [])), message);
});

test("what is no message is not shown as one", async () => {
  for (const json of ["", "null", "[]", `{"v":2,"text":"x"}`, `{"v":1,"text":{}}`, `{"v":1,"files":[{}]}`]) {
    await assert.rejects(readMessage([{ name: "message.json", content: new Blob([json]) }]), json);
  }
});

test("parcels begin as in Go", async () => {
  for (const { head, start, sha256: sum } of parcels) {
    const made = encodeHead(head as Head);
    assert.equal(new DataView(made.buffer).getUint32(0), made.length - 4);
    assert.deepEqual(JSON.parse(text(made.slice(4))), JSON.parse(text(bytes(start).slice(4))));
    assert.equal(base64url(await sha256(bytes(start), bytes(envelopes.envelope))), sum);
  }
});

test("work is what Go finds", async () => {
  for (const { challenge, bits, work: want } of work) {
    assert.equal(await solve({ challenge, bits }), want);
  }
  assert.equal(zeroBits(Uint8Array.of(0, 0, 0, 0)), 32);
  assert.equal(zeroBits(Uint8Array.of(0, 1, 0xff, 0xff)), 15);
});
