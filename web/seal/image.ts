// What a picture tells beside what it shows: read for the person to see, and
// taken out where they choose so. The picture itself is never made anew: parts of the
// file are left out, the others stay as they are, byte for byte.

import type { Bytes } from "../src/bytes";
import { type Exif, readExif } from "./exif";
import { jpeg } from "./jpeg";
import { png } from "./png";
import type { Meta } from "./report";
import { webp } from "./webp";

// Kept is a picture taken apart: what of the file stays when it is stripped, as
// ranges of it and as bytes that are put in, and what the device noted.
export interface Kept {
  parts: (Bytes | { from: number; to: number })[];
  exif: Exif;
  // shows says that there is something to see in it.
  shows: boolean;
}

export const nothing = (): Kept => ({ parts: [], exif: { meta: {}, orientation: 1 }, shows: false });

// A Format takes a file apart that begins like its own. It throws where the file
// then turns out to be something else, or is cut.
export interface Format {
  magic: (start: Bytes) => boolean;
  take: (file: Source) => Promise<Kept>;
}

const formats: Format[] = [jpeg, png, webp];

// A Source reads a file at places.
export class Source {
  constructor(private readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  // bytes are those in a range, fewer where the file ends before.
  async bytes(from: number, to: number): Promise<Bytes> {
    return new Uint8Array(await this.file.slice(from, to).arrayBuffer());
  }

  // view is n bytes, which must be there.
  async view(from: number, n: number): Promise<DataView> {
    const b = await this.bytes(from, from + n);
    if (b.length < n) throw new Error("the picture is cut");
    return new DataView(b.buffer);
  }

  // exif is what the device noted in a range, as far as it can be read.
  async exif(from: number, to: number): Promise<Exif> {
    return readExif(await this.bytes(from, Math.min(to, from + longestExif)));
  }
}

const longestExif = 1 << 18;

// A Picture is a file that can be stripped.
export interface Picture {
  meta: Meta;
  stripped: Blob;
}

// readPicture returns nothing where the file is no JPEG, PNG or WebP, or is one
// whose parts cannot be told apart: nobody can promise that such a file tells no more
// than it shows.
export async function readPicture(file: Blob): Promise<Picture | undefined> {
  const source = new Source(file);
  try {
    const start = await source.bytes(0, 16);
    const format = formats.find((f) => f.magic(start));
    if (!format) return undefined;
    const { parts, exif, shows } = await format.take(source);
    if (!shows) return undefined;
    const kept = parts.map((p) => (p instanceof Uint8Array ? p : file.slice(p.from, p.to)));
    return { meta: exif.meta, stripped: new Blob(kept, { type: file.type }) };
  } catch {
    return undefined; // it is not what it begins like
  }
}
