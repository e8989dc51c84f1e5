// Bytes and hashes, on nothing but what the browser brings.

// Bytes are owned by whoever holds them: no view of shared memory.
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export const utf8 = (text: string): Bytes => encoder.encode(text);

// text throws where the bytes are not UTF-8.
export const text = (bytes: Bytes): string => decoder.decode(bytes);

export function concat(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

// base64 decodes standard base64 with padding, and throws at anything else.
export function base64(written: string): Bytes {
  const bytes = Uint8Array.from(atob(written), (c) => c.charCodeAt(0));
  if (btoa(String.fromCharCode(...bytes)) !== written) throw new Error("base64 in a form of its own");
  return bytes;
}

export const hex = (bytes: Bytes): string => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

export async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}
