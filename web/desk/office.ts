// The office's keys: given to a newcomer, and made anew.

import { say } from "../report/page";
import { recipientOf } from "../seal/age";
import { ask, b64 } from "./ask";
import { makeSecret, wrap } from "./keyfile";
import { needKeys } from "./lock";
import { go } from "./nav";
import { needTick, onSubmit, Told, value, working } from "./words";

export function admitForms(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-newcomer]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void working(form, () => admit(form));
    });
  }
}

async function admit(form: HTMLFormElement): Promise<void> {
  needTick(form, "same", "not-same");
  const open = needKeys();
  if (!open.complete) throw new Told("no-wrap");
  say("sealing");
  const what = { officer: form.dataset["newcomer"], wraps: await wrapAll(open.epochs, form.dataset["recipient"] ?? "") };
  const { next } = await ask<{ next: string }>(form.action, what);
  await go(next);
}

// wrapAll wraps epochs to one recipient, by their numbers.
export async function wrapAll(epochs: Map<number, Uint8Array<ArrayBuffer>>, recipient: string): Promise<Record<string, string>> {
  const wraps: Record<string, string> = {};
  for (const [number, secret] of epochs) wraps[number] = b64(await wrap(secret, recipient));
  return wraps;
}

export const rotateForm = (): void => newKeyForm("rotate");
export const removeForm = (): void => newKeyForm("remove");

// newKeyForm makes a key in this browser and wraps it to everybody that the form
// names, for each of whom there is a hidden field "to".
function newKeyForm(id: string): void {
  onSubmit(id, async (form) => {
    needKeys();
    needTick(form, "sure", "not-sure");
    say("making");
    const secret = makeSecret();
    const wraps: Record<string, string> = {};
    for (const to of form.querySelectorAll<HTMLInputElement>("[name=to]")) {
      const [officer = "", recipient = ""] = to.value.split(" ");
      wraps[officer] = b64(await wrap(secret, recipient));
    }
    const rescue = value(form, "rescue");
    const { next } = await ask<{ next: string }>(form.action, {
      number: Number(value(form, "number")),
      recipient: recipientOf(secret),
      wraps,
      rescue: rescue ? b64(await wrap(secret, rescue)) : "",
      stolen: form.querySelector<HTMLInputElement>("[name=stolen]")?.checked ?? false,
    });
    secret.fill(0);
    await go(next);
  });
}
