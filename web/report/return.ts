// The return page's script: it takes the code, opens what the office wrote and
// seals what the person answers. The code never leaves the browser; of what it
// opens nothing stays on the device. The contract with the page is in main.ts.

import { deriveKeys, parseCode } from "../seal/code";
import { Unreadable } from "../seal/envelope";
import { checkProof } from "../seal/proof";
import { checkReceipt, type Finding, parseReceipt } from "../seal/receipt";
import { type Consent, type Message, textIn } from "../seal/report";
import { type Item, Key, Offline, type Thread } from "../seal/thread";
import { Refused } from "../seal/upload";
import { Courier, Erased, readErrand } from "./courier";
import { Files } from "./files";
import { written } from "./form";
import { finish, guard, onLeave, watchExits } from "./leave";
import { byID, calm, canSeal, clone, complain, day, download, fill, listen, offer, on, say, show, showAll, size, takeOver, when, words } from "./page";
import { offerVoice } from "./voice";

// A ReturnPage is the page with its forms taken over.
class ReturnPage {
  private readonly files = new Files();
  private readonly courier: Courier;
  private readonly part = byID("thread");
  private readonly answer = byID<HTMLFormElement>("answer");
  private key: Key | undefined;

  constructor(private readonly form: HTMLFormElement) {
    this.courier = new Courier(readErrand(form), false); // who finds the device finds no code in it
    this.take(form, () => this.open());
    this.take(this.answer, () => this.say());
    this.take(byID<HTMLFormElement>("consent"), (f) => this.consent(f));
    on("withdraw", () => this.askWithdraw(true));
    on("withdraw-no", () => this.askWithdraw(false));
    on("withdraw-yes", () => void this.attempt(() => this.withdraw()));
    on("leave", finish);
    onLeave(() => this.key?.forget());
    guard(() => this.files.any || written(this.answer));
    offerVoice(this.files);
  }

  // take makes a form do something else than it would.
  private take(form: HTMLFormElement | null, what: (form: HTMLFormElement) => Promise<void>): void {
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.inert) return;
      form.inert = true;
      await this.attempt(() => what(form));
      form.inert = false;
    });
  }

  // attempt does something and tells what went wrong.
  private async attempt(what: () => Promise<void>): Promise<void> {
    calm();
    try {
      await what();
    } catch (error) {
      if (error instanceof Erased) return;
      if (error instanceof Offline) return complain("offline");
      if (error instanceof Unreadable) return complain("file-unreadable", { name: error.message });
      complain(`error-${error instanceof Refused ? error.code : "unknown"}`);
    }
  }

  private async open(): Promise<void> {
    const field = this.form.querySelector<HTMLInputElement>("[name=code]");
    const code = parseCode(field?.value ?? "");
    if (typeof code !== "string") return mistaken(code, field);
    say("opening");
    const { dataset } = this.form;
    const address = (name: string) => new URL(dataset[name] ?? "", location.href).href;
    const { lookup, seed } = await deriveKeys(code, dataset["office"] ?? "");
    const key = new Key(lookup, seed, { thread: address("thread"), item: address("item"), withdraw: address("withdraw") });
    let thread: Thread;
    try {
      thread = await key.thread();
    } catch (error) {
      if (error instanceof Refused && error.code === "unknown") return complain("code-unknown", {}, field);
      throw error;
    }
    this.key = key;
    this.form.reset(); // the code is no longer on the page
    show(this.form, false);
    showAll("[data-writing]", false);
    await this.show(thread);
    show(this.part, true);
    this.part?.focus();
  }

  private async show(thread: Thread): Promise<void> {
    const state = words(`state-${thread.state}`, { since: thread.since ? day(thread.since) : "" });
    when(state, { since: thread.since !== "" });
    byID("state")?.replaceChildren(state);
    for (const form of [this.answer, byID("consent")]) show(form?.closest("details") ?? form, thread.state !== "withdrawn");
    this.showChoice(thread.asked === true, thread.heeded ?? "");
    await this.showReceipt(thread);
    await this.showMessages(thread.items);
  }

  // showChoice says whether the office does as the person decided.
  private showChoice(asked: boolean, heeded: string): void {
    const part = byID("choice");
    if (heeded) fill(part, { day: day(heeded) });
    when(part, { sent: asked, heeded: !asked && heeded !== "" });
  }

  // showMessages shows them in the order in which they came.
  private async showMessages(items: Item[]): Promise<void> {
    const list = document.createDocumentFragment();
    const theirs = items.filter((i) => i.from === "office").length;
    let n = 0;
    for (const item of items) {
      if (item.from === "office") say("reading", { n: ++n, of: theirs });
      list.append(item.from === "office" ? await this.fromOffice(item) : fromMe(item));
    }
    byID("messages")?.replaceChildren(list);
    show(byID("no-messages"), theirs === 0);
    byID("status")?.replaceChildren();
  }

  private async fromOffice(item: Item): Promise<Node> {
    const opened = await this.key?.read(item).catch((error) => {
      if (error instanceof Offline || error instanceof Refused) throw error;
      return undefined; // what one officer's browser spoiled must not hide the rest
    });
    if (!opened) return clone("unreadable", {});
    const { message, files } = opened;
    const [text, lang] = textIn(message, this.lang);
    const part = clone("from-office", { text });
    part.querySelector<HTMLElement>("[data-slot=text]")?.setAttribute("lang", lang);
    const list = part.querySelector("[data-files]");
    for (const [i, { content }] of files.entries()) {
      const name = message.files?.[i]?.name ?? `${i + 1}`;
      const link = clone("file-link", { name, size: size(content.size) });
      const a = link.querySelector("a");
      if (a) offer(a, content, name);
      list?.append(link);
    }
    return part;
  }

  private async showReceipt({ receipt: file, proof }: Thread): Promise<void> {
    const part = byID("receipt");
    show(part, file !== "");
    if (file === "") return;
    const whole = proof && !file.includes("\nproof\n") ? `${file}proof\n${proof}` : file;
    fill(part, { receipt: whole });
    on("receipt", () => download(new Blob([whole]), "receipt.txt"));
    const facts = { promise: false, proof: false, good: false, bad: true, unchecked: false };
    try {
      const receipt = parseReceipt(whole);
      const key = this.form.dataset["promiseKey"] ?? "";
      let found: Finding = key ? "good" : "unchecked";
      if (receipt.promise) found = await checkReceipt(receipt, key);
      if (receipt.proof && found === "good") found = await checkProof(receipt, key);
      Object.assign(facts, { promise: !!receipt.promise && !receipt.proof, proof: !!receipt.proof && found !== "bad", bad: false, [found]: true });
      if (receipt.promise) fill(part, { by: time(receipt.promise.by) });
    } catch {
      // it is not a receipt: bad
    }
    when(part, facts);
  }

  private async say(): Promise<void> {
    const field = this.answer?.querySelector<HTMLTextAreaElement>("[name=text]");
    const text = field?.value.trim() ?? "";
    if (text === "" && !this.files.any) return complain("need-what", {}, field);
    const kind = this.files.any ? "addition" : "message";
    await this.send({ v: 1, from: "reporter", kind, lang: this.lang, text });
    this.answer?.reset();
    this.files.clear();
    say("answered");
  }

  private async consent(form: HTMLFormElement): Promise<void> {
    const consent = new FormData(form).get("consent") as Consent | null;
    if (!consent) return;
    await this.send({ v: 1, from: "reporter", kind: "consent", lang: this.lang, consent });
    this.showChoice(true, "");
    say("consent-changed");
  }

  // send seals a message, brings it to the office and shows it among the others.
  private async send(message: Message): Promise<void> {
    if (!this.key || message.kind === "note" || message.kind === "evidence") return;
    const attachments = message.kind === "consent" ? [] : await this.files.attachments();
    const parcel = await this.courier.seal({ kind: message.kind, token: this.key.token }, message, attachments);
    await this.courier.deliver(parcel, () => {});
    byID("messages")?.append(fromMe({ n: 0, from: "reporter", kind: message.kind, size: 0 }));
  }

  private askWithdraw(ask: boolean): void {
    const sure = byID("withdraw-sure");
    show(sure, ask);
    if (ask) sure?.focus();
  }

  private async withdraw(): Promise<void> {
    await this.key?.withdraw();
    this.askWithdraw(false);
    byID("state")?.replaceChildren(words("state-withdrawn"));
    this.showChoice(true, "");
    for (const form of [this.answer, byID("consent"), byID("withdraw-sure")]) show(form?.closest("details") ?? form, false);
    say("withdrawn");
  }

  private get lang(): string {
    return document.body.dataset["lang"] ?? document.documentElement.lang;
  }
}

// fromMe is something that the person sent: only the office can read it.
function fromMe({ kind }: Item): Node {
  const part = clone("from-me", {});
  when(part, { message: kind === "message", addition: kind === "addition", consent: kind === "consent", report: kind === "report" });
  return part;
}

function mistaken(mistake: { digits: number } | { group: number }, field: Element | null): void {
  if ("group" in mistake) return complain(mistake.group ? "code-group" : "code-wrong", { group: mistake.group }, field);
  const missing = 24 - mistake.digits;
  complain(missing > 0 ? "code-short" : "code-long", { have: mistake.digits, missing }, field);
}

// time is a day and a time of the day, UTC, in words.
function time(at: Date): Node {
  const [date = "", clock = ""] = at.toISOString().split("T");
  const part = document.createDocumentFragment();
  part.append(day(date), ` ${clock.slice(0, 5)} UTC`);
  return part;
}

listen();
watchExits();
const form = byID<HTMLFormElement>("return");
if (form && canSeal()) {
  takeOver();
  new ReturnPage(form);
}
