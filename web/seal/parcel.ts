// A parcel is what is sent: the length of its head, the head, the envelope.

import { base64urlnopad } from "@scure/base";

import { type Bytes, utf8 } from "../src/bytes";

// A Head is what the server can read of a parcel. Binary values are base64url.
export interface Head {
  v: 1;
  id: string;
  kind: "report" | "message" | "addition" | "consent";
  office: string;
  epoch: number;
  // In a report: the SHA-256 of the lookup, the recipient for replies, the proof
  // of work, which is made right before it is sent.
  lookup?: string;
  reply?: string;
  work?: string;
  // In all others: the lookup.
  token?: string;
}

// newID draws the name of a parcel.
export const newID = (): string => base64url(crypto.getRandomValues(new Uint8Array(16)));

export const base64url = (b: Bytes): string => base64urlnopad.encode(b);

// encodeHead is the beginning of a parcel, all before the envelope.
export function encodeHead(head: Head): Bytes {
  const json = utf8(JSON.stringify(head));
  const b = new Uint8Array(4 + json.length);
  new DataView(b.buffer).setUint32(0, json.length);
  b.set(json, 4);
  return b;
}
