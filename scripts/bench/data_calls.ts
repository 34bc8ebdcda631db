// What the gateway adds to a call of a data provider, and how much of a limit several workers use together.
import { openPool } from "../../edge-functions/_shared/platform/db/pool.ts";
import { send } from "../../edge-functions/_shared/providers/gateway/call.ts";
import {
  type Gateway,
  openGateway,
} from "../../edge-functions/_shared/providers/gateway/gateway.ts";
import {
  validateEmail,
  zerobounce,
} from "../../edge-functions/_shared/providers/zerobounce/data.ts";
import { connect, createTestDatabase } from "../dev/database.ts";
import { openServer } from "../dev/server.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import type { Line } from "./report.ts";

const CALLS = 100;
const LATENCY_MS = 200;
const RATE = 50;
const SECONDS = 20;
const WORKERS = 4;

interface World {
  sandbox: Sandbox;
  orgId: string;
  openGateway(): Gateway;
}

async function inWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const server = await openServer();
  const database = await createTestDatabase(server);
  const sql = connect(database.adminUrl, 1);
  const pools: ReturnType<typeof openPool>[] = [];
  const sandbox = await startSandbox();
  try {
    const [org] = await sql<
      { id: string }[]
    >`insert into public.orgs (name) values ('Bench') returning id`;
    await sql`insert into public.provider_budgets (org_id, provider, period, limit_usd)
      values (${org!.id}, 'zerobounce', 'month', 1000)`;
    return await work({
      sandbox,
      orgId: org!.id,
      openGateway: () => {
        const pool = openPool(database.adminUrl, { name: "bench", max: 4, prepare: true });
        pools.push(pool);
        return openGateway({ sql: pool, given: sandbox.env });
      },
    });
  } finally {
    for (const pool of pools) await pool.end();
    await sandbox.stop();
    await sql.end();
    await database.drop();
    await server.release();
  }
}

/** CPU of this process for each call, in ms. The sandbox runs in it as well, and costs both sides the same. */
async function cpuOf(calls: number, work: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000 / calls;
}

const wide = { ...zerobounce, limits: () => [{ name: "second", calls: 100_000, seconds: 1 }] };
const mails = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ question: `${name}.${n}@example.com` }));

function measureOverhead(): Promise<Line[]> {
  return inWorld(async ({ sandbox, orgId, openGateway }) => {
    const gateway = openGateway();
    const settings = zerobounce.settings("default", sandbox.env)!;
    const bare = async (name: string) => {
      for (const { question } of mails(name, CALLS)) {
        await send(validateEmail.request(question, settings));
      }
    };
    const single = async (name: string) => {
      for (const one of mails(name, CALLS)) {
        await gateway.ask(wide, validateEmail, { orgId, questions: [one] });
      }
    };
    const batch = (name: string) =>
      gateway.ask(wide, validateEmail, {
        orgId,
        questions: mails(name, CALLS),
        patienceMs: 60_000,
      });
    await bare("warm");
    await single("warm");
    await batch("warm");
    const rounds = {
      bare: [] as number[],
      single: [] as number[],
      batch: [] as number[],
      cached: [] as number[],
    };
    for (let round = 0; round < 3; round++) {
      rounds.bare.push(await cpuOf(CALLS, () => bare(`bare${round}`)));
      rounds.single.push(await cpuOf(CALLS, () => single(`single${round}`)));
      rounds.batch.push(await cpuOf(CALLS, () => batch(`batch${round}`)));
      rounds.cached.push(await cpuOf(CALLS, () => batch(`batch${round}`)));
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[1]!;
    const fetched = median(rounds.bare);
    const line = (what: string, cpu: number, more: number): Line => ({
      item: 12,
      what,
      ratio: cpu / fetched,
      against: `bare fetch, ${fetched.toFixed(2)} ms CPU`,
      absolute: `${more.toFixed(2)} ms CPU more a call`,
      goal: "<= 1 ms CPU more",
      met: more <= 1,
      data: { cpu_ms: cpu, bare_cpu_ms: fetched },
    });
    const [single_, batch_, cached] = [rounds.single, rounds.batch, rounds.cached].map(median);
    return [
      line("data calls through the gateway, one at a time", single_!, single_! - fetched),
      line(`data calls through the gateway, ${CALLS} together`, batch_!, batch_! - fetched),
      line("answers from the cache", cached!, cached! - fetched),
    ];
  });
}

function measureRate(): Promise<Line> {
  return inWorld(async ({ sandbox, orgId, openGateway }) => {
    const arrivals: number[] = [];
    sandbox.fault({
      provider: "zerobounce",
      when: () => arrivals.push(performance.now()) > 0,
      then: { delay: LATENCY_MS },
    });
    const provider = {
      ...zerobounce,
      atOnce: RATE,
      limits: () => [{ name: "second", calls: RATE, seconds: 1 }],
    };
    const began = performance.now();
    const stop = () => performance.now() - began > SECONDS * 1000;
    await Promise.all(
      Array.from({ length: WORKERS }, (_, n) =>
        openGateway().ask(provider, validateEmail, {
          orgId,
          questions: mails(`w${n}`, RATE * SECONDS),
          patienceMs: (SECONDS + 5) * 1000,
          shouldStop: stop,
        })),
    );
    // From the second second on: the first calls find an idle account.
    const from = arrivals[0]! + 1000;
    const until = from + (SECONDS - 3) * 1000;
    const perSecond = arrivals.filter((at) => at >= from && at < until).length / (SECONDS - 3);
    let most = 0;
    for (let first = 0, last = 0; last < arrivals.length; last++) {
      while (arrivals[last]! - arrivals[first]! >= 1000) first++;
      most = Math.max(most, last - first + 1);
    }
    return {
      item: 12,
      what: `verifications by ${WORKERS} workers, ${LATENCY_MS} ms latency`,
      ratio: perSecond / RATE,
      against: `limit of ${RATE} a second`,
      absolute: `${Math.round(perSecond * 60)} a minute, at most ${most} in a second`,
      goal: ">= 0.95, never over",
      met: perSecond / RATE >= 0.95 && most <= RATE,
      data: { per_second: perSecond, most_in_a_second: most },
    };
  });
}

export async function measureDataCalls(): Promise<Line[]> {
  return [...await measureOverhead(), await measureRate()];
}
