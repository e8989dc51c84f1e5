// The parts of age-encryption that a page needs, without those it does not: its
// front door brings passphrases, hardware keys and two more curves along, a third of
// the weight. What is put together here is what its Encrypter and Decrypter do
// for one hybrid recipient.

import { encodeHeader, encodeHeaderNoMAC, parseHeader } from "../node_modules/age-encryption/dist/format.js";
import { HybridIdentity, HybridRecipient } from "../node_modules/age-encryption/dist/recipients.js";
import { decryptSTREAM, encryptSTREAM } from "../node_modules/age-encryption/dist/stream.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { bech32 } from "@scure/base";

import { type Bytes, equal, utf8 } from "../src/bytes";

const nonceSize = 16;

// A Sealer is the beginning of an age file and the stream that makes its payload. It
// serves once: a stream cannot be piped through again.
export interface Sealer {
  head: Bytes;
  payload: TransformStream<Uint8Array, Uint8Array>;
}

// begin begins an age file to one hybrid recipient ("age1pq1…"), and throws where
// that is none.
export function begin(recipient: string): Sealer {
  const fileKey = crypto.getRandomValues(new Uint8Array(16));
  const stanzas = new HybridRecipient(recipient).wrapFileKey(fileKey);
  const header = encodeHeader(stanzas, headerMAC(fileKey, encodeHeaderNoMAC(stanzas)));
  const nonce = crypto.getRandomValues(new Uint8Array(nonceSize));
  const head = new Uint8Array(header.length + nonceSize);
  head.set(header);
  head.set(nonce, header.length);
  const payload = encryptSTREAM(streamKey(fileKey, nonce));
  fileKey.fill(0);
  return { head, payload };
}

// open returns the stream that reads the payload of an age file, and where the payload begins; start
// is at least the whole head of the file. It throws where the identity, the 32-byte
// secret of a hybrid key, does not fit or the file was changed.
export async function open(identity: Bytes, start: Bytes): Promise<{ at: number; payload: TransformStream<Uint8Array, Uint8Array> }> {
  const { stanzas, headerNoMAC, MAC, headerSize } = await parseHeader(new Blob([start]).stream());
  const fileKey = new HybridIdentity(identityString(identity)).unwrapFileKey(stanzas);
  if (!fileKey) throw new Error("sealed to another key");
  if (!equal(headerMAC(fileKey, headerNoMAC) as Bytes, MAC as Bytes)) throw new Error("the head was changed");
  const at = headerSize + nonceSize;
  if (start.length < at) throw new Error("the file is cut");
  return { at, payload: decryptSTREAM(streamKey(fileKey, start.subarray(headerSize, at))) };
}

const headerMAC = (fileKey: Uint8Array, header: Uint8Array) =>
  hmac(sha256, hkdf(sha256, fileKey, undefined, utf8("header"), 32), header);

const streamKey = (fileKey: Uint8Array, nonce: Uint8Array) => hkdf(sha256, fileKey, nonce, utf8("payload"), 32);

// identityString is a secret as age's programs read it: "AGE-SECRET-KEY-PQ-1…".
export const identityString = (secret: Bytes): string => bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", secret).toUpperCase();

// recipientOf is the public half of a hybrid secret: "age1pq1…".
export const recipientOf = (secret: Bytes): string =>
  bech32.encode("age1pq", bech32.toWords(MLKEM768X25519.getPublicKey(secret)), false);
