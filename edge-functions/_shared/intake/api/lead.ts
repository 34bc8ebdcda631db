// A lead as JSON becomes a record like one of a CSV file: flat, texts only, with the names of its fields as headers.
// So the map of the source, presets and synonyms hold for it as they do for a list.
import { z } from "zod";

export const MOST_LEADS = 100;
const MOST_FIELDS = 200;
const MOST_DEPTH = 4;
/** Of all leads of a batch together: as many columns as a list may have. Each takes place in every line. */
const MOST_COLUMNS = 2000;

const Value: z.ZodType<Json> = z.lazy(() =>
  z.union([
    z.string().max(4000),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(Value).max(100),
    z.record(z.string().min(1).max(200), Value),
  ])
);
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** What a person has agreed to, and how that can be shown later. */
export const Consent = z.strictObject({
  given: z.literal(true).meta({ description: "Omit the whole object where there is no consent." }),
  at: z.iso.datetime({ offset: true }).meta({
    description: "When it was given: with an offset, and not in the future.",
  }),
  method: z.string().trim().min(1).max(200).meta({
    description: "How it was given, for example `web form`.",
  }),
  url: z.url({ protocol: /^https?$/ }).max(1000).optional().meta({
    description: "The page on which it was given.",
  }),
  text: z.string().max(4000).optional().meta({
    description: "The words that were shown, exactly.",
  }),
  ip: z.string().max(45).optional().meta({ description: "Stored encrypted with the submission." }),
  user_agent: z.string().max(1000).optional().meta({
    description: "Stored encrypted with the submission.",
  }),
});

export const Lead = z.object({ consent: z.union([Consent, z.string(), z.boolean()]).optional() })
  .catchall(Value)
  .meta({
    description: "Fields by the names that lists use for their columns (`first_name`, `phone`, " +
      "`property_address`, `city`, `state`, `zip`, …) or as the column map of the source says. Objects " +
      'are flattened: `{"property": {"city": …}}` is `property city`. Lists of `{name, values}` (Meta lead ' +
      "ads) and `{column_id, string_value}` (Google lead forms) are read by their names.",
  });
export type Lead = z.output<typeof Lead>;

export const Batch = z.strictObject({ leads: z.array(Lead).min(1).max(MOST_LEADS) });

/** One lead, or a batch. */
export const Submission = z.union([Batch, Lead]).meta({
  description: `One lead, or a batch of at most ${MOST_LEADS}.`,
});

/** Whether a document nests no deeper than a lead may. Not recursive: it may nest as deep as its size allows. */
export function isShallow(json: unknown): boolean {
  const waiting: [unknown, number][] = [[json, 0]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > 2 * MOST_DEPTH) return false;
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
  return true;
}

export class InvalidLead extends Error {
  override name = "InvalidLead";
}

/** Minutes that the clock of a sender may be ahead. */
const AHEAD_MS = 5 * 60_000;

/** Field → text, in the order given. Throws InvalidLead. */
export function flatten(lead: Lead, now: Date): Map<string, string> {
  const record = new Map<string, string>();
  const { consent, ...fields } = lead;
  for (const [name, value] of Object.entries(fields)) add(record, [name], value as Json);
  if (typeof consent === "object") addConsent(record, consent, now);
  else if (consent !== undefined) add(record, ["consent"], consent);
  if (record.size > MOST_FIELDS) throw new InvalidLead(`has more than ${MOST_FIELDS} fields`);
  return record;
}

function add(record: Map<string, string>, path: string[], value: Json): void {
  if (value === null || value === "") return;
  // It has already lost digits: a parcel number would be another one.
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new InvalidLead("has a number of more digits than JSON carries: send it as a text");
  }
  if (typeof value !== "object") return put(record, path, String(value));
  if (path.length > MOST_DEPTH) throw new InvalidLead(`is nested deeper than ${MOST_DEPTH} levels`);
  const named = Array.isArray(value) ? namedFields(value) : null;
  if (named) { for (const [name, text] of named) put(record, [name], text); }
  else if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== "object")) {
      put(record, path, value.filter((one) => one !== null).join("; "));
    } else value.forEach((one, k) => add(record, [...path, String(k + 1)], one));
  } else {
    for (const [name, inner] of Object.entries(value)) add(record, [...path, name], inner);
  }
}

/** The first value of a name counts. A line of the record is a line of the stored content. */
function put(record: Map<string, string>, path: string[], value: string): void {
  const name = path.join(" ").replace(/\s+/g, " ").trim();
  const text = value.replace(/\s+/g, " ").trim();
  if (name !== "" && text !== "" && !record.has(name)) record.set(name, text);
}

/** The questions and answers of Meta lead ads and of Google lead forms. */
function namedFields(list: Json[]): [string, string][] | null {
  const found: [string, string][] = [];
  for (const entry of list) {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return null;
    const name = entry.column_id ?? entry.name;
    const value = entry.string_value ?? entry.values ?? entry.value;
    if (typeof name !== "string" || value === undefined) return null;
    const texts = Array.isArray(value) ? value : [value];
    if (texts.some((text) => typeof text === "object" && text !== null)) return null;
    found.push([name, texts.filter((text) => text !== null).join("; ")]);
  }
  return found.length > 0 ? found : null;
}

/**
 * As the consent columns of a list. The method names the page and the hash of the words, because it is what is kept for
 * good; the words themselves and the technical evidence stay in the stored submission.
 */
function addConsent(
  record: Map<string, string>,
  consent: z.output<typeof Consent>,
  now: Date,
): void {
  const at = new Date(consent.at);
  if (at.getTime() > now.getTime() + AHEAD_MS) {
    throw new InvalidLead("has a consent that is in the future");
  }
  put(record, ["consent"], "yes");
  put(record, ["consented_at"], at.toISOString());
  put(
    record,
    ["consent_method"],
    [consent.method, consent.url && `at ${consent.url}`]
      .filter(Boolean).join(" "),
  );
  put(record, ["consent evidence text"], consent.text ?? "");
  put(record, ["consent evidence ip"], consent.ip ?? "");
  put(record, ["consent evidence user agent"], consent.user_agent ?? "");
}

/**
 * The stored form: a CSV file with a header, a line for each lead, and nothing in it that depends on time. Throws
 * InvalidLead.
 */
export function toCsv(records: readonly Map<string, string>[]): string {
  const names = [...new Set(records.flatMap((record) => [...record.keys()]))];
  if (names.length > MOST_COLUMNS) {
    throw new InvalidLead(`have more than ${MOST_COLUMNS} different fields together`);
  }
  const line = (cells: string[]) => cells.map(quoted).join(",") + "\n";
  return line(names) + records.map((record) => line(names.map((name) => record.get(name) ?? "")))
    .join("");
}

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
/** The line of a lead in the stored form, and back. */
export const FIRST_LINE = 2;
