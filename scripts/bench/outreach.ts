// Items 4 and 5: the day's feed and the refresh of the view.
import { integer, type Line, median, seconds } from "./report.ts";
import type { World } from "./world.ts";

const DAYS = 7;

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export async function measureRefresh({ sql }: World): Promise<Line> {
  // The first fill takes no relevant lock; the daily cost is the refresh with concurrent readers.
  await sql`select public.refresh_contactable_leads(now(), true)`;
  const refresh = await milliseconds(() =>
    sql`select public.refresh_contactable_leads(now(), true)`
  );
  const [view] = await sql`select pg_get_viewdef('public.mv_contactable_leads'::regclass) as query`;
  const query = await milliseconds(() =>
    sql.unsafe(`select count(*) from (${view!.query.replace(/;\s*$/, "")}) q`)
  );
  const [{ rows, leads }] = await sql`
    select (select count(*)::int from public.mv_contactable_leads) as rows,
      (select count(*)::int from public.leads) as leads`;
  return {
    item: 5,
    what: `refresh of the view, ${integer(leads)} leads`,
    ratio: refresh / query,
    against: `its query alone, ${seconds(query / 1000)}`,
    absolute: `${seconds(refresh / 1000)} for ${integer(rows)} contactable`,
    goal: "",
    met: null,
    data: { seconds: refresh / 1000, query_seconds: query / 1000, contactable: rows },
  };
}

/**
 * Gives each lead a phone of its own: the block of numbers set aside for fiction is too small for the list, so only
 * the blind indexes change. Nothing else of the feed depends on the number.
 */
export async function spreadPhones({ sql }: World): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`
      update public.contact_points set value_bidx = sha256(int8send(id)) where kind = 'phone'`;
    await tx`
      update public.leads l set phone_bidx = c.value_bidx from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id and c.kind = 'phone' and l.phone_bidx is not null`;
  });
  await sql.unsafe("vacuum analyze");
  await sql`select public.refresh_contactable_leads(now(), true)`;
}

export async function measureFeed({ sql, orgId }: World, phones = ""): Promise<Line> {
  const [campaign] = await sql`
    insert into public.campaigns (org_id, name, state) values (${orgId}, 'Bench', 'running') returning id`;
  const days: number[] = [];
  for (let day = 0; day < DAYS; day++) {
    const asOf = new Date(Date.UTC(2030, 0, 7 + day, 16));
    const date = asOf.toISOString().slice(0, 10);
    let fed = 0;
    days.push(
      await milliseconds(async () => {
        const [feed] = await sql`
          select fed_count from public.feed_campaign(${orgId}, ${campaign!.id}, ${date}, ${asOf})`;
        fed = feed!.fed_count;
      }),
    );
    if (fed !== 250) throw new Error(`The feed selected ${fed} leads instead of 250.`);
  }
  // Only the writes: the same number of leads, updated by id, with all triggers.
  const writes: number[] = [];
  for (let run = 0; run < DAYS; run++) {
    await sql.begin(async (tx) => {
      const ids = await tx`
        select id from public.leads where org_id = ${orgId} and campaign_status = 'new' and phone_verified
        order by lead_score desc, id limit 250`;
      await tx`select set_config('sluice.actor', 'system', true)`;
      writes.push(
        await milliseconds(() =>
          tx`update public.leads set campaign_id = ${campaign!.id}, campaign_status = 'queued'
            where org_id = ${orgId} and id = any (${ids.map((row) => row.id)})`
        ),
      );
      await tx`select pg_advisory_xact_lock(0)`;
    });
  }
  const [leads] = await sql`select count(*)::int as n from public.leads where org_id = ${orgId}`;
  const [all, alone] = [median(days), median(writes)];
  return {
    item: 4,
    what: `feed of 250 out of ${integer(leads!.n)} leads${phones}`,
    ratio: all / alone,
    against: `the update of 250 leads alone, ${alone.toFixed(1)} ms`,
    absolute: `${all.toFixed(1)} ms, median of ${DAYS} days; first ${days[0]!.toFixed(1)} ms`,
    goal: "< 50 ms",
    met: all < 50,
    data: { ms: all, first_ms: days[0]!, update_ms: alone },
  };
}
