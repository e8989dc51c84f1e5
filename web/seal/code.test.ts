import assert from "node:assert/strict";
import test from "node:test";

import vectors from "../../seal/testdata/codes.json";
import { sha256 } from "../src/bytes";
import { identityString, recipientOf } from "./age";
import { deriveKeys, groups, makeCode, parseCode } from "./code";
import { base64url } from "./parcel";

for (const v of vectors.codes) {
  test(`the code ${v.shown} opens the same as in Go`, async () => {
    assert.equal(parseCode(v.shown), v.digits);
    assert.equal(groups(v.digits).join(" "), v.shown);
    const { lookup, seed } = await deriveKeys(v.digits, v.office);
    assert.equal(base64url(lookup), v.lookup);
    assert.equal(base64url(await sha256(lookup)), v.lookupHash);
    assert.equal(base64url(seed), v.seed);
    assert.equal(identityString(seed), v.identity);
    assert.equal(recipientOf(seed), v.recipient);
  });
}

test("what is typed is read as in Go, and mistakes are found in the same group", () => {
  for (const { typed, code, digits, group } of vectors.typed) {
    const want = code !== "" ? code : digits !== 24 ? { digits } : { group };
    assert.deepEqual(parseCode(typed), want, typed);
  }
});

test("every code made is read again, and no two are alike", () => {
  const made = Array.from({ length: 500 }, makeCode);
  for (const code of made) assert.equal(parseCode(groups(code).join("\t")), code);
  assert.equal(new Set(made).size, made.length);
});

test("every digit is drawn about as often", () => {
  const counts = new Array<number>(10).fill(0);
  const drawn = 2000;
  for (let i = 0; i < drawn; i++) for (const d of makeCode().slice(0, 21)) counts[Number(d)]!++;
  const want = (drawn * 21) / 10;
  for (const n of counts) assert.ok(Math.abs(n - want) < 6 * Math.sqrt(want), `${counts}`);
});

test("any one wrong digit, and any two neighbours exchanged, are found in the right group", () => {
  const code = makeCode();
  const groupOf = (i: number) => Math.floor(i / 4) + 1;
  for (let i = 0; i < 24; i++) {
    for (let d = 1; d < 10; d++) {
      const wrong = code.slice(0, i) + ((Number(code[i]) + d) % 10) + code.slice(i + 1);
      assert.deepEqual(parseCode(wrong), { group: groupOf(i) });
    }
    if (i === 23 || code[i] === code[i + 1]) continue;
    const exchanged = parseCode(code.slice(0, i) + code[i + 1] + code[i] + code.slice(i + 2));
    assert.ok(typeof exchanged === "object" && "group" in exchanged);
    assert.ok([groupOf(i), groupOf(i + 1)].includes(exchanged.group));
  }
});
