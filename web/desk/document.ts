// What is inside an envelope, read with the distrust that what strangers sent
// deserves: what has not the form it should have is taken for absent.

import type { FileNote } from "../seal/report";
import type { Member } from "../seal/tar";

// A Said is a report or a message.
export interface Said {
  isReport: boolean;
  fields: Map<string, string>; // by the name of the field on the page
  needs: string[];
  still: boolean;
  consent: string;
  lang: string;
  files: { note: Partial<FileNote>; content: Blob }[];
}

const string = (v: unknown): string => (typeof v === "string" ? v : "");

function object(v: unknown): Record<string, unknown> {
  return typeof v === "object" && v !== null && !Array.isArray(v) ? (v as Record<string, unknown>) : {};
}

const list = (v: unknown): unknown[] => (Array.isArray(v) ? v : []);

// readSaid reads the members of an envelope. It throws where the first is no JSON.
export async function readSaid(members: Member[]): Promise<Said> {
  const [first, ...others] = members;
  if (!first) throw new Error("an empty envelope");
  const d = object(JSON.parse(await first.content.text()));
  const [where, who, harmed] = [object(d["where"]), object(d["who"]), object(d["harmed"])];
  const said = {
    what: d["what"], text: d["text"], when: d["when"], contact: d["contact"], witness: d["witness"], path: d["path"], channel: d["channel"],
    department: where["department"], commune: where["commune"], words: where["words"],
    force: who["force"], uniform: who["uniform"], vehicle: who["vehicle"], unit: who["unit"], nationality: who["nationality"],
    count: harmed["count"], harmed: harmed["words"],
  };
  const notes = list(d["files"]).map((f) => object(f) as Partial<FileNote>);
  return {
    isReport: first.name === "report.json",
    fields: new Map(Object.entries(said).map(([k, v]) => [k, string(v)] as const).filter(([, v]) => v !== "")),
    needs: list(d["needs"]).map(string),
    still: d["still"] === true,
    consent: string(d["consent"]),
    lang: string(d["lang"]),
    files: others.map(({ name, content }) => ({ note: { name, ...notes.find((n) => n.member === name) }, content })),
  };
}
