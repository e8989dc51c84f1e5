// What pdf.js brings along without types.

declare module "*.pfb" {
  const font: Uint8Array<ArrayBuffer>;
  export default font;
}

declare module "pdfjs-dist/legacy/build/pdf.worker.mjs";
