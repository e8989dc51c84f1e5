import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type TestContext } from "node:test";

import { type Bytes, concat, sha256, text, utf8 } from "../src/bytes";
import { recipientOf } from "./age";
import { open } from "./envelope";
import { MemoryOutbox, type Waiting } from "./outbox";
import { packUp } from "./pack";
import { base64url, type Head } from "./parcel";
import { type Progress, Refused, Sender } from "./upload";
import { zeroBits } from "./work";

const secret = crypto.getRandomValues(new Uint8Array(32));
const office = { id: "BwcHAAAAAAAAAAAAAAAAAA", epoch: 1, recipient: recipientOf(secret) };
const bits = 8;

interface Answer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

// A Fault breaks the link within the body of a request, loses the answer, or gives
// another one.
type Fault = { breakAfter: number } | "lose" | Answer;

// An Intake takes parcels as docs/sealed-reports.md says, over a link that fails
// when the test wants.
class Intake {
  parcels: Bytes[] = [];
  requests: string[] = [];
  uploads = new Map<string, { length: number; has: Bytes }>();
  challenge = base64url(crypto.getRandomValues(new Uint8Array(24)));
  fault: (request: string) => Fault | undefined = () => undefined;

  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = request;
    const named = `${request.method} ${request.url}`;
    this.requests.push(named);
    const fault = this.fault(named);
    const body: Buffer[] = [];
    let size = 0;
    const limit = fault && typeof fault === "object" && "breakAfter" in fault ? fault.breakAfter : Infinity;
    for await (const part of request) {
      const fits = (part as Buffer).subarray(0, limit - size);
      body.push(fits);
      size += fits.length;
      if (size >= limit) break;
    }
    const taken = this.take(request, new Uint8Array(Buffer.concat(body)));
    if (size >= limit || limit === 0 || fault === "lose") return void socket.destroy();
    const answer = fault && typeof fault === "object" && "status" in fault ? fault : taken;
    response.writeHead(answer.status, answer.headers).end("body" in answer ? JSON.stringify(answer.body) : undefined);
  };

  private take(request: IncomingMessage, body: Bytes): Answer {
    const upload = this.uploads.get(request.url ?? "");
    switch (`${request.method} ${request.url?.split("/")[1]}`) {
      case "GET key":
        return { status: 200, body: { work: { challenge: this.challenge, bits } } };
      case "POST parcels":
        return this.accept(body);
      case "POST uploads": {
        const refused = this.refuse(body);
        if (refused) return refused;
        if (readHead(body).envelope.length < 1627) return { status: 400, body: { error: "malformed" } };
        const address = `/uploads/${this.uploads.size}`;
        this.uploads.set(address, { length: Number(request.headers["upload-length"]), has: body });
        return { status: 201, headers: { Location: `http://inside.example${address}`, "Upload-Offset": String(body.length) } };
      }
      case "HEAD uploads":
        return upload ? { status: 200, headers: { "Upload-Offset": String(upload.has.length) } } : { status: 404 };
      case "PATCH uploads":
        if (!upload) return { status: 404, body: { error: "unknown" } };
        if (Number(request.headers["upload-offset"]) !== upload.has.length) return { status: 409, body: { error: "offset" } };
        upload.has = concat(upload.has, body);
        if (upload.has.length === upload.length) return this.accept(upload.has);
        return { status: 204, headers: { "Upload-Offset": String(upload.has.length) } };
    }
    return { status: 404 };
  }

  private accept(parcel: Bytes): Answer {
    const refused = this.refuse(parcel);
    if (refused) return refused;
    const { id } = readHead(parcel).head;
    if (!this.parcels.some((p) => readHead(p).head.id === id)) this.parcels.push(parcel);
    return { status: 201, body: { receipt: `receipt ${id}` } };
  }

  private refuse(parcel: Bytes): Answer | undefined {
    const { head } = readHead(parcel);
    if (this.parcels.some((p) => readHead(p).head.id === head.id)) return undefined;
    if (head.kind !== "report") return undefined;
    const [challenge] = (head.work ?? "").split(".");
    const good = challenge === this.challenge && zeroBits(hash(head.work ?? "")) >= bits;
    return good ? undefined : { status: 422, body: { error: "work" } };
  }
}

const hash = (s: string) => new Uint8Array(createHash("sha256").update(s).digest());

function readHead(parcel: Bytes): { head: Head; envelope: Bytes } {
  const n = new DataView(parcel.buffer, parcel.byteOffset).getUint32(0);
  return { head: JSON.parse(text(parcel.slice(4, 4 + n))) as Head, envelope: parcel.slice(4 + n) };
}

async function running(t: TestContext): Promise<{ intake: Intake; at: string }> {
  const intake = new Intake();
  const server = createServer((a, b) => void intake.handle(a, b));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { intake, at: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function waiting(outbox: MemoryOutbox, file: Bytes, kind: Head["kind"] = "report"): Promise<Waiting> {
  const content = new Blob([file], { type: "video/mp4" });
  const report = { v: 1, path: "general", lang: "ht", what: "x", consent: "office", channel: "browser" } as const;
  return packUp(outbox, office, kind === "report" ? { kind, lookup: "l", reply: "r" } : { kind, token: "t" }, report, [{ name: "video.mp4", content, stripped: false, meta: {} }], () => {});
}

function sender(outbox: MemoryOutbox, w: Waiting, at: string, progress: Progress = () => {}, stop = new AbortController().signal): Sender {
  return new Sender(outbox, w, { key: at + "/key", parcels: at + "/parcels", uploads: at + "/uploads" }, progress, stop, 1);
}

async function arrived(intake: Intake, w: Waiting, file: Bytes): Promise<void> {
  assert.equal(intake.parcels.length, 1);
  const { envelope } = readHead(intake.parcels[0]!);
  assert.equal(base64url(await sha256(envelope)), w.sum);
  const [, video] = await open(secret, new Blob([envelope]));
  assert.ok(Buffer.from(await video!.content.arrayBuffer()).equals(Buffer.from(file)));
}

const small = utf8("small");
const large = new Uint8Array(5_000_000).map((_, i) => (i * 31) >> 3);

test("what is small goes in one request", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  const w = await waiting(outbox, small);
  assert.equal(await sender(outbox, w, at).send(), `receipt ${w.head.id}`);
  assert.deepEqual(intake.requests, ["GET /key", "POST /parcels"]);
  await arrived(intake, w, small);
});

test("a message needs no work", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  await sender(outbox, await waiting(outbox, small, "message"), at).send();
  assert.deepEqual(intake.requests, ["POST /parcels"]);
});

test("what is large arrives whole over a link that breaks again and again, each time going on where it was", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  const w = await waiting(outbox, large);
  let broken = 0, sent = 0; // of the pieces the fifth comes through, then breaks go on
  intake.fault = (request) => (request.startsWith("PATCH") && broken < 10 && ++sent !== 5 ? (broken++, { breakAfter: 1 + Math.floor(Math.random() * 60_000) }) : undefined);
  const told: number[] = [];
  await sender(outbox, w, at, (now) => "sent" in now && told.push(now.sent)).send();
  assert.equal(broken, 10);
  await arrived(intake, w, large);
  assert.deepEqual(told, [...told].sort((a, b) => a - b), "never back");
  assert.equal(intake.uploads.size, 1, "one upload");
});

test("an acknowledgement that is lost is had again, and nothing is stored twice", async (t) => {
  for (const file of [small, large]) {
    const { intake, at } = await running(t);
    const outbox = new MemoryOutbox();
    const w = await waiting(outbox, file);
    let lost = 0;
    intake.fault = (request) => {
      const upload = intake.uploads.get("/uploads/0");
      const last = request === "POST /parcels" || (request.startsWith("PATCH") && upload && upload.length - upload.has.length <= 1 << 20);
      return last && lost++ < 2 ? "lose" : undefined;
    };
    assert.equal(await sender(outbox, w, at).send(), `receipt ${w.head.id}`);
    assert.ok(lost >= 2);
    await arrived(intake, w, file);
  }
});

test("a challenge that grew old is solved anew", async (t) => {
  for (const file of [small, large]) {
    const { intake, at } = await running(t);
    const outbox = new MemoryOutbox();
    const w = await waiting(outbox, file);
    let times = 0;
    intake.fault = (request) => {
      if (request.startsWith("POST") && times++ === 0) intake.challenge = base64url(crypto.getRandomValues(new Uint8Array(24)));
      return undefined;
    };
    await sender(outbox, w, at).send();
    await arrived(intake, w, file);
    assert.equal(intake.requests.filter((r) => r === "GET /key").length, 2);
  }
});

test("an upload that the server forgot is begun again", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  const w = await waiting(outbox, large);
  let forgot = 0;
  intake.fault = (request) => {
    if (request.startsWith("PATCH") && intake.uploads.get("/uploads/0")!.has.length > 1e6 && forgot++ === 0) intake.uploads.delete("/uploads/0");
    return undefined;
  };
  w.upload = { address: at + "/uploads/gone", head: { ...w.head, work: "old" } };
  await sender(outbox, w, at).send();
  await arrived(intake, w, large);
});

test("a page closed in the middle goes on with the upload, not from the start", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  const w = await waiting(outbox, large);
  const stop = new AbortController();
  await assert.rejects(sender(outbox, w, at, (now) => "sent" in now && now.sent > 1e6 && stop.abort(), stop.signal).send());
  const [left] = structuredClone(await outbox.waiting());
  await sender(outbox, left!, at).send();
  await arrived(intake, w, large);
  assert.equal(intake.requests.filter((r) => r === "POST /uploads").length, 1);
});

test("a server that is busy or full is waited for", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  const w = await waiting(outbox, small);
  const answers = [
    { status: 429, body: { error: "busy" }, headers: { "Retry-After": "0" } },
    { status: 503, body: { error: "full" } },
    { status: 502 },
    { status: 403 },
    { status: 201, body: { not: "a receipt" } },
  ];
  intake.fault = (request) => (request === "POST /parcels" ? answers.shift() : undefined);
  const told: string[] = [];
  await sender(outbox, w, at, (now) => "waits" in now && told.push(now.waits)).send();
  assert.deepEqual(told, ["busy", "full", "busy", "busy", "network"]);
  await arrived(intake, w, small);
});

test("what is refused for good is not sent again", async (t) => {
  for (const [status, code] of [[400, "malformed"], [410, "epoch"], [409, "reused"], [413, "too-large"], [422, "unpadded"], [404, "unknown"]] as const) {
    for (const file of [small, large]) {
      const { intake, at } = await running(t);
      const outbox = new MemoryOutbox();
      intake.fault = (request) => (request.startsWith("POST") ? { status, body: { error: code } } : undefined);
      await assert.rejects(sender(outbox, await waiting(outbox, file), at).send(), (e) => e instanceof Refused && e.code === code);
      assert.equal(intake.requests.length, 2);
    }
  }
});

test("work that is refused again and again is not done for ever", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  intake.fault = (request) => (request.startsWith("POST") ? { status: 422, body: { error: "work" } } : undefined);
  await assert.rejects(sender(outbox, await waiting(outbox, small), at).send(), (e) => e instanceof Refused && e.code === "work");
  assert.equal(intake.requests.filter((r) => r.startsWith("POST")).length, 3);
});

test("what was erased is not sent", async (t) => {
  const { intake, at } = await running(t);
  const outbox = new MemoryOutbox();
  const w = await waiting(outbox, small);
  await outbox.erase();
  await assert.rejects(sender(outbox, w, at).send());
  assert.equal(intake.parcels.length, 0);
});
