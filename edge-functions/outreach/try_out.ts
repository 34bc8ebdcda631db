// POST /outreach/preview and /test-send: members try out a text with a lead that they may see.
import { z } from "zod";
import { begin, preview, sendTest, tryOutProblem } from "../_shared/delivery/try_out.ts";
import { asMember } from "../_shared/platform/db/client.ts";
import { readJson } from "../_shared/platform/http/input.ts";
import { forbidden } from "../_shared/platform/http/problem.ts";
import { Channel, MAX_BODY, type OutreachContext, type OutreachDeps, sendingOf } from "./caller.ts";

const part = z.string().max(200_000);

export const TryOutBody = z.strictObject({
  org_id: z.uuid(),
  lead_id: z.uuid(),
  template_id: z.uuid().optional(),
  draft: z.strictObject({
    channel: Channel,
    purpose: z.enum(["marketing", "transactional"]).optional(),
    subject: part.nullish(),
    text: part,
    html: part.nullish(),
  }).optional(),
  sender_id: z.uuid().optional(),
});

/** A test goes to the address of an account, and the service has none. */
function memberOf({ var: { caller } }: OutreachContext) {
  if (caller.service || "key" in caller) throw forbidden("Only members try out texts.");
  return caller.member;
}

export async function handlePreview(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const member = memberOf(c);
  const body = await readJson(c, MAX_BODY, TryOutBody);
  const shown = await asMember(deps.sql, member, (tx) => preview(deps, tx, body))
    .catch((error) => {
      throw tryOutProblem(error);
    });
  return Response.json(shown);
}

export async function handleTestSend(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const member = memberOf(c);
  const body = await readJson(c, MAX_BODY, TryOutBody);
  // Committed before the request, so that a test that may have gone out is counted.
  const begun = await asMember(deps.sql, member, (tx) => begin(tx, body), "read write")
    .catch((error) => {
      throw tryOutProblem(error);
    });
  return Response.json(await sendTest(sendingOf(deps, c), body.org_id, begun));
}
