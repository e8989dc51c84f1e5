// The ledger's tree, read from C2SP tlog-tiles; hashes as in RFC 6962.

import { type Bytes, sha256 } from "./bytes";

const width = 256; // hashes in a full tile, entries in a full bundle
const hashSize = 32;

// A Fetch reads one file of the log, by its path in C2SP tlog-tiles. It yields
// undefined where there is no such file.
export type Fetch = (path: string) => Promise<Bytes | undefined>;

export const leafHash = (entry: Bytes): Promise<Bytes> => sha256(Uint8Array.of(0), entry);

const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);

// A Tree is the first size entries of a log. It believes nothing: what its files
// say counts only if rootWith gives the root that the log signed.
export class Tree {
  private readonly files = new Map<string, Promise<Bytes>>();

  constructor(
    private readonly fetch: Fetch,
    readonly size: number,
  ) {}

  // rootWith is the root of the tree if the entry at index has the hash leaf.
  rootWith(index: number, leaf: Bytes): Promise<Bytes> {
    if (!(index < this.size)) return Promise.reject(new Error(`entry ${index} is beyond the end of the log`));
    return this.climb(index, leaf, 0, this.size);
  }

  // entry is what the log holds at index.
  async entry(index: number): Promise<Bytes> {
    const bundle = await this.file("entries", Math.floor(index / width), this.size, 0);
    let at = 0;
    for (let n = index % width; ; n--) {
      const start = at + 2;
      at = start + (bundle[at] ?? NaN) * 256 + (bundle[at + 1] ?? NaN);
      if (!(at <= bundle.length)) throw new Error("a bundle of entries that is cut off");
      if (n === 0) return bundle.slice(start, at);
    }
  }

  // climb is the hash over the entries from lo to hi, with leaf in its place.
  private async climb(index: number, leaf: Bytes, lo: number, hi: number): Promise<Bytes> {
    if (hi - lo === 1) return leaf;
    const mid = lo + split(hi - lo);
    return index < mid
      ? nodeHash(await this.climb(index, leaf, lo, mid), await this.over(mid, hi))
      : nodeHash(await this.over(lo, mid), await this.climb(index, leaf, mid, hi));
  }

  // over is the hash over the entries from lo to hi, from the tiles.
  private async over(lo: number, hi: number): Promise<Bytes> {
    const level = Math.log2(hi - lo);
    if (Number.isInteger(level)) return this.node(level, lo / (hi - lo));
    const mid = lo + split(hi - lo);
    return nodeHash(await this.over(lo, mid), await this.over(mid, hi));
  }

  // node is the hash of a complete subtree: the n-th of those over 2^level
  // entries.
  private async node(level: number, n: number): Promise<Bytes> {
    const row = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const first = n * count;
    const tile = await this.file(String(row), Math.floor(first / width), Math.floor(this.size / width ** row), hashSize);
    const at = (first % width) * hashSize;
    let hashes = Array.from({ length: count }, (_, i) => tile.slice(at + i * hashSize, at + (i + 1) * hashSize));
    while (hashes.length > 1) {
      const pairs: Promise<Bytes>[] = [];
      for (let i = 0; i + 1 < hashes.length; i += 2) pairs.push(nodeHash(hashes[i]!, hashes[i + 1]!));
      hashes = await Promise.all(pairs);
    }
    return hashes[0]!;
  }

  // file reads a tile or a bundle of a row that has total hashes or entries: a
  // partial one where the row ends in it, or the full one that has taken its
  // place since. Where each is of a known size it must be complete.
  private file(row: string, n: number, total: number, each: number): Promise<Bytes> {
    const name = `tile/${row}/${path(n)}`;
    const wide = Math.min(width, total - n * width);
    let read = this.files.get(name);
    if (read === undefined) {
      read = this.read(name, wide, each);
      this.files.set(name, read);
    }
    return read;
  }

  private async read(name: string, wide: number, each: number): Promise<Bytes> {
    const data = (wide < width ? await this.fetch(`${name}.p/${wide}`) : undefined) ?? (await this.fetch(name));
    if (data === undefined) throw new Error(`${name} is missing`);
    if (data.length < wide * each) throw new Error(`${name} is cut off`);
    return data;
  }
}

// split is the largest power of two below n.
const split = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);

// path is a tile's number as C2SP tlog-tiles writes it: 1234067 is
// x001/x234/067.
export function path(n: number): string {
  const last = String(n % 1000).padStart(3, "0");
  const rest = Math.floor(n / 1000);
  if (rest === 0) return last;
  return path(rest).replace(/(\d{3})$/, "x$1") + "/" + last;
}
