// POST /outreach/dispatch, /claim, /send; GET /due. Answers carry ids only.
import { z } from "zod";
import { malformed } from "../_shared/http/problem.ts";
import { claim, dispatch, report, send } from "../_shared/outreach/dispatch.ts";
import {
  asCaller,
  AsOf,
  Channel,
  check,
  clockFor,
  type Handler,
  readJson,
  serviceOnly,
} from "./door.ts";

const Wanted = z.strictObject({
  channel: Channel.optional(),
  limit: z.int().min(1).max(1000).optional(),
  org_id: z.uuid().optional(),
  as_of: AsOf.optional(),
});

export const handleDispatch: Handler = async (door, asked) => {
  serviceOnly(asked);
  const { channel, limit, org_id: orgId, as_of } = await readJson(asked.request, Wanted);
  const asOf = clockFor(door, asked, as_of);
  const round = await dispatch(door, { channel, limit, orgId, asOf });
  const { messages, next_at, ...counts } = round;
  door.log("info", "dispatched", counts);
  return Response.json({ ...counts, next_at, messages });
};

export const handleClaim: Handler = async (door, asked) => {
  serviceOnly(asked);
  const { channel, limit, org_id: orgId, as_of } = await readJson(asked.request, Wanted);
  const asOf = clockFor(door, asked, as_of);
  const messages = await claim(door, { channel, limit, orgId, asOf });
  door.log("info", "claimed", { claimed: messages.length });
  return Response.json({ claimed: messages.length, messages });
};

const Held = z.strictObject({
  org_id: z.uuid(),
  message_ids: z.array(z.uuid()).min(1).max(1000),
  lease_token: z.uuid(),
  as_of: AsOf.optional(),
});

export const handleSend: Handler = async (door, asked) => {
  serviceOnly(asked);
  const held = await readJson(asked.request, Held);
  const messageIds = [...new Set(held.message_ids)];
  const refused = await send(door, {
    orgId: held.org_id,
    leaseToken: held.lease_token,
    messageIds,
    asOf: clockFor(door, asked, held.as_of),
  });
  const asId = messageIds.map((id) => ({ id, org_id: held.org_id }));
  const round = await report(door, asId, refused, held.org_id);
  // Messages of others, or of no lease, are not there.
  const { claimed: _, ...answer } = round;
  return Response.json(answer);
};

const Query = z.strictObject({ org_id: z.uuid().optional(), as_of: AsOf.optional() });

export const handleDue: Handler = async (door, asked) => {
  const search = new URL(asked.request.url).searchParams;
  if ([...search.keys()].length !== new Set(search.keys()).size) {
    throw malformed("The query names something twice.");
  }
  const query = check(Query, Object.fromEntries(search), "query");
  const asOf = clockFor(door, asked, query.as_of);
  const org = query.org_id ?? null;
  const { due, next } = await asCaller(door, asked.caller, async (tx) => ({
    due: await tx<{ channel: string; due: number }[]>`
      select channel, sum(due)::integer as due from (
        select r.next_channel as channel, count(*) as due
        from public.sequence_runs r
        join public.campaigns c on c.org_id = r.org_id and c.id = r.campaign_id
        where r.state = 'active' and r.next_at <= ${asOf} and c.state = 'running'
          and (${org}::uuid is null or r.org_id = ${org})
        group by 1
        union all
        select m.channel, count(*) from public.messages m
        where m.state = 'retrying' and m.retry_at <= ${asOf}
          and (${org}::uuid is null or m.org_id = ${org})
        group by 1
      ) all_due group by 1`,
    next: await tx<{ at: Date | null }[]>`
      select min(r.next_at) as at from public.sequence_runs r
      where r.state = 'active' and r.next_at > ${asOf}
        and (${org}::uuid is null or r.org_id = ${org})`,
  }));
  const counts = { email: 0, sms: 0, voice_ai: 0 };
  return Response.json({
    due: { ...counts, ...Object.fromEntries(due.map((row) => [row.channel, row.due])) },
    next_at: next[0]?.at ?? null,
  });
};
