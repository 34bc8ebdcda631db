// From stored bytes to staged rows. A part is read from its start each time, but rows that are staged
// already are passed over: upload_parts.received says how many, and moves in the transaction that
// stages them. So a worker may die anywhere, and two workers on one part cannot stage a row twice.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { type CsvReader, openCsv, RowMapper } from "../csv/index.ts";
import { failPart } from "../dead_letters.ts";
import { type Claim, claimPart } from "../stage/claim.ts";
import { partBytes } from "../stage/bytes.ts";
import { decideLayout, type Layout, storeLayout } from "../stage/layout.ts";
import { type Slice, slicesOf } from "../stage/slices.ts";
import { finishPart, LostClaim, storeSlice } from "../stage/store.ts";
import { Interrupted, retrying, type Work } from "../../jobs/run.ts";

export async function stagePart(work: Work, job: Job<"stage-part">): Promise<void> {
  await work.queue.ready("stage-part", "resolve-upload");
  const claim = await claimPart(work, job.data.part_id);
  if (!claim) return;
  try {
    await stage(work, claim);
  } catch (error) {
    // Somebody else stages this part, or it was taken back: theirs is the job.
    if (!(error instanceof LostClaim)) throw error;
    work.log("info", "part_is_elsewhere", { part_id: claim.partId });
  }
}

async function stage(work: Work, claim: Claim): Promise<void> {
  const opened = await openCsv(partBytes(work, claim), layoutOf(claim));
  if (!opened.ok) return await refuse(work, claim, opened.refusal.message);
  const { csv } = opened;
  const layout = decideLayout(claim, csv);
  if (layout.mapping.unusable) return await refuse(work, claim, layout.mapping.unusable);
  if (layout.isNew) await storeLayout(work, claim, layout);

  const total = await storeSlices(work, claim, csv, layout);
  await retrying(() => finishPart(work, claim, csv.stats, total));
  work.log("info", "staged", {
    part_id: claim.partId,
    upload_id: claim.uploadId,
    correlation_id: claim.correlationId,
    rows: csv.stats.received,
  });
}

/** Stores slice after slice while the next one is being read; returns the cursor at the end. */
async function storeSlices(
  work: Work,
  claim: Claim,
  csv: CsvReader,
  layout: Layout,
): Promise<number> {
  const slices = slicesOf(csv, new RowMapper(layout.mapping), claim, work.sliceRows);
  let cursor = claim.received;
  let next: Promise<IteratorResult<Slice>> = slices.next();
  try {
    for (;;) {
      const { done, value: slice } = await next;
      if (done) return cursor;
      next = slices.next();
      // Read ahead while storing: a failure of either must not leave the other unheard.
      next.catch(() => {});
      await retrying(() => storeSlice(work, claim, slice, cursor));
      cursor += slice.rows;
      if (work.shouldStop()) throw new Interrupted();
    }
  } finally {
    await next.catch(() => {});
    await slices.return(undefined);
  }
}

function layoutOf({ part, header, dialect }: Claim) {
  return part > 1 && header && dialect ? { header, dialect } : {};
}

/** No CSV, or nothing in it that could be a lead: trying again would not help. */
async function refuse(work: Work, claim: Claim, error: string): Promise<void> {
  await asWriter(
    work.sql,
    (tx) => failPart(work, tx, claim.partId, { reason: "the file is refused", error }),
  );
  work.log("warn", "file_refused", { part_id: claim.partId, upload_id: claim.uploadId });
}
