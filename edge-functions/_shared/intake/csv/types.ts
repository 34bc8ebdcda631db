/** Types of the CSV domain: from bytes to rows of `pg_temp.stage_in`. */
import type { RejectCode } from "./codes.ts";
import type { Refused } from "./refusals.ts";

export type { RejectCode, WarningCode } from "./codes.ts";

/** The form of a file. Found by `sniffCsv`; reading and cutting need it. */
export interface Dialect {
  /**
   * How the units are read. `utf-8` also covers Windows-1252: a record whose bytes are not valid
   * UTF-8 is read as Windows-1252, record by record, so that a file cut into parts reads the same.
   */
  encoding: "utf-8" | "utf-16le" | "utf-16be";
  /** Length of the byte order mark at the start of the file: 0, 2 or 3 bytes. */
  bomBytes: number;
  delimiter: Delimiter;
  /** Line end of the first record. The reader accepts any mixture of the three. */
  newline: "\n" | "\r\n" | "\r";
  /** False when the first record looks like data. */
  hasHeader: boolean;
  /** True when Excel's `sep=;` line precedes the header. */
  sepLine: boolean;
  /** Records of a title above the header: skipped. */
  titles?: number;
}

export type Delimiter = "," | ";" | "\t" | "|";

/** Why a whole file is refused. `message` is a sentence for the person who sent it. */
export interface Refusal {
  code: RefusalCode;
  message: string;
}

export type RefusalCode =
  | "empty_file"
  | "not_csv"
  | "unsupported_encoding"
  | "no_delimiter"
  | "header_unreadable"
  | "too_many_columns"
  | "header_differs";

export interface Reject {
  code: RejectCode;
  /** One sentence for a person. It contains no value of the row. */
  detail: string;
}

/** One record of the file: a row, or (with `reject` set) a rejected record. */
export interface CsvRecord {
  /** Physical line, from 1, within this file or part, on which the record starts. */
  line: number;
  /** Trimmed values. A reject that could not be split has its text as the only value. */
  fields: string[];
  /** True when trimming changed a value. */
  padded: boolean;
  /** Set where the record has fewer values than the header has columns: how many it has. */
  given?: number;
  /** Set where the bytes are not UTF-8 and were read as Windows-1252. */
  windows1252?: true;
  reject: Reject | null;
}

export type SkippedCode = "empty_rows" | "title_lines" | "footer_lines";

/** Counts of one reading. `received === rows + rejects` always. */
export interface CsvStats {
  bytes: number;
  received: number;
  rows: number;
  rejects: number;
  blankLines: number;
  /** Records that are neither rows nor rejects: by warning, how many and the first lines. */
  skipped: Partial<Record<SkippedCode, { n: number; lines: number[] }>>;
  /** Records read as Windows-1252 because their bytes are not UTF-8. */
  windows1252Records: number;
  /** Physical lines so far. */
  lines: number;
  /** Lines of the header of part 1 that this part repeats; 0 where it does not. */
  repeatedHeaderLines: number;
  /** Encoding to report: that of the records as read. */
  encoding: "utf-8" | "windows-1252" | "utf-8 and windows-1252" | "utf-16le" | "utf-16be";
}

/** A field of the product that a column can be mapped to. */
export type Canonical = string;

export type MappedHow =
  | "source_map"
  | "preset"
  | "exact"
  | "synonym"
  | "values"
  | "attribute"
  | "ignored";

/** The use of one column. Shown in the status of the upload. */
export interface ColumnMapping {
  /** Position in the file, from 0. */
  index: number;
  header: string;
  /** Null for attributes and ignored columns. */
  canonical: Canonical | null;
  how: MappedHow;
  /** Set from 1 on where another column is used first: this one fills its gaps. */
  choice?: number;
  /** Set where each value must look like a parcel number to be used as one. */
  check?: "apn";
  /** The reason, where it is not obvious (`where Owner Name is empty`, `sensitive`). */
  note?: string;
}

/** The mapping of a whole file, made once and used for every row. Plain JSON. */
export interface Mapping {
  columns: ColumnMapping[];
  /** Headers that are kept as attributes. */
  unmapped: string[];
  how: {
    /** Preset that was requested or recognised. */
    preset: string | null;
    /** Number of columns for each way of mapping. */
    counts: Record<MappedHow, number>;
  };
  /** Notes for people, as sentences: headers of the column map that the file does not have. */
  notes: string[];
  /** Why no row of this file can be read: no column identifies a lead, or the column map has a wrong target. */
  unusable: string | null;
}

export interface StagePhone {
  v: string;
  label?: string;
  codes?: string[];
  /** Where the list marks the phone: it is kept, and refused. */
  refused?: Refused;
}

export interface StageEmail {
  v: string;
  codes?: string[];
  /** Where the list marks the address: it is kept, and refused. */
  refused?: Refused;
}

/** One line of `pg_temp.stage_in`, in its column order. */
export interface StageRow {
  line_no: number;
  mak: string | null;
  fips: string | null;
  county: string | null;
  apn: string | null;
  street: string | null;
  unit: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  owner_1_first: string | null;
  owner_1_last: string | null;
  owner_2_first: string | null;
  owner_2_last: string | null;
  owner_full: string | null;
  mail_street: string | null;
  mail_unit: string | null;
  mail_city: string | null;
  mail_state: string | null;
  mail_zip: string | null;
  phones: StagePhone[];
  emails: StageEmail[];
  result_codes: string | null;
  consent: string | null;
  consented_at: string | null;
  consent_method: string | null;
  lead_score: string | null;
  attributes: Record<string, string>;
  warnings: readonly string[];
  reject_code: string | null;
  reject_detail: string | null;
  raw: readonly string[] | null;
  /** Where the list marks the person. */
  do_not_contact: "true" | null;
}

/** Columns of `pg_temp.stage_in` in the order in which `copyText` writes them. */
export const STAGE_COLUMNS = [
  "line_no",
  "mak",
  "fips",
  "county",
  "apn",
  "street",
  "unit",
  "city",
  "state",
  "zip",
  "owner_1_first",
  "owner_1_last",
  "owner_2_first",
  "owner_2_last",
  "owner_full",
  "mail_street",
  "mail_unit",
  "mail_city",
  "mail_state",
  "mail_zip",
  "phones",
  "emails",
  "result_codes",
  "consent",
  "consented_at",
  "consent_method",
  "lead_score",
  "attributes",
  "warnings",
  "reject_code",
  "reject_detail",
  "raw",
  "do_not_contact",
] as const satisfies readonly (keyof StageRow)[];
