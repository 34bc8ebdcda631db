// Item 15: what the desk's pages ask, with many leads and events. Run it alone:
// node scripts/bench/pages.ts [--leads 100000,1000000] [--events 50] (events of each lead)
import type { TransactionSql } from "postgres";
import { parseArgs } from "node:util";
import { fillPages } from "./pages_world.ts";
import { integer, type Line, median, printTable, sizeName } from "./report.ts";
import { inWorld, type World } from "./world.ts";

const RUNS = 11;
const SEQUENCE = "'e0000000-0000-4000-8000-000000000001'";

interface Query {
  page: string;
  /** The call, as the page makes it. */
  sql: string;
  by?: "owner" | "broker";
  mostMs?: number;
}

export function queries(orgId: string, campaignId: string, leadId: string): Query[] {
  const org = `'${orgId}'`;
  const month = "current_date - 29, current_date";
  const year = "current_date - 364, current_date";
  const numbers = (by: string, period: string) =>
    `select * from public.funnel_numbers(${org}, ${period}, '${by}')`;
  return [
    { page: "My day", sql: "select * from public.desk_day()", by: "broker", mostMs: 20 },
    {
      page: "My leads",
      sql:
        "select lead_id, owner_full, lead_score from public.my_leads order by lead_score desc, lead_id limit 100",
      by: "broker",
      mostMs: 20,
    },
    { page: "Who I am", sql: "select * from public.desk_me()", by: "broker" },
    { page: "Badges", sql: `select * from public.desk_summary(${org})` },
    { page: "Badges, a broker", sql: `select * from public.desk_summary(${org})`, by: "broker" },
    { page: "Lead", sql: `select * from public.desk_lead(${org}, '${leadId}')` },
    { page: "Timeline of a lead", sql: `select * from public.desk_timeline(${org}, '${leadId}')` },
    { page: "Outlook of a lead", sql: `select * from public.desk_outlook(${org}, '${leadId}')` },
    { page: "Consents of a lead", sql: `select * from public.desk_consents(${org}, '${leadId}')` },
    { page: "Decisions of a lead", sql: `select * from public.desk_why(${org}, '${leadId}')` },
    {
      page: "Matches of a lead",
      sql: `select * from public.desk_lead_matches(${org}, '${leadId}')`,
    },
    { page: "Inbox", sql: "select * from public.desk_inbox()" },
    { page: "Inbox, a broker", sql: "select * from public.desk_inbox()", by: "broker" },
    { page: "Tasks of the team", sql: "select * from public.desk_tasks('team')" },
    { page: "My tasks", sql: "select * from public.desk_tasks('mine')", by: "broker" },
    { page: "Calls", sql: "select * from public.desk_calls(p_mine => false)" },
    { page: "Calls, a broker", sql: "select * from public.desk_calls()", by: "broker" },
    { page: "Pipeline", sql: `select * from public.deal_board(${org})` },
    { page: "Deals", sql: `select * from public.list_deals(${org})` },
    { page: "Search by name", sql: "select * from public.desk_search('Birch Av')" },
    { page: "Search by address", sql: "select * from public.desk_search('77 Maple')" },
    { page: "Search by ZIP", sql: "select * from public.desk_search('90077')" },
    {
      page: "Search by state of outreach",
      sql: `select * from public.desk_search('', '{"campaign_status": "replied"}')`,
    },
    { page: "Map by county", sql: "select * from public.desk_map('{}', null, 'county', 5000)" },
    { page: "Map by ZIP", sql: "select * from public.desk_map('{}', null, 'zip', 5000)" },
    { page: "Map, a broker", sql: "select * from public.desk_map()", by: "broker" },
    { page: "Map of scores", sql: `select * from public.desk_map('{"min_score": 80}')` },
    { page: "Campaigns", sql: `select * from public.list_campaigns(${org})` },
    {
      page: "Campaigns, a broker",
      sql: `select * from public.list_campaigns(${org})`,
      by: "broker",
    },
    {
      page: "Funnel of a campaign",
      sql: `select * from public.campaign_funnel(${org}, '${campaignId}')`,
    },
    {
      page: "Variants of a campaign",
      sql: `select * from public.campaign_variants(${org}, '${campaignId}')`,
    },
    {
      page: "Replies by variant",
      sql: `select * from public.campaign_replies(${org}, '${campaignId}')`,
    },
    {
      page: "Spend of a campaign",
      sql: `select * from public.campaign_spend(${org}, '${campaignId}', ${year})`,
    },
    { page: "Sequences", sql: `select * from public.list_sequences(${org})` },
    { page: "A sequence", sql: `select * from public.show_sequence(${org}, ${SEQUENCE})` },
    {
      page: "Versions of a sequence",
      sql: `select * from public.sequence_versions(${org}, ${SEQUENCE})`,
    },
    { page: "Templates", sql: `select * from public.list_templates(${org})` },
    { page: "Conflicts", sql: `select * from public.list_conflicts(${org})` },
    { page: "Members", sql: `select * from public.list_members(${org})` },
    { page: "How full brokers are", sql: `select * from public.list_broker_loads(${org})` },
    { page: "Uploads", sql: `select * from public.list_uploads(${org})` },
    ...["day", "source", "campaign", "broker"].flatMap((by) => [
      { page: `Funnel of a month by ${by}`, sql: numbers(by, month) },
      { page: `Funnel of a year by ${by}`, sql: numbers(by, year) },
    ]),
    {
      page: "Funnel of a year by campaign, a broker",
      sql: numbers("campaign", year),
      by: "broker",
    },
    {
      page: "Steps of a year",
      sql: `select * from public.funnel_steps(${org}, ${year})`,
    },
    {
      page: "Steps of a year by day",
      sql: `select * from public.funnel_steps(${org}, ${year}, 'day')`,
    },
    {
      page: "Steps of a year by broker",
      sql: `select * from public.funnel_steps(${org}, ${year}, 'broker')`,
    },
    { page: "Costs of a year", sql: `select * from public.unit_costs(${org}, ${year})` },
    {
      page: "Costs of a year by source",
      sql: `select * from public.unit_costs_by(${org}, ${year}, 'source')`,
    },
    {
      page: "Costs of a year by broker",
      sql: `select * from public.unit_costs_by(${org}, ${year}, 'broker')`,
    },
    { page: "Cohorts of a year", sql: `select * from public.feed_cohorts(${org}, ${year})` },
    {
      page: "Cohorts of a year, a broker",
      sql: `select * from public.feed_cohorts(${org}, ${year})`,
      by: "broker",
    },
    { page: "Answer times of a month", sql: `select * from public.answer_times(${org}, ${month})` },
    { page: "Answer times of a year", sql: `select * from public.answer_times(${org}, ${year})` },
    { page: "Audit", sql: `select * from public.list_audit(${org})` },
  ];
}

interface Times {
  median: number;
  best: number;
  rows: number;
}

/** The server's time for a call, as a member sends it: planned and executed there, without the way to the page. */
export async function timed(sql: World["sql"], user: string, query: Query): Promise<Times> {
  const claims = JSON.stringify({
    sub: user,
    role: "authenticated",
    session_id: user,
    aal: "aal2",
  });
  const times: number[] = [];
  let rows = 0;
  await sql.begin(async (tx: TransactionSql) => {
    await tx`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`;
    for (let run = 0; run < RUNS; run++) {
      const [row] = await tx.unsafe(`explain (analyze, timing off, format json) ${query.sql}`);
      const [plan] = row!["QUERY PLAN"];
      times.push(plan["Planning Time"] + plan["Execution Time"]);
      rows = plan.Plan["Actual Rows"];
    }
  });
  // The first run of a session reads the catalogue.
  return { median: median(times.slice(1)), best: Math.min(...times), rows };
}

interface Size {
  leads: number;
  events: number;
  times: Map<string, Times>;
}

async function measureSize(
  world: World,
  leads: number,
  perLead: number,
  progress: (text: string) => void,
): Promise<Size> {
  const { users, campaignId, leadId, events } = await fillPages(world, leads, perLead, progress);
  const times = new Map<string, Times>();
  for (const query of queries(world.orgId, campaignId, leadId)) {
    times.set(query.page, await timed(world.sql, users[query.by ?? "owner"], query));
  }
  return { leads, events, times };
}

/** Sizes in ascending order, each in a database of its own; the lines are of the largest one. */
export async function measurePages(
  sizes: number[],
  perLead: number,
  progress: (text: string) => void,
): Promise<Line[]> {
  const measured: Size[] = [];
  for (const leads of sizes) {
    await inWorld({ worker: false }, async (world) => {
      measured.push(await measureSize(world, leads, perLead, progress));
    });
  }
  const last = measured.at(-1)!;
  const first = measured[0]!;
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return queries("", "", "").map(({ page, mostMs = 100 }) => {
    const [large, small] = [last.times.get(page)!, first.times.get(page)!];
    return {
      item: 15,
      what: `${page}, ${sizeName(last.leads)} leads, ${integer(last.events)} events`,
      ratio: first === last ? null : large.median / small.median,
      against: first === last ? "" : `${sizeName(first.leads)} leads, ${ms(small.median)}`,
      absolute: `${ms(large.median)}, best ${ms(large.best)}, ${integer(large.rows)} rows`,
      goal: `< ${mostMs} ms`,
      met: large.median < mostMs,
      data: { ms: large.median, best_ms: large.best, rows: large.rows, small_ms: small.median },
    };
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      leads: { type: "string", default: "100000,1000000" },
      events: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  });
  const began = performance.now();
  const lines = await measurePages(
    values.leads.split(",").map(Number),
    Number(values.events),
    (text) =>
      console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${text}`),
  );
  printTable(lines, console.log);
  if (values.json) console.log(JSON.stringify({ lines }));
}
