// A report that somebody told: sealed here, like one that is written on the report
// page, with a code for the person.

import { sha256 as sum } from "@noble/hashes/sha2.js";

import { byID, offer, say, show } from "../report/page";
import { recipientOf } from "../seal/age";
import { deriveKeys, groups, makeCode } from "../seal/code";
import { seal } from "../seal/envelope";
import { readPicture } from "../seal/image";
import { base64url, encodeHead, newID } from "../seal/parcel";
import { type Attachment, pack, type Report } from "../seal/report";
import type { Bytes } from "../src/bytes";
import { request } from "./ask";
import { ours } from "./thread";
import { field, onSubmit, Told, value } from "./words";

const mostFiles = 20;

// noWork stands where others prove work: officers are let in by their session.
const noWork = "A".repeat(32) + ".0";

export function enterForm(): void {
  onSubmit("enter", async (form) => {
    if (!value(form, "what").trim()) throw new Told("need-what", {}, field(form, "what"));
    const to = ours();
    const files = await attachments(field(form, "files"));
    say("sealing");
    const code = makeCode();
    const keys = await deriveKeys(code, to.office);
    const parts: Bytes[] = [
      encodeHead({
        v: 1, id: newID(), kind: "report", office: to.office, epoch: to.epoch,
        lookup: base64url(sum(keys.lookup) as Bytes), reply: recipientOf(keys.seed), work: noWork,
      }),
    ];
    await seal(to.recipient, await pack(report(form), files), async (piece) => void parts.push(piece));
    say("sending");
    const answer = await request(form.action, "application/vnd.temwen.parcel", new Blob(parts));
    const { receipt } = (await answer.json()) as { receipt: string };
    done(form, code, receipt);
  });
}

function report(form: HTMLFormElement): Report {
  const v = (name: string) => value(form, name).trim();
  const checked = (name: string) => [...form.querySelectorAll<HTMLInputElement>(`[name=${name}]:checked`)].map((b) => b.value);
  return {
    v: 1,
    path: v("path"),
    lang: v("lang"),
    what: v("what"),
    when: v("when"),
    still: checked("still").length > 0,
    where: { department: v("department"), commune: v("commune"), words: v("place") },
    who: { force: v("force"), uniform: v("uniform"), vehicle: v("vehicle"), unit: v("unit"), nationality: v("nationality") },
    harmed: { count: v("harmed_count"), words: v("harmed") },
    needs: checked("needs"),
    witness: v("witness"),
    consent: v("consent"),
    contact: v("contact"),
    channel: v("channel") as Report["channel"],
  };
}

async function attachments(input: HTMLInputElement): Promise<Attachment[]> {
  const files = [...(input.files ?? [])];
  if (files.length > mostFiles) throw new Told("too-many-files", {}, input);
  return Promise.all(files.map(async (f) => ({ name: f.name, content: f, stripped: false, meta: (await readPicture(f))?.meta ?? {} })));
}

function done(form: HTMLFormElement, code: string, receipt: string): void {
  form.reset();
  show(form, false);
  byID("status")?.replaceChildren();
  byID("receipt-code")!.replaceChildren(...groups(code).map((g) => Object.assign(document.createElement("span"), { textContent: g })));
  const section = byID("entered")!;
  const link = section.querySelector<HTMLAnchorElement>("[data-download]");
  if (link) offer(link, new Blob([receipt]), "receipt.txt");
  show(section, true);
  section.focus();
}
