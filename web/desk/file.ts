// Files that came with a report: what they are is told by their own first bytes, never
// by what the report says. Only pictures and recordings are shown, as blob:, and PDFs, as
// pictures of their pages, when the officer asks for it; everything can be downloaded as it is.

import { base64urlnopad } from "@scure/base";
import { sha256 } from "@noble/hashes/sha2.js";

import { clone, fill, offer, size, when } from "../report/page";
import { read } from "../seal/envelope";
import { breathe } from "../seal/pace";
import type { FileNote } from "../seal/report";
import type { Bytes } from "../src/bytes";
import { hex } from "../src/bytes";
import { isPDF } from "./leaf";
import { showLeaves } from "./leaves";
import { plain, visible } from "./text";

export type Kind = { tag: "img" | "audio" | "video"; type: string };

const at = (b: Bytes, from: number, s: string): boolean => String.fromCharCode(...b.subarray(from, from + s.length)) === s;

// kinds are what a browser shows without running anything: no SVG, no PDF, no HTML.
const kinds: [Kind, (b: Bytes) => boolean][] = [
  [{ tag: "img", type: "image/jpeg" }, (b) => at(b, 0, "\xff\xd8\xff")],
  [{ tag: "img", type: "image/png" }, (b) => at(b, 0, "\x89PNG\r\n\x1a\n")],
  [{ tag: "img", type: "image/gif" }, (b) => at(b, 0, "GIF87a") || at(b, 0, "GIF89a")],
  [{ tag: "img", type: "image/webp" }, (b) => at(b, 0, "RIFF") && at(b, 8, "WEBP")],
  [{ tag: "audio", type: "audio/wav" }, (b) => at(b, 0, "RIFF") && at(b, 8, "WAVE")],
  [{ tag: "audio", type: "audio/ogg" }, (b) => at(b, 0, "OggS")],
  [{ tag: "audio", type: "audio/mpeg" }, (b) => at(b, 0, "ID3") || (b[0] === 0xff && ((b[1] ?? 0) & 0xe6) === 0xe2)],
  [{ tag: "audio", type: "audio/mp4" }, (b) => at(b, 4, "ftypM4A")],
  [{ tag: "audio", type: "audio/amr" }, (b) => at(b, 0, "#!AMR")],
  [{ tag: "video", type: "video/mp4" }, (b) => at(b, 4, "ftyp") && !at(b, 8, "avif") && !at(b, 8, "heic") && !at(b, 8, "mif1")],
  [{ tag: "video", type: "video/webm" }, (b) => at(b, 0, "\x1aE\xdf\xa3")],
];

// kindOf is how a file is shown, or undefined.
export const kindOf = (beginning: Bytes): Kind | undefined => kinds.find(([, is]) => is(beginning))?.[0];

// files are those of rows on the page, for who takes them over.
const files = new WeakMap<Element, Sent>();

type Sent = { note: Partial<FileNote>; content: Blob };

// fileOf is the file of a row.
export const fileOf = (row: Element): Sent | undefined => files.get(row);

// row is a file of the list; addresses of what is shown are put on shown, to be
// revoked.
export function row(note: Partial<FileNote>, content: Blob, shown: string[]): DocumentFragment {
  const { taken, place, camera } = note.meta ?? {};
  const part = clone("file", { name: visible(string(note.name)), size: size(content.size) });
  const item = part.firstElementChild as HTMLElement;
  files.set(item, { note, content });
  const told = { taken: string(taken).replace("T", " "), place: string(place), camera: string(camera) };
  for (const [name, value] of Object.entries(told)) {
    const field = item.querySelector<HTMLElement>(`[data-field=${name}]`)!;
    field.hidden = !value;
    fill(field, { [name]: visible(value) });
  }
  when(item, { stripped: note.stripped === true, whole: false, changed: false });
  const link = item.querySelector<HTMLAnchorElement>("[data-download]")!;
  offer(link, content, fileName(string(note.name)));
  shown.push(link.href);
  void describe(item, note, content, shown);
  return part;
}

async function describe(item: HTMLElement, note: Partial<FileNote>, content: Blob, shown: string[]): Promise<void> {
  const beginning = new Uint8Array(await content.slice(0, 32).arrayBuffer());
  const [kind, pdf] = [kindOf(beginning), isPDF(beginning)];
  const button = item.querySelector<HTMLButtonElement>("[data-do=show-file]")!;
  button.hidden = !kind && !pdf;
  if (kind) button.onclick = () => preview(item, button, kind, content, shown);
  if (pdf) button.onclick = () => showLeaves(item, button, content);
  const sum = await hash(content);
  fill(item, { sum: hex(sum) });
  const whole = base64urlnopad.encode(sum) === note.sha256;
  when(item, { whole, changed: !whole });
}

// preview shows a picture or plays a recording, in the place of its button.
export function preview(item: HTMLElement, button: HTMLElement, kind: Kind, content: Blob, shown: string[]): void {
  const element = document.createElement(kind.tag);
  const address = URL.createObjectURL(new Blob([content], { type: kind.type }));
  shown.push(address);
  if (element instanceof HTMLMediaElement) element.controls = true;
  else element.alt = item.querySelector("[data-slot=name]")?.textContent ?? "";
  element.src = address;
  item.querySelector("[data-preview]")!.replaceChildren(element);
  button.hidden = true;
}

export async function hash(content: Blob): Promise<Bytes> {
  const sum = sha256.create();
  for await (const piece of read(content)) {
    sum.update(piece);
    await breathe();
  }
  return sum.digest() as Bytes;
}

// fileName is a name that a file may have on the officer's computer.
export function fileName(name: string): string {
  const clean = plain(name).replace(/[\/\\:*?"<>|]/g, "_").replace(/^\.+/, "");
  return Array.from(clean).slice(-120).join("") || "file";
}

const string = (v: unknown): string => (typeof v === "string" ? v : "");
