// Header, dialect and mapping of an upload: part 1 decides, the others follow.
import { asWriter } from "../../platform/db/client.ts";
import {
  type ColumnMapping,
  type CsvReader,
  type Dialect,
  type Mapping,
  noCounts,
  resolveMapping,
} from "../csv/index.ts";
import { wakeParts } from "../dead_letters.ts";
import type { Work } from "../../jobs/run.ts";
import type { Claim } from "./claim.ts";
import { LostClaim } from "./store.ts";

/** A column as the status shows it, and as the later parts read it. */
export interface StoredColumn {
  header: string;
  /** The canonical field; null for an attribute or an ignored column. */
  field: string | null;
  how: ColumnMapping["how"];
  choice?: number;
  check?: ColumnMapping["check"];
  note?: string;
}

export interface Layout {
  header: string[];
  dialect: Dialect;
  mapping: Mapping;
  /** Decided just now by part 1, and still to be stored. */
  isNew: boolean;
}

export function decideLayout(claim: Claim, csv: CsvReader): Layout {
  const decides = claim.part === 1 && claim.received === 0 && !claim.lines;
  // A replay takes today's column map, in case that is what was wrong with the rows.
  const fresh = decides || claim.lines !== null || claim.mapping.length !== csv.headers.length;
  const mapping = fresh
    ? resolveMapping(csv.headers, {
      sourceMap: claim.columnMap,
      preset: claim.preset,
      sample: csv.sample,
      ...(decides ? {} : { guessed: guessedOf(claim.mapping) }),
    })
    : mappingOf(claim.mapping);
  return { header: csv.headers, dialect: csv.dialect, mapping, isNew: decides };
}

/** Stores what part 1 decided, for its own upload and for those with the same part 1. */
export async function storeLayout(work: Work, claim: Claim, layout: Layout): Promise<void> {
  const { mapping } = layout;
  const columns = storedColumns(mapping);
  const dialect = { ...layout.dialect, preset: mapping.how.preset, notes: mapping.notes };
  await asWriter(work.sql, async (tx) => {
    const [held] = await tx`
      select from public.upload_parts where id = ${claim.partId} and state = 'staging' for update`;
    if (!held) throw new LostClaim();
    await tx`
      update public.uploads u
      set header = ${layout.header}, dialect = ${tx.json({ ...dialect })}, mapping = ${
      tx.json(columns as never)
    }
      where u.id = ${claim.uploadId} or (u.header is null and u.org_id = ${claim.orgId} and u.id in (
        select d.upload_id from public.upload_parts d
        where d.part = 1 and d.state = 'duplicate' and d.duplicate_of_upload_id = ${claim.uploadId}))`;
    await wakeParts(work, tx, claim.uploadId);
  });
}

export function storedColumns(mapping: Mapping): StoredColumn[] {
  return mapping.columns.map(({ canonical, index: _, ...rest }) => ({ ...rest, field: canonical }));
}

/** What part 1 found in the columns of a list without a header: no other part may find otherwise. */
function guessedOf(columns: StoredColumn[]): Map<number, string> {
  return new Map(
    columns.flatMap(({ how, field }, index) =>
      how === "values" && field ? [[index, field] as const] : []
    ),
  );
}

/** What `resolveMapping` gave when part 1 was read. */
export function mappingOf(columns: StoredColumn[]): Mapping {
  const counts = noCounts();
  for (const { how } of columns) counts[how]++;
  return {
    columns: columns.map(({ field, ...rest }, index) => ({ index, ...rest, canonical: field })),
    unmapped: columns.filter(({ how }) => how === "attribute").map(({ header }) => header),
    how: { preset: null, counts },
    notes: [],
    unusable: null,
  };
}
