// Reads a list for `sluice match`: the columns are found as in an upload, and what an upload would not keep (dates of
// birth, numbers) is compared in the session only.
import { createReadStream } from "node:fs";
import {
  type ByteSource,
  type CsvReader,
  normaliseHeader,
  openCsv,
  resolveMapping,
  RowMapper,
} from "../../edge-functions/_shared/intake/csv/index.ts";
import { ClientError } from "./errors.ts";

/** One row of pg_temp.match_input. */
export interface MatchRecord {
  record: number;
  list: number;
  reference: string;
  first_name: string | null;
  last_name: string | null;
  second_first_name: string | null;
  second_last_name: string | null;
  full_name: string | null;
  house_number: string | null;
  street: string | null;
  unit: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  phones: string[];
  emails: string[];
  extras: Record<string, string>;
}

export interface MatchList {
  records: MatchRecord[];
  skipped: number;
  /** The header of the id column; null: records are named by their line. */
  id: string | null;
}

/** Words for columns that uploads keep as attributes. */
const FURTHER: Record<string, string> = { suburb: "city", locality: "city", municipality: "city" };

/** Headers of other names, read in lists without a column for owners. */
const NAME = new RegExp(
  "^(contractor|firm|business|vendor|supplier|merchant|customer|client|member|licensee|provider|facility|establishment" +
    "|school|dba|donor|student|employee|person|party|agency)( (full )?name)?$",
);

export async function readMatchList(
  file: string,
  list: number,
  first: number,
  wantedId: string | null,
): Promise<MatchList> {
  const opened = await openCsv(createReadStream(file) as ByteSource).catch((error: unknown) => {
    throw new ClientError(`cannot read ${file}: ${(error as Error).message}`);
  });
  if (!opened.ok) throw new ClientError(`${file}: ${opened.refusal.message}`);
  const { csv } = opened;
  const id = findId(csv, file, wantedId);
  const mapping = mapColumns(csv);
  const mapper = new RowMapper(mapping, { raw: "rejects" });
  const phones = mapping.columns.filter((c) => /^phone_\d+$/.test(c.canonical ?? ""));
  const others = mapping.columns.filter((c) => c.canonical === null && c.index !== id);
  const records: MatchRecord[] = [];
  let skipped = 0;
  for await (const { fields, line, reject } of csv.records()) {
    if (reject || fields.every((value) => value === "")) {
      skipped++;
      continue;
    }
    const row = mapper.map({ line, fields });
    const extras: Record<string, string> = {};
    for (const { index, header } of others) {
      const value = fields[index];
      if (value) extras[header] = value.slice(0, 200);
    }
    records.push({
      record: first + records.length,
      list,
      reference: id === null ? String(line) : fields[id] || String(line),
      first_name: row.owner_1_first,
      last_name: row.owner_1_last,
      second_first_name: row.owner_2_first,
      second_last_name: row.owner_2_last,
      full_name: row.owner_full,
      house_number: null,
      street: row.street ?? row.mail_street,
      unit: row.unit,
      city: row.city ?? row.mail_city,
      state: row.state ?? row.mail_state,
      zip: row.zip ?? row.mail_zip,
      // An upload does not take a number without area code as a phone, but it tells records apart.
      phones: row.phones.length > 0
        ? row.phones.map((p) => p.v)
        : phones.flatMap((c) => fields[c.index] || []),
      emails: row.emails.map((e) => e.v),
      extras,
    });
  }
  return { records, skipped, id: id === null ? null : csv.headers[id]! };
}

function mapColumns({ headers, sample }: CsvReader) {
  const further = headers.filter((h) => FURTHER[normaliseHeader(h)]);
  const sourceMap = Object.fromEntries(further.map((h) => [h, FURTHER[normaliseHeader(h)]!]));
  const mapping = resolveMapping(headers, { sample, sourceMap });
  if (mapping.columns.some((c) => c.canonical?.startsWith("owner_"))) return mapping;
  const name = headers.find((h) => NAME.test(normaliseHeader(h)));
  if (name === undefined) return mapping;
  return resolveMapping(headers, { sample, sourceMap: { ...sourceMap, [name]: "owner_full" } });
}

/** The wanted column, else the only header that names an id. */
function findId(csv: CsvReader, file: string, wanted: string | null): number | null {
  if (wanted !== null) {
    const exact = csv.headers.indexOf(wanted);
    const index = exact >= 0
      ? exact
      : csv.headers.findIndex((h) => normaliseHeader(h) === normaliseHeader(wanted));
    if (index < 0) throw new ClientError(`${file} has no column ${wanted}`);
    return index;
  }
  const named = csv.headers.flatMap((h, i) =>
    /^(id|(rec|record|row|lead|contact|customer|source|unique)[ _]?id)$/.test(normaliseHeader(h))
      ? [i]
      : []
  );
  // The first of several: an export has its own key first.
  return named[0] ?? null;
}
