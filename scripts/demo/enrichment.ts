// Data that is bought and a score made of it, at sandbox providers: what verification cost, what the cache saved, what
// the budget refused, and one score in words.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Io } from "../cli/io.ts";
import { main } from "../cli/main.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { areaCodes } from "./area_codes.ts";
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
  /** Leads whose owners were found. */
  traced: number;
  scored: number;
}

export const nothingEnriched: EnrichmentTotals = {
  checked: 0,
  cached: 0,
  cost_usd: 0,
  over_budget: 0,
  traced: 0,
  scored: 0,
};

/** Less than asking about the whole list costs, more than those cost who are fed next. */
const BUDGETS = { zerobounce: 3, batchdata: 10 };
/** By the org's contract. */
const TRACE_PRICE_USD = 0.12;
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
      throw new Error(`The run is ${run.state}: ${JSON.stringify(run)}`);
    }
    await sleep(250);
  }
}

async function ask(
  sql: Sql,
  client: Client,
  [kind, ...args]: string[],
  say: (text: string) => void,
): Promise<void> {
  const planned = JSON.parse(await client("enrich", kind!, ...args, "--yes", "--json")) as {
    run: string;
  };
  const run = await finished(sql, planned.run);
  say(indented(await client("enrich", "status", run.id)));
  // What the budget refused would be asked on another day.
  if (run.waiting > 0) await client("enrich", "cancel", run.id);
}

/** Owners whom the sandbox's skip trace finds: most of those without a phone. */
async function moveIn(sql: Sql, { orgId }: World, { batchdata }: Sandbox): Promise<void> {
  const owners = await sql<{ street: string; first: string; last: string }[]>`
    select upper(l.situs_street) as street, l.owner_1_first as first, l.owner_1_last as last
    from public.leads l
    where l.org_id = ${orgId} and l.owner_1_last is not null and l.situs_street is not null
      and not exists (select from public.contact_points c
        where c.org_id = l.org_id and c.lead_id = l.id and c.kind = 'phone')
    order by l.addr_hash`;
  for (const [n, { street, first, last }] of owners.entries()) {
    if (n % 5 === 0) continue;
    const area = areaCodes[Math.floor(n / 100) % areaCodes.length];
    batchdata.people.set(street, [{
      name: { first, last, full: `${first} ${last}` },
      phones: [{
        ...{ number: `${area}55501${String(n % 100).padStart(2, "0")}`, type: "Mobile" },
        ...{ rank: 1, reachable: true, ...(n % 9 === 0 ? { dnc: true } : {}) },
      }],
    }]);
  }
}

/** Verifies those who are fed next, then others and traces as far as the budgets allow, and scores everybody. */
export async function enrich(
  sql: Sql,
  client: Client,
  world: World,
  sandbox: Sandbox,
  say: (text: string) => void,
): Promise<void> {
  const org = ["--org", world.orgId];
  for (const [provider, usd] of Object.entries(BUDGETS)) {
    await client("provider", "budget", provider, "--month", String(usd), ...org);
  }
  await sql`
    insert into public.trace_steps (org_id, provider, price_usd, expected_hit_rate)
    values (${world.orgId}, 'batchdata', ${TRACE_PRICE_USD}, 0.8)`;
  await moveIn(sql, world, sandbox);
  await sql`select public.refresh_contactable_leads(now(), true)`;
  say(`  The e-mails of the leads that are fed next; $${BUDGETS.zerobounce} a month:`);
  await ask(sql, client, ["verify_email", ...org, "--fed-tomorrow"], say);
  say("  Those of the rest of the list:");
  await ask(sql, client, ["verify_email", ...org], say);
  say(`  Phones of owners without one; $${BUDGETS.batchdata} a month:`);
  await ask(sql, client, ["trace", ...org], say);
  say("  What it cost, what the cache saved, and what the budgets refused:");
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
      (select count(distinct f.lead_id)::integer from public.lead_facts f
        where f.org_id = ${orgId} and f.name = 'trace' and f.value ->> 'result' = 'found') as traced,
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
