// Key files: an identity, sealed for a key or for a passphrase, as
// docs/sealed-reports.md has it and the stock age opens it.

import { bech32 } from "@scure/base";
import { Decrypter, Encrypter } from "age-encryption";

import type { Bytes } from "../src/bytes";
import { identityString } from "../seal/age";

const passphraseWork = 18;

// A WrongKey is a key or passphrase that does not open a file.
export class WrongKey extends Error {}

// makeSecret draws the secret of a hybrid key: 32 bytes.
export const makeSecret = (): Bytes => crypto.getRandomValues(new Uint8Array(32));

// wrap seals a secret for a recipient, "age1pq1…".
export async function wrap(secret: Bytes, recipient: string): Promise<Bytes> {
  const e = new Encrypter();
  e.addRecipient(recipient);
  return (await e.encrypt(identityString(secret) + "\n")) as Bytes;
}

// wrapWithPassphrase takes a second or two, by intent: pages have it done beside them.
export async function wrapWithPassphrase(secret: Bytes, passphrase: string): Promise<Bytes> {
  const e = new Encrypter();
  e.setPassphrase(passphrase.normalize("NFC"));
  e.setScryptWorkFactor(passphraseWork);
  return (await e.encrypt(identityString(secret) + "\n")) as Bytes;
}

// unwrap opens a key file with a secret. It throws a WrongKey.
export function unwrap(file: Bytes, secret: Bytes): Promise<Bytes> {
  const d = new Decrypter();
  d.addIdentity(identityString(secret));
  return read(d, file);
}

// unwrapWithPassphrase takes as long as wrapWithPassphrase. It throws a WrongKey.
export function unwrapWithPassphrase(file: Bytes, passphrase: string): Promise<Bytes> {
  const d = new Decrypter();
  d.addPassphrase(passphrase.normalize("NFC"));
  return read(d, file);
}

async function read(d: Decrypter, file: Bytes): Promise<Bytes> {
  let content: string;
  try {
    content = await d.decrypt(file, "text");
  } catch {
    throw new WrongKey();
  }
  return secretOf(content.replace(/\n$/, ""));
}

// secretOf reads an identity as age's programs write it.
function secretOf(identity: string): Bytes {
  const { prefix, bytes } = bech32.decodeToBytes(identity.toLowerCase());
  if (prefix !== "age-secret-key-pq-" || bytes.length !== 32) throw new Error("not a hybrid identity");
  return bytes as Bytes;
}
