// How many leads took which step of the funnel on a local date, for the daily report.
import { asWriter, type Sql } from "../platform/db/client.ts";

export interface DayReport {
  local_date: string;
  counts: Record<string, number>;
  open_dead_letters: number;
}

/** Null for an unknown org. Without a date: the org's current local date. */
export async function readDayReport(
  sql: Sql,
  orgId: string,
  date: string | null,
  now: Date,
): Promise<DayReport | null> {
  const [day] = await asWriter(
    sql,
    (tx) =>
      tx<DayReport[]>`
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
        select coalesce(${date}::date, (${now}::timestamptz at time zone o.time_zone)::date)
          as local_date) d
      where o.id = ${orgId}`,
  );
  return day ?? null;
}
