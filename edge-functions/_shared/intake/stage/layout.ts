// Header, dialect and mapping of an upload: part 1 decides, the others follow.
import { asWriter } from "../../platform/db/client.ts";
import {
  type CsvReader,
  type Dialect,
  type Mapping,
  noCounts,
  resolveMapping,
} from "../csv/index.ts";
import { wakeParts } from "../dead_letters.ts";
import type { Work } from "../../jobs/job.ts";
import type { OpenPart, StoredColumn } from "./open_part.ts";
import { PartChanged } from "./store.ts";

export interface Layout {
  header: string[];
  dialect: Dialect;
  mapping: Mapping;
  /** Just decided by part 1, and not stored yet. */
  isNew: boolean;
}

export function decideLayout(part: OpenPart, csv: CsvReader): Layout {
  const decides = part.number === 1 && part.received === 0 && !part.lines;
  // A replay uses today's column map, because a wrong map may have caused the rejects.
  const fresh = decides || part.lines !== null || part.mapping.length !== csv.headers.length;
  const mapping = fresh
    ? resolveMapping(csv.headers, {
      sourceMap: part.columnMap,
      preset: part.preset,
      sample: csv.sample,
      ...(decides ? {} : { guessed: guessedOf(part.mapping) }),
    })
    : mappingOf(part.mapping);
  return { header: csv.headers, dialect: csv.dialect, mapping, isNew: decides };
}

/** Stores what part 1 decided, for its own upload and for those with the same part 1. */
export async function storeLayout(work: Work, part: OpenPart, layout: Layout): Promise<void> {
  const { mapping } = layout;
  const columns = storedColumns(mapping);
  const dialect = { ...layout.dialect, preset: mapping.how.preset, notes: mapping.notes };
  await asWriter(work.sql, async (tx) => {
    const [staging] = await tx`
      select from public.upload_parts where id = ${part.partId} and state = 'staging' for update`;
    if (!staging) throw new PartChanged();
    await tx`
      update public.uploads u
      set header = ${layout.header}, dialect = ${tx.json({ ...dialect })}, mapping = ${
      tx.json(columns as never)
    },
        read_with = ${tx.json(part.settings as never)}
      where u.id = ${part.uploadId} or (u.header is null and u.org_id = ${part.orgId} and u.id in (
        select d.upload_id from public.upload_parts d
        where d.part = 1 and d.state = 'duplicate' and d.duplicate_of_upload_id = ${part.uploadId}))`;
    await wakeParts(work, tx, part.uploadId);
  });
}

export function storedColumns(mapping: Mapping): StoredColumn[] {
  return mapping.columns.map(({ canonical, index: _, ...rest }) => ({ ...rest, field: canonical }));
}

/** Fields that part 1 guessed for columns of a list without a header: all parts use the same ones. */
function guessedOf(columns: StoredColumn[]): Map<number, string> {
  return new Map(
    columns.flatMap(({ how, field }, index) =>
      how === "values" && field ? [[index, field] as const] : []
    ),
  );
}

/** The mapping that `resolveMapping` returned when part 1 was read. */
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
