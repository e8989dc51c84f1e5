// Redacting in the officer's browser: a copy is made anew from what remains, so that what
// was taken out does not exist in it. A picture is drawn again without the parts under its
// boxes, and without anything its file said beside it; of a PDF every page becomes such a
// picture; of a text the passages are replaced by a bar that is always as long.

import { clone, fill, say } from "../report/page";
import { readPicture } from "../seal/image";
import { honest } from "./honest";
import { dots, type Leaf } from "./leaf";
import { turnLeaves } from "./leaves";
import { type Picture, writePDF } from "./paper";
import { Told } from "./words";

// A Redaction is what the officer is at; copy makes the copy, and throws a Told.
export interface Redaction {
  copy(): Promise<{ content: Blob; extension: string }>;
}

// A Box is a part of a picture that is taken out, in its pixels.
interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const sides = ["left", "top", "width", "height"] as const;

// A Board shows a picture, on which boxes are drawn with the pointer or by their numbers.
interface Board {
  show(picture: ImageBitmap | undefined, black: Box[]): void;
  boxes(): Box[];
}

function board(part: HTMLElement): Board {
  const canvas = part.querySelector<HTMLCanvasElement>("canvas")!;
  const list = part.querySelector<HTMLElement>("[data-boxes]")!;
  let picture: ImageBitmap | undefined;
  let scale = 1;
  let drawn: Box | undefined;
  let from: { x: number; y: number } | undefined;
  const draw = () => picture && paint(canvas, picture, scale, [...boxes(list), ...(drawn ? [drawn] : [])]);
  const at = (event: PointerEvent, { width, height }: ImageBitmap) => {
    const seen = canvas.getBoundingClientRect();
    const along = (n: number, of: number, most: number) => Math.round(Math.min(1, Math.max(0, n / of)) * most);
    return { x: along(event.clientX - seen.left, seen.width, width), y: along(event.clientY - seen.top, seen.height, height) };
  };
  canvas.onpointerdown = (event) => {
    if (!picture) return;
    canvas.setPointerCapture(event.pointerId);
    from = at(event, picture);
  };
  canvas.onpointermove = (event) => {
    if (!from || !picture) return;
    const to = at(event, picture);
    drawn = { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    draw();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (drawn && drawn.width > 0 && drawn.height > 0) add(list, drawn, draw);
    from = drawn = undefined;
    draw();
  };
  part.querySelector<HTMLElement>("[data-do=add-box]")!.onclick = () => {
    if (!picture) return;
    const row = add(list, { left: 0, top: 0, width: Math.round(picture.width / 4), height: Math.round(picture.height / 4) }, draw);
    row.querySelector("input")?.focus();
    draw();
  };
  return {
    show(next, black) {
      picture?.close();
      picture = next;
      from = drawn = undefined;
      list.replaceChildren();
      canvas.hidden = !next;
      if (next) {
        scale = Math.min(1, 1600 / Math.max(next.width, next.height));
        canvas.width = Math.max(1, Math.round(next.width * scale));
        canvas.height = Math.max(1, Math.round(next.height * scale));
      }
      for (const box of black) add(list, box, draw);
      fill(part, { width: next?.width ?? 0, height: next?.height ?? 0 });
      draw();
    },
    boxes: () => boxes(list),
  };
}

// redactPicture shows a picture to be redacted.
export async function redactPicture(part: HTMLElement, content: Blob, type: string): Promise<Redaction> {
  const picture = await bitmap(content);
  const on = board(part);
  on.show(picture, []);
  return {
    copy: async () => {
      const black = on.boxes();
      if (!black.some((box) => covers(box, picture))) throw new Told("need-box");
      const made = type === "image/jpeg" ? type : "image/png";
      return { content: await copyPicture(picture, black, made), extension: made === "image/jpeg" ? "jpg" : "png" };
    },
  };
}

const bitmap = (content: Blob): Promise<ImageBitmap> =>
  createImageBitmap(content).catch(() => {
    throw new Told("picture-unreadable");
  });

// add lists a box with its numbers, which can be changed.
function add(list: HTMLElement, box: Box, draw: () => void): HTMLElement {
  list.append(clone("box", {}));
  const row = list.lastElementChild as HTMLElement;
  for (const side of sides) {
    const input = row.querySelector<HTMLInputElement>(`[name=${side}]`)!;
    input.value = String(box[side]);
    input.oninput = draw;
  }
  row.querySelector<HTMLElement>("[data-do=drop-box]")!.onclick = () => {
    row.remove();
    draw();
  };
  return row;
}

// boxes are those of the list.
function boxes(list: HTMLElement): Box[] {
  return [...list.children].map((row) => {
    const number = (side: string) => Math.max(0, Math.round(Number(row.querySelector<HTMLInputElement>(`[name=${side}]`)?.value) || 0));
    return { left: number("left"), top: number("top"), width: number("width"), height: number("height") };
  });
}

function paint(canvas: HTMLCanvasElement, picture: ImageBitmap, scale: number, black: Box[]): void {
  const c = canvas.getContext("2d")!;
  c.clearRect(0, 0, canvas.width, canvas.height);
  c.drawImage(picture, 0, 0, canvas.width, canvas.height);
  c.fillStyle = "#000";
  for (const b of black) c.fillRect(b.left * scale, b.top * scale, b.width * scale, b.height * scale);
}

// covers reports whether a box takes out anything of a picture.
const covers = (b: Box, { width, height }: { width: number; height: number }): boolean => b.width > 0 && b.height > 0 && b.left < width && b.top < height;

// copyPicture is what remains of a picture, as a file of a type.
async function copyPicture(picture: ImageBitmap, black: Box[], type: string): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  if (!canvas.getContext("2d")) throw new Told("picture-too-large");
  paint(canvas, picture, 1, black);
  faithful(canvas, black);
  const content = await encoded(canvas, type);
  // A browser writes nothing beside the picture; should one do, it is left out.
  return (await readPicture(content))?.stripped ?? content;
}

// encoded is what a canvas has, as a file of a type.
async function encoded(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, 0.92));
  if (!content || content.type !== type) throw new Told("picture-too-large");
  return content;
}

// faithful throws where the browser gives another picture than the one that was drawn, as
// some do against being recognised.
function faithful(canvas: HTMLCanvasElement, black: Box[]): void {
  const box = black.find((b) => covers(b, canvas));
  if (!box) return;
  const seen = canvas.getContext("2d")!.getImageData(box.left, box.top, 1, 1).data;
  if (seen[0] !== 0 || seen[1] !== 0 || seen[2] !== 0 || seen[3] !== 255) throw new Told("picture-altered");
}

// Kept is a page of a PDF that was looked at.
interface Kept {
  picture: Blob; // a PNG: compressed, and exactly what was seen
  width: number;
  height: number;
  black: Box[];
  out: boolean;
}

// mostKept is how many bytes of pages are kept.
const mostKept = 400 << 20;

// redactPDF shows a PDF page by page. The copy is a PDF of pictures: of those pages that were
// looked at and are not left out, so that nothing goes into it that nobody saw.
export async function redactPDF(part: HTMLElement, content: Blob): Promise<Redaction> {
  if (!honest()) throw new Told("picture-altered");
  const on = board(part);
  const out = part.querySelector<HTMLInputElement>("[name=out]")!;
  const pages = new Map<number, Kept>();
  let [at, all] = [0, 0];
  // put notes what is said of the page that is seen, and what the copy would have.
  const put = (): void => {
    const page = pages.get(at);
    if (page) [page.black, page.out] = [on.boxes(), out.checked];
    const n = kept(pages).length;
    fill(part, { n, of: all, out: pages.size - n, unseen: all - pages.size });
  };
  out.onchange = put;
  await turnLeaves(part, content, async (n, of, draw) => {
    put();
    [at, all] = [0, of];
    on.show(undefined, []);
    out.checked = false;
    out.disabled = true;
    if (!pages.has(n)) pages.set(n, await keep(await draw(), [...pages.values()]));
    const page = pages.get(n)!;
    on.show(await bitmap(page.picture), page.black);
    out.checked = page.out;
    out.disabled = false;
    at = n;
    put();
  });
  return {
    copy: async () => {
      put();
      const numbers = kept(pages);
      if (!numbers.length) throw new Told("need-page");
      if (numbers.length === all && !numbers.some((n) => pages.get(n)!.black.some((box) => covers(box, pages.get(n)!)))) throw new Told("need-box");
      const made: Picture[] = [];
      for (const n of numbers) {
        say("pdf-copying", { n, of: all });
        const { picture, width, height, black } = pages.get(n)!;
        const seen = await bitmap(picture);
        made.push({ width, height, jpeg: await copyPicture(seen, black, "image/jpeg") });
        seen.close();
      }
      return { content: writePDF(made, dots), extension: "pdf" };
    },
  };
}

// kept are the numbers of the pages that are not left out, in their order.
const kept = (pages: Map<number, Kept>): number[] => [...pages.keys()].filter((n) => !pages.get(n)!.out).sort((a, b) => a - b);

// keep makes a picture of a page, beside others.
async function keep(leaf: Leaf, others: Kept[]): Promise<Kept> {
  const picture = await drawn(leaf);
  if (others.reduce((sum, page) => sum + page.picture.size, picture.size) > mostKept) throw new Told("pdf-full");
  return { picture, width: leaf.width, height: leaf.height, black: [], out: false };
}

// drawn is a page as a picture.
async function drawn({ width, height, pixels }: Leaf): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const c = canvas.getContext("2d", { alpha: false });
  if (!c) throw new Told("picture-too-large");
  c.putImageData(new ImageData(new Uint8ClampedArray(pixels), width, height), 0, 0);
  return encoded(canvas, "image/png");
}

// bar stands for what was taken out of a text, however long that was.
const bar = "█████";

// redactText shows a text, of which selected passages are taken out.
export function redactText(part: HTMLElement, words: string): Redaction {
  const area = part.querySelector<HTMLTextAreaElement>("textarea.redacting")!;
  area.value = words;
  const whole = area.value; // with line ends as the field keeps them
  area.addEventListener("beforeinput", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => event.preventDefault());
  part.querySelector<HTMLElement>("[data-do=black-out]")!.onclick = () => {
    const [from, to] = [area.selectionStart, area.selectionEnd];
    if (from === to) return;
    area.value = redacted(area.value, from, to);
    area.focus();
    area.setSelectionRange(from, from);
  };
  part.querySelector<HTMLElement>("[data-do=put-back]")!.onclick = () => {
    area.value = whole;
  };
  return {
    copy: async () => {
      if (area.value === whole) throw new Told("need-passage", {}, area);
      return { content: new Blob([area.value], { type: "text/plain" }), extension: "txt" };
    },
  };
}

// redacted is a text without a passage: bars that touch become one, and one that is cut
// into stays whole.
export function redacted(words: string, from: number, to: number): string {
  while (words[from - 1] === bar[0]) from--;
  while (words[to] === bar[0]) to++;
  return words.slice(0, from) + bar + words.slice(to);
}
