import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import test from "node:test";

import { type Bytes, concat, sha256, utf8 } from "../src/bytes";
import { checkProof } from "./proof";
import { commitmentOf, type Receipt } from "./receipt";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const base64 = (b: Uint8Array) => Buffer.from(b).toString("base64");

const name = "ledger.example";
const key = concat(Uint8Array.of(1), new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")));
const id = (await sha256(utf8(name + "\n"), key)).slice(0, 4);
const vkey = `${name}+${Buffer.from(id).toString("hex")}+${base64(key)}`;

const opening = { salt: new Uint8Array(32).fill(7), opened: `{"body":{}}` };
const commitment = base64(await commitmentOf({ ...opening, proof: "" }));
const entryAt = (n: number) => utf8(`{"commitment":"${commitment}","day":"2026-11-28","n":${n},"public":{},"type":"x","v":1}`);

// The tree of RFC 6962, as it is defined there.
const split = (n: number) => 2 ** (Math.ceil(Math.log2(n)) - 1);
const node = (a: Bytes, b: Bytes) => sha256(Uint8Array.of(1), a, b);
async function root(leaves: Bytes[]): Promise<Bytes> {
  const [first] = leaves;
  if (leaves.length === 1) return sha256(Uint8Array.of(0), first!);
  const k = split(leaves.length);
  return node(await root(leaves.slice(0, k)), await root(leaves.slice(k)));
}
async function path(m: number, leaves: Bytes[]): Promise<Bytes[]> {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...(await path(m, leaves.slice(0, k))), await root(leaves.slice(k))]
    : [...(await path(m - k, leaves.slice(k))), await root(leaves.slice(0, k))];
}

async function receipt(index: number, size: number): Promise<Receipt> {
  const leaves = Array.from({ length: size }, (_, n) => entryAt(n));
  const note = `${name}\n${size}\n${base64(await root(leaves))}\n`;
  const signed = `${note}\n— ${name} ${base64(concat(id, new Uint8Array(sign(null, utf8(note), privateKey))))}\n`;
  const hashes = (await path(index, leaves)).map((h) => base64(h) + "\n").join("");
  return { ...opening, proof: `c2sp.org/tlog-proof@v1\nextra ${base64(entryAt(index))}\nindex ${index}\n${hashes}\n${signed}` };
}

test("a proof is good for every entry of logs of every size", async () => {
  for (let size = 1; size <= 17; size++) {
    for (let index = 0; index < size; index++) assert.equal(await checkProof(await receipt(index, size), vkey), "good", `${index} of ${size}`);
  }
});

test("any change of a proof is noticed", async () => {
  const good = await receipt(2, 7);
  for (let at = 0; at < good.proof.length; at++) {
    const proof = good.proof.slice(0, at) + (good.proof[at] === "A" ? "B" : "A") + good.proof.slice(at + 1);
    assert.equal(await checkProof({ ...good, proof }, vkey), "bad", proof.slice(at, at + 20));
  }
  assert.equal(await checkProof({ ...good, proof: "" }, vkey), "bad");
});

test("a proof of another entry, or of another ledger, proves nothing", async () => {
  const good = await receipt(2, 7);
  assert.equal(await checkProof({ ...good, opened: `{"body":{"x":1}}` }, vkey), "bad");
  assert.equal(await checkProof({ ...good, salt: new Uint8Array(32) }, vkey), "bad");
  assert.equal(await checkProof(good, vkey.replace("ledger", "logger")), "bad");
  const other = await receipt(3, 7);
  assert.equal(await checkProof({ ...good, proof: good.proof.replace(/extra \S+/, /extra \S+/.exec(other.proof)![0]) }, vkey), "bad");
});
