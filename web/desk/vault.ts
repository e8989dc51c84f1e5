// The keys that are open in this tab. They are in memory only, and forgotten when
// the officer locks, signs out, leaves the page or does nothing for some minutes. (A
// script cannot wipe all of a browser's memory: what the garbage collector has copied
// stays until it is used again.)

import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, equal, utf8 } from "../src/bytes";
import { recipientOf } from "../seal/age";
import { ask, unb64 } from "./ask";
import { unwrapWithPassphrase } from "./beside";
import { unwrap, WrongKey } from "./keyfile";

// Own is what the server keeps for this officer: their sealed identity, and the
// office's keys wrapped to it.
interface Own {
  office: string;
  officer: string;
  recipient: string;
  keys: { passkey?: string; file: string }[];
  epochs: { number: number; recipient: string; wrap?: string; rescue?: string }[];
}

export type State = "locked" | "busy" | "open";

// A NoKey is a passkey that opens no key.
export class NoKey extends Error {}

// Opened are the keys of an officer.
export interface Opened {
  office: string;
  officer: string;
  identity: Bytes;
  epochs: Map<number, Bytes>;
  latest: number; // the epoch in use
  complete: boolean; // every epoch could be opened
}

let opened: Opened | undefined;
let state: State = "locked";
let pending: Promise<void> = Promise.resolve();
let changed: (state: State) => void = () => {};
let idle: ReturnType<typeof setTimeout> | undefined;
let used = 0;

// watch is told when the keys are opened or locked.
export function watch(f: (state: State) => void): void {
  changed = f;
}

export const stateNow = (): State => state;

// keys are those that are open, or undefined.
export const keys = (): Opened | undefined => opened;

// settled waits until an opening that is under way is over.
export const settled = (): Promise<void> => pending.catch(() => {});

function become(now: State): void {
  state = now;
  changed(now);
}

export function lock(): void {
  if (opened) {
    opened.identity.fill(0);
    for (const secret of opened.epochs.values()) secret.fill(0);
  }
  opened = undefined;
  clearTimeout(idle);
  become("locked");
}

// byPassphrase opens the officer's key and with it the office's. It throws a
// WrongKey or a Refused.
export const byPassphrase = (passphrase: string): Promise<void> =>
  opening(async (own) => {
    const file = own.keys.find((k) => !k.passkey)?.file;
    if (!file) throw new WrongKey();
    return unwrapWithPassphrase(unb64(file), passphrase);
  });

// byPasskey opens it with what a passkey's PRF gave. It throws a NoKey where that
// passkey opens none.
export const byPasskey = (id: string, prf: Bytes): Promise<void> =>
  opening(async (own) => {
    const file = own.keys.find((k) => k.passkey === id)?.file;
    if (!file) throw new NoKey();
    return unwrap(unb64(file), passkeySecret(prf));
  });

// byIdentity is for a key that was just made here.
export const byIdentity = (identity: Bytes): Promise<void> => opening(async () => identity);

// passkeySecret is the secret of the hybrid key that a PRF's 32 bytes stand for.
export const passkeySecret = (prf: Bytes): Bytes => expand(sha256, prf, utf8("temwen passkey v1"), 32) as Bytes;

// passkeySalt is what a passkey's PRF is asked for.
export const passkeySalt = (office: string): Bytes => sha256(utf8("temwen passkey v1\n" + office)) as Bytes;

// again reads what the server keeps anew, where the keys are open: an epoch may have
// been added.
export function again(): Promise<void> {
  const identity = opened?.identity;
  return identity ? byIdentity(identity.slice()) : Promise.resolve();
}

// refresh does so where the page tells of another number of keys than are open.
export function refresh(): void {
  if (opened && state === "open" && String(opened.epochs.size) !== document.body.dataset["wraps"]) void again().catch(() => {});
}

function opening(unlock: (own: Own) => Promise<Bytes>): Promise<void> {
  const before = opened;
  if (!before) become("busy");
  const work = (async () => {
    const own = await ask<Own>(document.body.dataset["keys"] ?? "");
    const identity = await unlock(own);
    if (recipientOf(identity) !== own.recipient) throw new WrongKey();
    opened = await openAll(own, identity);
    become("open");
    touch();
  })();
  pending = work;
  work.catch(() => lock());
  return work;
}

async function openAll(own: Own, identity: Bytes): Promise<Opened> {
  const epochs = new Map<number, Bytes>();
  for (const e of own.epochs) {
    if (!e.wrap) continue;
    const secret = await unwrap(unb64(e.wrap), identity);
    if (recipientOf(secret) !== e.recipient) throw new Error(`the server tells of another key for epoch ${e.number}`);
    epochs.set(e.number, secret);
  }
  const latest = Math.max(...own.epochs.map((e) => e.number));
  return { office: own.office, officer: own.officer, identity, epochs, latest, complete: epochs.size === own.epochs.length };
}

// rescues are the epochs as the recovery key opens them.
export async function rescues(secret: Bytes): Promise<Map<number, Bytes>> {
  const own = await ask<Own>(document.body.dataset["keys"] ?? "");
  const epochs = new Map<number, Bytes>();
  for (const e of own.epochs) {
    if (!e.rescue) throw new WrongKey();
    const opened = await unwrap(unb64(e.rescue), secret);
    if (recipientOf(opened) !== e.recipient) throw new WrongKey();
    epochs.set(e.number, opened);
  }
  return epochs;
}

// same reports whether a recipient is that of a secret.
export const same = (secret: Bytes, recipient: string): boolean => equal(utf8(recipientOf(secret)), utf8(recipient));

// touch says that the tab is in use.
export function touch(): void {
  used = Date.now();
  clearTimeout(idle);
  if (opened) idle = setTimeout(expire, limit());
}

const limit = (): number => 1000 * Number(document.body.dataset["lock"] || "600");

// expire locks what was not used for too long. Timers stand still while a computer
// sleeps, so the clock decides.
export function expire(): void {
  if (opened && Date.now() - used >= limit()) lock();
}
