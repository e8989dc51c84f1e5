// The script of a worker: passphrases open and seal key files beside the page, for
// that takes a processor a second or two, in which the page would stand still.

import { unwrapWithPassphrase, wrapWithPassphrase, WrongKey } from "./keyfile";
import type { Answer, Task } from "./beside";

addEventListener("message", async ({ data }: MessageEvent<Task>) => {
  let answer: Answer;
  try {
    const { passphrase } = data;
    answer = { bytes: "file" in data ? await unwrapWithPassphrase(data.file, passphrase) : await wrapWithPassphrase(data.secret, passphrase) };
  } catch (error) {
    answer = { wrong: error instanceof WrongKey };
  }
  postMessage(answer);
});
