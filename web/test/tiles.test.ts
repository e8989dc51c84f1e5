import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { base64, type Bytes, equal, utf8 } from "../src/bytes";
import { verifyCheckpoint } from "../src/checkpoint";
import { leafHash, path, Tree } from "../src/tiles";

// Made by the Go test that runs this one, with golang.org/x/mod/sumdb.
interface Log {
  vkey: string;
  checkpoint: string;
  entries: string[];
  files: Record<string, string>;
}
const logs = JSON.parse(readFileSync(new URL("./logs.json", import.meta.url), "utf8")) as Log[];

const fetchFrom = (log: Log) => async (name: string) => {
  const data = log.files[name];
  return data === undefined ? undefined : base64(data);
};

async function included(log: Log, index: number, entry: Bytes): Promise<boolean> {
  const checkpoint = await verifyCheckpoint(log.checkpoint, log.vkey);
  const tree = new Tree(fetchFrom(log), checkpoint.size);
  return equal(await tree.rootWith(index, await leafHash(entry)), checkpoint.root);
}

// below is the first entries that a tile stands over.
function below(tile: string): number[] {
  const [, row = "", ...number] = tile.replace(/\.p.*$/, "").split("/");
  const first = Number(number.join("").replace(/x/g, "")) * 256 ** (Number(row) + 1);
  return [first, first + 1];
}

for (const log of logs) {
  const size = log.entries.length;
  const indices = [...new Set([0, 1, 254, 255, 256, 257, Math.floor(size / 2), size - 2, size - 1])].filter((i) => i >= 0 && i < size);

  test(`a log of ${size}: every entry read is the one written, and is included`, async () => {
    const tree = new Tree(fetchFrom(log), size);
    for (const i of indices) {
      const entry = await tree.entry(i);
      assert.deepEqual(entry, utf8(log.entries[i]!));
      assert.ok(await included(log, i, entry), `entry ${i}`);
    }
  });

  test(`a log of ${size}: no other entry, and no other place, is included`, async () => {
    for (const i of indices) {
      assert.ok(!(await included(log, i, utf8(log.entries[i] + "x"))), `entry ${i}, altered`);
      if (size > 1) assert.ok(!(await included(log, (i + 1) % size, utf8(log.entries[i]!))), `entry ${i}, elsewhere`);
    }
  });

  test(`a log of ${size}: a hash altered in any tile is noticed`, async () => {
    const checkpoint = await verifyCheckpoint(log.checkpoint, log.vkey);
    for (const name of Object.keys(log.files).filter((f) => !f.startsWith("tile/entries/") && (size < 1000 || !/^tile\/0\/([01]|2[0-6])/.test(f)))) {
      const fetch = async (asked: string) => {
        const data = await fetchFrom(log)(asked);
        if (asked === name && data) for (let i = 0; i < data.length; i += 32) data[i]! ^= 1;
        return data;
      };
      // A tile is read for the entries below it, but for their own hashes.
      let refused = false;
      for (const i of [...indices, ...below(name)].filter((i) => i < size)) {
        const root = await new Tree(fetch, size).rootWith(i, await leafHash(utf8(log.entries[i]!)));
        refused ||= !equal(root, checkpoint.root);
        if (refused) break;
      }
      // Where a tile is nothing but the hash over all entries, nobody needs it.
      assert.equal(refused, size !== 256 ** Number(name.split("/")[1]), name);
    }
  });

  test(`a log of ${size}: no signature but the log's counts`, async () => {
    const good = log.checkpoint;
    await verifyCheckpoint(good, log.vkey);
    const lines = good.split("\n");
    for (const bad of [
      "", "\n\n", good.slice(0, -1), good.replace(`\n${size}\n`, `\n${size + 1}\n`), good + "x\n",
      good.replace(lines[0]!, "another.example/log"), good.split("\n\n")[0]! + "\n\n",
    ]) {
      await assert.rejects(verifyCheckpoint(bad, log.vkey), JSON.stringify(bad));
    }
    const other = logs.find((l) => l.vkey !== log.vkey)!;
    await assert.rejects(verifyCheckpoint(good, other.vkey));
    await assert.rejects(verifyCheckpoint(good, log.vkey.replace("+", "x+")));
  });
}

test("the numbers of tiles are written as C2SP tlog-tiles writes them", () => {
  assert.equal(path(0), "000");
  assert.equal(path(67), "067");
  assert.equal(path(1000), "x001/000");
  assert.equal(path(1234067), "x001/x234/067");
});

test("a file that is missing or cut off is an error, not an answer", async () => {
  const log = logs.find((l) => l.entries.length > 1)!;
  const size = log.entries.length;
  const nothing = new Tree(async () => undefined, size);
  await assert.rejects(nothing.entry(0), /missing/);
  await assert.rejects(nothing.rootWith(0, new Uint8Array(32)), /missing/);
  const short = new Tree(async () => new Uint8Array(1), size);
  await assert.rejects(short.entry(0), /cut off/);
  await assert.rejects(short.rootWith(0, new Uint8Array(32)), /cut off/);
  await assert.rejects(nothing.rootWith(size, new Uint8Array(32)), /beyond/);
});
