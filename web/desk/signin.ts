// Signing in, joining, and what an officer signs in with.

import { byID, fill, on, say, show } from "../report/page";
import { recipientOf } from "../seal/age";
import { ask, b64, useToken } from "./ask";
import { wrapWithPassphrase } from "./beside";
import { makeSecret, wrap } from "./keyfile";
import { needKeys } from "./lock";
import { go } from "./nav";
import { make, use } from "./passkey";
import { loginSecret, propose, shortest } from "./passphrase";
import * as vault from "./vault";
import { field, needTick, onSubmit, tell, Told, value, working } from "./words";

// Welcome is what the server says to who came in.
interface Welcome {
  next: string;
  token: string;
}

// enter goes on to the first page, and then opens the officer's key with what they
// signed in with.
async function come({ next, token }: Welcome, unlock: () => Promise<void>): Promise<void> {
  useToken(token);
  await go(next);
  await unlock().catch(tell);
}

export function signInPage(): void {
  onSubmit("sign-in", async (form) => {
    const [name, passphrase] = [value(form, "name").trim().toLowerCase(), value(form, "passphrase")];
    if (!name || !passphrase) throw new Told("need-name", {}, field(form, name ? "passphrase" : "name"));
    say("deriving");
    const login = await loginSecret(passphrase, form.dataset["office"] ?? "", name);
    const welcome = await ask<Welcome>(form.action, { name, login: b64(login), code: value(form, "code") });
    form.reset();
    await come(welcome, () => vault.byPassphrase(passphrase));
  });
  show(byID("with-passkey"), typeof PublicKeyCredential === "function");
}

export function joinPage(): void {
  const form = byID<HTMLFormElement>("join")!;
  const token = location.hash.slice(1);
  let office = "";
  let name = "";
  proposal();
  void working(form, async () => {
    ({ office, name } = await ask<{ office: string; name: string }>(form.dataset["look"] ?? "", { token }));
    fill(form, { name });
    field(form, "username").value = name;
    show(form, true);
  });
  const passkey = byID("join-with-passkey");
  show(passkey, typeof PublicKeyCredential === "function");
  on("join-passkey", () => void working(form, async () => {
    const made = await make(passkey?.dataset["offer"] ?? "", office, { token });
    if (!made.prf) throw new Told("passkey-no-prf");
    say("making");
    const secret = makeSecret();
    const key = await wrap(secret, recipientOf(vault.passkeySecret(made.prf)));
    const welcome = await ask<Welcome>(form.action, { token, name, recipient: recipientOf(secret), key: b64(key), credential: made.credential });
    await come(welcome, () => vault.byIdentity(secret));
  }));
  onSubmit("join", async () => {
    const passphrase = newPassphrase(form);
    needTick(form, "kept", "not-kept");
    say("making");
    const secret = makeSecret();
    const key = await wrapWithPassphrase(secret, passphrase);
    const login = await loginSecret(passphrase, office, name);
    const welcome = await ask<Welcome>(form.action, { token, name, recipient: recipientOf(secret), key: b64(key), login: b64(login) });
    form.reset();
    await come(welcome, () => vault.byIdentity(secret));
  });
}

// newPassphrase is what was typed twice.
function newPassphrase(form: HTMLFormElement): string {
  const chosen = value(form, "new");
  if (Array.from(chosen).length < shortest) throw new Told("short-passphrase", {}, field(form, "new"));
  if (chosen !== value(form, "repeat")) throw new Told("other-passphrase", {}, field(form, "repeat"));
  return chosen;
}

export function passphraseForm(): void {
  proposal();
  onSubmit("change-passphrase", async (form) => {
    const open = needKeys();
    const passphrase = newPassphrase(form);
    const current = value(form, "current");
    const name = value(form, "username");
    say("deriving");
    const login = (p: string) => loginSecret(p, open.office, name).then(b64);
    const what = {
      current: current ? await login(current) : "",
      login: await login(passphrase),
      key: b64(await wrapWithPassphrase(open.identity, passphrase)),
    };
    const { next } = await ask<{ next: string }>(form.action, what);
    await go(next);
  });
}

export function passkeyForm(): void {
  onSubmit("add-passkey", async (form) => {
    await vault.settled();
    const open = vault.keys();
    const made = await make(form.dataset["offer"] ?? "", document.body.dataset["office"] ?? "");
    const key = open && made.prf ? b64(await wrap(open.identity, recipientOf(vault.passkeySecret(made.prf)))) : "";
    const { next } = await ask<{ next: string }>(form.action, { label: value(form, "label"), credential: made.credential, key });
    await go(next);
  });
}

function proposal(): void {
  const place = byID("proposal");
  if (place) place.textContent = propose();
  byID<HTMLInputElement>("shown")?.addEventListener("change", (event) => {
    const type = (event.target as HTMLInputElement).checked ? "text" : "password";
    for (const id of ["current", "new", "repeat"]) byID<HTMLInputElement>(id)?.setAttribute("type", type);
  });
}

export function actions(): void {
  on("propose", proposal);
  on("take-proposal", () => {
    for (const id of ["new", "repeat"]) {
      const input = byID<HTMLInputElement>(id);
      if (input) input.value = byID("proposal")?.textContent ?? "";
    }
  });
  on("sign-in-passkey", (button) => {
    const card = byID("with-passkey")!;
    void working(button.parentElement, async () => {
      const used = await use(card.dataset["ask"] ?? "", card.dataset["office"] ?? "");
      const welcome = await ask<Welcome>(card.dataset["take"] ?? "", { credential: used.credential });
      await come(welcome, async () => {
        if (!used.prf) throw new vault.NoKey();
        await vault.byPasskey(used.id, used.prf);
      });
    });
  });
}
