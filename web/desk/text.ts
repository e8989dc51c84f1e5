// Text that people sent. Whatever it is, it becomes text: characters that would steer
// how the rest is shown, or hide it, are made visible.

// A control is a character that has no place in a line of text: control characters but
// tab and line feed, marks and overrides of direction, what has no width and is no joiner
// of letters, tags, halves of pairs.
const controls =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]|[\u{e0000}-\u{e0fff}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

// most is how many characters are shown before somebody asks for all.
const most = 4000;

// visible is text for the page.
export function visible(text: string): DocumentFragment {
  const part = document.createDocumentFragment();
  const clean = text.replace(/\r\n?/g, "\n");
  let at = 0;
  for (const found of clean.matchAll(controls)) {
    part.append(clean.slice(at, found.index), mark(found[0]));
    at = found.index + found[0].length;
  }
  part.append(clean.slice(at));
  return part;
}

function mark(control: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "ctl";
  made.textContent = name(control);
  return made;
}

const name = (c: string): string => "U+" + c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");

// plain is text without any such character, for names of files and the like.
export const plain = (text: string): string => text.replace(controls, "").replace(/\s+/g, " ").trim();

// beginning is the first line or so.
export function beginning(text: string, length: number): string {
  const letters = Array.from(plain(text.slice(0, 8 * length)));
  return letters.length > length ? letters.slice(0, length).join("") + "…" : letters.join("");
}

// isLong reports whether a text is too long to be shown at once.
export const isLong = (text: string): boolean => text.length > most;

// cut is what of a long text is shown at first.
export const cut = (text: string): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
