// What the desk and the frame that draws PDFs say to each other. The desk trusts nothing
// that the frame says: a hostile PDF may have taken it over.

// A Wish is what the frame is asked: to open a PDF, once, or to draw one of its pages.
export type Wish = { pdf: ArrayBuffer } | { draw: number };

// A Leaf is a page of a PDF as plain pixels, four bytes each.
export interface Leaf {
  width: number;
  height: number;
  pixels: ArrayBuffer;
  unsure: boolean; // something may not be drawn as it is in the file
}

// A Book is what is told of a PDF that was opened.
export interface Book {
  leaves: number;
  form: boolean; // it has a form that only Adobe's programs draw (XFA)
}

// Problems are all that the frame may complain of.
export const problems = ["locked", "unreadable", "altered", "leaf"] as const;
export type Problem = (typeof problems)[number];

// An Answer is what the frame says: that it is there, what it opened, what it drew, or what
// is wrong.
export type Answer = "ready" | Book | Leaf | { problem: Problem };

// dots are how many pixels an inch of a page has in its picture; of a PDF's units, 72 are
// an inch. Pages that would have more pixels than most, or be longer, are drawn smaller.
export const dots = 200;
export const most = 8_000_000;
export const longest = 8000;

// mostLeaves are how many pages a PDF may have.
export const mostLeaves = 5000;

// scaleFor is how many pixels a unit has on a page of this size.
export function scaleFor(width: number, height: number): number {
  return Math.min(dots / 72, Math.sqrt(most / (width * height)), longest / Math.max(width, height));
}

// isPDF reports whether a file begins as a PDF does.
export const isPDF = (beginning: Uint8Array): boolean => String.fromCharCode(...beginning.subarray(0, 5)) === "%PDF-";
