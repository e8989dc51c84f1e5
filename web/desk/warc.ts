// What a WARC file says of the first page in it: enough to fill in a form, which the officer
// reads before it is sent.

import type { Bytes } from "../src/bytes";
import { text as decode } from "../src/bytes";

// A Captured page.
export interface Captured {
  address: string;
  day: string; // "2026-11-28"
}

const beginning = 1 << 18; // how far it is looked for
const members = 16;
const headers = 8 << 10; // of a record, in bytes

// captured is the first answer in a file that begins like WARC, compressed or not; undefined
// for any other file, and for one of which that cannot be told.
export async function captured(file: Blob): Promise<Captured | undefined> {
  const start = new Uint8Array(await file.slice(0, beginning).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return first(ascii(start).split(/(?=^WARC\/1\.[01]\r\n)/m));
  const records: string[] = [];
  for (let at = 0, n = 0; at < start.length - 2 && n < members; at++) {
    if (start[at] !== 0x1f || start[at + 1] !== 0x8b || start[at + 2] !== 8) continue;
    n++;
    const record = ascii(await inflated(start.subarray(at)));
    if (n === 1 && !record.startsWith("WARC/1.")) return undefined;
    records.push(record);
  }
  return first(records);
}

const ascii = (b: Bytes): string => decode(b.map((c) => (c < 128 ? c : 63)));

function first(records: string[]): Captured | undefined {
  for (const record of records) {
    const head = record.split("\r\n\r\n", 1)[0] ?? "";
    const field = (name: string) => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
    if (!head.startsWith("WARC/1.") || !/^(response|resource)$/.test(field("WARC-Type"))) continue;
    const address = field("WARC-Target-URI").replace(/^<(.*)>$/, "$1");
    const day = field("WARC-Date").slice(0, 10);
    if (/^https?:\/\//.test(address) && /^\d{4}-\d\d-\d\d$/.test(day)) return { address, day };
  }
  return undefined;
}

// inflated is the beginning of what one member of gzip holds; what follows it does not matter.
async function inflated(compressed: Bytes): Promise<Bytes> {
  const out = new Uint8Array(headers);
  let length = 0;
  try {
    const reader = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    while (length < headers) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = (value as Bytes).subarray(0, headers - length);
      out.set(part, length);
      length += part.length;
    }
    void reader.cancel().catch(() => {});
  } catch {
    // it is cut, or no gzip at all: what came before counts
  }
  return out.subarray(0, length);
}
