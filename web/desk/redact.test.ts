import assert from "node:assert/strict";
import { test } from "node:test";

import { redacted } from "./redact";

test("what is taken out leaves a bar of one length", () => {
  assert.equal(redacted("the baker saw it", 4, 9), "the █████ saw it");
  assert.equal(redacted("the baker of Delmas saw it", 4, 19), "the █████ saw it");
  assert.equal(redacted("a b", 0, 3), "█████");
});

test("bars that touch become one, and do not tell how many passages there were", () => {
  const once = redacted("the baker saw it", 4, 9);
  assert.equal(redacted(once, 9, 13), "the █████ it");
  assert.equal(redacted(once, 5, 7), once);
  assert.equal(redacted(once, 0, 6), "█████ saw it");
});
