// The proof in a receipt: a C2SP tlog-proof, which says that an entry is in the
// ledger.

import { base64, type Bytes, equal, sha256, text } from "../src/bytes";
import { verifyCheckpoint } from "../src/checkpoint";
import { leafHash } from "../src/tiles";
import { commitmentOf, type Finding, type Receipt } from "./receipt";

const form = /^c2sp\.org\/tlog-proof@v1\nextra (\S+)\nindex (0|[1-9]\d*)\n((?:\S+\n)*)\n(.+)$/s;

// checkProof says whether the ledger whose key is vkey ("name+hash+key") has
// signed that it holds the entry that the receipt opens. "unchecked" is where the
// browser cannot verify Ed25519 signatures.
export async function checkProof(receipt: Receipt, vkey: string): Promise<Finding> {
  try {
    const [, extra = "", index = "", path = "", checkpoint = ""] = form.exec(receipt.proof) ?? [];
    const entry = base64(extra);
    const { commitment, n } = JSON.parse(text(entry)) as { commitment?: unknown; n?: unknown };
    if (typeof commitment !== "string" || !equal(base64(commitment), await commitmentOf(receipt)) || n !== Number(index)) return "bad";
    const { size, root } = await verifyCheckpoint(checkpoint, vkey);
    const climbed = await climb(Number(index), size, await leafHash(entry), path.split("\n").slice(0, -1).map(base64));
    return climbed && equal(climbed, root) ? "good" : "bad";
  } catch (error) {
    return error instanceof DOMException && error.name === "NotSupportedError" ? "unchecked" : "bad";
  }
}

// climb is the root of the tree over size entries that a path leads to from the
// entry at index, or undefined where the path is too long or too short: RFC 9162,
// 2.1.3.2.
async function climb(index: number, size: number, leaf: Bytes, path: Bytes[]): Promise<Bytes | undefined> {
  let hash = leaf;
  let last = size - 1;
  if (!(index <= last)) return undefined;
  for (const beside of path) {
    if (last === 0) return undefined;
    if (index % 2 === 1 || index === last) {
      hash = await sha256(Uint8Array.of(1), beside, hash);
      while (index % 2 === 0 && index > 0) [index, last] = [index / 2, Math.floor(last / 2)];
    } else {
      hash = await sha256(Uint8Array.of(1), hash, beside);
    }
    [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}
