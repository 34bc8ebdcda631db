/**
 * Records to lines of `pg_temp.stage_in`. Only the form is repaired here (split and joined columns,
 * lost zeros, spreadsheet artefacts); SQL normalises addresses, parcels and phones.
 */
import { Cells } from "./cells.ts";
import { isUnmappedRefusal, looksLikeApn } from "./columns.ts";
import { contactColumns, readEmails, readPhones } from "./contacts.ts";
import type { ContactColumns } from "./contacts.ts";
import { isEmptyNumber, isPlaceholder, oneLine } from "./repair.ts";
import { isState } from "./address.ts";
import { readConsent, readTimestamp, readZip, unguard } from "./repair.ts";
import { mailColumns, readPlace, situsColumns } from "./place.ts";
import type { PlaceColumns } from "./place.ts";
import type { Wish } from "./refusals.ts";
import { RowRefusals } from "./row_refusals.ts";
import type { Mapping, Reject, StageRow } from "./types.ts";

export interface RowContext {
  /** Line of the record in its part. */
  line: number;
  padded?: boolean;
  /** Number of values, where the record has fewer than the header has columns. */
  given?: number;
  windows1252?: true;
  /** Set for a reject of the reader. */
  reject?: Reject | null;
}

export interface RowOptions {
  /** Whether accepted rows carry their original values too; rejects always do. */
  raw?: "all" | "rejects";
}

const MAX_ATTRIBUTES = 200;
const MAX_ATTRIBUTE_CHARS = 16 * 1024;
const COMPANY_NAME = new RegExp(
  "\\b(?:llc|inc|corp(?:oration)?|co|company|ltd|l\\.?p|llp|trust(?:ees?)?|bank|estate|holdings?|properties|partners?" +
    "|partnership|assoc(?:iation|iates)?|church|city|county|state|university|school|foundation|fund|et al)\\b|&",
  "i",
);
const COMPANY = /compan|organi[sz]ation|account|business/i;

const compiled = new WeakMap<Mapping, RowMapper>();

/** One record to one line. For many rows, `RowMapper` saves the look-up. */
export function mapRow(fields: readonly string[], mapping: Mapping, ctx: RowContext): StageRow {
  let mapper = compiled.get(mapping);
  if (!mapper) compiled.set(mapping, mapper = new RowMapper(mapping));
  return mapper.map({ ...ctx, fields });
}

/** A mapping prepared for many rows. Map one row at a time: the state of the current row is shared. */
export class RowMapper {
  private readonly cells: Cells;
  private readonly headers: readonly string[];
  private readonly attributes: readonly number[];
  private readonly sensitive: readonly number[];
  private readonly weakApn: ReadonlySet<number>;
  /** Columns whose header says that a name is a company's. */
  private readonly companies: ReadonlySet<number>;
  private readonly situs: PlaceColumns;
  private readonly mail: PlaceColumns;
  private readonly phones: readonly ContactColumns[];
  private readonly emails: readonly ContactColumns[];
  private readonly refusals: RowRefusals;
  private readonly keepRaw: boolean;
  private readonly at: Record<typeof DIRECT[number], readonly number[]>;

  constructor(mapping: Mapping, options: RowOptions = {}) {
    const byField = Map.groupBy(
      mapping.columns.filter((c) => c.canonical).sort((a, b) =>
        (a.choice ?? 0) - (b.choice ?? 0) || a.index - b.index
      ),
      (c) => c.canonical as string,
    );
    const of = (field: string) => (byField.get(field) ?? []).map((c) => c.index);
    const where = (test: (c: Mapping["columns"][number]) => boolean) =>
      mapping.columns.filter(test).map((c) => c.index);
    this.headers = mapping.columns.map((c) => c.header);
    this.cells = new Cells(this.headers);
    this.attributes = where((c) => c.canonical === null && c.how !== "ignored");
    this.sensitive = where((c) => c.how === "ignored" && c.note === "sensitive");
    this.weakApn = new Set(where((c) => c.check === "apn"));
    this.companies = new Set(
      of("owner_full").filter((column) => COMPANY.test(this.headers[column] as string)),
    );
    this.situs = situsColumns(of);
    this.mail = mailColumns(of);
    this.phones = contactColumns("phone", mapping, of);
    this.emails = contactColumns("email", mapping, of);
    this.refusals = new RowRefusals(of, where(isUnmappedRefusal));
    this.keepRaw = (options.raw ?? "all") === "all";
    this.at = Object.fromEntries(
      DIRECT.map((field) => [field, of(field)]),
    ) as unknown as typeof this.at;
  }

  map(record: RowContext & { fields: readonly string[] }): StageRow {
    const { fields } = record;
    if (record.reject) return rejectedRow(record.line, fields, record.reject);
    if (fields.every(isEmpty)) {
      const reject: Reject = { code: "empty_row", detail: "All values are empty." };
      return rejectedRow(record.line, fields, reject);
    }
    const { cells, at } = this;
    cells.begin(fields);
    if (record.padded) cells.warn("padding");
    if (record.windows1252) cells.warn("windows_1252");
    const refused = this.refusals.some ? this.refusals.read(cells) : NOBODY;
    const situs = readPlace(cells, this.situs);
    const mail = readPlace(cells, this.mail);
    const row: StageRow = {
      line_no: record.line,
      mak: this.mak(),
      fips: this.fips(),
      county: cells.text(at.county),
      apn: this.apn(),
      street: situs.street,
      unit: situs.unit,
      city: situs.city,
      state: situs.state,
      zip: situs.zip,
      owner_1_first: cells.name(at.owner_1_first),
      owner_1_last: cells.name(at.owner_1_last),
      owner_2_first: cells.name(at.owner_2_first),
      owner_2_last: cells.name(at.owner_2_last),
      owner_full: cells.name(at.owner_full),
      mail_street: mail.street,
      mail_unit: mail.unit,
      mail_city: mail.city,
      mail_state: mail.state,
      mail_zip: mail.zip,
      phones: readPhones(cells, this.phones, refused.phone),
      emails: readEmails(cells, this.emails, refused.email),
      result_codes: this.resultCodes(),
      consent: this.consent(),
      consented_at: this.consentedAt(),
      consent_method: cells.text(at.consent_method),
      lead_score: this.score(),
      attributes: this.readAttributes(),
      warnings: NONE,
      reject_code: null,
      reject_detail: null,
      raw: this.keepRaw ? this.raw(fields) : null,
      do_not_contact: refused.phone === "person" || refused.email === "person" ? "true" : null,
    };
    if (
      this.companies.size > 0 && row.owner_full !== null &&
      (row.owner_1_last ?? row.owner_1_first) !== null
    ) {
      this.keepCompany(row);
    }
    if (at.owner_2_full.length > 0 && (row.owner_2_first ?? row.owner_2_last) === null) {
      this.splitSecondOwner(row);
    }
    if (record.given !== undefined) {
      const reject = this.refuseShort(row, fields.length, record.given);
      if (reject) return rejectedRow(record.line, fields.slice(0, record.given), reject);
      cells.warn("short_row");
    }
    if (cells.warnings) row.warnings = cells.warnings;
    return row;
  }

  /**
   * Spreadsheets leave out empty cells at the end of a row. A line break inside an unquoted value also makes
   * short rows, whose values are in the wrong columns: so what identifies the lead must be complete and plausible.
   */
  private refuseShort(row: StageRow, width: number, given: number): Reject | null {
    const place = row.state !== null && !isState(row.state) ||
      row.zip !== null && readZip(row.zip) === null;
    if (!place && this.isIdentified(row, given)) return null;
    return {
      code: "too_few_fields",
      detail: `The row has ${given} values; the header has ${width} columns.`,
    };
  }

  private isIdentified(row: StageRow, given: number): boolean {
    if (row.mak !== null && /^\d{8,}$/.test(row.mak)) return true;
    if (row.street !== null && (row.zip !== null || row.city !== null && row.state !== null)) {
      return true;
    }
    const { apn, fips, county, mak } = this.at;
    const region = [...fips, ...county];
    if (row.apn !== null && looksLikeApn(row.apn)) {
      return row.fips !== null || row.county !== null || region.every((column) => column < given);
    }
    // A list of contacts only.
    if (mak.length > 0 || apn.length > 0 || this.situs.hasColumns) return false;
    return row.phones.length > 0 || row.emails.length > 0;
  }

  /** Beside a person's name, a company is where the person works: colleagues are not one owner. */
  private keepCompany(row: StageRow): void {
    const column = this.cells.pick(this.at.owner_full, isPlaceholder);
    if (!this.companies.has(column)) return;
    row.owner_full = null;
    row.attributes[this.headers[column] as string] = this.cells.value(column);
  }

  /** `LEE, ANN` and `Ann Lee`; a company, or a name of one word, is a last name. */
  private splitSecondOwner(row: StageRow): void {
    const name = this.cells.name(this.at.owner_2_full);
    if (name === null) return;
    const comma = /^([^,]+),\s*([^,]+)$/.exec(name);
    const plain = COMPANY_NAME.test(name) ? null : /^(\S+)\s+([^,&]+)$/.exec(name);
    if (comma && !COMPANY_NAME.test(name)) {
      row.owner_2_first = comma[2] as string;
      row.owner_2_last = comma[1] as string;
    } else {
      row.owner_2_first = plain?.[1] ?? null;
      row.owner_2_last = plain?.[2] ?? name;
    }
  }

  private fips(): string | null {
    const { cells } = this;
    const column = this.at.fips.length > 0 ? cells.pick(this.at.fips, isEmptyNumber) : -1;
    if (column < 0) return null;
    const value = cells.intact(column);
    if (value === null || /^\d{5}$/.test(value)) return value;
    // With a state, the county's own three digits are enough.
    if (this.situs.state.length > 0 && /^\d{1,3}$/.test(value) && Number(value) > 0) return value;
    if (/^\d{4}$/.test(value)) {
      cells.warn("fips_leading_zero");
      return `0${value}`;
    }
    cells.warn("fips_invalid");
    cells.keep(column);
    return null;
  }

  private mak(): string | null {
    const { cells, at } = this;
    if (at.mak.length === 0) return null;
    const value = cells.number(at.mak);
    if (value === null) cells.warnOfFiller(at.mak, "filler_mak");
    return value;
  }

  private apn(): string | null {
    const { cells, at } = this;
    if (at.apn.length === 0) return null;
    const column = cells.pick(at.apn, isEmptyNumber);
    if (column < 0) {
      cells.warnOfFiller(at.apn, "filler_apn");
      return null;
    }
    const value = cells.intact(column);
    if (value === null || !this.weakApn.has(column) || looksLikeApn(value)) return value;
    cells.warn("parcel_id_not_apn");
    cells.keep(column);
    return null;
  }

  private resultCodes(): string | null {
    let out = "";
    for (const column of this.at.result_codes) {
      const value = this.cells.value(column);
      if (value && !isPlaceholder(value)) out += out ? ` ${value}` : value;
    }
    return out === "" ? null : oneLine(out);
  }

  /** `true`, `false`, or null where the value is not explicit; the value is kept as an attribute. */
  private consent(): string | null {
    const column = this.at.consent[0];
    const value = column === undefined ? "" : this.cells.value(column);
    if (column === undefined || value === "" || isPlaceholder(value)) return null;
    this.cells.keep(column);
    const consent = readConsent(value);
    if (consent === null) this.cells.warn("consent_not_explicit");
    return consent;
  }

  private consentedAt(): string | null {
    const column = this.at.consented_at[0];
    const value = column === undefined ? "" : this.cells.value(column);
    if (column === undefined || value === "" || isPlaceholder(value)) return null;
    const at = readTimestamp(value);
    if (at === null) this.cells.warn("consented_at_unreadable");
    if (at !== value) this.cells.keep(column);
    return at;
  }

  private score(): string | null {
    const column = this.at.lead_score[0];
    const value = column === undefined ? "" : this.cells.value(column);
    if (column === undefined || value === "" || isPlaceholder(value)) return null;
    const score = /^\d{1,3}(\.\d{1,6})?$/.test(value) ? Number(value) : NaN;
    if (score >= 0 && score <= 100) return String(score);
    this.cells.warn("lead_score_invalid");
    this.cells.keep(column);
    return null;
  }

  private readAttributes(): Record<string, string> {
    const { cells, headers } = this;
    const out: Record<string, string> = {};
    let count = 0, room = MAX_ATTRIBUTE_CHARS;
    const add = (header: string, value: string) => {
      const size = header.length + value.length + 6;
      if (count >= MAX_ATTRIBUTES || size > room) return cells.warn("attributes_truncated");
      room -= size;
      count++;
      out[header] = value;
    };
    if (cells.kept) {
      for (const [header, value] of Object.entries(cells.kept)) {
        add(header, value);
      }
    }
    for (let k = 0; k < this.attributes.length; k++) {
      const column = this.attributes[k] as number;
      const value = cells.value(column);
      if (value === "") continue;
      const plain = value.charCodeAt(0) === 39 ? unguard(value) ?? value : value;
      add(headers[column] as string, plain);
    }
    return out;
  }

  private raw(fields: readonly string[]): readonly string[] {
    if (this.sensitive.length === 0) return fields;
    const out = [...fields];
    for (const column of this.sensitive) out[column] = "";
    return out;
  }
}

const DIRECT = [
  ...["mak", "fips", "county", "apn", "owner_1_first", "owner_1_last", "owner_2_first"] as const,
  ...[
    "owner_2_last",
    "owner_2_full",
    "owner_full",
    "result_codes",
    "consent",
    "consented_at",
  ] as const,
  ...["consent_method", "lead_score"] as const,
];

const NONE: string[] = [];
const NOBODY: Wish = {};

function isEmpty(value: string): boolean {
  return value === "";
}

/** The line of a rejected record: only its position, the reason and the values. */
export function rejectedRow(line: number, fields: readonly string[], reject: Reject): StageRow {
  return {
    line_no: line,
    mak: null,
    fips: null,
    county: null,
    apn: null,
    street: null,
    unit: null,
    city: null,
    state: null,
    zip: null,
    owner_1_first: null,
    owner_1_last: null,
    owner_2_first: null,
    owner_2_last: null,
    owner_full: null,
    mail_street: null,
    mail_unit: null,
    mail_city: null,
    mail_state: null,
    mail_zip: null,
    phones: [],
    emails: [],
    result_codes: null,
    consent: null,
    consented_at: null,
    consent_method: null,
    lead_score: null,
    attributes: {},
    warnings: NONE,
    reject_code: reject.code,
    reject_detail: reject.detail,
    raw: fields,
    do_not_contact: null,
  };
}
