/*
The desk's script. Pages are complete HTML by the server, in the officer's language; what is here
opens and seals in the officer's browser what no server may see, and keeps the keys for it while pages change.

It follows the contract of ../report/main.ts: it holds no word and makes no markup of its own but text, it
shows, hides, clones and fills what the page has: [data-plain], [data-scripted], [data-do], [data-say], [data-slot],
[data-when], #status, #problem. [data-field] is a part that is shown only where it has something to say.

Whatever people wrote or sent is hostile: it becomes text and nothing else (text.ts), and pictures and recordings
only by their own first bytes, as blob: (file.ts).
*/
import { byID, complain, listen, on, show } from "../report/page";
import { able } from "./able";
import * as enter from "./enter";
import * as evidence from "./evidence";
import * as inbox from "./inbox";
import * as lockBar from "./lock";
import { start } from "./nav";
import * as office from "./office";
import * as recovery from "./recovery";
import * as signIn from "./signin";
import * as thread from "./thread";
import { expire, refresh, touch, watch } from "./vault";

function mount(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-plain]")) show(part, false);
  for (const part of document.querySelectorAll<HTMLElement>("[data-scripted]:not([data-when])")) show(part, true);
  const rooms: Record<string, () => void> = {
    "sign-in": signIn.signInPage,
    join: signIn.joinPage,
    "add-passkey": signIn.passkeyForm,
    "change-passphrase": signIn.passphraseForm,
    rotate: office.rotateForm,
    remove: office.removeForm,
    "arrange-form": recovery.arrangeForm,
    "recover-form": recovery.recoverForm,
    enter: enter.enterForm,
  };
  for (const [id, room] of Object.entries(rooms)) if (byID(id)) room();
  office.admitForms();
  refresh();
  lockBar.mount();
  inbox.mount();
  thread.mount();
  evidence.mount();
}

if (able()) {
  on("copy", (button) => {
    void navigator.clipboard.writeText(button.dataset["text"] ?? "").then(
      () => lockBar.told("copied"),
      () => complain("error-bad-form"),
    );
  });
  on("print", () => print());
  lockBar.actions();
  signIn.actions();
  thread.actions();
  evidence.actions();
  listen();
  watch(() => {
    lockBar.mount();
    inbox.mount();
    thread.mount();
    evidence.mount();
  });
  for (const event of ["pointerdown", "keydown", "wheel", "touchmove"]) document.addEventListener(event, touch, { passive: true });
  document.addEventListener("visibilitychange", expire);
  start(mount);
  mount();
}
