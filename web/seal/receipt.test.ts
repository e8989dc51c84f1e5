import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import test from "node:test";

import { type Bytes, concat, sha256, utf8 } from "../src/bytes";
import { checkReceipt, parseReceipt } from "./receipt";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const base64 = (b: Uint8Array) => Buffer.from(b).toString("base64");

const name = "ledger.example";
const key = concat(Uint8Array.of(1), new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url")));
const id = async () => (await sha256(utf8(name + "\n"), key)).slice(0, 4);
const vkey = async () => `${name}+${Buffer.from(await id()).toString("hex")}+${base64(key)}`;

const salt = new Uint8Array(32).fill(7);
const envelope = "-oFOPr3OW-oC7KltEinmoOQhp_cfFEI7GUpk-_vceT4";
const other = "WdWWbJavfsrVydKRjWWC0QKyxn9rdl6iisJDcatPk74";
const opened = `{"body":{"digest":"${envelope}","epoch":1},"content":"${Buffer.from(other, "base64url").toString("hex")}"}`;

async function receipt(proof = ""): Promise<string> {
  const hmac = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const commitment = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, utf8(opened)));
  const note = `temwen.promise/v1\n${name}\n${base64(commitment)}\n2026-11-28T14:00:00Z\n`;
  const signature: Bytes = concat(await id(), new Uint8Array(sign(null, utf8(note), privateKey)));
  return `temwen receipt v1\nledger\n${await vkey()}\nopening\n${base64(salt)}\n${opened}\npromise\n${note}\n— ${name} ${base64(signature)}\n${proof}`;
}

test("a promise is read and checked", async () => {
  const r = parseReceipt(await receipt());
  assert.equal(r.promise?.by.toISOString(), "2026-11-28T14:00:00.000Z");
  assert.equal(r.proof, "");
  assert.equal(await checkReceipt(r, await vkey()), "good");
  assert.equal(await checkReceipt(r, await vkey(), envelope), "good");
  assert.equal(await checkReceipt(r, await vkey(), other), "good", "as the record writes it");
  assert.equal(await checkReceipt(r, await vkey(), envelope.replace("-", "A")), "bad", "another envelope");
  assert.equal(await checkReceipt(r, ""), "unchecked");
});

test("with a proof, too", async () => {
  const r = parseReceipt(await receipt("proof\nc2sp.org/tlog-proof@v1\nindex 1\n"));
  assert.match(r.proof, /^c2sp.org/);
  assert.equal(await checkReceipt(r, await vkey()), "good");
});

test("any change of a promise, its opening or its key is noticed", async () => {
  const file = await receipt();
  const start = file.indexOf("opening");
  for (let at = start; at < file.length; at++) {
    const changed = file.slice(0, at) + (file[at] === "A" ? "B" : "A") + file.slice(at + 1);
    let found = "bad";
    try {
      found = await checkReceipt(parseReceipt(changed), await vkey());
    } catch {
      // not a receipt any more
    }
    assert.equal(found, "bad", changed.slice(at, at + 20));
  }
  assert.equal(await checkReceipt(parseReceipt(file), "ledger.example+00000000+AAAA"), "bad");
});

test("what is no receipt is refused", () => {
  for (const file of ["", "temwen receipt v1\n", "temwen receipt v1\nledger\nx\nopening\nAA==\n{}\n", "temwen receipt v2\n"]) {
    assert.throws(() => parseReceipt(file), file);
  }
});
