// WebP: chunks in a RIFF container.

import { type Bytes, concat, utf8 } from "../src/bytes";
import { uprighted } from "./exif";
import { type Format, type Kept, nothing } from "./image";

// What is needed to see the picture, moving ones too, in its colours.
const needed = /^(VP8 |VP8L|ALPH|ANIM|ANMF|ICCP)$/;

const noted = 0x08; // in the flags of VP8X: there is Exif
const noNotes = ~(noted | 0x04); // nor XMP

export const webp: Format = {
  magic: (b) => /^RIFF....WEBP/s.test(String.fromCharCode(...b.subarray(0, 12))),

  async take(file) {
    const end = Math.min(8 + (await file.view(4, 4)).getUint32(0, true), file.size);
    const kept = nothing();
    let features: Bytes | undefined; // the chunk VP8X
    for (let at = 12; at + 8 <= end; ) {
      const head = await file.view(at, 8);
      const size = head.getUint32(4, true);
      const next = at + 8 + size + (size % 2);
      if (next > file.size) throw new Error("the picture is cut");
      const type = String.fromCharCode(...new Uint8Array(head.buffer, 0, 4));
      if (needed.test(type)) kept.parts.push({ from: at, to: next });
      if (/^(VP8 |VP8L|ANMF)$/.test(type)) kept.shows = true;
      if (type === "VP8X") kept.parts.push((features = await file.bytes(at, next)));
      if (type === "EXIF") kept.exif = await file.exif(at + 8, next);
      at = next;
    }
    if (features) features[8]! &= noNotes;
    if (features && kept.exif.orientation > 1) {
      features[8]! |= noted;
      kept.parts.push(chunk("EXIF", uprighted(kept.exif.orientation)));
    }
    kept.parts.unshift(riff(kept));
    return kept;
  },
};

function riff({ parts }: Kept): Bytes {
  const size = parts.reduce((n, p) => n + (p instanceof Uint8Array ? p.length : p.to - p.from), 4);
  return concat(utf8("RIFF"), little(size), utf8("WEBP"));
}

const chunk = (type: string, data: Bytes): Bytes => concat(utf8(type), little(data.length), data);

const little = (n: number): Bytes => Uint8Array.of(n, n >> 8, n >> 16, n >> 24);
