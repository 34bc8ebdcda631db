// Writing slices, each in a transaction that also moves the cursor of the part.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { asWriter, type Tx } from "../../platform/db/client.ts";
import { type CsvStats, STAGE_COLUMNS } from "../csv/index.ts";
import type { Work } from "../../jobs/job.ts";
import type { OpenPart, ReadPosition } from "./open_part.ts";
import type { Slice } from "./slices.ts";

/** The part has changed since this worker read it: another worker stages it, or it was reset. */
export class PartChanged extends Error {
  override name = "PartChanged";
}

const COPY = `copy pg_temp.stage_in (${STAGE_COLUMNS.join(", ")}) from stdin`;

export async function storeSlice(
  work: Work,
  part: OpenPart,
  slice: Slice,
  cursor: number,
  position: ReadPosition | null,
): Promise<void> {
  await asWriter(work.sql, async (tx) => {
    await lockPart(tx, part, cursor);
    await tx`select private.open_stage()`;
    const copy = await tx.unsafe(COPY).writable();
    await pipeline(Readable.from(slice.texts, { objectMode: true }), copy);
    await tx`select private.stage_rows(${part.partId})`;
    if (position) {
      await tx`update public.upload_parts set read_position = ${tx.json({ ...position })}
        where id = ${part.partId}`;
    }
  }, "upload");
}

export async function finishPart(
  work: Work,
  part: OpenPart,
  stats: CsvStats,
  cursor: number,
): Promise<void> {
  const lines = stats.lines - stats.repeatedHeaderLines;
  await asWriter(work.sql, async (tx) => {
    await lockPart(tx, part, cursor);
    await tx`
      update public.upload_parts p
      set state = 'staged', read_position = null, staged_at = greatest(${work.now()}, p.received_at), lines = ${lines}
      where p.id = ${part.partId}`;
    if (!part.lines && Object.keys(stats.skipped).length > 0) {
      await tx`select private.add_warnings(${part.partId}, ${tx.json(skippedOf(stats) as never)})`;
    }
    await work.queue.send(tx, "resolve-upload", { upload_id: part.uploadId });
  }, "upload");
}

/** Line numbers are those of the file: a header that a later part repeats does not count. */
function skippedOf({ skipped, repeatedHeaderLines: shift }: CsvStats): CsvStats["skipped"] {
  return Object.fromEntries(
    Object.entries(skipped).map(([code, { n, lines }]) =>
      [code, { n, lines: lines.map((line) => line - shift) }] as const
    ),
  );
}

/** Locks the part and checks that its cursor is where this worker left it. */
async function lockPart(tx: Tx, part: OpenPart, cursor: number): Promise<void> {
  const [stored] = await tx<{ state: string; received: number }[]>`
    select state, received from public.upload_parts where id = ${part.partId} for update`;
  if (stored?.state !== "staging" || stored.received !== cursor) throw new PartChanged();
}
