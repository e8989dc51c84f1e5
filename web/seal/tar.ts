// The archive inside an envelope: POSIX ustar, in the one form that
// docs/sealed-reports.md allows.

import { type Bytes, equal, text, utf8 } from "../src/bytes";
import { longest, padded } from "./padme";

// A Member is one file of an archive.
export interface Member {
  name: string;
  content: Blob;
}

const block = 512;
const end = 2 * block; // two blocks of zeros
const mostFiles = 20;
const longestDocument = 256 << 10;

// fileMember is the name of the n-th file, counted from 1: "files/01".
export const fileMember = (n: number): string => `files/${String(n).padStart(2, "0")}`;

const filled = (n: number): number => Math.ceil(n / block) * block;

// archiveSize is the length of the archive, with its end and without padding.
export const archiveSize = (members: Member[]): number =>
  members.reduce((n, m) => n + block + filled(m.content.size), end);

// archive is the archive in parts. With its end: what follows is padding.
export function archive(members: Member[]): (Bytes | Blob)[] {
  return [...members.flatMap((m) => [header(m.name, m.content.size), m.content, zeros(filled(m.content.size) - m.content.size)]), zeros(end)];
}

const zeros = (n: number): Bytes => new Uint8Array(n);

// header is the one header that a name and a size have: a regular file of mode
// 0600, with everything else zero.
export function header(name: string, size: number): Bytes {
  const b = new Uint8Array(block);
  const put = (at: number, s: string) => b.set(utf8(s), at);
  put(0, name);
  put(100, "0000600\0" + "0000000\0".repeat(2));
  put(124, octal(size, 11) + "\0" + octal(0, 11) + "\0");
  put(148, " ".repeat(8) + "0");
  put(257, "ustar\0" + "00");
  put(329, "0000000\0".repeat(2));
  put(148, octal(b.reduce((sum, byte) => sum + byte, 0), 6) + "\0 ");
  return b;
}

const octal = (n: number, digits: number): string => n.toString(8).padStart(digits, "0");

// members reads an archive with its padding, and throws at anything that archive
// does not make: so no two programs read it in two ways. Contents are views of
// the blob.
export async function members(all: Blob): Promise<Member[]> {
  const found: Member[] = [];
  for (let at = 0; ; ) {
    const b = new Uint8Array(await all.slice(at, at + block).arrayBuffer());
    if (b.length < block) throw new Error("the archive is cut");
    at += block;
    if (blank(b)) {
      await checkPadding(all, at);
      return found;
    }
    const { name, size } = readHeader(b);
    if (name !== expected(found.length, name)) throw new Error("a member out of place");
    if (size > (found.length ? longest : longestDocument) || at + filled(size) + end > all.size) throw new Error("a member too large");
    found.push({ name, content: all.slice(at, at + size) });
    await checkZeros(all, at + size, at + filled(size));
    at += filled(size);
  }
}

// checkPadding reads the rest of an archive, behind the first block of its end.
async function checkPadding(all: Blob, at: number): Promise<void> {
  if (all.size !== padded(at + block)) throw new Error("not padded");
  for (const step = 1 << 20; at < all.size; at += step) await checkZeros(all, at, at + step);
}

async function checkZeros(all: Blob, from: number, to: number): Promise<void> {
  if (!blank(new Uint8Array(await all.slice(from, to).arrayBuffer()))) throw new Error("something where only zeros should be");
}

const blank = (b: Bytes): boolean => b.every((byte) => byte === 0);

function expected(place: number, name: string): string {
  if (place > mostFiles) return "";
  if (place > 0) return fileMember(place);
  return name === "report.json" ? name : "message.json";
}

function readHeader(b: Bytes): { name: string; size: number } {
  const field = (from: number, to: number) => text(b.slice(from, to)).replace(/\0.*$/s, "");
  const name = field(0, 100);
  const size = parseInt(field(124, 136), 8);
  if (!equal(header(name, size), b)) throw new Error("a header that is not ours");
  return { name, size };
}
