// What people said, shown: fields by their names, files in a list.

import { clone, fill, words } from "../report/page";
import type { Said } from "./document";
import { row } from "./file";
import { cut, isLong, visible } from "./text";

// told are values that the page has words for.
const told = new Set(["witness", "path", "channel"]);

// wordsFor are the page's words for a value, or the value itself where it has none.
export function wordsFor(kind: string, value: string): DocumentFragment {
  const known = /^[A-Za-z-]+$/.test(value) ? words(`${kind}-${value}`) : document.createDocumentFragment();
  return known.hasChildNodes() ? known : visible(value);
}

// listed joins the words for several values.
export function listed(kind: string, values: string[]): DocumentFragment {
  const part = document.createDocumentFragment();
  values.forEach((v, i) => part.append(i ? ", " : "", wordsFor(kind, v)));
  return part;
}

// said is a report or a message for the page. Addresses of blobs are put on shown.
export function show(said: Said, shown: string[]): DocumentFragment {
  const part = clone(said.isReport ? "report" : "message", {});
  const values = new Map<string, Node | string>();
  for (const [name, text] of said.fields) values.set(name, told.has(name) ? wordsFor(name, text) : long(text));
  const place = ["words", "commune"].map((n) => said.fields.get(n) ?? "").filter(Boolean);
  const department = said.fields.get("department");
  if (place.length || department) {
    const where = document.createDocumentFragment();
    [...place.map((p) => visible(p)), ...(department ? [wordsFor("department", department)] : [])].forEach((p, i) => where.append(i ? ", " : "", p));
    values.set("where", where);
  }
  if (said.needs.length) values.set("needs", listed("need", said.needs));
  if (said.still) values.set("still", "");
  if (said.consent) values.set("consent", wordsFor("consent", said.consent));
  if (said.lang) values.set("lang", wordsFor("language", said.lang));
  for (const f of part.querySelectorAll<HTMLElement>("[data-field]")) {
    const name = f.dataset["field"] ?? "";
    const value = values.get(name);
    f.hidden = value === undefined;
    if (value !== undefined) fill(f.parentNode, { [name]: value });
  }
  for (const text of part.querySelectorAll<HTMLElement>(".said")) {
    text.dir = "auto";
    if (/^[a-z]{2,3}$/.test(said.lang)) text.lang = said.lang;
  }
  if (said.files.length) part.querySelector("[data-files]")!.append(files(said, shown));
  return part;
}

function files(said: Said, shown: string[]): DocumentFragment {
  const part = clone("sent-files", {});
  part.querySelector("[data-list]")!.append(...said.files.map(({ note, content }) => row(note, content, shown)));
  return part;
}

// long is text that is shown in full only when somebody asks for it.
function long(text: string): Node {
  if (!isLong(text)) return visible(text);
  const part = document.createElement("span");
  part.append(visible(cut(text)), "…", clone("long", { n: text.length }));
  part.querySelector("button")!.onclick = () => part.replaceChildren(visible(text));
  return part;
}
