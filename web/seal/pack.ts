// From what the person wrote to a parcel that waits in the outbox.

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, concat } from "../src/bytes";
import type { Sealer } from "./age";
import { seal } from "./envelope";
import { atWork, type Outbox, type Waiting } from "./outbox";
import { archiveSize } from "./tar";
import { base64url, type Head, newID } from "./parcel";
import { type Attachment, type Message, pack, type Report } from "./report";

// An Office is whom it is for: the key of its epoch.
export interface Office {
  id: string;
  epoch: number;
  recipient: string;
}

const pieceSize = 512 << 10;

// packUp seals a document with its files into the outbox, into an envelope that was
// begun, if there is one. done is told the share that
// is through, 0 to 1. It throws an Unreadable, or what the outbox throws; nothing waits then.
export async function packUp(
  outbox: Outbox,
  to: Office,
  address: Pick<Head, "kind" | "lookup" | "reply" | "token">,
  document: Report | Message,
  attachments: Attachment[],
  done: (share: number) => void,
  begun?: Sealer,
): Promise<Waiting> {
  return atWork(async () => {
    const head: Head = { v: 1, id: newID(), office: to.id, epoch: to.epoch, ...address };
    const members = await pack(document, attachments);
    const pieces = new Pieces(outbox, head.id);
    const all = archiveSize(members);
    await seal(begun ?? to.recipient, members, (b) => pieces.add(b), (bytes) => done(Math.min(1, bytes / all)));
    const waiting = { head, ...(await pieces.end()) };
    await outbox.keep(waiting);
    return waiting;
  });
}

// Pieces gathers an envelope into pieces of the outbox.
class Pieces {
  private readonly sum = sha256.create();
  private readonly lengths: number[] = [];
  private gathered: Bytes[] = [];
  private size = 0;

  constructor(
    private readonly outbox: Outbox,
    private readonly id: string,
  ) {}

  async add(bytes: Bytes): Promise<void> {
    this.sum.update(bytes);
    this.gathered.push(bytes);
    this.size += bytes.length;
    if (this.size >= pieceSize) await this.flush();
  }

  async end(): Promise<Pick<Waiting, "pieces" | "sum">> {
    if (this.size > 0) await this.flush();
    return { pieces: this.lengths, sum: base64url(this.sum.digest() as Bytes) };
  }

  private async flush(): Promise<void> {
    await this.outbox.put(this.id, this.lengths.length, concat(...this.gathered));
    this.lengths.push(this.size);
    this.gathered = [];
    this.size = 0;
  }
}
