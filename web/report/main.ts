/*
The form's script: it takes over a page that works without it.

# The contract between script and page

The page is complete HTML in the person's language. The script holds no word and makes no markup of its own:
it grows, shows, hides, clones and fills what the page has. It never sets innerHTML, a style or an address
of a script; no cookie, no storage but the outbox (IndexedDB, sealed bytes only). Where the browser cannot seal (no BigInt,
TransformStream, WebCrypto) nothing but quick exit is touched, and the plain form stays as it is.

Three entries, each bundled into one file and loaded as `<script type="module" src="…" integrity="…">`; a page has one:

    web/report/main.ts      the form
    web/report/return.ts    the return page
    web/report/exit.ts      quick exit only: every other page of the reporter's side (the neutral page has none)

## On every page

    <body data-neutral="/neutral" data-away="https://…" data-lang="ht">

`data-neutral` is the path of the neutral page on our own host; `data-away` is where quick exit leads (the
operator's choice; the same as data-neutral by default).

    <script type="application/json" data-part>
                             what only scripts show, in its place: a list of trees, each a text or
                             [element, {attributes}, children...]. The script makes elements of it first of all; a text
                             browser, which shows what is hidden, never sees it. Everything below that is hidden until a
                             script shows it stands in such a part: templates, #outbox, #done, #thread, #file-list, #voice
    [data-plain]             is true only without the script ("this form is sealed when it reaches the server…");
                             the script hides it
    [data-scripted] hidden   is true only with it; the script shows it
    [data-writing]           goes with the form, outside of it (a heading, what it is for): the script hides it
                             when the form goes
    [data-do="exit"]         quick exit: an <a href="{data-away}"> that also works without the script. Esc twice does the same
    a[href] to our own host  is followed with location.replace, so that the whole visit is one entry in the history
    [data-say="KEY"]         a <template> with the words for KEY, anywhere in the body. What the script fills in stands
                             in it as an empty <span data-slot="NAME"></span>
    #status                  role="status": what is going on; filled with clones of data-say
    #problem                 role="alert" tabindex="-1" hidden: what went wrong; filled with clones of data-say, focused
    [data-months="janvye|fevriye|…"]   on body, with data-say="day" (slots d, month, y)
    [data-point="."]         on body: the decimal sign

An action is a button type="button" with data-do. The script ignores what a page does not have.

## The form (main.ts)

    <form id="report" method="post" enctype="multipart/form-data" action="…"
          data-office="ID" data-epoch="1" data-recipient="age1pq1…" data-key="/key" data-parcels="/parcels" data-uploads="/uploads"
          data-promise-key="origin+hash+key">

Fields by name (the server reads the same form): each is a member of report.json, see docs/sealed-reports.md.

    path lang                hidden inputs
    what when still          textarea, input, checkbox value="1"
    department commune place where.department, where.commune, where.words
    force uniform vehicle unit nationality
    harmed harmed_count      harmed.words, harmed.count
    needs                    checkboxes, values medical safety legal psychosocial shelter
    witness consent contact  radios self|saw|told, radios office|refer|case|public, input
    files                    <input type="file" multiple id="files" name="files">

Only `what` is needed. No `required` attribute is relied on; the form has `novalidate`. The pages may split the fields into
<details> or <fieldset> as they like: only names count.

    #file-list               <ul data-scripted hidden>; one clone of <template id="file-row"> for each file: an element with
                             slots name, size, and, each in a [data-when="taken|place|camera"] that is shown only where
                             the picture tells it, slots taken, place, camera;
                             <input type="checkbox" data-strip> inside a [data-when="strip"] that is shown for what can be
                             stripped; <button type="button" data-do="remove">
    #voice                   [data-scripted] hidden is taken away only where the browser records: buttons data-do="record",
                             data-do="stop" (hidden until it records), <span data-slot="seconds">
    size-kb size-mb          data-say with slot n: "12 KB", "3,4 MB"
    data-do="clear"          empties the form

While it is sealed and sent the form is `inert` and hidden and #status speaks. Then

    #done                    <section hidden tabindex="-1">, shown as soon as it is sealed and kept or sent:
      #code                  <p aria-hidden="true">, filled with six <span>: the groups
      #code-read             <p class="visually-hidden">: the digits one by one, groups parted by commas
      data-do="copy"         then data-say="copied" in #status
      data-do="print"        prints: `@media print` shows only .slip. A warning stands before the button
      .slip                  <div class="slip">: filled by its slots `code`
      [data-when="sent"]     shown once the server acknowledged; holds data-do="receipt" (downloads receipt.txt)
      [data-when="waiting"]  shown while it is only kept on this device
      data-do="kept"         "I have kept it": wipes the page and replaces it with the neutral one

    #outbox                  <section hidden>: shown on any visit to a form while something sealed waits on this device:
                             slots `count`, `size`; data-do="send" (now), data-do="erase" (then data-say="erased" in #status)

Keys of data-say, in #status: sealing (slot percent), working, sending (slot percent), sent, waiting, waiting-memory
(this browser keeps nothing: do not close the page), copied, recording, recorded, erased, delivered (what waited has arrived).
#status also shows error-busy and error-full, while it goes on trying. In #problem: cannot-seal (this browser could not seal it: the
form is the plain one again, [data-plain] shows, and who presses "send" once more has it sealed on arrival), need-what, too-large,
too-many-files, file-unreadable (slot name), microphone, receipt-bad (the message arrived, but its receipt proves nothing: it is for
something else, or not signed by this office), and one for each code of the server: error-malformed, error-unpadded, error-recipient, error-epoch, error-reused, error-too-large, error-work, error-busy,
error-full, error-unknown (also: whatever else the server says).

## The return page (return.ts)

    <form id="return" method="post" action="…" data-office… as above, data-thread="/thread" data-item="/thread/item"
          data-withdraw="/thread/withdraw">
      <input name="code" inputmode="numeric" autocomplete="off">

In #problem: code-short (slots have, missing), code-long (slot have), code-group (slot group: the one that looks wrong), code-wrong
(somewhere), code-unknown (the server knows none), need-what (an empty answer), offline, error-*.
In #status: opening (keys are derived), reading (slots n, of), answered (sent), consent-changed, withdrawn.

    #thread                  <section hidden tabindex="-1">
      #state                 filled with data-say="state-received", -read, -referred, -case, -notice, -waiting, -closed, -withdrawn
                             (slot since: a day in words; the part of the sentence that needs it is in [data-when="since"])
      #messages              <ol>: clones of <template id="from-office"> (slots text; [data-files] is a <ul> filled with
                             <template id="file-link">, an <a data-slot="name"> with slot size), <template id="from-me"> (what
                             the person sent is sealed to the office and cannot be read back; [data-when="message|addition|
                             consent|report"] says which), <template id="unreadable">
      #no-messages           shown while the office has written nothing
      <form id="answer">     textarea name="text", files as in the form above
      <form id="consent">    radios name="consent"
      data-do="withdraw"     shows #withdraw-sure; data-do="withdraw-yes", data-do="withdraw-no" in it
      #receipt               <section>: <pre data-slot="receipt">, data-do="receipt" downloads it; [data-when="promise"],
                             [data-when="proof"]: which of the two there is; [data-when="good"], [data-when="bad"],
                             [data-when="unchecked"]: the signature, as this browser finds it; slot by: the latest day and time
      data-do="leave"        wipes and replaces with the neutral page
*/

import { deriveKeys, makeCode } from "../seal/code";
import { begin, recipientOf, type Sealer } from "../seal/age";
import { Unreadable } from "../seal/envelope";
import type { Waiting } from "../seal/outbox";
import { breathe } from "../seal/pace";
import type { Office } from "../seal/pack";
import { base64url, type Head } from "../seal/parcel";
import { Refused } from "../seal/upload";
import { sha256 } from "../src/bytes";
import { Courier, Erased, readErrand } from "./courier";
import { Files } from "./files";
import { readReport, written } from "./form";
import { finish, guard, onLeave, watchExits } from "./leave";
import { byID, calm, canSeal, complain, download, handBack, listen, on, say, show, showAll, takeOver, when } from "./page";
import { forgetCode, showCode } from "./slip";
import { offerVoice } from "./voice";

const mostText = 240_000; // bytes; report.json may have 262,144

// A FormPage is the page with its form taken over.
class FormPage {
  private readonly files = new Files();
  private readonly courier: Courier;
  private readonly done = byID("done");
  private readonly office: Office;
  private ready: Promise<Ready> | undefined;
  private sent = false;

  constructor(private readonly form: HTMLFormElement) {
    const errand = readErrand(form);
    this.office = errand.office;
    this.courier = new Courier(errand, true);
    form.addEventListener("submit", this.submit);
    form.addEventListener("focusin", () => void this.prepare().catch(() => {}), { once: true }); // send meets the error again
    on("clear", () => this.clear());
    on("kept", () => this.kept());
    onLeave(() => this.clear());
    guard(() => !form.hidden && (this.files.any || written(form)));
    offerVoice(this.files);
    void this.courier.resume();
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    void this.send();
  };

  // prepare does ahead, while the person writes, what takes an old phone longest and
  // does not depend on what they write.
  private prepare(): Promise<Ready> {
    return (this.ready ??= makeReady(this.office));
  }

  private async send(): Promise<void> {
    calm();
    const what = this.form.querySelector<HTMLTextAreaElement>("[name=what]");
    const report = readReport(this.form);
    if (report.what === "") return complain("need-what", {}, what);
    if (new Blob([JSON.stringify(report)]).size > mostText) return complain("too-large", {}, what);
    this.shut(true);
    say("sealing", { percent: 0 });
    try {
      const { code, address, begun } = await this.prepare();
      this.ready = undefined;
      const parcel = await this.courier.seal(address, report, await this.files.attachments(), begun);
      await this.deliver(parcel, code);
    } catch (error) {
      this.recover(error);
    }
  }

  // deliver shows the code at once: what is sealed is safe to leave alone.
  private async deliver(parcel: Waiting, code: string): Promise<void> {
    showCode(code);
    when(this.done, { sent: false, waiting: false });
    show(this.done, true);
    this.done?.focus();
    say("working");
    try {
      const receipt = await this.courier.deliver(parcel, () => when(this.done, { waiting: true }));
      this.arrived(receipt);
    } catch (error) {
      if (!(error instanceof Erased)) await this.courier.forget(parcel); // it is sealed anew, or goes the plain way
      throw error;
    }
  }

  private arrived(receipt: string | undefined): void {
    this.clear();
    this.sent = true;
    when(this.done, { sent: true, waiting: false });
    on("receipt", () => receipt && download(new Blob([receipt]), "receipt.txt"));
    say("sent");
  }

  // recover gives the form back, with everything that was typed.
  private recover(error: unknown): void {
    forgetCode();
    show(this.done, false);
    this.shut(false);
    if (error instanceof Refused) return complain(`error-${error.code}`);
    if (error instanceof Unreadable) return complain("file-unreadable", { name: error.message });
    if (error instanceof Erased) return this.clear();
    this.stepAside();
  }

  // stepAside leaves it to the plain form, which the server seals: only after the person
  // has read so, and sent it once more.
  private stepAside(): void {
    this.form.removeEventListener("submit", this.submit);
    guard(() => false);
    this.files.giveBack();
    handBack();
    complain("cannot-seal");
  }

  private kept(): void {
    forgetCode();
    if (this.sent) return finish();
    this.clear(); // and stay until it has arrived
    show(this.done, false);
  }

  private shut(shut: boolean): void {
    this.form.hidden = this.form.inert = shut;
    showAll("[data-writing]", !shut);
  }

  private clear(): void {
    this.form.reset();
    this.files.clear();
  }
}

// Ready is what a report needs beside what is written: a code with what the office
// learns of it, and an envelope that was begun.
interface Ready {
  code: string;
  address: Pick<Head, "kind" | "lookup" | "reply">;
  begun: Sealer;
}

async function makeReady(office: Office): Promise<Ready> {
  const code = makeCode();
  const address = await addressOf(code, office.id);
  await breathe();
  return { code, address, begun: begin(office.recipient) };
}

// addressOf is what the office learns of a code: the hash of its lookup, and the key to
// reply to.
async function addressOf(code: string, office: string): Promise<Pick<Head, "kind" | "lookup" | "reply">> {
  const { lookup, seed } = await deriveKeys(code, office);
  const address = { kind: "report" as const, lookup: base64url(await sha256(lookup)), reply: recipientOf(seed) };
  lookup.fill(0);
  seed.fill(0);
  return address;
}

listen();
watchExits();
const form = byID<HTMLFormElement>("report");
if (form && canSeal()) {
  takeOver();
  new FormPage(form);
}
