// Going from page to page without leaving the document, so that keys that are open
// stay open. Every page is the server's, complete; with a reload, a new tab or
// without this script everything works the same, but for the keys.

import { byID, complain } from "../report/page";
import { lock } from "./vault";

let mount: () => void = () => {};

// start takes over links and forms. mounted is called when a page is there.
export function start(mounted: () => void): void {
  mount = mounted;
  document.addEventListener("click", follow);
  document.addEventListener("submit", send);
  addEventListener("popstate", () => void load("GET", location.href, null, false));
}

// go goes to an address of the desk.
export const go = (address: string): Promise<void> => load("GET", new URL(address, location.href).href, null, true);

function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.origin !== location.origin || link.target || link.hasAttribute("download") || link.hasAttribute("data-whole")) return;
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return; // a place on this page
  event.preventDefault();
  void go(link.href);
}

// sending is the page from which a form is on its way. Until it is answered, a second
// press, of the same button or of another, sends nothing.
let sending: HTMLElement | null = null;

function send(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post") return;
  event.preventDefault();
  if (sending === document.body) return;
  const page = (sending = document.body);
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, event.submitter)) if (typeof value === "string") fields.append(name, value);
  void load("POST", form.action, fields, true).finally(() => {
    if (sending === page) sending = null;
  });
}

// latest is the number of the last page asked for: an earlier one that comes later is
// not wanted any more.
let latest = 0;

// load fetches a page and puts it in the place of this one. An XMLHttpRequest hands out
// a document that it has parsed: no string ever becomes markup here.
async function load(method: string, address: string, body: URLSearchParams | null, push: boolean): Promise<void> {
  const mine = ++latest;
  const asked = new XMLHttpRequest();
  asked.open(method, address);
  asked.responseType = "document";
  const page = await new Promise<Document | null>((resolve) => {
    asked.onloadend = () => resolve(asked.response as Document | null);
    asked.send(body);
  });
  if (mine !== latest) return;
  if (!page) {
    complain(asked.status ? "error-server" : "error-offline");
    return;
  }
  const at = new URL(asked.responseURL || address);
  at.hash = at.hash || new URL(address).hash;
  if (changed(page)) return location.assign(at); // a newer version of the desk, or another page altogether
  if (page.body.dataset["officer"] !== document.body.dataset["officer"]) lock();
  if (push && method === "GET") history.pushState(null, "", at);
  else if (push) history.replaceState(null, "", asked.responseURL);
  show(page, at.hash);
}

const scriptOf = (page: Document): string => page.querySelector("script[src]")?.getAttribute("src") ?? "";

const changed = (page: Document): boolean => scriptOf(page) !== scriptOf(document);

function show(page: Document, hash: string): void {
  document.title = page.title;
  document.documentElement.lang = page.documentElement.lang;
  document.body.replaceWith(document.importNode(page.body, true));
  mount();
  const place = hash.length > 1 ? byID(decodeURIComponent(hash.slice(1))) : null;
  const to = place ?? document.querySelector<HTMLElement>("[data-focus]") ?? document.querySelector<HTMLElement>("h1");
  if (!to) return;
  to.tabIndex = -1;
  to.focus({ preventScroll: true });
  if (to.tagName !== "H1") to.scrollIntoView();
  else scrollTo(0, 0);
}
