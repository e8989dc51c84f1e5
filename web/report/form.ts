// What the form holds.

import type { Report } from "../seal/report";

// readReport reads the fields by their names.
export function readReport(form: HTMLFormElement): Report {
  const data = new FormData(form);
  const text = (name: string) => String(data.get(name) ?? "").trim();
  const texts = <K extends string>(...names: K[]) => Object.fromEntries(names.map((n) => [n, text(n)])) as Record<K, string>;
  return {
    v: 1,
    path: text("path"),
    lang: text("lang"),
    what: text("what"),
    when: text("when"),
    still: data.has("still"),
    where: { ...texts("department", "commune"), words: text("place") },
    who: texts("force", "uniform", "vehicle", "unit", "nationality"),
    harmed: { count: text("harmed_count"), words: text("harmed") },
    needs: data.getAll("needs").map(String),
    witness: text("witness"),
    consent: text("consent") || "office",
    contact: text("contact"),
    channel: "browser",
  };
}

// written reports whether something was typed or chosen that would be lost.
export function written(form: HTMLFormElement | null): boolean {
  return Array.from(form?.elements ?? []).some(
    (e) => (e instanceof HTMLTextAreaElement || (e instanceof HTMLInputElement && e.type === "text")) && e.value !== e.defaultValue,
  );
}
