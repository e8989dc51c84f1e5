// Whether what a page shows is in the ledger, as the page shows it.

import { base64url, unbase64url } from "./base64url";
import { base64, type Bytes, equal, sha256, text, utf8 } from "./bytes";
import { type Checkpoint, verifyCheckpoint } from "./checkpoint";
import { type Fetch, leafHash, Tree } from "./tiles";

// A Shown is an entry as the page names it: by its number, and one of
//
//	sum       the SHA-256 of the fact that it states, in base64 (Fact.Hash of package record)
//	openings  what opens the hashes that it has of a case (Showing of package casework)
//	leaf      its own hash, in base64 (RFC 6962), where nothing more is known of it
export type Shown = { entry: number } & ({ sum: string } | { openings: string[] } | { leaf: string });

// An Outcome is what was found of a fact:
//
//	included  the entry is under the signed root, and says what the page shows
//	differs   the entry is under the signed root, and says something else
//	absent    what the ledger's files give as the entry is not under the signed root
//	later     the signed root does not reach as far yet
//	unread    a file of the ledger could not be had, or is no such file
export type Outcome = "included" | "differs" | "absent" | "later" | "unread";

export interface Finding {
  outcome: Outcome;
  entry?: string; // what the ledger holds, where it is under the signed root
  opened?: string; // JSON: the fields of a case that its openings show, where the entry has their hashes
}

// A Ledger is a log at one checkpoint, whose signature was good.
export class Ledger {
  private readonly tree: Tree;

  private constructor(
    readonly checkpoint: Checkpoint,
    fetch: Fetch,
  ) {
    this.tree = new Tree(fetch, checkpoint.size);
  }

  // at reads the checkpoint. It throws Unread where there is none to be had, and
  // another error where it is not one that the key vkey signed.
  static async at(fetch: Fetch, vkey: string): Promise<Ledger> {
    let note: Bytes | undefined;
    try {
      note = await fetch("checkpoint");
    } catch (e) {
      throw new Unread(String(e));
    }
    if (note === undefined) throw new Unread("there is no checkpoint");
    return new Ledger(await verifyCheckpoint(text(note), vkey), fetch);
  }

  // find looks a fact up. It never throws: what cannot be read is an outcome.
  async find(shown: Shown): Promise<Finding> {
    if (!(shown.entry < this.checkpoint.size)) return { outcome: "later" };
    try {
      const entry = await this.tree.entry(shown.entry);
      const leaf = await leafHash(entry);
      const root = await this.tree.rootWith(shown.entry, leaf);
      if (!equal(root, this.checkpoint.root)) return { outcome: "absent" };
      const says = text(entry);
      if ("leaf" in shown) return { outcome: equal(leaf, base64(shown.leaf)) ? "included" : "differs", entry: says };
      if (!(await states(says, shown))) return { outcome: "differs", entry: says };
      return { outcome: "included", entry: says, ...("openings" in shown && { opened: opened(shown.openings) }) };
    } catch {
      return { outcome: "unread" };
    }
  }
}

// Unread is a ledger that could not be read; nothing is said of its facts.
export class Unread extends Error {}

// states reports whether an entry states the fact, or has the hashes of what opens it. An
// entry that revises a fact names the one before it as well, which is no part of the fact.
async function states(entry: string, shown: Exclude<Shown, { leaf: string }>): Promise<boolean> {
  let said: { n?: unknown; type?: unknown; public?: Record<string, unknown> };
  try {
    said = JSON.parse(entry) as typeof said;
  } catch {
    return false;
  }
  if (canonical(said) !== entry || said.n !== shown.entry || typeof said.public !== "object") return false;
  if ("openings" in shown) return said.type === "case.published" && has(said.public["hashes"], shown.openings);
  const { replaces: _, ...fact } = said.public;
  return equal(await sha256(utf8(canonical(fact))), base64(shown.sum));
}

// has reports whether hashes are those of all openings, and perhaps of others: what a later
// entry does not show any more is opened nowhere.
async function has(hashes: unknown, openings: string[]): Promise<boolean> {
  if (!Array.isArray(hashes) || openings.length === 0) return false;
  const sums = await Promise.all(openings.map(async (o) => base64url(await sha256(utf8(o)))));
  return sums.every((sum) => hashes.includes(sum));
}

// opened are the fields that openings show: each is the base64url of [salt, field, value].
function opened(openings: string[]): string {
  const fields = openings.map((o) => JSON.parse(text(unbase64url(o))) as [string, string, unknown]);
  return JSON.stringify(Object.fromEntries(fields.map(([, field, value]) => [field, value])));
}

// canonical writes JSON as RFC 8785 says.
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`).join(",")}}`;
}
