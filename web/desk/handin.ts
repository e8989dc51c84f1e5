// Handing in evidence: sealed here, to the key that is open in this tab, and sent in
// pieces. The server gets the sealed file, a sealed label, and what the head says.

import { say } from "../report/page";
import { seal } from "../seal/envelope";
import { readPicture } from "../seal/image";
import { newID } from "../seal/parcel";
import { type Attachment, type Exhibit, type FileNote, type Message, pack } from "../seal/report";
import { archiveSize, type Member } from "../seal/tar";
import { utf8 } from "../src/bytes";
import { ask, Refused, request } from "./ask";
import { ours } from "./thread";
import { Told } from "./words";

// A Find is something that is to become evidence. What of it is in the head, the
// record says; the rest is sealed.
export interface Find {
  name: string;
  content: Blob;
  text: string;
  address: string;
  stripped?: boolean; // hidden data was taken out before
  head: { origin: string; day?: string; grade?: string; thread?: string; item?: number; of?: number; made?: string };
}

// most is how many bytes a file may have: those of the longest envelope, less what is
// around it.
const most = (256 << 20) - (64 << 10);

const large = 4 << 20; // of which it is told how far it has come

const pieceSize = 1 << 20;
const tries = 8; // for a piece, before the officer is told

// handIn returns the number of the item.
export async function handIn(address: string, find: Find): Promise<number> {
  if (find.content.size > most) throw new Told("error-too-large");
  const { epoch, recipient } = ours();
  say("sealing");
  const lang = document.documentElement.lang;
  const meta = (await readPicture(find.content))?.meta ?? {};
  const attachment: Attachment = { name: find.name, content: find.content, stripped: find.stripped === true || find.head.made === "stripped", meta };
  const members = await pack({ v: 1, from: "office", kind: "evidence", lang }, [attachment]);
  const label: Message = { v: 1, from: "office", kind: "evidence", lang, text: find.text, exhibit: await exhibit(members, find.address) };
  const [sealedLabel, sealedFile] = [await sealed(recipient, await pack(label, [])), await sealed(recipient, members)];
  const head = utf8(JSON.stringify({ v: 1, id: newID(), epoch, label: sealedLabel.size, ...find.head }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  return send(address, new Blob([length, head, sealedLabel, sealedFile]));
}

// exhibit is what the document that was packed says of its file.
async function exhibit([first]: Member[], address: string): Promise<Exhibit> {
  const { files } = JSON.parse(await first!.content.text()) as { files: FileNote[] };
  const { member: _, ...note } = files[0]!;
  return { ...note, address };
}

async function sealed(recipient: string, members: Member[]): Promise<Blob> {
  const parts: Blob[] = []; // which a browser may keep on its disk
  const all = archiveSize(members);
  let told = 0;
  await seal(recipient, members, async (piece) => void parts.push(new Blob([piece])), (bytes) => {
    const n = Math.floor((100 * Math.min(bytes, all)) / all);
    if (all > large && n > told) say("sealing-part", { n: (told = n) });
  });
  return new Blob(parts);
}

// Stand is how far a parcel has come.
interface Stand {
  upload: string;
  offset: number;
  item: number; // 0 until it is taken in
}

async function send(address: string, parcel: Blob): Promise<number> {
  say("sending");
  let at = await patiently(() => post(`${address}?size=${parcel.size}`, parcel.slice(0, pieceSize)));
  while (!at.item) {
    say("sending-part", { n: Math.floor((100 * at.offset) / parcel.size) });
    const { upload, offset } = at;
    at = await patiently(
      () => post(`${upload}?at=${offset}`, parcel.slice(offset, offset + pieceSize)),
      () => ask<Stand>(`${upload}/stands`),
    );
  }
  return at.item;
}

const post = async (address: string, piece: Blob): Promise<Stand> => (await request(address, "application/vnd.temwen.parcel", piece)).json() as Promise<Stand>;

// patiently tries again where the network or the server fails; where it asks how far
// the parcel has come, what arrived before counts.
async function patiently(what: () => Promise<Stand>, stands?: () => Promise<Stand>): Promise<Stand> {
  for (let n = 1; ; n++) {
    try {
      return await (n > 1 && stands ? stands() : what());
    } catch (error) {
      if (!(error instanceof Refused) || !["offline", "busy", "server"].includes(error.code) || n >= tries) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** n)));
    }
  }
}
