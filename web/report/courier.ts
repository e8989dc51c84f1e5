// The courier seals what was written and brings it to the office, and tells on the
// page how far it is.

import { leftOutbox, MemoryOutbox, openOutbox, type Outbox, parcelSize, type Waiting } from "../seal/outbox";
import { Unreadable } from "../seal/envelope";
import { type Office, packUp } from "../seal/pack";
import type { Sealer } from "../seal/age";
import type { Head } from "../seal/parcel";
import { checkReceipt, type Finding, parseReceipt } from "../seal/receipt";
import type { Attachment, Message, Report } from "../seal/report";
import { type Addresses, type Progress, Refused, Sender } from "../seal/upload";
import { byID, complain, fill, on, say, show, size } from "./page";

// An Errand is what page and courier agree on: where, for whom, and whose receipts
// are good ("name+hash+key", or "").
export interface Errand {
  office: Office;
  to: Addresses;
  promiseKey: string;
}

// readErrand reads it from a form's data attributes.
export function readErrand({ dataset }: HTMLElement): Errand {
  const address = (name: string) => new URL(dataset[name] ?? "", location.href).href;
  return {
    office: { id: dataset["office"] ?? "", epoch: Number(dataset["epoch"]), recipient: dataset["recipient"] ?? "" },
    to: { key: address("key"), parcels: address("parcels"), uploads: address("uploads") },
    promiseKey: dataset["promiseKey"] ?? "",
  };
}

// An Erased is thrown where the person erased what was on its way.
export class Erased extends Error {}

// A Courier keeps what it cannot deliver yet in an outbox: on the device, or in
// memory where the browser refuses or nothing may stay behind.
export class Courier {
  private outbox: Outbox | undefined;
  private stop = new AbortController();

  constructor(
    private readonly errand: Errand,
    private readonly lasting: boolean,
  ) {
    on("send", () => dispatchEvent(new Event("online")));
    on("erase", () => void this.erase());
  }

  // seal puts a document into the outbox, in an envelope that was begun, if there is
  // one. It throws an Unreadable, or where this browser
  // cannot seal at all.
  async seal(address: Pick<Head, "kind" | "lookup" | "reply" | "token">, document: Report | Message, attachments: Attachment[], begun?: Sealer): Promise<Waiting> {
    const into = async (outbox: Outbox, begun?: Sealer) => {
      this.outbox = outbox;
      return packUp(outbox, this.errand.office, address, document, attachments, step((percent) => say("sealing", { percent })), begun);
    };
    if (this.outbox) return into(this.outbox, begun);
    const outbox = this.lasting ? await openOutbox() : new MemoryOutbox();
    try {
      return await into(outbox, begun);
    } catch (error) {
      if (error instanceof Unreadable || !outbox.lasting) throw error;
      return into(new MemoryOutbox()); // the device is full
    }
  }

  // deliver returns the receipt once the office has the parcel, or nothing where another
  // page has brought it there. waits is told when it has to wait. It throws a Refused or
  // an Erased.
  async deliver(parcel: Waiting, waits: () => void): Promise<string | undefined> {
    const outbox = this.outbox;
    const stop = this.stop.signal;
    if (!outbox) return undefined;
    const sending = step((percent) => say("sending", { percent }));
    const progress: Progress = (now) => {
      if ("sent" in now) return sending(now.sent / now.of);
      waits();
      void this.showWaiting();
      if (now.waits === "network") say(outbox.lasting ? "waiting" : "waiting-memory");
      else say(`error-${now.waits}`);
    };
    return alone(parcel.head.id, async () => {
      if (!(await outbox.waiting()).some((w) => w.head.id === parcel.head.id)) return undefined;
      const receipt = await new Sender(outbox, parcel, this.errand.to, progress, stop).send().catch((error) => {
        throw stop.aborted ? new Erased() : error;
      });
      if ((await this.verdict(receipt, parcel)) === "bad") complain("receipt-bad");
      await this.forget(parcel);
      return receipt;
    });
  }

  // verdict is what a receipt is worth. Only here and now is it known what it must be for.
  private async verdict(receipt: string, { sum }: Waiting): Promise<Finding> {
    try {
      return await checkReceipt(parseReceipt(receipt), this.errand.promiseKey, sum);
    } catch {
      return "bad"; // it is not a receipt
    }
  }

  // resume delivers what an earlier visit left.
  async resume(): Promise<void> {
    this.outbox = await leftOutbox();
    const left = (await this.outbox?.waiting()) ?? [];
    await this.showWaiting();
    for (const parcel of left) {
      try {
        await this.deliver(parcel, () => {});
        say("delivered");
      } catch (error) {
        if (error instanceof Refused) complain(`error-${error.code}`);
      }
    }
  }

  // forget removes a parcel, and every trace of the outbox if it was the last.
  async forget(parcel: Waiting): Promise<void> {
    await this.outbox?.remove(parcel.head.id);
    if ((await this.outbox?.waiting())?.length === 0) {
      await this.outbox?.vanish();
      this.outbox = undefined;
    }
    await this.showWaiting();
  }

  private async erase(): Promise<void> {
    const outbox = this.outbox;
    this.outbox = undefined;
    this.stop.abort();
    this.stop = new AbortController();
    await this.showWaiting();
    await outbox?.erase();
    say("erased");
  }

  private async showWaiting(): Promise<void> {
    const waiting = (await this.outbox?.waiting()) ?? [];
    const part = byID("outbox");
    fill(part, { count: waiting.length, size: size(waiting.reduce((n, w) => n + parcelSize(w), 0)) });
    show(part, waiting.length > 0);
  }
}

// step tells a share as a percentage, in steps of five: who hears the page is not
// told more than they can listen to.
function step(tell: (percent: number) => void): (share: number) => void {
  let last = -1;
  return (share) => {
    const percent = 5 * Math.floor(20 * share);
    if (percent !== last) tell((last = percent));
  };
}

// alone does something that no other page does with the same parcel.
function alone<T>(id: string, what: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request("o " + id, what) as Promise<T>) : what(); // a lock's name must not begin with -
}
