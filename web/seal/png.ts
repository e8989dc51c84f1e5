// PNG: chunks.

import { type Format, nothing } from "./image";

// What is needed to see the picture, moving ones too, in its colours.
const needed = /^(IHDR|PLTE|IDAT|IEND|tRNS|gAMA|cHRM|sRGB|iCCP|cICP|sBIT|bKGD|pHYs|acTL|fcTL|fdAT)$/;

export const png: Format = {
  magic: (b) => String.fromCharCode(...b.subarray(0, 8)) === "\x89PNG\r\n\x1a\n",

  async take(file) {
    const kept = nothing();
    kept.parts.push({ from: 0, to: 8 });
    for (let at = 8; ; ) {
      const head = await file.view(at, 8);
      const next = at + 12 + head.getUint32(0);
      if (next > file.size) throw new Error("the picture is cut");
      const type = String.fromCharCode(...new Uint8Array(head.buffer, 4, 4));
      if (needed.test(type)) kept.parts.push({ from: at, to: next });
      if (type === "IDAT") kept.shows = true;
      if (type === "eXIf") kept.exif = await file.exif(at + 8, next - 4);
      if (type === "IEND") return kept;
      at = next;
    }
  },
};
