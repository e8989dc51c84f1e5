// Drawing the pages of a PDF, beside this document: a PDF is hostile input, and this document
// holds keys. It is read and drawn in a frame without an origin (pdf.ts), which gets its bytes and gives back
// pixels. What comes from anywhere else is not heard, and what is not a picture of the size it
// says is refused. The frame goes as soon as it is not needed, takes too long or does anything else.

import { type Book, type Leaf, longest, most, mostLeaves, problems, type Wish } from "./leaf";
import { Told } from "./words";

// A Drawer draws one PDF, one page at a time.
export interface Drawer {
  book(): Promise<Book>; // opens it
  draw(n: number): Promise<Leaf>;
  stop(): void; // whoever waits is told
  leave(): void; // nobody is
}

// patience is for how long the frame may work on one thing, in milliseconds.
const patience = 60_000;

// largest is how many bytes a PDF may have.
const largest = 100 << 20;

export function drawer(content: Blob): Drawer {
  let frame: HTMLIFrameElement | undefined;
  let giveUp: (why?: Told) => void = () => {};

  const end = (why?: Told): void => {
    frame?.remove();
    frame = undefined;
    giveUp(why);
  };

  // answer waits for what the frame says next.
  const answer = <T>(read: (said: unknown) => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const from = frame?.contentWindow;
      const hear = ({ source, origin, data }: MessageEvent): void => {
        if (!from || source !== from || origin !== "null") return;
        done();
        try {
          resolve(read(data));
        } catch (error) {
          reject(error);
        }
      };
      const late = setTimeout(() => end(new Told("pdf-slow")), patience);
      const done = (): void => {
        removeEventListener("message", hear);
        clearTimeout(late);
        giveUp = () => {};
      };
      giveUp = (why) => {
        done();
        if (why) reject(why);
      };
      addEventListener("message", hear);
    });

  const tell = (wish: Wish, ...bytes: ArrayBuffer[]): void => frame?.contentWindow?.postMessage(wish, "*", bytes); // an origin it has not

  async function open(): Promise<Book> {
    if (content.size > largest) throw new Told("pdf-too-large", { n: largest >> 20 });
    end();
    const made = document.createElement("iframe");
    made.setAttribute("sandbox", "allow-scripts");
    made.className = "vh";
    made.title = "PDF";
    made.tabIndex = -1;
    made.setAttribute("aria-hidden", "true");
    made.src = document.body.dataset["pdf"] ?? "";
    let loaded = 0;
    made.onload = () => {
      if (++loaded > 1 && frame === made) end(new Told("pdf-unreadable")); // it went elsewhere
    };
    document.body.append(made);
    frame = made;
    await answer(readReady);
    const pdf = await content.arrayBuffer();
    tell({ pdf }, pdf);
    return answer(readBook);
  }

  return {
    book: () => refused(open),
    draw: (n) =>
      refused(async () => {
        if (!frame?.isConnected) await open();
        tell({ draw: n });
        return answer((said) => readLeaf(said, n));
      }),
    stop: () => end(new Told("pdf-stopped")),
    leave: () => end(),
  };

  // refused ends the frame where something goes wrong, but for a page that cannot be drawn.
  async function refused<T>(what: () => Promise<T>): Promise<T> {
    try {
      return await what();
    } catch (error) {
      if (!(error instanceof Told && error.key === "pdf-leaf")) end();
      throw error;
    }
  }
}

// readReady holds that the frame is there. It throws a Told, as those below do.
export function readReady(said: unknown): void {
  if (said !== "ready") throw new Told("pdf-unreadable");
}

// readBook is a PDF as the frame told it.
export function readBook(said: unknown): Book {
  const { leaves, form } = plain(said);
  if (!Number.isInteger(leaves) || (leaves as number) < 1) throw new Told("pdf-unreadable");
  if ((leaves as number) > mostLeaves) throw new Told("pdf-too-long", { n: mostLeaves });
  return { leaves: leaves as number, form: form === true };
}

// readLeaf is a page with a number as the frame told it.
export function readLeaf(said: unknown, n: number): Leaf {
  const { width, height, pixels, unsure } = plain(said, n);
  const side = (length: unknown): length is number => Number.isInteger(length) && (length as number) >= 1 && (length as number) <= longest;
  if (!side(width) || !side(height) || width * height > most || !(pixels instanceof ArrayBuffer) || pixels.byteLength !== 4 * width * height) {
    throw new Told("pdf-unreadable");
  }
  return { width, height, pixels, unsure: unsure === true };
}

// plain is an answer that is no complaint.
function plain(said: unknown, n = 0): Record<string, unknown> {
  if (typeof said !== "object" || said === null) throw new Told("pdf-unreadable");
  const answer = said as Record<string, unknown>;
  if (!("problem" in answer)) return answer;
  const problem = problems.find((p) => p === answer["problem"]) ?? "unreadable";
  throw problem === "leaf" ? new Told("pdf-leaf", { n }) : new Told(problem === "altered" ? "picture-altered" : `pdf-${problem}`);
}
