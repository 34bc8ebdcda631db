// Turns an upload into leads when all its parts are staged: a small one in one transaction, a large one step by step and
// slice by slice (sql/30_matching/07_resolve_progress.sql). Each step is committed, so that another worker continues
// after the last one.
import { asWriter, type Tx } from "../../platform/db/client.ts";
import { continueTrace } from "../../platform/trace.ts";
import type { Job } from "../../jobs/queue.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";

/** Where the upload has more steps. `slices`: several can run at the same time. */
const GOES_ON = ["more", "slices"];

export async function resolveUpload(work: Work, job: Job<"resolve-upload">): Promise<void> {
  await work.queue.ready("stage-part", "resolve-upload");
  const uploadId = job.data.upload_id;
  const step = () =>
    retrying(() => asWriter(work.sql, (tx) => resolveNext(work, tx, uploadId), "upload"));
  for (let round = 0;; round++) {
    if (round > 0 && work.shouldStop()) throw new Interrupted();
    let state = await step();
    if (state === "slices" && !work.shouldStop()) {
      const lanes = Array.from({ length: work.resolveSlices }, () => applySlices(work, step));
      // All of them end before the next step; the first failure counts.
      const ended = await Promise.allSettled(lanes);
      for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
      state = "more";
    }
    if (GOES_ON.includes(state)) continue;
    if (state === "busy" || state === "claimed") {
      // Instead of waiting: another worker resolves for this org.
      await asWriter(
        work.sql,
        (tx) =>
          work.queue.send(tx, "resolve-upload", { upload_id: uploadId }, { startAfterSeconds: 1 }),
      );
    }
    work.log("info", "resolved", { upload_id: uploadId, state });
    return;
  }
}

async function applySlices(work: Work, step: () => Promise<string>): Promise<void> {
  while (!work.shouldStop()) {
    if (await step() !== "slices") return;
  }
}

/** One step. `busy`: something else is resolved for this org. */
async function resolveNext(work: Work, tx: Tx, uploadId: string): Promise<string> {
  const [claim] = await tx<{ state: string; correlation_id: string | null }[]>`
    select private.claim_resolve(${uploadId}, ${work.now()}) as state,
      (select u.correlation_id from public.uploads u where u.id = ${uploadId})`;
  continueTrace(claim?.correlation_id);
  if (claim?.state !== "free") return claim?.state ?? "gone";
  // A step over all rows of a large file may take longer than the platform allows a statement (120 s).
  await tx.unsafe(`set local statement_timeout = '1h'`);
  const [row] = await tx<{ state: string | null }[]>`
    select private.resolve_upload(${uploadId}, ${work.now()}, ${work.resolveRows}) as state`;
  const state = row?.state ?? "incomplete";
  if (state === "restage") {
    const parts = await tx<{ id: string }[]>`
      select p.id from public.upload_parts p where p.upload_id = ${uploadId} and p.state = 'received'`;
    for (const { id } of parts) await work.queue.send(tx, "stage-part", { part_id: id });
  }
  return state;
}
