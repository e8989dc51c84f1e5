// The code, as it is shown, read aloud, copied and printed.

import { groups } from "../seal/code";
import { byID, fill, on, say, show } from "./page";

// showCode shows the code until it is forgotten.
export function showCode(code: string): void {
  const parts = groups(code);
  byID("code")?.replaceChildren(...parts.flatMap((group) => [text("span", group), " "]));
  byID("code-read")?.replaceChildren(parts.map((group) => [...group].join(" ")).join(", "));
  fill(byID("done"), { code: parts.join(" ") });
  on("print", () => print());
  on("copy", async () => {
    await navigator.clipboard.writeText(parts.join(" "));
    say("copied");
  });
  show(byID("done")?.querySelector<HTMLElement>("[data-do=copy]") ?? null, !!navigator.clipboard);
}

// forgetCode takes it off the page.
export function forgetCode(): void {
  byID("code")?.replaceChildren();
  byID("code-read")?.replaceChildren();
  fill(byID("done"), { code: "" });
  on("copy", () => {});
}

function text(tag: string, content: string): HTMLElement {
  const part = document.createElement(tag);
  part.textContent = content;
  return part;
}
