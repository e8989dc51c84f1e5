// Redacting what was recorded: the copy is written anew from the sound that remains, with silence
// where something was taken out, and nothing of what the file said beside it. It has one channel and is made for voices;
// of a video it has the sound alone.

import { clone, fill } from "../report/page";
import type { Bytes } from "../src/bytes";
import type { Redaction } from "./redact";
import { Told } from "./words";

// A Span is a part of a recording that is taken out, in seconds from its beginning.
export interface Span {
  from: number;
  to: number;
}

// rate is how many samples a second the copy has: enough for every sound of a voice.
const rate = 22_050;

// A recording may be so many seconds long, and one that does not say how long it is may have so
// many bytes: all of it is unpacked in this tab.
const [longest, largest] = [3600, 16 << 20];

// redactSound plays a recording, of which parts are taken out.
export async function redactSound(part: HTMLElement, content: Blob, type: string, shown: string[]): Promise<Redaction> {
  const player = part.querySelector("audio")!;
  const list = part.querySelector<HTMLElement>("[data-spans]")!;
  const address = URL.createObjectURL(new Blob([content], { type }));
  shown.push(address);
  const seconds = await lengthOf(player, address);
  if (seconds > longest || (!Number.isFinite(seconds) && content.size > largest)) throw new Told("sound-too-long", { n: longest / 60 });
  const sound = await unpacked(content);
  fill(part, { seconds: String(Math.floor((sound.length / rate) * 10) / 10) });
  part.querySelector<HTMLElement>("[data-do=add-span]")!.onclick = () => {
    const from = Math.round(player.currentTime * 10) / 10;
    add(list, { from, to: Math.min(from + 5, Math.ceil(sound.length / rate)) });
  };
  return {
    copy: async () => {
      const out = spans(list).filter(({ from, to }) => to > from && from * rate < sound.length);
      if (!out.length) throw new Told("need-span");
      return { content: new Blob([wav(silenced(sound, out, rate), rate)], { type: "audio/wav" }), extension: "wav" };
    },
  };
}

// lengthOf is how many seconds a recording has, as its file says: Infinity where it does not.
const lengthOf = (player: HTMLAudioElement, address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    player.onloadedmetadata = () => resolve(player.duration);
    player.onerror = () => reject(new Told("sound-unreadable"));
    player.src = address;
  });

// unpacked is the sound of a recording, in one channel.
async function unpacked(content: Blob): Promise<Float32Array> {
  const packed = await content.arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(packed).catch(() => {
    throw new Told("sound-unreadable");
  });
  const mixed = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const samples = sound.getChannelData(channel);
    for (let i = 0; i < mixed.length; i++) mixed[i]! += samples[i]! / sound.numberOfChannels;
  }
  return mixed;
}

// add lists a span with its seconds, which can be changed.
function add(list: HTMLElement, span: Span): void {
  list.append(clone("span", {}));
  const row = list.lastElementChild as HTMLElement;
  for (const end of ["from", "to"] as const) row.querySelector<HTMLInputElement>(`[name=${end}]`)!.value = String(span[end]);
  row.querySelector<HTMLElement>("[data-do=drop-span]")!.onclick = () => row.remove();
  row.querySelector("input")?.focus();
}

// spans are those of the list.
const spans = (list: HTMLElement): Span[] =>
  [...list.children].map((row) => {
    const seconds = (end: string) => Math.max(0, Number(row.querySelector<HTMLInputElement>(`[name=${end}]`)?.value) || 0);
    return { from: seconds("from"), to: seconds("to") };
  });

// silenced is a sound without what is in some spans, so many samples a second.
export function silenced(sound: Float32Array, out: Span[], rate: number): Float32Array {
  const left = sound.slice();
  for (const { from, to } of out) left.fill(0, Math.floor(from * rate), Math.ceil(to * rate));
  return left;
}

// wav is a sound as a file of 16 bits a sample, and nothing beside it.
export function wav(sound: Float32Array, rate: number): Bytes {
  const file = new Uint8Array(44 + 2 * sound.length);
  const view = new DataView(file.buffer);
  const word = (at: number, s: string) => file.set(Array.from(s, (c) => c.charCodeAt(0)), at);
  word(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // plain samples
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, 2 * sound.length, true);
  sound.forEach((sample, i) => view.setInt16(44 + 2 * i, Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff), true));
  return file;
}
