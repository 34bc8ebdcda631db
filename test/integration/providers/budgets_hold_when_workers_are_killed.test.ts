// Eight workers share a budget, and are killed (-9) at any point of a call. The budget is never exceeded by a fraction of
// a cent, no charge is lost, and nothing is paid for twice.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { denoBinary, root } from "../../../scripts/dev/paths.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { type Sandbox, startSandbox } from "../../../scripts/sandbox/sandbox.ts";
import { eventually } from "../../http/intake/harness.ts";

const ADDRESSES = 200;

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;
let sandbox: Sandbox;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 4);
  sandbox = await startSandbox();
  // The most that was ever spent and reserved, as each statement leaves it.
  await sql.unsafe(`
    create table private.peaks (org_id uuid, period text, starts_on date, usd numeric,
      primary key (org_id, period, starts_on));
    create function private.tg_note_peak() returns trigger language plpgsql security definer as $$
    begin
      insert into private.peaks values (new.org_id, new.period, new.starts_on, new.spent_usd + new.reserved_usd)
      on conflict (org_id, period, starts_on) do update set usd = greatest(private.peaks.usd, excluded.usd);
      return null;
    end $$;
    create trigger _900_note_peak after insert or update on private.call_spend
      for each row execute function private.tg_note_peak();`);
});
afterAll(async () => {
  await sandbox?.stop();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const charges = () => [...sandbox.zerobounce.charged.values()].reduce((sum, n) => sum + n, 0);

function startWorker(
  org: string,
  cost: string,
  n: number,
): { child: ChildProcess; done: Promise<number | null> } {
  const script = join(root, "test/support/gateway_worker.ts");
  // One of them runs as the hosted functions do.
  const [command, ...args] = n === 0
    ? [denoBinary(), "run", "-A", "--no-check", script]
    : [process.execPath, script];
  const child = spawn(command!, [
    ...args,
    database.adminUrl,
    org,
    String(ADDRESSES),
    String(n * 23),
  ], {
    cwd: root,
    env: { ...process.env, ...sandbox.env, ZEROBOUNCE_COST_USD: cost },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return { child, done: new Promise((resolve) => child.once("exit", (code) => resolve(code))) };
}

test(
  "a budget holds to the last fraction of a cent under eight workers that are killed",
  async () => {
    const cases = fc.record({
      /** In millionths of a dollar. */
      cost: fc.integer({ min: 1_001, max: 19_999 }),
      day: fc.integer({ min: 20, max: 80 }),
      month: fc.integer({ min: 20, max: 80 }),
      /** Which worker dies, and after how many more charges. */
      deaths: fc.array(fc.record({ who: fc.nat(7), after: fc.integer({ min: 1, max: 12 }) }), {
        minLength: 3,
        maxLength: 6,
      }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ cost, day, month, deaths }) => {
        sandbox.zerobounce.credits = 100_000;
        const [org] = await sql<{ id: string }[]>`
        insert into public.orgs (name) values ('Budget') returning id`;
        const usd = (micros: number) => (micros / 1e6).toFixed(6);
        // Neither limit is a multiple of the cost.
        const limits = { day: usd(day * cost - 1), month: usd(month * cost + 1) };
        for (const [period, limit] of Object.entries(limits)) {
          await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
          values (${org!.id}, 'zerobounce', ${period}, ${limit})`;
        }
        const before = new Map(sandbox.zerobounce.charged);
        const start = charges();
        const workers = Array.from({ length: 8 }, (_, n) => startWorker(org!.id, usd(cost), n));
        let dead = 0;
        for (const { who, after } of deaths) {
          const at = charges() + after;
          const alive = () =>
            workers.some(({ child }) => child.exitCode === null && child.signalCode === null);
          await eventually(
            "some calls",
            () => Promise.resolve(charges() >= at || !alive() ? true : null),
          );
          if (workers[who]!.child.kill("SIGKILL")) {
            dead++;
          }
          workers[who] = startWorker(org!.id, usd(cost), who);
        }
        expect(dead).toBeGreaterThan(0);
        const codes = await Promise.all(workers.map(({ done }) => done));
        expect(codes).toEqual(codes.map(() => 0));

        const paid = charges() - start;
        const most = Math.min(day - 1, month);
        const peaks = await sql<{ period: string; usd: string }[]>`
        select period, max(usd)::text as usd from private.peaks where org_id = ${
          org!.id
        } group by period`;
        for (const { period, usd: peak } of peaks) {
          expect(Number(peak)).toBeLessThanOrEqual(Number(limits[period as "day" | "month"]));
        }
        expect(paid).toBeLessThanOrEqual(most);
        // Every charge is spent or still reserved: a worker that died has lost none.
        const [spend] = await sql<{ calls: number; micros: number; reserved: number }[]>`
        select round((spent_usd + reserved_usd) * 1000000 / ${cost})::int as calls,
          ((spent_usd + reserved_usd) * 1000000)::int as micros, (reserved_usd * 1000000)::int as reserved
        from private.call_spend where org_id = ${org!.id} and period = 'month'`;
        expect(spend!.micros).toBe(spend!.calls * cost);
        expect(spend!.calls).toBeGreaterThanOrEqual(paid);
        // The budget was used, not just refused.
        expect(spend!.calls).toBe(most);
        // Nothing is paid for twice, also where the answer was lost.
        const twice = [...sandbox.zerobounce.charged].filter(([address, n]) =>
          n - (before.get(address) ?? 0) > 1
        );
        expect(twice).toEqual([]);
        const [open] = await sql<{ micros: number }[]>`
        select coalesce(sum(cost_usd) * 1000000, 0)::int as micros from private.call_reservations
        where org_id = ${org!.id}`;
        expect(open!.micros).toBe(spend!.reserved);
        // After a look at the invoice, nothing is reserved any more.
        await sql`select public.reconcile_calls(${
          org!.id
        }, 'zerobounce', true, null, now() + interval '1 day')`;
        const [after] = await sql<{ reserved: string; calls: number }[]>`
        select reserved_usd::text as reserved, round(spent_usd * 1000000 / ${cost})::int as calls
        from private.call_spend where org_id = ${org!.id} and period = 'month'`;
        expect([Number(after!.reserved), after!.calls]).toEqual([0, spend!.calls]);
      }),
      { numRuns: 3 },
    );
  },
  600_000,
);
