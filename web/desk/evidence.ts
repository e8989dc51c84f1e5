// The evidence of a case: labels are opened with the key, files when somebody asks for
// it, and what is opened is compared with what was taken in.

import { byID, clone, download, fill, on, say, show as reveal, size, when } from "../report/page";
import { open } from "../seal/envelope";
import { type Exhibit, readMessage } from "../seal/report";
import type { Member } from "../seal/tar";
import { hex } from "../src/bytes";
import { ask, b64, request, unb64 } from "./ask";
import { fileName, fileOf, hash, type Kind, kindOf, preview } from "./file";
import { handIn } from "./handin";
import { isPDF } from "./leaf";
import { leaveAll, showLeaves } from "./leaves";
import { needKeys } from "./lock";
import { go } from "./nav";
import { type Redaction, redactPDF, redactPicture, redactText } from "./redact";
import { redactSound } from "./sound";
import { cut, visible } from "./text";
import { consent } from "./thread";
import { keys } from "./vault";
import { captured } from "./warc";
import { field, Told, value, working } from "./words";

// Showing of one page; another page, or locking, makes it void.
let turn = 0;
let shown: string[] = [];

// Held is an item whose file is open.
interface Held {
  content: Blob;
  name: string;
  why: string;
  kind: Kind | undefined; // where it is a picture or a recording
  pdf: boolean;
  words: string | undefined; // where it is a text
  redaction?: Redaction;
}
const held = new Map<HTMLElement, Held>();
const labels = new Map<HTMLElement, Exhibit>();
const before = new WeakMap<HTMLElement, Node[]>(); // what stood in an item before its label was opened

export function actions(): void {
  on("open-exhibit", (button) => act(button, (item, why) => show(item, why)));
  on("check-exhibit", (button) => act(button, async (item) => void (await compare(item, "check", true))));
  on("export-exhibit", (button) => act(button, exportFile));
  on("redact", (button) => act(button, redact));
  on("keep-redacted", (button) => act(button, keepRedacted));
  on("take-file", takeOver);
}

function act(button: HTMLElement, what: (item: HTMLElement, why: string) => Promise<void>): void {
  const item = button.closest<HTMLElement>("[data-exhibit]");
  const why = item?.querySelector<HTMLSelectElement>(".open-exhibit select")?.value ?? "";
  if (item) void working(button.closest<HTMLElement>("form, .file"), () => what(item, why));
}

export function mount(): void {
  turn++;
  leaveAll();
  for (const address of shown) URL.revokeObjectURL(address);
  shown = [];
  held.clear();
  labels.clear();
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-scan]")) {
    if (!form.dataset["ready"]) form.addEventListener("submit", (event) => scanned(event, form));
    form.dataset["ready"] = "yes";
  }
  const page = byID("evidence");
  if (!page) return;
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-hand-in]")) {
    if (!form.dataset["ready"]) form.addEventListener("submit", (event) => submitted(event, form));
    form.dataset["ready"] = "yes";
  }
  const chosen = page.querySelector<HTMLInputElement>("#evidence-file");
  if (chosen) chosen.onchange = () => void recognise(chosen);
  const items = [...page.querySelectorAll<HTMLElement>("[data-exhibit]")];
  for (const item of items) {
    item.querySelector("[data-opened]")?.replaceChildren();
    const body = bodyOf(item);
    if (!before.has(item)) before.set(item, [...body.childNodes]);
    else body.replaceChildren(...before.get(item)!);
  }
  if (keys()) void openLabels(items, turn);
}

const bodyOf = (item: HTMLElement): HTMLElement => item.querySelector<HTMLElement>("[data-body]")!;

const addressOf = (item: HTMLElement): string => item.dataset["exhibit"] ?? "";

async function openLabels(items: HTMLElement[], mine: number): Promise<void> {
  for (const item of items) {
    const part = await label(item);
    if (mine !== turn) return;
    bodyOf(item).replaceChildren(part);
  }
}

// label is what the sealed label of an item says.
async function label(item: HTMLElement): Promise<Node> {
  const epoch = Number(item.dataset["epoch"]);
  const secret = keys()?.epochs.get(epoch);
  if (!secret) return clone("no-key", { n: epoch });
  try {
    const envelope = await (await request(addressOf(item) + "/label", "application/json", "{}")).blob();
    const said = await readMessage(await open(secret, envelope));
    const about = said.exhibit!;
    labels.set(item, about);
    const part = clone("label", { name: visible(text(about.name)), size: size(Number(about.size)), sum: hex(unb64(about.sha256)) });
    const told = { text: text(said.text), address: text(about.address) };
    for (const [name, words] of Object.entries(told)) {
      reveal(part.querySelector<HTMLElement>(`[data-field=${name}]`), words !== "");
      fill(part, { [name]: visible(words) });
    }
    when(part, { stripped: about.stripped === true });
    return part;
  } catch {
    return clone("unreadable", {});
  }
}

const text = (v: unknown): string => (typeof v === "string" ? v : "");

// compare gets the sealed file, which the server notes, and holds it and what is in it
// against what was taken in. What differs is noted too, and is said with what there is.
async function compare(item: HTMLElement, why: string, noteWhole = false): Promise<{ content: Blob | undefined; part: DocumentFragment }> {
  needKeys();
  const epoch = Number(item.dataset["epoch"]);
  const secret = keys()?.epochs.get(epoch);
  if (!secret) throw new Told("no-wrap");
  say("opening");
  const mine = turn;
  const sealed = await (await request(addressOf(item) + "/open", "application/json", JSON.stringify({ why }))).blob();
  const sealedDiffers = hex(await hash(sealed)) !== item.dataset["sealed"];
  const file = await open(secret, sealed).then(
    (members: Member[]) => members[1]?.content,
    () => undefined,
  );
  const about = labels.get(item);
  const differs = !file || !about || b64(await hash(file)) !== about.sha256;
  if (mine !== turn) throw new Told("need-unlock");
  if (sealedDiffers || differs || noteWhole) await ask(addressOf(item) + "/acts/checked", { differs: sealedDiffers || differs });
  byID("status")?.replaceChildren();
  const part = clone("exhibit", {});
  when(part, { whole: !sealedDiffers && !differs, "sealed-differs": sealedDiffers, differs, content: !!file && !noteWhole });
  item.querySelector("[data-opened]")!.replaceChildren(part);
  return { content: file, part };
}

async function show(item: HTMLElement, why: string): Promise<void> {
  const { content } = await compare(item, why);
  if (!content) return;
  const box = item.querySelector<HTMLElement>("[data-opened]")!;
  const button = box.querySelector<HTMLButtonElement>("[data-do=show-exhibit]")!;
  const beginning = new Uint8Array(await content.slice(0, 32).arrayBuffer());
  const [kind, pdf] = [kindOf(beginning), isPDF(beginning)];
  const words = kind || pdf ? undefined : await readable(content);
  const redactable = kind !== undefined || pdf || words !== undefined;
  held.set(item, { content, name: text(labels.get(item)?.name), why, kind, pdf, words });
  when(box, { redactable, "not-redactable": !redactable });
  button.hidden = !kind && !redactable;
  button.onclick = () => {
    if (kind) return preview(box, button, kind, content, shown);
    if (pdf) return showLeaves(box, button, content);
    const said = Object.assign(document.createElement("p"), { className: "said" });
    said.append(visible(cut(words ?? "")));
    box.querySelector("[data-preview]")!.replaceChildren(said);
    button.hidden = true;
  };
}

// readable is a short text file, or undefined for anything else.
export async function readable(content: Blob): Promise<string | undefined> {
  if (content.size > 8 << 20) return undefined;
  try {
    const words = new TextDecoder("utf-8", { fatal: true }).decode(await content.arrayBuffer());
    return words.includes("\0") ? undefined : words;
  } catch {
    return undefined;
  }
}

// exportFile writes the plain file to the officer's computer, after that was noted.
async function exportFile(item: HTMLElement): Promise<void> {
  const open = held.get(item);
  if (!open) return;
  await ask(addressOf(item) + "/acts/exported", { why: open.why });
  download(open.content, fileName(open.name));
}

// redact shows what a copy without some parts is made with.
async function redact(item: HTMLElement): Promise<void> {
  const open = held.get(item);
  const place = item.querySelector<HTMLElement>("[data-redacting]");
  if (!open || !place) return;
  const part = document.createElement("div");
  const picture = open.kind?.tag === "img";
  part.append(clone(picture ? "redact-picture" : open.kind ? "redact-sound" : open.pdf ? "redact-pdf" : "redact-text", {}));
  part.hidden = !open.pdf; // a PDF shows how far it is; a picture is nothing until it can be drawn on
  place.replaceChildren(part);
  try {
    if (open.kind) open.redaction = await (picture ? redactPicture(part, open.content, open.kind.type) : redactSound(part, open.content, open.kind.type, shown));
    else open.redaction = open.pdf ? await redactPDF(part, open.content) : redactText(part, open.words ?? "");
  } catch (error) {
    place.replaceChildren();
    throw error;
  }
  part.hidden = false;
  place.querySelector<HTMLElement>("h4")?.focus();
}

// keepRedacted makes the copy, and keeps it beside the original.
async function keepRedacted(item: HTMLElement): Promise<void> {
  const redaction = held.get(item)?.redaction;
  if (!redaction) return;
  const { content, extension } = await redaction.copy();
  const page = byID("evidence")!.dataset["evidence"]!;
  const of = Number(item.dataset["n"]);
  const words = item.querySelector<HTMLTextAreaElement>("[data-redacting] [name=text]")?.value.trim() ?? "";
  await handIn(page, { name: `redacted-${of}.${extension}`, content, text: words, address: "", head: { origin: "office", of, made: "redacted" } });
  await go(page);
  say("evidence-taken");
}

// takeOver asks into which case a file of a report is taken, and takes it.
function takeOver(button: HTMLElement): void {
  const row = button.closest<HTMLElement>(".file");
  const item = button.closest<HTMLElement>("[data-item]");
  const file = row && fileOf(row);
  if (!row || !item || !file) return;
  row.append(clone("take-over", {}));
  button.hidden = true;
  const form = row.querySelector<HTMLFormElement>(".take-over")!;
  when(form, { "may-not": ["office", "refer"].includes(consent()) });
  form.querySelector("select")?.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void working(form, async () => {
      const grade = gradeOf(form);
      await handIn(value(form, "case"), {
        name: text(file.note.name),
        content: file.content,
        text: value(form, "text").trim(),
        address: "",
        stripped: file.note.stripped === true,
        head: { origin: "report", thread: item.dataset["thread"] ?? "", item: Number(item.dataset["n"]), ...(grade && { grade }) },
      });
      form.remove();
      say("evidence-taken");
    });
  });
}

// recognise fills in the form where the file is a captured web page.
async function recognise(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  const found = file && (await captured(file).catch(() => undefined));
  if (!found || !input.form || input.files?.[0] !== file) return;
  field(input.form, "origin").value = "web";
  field(input.form, "day").value = found.day;
  field(input.form, "address").value = found.address;
}

function gradeOf(form: HTMLFormElement): string {
  const grade = value(form, "reliability") + value(form, "credibility");
  if (grade.length === 1) throw new Told("need-grade", {}, field(form, "reliability"));
  return grade;
}

// scanned takes in the scan of a letter, where one was chosen, before the form that records
// the letter is sent with its number.
function scanned(event: SubmitEvent, form: HTMLFormElement): void {
  const input = field(form, "scan");
  const file = input.files?.[0];
  if (!file) return;
  event.preventDefault();
  byID("problem")!.hidden = true;
  void working(form, async () => {
    needKeys();
    const n = await handIn(form.dataset["scan"]!, { name: file.name, content: file, text: "", address: "", head: { origin: "recipient", day: value(form, "on") } });
    const kept = form.elements.namedItem("evidence") as HTMLSelectElement;
    kept.append(new Option(String(n), String(n), true, true));
    input.value = "";
  }).then(() => {
    if (!input.value) form.requestSubmit();
  });
}

function submitted(event: Event, form: HTMLFormElement): void {
  event.preventDefault();
  byID("problem")!.hidden = true;
  void working(form, async () => {
    const file = field(form, "file").files?.[0];
    needKeys();
    if (!file) throw new Told("need-file", {}, field(form, "file"));
    const grade = gradeOf(form);
    const [day, of, made] = [value(form, "day").trim(), Number(value(form, "of")), value(form, "made")];
    await handIn(form.dataset["handIn"]!, {
      name: file.name,
      content: file,
      text: value(form, "text").trim(),
      address: value(form, "address").trim(),
      head: { origin: value(form, "origin"), ...(day && { day }), ...(grade && { grade }), ...(of && { of, made }) },
    });
    await go(form.dataset["handIn"]!);
    say("evidence-taken");
  });
}
