// How many steps are due, by channel, and when the next one will be.
import type { Tx } from "../platform/db/client.ts";

export interface DueSteps {
  due: Record<string, number>;
  next_at: Date | null;
}

interface DueRow {
  channel: string;
  due: number;
  next_at: Date | null;
}

/** For the service, from the indexes that claims use. Null as time: the database's own clock. */
export async function dueForService(
  tx: Tx,
  orgId: string | null,
  asOf: Date | null,
): Promise<DueSteps> {
  return combine(
    await tx<DueRow[]>`
      select channel, sum(due)::integer as due, min(next_at) as next_at
      from private.due_counts(${orgId}, coalesce(${asOf}::timestamptz, now())) group by 1`,
  );
}

/** For a member, from the rows that the policies show. */
export async function dueForMember(
  tx: Tx,
  orgId: string | null,
  asOf: Date | null,
): Promise<DueSteps> {
  return combine(
    await tx<DueRow[]>`
      select r.next_channel as channel, count(*) filter (where r.next_at <= t.now)::integer as due,
        min(r.next_at) filter (where r.next_at > t.now) as next_at
      from (select coalesce(${asOf}::timestamptz, now()) as now) t
      cross join public.sequence_runs r
      join public.campaigns c on c.org_id = r.org_id and c.id = r.campaign_id
      where r.state = 'active' and r.next_at is not null and c.state = 'running'
        and r.next_channel in ('email', 'sms', 'voice_ai')
        and (${orgId}::uuid is null or r.org_id = ${orgId})
      group by 1`,
  );
}

function combine(rows: readonly DueRow[]): DueSteps {
  const next = rows.flatMap(({ next_at }) => next_at ? [next_at.getTime()] : []);
  return {
    due: {
      ...{ email: 0, sms: 0, voice_ai: 0 },
      ...Object.fromEntries(rows.map(({ channel, due }) => [channel, due])),
    },
    next_at: next.length > 0 ? new Date(Math.min(...next)) : null,
  };
}
