import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";

import { base64, type Bytes, utf8 } from "../src/bytes";
import { canonical, Ledger, type Shown, Unread } from "../src/facts";

// A record with a ledger that Temwen wrote, one of its facts revised, and with two public
// cases. Made by the Go test that runs this one.
interface Recorded {
  vkey: string;
  files: Record<string, string>;
  shown: { entry: number; sum: string }[];
  cases: { entry: number; openings: string[]; leaf: string }[];
}
const recorded = JSON.parse(readFileSync(new URL("./recorded.json", import.meta.url), "utf8")) as Recorded;

type Fetch = (path: string) => Promise<Bytes | undefined>;
const fetch: Fetch = async (path) => {
  const data = recorded.files[path];
  return data === undefined ? undefined : base64(data);
};
const outcome = async (shown: Shown, from: Fetch = fetch) => (await (await Ledger.at(from, recorded.vkey)).find(shown)).outcome;

test("given the record's own facts, then each is included, revised ones too", async () => {
  assert.ok(recorded.shown.length >= 3);
  for (const shown of recorded.shown) assert.equal(await outcome(shown), "included");
});

test("given a page that shows something else, then the entry differs", async () => {
  const other = createHash("sha256").update("something else").digest("base64");
  for (const shown of recorded.shown) assert.equal(await outcome({ ...shown, sum: other }), "differs");
});

test("given a page that names the entry of another fact, then it differs", async () => {
  const [a, b] = recorded.shown;
  assert.equal(await outcome({ entry: a!.entry, sum: b!.sum }), "differs");
});

test("given a public case, then what opens it is what its entry has the hashes of, and is shown", async () => {
  assert.equal(recorded.cases.length, 2);
  for (const { entry, openings } of recorded.cases) {
    const found = await (await Ledger.at(fetch, recorded.vkey)).find({ entry, openings });
    assert.equal(found.outcome, "included");
    const fields = JSON.parse(found.opened!) as Record<string, unknown>;
    assert.deepEqual(Object.keys(fields).sort(), ["opened", "state", "step"]);
    assert.equal(fields["opened"], "2024-07");
    assert.equal(await outcome({ entry, openings: openings.slice(1) }), "included"); // what is not shown any more
  }
});

test("given a page that shows other fields of a case, then the entry differs", async () => {
  const [a, b] = recorded.cases;
  assert.equal(await outcome({ entry: a!.entry, openings: b!.openings }), "differs");
  assert.equal(await outcome({ entry: a!.entry, openings: [...a!.openings, b!.openings[0]!] }), "differs");
  assert.equal(await outcome({ entry: a!.entry, openings: [] }), "differs");
  assert.equal(await outcome({ entry: a!.entry, openings: [a!.openings[0]!.slice(0, -1)] }), "differs");
  assert.equal(await outcome({ entry: recorded.shown[0]!.entry, openings: a!.openings }), "differs");
});

test("given a case that was taken back, then its entry has the hash that the page shows", async () => {
  const [a, b] = recorded.cases;
  for (const { entry, leaf } of recorded.cases) assert.equal(await outcome({ entry, leaf }), "included");
  assert.equal(await outcome({ entry: a!.entry, leaf: b!.leaf }), "differs");
});

test("given an entry altered in the ledger's files, then it is not included", async () => {
  const altered: Fetch = async (path) => {
    const data = await fetch(path);
    if (data && path.startsWith("tile/entries/")) data[data.length - 10]! ^= 1;
    return data;
  };
  const last = recorded.shown.reduce((a, b) => (a.entry > b.entry ? a : b));
  assert.equal(await outcome(last, altered), "absent");
});

test("given an entry beyond the checkpoint, then it is said to be later", async () => {
  assert.equal(await outcome({ ...recorded.shown[0]!, entry: 1_000_000 }), "later");
});

test("given a ledger that cannot be read, then nothing is said of a fact", async () => {
  await assert.rejects(Ledger.at(async () => undefined, recorded.vkey), Unread);
  await assert.rejects(Ledger.at(() => Promise.reject(new Error("offline")), recorded.vkey), Unread);
  const part: Fetch = async (path) => (path === "checkpoint" ? fetch(path) : undefined);
  assert.equal(await outcome(recorded.shown[0]!, part), "unread");
});

test("given a checkpoint of somebody else, then the ledger is refused", async () => {
  const logs = JSON.parse(readFileSync(new URL("./logs.json", import.meta.url), "utf8")) as { vkey: string; checkpoint: string }[];
  const error = await Ledger.at(async () => utf8(logs[0]!.checkpoint), recorded.vkey).then(() => undefined, (e: unknown) => e);
  assert.ok(error instanceof Error && !(error instanceof Unread), String(error));
});

test("JSON is written as RFC 8785 says", () => {
  const value = JSON.parse('{"b":[1.0,true,null,"\\u20ac\\u0007"],"a":{"\\ufb33":1,"\\ud83d\\ude00":2},"__proto__":{"x":1e21}}') as unknown;
  assert.equal(canonical(value), '{"__proto__":{"x":1e+21},"a":{"😀":2,"\ufb33":1},"b":[1,true,null,"€\\u0007"]}');
});
