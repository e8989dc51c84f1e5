// A report and what followed: opened in this browser, answered, and moved on.

import { Files } from "../report/files";
import { byID, fill, on, say, show as reveal, when, words } from "../report/page";
import { recipientOf } from "../seal/age";
import { open, seal } from "../seal/envelope";
import { type Attachment, type Message, pack } from "../seal/report";
import { type Bytes, concat } from "../src/bytes";
import { ask, b64, request } from "./ask";
import { readSaid, type Said } from "./document";
import { remember } from "./inbox";
import { needKeys } from "./lock";
import { go } from "./nav";
import { listed, show, wordsFor } from "./show";
import { plain } from "./text";
import { keys, type Opened } from "./vault";
import { field, onSubmit, Told, value } from "./words";

// Larger items are opened when the officer asks for it.
const atOnce = 4 << 20;

// Opening of one page; another page, or locking, makes it void.
let turn = 0;
let shown: string[] = [];
const read = new Map<HTMLElement, Said>();

export function actions(): void {
  on("open-item", (button) => {
    const item = button.closest<HTMLElement>("[data-item]");
    const open = keys();
    if (item && open) void openItems([item], open, turn);
  });
}

export function mount(): void {
  turn++;
  forget();
  const thread = byID("thread");
  if (!thread) return;
  if (!thread.dataset["ready"]) forms(thread);
  thread.dataset["ready"] = "yes";
  const items = [...thread.querySelectorAll<HTMLElement>("[data-item]")];
  const opened = keys();
  for (const item of items) {
    if (!opened) seals(item);
    reveal(item.querySelector("[data-do=open-item]"), !!opened && Number(item.dataset["size"]) > atOnce);
  }
  if (!opened) return reveal(byID("first"), false);
  void openItems(items.filter((i) => Number(i.dataset["size"]) <= atOnce), opened, turn);
}

// forget takes back what was shown.
function forget(): void {
  for (const address of shown) URL.revokeObjectURL(address);
  shown = [];
  read.clear();
}

// kept is what stood in an item before it was opened.
const kept = new WeakMap<HTMLElement, Node[]>();

function seals(item: HTMLElement): void {
  const before = kept.get(item);
  if (before) bodyOf(item).replaceChildren(...before);
}

const bodyOf = (item: HTMLElement): HTMLElement => item.querySelector<HTMLElement>("[data-body]")!;

async function openItems(items: HTMLElement[], opened: Opened, mine: number): Promise<void> {
  const news = new Map<string, number[]>();
  for (const item of items) {
    if (!kept.has(item)) kept.set(item, [...bodyOf(item).childNodes]);
    bodyOf(item).replaceChildren(template("opening"));
    const part = await openItem(item, opened, mine);
    if (mine !== turn) return;
    bodyOf(item).replaceChildren(part);
    const thread = item.dataset["thread"] ?? "";
    if (read.has(item) && !("old" in item.dataset)) news.set(thread, [...(news.get(thread) ?? []), Number(item.dataset["n"])]);
  }
  first();
  for (const [thread, numbers] of news) {
    const address = byID("thread")?.dataset["opened"]?.replace(byID("thread")?.dataset["thread"] ?? "", thread);
    if (address) await ask(address, { items: numbers }).catch(() => {}); // the next opening says so again
  }
}

const template = (id: string): Node => byID<HTMLTemplateElement>(id)!.content.cloneNode(true);

async function openItem(item: HTMLElement, opened: Opened, mine: number): Promise<Node> {
  const epoch = Number(item.dataset["epoch"]);
  const secret = opened.epochs.get(epoch);
  if (!secret) {
    const part = template("no-key") as DocumentFragment;
    fill(part, { n: epoch });
    return part;
  }
  try {
    const envelope = await (await request(item.dataset["item"] ?? "", "application/json", "{}")).blob();
    const said = await readSaid(await open(secret, envelope));
    if (mine !== turn) return document.createDocumentFragment();
    read.set(item, said);
    if (said.isReport) remember(item.dataset["thread"] ?? "", said.fields.get("what") ?? "");
    return show(said, shown);
  } catch {
    return template("unreadable");
  }
}

// consent is what may be done with the report now: the latest word of the person,
// under one code where a thread is given.
export function consent(thread?: string): string {
  let latest = "";
  for (const [item, said] of read) {
    if (thread && item.dataset["thread"] !== thread) continue;
    const byPerson = ["report", "message", "addition", "consent"].includes(item.dataset["kind"] ?? "");
    if (byPerson && said.consent) latest = said.consent;
  }
  return latest;
}

const report = (): Said | undefined => [...read.values()].find((s) => s.isReport);

// first tells before all else what the person needs and what may be done.
function first(): void {
  const part = byID("first");
  const said = report();
  if (!part || !said) return;
  when(part, { needs: said.needs.length > 0, danger: said.still });
  fill(part, { needs: listed("need", said.needs), consent: wordsFor("consent", consent()) });
  reveal(part, true);
  const refer = byID("refer");
  when(refer, { "may-not": consent() === "office" });
  for (const select of document.querySelectorAll<HTMLSelectElement>("[data-heed]")) select.value = consent(select.dataset["heed"]) || select.value;
  for (const box of refer?.querySelectorAll<HTMLInputElement>("[name=needs]") ?? []) box.checked = said.needs.includes(box.value);
  const reply = byID("reply");
  when(reply, { lang: said.lang !== "" });
  fill(reply, { lang: wordsFor("language", said.lang) });
}

// roomForFiles is how many bytes the files of a letter may have together: it is sealed
// for each code of the person and for the office, and said in one piece.
const roomForFiles = 8 << 20;

function forms(thread: HTMLElement): void {
  const files = new Files(roomForFiles);
  onSubmit("reply", async (form) => {
    const letter = await sealLetter(files.any ? value(form, "text").trim() : needText(form), await files.attachments());
    say("sending");
    await done(form, { letter });
  });
  onSubmit("note", async (form) => {
    await done(form, await sealNote(needText(form)));
  });
  onSubmit("refer", async (form) => {
    const needs = [...form.querySelectorAll<HTMLInputElement>("[name=needs]:checked")].map((b) => b.value);
    const to = plain(value(form, "to"));
    needKeys();
    if (consent() === "office") throw new Told("error-not-allow");
    if (!needs.length || !to) throw new Told("need-needs", {}, field(form, "to"));
    const note = words("referred", { needs: listed("need", needs), to }).textContent ?? "";
    const text = value(form, "text").trim();
    await done(form, {
      ...stage(thread, "referred"),
      note: await sealNote(note),
      ...(text && { letter: await sealLetter(text) }),
    });
  });
  offerServices();
  for (const id of ["move", "not-ours"]) {
    onSubmit(id, async (form) => {
      const text = value(form, "text").trim();
      const foreign = value(form, "foreign") === "1";
      await done(form, {
        ...stage(thread, value(form, "stage")),
        since: value(form, "since"),
        foreign,
        ...(text && { letter: await sealLetter(text) }),
      });
    });
  }
}

const stage = (thread: HTMLElement, to: string) => ({ seen: Number(thread.dataset["seen"]), stage: to });

function needText(form: HTMLFormElement): string {
  const text = value(form, "text").trim();
  if (!text) throw new Told("need-text", {}, field(form, "text"));
  return text;
}

async function done(form: HTMLFormElement, what: object): Promise<void> {
  const { next } = await ask<{ next: string }>(form.action, what);
  await go(next);
}

// offerServices fills in to whom the person is referred, and words for them in their
// language, when a service is chosen. What an officer wrote themself stays.
function offerServices(): void {
  const form = byID<HTMLFormElement>("refer");
  const choice = byID<HTMLSelectElement>("refer-service");
  let proposed = "";
  choice?.addEventListener("change", () => {
    const service = choice.selectedOptions[0];
    const text = form && field(form, "text");
    if (!form || !service || !text) return;
    field(form, "to").value = service.value;
    const own = text.value.trim() !== "" && text.value !== proposed;
    if (own) return;
    proposed = service.dataset[language()] ?? "";
    text.value = proposed;
    text.lang = proposed && language();
  });
}

// language is the person's, where it is known.
const language = (): string => report()?.lang || document.documentElement.lang;

// sealLetter seals a text and files to the person, under each of their codes, and to
// the office.
async function sealLetter(text: string, files: Attachment[] = []) {
  const message: Message = { v: 1, from: "office", kind: "message", lang: language(), text };
  const { epoch, recipient } = ours();
  say("sealing");
  const person: Record<string, string> = {};
  for (const r of document.querySelectorAll<HTMLInputElement>(".reporter")) {
    const [thread = "", reply = ""] = r.value.split(" ");
    person[thread] = await sealed(message, reply, files);
  }
  return { epoch, copy: await sealed(message, recipient, files), person };
}

async function sealNote(text: string) {
  const { epoch, recipient } = ours();
  say("sealing");
  return { epoch, envelope: await sealed({ v: 1, from: "office", kind: "note", lang: document.documentElement.lang, text }, recipient) };
}

// ours is the office's key in use, from the secret that is open here and not from
// what a page says.
export function ours(): { epoch: number; recipient: string; office: string } {
  const open = needKeys();
  const secret = open.epochs.get(open.latest);
  if (!secret) throw new Told("no-wrap");
  return { epoch: open.latest, recipient: recipientOf(secret), office: open.office };
}

async function sealed(message: Message, recipient: string, files: Attachment[] = []): Promise<string> {
  const pieces: Bytes[] = [];
  await seal(recipient, await pack(message, files), async (piece) => void pieces.push(piece));
  return b64(concat(...pieces));
}
