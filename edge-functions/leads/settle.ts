// Stages and resolves a submission within its request, with the jobs of the worker. Where that takes too long, or another
// upload of the org is resolved just now, the worker does it: its jobs are queued already.
import { stagePart } from "../_shared/intake/jobs/stage_part.ts";
import { readSubmitted, type Submitted } from "../_shared/intake/api/submit.ts";
import type { Work } from "../_shared/jobs/job.ts";
import type { Job, QueueData, QueueName } from "../_shared/jobs/queue.ts";
import { resolveUpload } from "../_shared/matching/jobs/resolve_upload.ts";
import { errorFields, type Log } from "../_shared/platform/log.ts";
import { sleep } from "../_shared/platform/sleep.ts";
import type { LeadsDeps } from "./caller.ts";

const WAIT_MS = 8_000;
const POLL_MS = 100;
const ENDED = new Set(["completed", "failed", "undone"]);

/** Its state when it has ended, or when the time is over. `partId`: null where it was submitted before. */
export async function settle(
  deps: LeadsDeps,
  log: Log,
  uploadId: string,
  partId: string | null,
): Promise<Submitted | null> {
  const deadline = AbortSignal.timeout(WAIT_MS);
  const isOver = () => deadline.aborted;
  const work: Work = {
    ...deps,
    log,
    sliceRows: 1000,
    resolveRows: 25_000,
    resolveSlices: 1,
    shouldStop: isOver,
    spend: () => {},
  };
  if (partId !== null) {
    try {
      await stagePart(work, jobOf("stage-part", { part_id: partId }));
      await resolveUpload(work, jobOf("resolve-upload", { upload_id: uploadId }));
    } catch (error) {
      // It is stored, and the worker tries again.
      log("warn", "left_to_the_worker", { upload_id: uploadId, ...errorFields(error) });
    }
  }
  for (;;) {
    const submitted = await readSubmitted(deps.sql, uploadId);
    if (!submitted || ENDED.has(submitted.state) || isOver()) return submitted;
    await sleep(POLL_MS, deadline);
  }
}

/** The handlers look at the data and the number of failures only. */
const jobOf = <Q extends QueueName>(name: Q, data: QueueData[Q]): Job<Q> =>
  ({ name, data, retryCount: 0 }) as Job<Q>;
