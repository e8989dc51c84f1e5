// Coming back: what the office tells to who has the code.

import type { Bytes } from "../src/bytes";
import { open } from "./envelope";
import { base64url } from "./parcel";
import { type Message, readMessage } from "./report";
import type { Member } from "./tar";
import { discreet, errorCode, Refused } from "./upload";

// Addresses on our own host, with it.
export interface ThreadAddresses {
  thread: string;
  item: string;
  withdraw: string;
}

// A Thread is the state of a report and what went to and fro.
export interface Thread {
  state: string;
  since: string; // a day, or ""
  office_read?: boolean | string;
  asked?: boolean; // the person changed what may be done, and the office has not acted on it yet
  heeded?: string; // the day on which it did, or ""
  items: Item[];
  receipt: string;
  proof?: string;
}

// An Item is one envelope of the thread.
export interface Item {
  n: number;
  from: "reporter" | "office";
  kind: string;
  size: number;
}

// An Offline is a server that cannot be reached.
export class Offline extends Error {}

// A Key opens one thread.
export class Key {
  readonly token: string;

  constructor(
    lookup: Bytes,
    private readonly seed: Bytes,
    private readonly at: ThreadAddresses,
  ) {
    this.token = base64url(lookup);
  }

  // thread throws a Refused ("unknown" where there is no such report) or an Offline.
  async thread(): Promise<Thread> {
    return (await this.ask(this.at.thread, {})).json() as Promise<Thread>;
  }

  // read opens a message of the office, and throws where it cannot be opened.
  async read(item: Item): Promise<{ message: Message; files: Member[] }> {
    const envelope = await (await this.ask(this.at.item, { n: item.n })).blob();
    const members = await open(this.seed, envelope);
    return { message: await readMessage(members), files: members.slice(1) };
  }

  async withdraw(): Promise<void> {
    await this.ask(this.at.withdraw, {});
  }

  // forget makes it useless.
  forget(): void {
    this.seed.fill(0);
  }

  private async ask(address: string, body: object): Promise<Response> {
    const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: this.token, ...body }), ...discreet };
    const answer = await fetch(address, init).catch(() => {
      throw new Offline();
    });
    if (!answer.ok) throw new Refused((await errorCode(answer)) || "unknown");
    return answer;
  }
}
