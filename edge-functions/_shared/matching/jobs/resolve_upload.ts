// Turns an upload into leads, in one transaction, when all its parts are staged.
import { asWriter, type Tx } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { Interrupted, retrying, type Work } from "../../jobs/job.ts";

export async function resolveUpload(work: Work, job: Job<"resolve-upload">): Promise<void> {
  await work.queue.ready("stage-part", "resolve-upload");
  for (let round = 0;; round++) {
    if (round > 0 && work.shouldStop()) throw new Interrupted();
    const state = await retrying(() =>
      asWriter(work.sql, (tx) => resolveNext(work, tx, job.data.upload_id), "upload")
    );
    if (state !== "more") {
      work.log("info", "resolved", { upload_id: job.data.upload_id, state });
      return;
    }
  }
}

/** One step. `busy`: another worker resolves for this org; the job is sent again instead of waiting. */
async function resolveNext(work: Work, tx: Tx, uploadId: string): Promise<string> {
  const [upload] = await tx<{ free: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(u.org_id::text, 1)) as free
    from public.uploads u where u.id = ${uploadId}`;
  if (!upload) return "gone";
  if (!upload.free) {
    await work.queue.send(tx, "resolve-upload", { upload_id: uploadId }, { startAfterSeconds: 1 });
    return "busy";
  }
  // A large file may take longer than the platform allows a statement (120 s).
  await tx.unsafe(`set local statement_timeout = '1h'`);
  const [row] = await tx<{ state: string | null }[]>`
    select private.resolve_upload(${uploadId}, ${work.now()}) as state`;
  const state = row?.state ?? "incomplete";
  if (state === "restage") {
    const parts = await tx<{ id: string }[]>`
      select p.id from public.upload_parts p where p.upload_id = ${uploadId} and p.state = 'received'`;
    for (const { id } of parts) await work.queue.send(tx, "stage-part", { part_id: id });
  }
  return state;
}
