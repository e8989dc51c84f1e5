// Redacting in the officer's browser: a copy is made anew from what remains, so that what
// was taken out does not exist in it. A picture is drawn again without the parts under its
// boxes, and without anything its file said beside it; of a text the passages are replaced by
// a bar that is always as long.

import { clone, fill } from "../report/page";
import { readPicture } from "../seal/image";
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

// redactPicture shows a picture, on which boxes are drawn with the pointer or by their
// numbers.
export async function redactPicture(part: HTMLElement, content: Blob, type: string): Promise<Redaction> {
  const picture = await createImageBitmap(content).catch(() => {
    throw new Told("picture-unreadable");
  });
  const canvas = part.querySelector<HTMLCanvasElement>("canvas")!;
  const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const list = part.querySelector<HTMLElement>("[data-boxes]")!;
  const draw = () => paint(canvas, picture, scale, [...boxes(list), ...(drawn ? [drawn] : [])]);
  let drawn: Box | undefined;
  let from: { x: number; y: number } | undefined;
  const at = (event: PointerEvent) => {
    const seen = canvas.getBoundingClientRect();
    const along = (n: number, of: number, most: number) => Math.round(Math.min(1, Math.max(0, n / of)) * most);
    return { x: along(event.clientX - seen.left, seen.width, picture.width), y: along(event.clientY - seen.top, seen.height, picture.height) };
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    from = at(event);
  };
  canvas.onpointermove = (event) => {
    if (!from) return;
    const to = at(event);
    drawn = { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    draw();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (drawn && drawn.width > 0 && drawn.height > 0) add(list, drawn, draw);
    from = drawn = undefined;
    draw();
  };
  part.querySelector<HTMLElement>("[data-do=add-box]")!.onclick = () => {
    const row = add(list, { left: 0, top: 0, width: Math.round(picture.width / 4), height: Math.round(picture.height / 4) }, draw);
    row.querySelector("input")?.focus();
    draw();
  };
  fill(part, { width: picture.width, height: picture.height });
  draw();
  return { copy: () => copyPicture(picture, boxes(list), type) };
}

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

async function copyPicture(picture: ImageBitmap, black: Box[], type: string): Promise<{ content: Blob; extension: string }> {
  if (!black.some((b) => b.width > 0 && b.height > 0 && b.left < picture.width && b.top < picture.height)) throw new Told("need-box");
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  if (!canvas.getContext("2d")) throw new Told("picture-too-large");
  paint(canvas, picture, 1, black);
  faithful(canvas, black);
  const made = type === "image/jpeg" ? type : "image/png";
  const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, made, 0.92));
  if (!content || content.type !== made) throw new Told("picture-too-large");
  // A browser writes nothing beside the picture; should one do, it is left out.
  return { content: (await readPicture(content))?.stripped ?? content, extension: made === "image/jpeg" ? "jpg" : "png" };
}

// faithful throws where the browser gives another picture than the one that was drawn, as
// some do against being recognised.
function faithful(canvas: HTMLCanvasElement, black: Box[]): void {
  const box = black.find((b) => b.width > 0 && b.height > 0 && b.left < canvas.width && b.top < canvas.height)!;
  const seen = canvas.getContext("2d")!.getImageData(box.left, box.top, 1, 1).data;
  if (seen[0] !== 0 || seen[1] !== 0 || seen[2] !== 0 || seen[3] !== 255) throw new Told("picture-altered");
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
