// Sending a parcel over a bad network: what is small in one piece, what is larger
// as a tus 1.0.0 upload, which goes on where it broke. It does not give up for
// want of a network; it does where the server says that it will never take it.

import { type Bytes, concat } from "../src/bytes";
import { parcelSize, type Outbox, type Upload, type Waiting } from "./outbox";
import { encodeHead, type Head } from "./parcel";
import { type Challenge, solve } from "./work";

// Addresses on our own host, with it.
export interface Addresses {
  key: string;
  parcels: string;
  uploads: string;
}

// A Refused says that the server will not take it; code is one of its error codes.
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

// A Later is a server that may take it later, or none that can be reached.
class Later extends Error {
  constructor(
    readonly why: "network" | "busy" | "full" | "work",
    readonly seconds = 0,
  ) {
    super(why);
  }
}

// Progress is told what goes on: bytes that arrived of all, or why it waits.
export type Progress = (now: { sent: number; of: number } | { waits: "network" | "busy" | "full" }) => void;

const beginning = 4 << 10; // of an envelope, more than its header has
const onePost = 1 << 20; // the largest parcel that is posted in one piece
const smallest = 32 << 10; // of an upload's pieces
const largest = 1 << 20;
const wanted = 4000; // milliseconds that a piece should take
const patience = 90_000; // milliseconds for one request
const longestPause = 60_000;
const manyWorks = 3; // that are refused in a row, before it is not the challenge's age

// A Sender sends one parcel that waits.
export class Sender {
  private pieceSize = 256 << 10;
  private failures = 0;
  private worksRefused = 0;
  private work?: string;

  constructor(
    private readonly outbox: Outbox,
    private readonly parcel: Waiting,
    private readonly to: Addresses,
    private readonly progress: Progress,
    private readonly stop: AbortSignal,
    private readonly firstPause = 1000, // milliseconds
  ) {}

  // send returns the receipt once the office has the parcel, however long that
  // takes. It throws a Refused, or where it is stopped or the device has lost the parcel.
  async send(): Promise<string> {
    for (;;) {
      try {
        return await this.attempt();
      } catch (error) {
        if (!(error instanceof Later) || this.stop.aborted) throw error;
        await this.pause(error);
      }
    }
  }

  private async attempt(): Promise<string> {
    const head = encodeHead({ ...this.parcel.head, work: "" });
    if (head.length + 64 + parcelSize(this.parcel) <= onePost) return this.post();
    return this.upload();
  }

  private async post(): Promise<string> {
    const head = encodeHead(await this.worked());
    const answer = await this.ask("POST", this.to.parcels, { "Content-Type": "application/vnd.temwen.parcel" }, await this.part(head, 0, onePost));
    return receipt(answer);
  }

  private async upload(): Promise<string> {
    return this.proceed(this.parcel.upload ?? (await this.create()));
  }

  // create begins an upload; the head and the beginning of the envelope go with it, so
  // that what can be refused is refused before the rest is sent.
  private async create(): Promise<Upload> {
    const head = await this.worked();
    const bytes = encodeHead(head);
    const answer = await this.ask("POST", this.to.uploads, {
      ...tus,
      "Upload-Length": String(bytes.length + parcelSize(this.parcel)),
      "Content-Type": octets,
    }, await this.part(bytes, 0, bytes.length + beginning));
    const at = answer.headers.get("Location");
    if (!at) throw new Refused("unknown");
    // Only the path: a server behind another may not know its own name.
    const address = new URL(new URL(at, this.to.uploads).pathname, this.to.uploads).href;
    this.parcel.upload = { address, head };
    await this.outbox.keep(this.parcel);
    return this.parcel.upload;
  }

  // proceed goes on where an upload is.
  private async proceed({ address, head }: Upload): Promise<string> {
    const bytes = encodeHead(head);
    const total = bytes.length + parcelSize(this.parcel);
    let offset = await this.offset(address);
    while (offset !== undefined) {
      this.progress({ sent: offset, of: total });
      const started = performance.now();
      const part = await this.part(bytes, offset, Math.min(offset + this.pieceSize, total));
      const answer = await this.ask("PATCH", address, { ...tus, "Upload-Offset": String(offset), "Content-Type": octets }, part);
      if (answer.status === 201) return receipt(answer);
      this.adapt(performance.now() - started, part.length);
      offset = answer.status === 204 ? readOffset(answer) : await this.offset(address);
    }
    delete this.parcel.upload; // the server has forgotten it
    await this.outbox.keep(this.parcel);
    throw new Later("busy");
  }

  // offset is how far an upload is, or nothing where there is none.
  private async offset(address: string): Promise<number | undefined> {
    const answer = await this.ask("HEAD", address, tus);
    return answer.ok ? readOffset(answer) : undefined;
  }

  // worked is the head with its proof of work, where it needs one.
  private async worked(): Promise<Head> {
    if (this.parcel.head.kind !== "report") return this.parcel.head;
    if (this.work === undefined) {
      const answer = await this.ask("GET", this.to.key, {});
      this.work = await solve((await json<{ work: Challenge }>(answer)).work);
    }
    return { ...this.parcel.head, work: this.work };
  }

  // part is a range of the parcel's bytes, less where it ends before.
  private async part(head: Bytes, from: number, to: number): Promise<Bytes> {
    const parts: Bytes[] = [];
    let at = 0;
    const add = async (length: number, bytes: () => Promise<Bytes>) => {
      if (at < to && at + length > from) parts.push((await bytes()).subarray(Math.max(0, from - at), to - at));
      at += length;
    };
    await add(head.length, async () => head);
    for (const [n, length] of this.parcel.pieces.entries()) await add(length, () => this.outbox.piece(this.parcel.head.id, n));
    return concat(...parts);
  }

  // adapt chooses the size of the next piece, so that a slow network loses little
  // when it breaks.
  private adapt(took: number, size: number): void {
    this.failures = this.worksRefused = 0;
    this.pieceSize = Math.round(Math.max(smallest, Math.min(largest, 2 * this.pieceSize, (size * wanted) / Math.max(took, 1))));
  }

  // ask makes one request. Besides answers that say yes it returns those that say
  // where an upload is: 404, 409 and 410.
  private async ask(method: string, address: string, headers: Record<string, string>, body?: Bytes): Promise<Response> {
    const limit = new AbortController();
    const end = () => limit.abort();
    const timer = setTimeout(end, patience);
    this.stop.addEventListener("abort", end);
    try {
      if (this.stop.aborted) throw new Later("network");
      const answer = await fetch(address, { method, headers, body: body ?? null, signal: limit.signal, ...discreet });
      await this.judge(answer, method);
      return answer;
    } catch (error) {
      throw error instanceof Refused || error instanceof Later ? error : new Later("network");
    } finally {
      clearTimeout(timer);
      this.stop.removeEventListener("abort", end);
    }
  }

  private async judge(answer: Response, method: string): Promise<void> {
    if (answer.ok) return;
    const code = await errorCode(answer);
    if (code === "work" && ++this.worksRefused < manyWorks) {
      delete this.work;
      throw new Later("work");
    }
    if (answer.status === 429 || answer.status >= 500) {
      throw new Later(code === "full" ? "full" : "busy", Number(answer.headers.get("Retry-After")) || 0);
    }
    const ofUpload = (method === "HEAD" || method === "PATCH") && [404, 409, 410].includes(answer.status);
    if (ofUpload && ["", "unknown", "offset"].includes(code)) return;
    if (code === "") throw new Later("busy"); // not our server's voice: a network that wants to be paid first, say
    throw new Refused(code);
  }

  // pause waits before the next attempt: longer each time, until the network is
  // back, or as long as the server said.
  private async pause({ why, seconds }: Later): Promise<void> {
    if (why === "work") return;
    this.progress({ waits: why });
    this.pieceSize = Math.max(smallest, this.pieceSize / 2);
    const doubling = Math.min(longestPause, this.firstPause * 2 ** this.failures++) * (0.5 + Math.random() / 2);
    await rest(Math.max(doubling, 1000 * seconds), this.stop, why === "network" ? "online" : undefined);
  }
}

const tus = { "Tus-Resumable": "1.0.0" };
const octets = "application/offset+octet-stream";

// discreet is how every request is made: it tells nothing about the browser that is
// not needed, and leaves nothing in it.
export const discreet: RequestInit = { cache: "no-store", credentials: "omit", mode: "same-origin", redirect: "error", referrerPolicy: "no-referrer" };

export async function errorCode(answer: Response): Promise<string> {
  try {
    const { error } = (await answer.json()) as { error?: unknown };
    return typeof error === "string" ? error : "";
  } catch {
    return "";
  }
}

async function receipt(answer: Response): Promise<string> {
  const { receipt } = await json<{ receipt?: unknown }>(answer);
  if (typeof receipt !== "string") throw new Later("network");
  return receipt;
}

// json is an answer's, which may have been cut, or be from something between us and
// the server.
async function json<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Later("network");
  }
}

function readOffset(answer: Response): number {
  const offset = Number(answer.headers.get("Upload-Offset") ?? NaN);
  if (!Number.isSafeInteger(offset)) throw new Later("network");
  return offset;
}

// rest waits some milliseconds, or until an event of the window, or until it is
// stopped.
function rest(milliseconds: number, stop: AbortSignal, event?: string): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", over);
      if (event) globalThis.removeEventListener?.(event, over);
      resolve();
    };
    const timer = setTimeout(over, stop.aborted ? 0 : milliseconds);
    stop.addEventListener("abort", over);
    if (event) globalThis.addEventListener?.(event, over);
  });
}
