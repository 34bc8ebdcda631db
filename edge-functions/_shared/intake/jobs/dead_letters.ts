// Work whose retries are used up is written down where people look, and what waits for it goes on.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { failPart, recordUploadLetter } from "../dead_letters.ts";
import type { Work } from "../../jobs/run.ts";

export async function deadLetters(work: Work, job: Job<"dead-letters">): Promise<void> {
  const { part_id, upload_id, batch_id, notification_id, reply_id } = job.data;
  const error = reasonOf(job.output);
  await work.queue.ready("stage-part", "resolve-upload");
  await asWriter(work.sql, async (tx) => {
    if (part_id) {
      await failPart(work, tx, part_id, { reason: "staging failed again and again", error });
    } else if (upload_id) await recordUploadLetter(work, tx, upload_id, error);
    else if (batch_id) await tx`select private.fail_inbox(${batch_id}, ${error}, ${work.now()})`;
    else if (notification_id) {
      await tx`select private.fail_notification(${notification_id}, ${error}, ${work.now()})`;
    } else if (reply_id) {
      await tx`select private.record_dead_letter(${job.data.org_id!}, 'triage',
        ${tx.json({ reply_id })}, 'a reply could not be read by the model', ${error}, null,
        ${work.now()})`;
    }
  });
}

/** What the last attempt said; `errorFields` has made it fit to be shown. */
function reasonOf(output: unknown): string {
  const found = (output ?? {}) as { code?: string; message?: string; value?: { message?: string } };
  const message = found.message ?? found.value?.message ?? "no reason was given";
  return found.code ? `${found.code}: ${message}` : message;
}
