// Padding: a length that says little about what is inside.

// shortest is the length that any shorter content is padded to, so that short
// reports, which are most, look alike.
export const shortest = 8192;

// longest is how long a padded content may be.
export const longest = 256 * 2 ** 20;

// padded is the length that n bytes are padded to: max(8192, Padmé(n)).
export function padded(n: number): number {
  if (n <= shortest) return shortest;
  const e = Math.floor(Math.log2(n));
  const s = Math.floor(Math.log2(e)) + 1;
  const step = 2 ** (e - s);
  return Math.ceil(n / step) * step;
}
