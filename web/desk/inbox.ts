// The inbox: of what was opened in this tab, the list shows the first words. It opens
// nothing by itself, for every opening is on the record.

import { keys } from "./vault";
import { beginning } from "./text";

const firstWords = new Map<string, string>();

// remember keeps the first words of a report, until the keys are locked.
export function remember(thread: string, what: string): void {
  firstWords.set(thread, beginning(what, 90));
}

const before = new WeakMap<Element, Node[]>();

export function mount(): void {
  if (!keys()) firstWords.clear();
  for (const cell of document.querySelectorAll<HTMLElement>("[data-about]")) {
    if (!before.has(cell)) before.set(cell, [...cell.childNodes]);
    const said = firstWords.get(cell.dataset["about"] ?? "");
    if (said === undefined) cell.replaceChildren(...before.get(cell)!);
    else cell.textContent = said;
    cell.dir = "auto";
  }
}
