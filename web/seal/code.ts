// The code that a person keeps: 24 digits in six groups of four, of which 21 are
// random and 3 are check digits.

import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, utf8 } from "../src/bytes";

const digits = 24;
const random = 21;
const perGroup = 4;
const prime = 997;
const rounds = 65536;

// The weighted sum of a code's digits is 0 modulo 997. How seal/code.go found
// these weights, and what they promise, is written there.
const weights = [
  462, 924, 389, 851, 661, 325, 829, 493, 447, 86, 722, 361, 279, 93, 372, 186, 13, 39, 26, 52, 2, 100, 10, 1,
];

// makeCode draws a code: 24 digits.
export function makeCode(): string {
  const drawn = Array.from({ length: random }, digit).join("");
  return drawn + String((prime - sum(drawn + "000")) % prime).padStart(3, "0");
}

function digit(): number {
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 250) return byte % 10; // 250 is a multiple of 10: every digit is as likely
  }
}

function sum(code: string): number {
  return weights.reduce((n, w, i) => n + w * Number(code[i]), 0) % prime;
}

// groups are the six groups of a code.
export const groups = (code: string): string[] => code.match(/.{4}/g) ?? [];

// A Mistake says what is wrong with a code: the number of digits, or the group,
// counted from 1, in which the mistake most likely is; 0 for more than one.
export type Mistake = { digits: number } | { group: number };

// parseCode reads what was typed, ignoring everything but digits.
export function parseCode(typed: string): string | Mistake {
  const code = typed.replace(/[^0-9]/g, "");
  if (code.length !== digits) return { digits: code.length };
  const shift = sum(code);
  return shift === 0 ? code : { group: mistakes()[shift] ?? 0 };
}

// mistakes tells for each shift of the sum the group of the one mistake that
// causes it: a wrong digit, or two exchanged.
function mistakes(): number[] {
  const found: number[] = [];
  const mark = (weight: number, group: number) => {
    for (let d = 1; d <= 9; d++) {
      const shift = (((weight * d) % prime) + prime) % prime;
      found[shift] = found[(prime - shift) % prime] = group;
    }
  };
  const groupOf = (i: number) => Math.floor(i / perGroup);
  for (let i = perGroup; i < digits; i += perGroup) mark(weights[i]! - weights[i - 1]!, groupOf(i - 1) + 1);
  weights.forEach((w, i) => { // these say where for certain, and come last
    mark(w, groupOf(i) + 1);
    for (let j = groupOf(i) * perGroup; j < i; j++) mark(w - weights[j]!, groupOf(i) + 1);
  });
  return found;
}

// Keys are what a code opens at one office.
export interface Keys {
  // lookup is what is shown when coming back: 16 bytes.
  lookup: Bytes;
  // seed is the secret of the hybrid key for replies: 32 bytes.
  seed: Bytes;
}

// deriveKeys takes some tens of milliseconds, by intent.
export async function deriveKeys(code: string, office: string): Promise<Keys> {
  const key = await crypto.subtle.importKey("raw", utf8(code), "PBKDF2", false, ["deriveBits"]);
  const salt = utf8("temwen code v1\n" + office);
  const root = new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, key, 256));
  const part = (label: string, size: number) => expand(sha256, root, utf8(label), size) as Bytes;
  const keys = { lookup: part("temwen lookup v1", 16), seed: part("temwen reply v1", 32) };
  root.fill(0);
  return keys;
}
