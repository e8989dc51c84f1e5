/*
The frame that draws PDFs: a document of its own, without an origin, in which there is nothing
but one PDF. No key is here, no storage and no way into the network; the headers that the desk serves it with
see to that, and so does the attribute sandbox of its frame. A PDF that takes over the program that reads it has got at
what the sender of that PDF had before.

It is told a PDF, and then which page to draw; it answers with pixels. pdf.js reads and draws. Scripts in a PDF, its links,
what it would launch, and what is attached to it are never asked for: pdf.js leaves these to whoever uses it. Nothing is loaded from
elsewhere: letters in the system's fonts or the file's own, and two sets of signs that are here.
*/
import { getDocument, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import "pdfjs-dist/legacy/build/pdf.worker.mjs"; // in this document: one without an origin may load no worker, and is apart anyway
import dingbats from "pdfjs-dist/standard_fonts/FoxitDingbats.pfb";
import symbols from "pdfjs-dist/standard_fonts/FoxitSymbol.pfb";

import { honest } from "./honest";
import { type Answer, scaleFor, type Wish } from "./leaf";

// A picture within a PDF may have this many pixels: an A4 page at 600 to the inch has 35 million.
const mostInPicture = 64_000_000;

// unsure says that something may be drawn otherwise than it is in the file: pdf.js only tells the console.
let unsure = false;
const left =
  /Indexing all|decode image|maximum allowed size|dimensions are missing|isn't ready|ignoring|skipping|not available|not supported|unsupported|unimplemented|unrecognized|failed|invalid stream|instance|truncated|CMap/i;
console.warn = (said: unknown) => {
  if (left.test(String(said))) unsure = true;
};
console.log = console.info = console.error = () => {};

// A frame that is not seen gets no frames of animation, for which pdf.js waits.
window.requestAnimationFrame = (then) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    then(performance.now());
  };
  port2.postMessage(0);
  return 0;
};

// Signs hands pdf.js what it would load from elsewhere, as far as it is here.
class Signs {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const found = { "FoxitDingbats.pfb": dingbats, "FoxitSymbol.pfb": symbols }[filename];
    if (found) return found.slice();
    unsure = true;
    throw new Error("it is not here");
  }
}

let pdf: PDFDocumentProxy | undefined;

async function open(data: ArrayBuffer): Promise<Answer> {
  if (!honest()) return { problem: "altered" };
  try {
    pdf = await getDocument({
      data,
      BinaryDataFactory: Signs,
      useWasm: false,
      useWorkerFetch: false,
      useSystemFonts: true,
      enableXfa: false,
      maxImageSize: mostInPicture,
      verbosity: 1, // warnings, for unsure
    }).promise;
    const { info } = await pdf.getMetadata();
    return { leaves: pdf.numPages, form: (info as { IsXFAPresent?: boolean }).IsXFAPresent === true };
  } catch (error) {
    return { problem: (error as Error).name === "PasswordException" ? "locked" : "unreadable" };
  }
}

async function draw(n: number): Promise<Answer> {
  try {
    const page = await pdf!.getPage(n);
    const whole = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: scaleFor(whole.width, whole.height) });
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    await page.render({ canvas, viewport, background: "#fff" }).promise;
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d")!.getImageData(0, 0, width, height).data.buffer;
    canvas.width = canvas.height = 0; // which frees what it had
    page.cleanup();
    return { width, height, pixels, unsure };
  } catch {
    return { problem: "leaf" };
  }
}

const tell = (answer: Answer): void => {
  const leaf = typeof answer === "object" && "pixels" in answer ? [answer.pixels] : [];
  parent.postMessage(answer, "*", leaf);
};

addEventListener("message", async ({ source, data }: MessageEvent<Wish>) => {
  if (source !== parent) return;
  tell(await ("pdf" in data ? open(data.pdf) : draw(data.draw)));
});
tell("ready");
