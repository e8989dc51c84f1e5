// Turning the pages of a PDF. A page is drawn when somebody wants to see it, and none before.

import { clone, fill, when } from "../report/page";
import { type Drawer, drawer } from "./drawer";
import type { Leaf } from "./leaf";
import { working } from "./words";

const open = new Set<Drawer>();

// leaveAll closes all PDFs: the page that shows them is left, or the keys are locked.
export function leaveAll(): void {
  for (const from of open) from.leave();
  open.clear();
}

// A Look shows one page of so many, which it may draw.
export type Look = (n: number, of: number, draw: () => Promise<Leaf>) => Promise<void>;

// turnLeaves opens a PDF in a part of the page, and has its first page looked at, and then
// those that somebody turns to. It throws a Told where the PDF cannot be opened.
export async function turnLeaves(part: HTMLElement, content: Blob, look: Look): Promise<void> {
  const from = drawer(content);
  open.add(from);
  const row = part.querySelector<HTMLElement>(".turn")!;
  const [back, on] = [row.querySelector<HTMLButtonElement>("[data-do=leaf-back]")!, row.querySelector<HTMLButtonElement>("[data-do=leaf-on]")!];
  const number = row.querySelector<HTMLInputElement>("[name=leaf]")!;
  part.querySelector<HTMLElement>("[data-do=leaf-stop]")!.onclick = from.stop;
  when(part, { drawing: true, opening: true });
  const { leaves, form } = await from.book();
  let unsure = form;
  const turn = async (n: number) => {
    if (number.disabled) return;
    const focused = document.activeElement;
    number.disabled = true;
    number.value = String(n);
    fill(part, { leaf: n, leaves });
    when(part, { drawing: true, opening: false, one: true });
    await working(row, () =>
      look(n, leaves, async () => {
        const leaf = await from.draw(n);
        unsure ||= leaf.unsure;
        return leaf;
      }),
    );
    number.disabled = false;
    [back.disabled, on.disabled] = [n <= 1, n >= leaves];
    when(part, { drawing: false, unsure });
    if (row.contains(focused)) ((focused as HTMLButtonElement).disabled ? number : (focused as HTMLElement)).focus();
  };
  number.max = String(leaves);
  number.onchange = () => void turn(Math.min(leaves, Math.max(1, Math.round(Number(number.value)) || 1)));
  back.onclick = () => void turn(Number(number.value) - 1);
  on.onclick = () => void turn(Number(number.value) + 1);
  when(part, { turning: true });
  await turn(1);
}

// showLeaves shows a PDF in the place of its button.
export function showLeaves(item: HTMLElement, button: HTMLElement, content: Blob): void {
  const place = item.querySelector<HTMLElement>("[data-preview]")!;
  place.replaceChildren(clone("leaves", {}));
  const canvas = place.querySelector("canvas")!;
  button.hidden = true;
  void working(null, async () => {
    try {
      await turnLeaves(place, content, async (_, __, draw) => {
        canvas.hidden = true;
        const { width, height, pixels } = await draw();
        canvas.width = width;
        canvas.height = height;
        canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
        canvas.hidden = false;
      });
    } catch (error) {
      place.replaceChildren();
      button.hidden = false;
      throw error;
    }
  });
}
