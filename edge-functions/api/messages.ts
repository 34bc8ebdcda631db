// POST /api/leads/ID/messages: an answer, a text message, or the next step at once. The gate is asked in each case.
import { z } from "zod";
import { isReplyOf } from "../_shared/delivery/api_reads.ts";
import type { Tx } from "../_shared/platform/db/client.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import { type ApiContext, type ApiDeps, idempotent, idOf } from "./caller.ts";

const Text = z.string().trim().min(1);

export const MessageBody = z.union([
  z.strictObject({ answer: z.strictObject({ reply_id: z.int().min(1), text: Text.max(20_000) }) })
    .describe("Answers a reply on its channel."),
  z.strictObject({
    text: z.strictObject({
      channel: z.enum(["sms", "email"]).describe("E-mails are sent as answers and as steps only."),
      text: Text.max(1600),
      contact_point_id: z.int().min(1).optional().describe("Default: the lead's best phone."),
    }),
  }).describe("Sends a text message, as marketing."),
  z.strictObject({ step: z.literal("next") })
    .describe("Makes the next step of the lead's sequence due now, within the window of the step."),
]);

interface Queued {
  message_id: string | null;
  state: string;
  refused: string[] | null;
  reasons: unknown[];
}

const said = (id: string, { message_id, state, refused, reasons }: Queued) => ({
  ...{ lead_id: id, message_id, state, refused: refused ?? [], reasons, next_at: null },
});

export function handleMessage(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const { orgId } = c.var.key;
  return idempotent(deps, c, {
    ...{ scope: "messages.send", action: "lead.message", subject: id },
    ...{ body: MessageBody, keyRequired: true },
  }, async (tx, body) => {
    if ("answer" in body) return said(id, await answer(tx, orgId, id, body.answer));
    if ("text" in body) {
      const { channel, text, contact_point_id: contact } = body.text;
      const [row] = await tx<{ sent: Queued }[]>`
        select public.send_text(${orgId}, ${id}, ${channel}, ${text}, ${contact ?? null}) as sent`;
      return said(id, row!.sent);
    }
    const [row] = await tx<
      { run: { state: string; message_id: string | null; next_at: string | null } }[]
    >`
      select public.send_next_step(${orgId}, ${id}) as run`;
    const { state, message_id, next_at } = row!.run;
    return { lead_id: id, message_id, state, refused: [], reasons: [], next_at };
  });
}

async function answer(
  tx: Tx,
  orgId: string,
  leadId: string,
  { reply_id: replyId, text }: { reply_id: number; text: string },
): Promise<Queued> {
  if (!await isReplyOf(tx, orgId, replyId, leadId)) throw notFound();
  const [row] = await tx<{ sent: Queued }[]>`
    select public.send_answer(${orgId}, ${replyId}, gen_random_uuid(), ${text}) as sent`;
  return row!.sent;
}
