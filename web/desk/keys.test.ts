import assert from "node:assert/strict";
import test from "node:test";

import { base64urlnopad, bech32 } from "@scure/base";

import files from "../../seal/testdata/keyfiles.json";
import vectors from "../../seal/testdata/shares.json";
import { identityString, recipientOf } from "../seal/age";
import type { Bytes } from "../src/bytes";
import { makeSecret, unwrap, unwrapWithPassphrase, wrap, wrapWithPassphrase, WrongKey } from "./keyfile";
import { loginSecret, propose, shortest } from "./passphrase";
import { Few, join, proof, read, type Share, split, write } from "./share";

const bytes = (s: string) => base64urlnopad.decode(s) as Bytes;

const secretOf = (identity: string) => bech32.decodeToBytes(identity.toLowerCase()).bytes as Bytes;

test("key files that Go made are opened", async () => {
  assert.equal(identityString(await unwrap(bytes(files.file), secretOf(files.key))), files.identity);
  assert.equal(identityString(await unwrapWithPassphrase(bytes(files.byPassphrase), files.passphrase)), files.identity);
  await assert.rejects(unwrapWithPassphrase(bytes(files.byPassphrase), files.passphrase + " "), WrongKey);
  await assert.rejects(unwrap(bytes(files.file), makeSecret()), WrongKey);
});

test("a key file is opened again", async () => {
  const [secret, key] = [makeSecret(), makeSecret()];
  assert.deepEqual(await unwrap(await wrap(secret, recipientOf(key)), key), secret);
  const composed = await wrapWithPassphrase(secret, "kreyo\u0300l pale kreyòl");
  assert.deepEqual(await unwrapWithPassphrase(composed, "kreyòl pale kreyo\u0300l"), secret);
});

for (const v of vectors) {
  test(`shares that Go made, ${v.need} of ${v.shares.length}, are joined`, () => {
    const shares = v.shares.map((s) => read(s)!);
    for (const [i, s] of shares.entries()) assert.equal(write(s), v.shares[i]);
    const chosen = [...shares].reverse().slice(0, v.need);
    const secret = join(chosen);
    assert.equal(identityString(secret), v.identity);
    assert.equal(base64urlnopad.encode(proof(secret)), v.proof);
    assert.throws(() => join(shares.slice(0, v.need - 1)), Few);
  });
}

test("any shares of a split make the key, wrong ones never do", () => {
  const { secret, shares } = split(3, 6);
  for (const pick of [[0, 1, 2], [5, 3, 1], [2, 4, 5], [0, 1, 2, 3, 4, 5]]) {
    assert.deepEqual(join(pick.map((i) => shares[i]!)), secret);
  }
  const forged: Share = { ...shares[0]!, value: shares[0]!.value + 1n };
  assert.throws(() => join([forged, shares[1]!, shares[2]!]));
  assert.throws(() => join([split(3, 3).shares[0]!, shares[1]!, shares[2]!]));
  for (const [need, of] of [[1, 3], [4, 3], [2, 21], [NaN, 3]] as const) assert.throws(() => split(need, of));
});

test("a share with a wrong letter is none", () => {
  const { shares } = split(2, 2);
  const good = write(shares[0]!);
  assert.deepEqual(read(` ${good.slice(0, 20)}\n ${good.slice(20).toUpperCase()} `), shares[0]);
  for (let i = 0; i < good.length; i++) {
    const wrong = good.slice(0, i) + (good[i] === "q" ? "p" : "q") + good.slice(i + 1);
    assert.equal(read(wrong), undefined, wrong);
  }
  assert.equal(read(""), undefined);
});

test("the login secret depends on all it is made of, and is the one of the specification", async () => {
  const made = await Promise.all([
    loginSecret("kreyo\u0300l pale", "AAAAAAAAAAAAAAAAAAAAAA", "lakay"),
    loginSecret("kreyòl pale", "AAAAAAAAAAAAAAAAAAAAAA", "lakay"),
    loginSecret("kreyòl pale ", "AAAAAAAAAAAAAAAAAAAAAA", "lakay"),
    loginSecret("kreyòl pale", "BAAAAAAAAAAAAAAAAAAAAA", "lakay"),
    loginSecret("kreyòl pale", "AAAAAAAAAAAAAAAAAAAAAA", "marasa"),
  ]);
  const [a, b, ...others] = made.map((m) => base64urlnopad.encode(m));
  assert.equal(a, b);
  assert.equal(new Set([a, ...others]).size, 4);
});

test("proposed passphrases are long, easy and never the same", () => {
  const made = Array.from({ length: 300 }, propose);
  for (const p of made) {
    assert.match(p, /^([bdfgklmnprstvz][aeiou]){3}( ([bdfgklmnprstvz][aeiou]){3}){4}$/);
    assert.ok(p.length >= shortest);
  }
  assert.equal(new Set(made).size, made.length);
});
