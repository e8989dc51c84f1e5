// The list of files that go with a report: their size, what a picture tells, and
// the choice to take that out.

import { type Picture, readPicture } from "../seal/image";
import { longest } from "../seal/padme";
import type { Attachment } from "../seal/report";
import { archiveSize, fileMember } from "../seal/tar";
import { byID, clone, complain, fill, on, show, size, when } from "./page";

const most = 20;

// A Choice is one file of the list.
interface Choice {
  file: Blob;
  name: string;
  row: HTMLElement;
  picture?: Promise<Picture | undefined>;
}

// Files are those that the person chose and recorded.
export class Files {
  private choices: Choice[] = [];
  private readonly input = byID<HTMLInputElement>("files");
  private readonly list = byID("file-list");

  // room is how many bytes they may have together.
  constructor(private readonly room = longest - (1 << 20)) {
    this.input?.addEventListener("change", () => this.take());
    on("remove", (button) => this.remove(this.choices.find((c) => c.row.contains(button))));
    this.take(); // a browser may have kept what was chosen before a reload
  }

  get any(): boolean {
    return this.choices.length > 0;
  }

  // add puts a file on the list, if there is room.
  add(file: Blob, name: string): void {
    if (this.choices.length === most) return complain("too-many-files", {}, this.input);
    const sizes = [...this.choices.map((c) => c.file), file].map((content) => ({ name: "", content }));
    if (archiveSize(sizes) > this.room) return complain("too-large", {}, this.input);
    const part = clone("file-row", { name, size: size(file.size) });
    const row = part.firstElementChild as HTMLElement;
    const choice: Choice = { file, name, row, picture: readPicture(file) };
    this.choices.push(choice);
    void this.describe(choice);
    this.list?.append(part);
    show(this.list, true);
  }

  // attachments are the files as they are to be sealed.
  async attachments(): Promise<Attachment[]> {
    return Promise.all(this.choices.map(async ({ file, name, row, picture }, i) => {
      const known = await picture;
      const strip = row.querySelector<HTMLInputElement>("[data-strip]")?.checked ?? false;
      if (!strip || !known) return { name, content: file, stripped: false, meta: known?.meta ?? {} };
      const ending = /\.\w{1,5}$/.exec(name)?.[0] ?? "";
      return { name: fileMember(i + 1).replace("/", "-") + ending, content: known.stripped, stripped: true, meta: {} };
    }));
  }

  // giveBack puts the files where the plain form sends them from.
  giveBack(): void {
    const all = new DataTransfer();
    for (const { file, name } of this.choices) all.items.add(new File([file], name, { type: file.type }));
    if (this.input) this.input.files = all.files;
    this.clear();
  }

  clear(): void {
    for (const choice of [...this.choices]) this.remove(choice);
  }

  private take(): void {
    for (const file of this.input?.files ?? []) this.add(file, file.name);
    if (this.input) this.input.value = "";
  }

  private remove(choice: Choice | undefined): void {
    this.choices = this.choices.filter((c) => c !== choice);
    choice?.row.remove();
    show(this.list, this.any);
    this.input?.focus();
  }

  private async describe({ row, picture }: Choice): Promise<void> {
    when(row, { taken: false, place: false, camera: false, strip: false });
    const known = await picture;
    if (!known) return;
    const { taken = "", place = "", camera = "" } = known.meta;
    fill(row, { taken: taken.replace("T", " "), place, camera });
    when(row, { taken: !!taken, place: !!place, camera: !!camera, strip: true });
  }
}
