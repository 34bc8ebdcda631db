// What the gateway adds to a call of a data provider, and how much of a limit several workers use together.
import { spawn } from "node:child_process";
import { join } from "node:path";
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
import { root } from "../dev/paths.ts";
import { openServer } from "../dev/server.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { backendsCpuMs, serverOf } from "./processes.ts";
import { type Line, median } from "./report.ts";

const CALLS = 100;
const ROUNDS = 7;
const LATENCY_MS = 200;
const RATE = 50;
const SECONDS = 25;
const WORKERS = 4;

interface World {
  sandbox: Sandbox;
  orgId: string;
  databaseUrl: string;
  /** CPU milliseconds of the database so far; null: unknown. */
  databaseCpuMs(): number | null;
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
    const [backend] = await sql`select pg_backend_pid() as pid, current_database() as name`;
    const pid = serverOf(backend!.pid);
    return await work({
      sandbox,
      orgId: org!.id,
      databaseUrl: database.adminUrl,
      databaseCpuMs: () => backendsCpuMs(pid, backend!.name),
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

interface Cpu {
  process: number;
  database: number;
}

/**
 * CPU of this process and of the database for each call, in ms. The sandbox runs in this process as well, and costs
 * both sides the same.
 */
async function cpuOf(
  { databaseCpuMs }: World,
  calls: number,
  work: () => Promise<unknown>,
): Promise<Cpu> {
  const before = databaseCpuMs();
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return {
    process: (user + system) / 1000 / calls,
    database: ((databaseCpuMs() ?? 0) - (before ?? 0)) / calls,
  };
}

const wide = { ...zerobounce, limits: () => [{ name: "second", calls: 100_000, seconds: 1 }] };
const mails = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ question: `${name}.${n}@example.com` }));

function measureOverhead(): Promise<Line[]> {
  return inWorld(async (world) => {
    const { sandbox, orgId } = world;
    const gateway = world.openGateway();
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
    const rounds: Record<"bare" | "single" | "batch" | "cached", Cpu[]> = {
      ...{ bare: [], single: [], batch: [], cached: [] },
    };
    for (let round = 0; round < ROUNDS; round++) {
      rounds.bare.push(await cpuOf(world, CALLS, () => bare(`bare${round}`)));
      rounds.single.push(await cpuOf(world, CALLS, () => single(`single${round}`)));
      rounds.batch.push(await cpuOf(world, CALLS, () => batch(`batch${round}`)));
      rounds.cached.push(await cpuOf(world, CALLS, () => batch(`batch${round}`)));
    }
    const bareCpu = median(rounds.bare.map((cpu) => cpu.process));
    const line = (what: string, cpus: Cpu[]): Line => {
      const own = median(cpus.map((cpu) => cpu.process)) - bareCpu;
      const database = median(cpus.map((cpu) => cpu.database));
      return {
        item: 12,
        what,
        ratio: (bareCpu + own + database) / bareCpu,
        against: `bare fetch, ${bareCpu.toFixed(2)} ms CPU`,
        absolute: `${(own + database).toFixed(2)} ms CPU more a call: process ${own.toFixed(2)}, ` +
          `database ${database.toFixed(2)}`,
        goal: "<= 1 ms CPU more",
        met: own + database <= 1,
        data: { process_ms: own, database_ms: database, bare_cpu_ms: bareCpu },
      };
    };
    return [
      line("data calls through the gateway, one at a time", rounds.single),
      line(`data calls through the gateway, ${CALLS} together`, rounds.batch),
      line("answers from the cache", rounds.cached),
    ];
  });
}

/** When a worker, a process of its own, began each of its requests: milliseconds of this machine's clock. */
function runWorker({ databaseUrl, orgId, sandbox }: World, name: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [
      join(root, "scripts/bench/verifying_worker.ts"),
      ...[databaseUrl, orgId, name, String(RATE), String(SECONDS)],
    ], { env: { ...process.env, ...sandbox.env }, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (more: string) => text += more);
    child.on("error", reject).on(
      "exit",
      (code) =>
        code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`A worker ended with ${code}.`)),
    );
  });
}

/** The most in any second, open at one end. */
function mostInASecond(times: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

function measureRate(): Promise<Line> {
  return inWorld(async (world) => {
    const arrivals: number[] = [];
    world.sandbox.fault({
      provider: "zerobounce",
      when: () => arrivals.push(performance.now()) > 0,
      then: { delay: LATENCY_MS },
    });
    const names = Array.from({ length: WORKERS }, (_, n) => `w${n}`);
    const sent = await Promise.all(names.map((name) => runWorker(world, name)));
    const times = sent.flat().sort((a, b) => a - b);
    // While all of them work; the first calls find an idle account.
    const from = Math.max(...sent.map((one) => one[0]!)) + 1000;
    const until = Math.min(...sent.map((one) => one.at(-1)!)) - 500;
    const perSecond = times.filter((at) => at >= from && at < until).length * 1000 / (until - from);
    const most = mostInASecond(times);
    return {
      item: 12,
      what: `verifications by ${WORKERS} workers, ${LATENCY_MS} ms latency`,
      ratio: perSecond / RATE,
      against: `limit of ${RATE} a second`,
      absolute: `${Math.round(perSecond * 60)} a minute; in a second at most ${most} made, ` +
        `${mostInASecond(arrivals)} arrived`,
      goal: ">= 0.95, never over",
      met: perSecond / RATE >= 0.95 && most <= RATE,
      data: { per_second: perSecond, most_in_a_second: most, seconds: (until - from) / 1000 },
    };
  });
}

export async function measureDataCalls(): Promise<Line[]> {
  return [...await measureOverhead(), await measureRate()];
}
