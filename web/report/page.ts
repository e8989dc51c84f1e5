// The page as the scripts see it: words and parts that it has, shown, hidden,
// cloned and filled. See the contract in main.ts.

export type Slots = Record<string, string | number | Node>;

export const byID = <T extends HTMLElement = HTMLElement>(id: string): T | null => document.getElementById(id) as T | null;

export function show(part: HTMLElement | null, shown: boolean): void {
  if (part) part.hidden = !shown;
}

export function showAll(selector: string, shown: boolean): void {
  for (const part of document.querySelectorAll<HTMLElement>(selector)) show(part, shown);
}

// fill puts values into the empty slots of a part.
export function fill(part: ParentNode | null, slots: Slots): void {
  for (const slot of part?.querySelectorAll<HTMLElement>("[data-slot]") ?? []) {
    const value = slots[slot.dataset["slot"] ?? ""];
    if (value !== undefined) slot.replaceChildren(value instanceof Node ? value : String(value));
  }
}

// when shows the parts that are true, and hides those that are not.
export function when(part: ParentNode | null, facts: Record<string, boolean>): void {
  for (const p of part?.querySelectorAll<HTMLElement>("[data-when]") ?? []) {
    const fact = facts[p.dataset["when"] ?? ""];
    if (fact !== undefined) p.hidden = !fact;
  }
}

// clone is a copy of what a template has, filled.
export function clone(template: string, slots: Slots): DocumentFragment {
  return copy(byID<HTMLTemplateElement>(template), slots);
}

// words are those that the page has for a key, filled; none where it has none.
export function words(key: string, slots: Slots = {}): DocumentFragment {
  return copy(document.querySelector<HTMLTemplateElement>(`template[data-say="${key}"]`), slots);
}

function copy(template: HTMLTemplateElement | null, slots: Slots): DocumentFragment {
  const part = document.createDocumentFragment();
  if (template) part.append(template.content.cloneNode(true));
  fill(part, slots);
  return part;
}

// say tells what is going on.
export function say(key: string, slots: Slots = {}): void {
  byID("status")?.replaceChildren(words(key, slots));
}

// complain tells what went wrong, and leads there: the problem is focused, and the
// field, if there is one, marked until it is changed.
export function complain(key: string, slots: Slots = {}, field?: Element | null): void {
  byID("status")?.replaceChildren();
  const problem = byID("problem");
  if (!problem) return;
  const told = words(key, slots);
  problem.replaceChildren(told.hasChildNodes() ? told : words("error-unknown"));
  problem.hidden = false;
  problem.focus();
  field?.setAttribute("aria-invalid", "true");
  field?.addEventListener("input", () => field.removeAttribute("aria-invalid"), { once: true });
}

export function calm(): void {
  const problem = byID("problem");
  problem?.replaceChildren();
  show(problem, false);
}

type Action = (button: HTMLElement) => void;
const actions = new Map<string, Action>();

// on says what a click on [data-do=name] does.
export function on(name: string, action: Action): void {
  actions.set(name, action);
}

// A tree is an element with its attributes and children, or a text.
type Tree = string | [string, Record<string, string>, ...Tree[]];

// grow makes elements of what stands in the page as data, for scripts alone: a text browser
// would show it.
function grow(): void {
  for (const part of document.querySelectorAll<HTMLScriptElement>("script[data-part]")) {
    part.replaceWith(...(JSON.parse(part.text) as Tree[]).map(plant));
  }
}

function plant(tree: Tree): Node {
  if (typeof tree === "string") return document.createTextNode(tree);
  const [name, attributes, ...children] = tree;
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  (element instanceof HTMLTemplateElement ? element.content : element).append(...children.map(plant));
  return element;
}

// takeOver makes the page that of the script. What has an ID is shown by who fills it.
export function takeOver(): void {
  grow();
  showAll("[data-plain]", false);
  showAll("[data-scripted]:not([id])", true);
}

// listen makes [data-do] do.
export function listen(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-do]");
    const action = actions.get(button?.dataset["do"] ?? "");
    if (!button || !action) return;
    event.preventDefault();
    action(button);
  });
}

// handBack makes it the plain page again.
export function handBack(): void {
  showAll("[data-plain]", true);
  showAll("[data-scripted]", false);
}

// size is a size in words.
export function size(bytes: number): Node {
  if (bytes < 1e6) return words("size-kb", { n: Math.ceil(bytes / 1000) });
  return words("size-mb", { n: (bytes / 1e6).toFixed(1).replace(".", document.body.dataset["point"] ?? ".") });
}

// day is a day, "2026-11-28", in words.
export function day(written: string): Node {
  const [y = "", m = "", d = ""] = written.split("-");
  const month = document.body.dataset["months"]?.split("|")[Number(m) - 1] ?? m;
  return words("day", { d: String(Number(d)), month, y });
}

// download hands a file to the person. It is never opened on our own pages.
export function download(content: Blob, name: string): void {
  const link = document.createElement("a");
  offer(link, content, name);
  link.click();
}

// offer makes a link hand out a file.
export function offer(link: HTMLAnchorElement, content: Blob, name: string): void {
  link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  link.download = name;
}

// canSeal reports whether the browser has all that sealing needs. Without, the
// plain form does it.
export function canSeal(): boolean {
  return (
    typeof BigInt === "function" &&
    typeof TransformStream === "function" &&
    typeof ReadableStream === "function" &&
    typeof Element.prototype.replaceChildren === "function" &&
    typeof globalThis.crypto?.subtle === "object" &&
    typeof Blob.prototype.arrayBuffer === "function" &&
    typeof Blob.prototype.stream === "function"
  );
}
