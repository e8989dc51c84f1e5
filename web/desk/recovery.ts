// Recovery: shares that open the office's keys together.

import { byID, clone, say, show } from "../report/page";
import { recipientOf } from "../seal/age";
import { sha256 } from "../src/bytes";
import { ask, b64 } from "./ask";
import { WrongKey } from "./keyfile";
import { needKeys } from "./lock";
import { go } from "./nav";
import { wrapAll } from "./office";
import { Few, join, most, proof, read, type Share, split, write } from "./share";
import * as vault from "./vault";
import { field, needTick, onSubmit, Told, value } from "./words";

export function arrangeForm(): void {
  onSubmit("arrange-form", async (form) => {
    const open = needKeys();
    if (!open.complete) throw new Told("no-wrap");
    const [need, of] = [Number(value(form, "need")), Number(value(form, "of"))];
    if (!Number.isInteger(need) || !Number.isInteger(of) || need < 2 || need > of || of > most) throw new Told("need-most", {}, field(form, "need"));
    const { secret, shares } = split(need, of);
    const what = {
      recipient: recipientOf(secret),
      need,
      of,
      proof: b64(await sha256(proof(secret))),
      rescues: await wrapAll(open.epochs, recipientOf(secret)),
    };
    secret.fill(0);
    const list = byID("share-list")!;
    list.replaceChildren(...shares.map((s) => clone("share", { n: s.index, of, need, words: grouped(write(s)) })));
    show(form, false);
    const section = byID("shares")!;
    show(section, true);
    section.focus();
    onSubmit("shares-done", async (done) => {
      needTick(done, "given", "not-given");
      const { next } = await ask<{ next: string }>(form.action, what);
      await go(next);
    });
  });
}

// grouped is a share in groups of four, to be read and typed.
const grouped = (s: string): string => s.replace(/^(temwen-share1)(.*)$/, (_, kind: string, rest: string) => `${kind} ${rest.match(/.{1,4}/g)!.join(" ")}`);

export function recoverForm(): void {
  onSubmit("recover-form", async (form) => {
    const open = needKeys();
    const secret = joined(value(form, "typed"), Number(form.dataset["need"]), field(form, "typed"));
    if (!vault.same(secret, form.dataset["recipient"] ?? "")) throw new Told("shares-wrong", {}, field(form, "typed"));
    say("opening");
    const epochs = await vault.rescues(secret).catch((e: unknown) => {
      throw e instanceof WrongKey ? new Told("shares-wrong") : e;
    });
    const what = { proof: b64(proof(secret)), wraps: await wrapAll(epochs, recipientOf(open.identity)) };
    secret.fill(0);
    const { next } = await ask<{ next: string }>(form.action, what);
    form.reset();
    await go(next);
  });
}

// joined is the key that the typed shares make: one on each line, or on as many lines
// as it takes.
function joined(typed: string, need: number, at: Element): Uint8Array<ArrayBuffer> {
  const parts = typed.toLowerCase().split(/(?=temwen-share1)/).filter((p) => p.trim() !== "");
  const shares = parts.map((part, i): Share => {
    const s = read(part);
    if (!s) throw new Told("shares-line", { n: i + 1 }, at);
    return s;
  });
  try {
    return join(shares);
  } catch (e) {
    if (e instanceof Few) throw new Told("shares-few", { n: e.have, need }, at);
    throw new Told("shares-wrong", {}, at);
  }
}
