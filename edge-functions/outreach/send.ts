// POST /outreach/dispatch, /claim and /send, and GET /due. Answers contain ids only.
import { z } from "zod";
import { claim, type ClaimOptions } from "../_shared/delivery/claim.ts";
import { dispatch, sendClaimed } from "../_shared/delivery/dispatch.ts";
import { dueForMember, dueForService } from "../_shared/delivery/due.ts";
import { readJson } from "../_shared/platform/http/input.ts";
import {
  asCaller,
  AsOf,
  Channel,
  clockFor,
  MAX_BODY,
  orgFor,
  type OutreachContext,
  type OutreachDeps,
  sendingOf,
} from "./caller.ts";

export const ClaimBody = z.strictObject({
  channel: Channel.optional(),
  limit: z.int().min(1).max(1000).optional(),
  org_id: z.uuid().optional(),
  as_of: AsOf.optional(),
});

async function readClaim(deps: OutreachDeps, c: OutreachContext): Promise<ClaimOptions> {
  const { channel, limit, org_id: orgId, as_of } = await readJson(c, MAX_BODY, ClaimBody);
  return { channel, limit, orgId: orgFor(c, orgId), asOf: clockFor(deps, c, as_of) };
}

export async function handleDispatch(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const options = await readClaim(deps, c);
  const { messages, next_at, ...counts } = await dispatch(sendingOf(deps, c), options);
  c.var.log("info", "dispatched", counts);
  return Response.json({ ...counts, next_at, messages });
}

export async function handleClaim(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const messages = await claim(sendingOf(deps, c), await readClaim(deps, c));
  c.var.log("info", "claimed", { claimed: messages.length });
  return Response.json({ claimed: messages.length, messages });
}

export const SendBody = z.strictObject({
  org_id: z.uuid(),
  message_ids: z.array(z.uuid()).min(1).max(1000),
  lease_token: z.uuid(),
  as_of: AsOf.optional(),
});

export async function handleSend(deps: OutreachDeps, c: OutreachContext): Promise<Response> {
  const body = await readJson(c, MAX_BODY, SendBody);
  return Response.json(
    await sendClaimed(sendingOf(deps, c), {
      orgId: orgFor(c, body.org_id),
      leaseToken: body.lease_token,
      messageIds: body.message_ids,
      asOf: clockFor(deps, c, body.as_of),
    }),
  );
}

export const DueQuery = z.strictObject({ org_id: z.uuid().optional(), as_of: AsOf.optional() });

export async function handleDue(
  deps: OutreachDeps,
  c: OutreachContext,
  query: z.output<typeof DueQuery>,
): Promise<Response> {
  const asOf = clockFor(deps, c, query.as_of);
  const readDue = c.var.caller.service ? dueForService : dueForMember;
  return Response.json(
    await asCaller(deps, c, (tx) => readDue(tx, orgFor(c, query.org_id) ?? null, asOf)),
  );
}
