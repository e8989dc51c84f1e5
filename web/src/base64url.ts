// base64 with the letters of addresses and without padding (RFC 4648, 5).

import { base64, type Bytes } from "./bytes";

export const base64url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// unbase64url decodes, and throws at anything else.
export function unbase64url(written: string): Bytes {
  const padded = written.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat(-written.length & 3);
  const bytes = base64(padded);
  if (base64url(bytes) !== written) throw new Error("base64url in a form of its own");
  return bytes;
}
