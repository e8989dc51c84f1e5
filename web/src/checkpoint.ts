// Checkpoints of the ledger: C2SP tlog-checkpoint in a C2SP signed-note, with an
// Ed25519 signature of the log's own key.

import { base64, type Bytes } from "./bytes";
import { verifyNote } from "./note";

// A Checkpoint says how many entries the log has, and the hash of the tree over
// them.
export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
}

// verifyCheckpoint reads a signed checkpoint, or throws where it is not one of
// the log whose key vkey is ("name+hash+key"). Signatures of others, for example
// of witnesses, are passed over.
export async function verifyCheckpoint(note: string, vkey: string): Promise<Checkpoint> {
  const { signer, text } = await verifyNote(note, vkey);
  return read(text, signer);
}

function read(signed: string, name: string): Checkpoint {
  const [origin, written, root] = signed.split("\n");
  if (origin !== name) throw new Error("a checkpoint of another log");
  const size = Number(written);
  if (!Number.isSafeInteger(size) || size < 0 || String(size) !== written) throw new Error("a size that is none");
  const hash = base64(root ?? "");
  if (hash.length !== 32) throw new Error("a root that is none");
  return { origin, size, root: hash };
}
