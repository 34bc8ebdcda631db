// From stored bytes to staged rows. upload_parts.received counts the staged rows and read_position says where the next
// one starts; both change in the transaction that stages them. So a worker may die anywhere, two workers on one part
// cannot stage a row twice, and what a call costs does not depend on what is staged already.
import { asWriter } from "../../platform/db/client.ts";
import { continueTrace } from "../../platform/trace.ts";
import type { Job } from "../../jobs/queue.ts";
import { openCsv, RowMapper } from "../csv/index.ts";
import { failPart } from "../dead_letters.ts";
import { type OpenPart, openPart } from "../stage/open_part.ts";
import { PartContent } from "../stage/bytes.ts";
import { decideLayout, storeLayout } from "../stage/layout.ts";
import { type Slice, slicesOf } from "../stage/slices.ts";
import { finishPart, PartChanged, storeSlice } from "../stage/store.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";

/** Text of an average row; a wider one counts as several. */
const ROW_CHARACTERS = 256;

export async function stagePart(work: Work, job: Job<"stage-part">): Promise<void> {
  await work.queue.ready("stage-part", "resolve-upload");
  const part = await openPart(work, job.data.part_id);
  if (!part) return;
  continueTrace(part.correlationId);
  try {
    await stage(work, part, job.retryCount);
  } catch (error) {
    // Another worker stages this part, or its upload was undone: this job is finished.
    if (!(error instanceof PartChanged)) throw error;
    work.log("info", "part_changed", { part_id: part.partId });
  }
}

async function stage(work: Work, part: OpenPart, failures: number): Promise<void> {
  const content = new PartContent(work, part);
  const { position } = part;
  const bytes = content.read(position?.offset, position ?? undefined);
  const opened = await openCsv(bytes, layoutOf(part));
  if (!opened.ok) return await refuse(work, part, opened.refusal.message);
  const { csv } = opened;
  const layout = decideLayout(part, csv);
  if (layout.mapping.unusable) return await refuse(work, part, layout.mapping.unusable);
  if (layout.isNew) await storeLayout(work, part, layout);

  // Where a process was killed in the middle of a slice, a smaller one may fit into its limits.
  const sliceRows = Math.max(1, Math.floor(work.sliceRows / 2 ** failures));
  const slices = slicesOf(csv, new RowMapper(layout.mapping), part, sliceRows);
  const total = await storeSlices(work, part, slices, content, failures);
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
  slices: AsyncGenerator<Slice>,
  content: PartContent,
  failures: number,
): Promise<number> {
  let cursor = part.received;
  let next: Promise<IteratorResult<Slice>> = slices.next();
  try {
    for (;;) {
      const { done, value: slice } = await next;
      if (done) return cursor;
      const { position } = slice;
      // Before the next slice is read, which may change what `content` remembers.
      const place = position && { ...position, ...content.placeOf(position.offset) };
      work.spend(Math.max(slice.rows, Math.ceil(slice.size / ROW_CHARACTERS)));
      const isLast = failures > 0 || work.shouldStop();
      if (!isLast) {
        next = slices.next();
        // Read ahead while storing: a failure of either must not become an unhandled rejection.
        next.catch(() => {});
      }
      await retrying(() => storeSlice(work, part, slice, cursor, part.lines ? null : place));
      cursor += slice.rows;
      // After a failure, progress is worth a fresh job with all its attempts.
      if (isLast || work.shouldStop()) throw new Interrupted();
    }
  } finally {
    await next.catch(() => {});
    await slices.return(undefined);
  }
}

function layoutOf({ number, header, dialect, position }: OpenPart) {
  if (!header || !dialect) return {};
  if (position) return { header, dialect, from: position };
  return number > 1 ? { header, dialect } : {};
}

/** Not a CSV file, or a file without anything that could be a lead: another attempt would not help. */
async function refuse(work: Work, part: OpenPart, error: string): Promise<void> {
  await asWriter(
    work.sql,
    (tx) => failPart(work, tx, part.partId, { reason: "the file was refused", error }),
  );
  work.log("warn", "file_refused", { part_id: part.partId, upload_id: part.uploadId });
}
