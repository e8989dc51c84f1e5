import assert from "node:assert/strict";
import { test } from "node:test";

import { readBook, readLeaf, readReady } from "./drawer";
import { mostLeaves, scaleFor } from "./leaf";
import { writePDF } from "./paper";

test("a PDF of pictures has its pages, and offsets that are right", async () => {
  const jpeg = new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xd9])]);
  const bytes = new Uint8Array(await writePDF([{ width: 200, height: 400, jpeg }, { width: 100, height: 100, jpeg }], 200).arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  assert.match(text, /\/Count 2 >>/);
  assert.match(text, /\/MediaBox \[0 0 72\.00 144\.00\]/);
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)![1]);
  assert.equal(text.slice(start, start + 4), "xref");
  const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map((m) => Number(m[1]));
  assert.equal(offsets.length, 8);
  offsets.forEach((at, i) => assert.ok(text.startsWith(`${i + 1} 0 obj\n`, at)));
  assert.doesNotMatch(text, /Info|Producer|CreationDate|\/ID/);
});

test("what the frame says is believed only where it is a picture of its size", () => {
  const pixels = new ArrayBuffer(4 * 6);
  assert.equal(readLeaf({ width: 2, height: 3, pixels, unsure: 1 }, 1).unsure, false);
  for (const said of [null, "ready", {}, { width: 2, height: 4, pixels }, { width: 1e6, height: 1e6, pixels }, { width: -2, height: -3, pixels }, { width: 2, height: 3, pixels: [0] }]) {
    assert.throws(() => readLeaf(said, 1), { key: "pdf-unreadable" });
  }
  assert.throws(() => readLeaf({ problem: "leaf" }, 7), { key: "pdf-leaf", slots: { n: 7 } });
  assert.throws(() => readBook({ problem: "locked" }), { key: "pdf-locked" });
  assert.throws(() => readBook({ problem: "invented" }), { key: "pdf-unreadable" });
  assert.throws(() => readBook({ leaves: mostLeaves + 1 }), { key: "pdf-too-long" });
  assert.throws(() => readBook({ leaves: 0.5 }), { key: "pdf-unreadable" });
  assert.throws(() => readReady({}), { key: "pdf-unreadable" });
});

test("a page of any size is drawn within bounds", () => {
  for (const [w, h] of [[595, 842], [1e6, 1], [1e6, 1e6], [14400, 14400]] as const) {
    const scale = scaleFor(w, h);
    assert.ok(w * scale <= 8000.001 && h * scale <= 8000.001 && w * h * scale * scale <= 8_000_001);
  }
});
