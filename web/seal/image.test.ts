import assert from "node:assert/strict";
import test from "node:test";

import { type Bytes, concat, utf8 } from "../src/bytes";
import { readExif } from "./exif";
import { readPicture } from "./image";

const latin = (s: string): Bytes => Uint8Array.from(s, (c) => c.charCodeAt(0));
const big = (n: number, bytes: number): Bytes => Uint8Array.from({ length: bytes }, (_, i) => n / 256 ** (bytes - 1 - i));
const little = (n: number, bytes: number): Bytes => big(n, bytes).reverse();

type Value = { type: number; data: Bytes; count: number };
const ascii = (s: string): Value => ({ type: 2, data: latin(s + "\0"), count: s.length + 1 });

// tiff writes Exif in either order of bytes: directories after each other, then
// what does not fit into their entries.
function tiff(num: typeof big, directories: Map<number, Value>[]): Bytes {
  const starts: number[] = [];
  let at = 8;
  for (const d of directories) {
    starts.push(at);
    at += 2 + 12 * d.size + 4;
  }
  const tables: Bytes[] = [];
  const data: Bytes[] = [];
  for (const d of directories) {
    tables.push(num(d.size, 2));
    for (const [tag, v] of d) {
      const inline = v.data.length <= 4;
      const value = v.type === 0 ? num(starts[v.count]!, 4) : inline ? concat(v.data, new Uint8Array(4 - v.data.length)) : num(at, 4);
      if (v.type !== 0 && !inline) {
        data.push(v.data);
        at += v.data.length;
      }
      tables.push(num(tag, 2), num(v.type || 4, 2), num(v.type === 0 ? 1 : v.count, 4), value);
    }
    tables.push(num(0, 4));
  }
  return concat(num === big ? latin("MM") : latin("II"), num(42, 2), num(8, 4), ...tables, ...data);
}

function exif(num: typeof big, orientation = 6): Bytes {
  const ratios = (...of: [number, number][]): Value => ({ type: 5, data: concat(...of.flatMap(([a, b]) => [num(a, 4), num(b, 4)])), count: of.length });
  return tiff(num, [
    new Map<number, Value>([
      [0x010f, ascii("Samsung")], [0x0110, ascii("SM-A037F")], [0x0112, { type: 3, data: num(orientation, 2), count: 1 }],
      [0x8769, { type: 0, data: latin(""), count: 1 }], [0x8825, { type: 0, data: latin(""), count: 2 }],
    ]),
    new Map([[0x9003, ascii("2024:06:26 14:03:22")], [0x9011, ascii("-04:00")]]),
    new Map([[1, ascii("N")], [2, ratios([18, 1], [32, 1], [2100, 100])], [3, ascii("W")], [4, ratios([72, 1], [20, 1], [6, 1])]]),
  ]);
}

const noted = { taken: "2024-06-26T14:03:22-04:00", place: "18.53917, -72.33500", camera: "Samsung SM-A037F" };

for (const [order, num] of [["big", big], ["little", little]] as const) {
  test(`what a camera noted is read, ${order} end first`, () => {
    assert.deepEqual(readExif(exif(num)), { meta: noted, orientation: 6 });
    assert.deepEqual(readExif(concat(latin("Exif\0\0"), exif(num))).meta, noted);
  });
}

test("Exif that is cut or garbled is read as far as it goes, and never fails", () => {
  const whole = exif(little);
  for (let n = 0; n < whole.length; n++) {
    const found = readExif(whole.slice(0, n));
    assert.ok(found.orientation >= 1 && found.orientation <= 8);
  }
  for (let i = 0; i < 3000; i++) {
    const b = whole.slice();
    for (let k = 0; k < 1 + (i % 5); k++) b[Math.floor(Math.random() * b.length)] = Math.random() * 256;
    const { meta } = readExif(b);
    for (const s of Object.values(meta)) assert.ok(typeof s === "string" && s.length <= 120 && !/[\0-\x1f]/.test(s), JSON.stringify(meta));
  }
});

const segment = (marker: number, data: Bytes): Bytes => concat(Uint8Array.of(0xff, marker), big(data.length + 2, 2), data);
const scan = concat(segment(0xda, latin("\x01\x01\0\0?\0")), latin("data\xff\0more\xff\xd0and\xff\xd7"));
const jfif = segment(0xe0, latin("JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));
const tables = concat(segment(0xdb, latin("tables")), segment(0xc2, latin("frame")));
const secret = "SECRET";

const jpeg = (notes = exif(big)) =>
  concat(
    latin("\xff\xd8"), jfif, segment(0xe1, concat(latin("Exif\0\0"), notes)), segment(0xe1, latin("http://ns.adobe.com/xap/1.0/\0" + secret)),
    segment(0xe2, latin("MPF\0" + secret)), segment(0xe2, latin("ICC_PROFILE\0colours")), segment(0xed, latin("Photoshop" + secret)),
    segment(0xee, latin("Adobe\0\0\0\0\0\0\0")), segment(0xfe, latin(secret)), tables, scan, segment(0xc4, latin("more tables")), scan,
    latin("\xff\xff\xd9"), latin("a moving picture with " + secret),
  );

const chunk = (type: string, data: Bytes): Bytes => concat(big(data.length, 4), latin(type), data, latin("sum!"));
const png = concat(
  latin("\x89PNG\r\n\x1a\n"), chunk("IHDR", latin("head")), chunk("eXIf", exif(little)), chunk("iTXt", latin(secret)), chunk("tIME", latin(secret)),
  chunk("iCCP", latin("colours")), chunk("IDAT", latin("data")), chunk("IDAT", latin("more")), chunk("IEND", latin("")), latin(secret),
);

const riffChunk = (type: string, data: Bytes): Bytes => concat(latin(type), little(data.length, 4), data, new Uint8Array(data.length % 2));
const riff = (...chunks: Bytes[]): Bytes => concat(latin("RIFF"), little(4 + concat(...chunks).length, 4), latin("WEBP"), ...chunks);
const features = (flags: number): Bytes => riffChunk("VP8X", concat(Uint8Array.of(flags), new Uint8Array(9)));
const webp = concat(riff(features(0x3c), riffChunk("ICCP", latin("colours")), riffChunk("VP8 ", latin("odd")), riffChunk("EXIF", exif(big, 1)), riffChunk("XMP ", latin(secret))), latin(secret));

const strip = async (b: Bytes, type = "image/jpeg") => {
  const picture = await readPicture(new Blob([b], { type }));
  return picture && { meta: picture.meta, type: picture.stripped.type, bytes: new Uint8Array(await picture.stripped.arrayBuffer()) };
};
const has = (b: Bytes, s: string) => Buffer.from(b).includes(Buffer.from(s, "latin1"));

test("a JPEG is stripped to what shows it: its other bytes as they were, and how it is held up", async () => {
  const s = await strip(jpeg());
  assert.deepEqual(s?.meta, noted);
  const upright = segment(0xe1, concat(utf8("Exif\0\0"), latin("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")));
  const want = concat(latin("\xff\xd8"), jfif, upright, segment(0xe2, latin("ICC_PROFILE\0colours")), segment(0xee, latin("Adobe\0\0\0\0\0\0\0")),
    tables, scan, segment(0xc4, latin("more tables")), scan, latin("\xff\xff\xd9"));
  assert.deepEqual(s?.bytes, want);
  assert.equal(s?.type, "image/jpeg");
  const again = await strip(want);
  assert.deepEqual(again?.bytes, want, "stripping twice is stripping once");
  assert.deepEqual(again?.meta, { taken: "", place: "", camera: "" });
});

test("a PNG is stripped to what shows it", async () => {
  const s = await strip(png, "image/png");
  assert.deepEqual(s?.meta, noted);
  assert.deepEqual(s?.bytes, concat(latin("\x89PNG\r\n\x1a\n"), chunk("IHDR", latin("head")), chunk("iCCP", latin("colours")),
    chunk("IDAT", latin("data")), chunk("IDAT", latin("more")), chunk("IEND", latin(""))));
});

test("a WebP is stripped to what shows it, and its features are true", async () => {
  const s = await strip(webp, "image/webp");
  assert.deepEqual(s?.meta, noted);
  assert.deepEqual(s?.bytes, riff(features(0x30), riffChunk("ICCP", latin("colours")), riffChunk("VP8 ", latin("odd"))));
  const held = await strip(riff(features(8), riffChunk("VP8 ", latin("odd")), riffChunk("EXIF", exif(little, 3))));
  assert.ok(held && has(held.bytes, "EXIF") && !has(held.bytes, "Samsung"));
  assert.equal(held?.bytes[20], 8);
});

test("a JPEG that ends too early keeps what can be seen of it", async () => {
  const whole = jpeg();
  const s = await strip(whole.slice(0, whole.length - 40));
  assert.ok(s && !has(s.bytes, secret));
});

test("a marker across two windows ends the picture", async () => {
  const data = new Uint8Array(262_144).fill(7);
  for (let n = data.length - 4; n <= data.length; n++) {
    const start = concat(latin("\xff\xd8"), segment(0xda, latin("")));
    const s = await strip(concat(start, data.slice(0, n), latin("\xff\xd9" + secret)));
    assert.ok(s && s.bytes.length === start.length + n + 2, `${n}`);
  }
});

test("what is no picture is not said to be stripped", async () => {
  for (const b of ["", "\xff\xd8", "\xff\xd8\xff", "\xff\xd8\xff\xe1\xff\xff", "\x89PNG\r\n\x1a\n", "RIFF\0\0\0\0WEBP\xff", "RIFF\0\0\0\0WEBPVP8 \0\0\0\0", "\xff\xd8\xff\xd9", "GIF89a", "\0\0\0 ftypheic", "%PDF"]) {
    const s = await strip(latin(b));
    assert.equal(s, undefined, b);
  }
});

test("no garbage makes it fail, hang or grow, and nothing that it can read stays", async () => {
  for (const whole of [jpeg(), png, webp]) {
    for (let i = 0; i < 400; i++) {
      const b = i % 3 === 0 ? whole.slice(0, Math.random() * whole.length) : whole.slice();
      for (let k = 0; k < i % 4; k++) b[Math.floor(Math.random() * b.length)] = Math.random() * 256;
      const s = await strip(b);
      assert.ok(s === undefined || s.bytes.length <= b.length + 40);
    }
  }
});
