// JPEG: segments, and picture data between them.

import { type Bytes, concat, utf8 } from "../src/bytes";
import { uprighted } from "./exif";
import { type Format, type Kept, nothing, type Source } from "./image";

const window = 256 << 10;

const exifName = "Exif\0\0";

export const jpeg: Format = {
  magic: (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff,

  async take(file) {
    const kept = nothing();
    kept.parts.push({ from: 0, to: 2 });
    for (let at = 2; ; ) {
      const head = await file.view(at, 2);
      if (head.getUint8(0) !== 0xff) throw new Error("not a marker");
      const marker = head.getUint8(1);
      if (marker === 0xff) { // filling
        at++;
        continue;
      }
      if (marker === 0xd9) { // the end: what cameras hang on after it is left out
        kept.parts.push({ from: at, to: at + 2 });
        return kept;
      }
      const size = (await file.view(at + 2, 2)).getUint16(0);
      const next = at + 2 + size;
      if (size < 2 || next > file.size) throw new Error("a segment that is none");
      if (await picture(file, marker, at, next)) kept.parts.push({ from: at, to: next });
      else await note(file, kept, at + 4, next);
      at = next;
      if (marker === 0xda) {
        kept.shows = true;
        at = await endOfScan(file, next);
        kept.parts.push({ from: next, to: at });
        if (at === file.size) return kept; // cut, but some of it can be seen
      }
    }
  },
};

// picture reports whether a segment is needed to see the picture: its tables and
// frames, and what says how colours are meant.
async function picture(file: Source, marker: number, at: number, next: number): Promise<boolean> {
  const name = async (wanted: string) => String.fromCharCode(...(await file.bytes(at + 4, at + 4 + wanted.length))) === wanted;
  switch (marker) {
    case 0xe0:
      return next - at === 18 && (await name("JFIF\0")); // longer: with a small picture
    case 0xe2:
      return name("ICC_PROFILE\0");
    case 0xee:
      return name("Adobe");
  }
  return marker >= 0xc0 && marker <= 0xdf && (marker < 0xd0 || marker > 0xd9);
}

// note reads what the device noted, if it is the first such segment, and keeps of
// it how the picture is held up.
async function note(file: Source, kept: Kept, from: number, to: number): Promise<void> {
  const name = await file.bytes(from, from + exifName.length);
  if (String.fromCharCode(...name) !== exifName || kept.exif.meta.taken !== undefined) return;
  kept.exif = await file.exif(from + exifName.length, to);
  if (kept.exif.orientation > 1) kept.parts.push(segment(0xe1, concat(utf8(exifName), uprighted(kept.exif.orientation))));
}

function segment(marker: number, data: Bytes): Bytes {
  return concat(Uint8Array.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff), data);
}

// endOfScan is where the picture data that begins at a place ends: at a marker
// other than those that belong to it, or with the file.
async function endOfScan(file: Source, from: number): Promise<number> {
  for (let at = from; at < file.size; ) {
    const b = await file.bytes(at, at + window);
    for (let i = b.indexOf(0xff); i >= 0; i = b.indexOf(0xff, i + 1)) {
      const next = b[i + 1];
      if (next === undefined) break;
      if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at + i;
    }
    at += Math.max(1, b.length - 1); // a marker may lie across
  }
  return file.size;
}
