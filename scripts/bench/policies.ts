// Item 6: the cost of row-level security for people's queries: the same list with and without policies.
import type { TransactionSql } from "postgres";
import { integer, type Line, median } from "./report.ts";
import type { World } from "./world.ts";

const RUNS = 41;
const OWN_LEADS = 5_000;

interface List {
  what: string;
  user: "broker" | "owner";
  /** The query of a member; the policies restrict it. */
  asked: string;
  /** The same rows, queried by a role without policies. */
  plain: string;
  /** The goal where it is a time. */
  mostMs?: number;
}

const columns =
  "id, owner_full, situs_street, situs_city, situs_state, lead_score, status, campaign_status";

export async function measurePolicies({ sql, orgId }: World): Promise<Line[]> {
  const users = {
    broker: "00000000-0000-4000-8000-00000000b001",
    owner: "00000000-0000-4000-8000-00000000b002",
  };
  for (const [role, id] of Object.entries(users)) {
    await sql`insert into auth.users (id, email) values (${id}, ${`${role}@example.com`})`;
    await sql`insert into public.members (org_id, user_id, role) values (${orgId}, ${id}, ${role})`;
  }
  const [broker] = await sql`
    insert into public.brokers (org_id, name, user_id) values (${orgId}, 'Bench broker', ${users.broker})
    returning id`;
  await sql.begin(async (tx) => {
    await tx`select set_config('sluice.actor', 'system', true)`;
    await tx`
      update public.leads set assigned_broker_id = ${broker!.id}
      where org_id = ${orgId} and id in (
        select id from public.leads where org_id = ${orgId} order by id limit ${OWN_LEADS})`;
  });
  await sql.unsafe("vacuum analyze public.leads");
  const [leads] = await sql`select count(*)::int as n from public.leads`;

  const org = `org_id = '${orgId}'`;
  const own = `${org} and assigned_broker_id = '${broker!.id}'`;
  const best = "order by lead_score desc, id limit 100";
  const myColumns = columns.replace("id,", "lead_id,");
  const lists: List[] = [
    {
      what: "the broker's list (my_leads, best 100)",
      user: "broker",
      mostMs: 1.5,
      asked: `select ${myColumns} from public.my_leads order by lead_score desc, lead_id limit 100`,
      plain: `select ${columns} from public.leads where ${own} ${best}`,
    },
    {
      what: "the broker's list (org and broker named, best 100)",
      user: "broker",
      asked: `select ${columns} from public.leads where ${own} ${best}`,
      plain: `select ${columns} from public.leads where ${own} ${best}`,
    },
    {
      what: `the broker's list (my_leads, all ${integer(OWN_LEADS)})`,
      user: "broker",
      asked: `select ${myColumns} from public.my_leads order by lead_score desc, lead_id`,
      plain: `select ${columns} from public.leads where ${own} order by lead_score desc, id`,
    },
    {
      what: "the owner's list of the org (best 100)",
      user: "owner",
      asked:
        `select ${columns} from public.leads where ${org} and campaign_status = 'new' and phone_verified ${best}`,
      plain:
        `select ${columns} from public.leads where ${org} and campaign_status = 'new' and phone_verified ${best}`,
    },
  ];
  const lines: Line[] = [];
  for (const list of lists) {
    const times = { with: [] as number[], without: [] as number[] };
    for (let run = 0; run < RUNS; run++) {
      times.without.push(await timed(sql, null, list.plain));
      times.with.push(await timed(sql, users[list.user], list.asked));
    }
    const [guarded, free] = [median(times.with), median(times.without)];
    lines.push({
      item: 6,
      what: `${list.what}, ${integer(leads!.n)} leads`,
      ratio: guarded / free,
      against: `without policies, ${free.toFixed(2)} ms`,
      absolute: `${guarded.toFixed(2)} ms`,
      goal: list.mostMs === undefined ? "≤ 1.5 ×" : `< ${list.mostMs} ms`,
      met: list.mostMs === undefined ? guarded / free <= 1.5 : guarded < list.mostMs,
      data: { ms: guarded, without_ms: free },
    });
  }
  return lines;
}

/** Milliseconds of a query as a member sends it (null: as a role without policies). */
async function timed(sql: World["sql"], user: string | null, query: string): Promise<number> {
  let ms = 0;
  const run = async (tx: TransactionSql) => {
    if (user) {
      await tx`select set_config('request.jwt.claims', ${
        JSON.stringify({ sub: user, role: "authenticated" })
      }, true), set_config('role', 'authenticated', true)`;
    }
    const started = performance.now();
    await tx.unsafe(query);
    ms = performance.now() - started;
  };
  await sql.begin("read only", run);
  return ms;
}
