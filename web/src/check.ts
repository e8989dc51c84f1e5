// Checks in the reader's browser that the facts and cases a page shows are in the ledger:
// the enhancement of the part "check" of a page (site/templates/check.html). It
// keeps nothing, and asks nobody but the server that the page is from.
//
// What it needs of the page:
//
//	.check[data-key]        the part; the key that signs the ledger
//	a.checkpoint            in it, leads to the ledger's checkpoint
//	.ask                    in it, where the button goes, before what stands there
//	[role=status]           in it, where the whole is summed up
//	[data-entry]            anywhere: what is shown, with data-sum, data-openings (apart by
//	                        spaces) or data-leaf; see Shown
//	data-…                  of the part: the words, in the page's language

import type { Bytes } from "./bytes";
import { type Finding, Ledger, type Outcome, type Shown, Unread } from "./facts";

const looks: Record<Outcome, string> = {
  included: "o-published",
  differs: "o-refused",
  absent: "o-refused",
  later: "",
  unread: "",
};

// together is how many facts are looked up at a time.
const together = 8;

function start(part: HTMLElement): void {
  const ask = part.querySelector(".ask");
  if (!ask) return;
  const button = make("button", part.dataset["button"]);
  button.type = "button";
  button.addEventListener("click", () => {
    button.disabled = true;
    void check(part).finally(() => (button.disabled = false));
  });
  ask.prepend(button, " ");
}

async function check(part: HTMLElement): Promise<void> {
  const say = (key: string) => part.dataset[key] ?? "";
  const sum = (key: string, look = "") => {
    const status = part.querySelector("[role=status]");
    status?.replaceChildren(make("span", say(key), `outcome ${look}`));
  };
  sum("working");
  for (const old of document.querySelectorAll(".finding")) old.remove();
  if (!(await able())) return sum("unable");
  let ledger: Ledger;
  try {
    ledger = await Ledger.at(reader(part), say("key"));
  } catch (e) {
    return e instanceof Unread ? sum("unread") : sum("unsigned", looks.absent);
  }
  const found = await Promise.all(
    queues([...document.querySelectorAll<HTMLElement>("[data-entry]")]).map((queue) => walk(queue, ledger, say)),
  );
  const outcomes = found.flat();
  if (outcomes.some((o) => o === "differs" || o === "absent")) return sum("wrong", looks.absent);
  if (outcomes.some((o) => o !== "included")) return sum("partly");
  sum("all", looks.included);
}

// queues deals the facts out, so that a few are looked up at a time.
function queues(places: HTMLElement[]): HTMLElement[][] {
  return Array.from({ length: together }, (_, q) => places.filter((_, i) => i % together === q));
}

async function walk(queue: HTMLElement[], ledger: Ledger, say: (key: string) => string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const place of queue) {
    const finding = await ledger.find(shown(place));
    show(place, finding, say);
    outcomes.push(finding.outcome);
  }
  return outcomes;
}

function shown(place: HTMLElement): Shown {
  const { entry: index, sum = "", openings, leaf } = place.dataset;
  const entry = Number(index);
  if (leaf !== undefined) return { entry, leaf };
  return openings === undefined ? { entry, sum } : { entry, openings: openings.split(" ") };
}

// show writes what was found beside the fact, with the entry to read.
function show(place: HTMLElement, { outcome, entry, opened }: Finding, say: (key: string) => string): void {
  const line = make("div", undefined, "finding");
  line.append(make("span", say(outcome), `outcome ${looks[outcome]}`));
  for (const [key, json] of [["holds", entry], ["opens", opened]] as const) {
    if (json === undefined) continue;
    const details = document.createElement("details");
    details.append(make("summary", say(key)), make("pre", JSON.stringify(JSON.parse(json), null, 1)));
    line.append(details);
  }
  place.append(line);
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, words = "", look = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = words;
  if (look) element.className = look;
  return element;
}

// able reports whether the browser can check an Ed25519 signature: those from
// 2025 on can, on pages that came over https.
async function able(): Promise<boolean> {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

// reader reads files of the ledger beside its checkpoint.
function reader(part: HTMLElement): (path: string) => Promise<Bytes | undefined> {
  const checkpoint = part.querySelector<HTMLAnchorElement>("a.checkpoint")?.href ?? "";
  return async (path) => {
    const answer = await fetch(new URL(path, checkpoint), { credentials: "omit", redirect: "error" });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
}

for (const part of document.querySelectorAll<HTMLElement>(".check")) start(part);
