// Work whose retries are used up is written down where people look, and what waits for it goes on.
import { asWriter } from "../../_shared/db/client.ts";
import type { Job } from "../../_shared/db/queue.ts";
import { failPart, recordUploadLetter } from "../letters.ts";
import type { Work } from "../work.ts";

export async function deadLetters(work: Work, job: Job<"dead-letters">): Promise<void> {
  const { part_id, upload_id } = job.data;
  const error = reasonOf(job.output);
  await work.queue.ready("stage-part", "resolve-upload");
  await asWriter(work.sql, async (tx) => {
    if (part_id) {
      await failPart(work, tx, part_id, { reason: "staging failed again and again", error });
    } else if (upload_id) await recordUploadLetter(work, tx, upload_id, error);
  });
}

/** What the last attempt said; `errorFields` has made it fit to be shown. */
function reasonOf(output: unknown): string {
  const found = (output ?? {}) as { code?: string; message?: string; value?: { message?: string } };
  const message = found.message ?? found.value?.message ?? "no reason was given";
  return found.code ? `${found.code}: ${message}` : message;
}
