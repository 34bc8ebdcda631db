/** Maps each column to a field or an attribute, once per file. */
import { guessColumns, MOST, PHONE, STREET } from "./guess.ts";
import { presetTable, recognisePreset } from "./presets.ts";
import { isBareUnsubscribe, looksLikeRefusal, refusalField } from "./refusals.ts";
import { isFiller, unguard } from "./repair.ts";
import {
  findContact,
  findSynonym,
  findWeakPhone,
  isSensitive,
  normaliseHeader,
} from "./synonyms.ts";
import type { ContactHeader } from "./synonyms.ts";
import { ATTRIBUTE, isCanonical, SINGLE_TARGETS } from "./targets.ts";
import type { Canonical, ColumnMapping, MappedHow, Mapping } from "./types.ts";

export interface MappingOptions {
  /** Preset of the source; recognised from the headers when not given. */
  preset?: string | null;
  /** `{ "Their Header": "canonical" | "attribute" | null }`; null drops the column. */
  sourceMap?: Record<string, string | null> | null;
  /** Some rows of the file: they decide whether a `parcel_id` is a parcel number. */
  sample?: readonly (readonly string[])[];
  /** Position → field of the columns that have no header; guessed from the sample unless given. */
  guessed?: ReadonlyMap<number, Canonical>;
}

const byName = new Map(SINGLE_TARGETS.map((field) => [normaliseHeader(field), field]));
/** One column at most: a second one would only contradict the first. */
const SINGLE = new Set(["consent", "consented_at", "consent_method", "lead_score"]);
/** Each column counts. */
const MARKS = new Set([
  ...["dnc", "litigator", "do_not_contact", "email_opt_out", "email_bounced", "email_status"],
  ...["sms_opt_out", "sms_status", "contact_status"],
]);
const HOW_RANK: Record<MappedHow, number> = {
  source_map: 0,
  preset: 1,
  exact: 2,
  synonym: 3,
  values: 4,
  attribute: 5,
  ignored: 6,
};

interface Draft extends ColumnMapping {
  name: string;
  rank: number;
  weak: boolean;
  contact: ContactHeader | null;
}

export function resolveMapping(headers: readonly string[], options: MappingOptions = {}): Mapping {
  const notes: string[] = [];
  const wrong: string[] = [];
  const preset = findPreset(headers, options.preset, wrong);
  const table = preset ? presetTable(preset) : null;
  const sourceMap = readSourceMap(options.sourceMap, headers, notes, wrong);
  const drafts = headers.map((header, index) => draft(header, index, sourceMap, table));
  if (isNameless(headers)) {
    settleNameless(drafts, options.guessed ?? guessColumns(options.sample ?? []));
  }
  dropRejectColumns(drafts);
  settleSecondBlock(drafts);
  settleParcelIds(drafts, options.sample);
  settleLocations(drafts, options.sample);
  settleMailing(drafts, options.sample);
  settleWeakPhones(drafts, options.sample);
  settleStreetParts(drafts);
  settleContacts(drafts);
  settleRefusals(drafts, notes);
  settleRivals(drafts);
  const mapping = summarise(drafts, preset, notes);
  return wrong.length > 0 ? { ...mapping, unusable: wrong.join(" ") } : mapping;
}

function findPreset(
  headers: readonly string[],
  asked: string | null | undefined,
  wrong: string[],
): string | null {
  if (asked && !presetTable(asked)) {
    wrong.push(
      `The source names the preset "${asked}", which does not exist: choose another, or none.`,
    );
  } else if (asked) return asked;
  return recognisePreset(headers);
}

type SourceMap = Map<string, Canonical | typeof ATTRIBUTE | null>;

/**
 * The map by exact and by normalised header. The database accepts only known targets; a map that is older than this
 * check may have others, and then the file is refused rather than read without the column.
 */
function readSourceMap(
  map: MappingOptions["sourceMap"],
  headers: readonly string[],
  notes: string[],
  wrong: string[],
): { exact: SourceMap; normal: SourceMap } {
  const exact: SourceMap = new Map(), normal: SourceMap = new Map();
  const present = new Set(headers.map(normaliseHeader));
  for (const [header, to] of Object.entries(map ?? {})) {
    if (!headers.includes(header.trim()) && !present.has(normaliseHeader(header))) {
      notes.push(`The column map of the source names "${header}", which this file does not have.`);
    } else if (to !== null && to !== ATTRIBUTE && !isCanonical(to)) {
      wrong.push(
        `The column map of the source maps "${header}" to "${to}", which is not a target.`,
      );
    }
    exact.set(header.trim(), to);
    normal.set(normaliseHeader(header), to);
  }
  return { exact, normal };
}

function draft(
  header: string,
  index: number,
  sourceMap: { exact: SourceMap; normal: SourceMap },
  table: ReadonlyMap<string, Canonical | null> | null,
): Draft {
  const name = normaliseHeader(header);
  const base: Draft = {
    index,
    header,
    canonical: null,
    how: "attribute",
    name,
    rank: 0,
    weak: false,
    contact: null,
  };
  const mapped = sourceMap.exact.has(header)
    ? sourceMap.exact.get(header)
    : sourceMap.normal.get(name);
  if (mapped !== undefined) {
    if (mapped === null) return { ...base, how: "ignored", note: "by the map of the source" };
    return { ...base, how: "source_map", canonical: mapped === ATTRIBUTE ? null : mapped };
  }
  if (table?.has(name)) return { ...base, how: "preset", canonical: table.get(name) ?? null };
  const exact = byName.get(name);
  if (exact) return { ...base, how: "exact", canonical: exact };
  const synonym = findSynonym(name);
  if (synonym) {
    return { ...base, how: "synonym", ...synonym, weak: synonym.weak ?? false };
  }
  // `INPUT_FIRST_NAME` is the sender's own value beside that of a skip trace: it fills gaps.
  const own = name.replace(/^input /, "");
  const given = own === name ? null : findSynonym(own);
  if (given) {
    return { ...base, how: "synonym", ...given, rank: given.rank + 100, weak: given.weak ?? false };
  }
  const contact = findContact(own);
  if (contact) {
    return { ...base, how: contact.plain && contact.number ? "exact" : "synonym", contact };
  }
  if (isSensitive(name)) return { ...base, how: "ignored", note: "sensitive" };
  // Custom fields of Salesforce end in `__c`.
  const refusal = refusalField(own.replace(/ c$/, ""));
  if (refusal) return { ...base, how: "synonym", canonical: refusal };
  if (/\bfax\b/.test(name)) return { ...base, note: "Sluice sends no faxes" };
  return base;
}

/** True where the file has no header row, so that its columns are named by position. */
function isNameless(headers: readonly string[]): boolean {
  return headers.every((header, index) => header === `column_${index + 1}`);
}

/** Fields guessed from values, except those that the source's column map assigns itself. */
function settleNameless(drafts: Draft[], guessed: ReadonlyMap<number, Canonical>): void {
  const mapped = new Set(drafts.map((d) => d.canonical));
  for (const d of drafts.filter((d) => d.how === "attribute")) {
    const canonical = guessed.get(d.index);
    if (!canonical || mapped.has(canonical)) continue;
    Object.assign(d, { canonical, how: "values", note: "as its values say: there is no header" });
  }
}

/** A corrected rejects file has three columns of ours at its end. */
function dropRejectColumns(drafts: Draft[]): void {
  const tail = drafts.slice(-3);
  if (drafts.length < 4 || tail.map((d) => d.header).join() !== "line,reason,detail") return;
  for (const d of tail) Object.assign(d, { ...NOWHERE, how: "ignored", note: "of a rejects file" });
}

/**
 * A second block of address, city and state or ZIP is the mailing address. Columns of one name are numbered by the
 * reader (`Address_2`), and some lists number them themselves (`Address 1`, `City 1`, … `City 2`).
 */
function settleSecondBlock(drafts: Draft[]): void {
  const named = (base: string, n: number) =>
    drafts.find((d) => d.name === `${base} ${n}` && d.how !== "source_map" && d.how !== "preset");
  const STREETS = ["address", "street address", "street", "address line", "property address"];
  const block = (n: number) => ({
    street: STREETS.map((name) => named(name, n)).find(Boolean),
    city: named("city", n),
    state: named("state", n) ?? named("st", n),
    zip: named("zip", n) ?? named("zip code", n) ?? named("postal code", n) ?? named("zipcode", n),
    unit: named("unit", n) ?? named("apt", n) ?? named("unit number", n),
    city_state_zip: named("city state zip", n) ?? named("city st zip", n),
  });
  const second = block(2);
  if (settleBlocksByOrder(drafts, block(1), second)) return;
  if (!second.street || !second.city_state_zip && !(second.city && (second.state ?? second.zip))) {
    return;
  }
  if (drafts.some((d) => d.canonical === "mail_street")) return;
  for (const [field, d] of Object.entries(second)) {
    if (d) assign(d, `mail_${field}`, "the second address is the mailing address");
  }
  for (const [field, d] of Object.entries(block(1))) {
    if (d && d.canonical === null) Object.assign(d, { canonical: field, how: "synonym" });
  }
}

type Block = Record<string, Draft | undefined>;

/**
 * Two streets with names of their own (`Property Street`, `Owner Street`), each followed by `City`, `State` and `Zip`:
 * those belong to the street before them, whichever comes first.
 */
function settleBlocksByOrder(drafts: Draft[], first: Block, second: Block): boolean {
  if (!second.city && !second.city_state_zip) return false;
  const streets = ["street", "mail_street"].map((to) => drafts.filter((d) => d.canonical === to));
  const [situs, mail] = streets.map((found) => found.length === 1 ? found[0]?.index : undefined);
  if (situs === undefined || mail === undefined) return false;
  const fields = ["city", "state", "zip", "city_state_zip"];
  const firsts = Object.entries(plain(drafts, first)).filter(([field]) => fields.includes(field));
  const seconds = Object.entries(second).filter(([field, d]) => d && fields.includes(field));
  const [early, late] = [Math.min(situs, mail), Math.max(situs, mail)];
  if (!firsts.every(([, d]) => d && d.index > early && d.index < late)) return false;
  if (!seconds.every(([, d]) => d && d.index > late)) return false;
  for (const [pairs, street] of [[firsts, early], [seconds, late]] as const) {
    for (const [field, d] of pairs) {
      assign(d as Draft, street === mail ? `mail_${field}` : field, "of the street before it");
    }
  }
  return true;
}

/** The first block: its columns are numbered 1, or not at all. */
function plain(drafts: Draft[], first: Block): Block {
  const bare = drafts.filter((d) =>
    /^(city|state|st|zip|zip code|postal code|zipcode|city st(ate)? zip)$/.test(d.name) &&
    d.how !== "source_map" && d.how !== "preset"
  );
  const found = bare.map((d) => [d.canonical ?? d.name, d] as const);
  return {
    ...Object.fromEntries(Object.entries(first).filter(([, d]) => d)),
    ...Object.fromEntries(found),
  };
}

function assign(d: Draft, canonical: string, note: string): void {
  Object.assign(d, { canonical, contact: null, how: "synonym", weak: false, note });
}

const NOWHERE = { canonical: null, contact: null, how: "attribute" as MappedHow };

/** Map, block and lot, as in small towns: `4-49`, `12-3-A1`. */
const SEGMENTS = /^[A-Z]?\d{1,4}[A-Z]?(?:[-/. ][A-Z]?\d{1,4}[A-Z]?)+$/i;

/** True for the form of assessors' numbers: mostly digits, few letters, at least five digits or some segments. */
export function looksLikeApn(value: string): boolean {
  if (SEGMENTS.test(value)) return true;
  if (value.length > 40 || !/^[0-9A-Za-z][0-9A-Za-z .\-/*]*$/.test(value)) return false;
  const digits = value.replace(/\D/g, "").length;
  const letters = value.replace(/[^A-Za-z]/g, "").length;
  return digits >= 5 && letters <= 4 && !/[A-Za-z]{4}/.test(value);
}

/** A number or a date that a spreadsheet made of a parcel number. */
const DAMAGED = new RegExp(
  [
    /^\d+(?:\.\d*)?E\+?\d{1,3}$/,
    /^\d{1,2}[/-]\d{1,2}[/-](?:\d{2}|(?:19|20)\d{2})$/,
    /^(?:\d{1,2}[- ])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[- ]\d{1,4})?$/,
    /^[1-9]\d{0,5}0{6,}$/,
  ].map(({ source }) => source).join("|"),
  "i",
);

/** The values of a column, without fillers. */
function valuesOf(d: Draft, sample: MappingOptions["sample"]): string[] {
  return (sample ?? []).map((row) => row[d.index] ?? "").map((v) => unguard(v) ?? v)
    .filter((value) => value !== "" && !isFiller(value));
}

function settleParcelIds(drafts: Draft[], sample: MappingOptions["sample"]): void {
  const certain = drafts.some((d) => d.canonical === "apn" && !d.weak);
  for (const d of drafts.filter((d) => d.weak && d.canonical === "apn")) {
    // What a spreadsheet has damaged says nothing about the column either.
    const values = valuesOf(d, sample).filter((value) => !DAMAGED.test(value));
    const good = values.filter(looksLikeApn).length;
    if (certain) Object.assign(d, NOWHERE, { note: "the file has a column for the APN" });
    else if (good < values.length * 0.8) Object.assign(d, NOWHERE, { note: "values are no APN" });
    else Object.assign(d, { check: "apn", note: "where the value looks like a parcel number" });
  }
}

/** `Location` is a street where no other column is one and half of its values have a house number. */
function settleLocations(drafts: Draft[], sample: MappingOptions["sample"]): void {
  const certain = drafts.some((d) =>
    !d.weak && ["street", "address_full", "street_name"].includes(d.canonical ?? "")
  );
  for (const d of drafts.filter((d) => d.weak && d.canonical === "street")) {
    const values = valuesOf(d, sample);
    const good = values.filter((value) => STREET.test(value)).length;
    if (certain) Object.assign(d, NOWHERE, { note: "the file has a column for the street" });
    else if (good === 0 || good < values.length / 2) {
      Object.assign(d, NOWHERE, { note: "values are not addresses" });
    }
  }
}

/** `Mailing` likewise is the street of the mailing address. */
function settleMailing(drafts: Draft[], sample: MappingOptions["sample"]): void {
  const certain = drafts.some((d) =>
    !d.weak && /^mail_(?:street|address_full)$/.test(d.canonical ?? "")
  );
  for (const d of drafts.filter((d) => d.weak && d.canonical === "mail_street")) {
    const values = valuesOf(d, sample);
    const good = values.filter((value) => STREET.test(value) || /\bBOX \w/i.test(value)).length;
    if (certain || good === 0 || good < values.length / 2) Object.assign(d, NOWHERE);
  }
}

/** `Home` and `Work` are phones where their values are. */
function settleWeakPhones(drafts: Draft[], sample: MappingOptions["sample"]): void {
  for (const d of drafts.filter((d) => d.how === "attribute" && !d.contact)) {
    const contact = findWeakPhone(d.name);
    const values = contact ? valuesOf(d, sample) : [];
    const good = values.filter((value) => PHONE.test(value) || /^1?[2-9]\d{9}$/.test(value)).length;
    if (good > 0 && good >= values.length * MOST) Object.assign(d, { contact, how: "synonym" });
  }
}

/** `Suffix` next to first and last names is Jr or Sr; it belongs to a street only with its name. */
function settleStreetParts(drafts: Draft[]): void {
  if (drafts.some((d) => d.canonical === "street_name")) return;
  for (const d of drafts) {
    const part = d.canonical === "suffix" || d.canonical === "pre_dir" ||
      d.canonical === "post_dir";
    if (part && d.how !== "source_map") {
      Object.assign(d, NOWHERE, { note: "without a street name" });
    }
  }
}

/** Assigns slots to phones and e-mails, and types and codes to the slot that they describe. */
function settleContacts(drafts: Draft[]): void {
  for (const channel of ["phone", "email"] as const) {
    const taken = new Set<number>();
    for (const d of drafts) {
      const slot = new RegExp(`^${channel}_(\\d+)$`).exec(d.canonical ?? "");
      if (slot) taken.add(Number(slot[1]));
    }
    const mine = drafts.filter((d) => d.contact?.channel === channel);
    const values = mine.filter((d) => d.contact?.part === "value");
    const slots = new Map<string, number>();
    const place = (d: Draft, slot: number) => {
      const contact = d.contact as ContactHeader;
      taken.add(slot);
      const key = `${contact.group} ${contact.number}`;
      if (!slots.has(key)) slots.set(key, slot);
      d.canonical = `${channel}_${slot}`;
    };
    for (const d of values) {
      const { plain, number } = d.contact as ContactHeader;
      if (plain && number > 0 && number <= 30 && !taken.has(number)) place(d, number);
    }
    for (const d of values.filter((d) => d.canonical === null)) {
      let slot = 1;
      while (taken.has(slot)) slot++;
      if (slot <= 30) place(d, slot);
      else d.how = "attribute";
    }
    for (const d of mine.filter((d) => d.contact?.part !== "value")) {
      const { group, number, part, plain } = d.contact as ContactHeader;
      const near = number === 0 ? [0, 1] : number === 1 ? [1, 0] : [number];
      const slot = near.map((n) => slots.get(`${group} ${n}`)).find((s) => s !== undefined) ??
        (plain ? near.find((n) => taken.has(n)) : undefined);
      const all = part === "dnc" || part === "litigator" ? part : `email_${part}`;
      if (slot) d.canonical = `${channel}_${slot}_${part}`;
      // A mark without a number, beside no contact of its name, is that of all.
      else if (number === 0 && isCanonical(all)) d.canonical = all;
      else Object.assign(d, NOWHERE, { note: `there is no ${channel} column that it describes` });
    }
  }
}

/** Marks that no column takes are named: whoever they are about would be contacted. */
function settleRefusals(drafts: Draft[], notes: string[]): void {
  const emails = drafts.some((d) => /^email_\d+$/.test(d.canonical ?? ""));
  for (const d of drafts) {
    if (
      d.how === "synonym" && d.canonical === "do_not_contact" && emails && isBareUnsubscribe(d.name)
    ) {
      d.canonical = "email_opt_out";
    }
    if (isUnmappedRefusal(d)) {
      const note = "looks like a refusal and is not mapped";
      d.note = note;
      notes.push(`The column "${d.header}" ${note}: ${REFUSAL_ADVICE}`);
    }
  }
}

const REFUSAL_ADVICE =
  "whoever it marks can be contacted. Map it to `do_not_contact`, `email_opt_out`, `sms_opt_out` or `dnc`, or to " +
  "`attribute` if it is none.";

/** A column that nobody mapped, whose name may be that of a mark. */
export function isUnmappedRefusal({ canonical, how, header }: ColumnMapping): boolean {
  return canonical === null && how === "attribute" && looksLikeRefusal(normaliseHeader(header));
}

/** Several columns for one field: the best is used first, the others fill its gaps. */
function settleRivals(drafts: Draft[]): void {
  const groups = Map.groupBy(drafts.filter((d) => d.canonical), (d) => d.canonical as string);
  for (const [canonical, group] of groups) {
    if (group.length < 2) continue;
    group.sort((a, b) => HOW_RANK[a.how] - HOW_RANK[b.how] || a.rank - b.rank || a.index - b.index);
    for (const [k, d] of group.entries()) {
      if (k === 0) continue;
      if (SINGLE.has(canonical)) {
        Object.assign(d, NOWHERE, { note: `${canonical} comes from another column` });
      } else if (MARKS.has(canonical)) {
        d.note = "besides the other marks";
      } else if (canonical === "result_codes") {
        d.note = "added to the other result codes";
      } else {
        d.choice = k;
        d.note = `where ${group[0]?.header} is empty`;
      }
    }
  }
}

/** Zero columns for each way of mapping. */
export function noCounts(): Record<MappedHow, number> {
  return {
    source_map: 0,
    preset: 0,
    exact: 0,
    synonym: 0,
    values: 0,
    attribute: 0,
    ignored: 0,
  };
}

function summarise(drafts: Draft[], preset: string | null, notes: string[]): Mapping {
  const columns = drafts.map((
    { index, header, canonical, how, choice, check, note },
  ): ColumnMapping => ({
    index,
    header,
    canonical,
    how,
    ...(choice ? { choice } : {}),
    ...(check ? { check } : {}),
    ...(note ? { note } : {}),
  }));
  const counts = noCounts();
  for (const column of columns) counts[column.how]++;
  return {
    columns,
    unmapped: columns.filter((c) => c.canonical === null && c.how !== "ignored")
      .map((c) => c.header),
    how: { preset, counts },
    notes,
    unusable: unusable(new Set(columns.map((c) => c.canonical)), columns.map((c) => c.header)),
  };
}

function unusable(fields: Set<Canonical | null>, headers: readonly string[]): string | null {
  const has = (field: string) => fields.has(field);
  if (has("mak") || has("apn") || has("street") || has("address_full")) return null;
  if (has("house_number") && has("street_name")) return null;
  if ([...fields].some((field) => field && /^(phone|email)_\d+$/.test(field))) return null;
  if (isNameless(headers)) {
    return "The file has no header row, and its values do not identify the columns: add a " +
      `header row, or map column_1 to column_${headers.length} in the source.`;
  }
  return "No column contains an address, a parcel number, a Melissa address key, a phone or an e-mail: " +
    "name the columns in a header row, or map them in the source.";
}
