// honest reports whether a canvas gives back what was drawn in it. Some browsers alter that,
// against being recognised; a copy that is made there would be another picture.
export function honest(): boolean {
  const side = 64;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const c = canvas.getContext("2d");
  if (!c) return false;
  const drawn = c.createImageData(side, side);
  drawn.data.forEach((_, i) => (drawn.data[i] = i % 4 === 3 ? 255 : (i * 37) >> 3));
  c.putImageData(drawn, 0, 0);
  return c.getImageData(0, 0, side, side).data.every((v, i) => v === drawn.data[i]);
}
