// The envelope: an archive, padded, as an age file to one hybrid recipient.

import type { Bytes } from "../src/bytes";
import { begin, open as openAge, type Sealer } from "./age";
import { breathe } from "./pace";
import { padded } from "./padme";
import { archive, archiveSize, type Member, members } from "./tar";

const chunk = 64 << 10; // age's, and what is read from a file at a time
const tag = 16;

// headSize is the length of an envelope before its payload: age's header for one
// hybrid recipient, and the nonce.
export const headSize = 1627 + 16;

// envelopeSize is the length of the envelope around members.
export function envelopeSize(of: Member[]): number {
  const n = padded(archiveSize(of));
  return headSize + n + Math.ceil(n / chunk) * tag;
}

// seal hands the envelope for a recipient, or one that was begun, to put, piece by piece, never more than some hundred
// kilobytes at a time, whatever the size of the files. done is told how many
// bytes of the content are through. It throws an Unreadable, or what put throws; what was
// put by then is worth nothing.
export async function seal(to: string | Sealer, of: Member[], put: (piece: Bytes) => Promise<void>, done: (bytes: number) => void = () => {}): Promise<void> {
  const { head, payload } = typeof to === "string" ? begin(to) : to;
  await put(head);
  const reader = streamOf(content(of), done).pipeThrough(payload).getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) return;
    await put(value as Bytes);
  }
}

// content is the padded archive in chunks.
async function* content(of: Member[]): AsyncGenerator<Bytes, void> {
  for (const part of archive(of)) {
    if (part instanceof Uint8Array) yield part;
    else yield* read(part);
  }
  const archived = archiveSize(of);
  for (let left = padded(archived) - archived; left > 0; left -= chunk) {
    yield new Uint8Array(Math.min(left, chunk));
  }
}

// An Unreadable is a file that was moved or changed since it was chosen, or that the
// device does not give; its message is the file's name.
export class Unreadable extends Error {}

// read is a file in chunks. It throws an Unreadable.
export async function* read(file: Blob): AsyncGenerator<Bytes, void> {
  for (let at = 0; at < file.size; at += chunk) {
    const part = await file.slice(at, at + chunk).arrayBuffer().catch(() => undefined);
    if (part?.byteLength !== Math.min(chunk, file.size - at)) throw new Unreadable((file as Partial<File>).name);
    yield new Uint8Array(part);
  }
}

function streamOf(parts: AsyncGenerator<Bytes, void>, done: (bytes: number) => void): ReadableStream<Uint8Array> {
  let through = 0;
  return new ReadableStream({
    async pull(controller) {
      await breathe();
      const next = await parts.next();
      if (next.done) return controller.close();
      controller.enqueue(next.value);
      done((through += next.value.length));
    },
    async cancel() {
      await parts.return();
    },
  });
}

// open opens an envelope with a hybrid secret, and throws where it is for another
// one, or was changed or cut. Contents of members are read when they are asked for.
export async function open(secret: Bytes, envelope: Blob): Promise<Member[]> {
  const start = new Uint8Array(await envelope.slice(0, 2 * headSize).arrayBuffer());
  const { at, payload } = await openAge(secret, start);
  const parts: Blob[] = []; // which a browser may keep on its disk
  const reader = streamOf(read(envelope.slice(at)), () => {}).pipeThrough(payload).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(new Blob([value as Bytes]));
  }
  return members(new Blob(parts));
}
