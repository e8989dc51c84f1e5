// What is sealed and not yet sent. It stays on the device until the office has it
// or the person erases it; nobody can read it there, not even the person.

import type { Bytes } from "../src/bytes";
import type { Head } from "./parcel";

// A Waiting parcel is complete; its envelope is kept in pieces.
export interface Waiting {
  head: Head;
  // pieces are the lengths of the envelope's pieces, in order.
  pieces: number[];
  // sum is the envelope's SHA-256, base64url.
  sum: string;
  // upload is there once one was begun.
  upload?: Upload;
}

// An Upload goes on at an address, with the head that it was begun with.
export interface Upload {
  address: string;
  head: Head;
}

export const parcelSize = (w: Waiting): number => w.pieces.reduce((n, p) => n + p, 0);

// An Outbox keeps parcels by the ID in their head. Every method fails only where
// the device does.
export interface Outbox {
  // lasting says whether it survives that the page is closed.
  readonly lasting: boolean;
  // put keeps the n-th piece of an envelope, counted from 0.
  put(id: string, n: number, piece: Bytes): Promise<void>;
  piece(id: string, n: number): Promise<Bytes>;
  // keep makes a parcel whose pieces were put one that waits, or changes it.
  keep(w: Waiting): Promise<void>;
  waiting(): Promise<Waiting[]>;
  remove(id: string): Promise<void>;
  // vanish removes what it keeps on the device, if nothing waits and no page is at
  // work on it; what was put of a parcel and never kept goes too.
  vanish(): Promise<void>;
  // erase removes everything, at once and for good. The outbox is closed then.
  erase(): Promise<void>;
}

// leftOutbox is what an earlier visit left behind, if it did: nothing is made on a
// device by looking.
export async function leftOutbox(): Promise<Outbox | undefined> {
  try {
    const known = await indexedDB.databases?.();
    if (known && !known.some((d) => d.name === database)) return undefined;
    const outbox = await DeviceOutbox.open();
    if ((await outbox.waiting()).length > 0) return outbox;
    await outbox.vanish();
  } catch {
    // it refuses, so it kept nothing
  }
  return undefined;
}

// openOutbox opens the lasting one, or where the browser refuses (a private
// window, a full device) one in memory.
export async function openOutbox(): Promise<Outbox> {
  try {
    return await DeviceOutbox.open();
  } catch {
    return new MemoryOutbox();
  }
}

// A MemoryOutbox is lost with the page.
export class MemoryOutbox implements Outbox {
  readonly lasting = false;
  private kept = new Map<string, Waiting>();
  private pieces = new Map<string, Bytes | Blob>();

  async put(id: string, n: number, piece: Bytes): Promise<void> {
    // A browser may move a Blob out of memory; what is small is safer within.
    this.pieces.set(`${id} ${n}`, piece.length < 64 << 10 ? piece : new Blob([piece]));
  }

  async piece(id: string, n: number): Promise<Bytes> {
    const piece = found(this.pieces.get(`${id} ${n}`));
    return piece instanceof Blob ? new Uint8Array(await piece.arrayBuffer()) : piece;
  }

  async keep(w: Waiting): Promise<void> {
    this.kept.set(w.head.id, w);
  }

  async waiting(): Promise<Waiting[]> {
    return [...this.kept.values()];
  }

  async remove(id: string): Promise<void> {
    this.kept.delete(id);
    for (const key of [...this.pieces.keys()].filter((k) => k.startsWith(id + " "))) this.pieces.delete(key);
  }

  async vanish(): Promise<void> {}

  async erase(): Promise<void> {
    this.kept.clear();
    this.pieces.clear();
  }
}

// The names tell nothing to who looks through a phone.
const database = "o";
const parcels = "a";
const pieces = "b";

const patience = 3000; // milliseconds: some browsers never answer in a private window

// A DeviceOutbox is an IndexedDB.
export class DeviceOutbox implements Outbox {
  readonly lasting = true;

  private constructor(private readonly db: IDBDatabase) {}

  static async open(): Promise<DeviceOutbox> {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(parcels, { keyPath: "head.id" });
      request.result.createObjectStore(pieces);
    };
    const db = await Promise.race([done(request), late()]);
    db.onversionchange = () => db.close(); // another page erases
    return new DeviceOutbox(db);
  }

  async put(id: string, n: number, piece: Bytes): Promise<void> {
    await this.write(pieces, (s) => s.put(piece, [id, n]));
  }

  async piece(id: string, n: number): Promise<Bytes> {
    return found(await done<Bytes | undefined>(this.store(pieces, "readonly").get([id, n])));
  }

  async keep(w: Waiting): Promise<void> {
    await this.write(parcels, (s) => s.put(w));
  }

  async waiting(): Promise<Waiting[]> {
    return done<Waiting[]>(this.store(parcels, "readonly").getAll());
  }

  async remove(id: string): Promise<void> {
    await this.write(parcels, (s) => s.delete(id));
    await this.write(pieces, (s) => s.delete(IDBKeyRange.bound([id], [id, []])));
  }

  async vanish(): Promise<void> {
    await alone(async () => {
      if ((await this.waiting()).length === 0) await this.erase();
    });
  }

  async erase(): Promise<void> {
    this.db.close();
    await done(indexedDB.deleteDatabase(database));
  }

  private store(name: string, mode: IDBTransactionMode): IDBObjectStore {
    return this.db.transaction(name, mode).objectStore(name);
  }

  // write returns once what was written is safe, not only accepted.
  private async write(name: string, what: (s: IDBObjectStore) => IDBRequest): Promise<void> {
    const store = this.store(name, "readwrite");
    what(store);
    await new Promise<void>((resolve, reject) => {
      store.transaction.oncomplete = () => resolve();
      store.transaction.onerror = store.transaction.onabort = () => reject(store.transaction.error);
    });
  }
}

// atWork does something that no other page may clear away meanwhile.
export async function atWork<T>(what: () => Promise<T>): Promise<T> {
  return globalThis.navigator?.locks ? navigator.locks.request(database, { mode: "shared" }, what) as Promise<T> : what();
}

// alone does something if no page is atWork; where the browser cannot tell, it
// does nothing.
async function alone(what: () => Promise<void>): Promise<void> {
  await navigator.locks?.request(database, { ifAvailable: true }, (lock) => (lock ? what() : undefined));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a piece is not there");
  return value;
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const late = (): Promise<never> => new Promise((_, reject) => setTimeout(() => reject(new Error("the device does not answer")), patience));
