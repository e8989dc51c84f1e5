// What a camera notes in a picture: Exif, which is TIFF.

import type { Bytes } from "../src/bytes";
import type { Meta } from "./report";

// Exif is what is of interest here.
export interface Exif {
  meta: Meta;
  // orientation says how the picture is held up: 1 to 8, 1 being upright.
  orientation: number;
}

// readExif reads what it can, and passes over what is no Exif.
export function readExif(b: Bytes): Exif {
  const tiff = new Tiff(b[0] === 0x45 ? b.subarray(6) : b); // some write "Exif" before it
  const main = tiff.entries(tiff.start());
  const camera = tiff.entries(tiff.number(main.get(0x8769)));
  const gps = tiff.entries(tiff.number(main.get(0x8825)));
  const orientation = tiff.number(main.get(0x0112));
  return {
    meta: {
      taken: time(tiff.text(camera.get(0x9003)) || tiff.text(main.get(0x0132)), tiff.text(camera.get(0x9011))),
      place: place(tiff, gps),
      camera: device(tiff.text(main.get(0x010f)), tiff.text(main.get(0x0110))),
    },
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}

// uprighted is the Exif that says nothing but how a picture is held up.
export function uprighted(orientation: number): Bytes {
  // Big-endian; one directory at 8 with one entry: tag 0x0112, one short.
  return Uint8Array.of(0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0);
}

// "2024:06:26 14:03:22" and "-04:00" as RFC 3339 writes them.
function time(written: string, zone: string): string {
  const m = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(written);
  if (!m || m[1] === "0000") return "";
  return `${m[1]}-${m[2]}-${m[3]}T${m[4]}` + (/^[+-]\d\d:\d\d$/.test(zone) ? zone : "");
}

function place(tiff: Tiff, gps: Map<number, Entry>): string {
  const degrees = (ref: number, negative: string, most: number) => {
    const [d = NaN, m = 0, s = 0] = tiff.ratios(gps.get(ref + 1));
    const all = (d + m / 60 + s / 3600) * (tiff.text(gps.get(ref)) === negative ? -1 : 1);
    return Math.abs(all) <= most ? all.toFixed(5) : "";
  };
  const [north, east] = [degrees(1, "S", 90), degrees(3, "W", 180)];
  return north && east && `${north}, ${east}`;
}

function device(make: string, model: string): string {
  return (model.startsWith(make) ? model : `${make} ${model}`).trim().slice(0, 100);
}

interface Entry {
  at: number; // of the entry
  type: number;
  count: number;
}

const sizes = [0, 1, 1, 2, 4, 8]; // of the types byte, text, short, long, ratio

class Tiff {
  private readonly view: DataView;
  private little = false;

  constructor(private readonly b: Bytes) {
    this.view = new DataView(b.buffer, b.byteOffset, b.length);
  }

  // start is the place of the first directory, 0 where there is none.
  start(): number {
    this.little = this.u16(0) === 0x4949;
    return this.u16(2) === 42 ? this.u32(4) : 0;
  }

  // What lies outside reads as 0.
  private u16 = (at: number): number => (at >= 0 && at + 2 <= this.b.length ? this.view.getUint16(at, this.little) : 0);
  private u32 = (at: number): number => (at >= 0 && at + 4 <= this.b.length ? this.view.getUint32(at, this.little) : 0);

  entries(directory: number): Map<number, Entry> {
    const found = new Map<number, Entry>();
    if (directory < 8) return found;
    const n = Math.min(this.u16(directory), 512);
    for (let i = 0; i < n; i++) {
      const at = directory + 2 + 12 * i;
      found.set(this.u16(at), { at, type: this.u16(at + 2), count: this.u32(at + 4) });
    }
    return found;
  }

  // data is where an entry's value begins: within it, if it has room.
  private data({ at, type, count }: Entry): number {
    return (sizes[type] ?? 0) * count <= 4 ? at + 8 : this.u32(at + 8);
  }

  number(e?: Entry): number {
    if (e?.type === 3) return this.u16(this.data(e));
    return e?.type === 4 ? this.u32(this.data(e)) : 0;
  }

  text(e?: Entry): string {
    if (e?.type !== 2) return "";
    const from = this.data(e);
    const all = this.b.subarray(from, from + Math.min(e.count, 100));
    return new TextDecoder().decode(all).replace(/\0.*$/s, "").replace(/[\0-\x1f\x7f]/g, "").trim();
  }

  ratios(e?: Entry): number[] {
    if (e?.type !== 5 || e.count > 3) return [];
    const from = this.data(e);
    return Array.from({ length: e.count }, (_, i) => this.u32(from + 8 * i) / this.u32(from + 8 * i + 4));
  }
}
