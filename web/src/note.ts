// C2SP signed notes: a text that ends with the signatures under it.

import { base64, type Bytes, concat, hex, sha256, utf8 } from "./bytes";

const ed25519 = 1; // the kind of key, as signed-note numbers them

// verifyNote returns the text that the owner of the key vkey ("name+hash+key")
// signed, and the name in the key; it throws where there is no such signature.
// Signatures of others, for example of witnesses, are passed over.
export async function verifyNote(note: string, vkey: string): Promise<{ signer: string; text: string }> {
  const { name, id, key } = await readKey(vkey);
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n")) throw new Error("a note without signatures");
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2, -1).split("\n").map(readSignature);
  const ours = signatures.find((s) => s.signer === name && hex(s.bytes.slice(0, 4)) === id);
  if (!ours) throw new Error("no signature of this key");
  if (!(await crypto.subtle.verify("Ed25519", key, ours.bytes.slice(4), utf8(text)))) throw new Error("a wrong signature");
  return { signer: name, text };
}

function readSignature(line: string): { signer: string; bytes: Bytes } {
  const [dash, signer, written, ...more] = line.split(" ");
  if (dash !== "—" || signer === undefined || written === undefined || more.length > 0) {
    throw new Error("a signature line that is none");
  }
  return { signer, bytes: base64(written) };
}

async function readKey(vkey: string): Promise<{ name: string; id: string; key: CryptoKey }> {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey);
  if (!match) throw new Error("a key that is none");
  const [, name = "", id = "", written = ""] = match;
  const key = base64(written);
  if (key.length !== 33 || key[0] !== ed25519) throw new Error("a key that is not Ed25519");
  const sum = await sha256(concat(utf8(name + "\n"), key));
  if (hex(sum.slice(0, 4)) !== id) throw new Error("a key that does not have its own hash");
  return { name, id, key: await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]) };
}
