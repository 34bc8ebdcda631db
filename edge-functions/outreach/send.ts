// POST /outreach/dispatch, /claim, /send; GET /due. Answers carry ids only.
import { z } from "zod";
import { claim, dispatch, report, send } from "../_shared/delivery/dispatch.ts";
import {
  asCaller,
  AsOf,
  Channel,
  clockFor,
  type Handler,
  readJson,
  readQuery,
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
  const query = readQuery(asked.request, Query);
  const asOf = clockFor(door, asked, query.as_of);
  const org = query.org_id ?? null;
  const rows = await asCaller(door, asked.caller, async (tx) =>
    asked.caller.service
      // By the indexes of what is due; members count what they see.
      ? await tx<Due[]>`
        select channel, sum(due)::integer as due, min(next_at) as next_at
        from private.due_counts(${org}, coalesce(${asOf}::timestamptz, now())) group by 1`
      : await tx<Due[]>`
        select r.next_channel as channel, count(*) filter (where r.next_at <= t.now)::integer as due,
          min(r.next_at) filter (where r.next_at > t.now) as next_at
        from (select coalesce(${asOf}::timestamptz, now()) as now) t
        cross join public.sequence_runs r
        join public.campaigns c on c.org_id = r.org_id and c.id = r.campaign_id
        where r.state = 'active' and r.next_at is not null and c.state = 'running'
          and (${org}::uuid is null or r.org_id = ${org})
        group by 1`);
  const next = rows.flatMap(({ next_at }) => next_at ? [next_at.getTime()] : []);
  return Response.json({
    due: {
      ...{ email: 0, sms: 0, voice_ai: 0 },
      ...Object.fromEntries(rows.map(({ channel, due }) => [channel, due])),
    },
    next_at: next.length > 0 ? new Date(Math.min(...next)) : null,
  });
};

interface Due {
  channel: string;
  due: number;
  next_at: Date | null;
}
