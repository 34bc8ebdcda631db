// Items 8 and 9: messages a second through gate, ledger and provider, and a whole feed sent while the provider
// fails at random. Run alone: node scripts/bench/dispatch.ts [--leads N] [--only 8|9]
import { parseArgs } from "node:util";
import { DatabaseCpu, serverOf } from "./processes.ts";
import { integer, type Line, printTable, seconds } from "./report.ts";
import { type BenchChannel, inSendWorld, type SendWorld } from "./senders.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Feeds all leads; nothing is due before `at`. Returns how long the feed took, in milliseconds. */
async function feed({ sql, orgId, campaignId, now }: SendWorld, at: Date): Promise<number> {
  await sql`select public.refresh_contactable_leads(${now()}, true)`;
  const began = performance.now();
  await sql`select public.feed_campaign(${orgId}, ${campaignId}, ${
    now().toISOString().slice(0, 10)
  }, ${now()})`;
  const took = performance.now() - began;
  await sql`update public.sequence_runs set next_at = ${at} where org_id = ${orgId} and state = 'active'`;
  return took;
}

async function until(what: string, millis: number, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + millis;
  while (!await done()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${millis / 1000} s`);
    await pause(100);
  }
}

const open = async ({ sql, orgId }: SendWorld): Promise<number> => {
  const [row] = await sql`
    select count(*)::integer as n from public.sequence_runs
    where org_id = ${orgId} and state in ('active', 'paused')`;
  return row!.n;
};

interface Rate {
  perSecond: number;
  /** Cores that each part kept busy; null if unknown. */
  workers: number | null;
  database: number | null;
  provider: number;
}

/** Time from the moment when everything is due until the last message is settled. */
async function rateOf(channel: BenchChannel, leads: number, workers: number): Promise<Rate> {
  return await inSendWorld({ leads, channel }, async (world) => {
    const { sql, orgId, now } = world;
    await feed(world, new Date(now().getTime() + 3_600_000));
    const running = await world.startWorkers(workers);
    // As in a warm process: the SDK is loaded and plans are made.
    await sql`update public.sequence_runs set next_at = ${now()} where org_id = ${orgId}
      and lead_id in (select lead_id from public.sequence_runs where org_id = ${orgId} order by lead_id limit ${
      50 * workers
    })`;
    await until(
      "the first messages",
      60_000,
      async () => await open(world) <= leads - 50 * workers,
    );
    const before = world.sandbox.received.emails.length + world.sandbox.received.messages.length;
    const [backend] = await sql`select pg_backend_pid() as pid, current_database() as name`;
    const cpu = new DatabaseCpu(serverOf(backend!.pid), backend!.name);
    const workersBefore = running.cpuSeconds();
    const ownBefore = process.cpuUsage();
    const began = performance.now();
    await sql`
      update public.sequence_runs set next_at = ${now()}
      where org_id = ${orgId} and state = 'active' and next_at is not null`;
    await until("everything sent", 300_000, async () => await open(world) === 0);
    const wall = (performance.now() - began) / 1000;
    const databaseCpu = cpu.stop();
    const workersCpu = running.cpuSeconds();
    const own = process.cpuUsage(ownBefore);
    await running.stop();
    const got = world.sandbox.received.emails.length + world.sandbox.received.messages.length;
    if (got !== leads) throw new Error(`The provider received ${got} messages for ${leads} leads.`);
    return {
      perSecond: (leads - before) / wall,
      workers: workersCpu === null || workersBefore === null
        ? null
        : (workersCpu - workersBefore) / wall,
      database: databaseCpu === null ? null : databaseCpu / wall,
      provider: (own.user + own.system) / 1e6 / wall,
    };
  });
}

export async function measureDispatch(leads: number): Promise<Line[]> {
  const lines: Line[] = [];
  let alone = NaN;
  for (const workers of [1, 2, 4]) {
    const rate = await rateOf("email", leads, workers);
    const { perSecond } = rate;
    if (workers === 1) alone = perSecond;
    const busy = [["sending", rate.workers], ["database", rate.database], [
      "provider",
      rate.provider,
    ]]
      .filter(([, cores]) => cores !== null)
      .map(([what, cores]) => `${what} ${(cores as number).toFixed(2)}`).join(", ");
    lines.push({
      item: 8,
      what: `mails a second, ${workers} ${workers === 1 ? "worker" : "workers"}, ${
        integer(leads)
      } leads`,
      ratio: perSecond / alone,
      against: workers === 1 ? "" : `1 worker, ${integer(alone)} a second`,
      absolute: `${integer(perSecond)} a second; cores: ${busy}`,
      goal: workers === 1 ? "≥ 500" : "",
      met: workers === 1 ? perSecond >= 500 : null,
      data: {
        ...{ per_second: perSecond, workers, leads, worker_cores: rate.workers },
        ...{ database_cores: rate.database, provider_cores: rate.provider },
      },
    });
  }
  return lines;
}

/** Five of a hundred requests fail, each in a different way. */
function breakOften({ sandbox }: SendWorld): () => number {
  const rules = [
    sandbox.fault({ method: "POST", share: 0.005, then: { status: 429, retryAfter: 1 } }),
    sandbox.fault({ method: "POST", share: 0.015, then: { status: 500 } }),
    sandbox.fault({ method: "POST", share: 0.015, then: "drop" }),
    sandbox.fault({ method: "POST", share: 0.01, then: "drop_after" }),
    sandbox.fault({ method: "POST", share: 0.005, then: "timeout_after" }),
  ];
  return () => rules.reduce((sum, rule) => sum + rule.hits, 0);
}

/** A feed of texts, sent by two workers while the provider fails; then counts on both sides. */
export async function measureFaults(leads: number): Promise<Line> {
  return await inSendWorld({ leads, channel: "sms" }, async (world) => {
    const { sql, orgId, sandbox, now } = world;
    const fed = await feed(world, now());
    const faults = breakOften(world);
    const began = performance.now();
    const running = await world.startWorkers(2, {
      OUTREACH_TIMEOUT_MS: "3000",
      WORKER_RECONCILE_SECONDS: "2",
    });
    let most = NaN;
    await until("everything settled", 900_000, async () => {
      const left = await open(world);
      if (Number.isNaN(most) && left <= leads * 0.1) most = (performance.now() - began) / 1000;
      return left === 0;
    });
    const took = (performance.now() - began) / 1000;
    await running.stop();
    const times = new Map<string, number>();
    for (const { to } of sandbox.received.messages) times.set(to, (times.get(to) ?? 0) + 1);
    const twice = [...times.values()].filter((count) => count > 1).length;
    const [ledger] = await sql`
      select count(*) filter (where state = 'sent')::integer as sent,
        count(*) filter (where state in ('unconfirmed', 'failed'))::integer as parked
      from public.messages where org_id = ${orgId}`;
    const ids = sandbox.received.messages.map(({ sid }) => sid);
    const [{ lost }] = await sql`
      select count(*)::integer as lost from public.messages
      where org_id = ${orgId} and state = 'sent' and provider_id <> all (${ids}::text[])` as [
      { lost: number },
    ];
    const unsent = leads - times.size;
    return {
      item: 9,
      what: `texts to ${integer(leads)} leads fed at once, ${integer(faults())} of ${
        integer(sandbox.received.requests.twilio)
      } requests fail`,
      ratio: null,
      against: `feed ${seconds(fed / 1000)}; nine tenths sent in ${seconds(most)}`,
      absolute: `${integer(ledger!.sent)} sent in ${
        seconds(took)
      }; ${twice} twice, ${unsent} unsent, ${lost} unknown to the provider, ${
        ledger!.parked
      } parked`,
      goal: "0 twice, 0 lost",
      met: twice === 0 && unsent === 0 && lost === 0 && ledger!.sent === leads,
      data: { leads, seconds: took, faults: faults(), twice, unsent, lost, parked: ledger!.parked },
    };
  });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { leads: { type: "string", default: "10000" }, only: { type: "string" } },
  });
  const lines: Line[] = [];
  if (values.only !== "9") {
    lines.push(...await measureDispatch(Math.min(5_000, Number(values.leads))));
  }
  if (values.only !== "8") lines.push(await measureFaults(Number(values.leads)));
  printTable(lines, console.log);
}
