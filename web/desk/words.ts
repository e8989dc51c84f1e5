// What goes wrong, and is told in the page's words.

import { byID, complain } from "../report/page";
import { Unreadable } from "../seal/envelope";
import { Refused } from "./ask";
import { WrongKey } from "./keyfile";
import { NoKey } from "./vault";

// Told is something that the person can mend: a key of the page's words, with what
// fills them and the field that it is about.
export class Told extends Error {
  constructor(
    readonly key: string,
    readonly slots: Record<string, string | number> = {},
    readonly field?: Element | null,
  ) {
    super(key);
  }
}

// tell says what is wrong, and leads there.
export function tell(error: unknown): void {
  if (error instanceof Told) return complain(error.key, error.slots, error.field);
  if (error instanceof Refused) return complain("error-" + error.code);
  if (error instanceof WrongKey) return complain("wrong-passphrase", {}, byID("unlock-with"));
  if (error instanceof NoKey) return complain("passkey-no-key", {}, byID("unlock-with"));
  if (error instanceof Unreadable) return complain("file-unreadable", { name: error.message });
  complain("error-malformed");
}

// working runs what a form does: its buttons rest meanwhile, and what goes wrong is
// told.
export async function working(form: HTMLElement | null, what: () => Promise<void>): Promise<void> {
  const buttons = [...(form?.querySelectorAll<HTMLButtonElement>("button") ?? [])].filter((b) => !b.disabled);
  for (const b of buttons) b.disabled = true;
  try {
    await what();
  } catch (error) {
    byID("status")?.replaceChildren();
    for (const b of buttons) b.disabled = false;
    tell(error);
    return;
  }
  for (const b of buttons) b.disabled = false;
}

// onSubmit says what sending a form does.
export function onSubmit(id: string, what: (form: HTMLFormElement) => Promise<void>): void {
  const form = byID<HTMLFormElement>(id);
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    byID("problem")!.hidden = true;
    void working(form, () => what(form));
  });
}

// value is what a field of a form holds.
export function value(form: HTMLFormElement, name: string): string {
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList) return field.value;
  return field && "value" in field ? String((field as HTMLInputElement).value) : "";
}

export const field = (form: HTMLFormElement, name: string): HTMLInputElement => form.elements.namedItem(name) as HTMLInputElement;

// needTick refuses to go on before a box is ticked.
export function needTick(form: HTMLFormElement, name: string, key: string): void {
  if (!field(form, name).checked) throw new Told(key, {}, field(form, name));
}
