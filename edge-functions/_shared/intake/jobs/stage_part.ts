// From stored bytes to staged rows. A part is read from its start each time, but rows that were staged before
// are skipped: upload_parts.received counts them, and changes in the transaction that stages them. So a worker
// may die anywhere, and two workers on one part cannot stage a row twice.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { type CsvReader, openCsv, RowMapper } from "../csv/index.ts";
import { failPart } from "../dead_letters.ts";
import { type OpenPart, openPart } from "../stage/open_part.ts";
import { partBytes } from "../stage/bytes.ts";
import { decideLayout, type Layout, storeLayout } from "../stage/layout.ts";
import { type Slice, slicesOf } from "../stage/slices.ts";
import { finishPart, PartChanged, storeSlice } from "../stage/store.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";

export async function stagePart(work: Work, job: Job<"stage-part">): Promise<void> {
  await work.queue.ready("stage-part", "resolve-upload");
  const part = await openPart(work, job.data.part_id);
  if (!part) return;
  try {
    await stage(work, part);
  } catch (error) {
    // Another worker stages this part, or its upload was undone: this job is finished.
    if (!(error instanceof PartChanged)) throw error;
    work.log("info", "part_changed", { part_id: part.partId });
  }
}

async function stage(work: Work, part: OpenPart): Promise<void> {
  const opened = await openCsv(partBytes(work, part), layoutOf(part));
  if (!opened.ok) return await refuse(work, part, opened.refusal.message);
  const { csv } = opened;
  const layout = decideLayout(part, csv);
  if (layout.mapping.unusable) return await refuse(work, part, layout.mapping.unusable);
  if (layout.isNew) await storeLayout(work, part, layout);

  const total = await storeSlices(work, part, csv, layout);
  await retrying(() => finishPart(work, part, csv.stats, total));
  work.log("info", "staged", {
    part_id: part.partId,
    upload_id: part.uploadId,
    correlation_id: part.correlationId,
    rows: csv.stats.received,
  });
}

/** Stores slice after slice while the next one is being read; returns the cursor at the end. */
async function storeSlices(
  work: Work,
  part: OpenPart,
  csv: CsvReader,
  layout: Layout,
): Promise<number> {
  const slices = slicesOf(csv, new RowMapper(layout.mapping), part, work.sliceRows);
  let cursor = part.received;
  let next: Promise<IteratorResult<Slice>> = slices.next();
  try {
    for (;;) {
      const { done, value: slice } = await next;
      if (done) return cursor;
      next = slices.next();
      // Read ahead while storing: a failure of either must not become an unhandled rejection.
      next.catch(() => {});
      await retrying(() => storeSlice(work, part, slice, cursor));
      cursor += slice.rows;
      if (work.shouldStop()) throw new Interrupted();
    }
  } finally {
    await next.catch(() => {});
    await slices.return(undefined);
  }
}

function layoutOf({ number, header, dialect }: OpenPart) {
  return number > 1 && header && dialect ? { header, dialect } : {};
}

/** Not a CSV file, or a file without anything that could be a lead: another attempt would not help. */
async function refuse(work: Work, part: OpenPart, error: string): Promise<void> {
  await asWriter(
    work.sql,
    (tx) => failPart(work, tx, part.partId, { reason: "the file was refused", error }),
  );
  work.log("warn", "file_refused", { part_id: part.partId, upload_id: part.uploadId });
}
