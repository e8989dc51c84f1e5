// Asking the server, as a script.

import { base64urlnopad } from "@scure/base";

import type { Bytes } from "../src/bytes";

// A Refused is what the server does not do; code is one of those that the page has
// words for, by the officer in the way.
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly by = "",
  ) {
    super(code);
  }
}

export const b64 = (b: Bytes): string => base64urlnopad.encode(b);

export const unb64 = (s: string): Bytes => base64urlnopad.decode(s) as Bytes;

// token is what every request of the session brings along. It is the page's, or,
// right after signing in, what the answer brought.
let fresh = "";

export function useToken(token: string): void {
  fresh = token;
}

const token = (): string => document.body.dataset["token"] || fresh;

// request asks, and throws a Refused where the server does not do it or cannot be
// reached.
export async function request(address: string, type: string, body: BodyInit): Promise<Response> {
  const init: RequestInit = {
    method: "POST",
    headers: { "Content-Type": type, "Temwen-Token": token() },
    body,
    cache: "no-store",
    credentials: "same-origin",
    mode: "same-origin",
    redirect: "error",
    referrerPolicy: "no-referrer",
  };
  const answer = await fetch(address, init).catch(() => {
    throw new Refused("offline");
  });
  if (answer.ok) return answer;
  const said = (await answer.json().catch(() => ({}))) as { error?: unknown; by?: unknown };
  throw new Refused(typeof said.error === "string" ? said.error : "server", typeof said.by === "string" ? said.by : "");
}

// ask says something in JSON and returns the answer.
export async function ask<T>(address: string, what: object = {}): Promise<T> {
  const answer = await request(address, "application/json", JSON.stringify(what));
  return (await answer.json().catch(() => {
    throw new Refused("offline");
  })) as T;
}
