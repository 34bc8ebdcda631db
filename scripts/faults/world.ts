// What the faults happen to: a stack on a server of its own, two workers, the sandbox's providers, and an org with a
// campaign that texts its leads and one that writes mails.
import { join } from "node:path";
import { fill, makeCampaign, SELLER } from "../bench/senders.ts";
import { connect } from "../dev/database.ts";
import { root } from "../dev/paths.ts";
import { DenoProcess } from "../dev/process.ts";
import { type Stack, startStack } from "../dev/stack.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import type { Persona } from "../sandbox/types.ts";
import { FastClock } from "./clock.ts";
import { type FaultyCluster, startFaultyCluster } from "./cluster.ts";

export type Sql = ReturnType<typeof connect>;

export interface Source {
  key: string;
  secret: string;
}

export interface World {
  /** Null where the stack uses the checkout's own server, which nothing may break. */
  cluster: FaultyCluster | null;
  stack: Stack;
  sandbox: Sandbox;
  clock: FastClock;
  /** As superuser. Queries fail while the database is down. */
  sql: Sql;
  orgId: string;
  source: Source;
  /** The workers that always run. */
  workers: DenoProcess[];
  /** Another worker, whose calendar may differ (worker.ts). */
  startWorker(env?: Record<string, string>): DenoProcess;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Leads that each campaign feeds. */
  leads: number;
  seed: number;
  /** How much faster the clock runs than the real one. */
  speed: number;
  /** Whether it has a server of its own, which may crash. */
  ownServer: boolean;
  log?: (line: string) => void;
}

/** What a person answers to a text: one in eight ends it, and one in eight wants a call. */
export function answerOf(phone: string): string | null {
  const n = [...phone].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7) % 8;
  return n === 0 ? "STOP" : n === 1 ? "Please call me today" : null;
}

const persona: Persona = ({ channel, to }) => {
  const text = channel === "sms" ? answerOf(to) : null;
  return text ? [{ kind: "deliver" }, { kind: "reply", text }] : [{ kind: "deliver" }];
};

export async function startFaultWorld(
  options: WorldOptions,
): Promise<World> {
  const { leads, seed, speed, log } = options;
  const closing: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const cluster = options.ownServer ? await startFaultyCluster() : null;
    if (cluster) {
      closing.push(() => cluster.stop());
      // The stack's databases are made on that server.
      process.env.DATABASE_URL = cluster.url;
      process.env.ADMIN_DATABASE_URL = cluster.adminUrl;
      delete process.env.SLUICE_TEMPLATE;
    }
    const clock = new FastClock(speed);
    closing.push(() => clock.stop());
    const sandbox = await startSandbox({
      ...{ now: clock.now, seed, persona, deliverEvery: 100, maxAttempts: 10_000 },
      concurrency: 4,
    });
    closing.push(() => sandbox.stop());
    const env = {
      ...sandbox.env,
      SLUICE_TEST_CLOCK: "allow",
      SLUICE_CLOCK_FILE: clock.file,
      OUTREACH_TIMEOUT_MS: "3000",
      WORKER_DISPATCH: "on",
      WORKER_DISPATCH_POLL_MS: "200",
      WORKER_RECONCILE_SECONDS: "2",
      WORKER_SUPERVISE_SECONDS: "2",
      WORKER_SWEEP_SECONDS: "5",
    };
    const stack = await startStack({
      ...{ database: "test", functions: ["csv-upload", "webhooks"], env },
      log: (line) => log?.(line),
    });
    closing.push(() => stack.stop());
    const sql = connect(stack.adminUrl, 8);
    closing.push(() => sql.end({ timeout: 5 }));
    const orgId = await addOrg(sql, leads, clock);
    const source = await addSource(sql, orgId);
    sandbox.setWebhooksUrl(`${stack.functionsUrl}/webhooks/${orgId}`);
    let started = 0;
    const startWorker = (more: Record<string, string> = {}) => {
      const worker = new DenoProcess({
        name: `worker-${++started}`,
        entrypoint: join(root, "scripts", "faults", "worker.ts"),
        denoConfig: join(root, "edge-functions", "worker", "deno.json"),
        env: {
          SUPABASE_URL: new URL(stack.functionsUrl).origin,
          SUPABASE_DB_URL: stack.databaseUrl,
          SLUICE_LOOPBACK_URLS: "allow",
          SLUICE_FAULTS_SPEED: String(speed),
          ...env,
          ...more,
        },
        allowHosts: [],
        serves: false,
        memoryMegabytes: 96,
        log: (line) => log?.(line),
      });
      closing.push(() => worker.stop("SIGKILL"));
      worker.start();
      return worker;
    };
    const workers = [startWorker(), startWorker()];
    return { cluster, stack, sandbox, clock, sql, orgId, source, workers, startWorker, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An org with two campaigns, each of which has fed so many leads. Nothing is due until the load says so. */
async function addOrg(sql: Sql, leads: number, { now }: FastClock): Promise<string> {
  const [org] = await sql`insert into public.orgs (name) values (${SELLER}) returning id`;
  const id = org!.id as string;
  await sql`select private.ensure_decision_partitions(${now()}), private.ensure_event_partitions(${now()})`;
  await fill(sql, id, 2 * leads);
  for (const channel of ["sms", "email"] as const) {
    const campaign = await makeCampaign(sql, id, channel, `By ${channel}`);
    await sql`update public.campaigns set daily_limit = ${leads} where org_id = ${id} and id = ${campaign}`;
    await sql`select public.refresh_contactable_leads(${now()}, true)`;
    const date = now().toISOString().slice(0, 10);
    await sql.begin(async (tx) => {
      await tx`select public.feed_campaign(${id}, ${campaign}, ${date}, ${now()})`;
      await tx`update public.sequence_runs set next_at = 'infinity'
        where org_id = ${id} and campaign_id = ${campaign}`;
    });
  }
  return id;
}

async function addSource(sql: Sql, orgId: string): Promise<Source> {
  const [source] = await sql`
    insert into public.sources (org_id, key, name, parts_per_minute)
    values (${orgId}, 'faults', 'Vendor', 10000) returning id`;
  const [rotated] = await sql`select public.rotate_source_secret(${source!.id}) as secret`;
  return { key: "faults", secret: rotated!.secret };
}
