// Run by seal_test.go: seals what Go will open, and opens what Go sealed.

import { readFileSync } from "node:fs";

import type { Bytes } from "../src/bytes";
import { concat } from "../src/bytes";
import { open, seal } from "../seal/envelope";
import { encodeHead, type Head } from "../seal/parcel";
import { pack, type Report } from "../seal/report";

interface Asked {
  recipient: string; // to seal to
  head: Head;
  report: Report;
  files: { name: string; type: string; content: string }[];
  seed: string; // of the identity that opens envelope
  envelope: string;
}

const bytes = (written: string): Bytes => new Uint8Array(Buffer.from(written, "base64"));
const base64 = (b: Bytes): string => Buffer.from(b).toString("base64");

const asked = JSON.parse(readFileSync(0, "utf8")) as Asked;
const attachments = asked.files.map(({ name, type, content }) => ({ name, content: new Blob([bytes(content)], { type }), stripped: false, meta: {} }));
const pieces: Bytes[] = [encodeHead(asked.head)];
await seal(asked.recipient, await pack(asked.report, attachments), async (piece) => void pieces.push(piece));
const members = await open(bytes(asked.seed), new Blob([bytes(asked.envelope)]));
const opened = await Promise.all(members.map(async (m) => ({ name: m.name, content: base64(new Uint8Array(await m.content.arrayBuffer())) })));
console.log(JSON.stringify({ parcel: base64(concat(...pieces)), opened }));
