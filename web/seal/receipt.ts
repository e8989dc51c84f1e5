// The receipt file: what the office promised, and the proof that it was kept.

import { base64, type Bytes, equal, hex, utf8 } from "../src/bytes";
import { verifyNote } from "../src/note";

// A Receipt as its file tells it. Nothing of it is true because it stands there.
export interface Receipt {
  salt: Bytes;
  opened: string; // the private part, as it was committed to
  // promise is there until, and often after, the entry is published.
  promise?: { note: string; commitment: Bytes; by: Date };
  proof: string; // a tlog-proof; "" while the entry is not published
}

const form = /^temwen receipt v1\nledger\n\S+\nopening\n(\S+)\n(\S[^\n]*)\n(?:promise\n(.+?\n\n(?:— \S+ \S+\n)+))?(?:proof\n(.+))?$/s;

// parseReceipt throws where the text is no receipt.
export function parseReceipt(file: string): Receipt {
  const m = form.exec(file);
  if (!m) throw new Error("not a receipt");
  const [, salt = "", opened = "", note, proof = ""] = m;
  if (opened.includes("\n") || (!note && !proof)) throw new Error("not a receipt");
  if (base64(salt).length !== 32) throw new Error("a salt that is none"); // a longer one can have the same effect
  return { salt: base64(salt), opened, proof, ...(note && { promise: parsePromise(note) }) };
}

function parsePromise(note: string): { note: string; commitment: Bytes; by: Date } {
  const [kind, , commitment = "", by = ""] = note.split("\n");
  if (kind !== "temwen.promise/v1" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/.test(by)) throw new Error("not a promise");
  return { note, commitment: base64(commitment), by: new Date(by) };
}

// A Finding is what this browser can say of a receipt without anybody's help.
export type Finding = "good" | "bad" | "unchecked";

// checkReceipt says whether the promise is signed by the ledger whose key is vkey
// ("name+hash+key"), and commits to the envelope with a hash (base64url), if that
// is known: whoever keeps a receipt that is for something else keeps nothing.
// "unchecked" is where no key is known, where the browser cannot verify Ed25519
// signatures, or where there is only a proof, which checkProof checks.
export async function checkReceipt(receipt: Receipt, vkey: string, envelope?: string): Promise<Finding> {
  if (envelope !== undefined && !names(receipt.opened, envelope)) return "bad";
  if (!receipt.promise) return "unchecked";
  if (!equal(await commitmentOf(receipt), receipt.promise.commitment)) return "bad";
  if (vkey === "") return "unchecked";
  try {
    await verifyNote(receipt.promise.note, vkey);
    return "good";
  } catch (error) {
    return error instanceof DOMException && error.name === "NotSupportedError" ? "unchecked" : "bad";
  }
}

// names reports whether a private part has a hash (base64url), also written as the
// record writes it.
function names(opened: string, hash: string): boolean {
  const bytes = base64(hash.replace(/-/g, "+").replace(/_/g, "/") + "=");
  return [hash, hex(bytes)].some((written) => opened.includes(`"${written}"`));
}

// commitmentOf is what the ledger has of the private part that a receipt opens.
export async function commitmentOf({ salt, opened }: Receipt): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8(opened)));
}
