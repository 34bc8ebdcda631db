// The demo's brokerage: an org with brokers, a source with its secret, a running campaign.
import { randomBytes } from "node:crypto";
import type { connect } from "../dev/database.ts";

export type Sql = ReturnType<typeof connect>;

export interface World {
  orgId: string;
  sourceId: string;
  sourceKey: string;
  secret: string;
  campaignId: string;
  feedDay: FeedDay;
}

/** The default place of the demo's source for rows without one. */
export interface Place {
  state?: string;
  city?: string;
  county?: string;
}

/** Creates the demo's org, after deleting that of an earlier demo. */
export async function makeWorld(sql: Sql, place: Place = {}): Promise<World> {
  await sql`delete from public.orgs where settings ->> 'demo' = 'true'`;
  const [org] = await sql`
    insert into public.orgs (name, time_zone, settings)
    values ('Sluice Demo Realty', 'America/Los_Angeles', '{"demo": true}') returning id`;
  await sql`
    insert into public.brokers (org_id, name, licensed_states, capacity) values
      (${org.id}, 'Robin (any state)', '{}', 200),
      (${org.id}, 'Sam (CA, AZ)', '{CA,AZ}', 100),
      (${org.id}, 'Toni (MA, VT, CT)', '{MA,VT,CT}', 100)`;
  const sourceKey = `demo-${randomBytes(4).toString("hex")}`;
  const [source] = await sql`
    insert into public.sources (org_id, key, name, default_state, default_city, default_county)
    values (${org.id}, ${sourceKey}, 'Demo list vendor', ${place.state ?? null}, ${
    place.city ?? null
  }, ${place.county ?? null})
    returning id`;
  const [{ secret }] = await sql`select public.rotate_source_secret(${source.id}) as secret`;
  // For that day only: pg_cron feeds the leads of the real day, and must not add to what the demo counts.
  const feedDay = await nextFeedDay(sql);
  const [campaign] = await sql`
    insert into public.campaigns (org_id, name, state, starts_on, ends_on)
    values (${org.id}, 'Owners, spring', 'running', ${feedDay.date}, ${feedDay.date}) returning id`;
  return {
    orgId: org.id,
    sourceId: source.id,
    sourceKey,
    secret,
    campaignId: campaign.id,
    feedDay,
  };
}

export interface FeedDay {
  date: string;
  refreshAt: Date;
  feedAt: Date;
}

/** The next Monday to Friday in Los Angeles: refreshed at 05:30, fed at 06:00. */
async function nextFeedDay(sql: Sql): Promise<FeedDay> {
  const [day] = await sql`
    select d::date::text as date, (d + time '05:30') at time zone 'America/Los_Angeles' as refresh_at,
      (d + time '06:00') at time zone 'America/Los_Angeles' as feed_at
    from generate_series(date_trunc('day', now() at time zone 'America/Los_Angeles') + interval '1 day',
      date_trunc('day', now() at time zone 'America/Los_Angeles') + interval '4 days', interval '1 day') d
    where extract(isodow from d) < 6
    order by d limit 1`;
  return { date: day.date, refreshAt: day.refresh_at, feedAt: day.feed_at };
}

/** Refreshes and feeds as of the feed day: the clock is an argument. */
export async function runNextFeed(sql: Sql, world: World): Promise<FeedDay & { fed: number }> {
  const { feedDay } = world;
  await sql`select public.refresh_contactable_leads(${feedDay.refreshAt}, true)`;
  const [feed] = await sql`
    select fed_count from public.feed_campaign(${world.orgId}, ${world.campaignId}, ${feedDay.date},
      ${feedDay.feedAt})`;
  return { ...feedDay, fed: feed?.fed_count ?? 0 };
}
