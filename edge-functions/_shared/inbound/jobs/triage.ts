// Sends a reply that the rules could not label to the model, if that is switched on and the day's token budget
// allows it.
import type { Job } from "../../jobs/queue.ts";
import type { Work } from "../../jobs/job.ts";
import { asWriter } from "../../platform/db/client.ts";
import { cleanText } from "../../platform/text.ts";
import { openTriageModel } from "../../providers/registry/models.ts";
import { readTriageSettings } from "../settings.ts";

const settings = readTriageSettings();
const model = openTriageModel(settings.SLUICE_TRIAGE_TIMEOUT_MS);

export async function triage(work: Work, job: Job<"triage">): Promise<void> {
  const { org_id: orgId, reply_id: replyId } = job.data;
  if (settings.SLUICE_TRIAGE !== "on") return;
  const { reservedTokens } = model;
  const limit = settings.SLUICE_TRIAGE_DAILY_TOKENS;
  const reply = await asWriter(work.sql, async (tx) => {
    const [row] = await tx<{ body: string }[]>`
      select body from private.reply_to_triage(${orgId}, ${replyId})`;
    if (!row) return null;
    const [budget] = await tx<{ ok: boolean }[]>`
      select private.take_triage_budget(${orgId}, ${reservedTokens}, ${limit}, ${work.now()}) as ok`;
    return budget?.ok ? row : null;
  });
  if (!reply) return work.log("info", "not_triaged", { org_id: orgId, reply_id: replyId });
  const { label, draft, tokens } = await model.ask(reply.body);
  await asWriter(
    work.sql,
    (tx) =>
      tx`select private.label_reply(${orgId}, ${replyId}, ${label}, ${cleanText(draft)},
      ${tokens - reservedTokens}, ${work.now()})`,
  );
  work.log("info", "triaged", { org_id: orgId, reply_id: replyId, label, tokens });
}
