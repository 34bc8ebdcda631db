// A reply that rules could not read goes to the model, where it is switched on and the day's budget lasts.
import { asWriter } from "../../platform/db/client.ts";
import type { Job } from "../../jobs/queue.ts";
import { askModel, RESERVED_TOKENS } from "../../providers/openai/triage.ts";
import { readTriageSettings } from "../../providers/openai/settings.ts";
import type { Work } from "../../jobs/job.ts";

const settings = readTriageSettings();

export async function triage(work: Work, job: Job<"triage">): Promise<void> {
  const { org_id: orgId, reply_id: replyId } = job.data;
  if (settings.SLUICE_TRIAGE !== "on") return;
  const limit = settings.SLUICE_TRIAGE_DAILY_TOKENS;
  const reply = await asWriter(work.sql, async (tx) => {
    const [row] = await tx<{ body: string }[]>`
      select body from private.reply_to_triage(${orgId}, ${replyId})`;
    if (!row) return null;
    const [budget] = await tx<{ ok: boolean }[]>`
      select private.take_triage_budget(${orgId}, ${RESERVED_TOKENS}, ${limit}, ${work.now()}) as ok`;
    return budget?.ok ? row : null;
  });
  if (!reply) return work.log("info", "not_triaged", { org_id: orgId, reply_id: replyId });
  const { label, draft, tokens } = await askModel(settings, reply.body);
  await asWriter(
    work.sql,
    (tx) =>
      tx`select private.label_reply(${orgId}, ${replyId}, ${label}, ${draft},
      ${tokens - RESERVED_TOKENS}, ${work.now()})`,
  );
  work.log("info", "triaged", { org_id: orgId, reply_id: replyId, label, tokens });
}
