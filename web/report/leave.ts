// Leaving: quick exit, and the end of a visit, which wipe the page and leave
// nothing behind it.
//
// The whole visit is one entry in the browser's history, because links of our own are
// followed by replacing it; leaving replaces that one too. What lies behind the
// back button is what lay there before the visit.

import { on } from "./page";

const twice = 1500; // milliseconds within which Esc is pressed twice

const forgetters: (() => void)[] = [];
let unsaved = () => false;

// onLeave adds what a page must forget.
export function onLeave(forget: () => void): void {
  forgetters.push(forget);
}

// guard has the browser ask before something typed is lost by accident.
export function guard(hasUnsaved: () => boolean): void {
  unsaved = hasUnsaved;
}

function askFirst(event: Event): void {
  if (unsaved()) event.preventDefault();
}

// watchExits makes quick exit, Esc twice and links leave nothing behind.
export function watchExits(): void {
  on("exit", quickExit);
  let last = -Infinity;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || !document.body) return; // without a body, they are leaving
    if (event.timeStamp - last < twice) quickExit();
    last = event.timeStamp;
  }, true);
  document.addEventListener("click", follow);
  addEventListener("beforeunload", askFirst);
}

function quickExit(): void {
  leave(document.body.dataset["away"] || neutral());
}

// finish ends a visit on the neutral page.
export const finish = (): void => leave(neutral());

const neutral = (): string => document.body.dataset["neutral"] ?? "/";

function leave(to: string): void {
  unsaved = () => false;
  for (const form of document.forms) form.reset();
  const nothing = neutral();
  document.documentElement.textContent = ""; // at once, however long the network takes
  for (const forget of forgetters) forget();
  history.replaceState(null, "", nothing);
  location.replace(to);
}

// follow follows a link of our own without an entry in the history.
function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.hasAttribute("download") || link.target) return;
  event.preventDefault();
  if (link.pathname === location.pathname && link.search === location.search && link.hash) {
    const part = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    part?.scrollIntoView();
    part?.focus();
    return;
  }
  location.replace(link.href);
}
