// report.json and message.json: what is inside an envelope beside the files.

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, utf8 } from "../src/bytes";
import { read } from "./envelope";
import { breathe } from "./pace";
import { base64url } from "./parcel";
import { fileMember, type Member } from "./tar";

export type Consent = "office" | "refer" | "case" | "public";

// A Report is what somebody tells. Empty members are left out of the JSON.
export interface Report {
  v: 1;
  path: string;
  lang: string;
  what: string;
  when?: string;
  still?: boolean;
  where?: { department?: string; commune?: string; words?: string };
  who?: { force?: string; uniform?: string; vehicle?: string; unit?: string; nationality?: string };
  harmed?: { count?: string; words?: string };
  needs?: string[];
  witness?: string;
  consent: string;
  contact?: string;
  files?: FileNote[];
  channel: "browser";
}

// A Message is what is said after a report.
export interface Message {
  v: 1;
  from: "reporter" | "office";
  kind: "message" | "addition" | "consent" | "note" | "evidence";
  lang: string;
  text?: string;
  in?: Record<string, string>; // the text in other languages, from the office
  consent?: Consent;
  files?: FileNote[];
  exhibit?: Exhibit;
}

// An Exhibit is what the label of an item of evidence says of its file.
export interface Exhibit extends Omit<FileNote, "member"> {
  address?: string;
}

// Meta is what a picture tells beside what it shows.
export interface Meta {
  taken?: string;
  place?: string;
  camera?: string;
}

// A FileNote describes a file beside a report or message.
export interface FileNote {
  member: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  stripped?: boolean;
  meta?: Meta;
}

// An Attachment is a file that the person added.
export interface Attachment {
  name: string;
  content: Blob;
  stripped: boolean;
  meta: Meta;
}

// pack makes the members of an envelope: the document, then its files. It reads
// every file once, for its hash, and throws where one cannot be read.
export async function pack(document: Report | Message, attachments: Attachment[]): Promise<Member[]> {
  const notes = [];
  for (const [i, a] of attachments.entries()) notes.push(await describe(a, i + 1));
  const json = JSON.stringify(pruned({ ...document, files: notes }));
  const name = "what" in document ? "report.json" : "message.json";
  return [
    { name, content: new Blob([utf8(json)]) },
    ...attachments.map(({ content }, i) => ({ name: fileMember(i + 1), content })),
  ];
}

// readMessage reads what is said in an opened envelope. Its form is checked as far as
// a page relies on it.
export async function readMessage([first]: Member[]): Promise<Message> {
  const m = JSON.parse((await first?.content.text()) ?? "") as Partial<Message>;
  const files = m.files ?? [];
  const said = m.v === 1 && typeof (m.text ?? "") === "string" && Array.isArray(files);
  if (first?.name !== "message.json" || !said || !files.every((f) => typeof f.name === "string" && typeof f.member === "string")) {
    throw new Error("not a message");
  }
  return m as Message;
}

// textIn is the text of a message in a language, where it is there in it, and the
// language that it is in.
export function textIn(message: Message, lang: string): [text: string, lang: string] {
  const text = Object.entries(message.in ?? {}).find(([l]) => l === lang)?.[1];
  return typeof text === "string" ? [text, lang] : [message.text ?? "", message.lang];
}

async function describe({ name, content, stripped, meta }: Attachment, n: number): Promise<FileNote> {
  const type = content.type.replace(/;.*/s, "").trim().toLowerCase();
  return {
    member: fileMember(n),
    name: fileName(name) || fileMember(n).replace("/", "-"),
    type: /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}$/.test(type) ? type : "application/octet-stream",
    size: content.size,
    sha256: base64url(await hash(content)),
    stripped,
    meta,
  };
}

// fileName is a name without paths and control characters, 255 bytes at most.
function fileName(name: string): string {
  let short = name.replace(/^.*[\/\\]/s, "").replace(/[\0-\x1f\x7f-\x9f]/g, "");
  while (utf8(short).length > 255) short = Array.from(short).slice(1).join(""); // the end tells what it is
  return short === "." || short === ".." ? "" : short;
}

async function hash(content: Blob): Promise<Bytes> {
  const sum = sha256.create();
  for await (const part of read(content)) {
    sum.update(part);
    await breathe();
  }
  return sum.digest() as Bytes;
}

// pruned is a document without its empty members; 0 is not empty.
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.length ? value.map(pruned) : undefined;
  if (typeof value !== "object" || value === null) return value === "" || value === false ? undefined : value;
  const kept = Object.entries(value).map(([k, v]) => [k, pruned(v)] as const).filter(([, v]) => v !== undefined);
  return kept.length ? Object.fromEntries(kept) : undefined;
}
