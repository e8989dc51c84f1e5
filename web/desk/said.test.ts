import assert from "node:assert/strict";
import test from "node:test";

import { type Bytes, utf8 } from "../src/bytes";
import { readSaid } from "./document";
import { fileName, kindOf } from "./file";
import { beginning, cut, isLong, plain } from "./text";

test("what steers or hides text is taken out of names", () => {
  assert.equal(plain("rap\u202egpj.exe\u202c"), "rapgpj.exe");
  assert.equal(plain("\u2066a\u2069 \u200b\ufeff\0\x1b[31m\u{e0041}\ud800b"), "a [31mb");
  assert.equal(plain("Kreyòl 👩‍👧 é\n\tx"), "Kreyòl 👩‍👧 é x", "letters, joined pictures and blanks stay");
});

test("names of files do no harm", () => {
  for (const [name, want] of [
    ["../../etc/passwd", "_.._etc_passwd"],
    [".bashrc", "bashrc"],
    ["C:\\x\\y.jpg", "C__x_y.jpg"],
    ["a\u202egpj.exe", "agpj.exe"],
    ["", "file"],
    ["\u202e", "file"],
    ["...", "file"],
    ["x".repeat(300) + ".jpg", "x".repeat(116) + ".jpg"],
  ] as const) {
    assert.equal(fileName(name), want);
  }
});

test("only what a browser shows without running anything is shown", () => {
  const bytes = (s: string) => Uint8Array.from(s, (c) => c.charCodeAt(0)) as Bytes;
  for (const [start, type] of [
    ["\xff\xd8\xff\xe0", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["GIF89a", "image/gif"],
    ["RIFF\0\0\0\0WEBP", "image/webp"],
    ["RIFF\0\0\0\0WAVE", "audio/wav"],
    ["OggS", "audio/ogg"],
    ["ID3\x03", "audio/mpeg"],
    ["\xff\xfb\x90", "audio/mpeg"],
    ["\0\0\0\x20ftypM4A ", "audio/mp4"],
    ["\0\0\0\x20ftypisom", "video/mp4"],
    ["\x1aE\xdf\xa3", "video/webm"],
    ["<svg xmlns", undefined],
    ["<!DOCTYPE html>", undefined],
    ["%PDF-1.7", undefined],
    ["\0\0\0\x20ftypheic", undefined],
    ["MZ", undefined],
    ["", undefined],
  ] as const) {
    assert.equal(kindOf(bytes(start))?.type, type, start);
  }
});

test("long texts are cut, never within a letter", () => {
  assert.ok(!isLong("a".repeat(4000)));
  assert.ok(isLong("a".repeat(4001)));
  assert.equal(cut("a".repeat(3999) + "😀").length, 3999);
  assert.equal(beginning("  Yon\n machin " + "a".repeat(100), 12), "Yon machin a…");
  assert.equal(beginning("kout", 12), "kout");
});

test("what has not the form of a report is taken for absent", async () => {
  const read = (json: string, name = "report.json") => readSaid([{ name, content: new Blob([utf8(json)]) }]);
  const hostile = await read(`{"v":1,"what":{"toString":1},"when":["x"],"where":"y","who":null,"needs":"medical","still":"yes","files":{"0":1},"__proto__":{"consent":"public"},"lang":7}`);
  assert.equal(hostile.fields.size, 0);
  assert.deepEqual([hostile.needs, hostile.still, hostile.consent, hostile.lang, hostile.files], [[], false, "", "", []]);
  const good = await read(`{"what":"a","where":{"department":"HT-OU"},"needs":["medical",1],"still":true,"consent":"case","lang":"ht","files":[{"member":"files/09","name":"x"}]}`);
  assert.deepEqual([...good.fields], [["what", "a"], ["department", "HT-OU"]]);
  assert.deepEqual([good.needs, good.still, good.consent, good.isReport], [["medical", ""], true, "case", true]);
  await assert.rejects(read("<html>"));
  await assert.rejects(readSaid([]));
});
