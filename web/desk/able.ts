// able reports whether the browser has all that sealing and unsealing needs. Where it
// does not, pages stay as they are without the script, and say so.
export function able(): boolean {
  return (
    typeof BigInt === "function" &&
    typeof TransformStream === "function" &&
    typeof Element.prototype.replaceChildren === "function" &&
    typeof globalThis.crypto?.subtle === "object" &&
    typeof Blob.prototype.stream === "function"
  );
}
