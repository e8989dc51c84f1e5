// Shares of the recovery key: Shamir's, over the scalar field of Ristretto255, as
// seal/share.go has them.

import { sha256 } from "@noble/hashes/sha2.js";
import { bech32 } from "@scure/base";

import { type Bytes, concat, equal, utf8 } from "../src/bytes";
import { identityString, recipientOf } from "../seal/age";

// order is that of Ristretto255.
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

const kind = "temwen-share";
const version = 1;
const size = 3 + 8 + 32;

// most is how many shares a key may be split into.
export const most = 20;

// A Share is one of those that a key was split into.
export interface Share {
  need: number;
  index: number;
  key: Bytes; // the beginning of the recipient's SHA-256
  value: bigint;
}

// split makes a key and its shares, of which need are needed.
export function split(need: number, of: number): { secret: Bytes; shares: Share[] } {
  if (!(need >= 2 && of >= need && of <= most)) throw new Error("a key cannot be split like that");
  const coefficients = Array.from({ length: need }, drawScalar);
  const secret = toBytes(coefficients[0]!);
  const key = print(secret);
  const shares = Array.from({ length: of }, (_, i) => ({ need, index: i + 1, key, value: at(coefficients, BigInt(i + 1)) }));
  return { secret, shares };
}

// at is the value of a polynomial.
const at = (coefficients: bigint[], x: bigint): bigint => coefficients.reduceRight((sum, c) => (sum * x + c) % order, 0n);

// A Few are fewer shares than are needed.
export class Few extends Error {
  constructor(
    readonly have: number,
    readonly need: number,
  ) {
    super("there are too few shares");
  }
}

// join makes the key again. More than are needed, and one twice, do no harm. It
// throws a Few, or an Error where they do not belong together.
export function join(all: Share[]): Bytes {
  const shares = all.filter((s, i) => all.findIndex((o) => o.index === s.index) === i);
  const first = shares[0];
  if (!first) throw new Few(0, 2);
  if (all.some((s) => s.need !== first.need || !equal(s.key, first.key))) throw new Error("shares of different keys");
  if (shares.length < first.need) throw new Few(shares.length, first.need);
  const secret = toBytes(shares.reduce((sum, s) => mod(sum + s.value * weight(shares, s)), 0n));
  if (!equal(print(secret), first.key)) throw new Error("one share is not what was given out");
  return secret;
}

// weight is Lagrange's for the value at 0.
function weight(shares: Share[], s: Share): bigint {
  const x = BigInt(s.index);
  let [above, below] = [1n, 1n];
  for (const other of shares) {
    if (other === s) continue;
    const y = BigInt(other.index);
    above = mod(above * y);
    below = mod(below * (y - x));
  }
  return mod(above * power(below, order - 2n));
}

const mod = (n: bigint): bigint => ((n % order) + order) % order;

function power(base: bigint, exponent: bigint): bigint {
  let product = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) product = mod(product * base);
    base = mod(base * base);
  }
  return product;
}

function drawScalar(): bigint {
  const n = mod(fromBytes(crypto.getRandomValues(new Uint8Array(64))));
  return n === 0n ? drawScalar() : n;
}

// Scalars are little-endian.
const fromBytes = (b: Bytes): bigint => b.reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n);

const toBytes = (n: bigint): Bytes => Uint8Array.from({ length: 32 }, (_, i) => Number((n >> BigInt(8 * i)) & 255n));

const print = (secret: Bytes): Bytes => sha256(utf8(recipientOf(secret))).slice(0, 8) as Bytes;

// write is a share as it is kept on paper.
export const write = (s: Share): string =>
  bech32.encodeFromBytes(kind, concat(Uint8Array.of(version, s.need, s.index), s.key, toBytes(s.value)));

// read reads a share, ignoring white space and case; undefined where it is none.
export function read(typed: string): Share | undefined {
  const clean = typed.replace(/\s/g, "").toLowerCase();
  let b: Bytes;
  try {
    const { prefix, bytes } = bech32.decodeToBytes(clean);
    if (prefix !== kind) return undefined;
    b = bytes as Bytes;
  } catch {
    return undefined;
  }
  const [v = 0, need = 0, index = 0] = b;
  const value = fromBytes(b.slice(11));
  const good = b.length === size && v === version && need >= 2 && need <= most && index >= 1 && index <= most && value < order;
  return good ? { need, index, key: b.slice(3, 11), value } : undefined;
}

// proof shows that somebody holds the recovery key.
export const proof = (secret: Bytes): Bytes => sha256(utf8("temwen recovery v1\n" + identityString(secret))) as Bytes;
