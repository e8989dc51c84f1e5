// Run by picture_test.go: strips pictures that Go encoded.

import { readFileSync } from "node:fs";

import { readPicture } from "../seal/image";

const pictures = JSON.parse(readFileSync(0, "utf8")) as string[];
const answers = [];
for (const picture of pictures) {
  const read = await readPicture(new Blob([Buffer.from(picture, "base64")]));
  answers.push(read && { meta: read.meta, stripped: Buffer.from(await read.stripped.arrayBuffer()).toString("base64") });
}
console.log(JSON.stringify(answers));
