// Data that is bought and a score made of it, at sandbox providers: what verification cost, what the cache saved, what
// the budget refused, and one score in words.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Io } from "../cli/io.ts";
import { main } from "../cli/main.ts";
import { root } from "../dev/paths.ts";
import type { Sql, World } from "./world.ts";

/** Runs a command of the client on the demo's database; returns what it prints. */
export type Client = (...args: string[]) => Promise<string>;

export function clientOf(databaseUrl: string): Client {
  return async (...args) => {
    let out = "", err = "";
    const into = (add: (text: string) => void) =>
      new Writable({
        write(chunk, _encoding, done) {
          add(String(chunk));
          done();
        },
      });
    const io: Io = {
      env: { DATABASE_URL: databaseUrl },
      stdin: Readable.from([]),
      stdout: into((text) => out += text),
      stderr: into((text) => err += text),
      now: () => new Date(),
      sleep: (ms) => sleep(ms),
      random: Math.random,
      uuid: randomUUID,
      fetch,
    };
    const code = await main(args, io);
    if (code !== 0) throw new Error(`sluice ${args.join(" ")}: ${err || out}`);
    return out.trimEnd();
  };
}

export interface EnrichmentTotals {
  /** Answers of the provider, and questions that the cache answered. */
  checked: number;
  cached: number;
  cost_usd: number;
  /** Calls that the budget refused. */
  over_budget: number;
  scored: number;
}

export const nothingEnriched: EnrichmentTotals = {
  checked: 0,
  cached: 0,
  cost_usd: 0,
  over_budget: 0,
  scored: 0,
};

const PROVIDER = "zerobounce";
/** Less than verifying the whole list costs, more than those cost who are fed next. */
const BUDGET_USD = 3;
const RULES = join(root, "scoring", "home_sellers.yaml");

const indented = (text: string) => text.replace(/^/gm, "    ");

interface Run {
  id: string;
  state: string;
  results: Record<string, number>;
  waiting: number;
}

/** Until every lead is asked about, or waits for another day. */
async function finished(sql: Sql, id: string): Promise<Run> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const [row] = await sql<{ run: Run; resting: boolean }[]>`
      select public.enrichment_status(${id}) as run, r.state <> 'running' or r.lease_until is null as resting
      from public.enrichment_runs r where r.id = ${id}`;
    const { run, resting } = row!;
    const asked = Object.values(run.results).reduce((sum, n) => sum + n, 0);
    if (run.state === "done" || (resting && asked > 0)) return run;
    if (run.state === "failed" || run.state === "paused" || Date.now() > deadline) {
      throw new Error(`The run of verifications is ${run.state}: ${JSON.stringify(run)}`);
    }
    await sleep(250);
  }
}

async function verify(sql: Sql, client: Client, args: string[], say: (text: string) => void) {
  const planned = JSON.parse(
    await client("enrich", "verify_email", ...args, "--yes", "--json"),
  ) as { run: string };
  const run = await finished(sql, planned.run);
  say(indented(await client("enrich", "status", run.id)));
  return run;
}

/** Verifies those who are fed next, then as much of the rest as the budget allows, and scores everybody. */
export async function enrich(
  sql: Sql,
  client: Client,
  world: World,
  say: (text: string) => void,
): Promise<void> {
  const org = ["--org", world.orgId];
  await client("provider", "budget", PROVIDER, "--month", String(BUDGET_USD), ...org);
  await sql`select public.refresh_contactable_leads(now(), true)`;
  say(`  The e-mails of the leads that are fed next, with a budget of $${BUDGET_USD} a month:`);
  await verify(sql, client, [...org, "--fed-tomorrow"], say);
  say("  Those of the rest of the list:");
  const rest = await verify(sql, client, org, say);
  if (rest.waiting > 0) await client("enrich", "cancel", rest.id);
  say("  What it cost, and what the cache saved:");
  say(indented(await client("usage", ...org)));
  say(indented(await client("provider", "budget", ...org)));
  await client("score", "put", RULES, ...org);
  say(`  Scored by ${RULES.slice(root.length + 1)}: ${await client("score", "activate", ...org)}`);
}

export async function enrichmentTotals(sql: Sql, { orgId }: World): Promise<EnrichmentTotals> {
  const [row] = await sql`
    select (select coalesce(sum(u.calls), 0)::integer from public.provider_usage u where u.org_id = ${orgId}) as checked,
      (select coalesce(sum(u.cached), 0)::integer from public.provider_usage u where u.org_id = ${orgId}) as cached,
      (select coalesce(sum(u.cost_usd), 0)::float8 from public.provider_usage u where u.org_id = ${orgId}) as cost_usd,
      (select coalesce(sum(b.refused), 0)::integer from public.provider_budget_status(${orgId}) b
        where b.period = 'month') as over_budget,
      (select count(*)::integer from public.lead_scores s where s.org_id = ${orgId}) as scored`;
  return row as unknown as EnrichmentTotals;
}

/** The score of the lead that did most, once everything that people did is scored. */
export async function oneScore(
  sql: Sql,
  client: Client,
  { orgId }: World,
  asOf: Date,
): Promise<string> {
  await sql`select private.score_queued(${orgId}, 100000, ${asOf})`;
  const [best] = await sql<{ lead_id: string; place: string }[]>`
    select s.lead_id, concat_ws(', ', l.situs_street, l.situs_city, l.situs_state) as place
    from public.lead_scores s join public.leads l on l.org_id = s.org_id and l.id = s.lead_id
    where s.org_id = ${orgId} order by s.engagement desc, s.score desc, s.lead_id limit 1`;
  if (!best) return "  no leads";
  return `  ${best.place}\n${indented(await client("score", "explain", best.lead_id))}`;
}
