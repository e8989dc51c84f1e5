// Passphrases and key files, beside the page: in a worker that lives for one of them.

import type { Bytes } from "../src/bytes";
import { WrongKey } from "./keyfile";

// A Task is what the worker is asked, an Answer what it says.
export type Task = { file: Bytes; passphrase: string } | { secret: Bytes; passphrase: string };
export type Answer = { bytes: Bytes } | { wrong: boolean };

// What the types of the DOM do not have yet.
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(address: string): string };
}

const script = (): string => document.body.dataset["worker"] ?? "";

// The policy makes one address: that of the worker's script, which the page names.
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy("temwen-worker", { createScriptURL: script });

// unwrap opens a key file with a passphrase. It throws a WrongKey.
export const unwrapWithPassphrase = (file: Bytes, passphrase: string): Promise<Bytes> => run({ file, passphrase });

// wrap seals a secret for a passphrase.
export const wrapWithPassphrase = (secret: Bytes, passphrase: string): Promise<Bytes> => run({ secret, passphrase });

async function run(task: Task): Promise<Bytes> {
  const worker = new Worker(policy?.createScriptURL("") ?? script());
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      worker.onerror = () => reject(new Error("the worker does not run"));
      worker.postMessage(task);
    });
    if ("bytes" in answer) return answer.bytes;
    throw answer.wrong ? new WrongKey() : new Error("the worker failed");
  } finally {
    worker.terminate(); // and with it what it had in memory
  }
}
