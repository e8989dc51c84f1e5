// The bar that says whether the officer's key is open in this tab, and opens it.

import { byID, on, say, when } from "../report/page";
import { unlock } from "./passkey";
import { byPasskey, byPassphrase, keys, lock, NoKey, type Opened, stateNow } from "./vault";
import { onSubmit, Told, value, working } from "./words";

export function mount(): void {
  const bar = byID("lock");
  if (!bar) return;
  const now = stateNow();
  when(bar, { locked: now === "locked", busy: now === "busy", open: now === "open" });
  const form = byID<HTMLFormElement>("unlock");
  if (!form || form.dataset["ready"]) return;
  form.dataset["ready"] = "yes";
  onSubmit("unlock", async () => {
    const passphrase = value(form, "passphrase");
    form.reset();
    if (passphrase) await byPassphrase(passphrase);
  });
  const button = form.querySelector<HTMLElement>("[data-do=unlock-passkey]");
  if (button) button.hidden = typeof PublicKeyCredential !== "function" || /^[\d.]+$|:/.test(location.hostname);
}

export function actions(): void {
  on("lock", () => {
    lock();
    byID("unlock-with")?.focus();
  });
  on("unlock-passkey", () => void working(byID("unlock"), async () => {
    const used = await unlock(document.body.dataset["office"] ?? "");
    if (!used.prf) throw new NoKey();
    await byPasskey(used.id, used.prf);
  }));
}

// told says that something was done.
export const told = (key: string): void => say(key);

// needKeys returns the keys, or says how to open them.
export function needKeys(): Opened {
  const open = keys();
  if (!open) throw new Told("need-unlock", {}, byID("unlock-with"));
  return open;
}
