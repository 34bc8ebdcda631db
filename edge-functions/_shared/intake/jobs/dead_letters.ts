// A job without retries left becomes a dead letter, which people see, and parts that wait for it continue.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { failPart, failUpload } from "../dead_letters.ts";
import type { Work } from "../../jobs/job.ts";

export async function recordDeadLetter(work: Work, job: Job<"dead-letters">): Promise<void> {
  const { part_id, upload_id, batch_id, notification_id, reply_id, org_id, run_id, task } =
    job.data;
  const error = reasonOf(job.output);
  await work.queue.ready("stage-part", "resolve-upload");
  await asWriter(work.sql, async (tx) => {
    if (part_id) {
      await failPart(work, tx, part_id, { reason: "staging failed repeatedly", error });
    } else if (upload_id) await failUpload(work, tx, upload_id, error);
    else if (batch_id) await tx`select private.fail_inbox(${batch_id}, ${error}, ${work.now()})`;
    else if (notification_id) {
      await tx`select private.fail_notification(${notification_id}, ${error}, ${work.now()})`;
    } else if (reply_id) {
      await tx`select private.record_dead_letter(${org_id!}, 'triage',
        ${tx.json({ reply_id })}, 'the model could not read a reply', ${error}, null,
        ${work.now()})`;
    } else if (org_id && run_id && task === "enrich") {
      await tx`select private.fail_enrichment(${org_id}, ${run_id}, 'the worker failed repeatedly', ${error},
        ${work.now()})`;
    } else if (org_id && task === "score-leads") {
      await tx`select private.record_dead_letter(${org_id}, 'score-leads', ${tx.json({ org_id })},
        'scoring leads failed repeatedly', ${error}, null, ${work.now()})`;
    } else if (org_id && task !== undefined) {
      await tx`select private.call_pack_hook('fail', ${task}, ${org_id},
        ${tx.json({ ...job.data, error })}, ${work.now()})`;
    } else if (org_id) {
      await tx`select private.record_dead_letter(${org_id}, 'match-leads', ${tx.json({ org_id })},
        'comparing leads failed repeatedly', ${error}, null, ${work.now()})`;
    }
  });
}

/** The error of the last attempt; `errorFields` has removed what must not be shown. */
function reasonOf(output: unknown): string {
  const found = (output ?? {}) as { code?: string; message?: string; value?: { message?: string } };
  const message = found.message ?? found.value?.message ?? "no reason was recorded";
  return found.code ? `${found.code}: ${message}` : message;
}
