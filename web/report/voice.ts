// Voice notes, where the browser records.

import type { Files } from "./files";
import { byID, complain, fill, on, say, show } from "./page";

const kinds = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const longest = 10 * 60; // seconds

// offerVoice shows the button, where there is one and a microphone may be asked for.
export function offerVoice(files: Files): void {
  const part = byID("voice");
  if (!part || typeof MediaRecorder !== "function" || !navigator.mediaDevices) return;
  show(part, true);
  let note: Recording | undefined;
  let number = 0;
  const turn = (recording: boolean) => {
    show(part.querySelector<HTMLElement>("[data-do=record]"), !recording);
    const stop = part.querySelector<HTMLElement>("[data-do=stop]");
    show(stop, recording);
    if (recording) stop?.focus();
  };
  on("record", async () => {
    try {
      note = await Recording.start((seconds) => {
        fill(part, { seconds });
        if (seconds >= longest) note?.stop();
      });
    } catch {
      return complain("microphone");
    }
    turn(true);
    say("recording");
    const { sound, ending } = await note.ended;
    turn(false);
    files.add(sound, `voice-${++number}.${ending}`);
    say("recorded");
  });
  on("stop", () => note?.stop());
}

// A Recording runs until it is stopped.
class Recording {
  readonly ended: Promise<{ sound: Blob; ending: string }>;
  private readonly parts: Blob[] = [];

  private constructor(
    private readonly recorder: MediaRecorder,
    tick: (seconds: number) => void,
  ) {
    const began = performance.now();
    const clock = setInterval(() => tick(Math.round((performance.now() - began) / 1000)), 1000);
    recorder.ondataavailable = ({ data }) => this.parts.push(data);
    this.ended = new Promise((resolve) => {
      recorder.onstop = () => {
        clearInterval(clock);
        for (const track of recorder.stream.getTracks()) track.stop(); // the microphone's light goes out
        const type = recorder.mimeType.replace(/;.*/, "") || "audio/webm";
        resolve({ sound: new Blob(this.parts, { type }), ending: type.replace("audio/", "") });
      };
    });
    tick(0);
    recorder.start(1000);
  }

  static async start(tick: (seconds: number) => void): Promise<Recording> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = kinds.find((k) => MediaRecorder.isTypeSupported(k));
    return new Recording(new MediaRecorder(stream, { audioBitsPerSecond: 24_000, ...(mimeType && { mimeType }) }), tick);
  }

  stop(): void {
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }
}
