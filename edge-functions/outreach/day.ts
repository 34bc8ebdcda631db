// GET /outreach/day: how many leads took which step on a local date, for the daily report.
import { z } from "zod";
import { asWriter } from "../_shared/platform/db/client.ts";
import { notFound } from "../_shared/platform/http/problem.ts";
import { type Handler, readQuery, serviceOnly } from "./door.ts";

const Query = z.strictObject({ org_id: z.uuid(), date: z.iso.date().optional() });

export const handleDay: Handler = async (door, asked) => {
  serviceOnly(asked);
  const { org_id: orgId, date = null } = readQuery(asked.request, Query);
  const [day] = await asWriter(
    door.sql,
    (tx) =>
      tx<{ local_date: string; counts: Record<string, number>; open_dead_letters: number }[]>`
      select d.local_date::text as local_date, (
          select jsonb_object_agg(k.kind, (
            select coalesce(sum(e.quantity), 0) from public.pipeline_events e
            where e.org_id = o.id and e.kind = k.kind
              and e.at >= d.local_date::timestamp at time zone o.time_zone
              and e.at < (d.local_date + 1)::timestamp at time zone o.time_zone))
          from unnest(enum_range(null::public.pipeline_event_kind)) k (kind)
        ) as counts, (
          select count(*)::integer from public.pipeline_dlq l
          where l.org_id = o.id and l.resolved_at is null
        ) as open_dead_letters
      from public.orgs o
      cross join lateral (
        select coalesce(${date}::date, (${door.now()}::timestamptz at time zone o.time_zone)::date)
          as local_date) d
      where o.id = ${orgId}`,
  );
  if (!day) throw notFound();
  return Response.json(day);
};
