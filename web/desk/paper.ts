// Writing a PDF of pictures: each page is one JPEG, and there is nothing else in the file, no
// text, title, date, program or number. The same pictures make the same bytes. The form is that of PDF 1.4
// (ISO 32000-1, 7.5: header, objects, cross-reference table, trailer).

// A Picture is a page: a JPEG of these pixels, three colours each.
export interface Picture {
  width: number;
  height: number;
  jpeg: Blob;
}

// writePDF is the PDF of some pages, with so many pixels to the inch.
export function writePDF(pages: Picture[], dots: number): Blob {
  const parts: BlobPart[] = [];
  const offsets: number[] = [];
  let at = 0;
  const add = (part: string | Uint8Array<ArrayBuffer> | Blob): void => {
    parts.push(part);
    at += typeof part === "string" || part instanceof Uint8Array ? part.length : part.size; // strings are ASCII
  };
  const object = (...body: (string | Blob)[]): void => {
    offsets.push(at);
    add(`${offsets.length} 0 obj\n`);
    body.forEach(add);
    add("\nendobj\n");
  };
  const stream = (entries: string, content: string | Blob, length: number): void => object(`<< ${entries}/Length ${length} >>\nstream\n`, content, "\nendstream");

  add("%PDF-1.4\n%");
  add(new Uint8Array([0xe2, 0xe3, 0xcf, 0xd3, 0x0a])); // so that programs take it for binary
  object("<< /Type /Catalog /Pages 2 0 R >>");
  object(`<< /Type /Pages /Kids [${pages.map((_, i) => `${3 + 3 * i} 0 R`).join(" ")}] /Count ${pages.length} >>`);
  pages.forEach(({ width, height, jpeg }, i) => {
    const [page, box] = [3 + 3 * i, [width, height].map((n) => ((n * 72) / dots).toFixed(2)).join(" ")];
    const draw = `q ${box.replace(" ", " 0 0 ")} 0 0 cm /P Do Q`;
    object(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${box}] /Resources << /XObject << /P ${page + 2} 0 R >> >> /Contents ${page + 1} 0 R >>`);
    stream("", draw, draw.length);
    stream(`/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode `, jpeg, jpeg.size);
  });
  const start = at;
  add(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) add(`${String(offset).padStart(10, "0")} 00000 n \n`);
  add(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
