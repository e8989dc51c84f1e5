// Proof of work: what makes flooding dear without asking anybody to read
// distorted letters.

import { sha256 } from "@noble/hashes/sha2.js";

import { utf8 } from "../src/bytes";
import { breathe } from "./pace";

// A Challenge is the server's; bits is how many zero bits the hash must begin with.
export interface Challenge {
  challenge: string;
  bits: number;
}

// solve finds a nonce such that SHA-256(challenge.nonce) begins with bits zero
// bits, and returns "challenge.nonce". About 2^bits hashes, in slices that keep
// the page alive: a worker's script would need a trusted address, and gains
// nothing on one core.
export async function solve({ challenge, bits }: Challenge): Promise<string> {
  const input = new Uint8Array(challenge.length + 17);
  input.set(utf8(challenge + "."));
  for (let nonce = 0; ; nonce++) {
    const end = writeDecimal(input, challenge.length + 1, nonce);
    if (zeroBits(sha256(input.subarray(0, end))) >= bits) return `${challenge}.${nonce}`;
    if (nonce % 64 === 63) await breathe();
  }
}

function writeDecimal(into: Uint8Array, at: number, n: number): number {
  const written = String(n);
  for (let i = 0; i < written.length; i++) into[at + i] = written.charCodeAt(i);
  return at + written.length;
}

// zeroBits is how many zero bits a hash begins with, 32 at most.
export function zeroBits(hash: Uint8Array): number {
  return Math.clz32((hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!);
}
