import assert from "node:assert/strict";
import { test } from "node:test";

import { silenced, wav } from "./sound";

test("what is taken out of a sound is silence, to the sample, whatever the spans are", () => {
  const sound = new Float32Array(40).fill(0.5);
  const left = silenced(
    sound,
    [
      { from: 0.95, to: 2.01 },
      { from: 1.5, to: 2 },
      { from: 3.9, to: 99 },
    ],
    10,
  );
  assert.deepEqual(
    [...left].map((s) => (s ? "x" : ".")).join(""),
    "xxxxxxxxx............xxxxxxxxxxxxxxxxxx.",
  );
  assert.equal(sound[10], 0.5);
});

test("a sound as a file has its samples and nothing else", () => {
  const file = wav(new Float32Array([0, 1, -1, 2, 0.5]), 22_050);
  assert.equal(file.length, 54);
  assert.equal(String.fromCharCode(...file.subarray(0, 4), ...file.subarray(8, 16), ...file.subarray(36, 40)), "RIFFWAVEfmt data");
  const samples = new DataView(file.buffer, 44);
  assert.deepEqual([0, 2, 4, 6, 8].map((at) => samples.getInt16(at, true)), [0, 32767, -32767, 32767, 16384]);
});
