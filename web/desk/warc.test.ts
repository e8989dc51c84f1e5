import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "node:test";

import { captured } from "./warc";

const record = (type: string, more: string, block: string) =>
  `WARC/1.1\r\nWARC-Type: ${type}\r\nWARC-Date: 2026-11-28T12:00:00Z\r\n${more}Content-Length: ${block.length}\r\n\r\n${block}\r\n\r\n`;

const info = record("warcinfo", "", "software: invented\r\n");
const page = record("response", "WARC-Target-URI: https://example.org/a?b=c\r\n", "HTTP/1.1 200 OK\r\n\r\n" + "invented ".repeat(100_000));
const want = { address: "https://example.org/a?b=c", day: "2026-11-28" };

test("the first page of a WARC file is found, compressed or not", async () => {
  assert.deepEqual(await captured(new Blob([gzipSync(info), gzipSync(page)])), want);
  assert.deepEqual(await captured(new Blob([info, page])), want);
  assert.deepEqual(await captured(new Blob([gzipSync(page).subarray(0, 600)])), want);
});

test("any other file is none", async () => {
  for (const other of ["", "%PDF-1.4", info, gzipSync("a text"), gzipSync(info), gzipSync(info).subarray(0, 30), "\x1f\x8b\x08",
    record("response", "WARC-Target-URI: javascript:x\r\n", "x")]) {
    assert.equal(await captured(new Blob([other])), undefined);
  }
});
