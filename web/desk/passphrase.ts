// What a passphrase becomes beside the key that it opens: the login secret, which
// is all that the server ever learns of it.

import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, utf8 } from "../src/bytes";

const rounds = 600_000;

// shortest is how many characters a passphrase has at least.
export const shortest = 14;

// loginSecret is what an officer signs in with. It takes about half a second, by
// intent.
export async function loginSecret(passphrase: string, office: string, name: string): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", utf8(passphrase.normalize("NFC")), "PBKDF2", false, ["deriveBits"]);
  const salt = utf8(`temwen officer v1\n${office}\n${name}`);
  const root = new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, key, 256));
  return expand(sha256, root, utf8("temwen login v1"), 32) as Bytes;
}

// Syllables that anybody can read and write, in Creole as in the other languages:
// 14 consonants and 5 vowels.
const consonants = "bdfgklmnprstvz";
const vowels = "aeiou";
const words = 5;
const syllables = 3;

// propose draws a passphrase: five words of three syllables, 92 bits.
export function propose(): string {
  const word = () => Array.from({ length: syllables }, () => draw(consonants) + draw(vowels)).join("");
  return Array.from({ length: words }, word).join(" ");
}

function draw(from: string): string {
  const fair = 256 - (256 % from.length);
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fair) return from[byte % from.length]!;
  }
}
