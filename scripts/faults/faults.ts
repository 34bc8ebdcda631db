// The faults. Each returns when it is over: what was killed may start again, the disk has room, the provider answers.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { root } from "../dev/paths.ts";
import type { Random } from "../sandbox/random.ts";
import { type Accepted, list, ROWS_OF_AN_UPLOAD, runJobs } from "./load.ts";
import { SPEED } from "./clock.ts";
import type { FaultyCluster } from "./cluster.ts";
import type { World } from "./world.ts";

export interface Happening {
  world: World;
  accepted: Accepted;
  random: Random;
}

export interface FaultKind {
  name: string;
  /** Whether this machine allows it; not without a disk of its own, for example. */
  possible?(world: World): boolean;
  inflict(happening: Happening): Promise<void>;
}

const between = (random: Random, least: number, most: number) => least + random() * (most - least);
const oneOf = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)]!;

const kill = (pid: number | null, signal: NodeJS.Signals = "SIGKILL") => {
  if (pid !== null) process.kill(pid, signal);
};

/** Faults of the database happen to a server of their own. */
function serverOf({ cluster }: World): FaultyCluster {
  if (!cluster) throw new Error("this world has no database server of its own");
  return cluster;
}

/** Pids of the server's processes that work for functions and workers. */
async function backends({ sql }: World): Promise<number[]> {
  const rows = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
      and backend_type = 'client backend'`;
  return rows.map(({ pid }) => pid);
}

/** Lists of the killed clients begin here, far from those of the steady load. */
let clientHouse = 1_000_000;

export const FAULTS: FaultKind[] = [
  {
    name: "a worker is killed",
    inflict: ({ world, random }) => Promise.resolve(kill(oneOf(random, world.workers).pid)),
  },
  {
    name: "both workers are killed",
    inflict: ({ world }) => Promise.resolve(world.workers.forEach(({ pid }) => kill(pid))),
  },
  {
    name: "a function is killed",
    inflict: ({ world, random }) =>
      Promise.resolve(
        kill(world.stack.processes.get(oneOf(random, ["csv-upload", "webhooks"]))!.pid),
      ),
  },
  { name: "a client is killed and run again", inflict: killClient },
  {
    name: "a backend is killed: the database crashes",
    async inflict({ world, random }) {
      serverOf(world).killBackend(oneOf(random, await backends(world)));
      await answers(world);
    },
  },
  {
    name: "connections are cut",
    async inflict({ world }) {
      await world.sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
    },
  },
  {
    name: "the database is restarted",
    async inflict({ world }) {
      serverOf(world).restart();
      await answers(world);
    },
  },
  {
    name: "the disk is full",
    possible: ({ cluster }) => cluster?.hasOwnDisk ?? false,
    async inflict({ world, random }) {
      serverOf(world).fillDisk();
      await pause(between(random, 2_000, 4_000));
      serverOf(world).freeDisk();
      await answers(world);
    },
  },
  {
    name: "the providers fail",
    async inflict({ world, random }) {
      const rules = [
        world.sandbox.fault({ method: "POST", share: 0.2, then: { status: 500 } }),
        world.sandbox.fault({ method: "POST", share: 0.2, then: { status: 429, retryAfter: 1 } }),
        world.sandbox.fault({ method: "POST", share: 0.2, then: "drop" }),
        world.sandbox.fault({ method: "POST", share: 0.2, then: "drop_after" }),
      ];
      await pause(between(random, 2_000, 5_000));
      for (const rule of rules) rule.remove();
    },
  },
  {
    name: "the providers are slow",
    async inflict({ world, random }) {
      const rules = [
        world.sandbox.fault({ method: "POST", share: 0.5, then: { delay: 2_500 } }),
        world.sandbox.fault({ method: "POST", share: 0.3, then: "timeout_after" }),
      ];
      await pause(between(random, 2_000, 5_000));
      for (const rule of rules) rule.remove();
    },
  },
  {
    name: "webhooks arrive twice and out of order",
    async inflict({ world, random }) {
      world.sandbox.webhookFaults({ duplicate: 0.5, retry: 0.3, shuffle: true });
      await pause(between(random, 2_000, 4_000));
      world.sandbox.webhookFaults({});
    },
  },
  {
    name: "a worker's clock is a day off",
    async inflict({ world, random }) {
      const worker = world.startWorker({ SLUICE_FAULTS_DAYS: oneOf(random, ["-1", "1"]) });
      await pause(between(random, 3_000, 5_000));
      await worker.stop();
    },
  },
  {
    name: "every scheduled job runs four times at once",
    async inflict({ world }) {
      await runJobs(world, () => true, 4);
    },
  },
  {
    name: "a worker is frozen past its lease",
    async inflict({ world, random }) {
      const { pid } = oneOf(random, world.workers);
      kill(pid, "SIGSTOP");
      // Leases of messages last two minutes of the fast clock, heartbeats of jobs 15 seconds of real time.
      await pause(Math.max(120_000 / SPEED, 15_000) + between(random, 1_000, 4_000));
      kill(pid, "SIGCONT");
    },
  },
];

/** Waits until the database answers. */
async function answers({ sql }: World): Promise<void> {
  for (;;) {
    if (await sql`select 1`.then(() => true, () => false)) return;
    await pause(100);
  }
}

/** The real client, killed after a moment, and run to its end by the same command. */
async function killClient({ world, accepted, random }: Happening): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-client-"));
  const file = join(folder, "list.csv");
  const first = clientHouse;
  clientHouse += ROWS_OF_AN_UPLOAD;
  writeFileSync(file, list(first));
  const start = () =>
    spawn(process.execPath, [
      join(root, "scripts", "cli", "sluice.ts"),
      ...["upload", file, "--source", world.source.key, "--url", world.stack.functionsUrl],
      ...["--json", "--no-wait"],
    ], {
      cwd: root,
      env: { ...process.env, SLUICE_SECRET: world.source.secret },
      stdio: ["ignore", "pipe", "inherit"],
    });
  const killed = start();
  await pause(between(random, 150, 900));
  killed.kill("SIGKILL");
  for (;;) {
    const child = start();
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
    const code = await new Promise((done) => child.on("close", done));
    const last = output.trimEnd().split("\n").at(-1) ?? "";
    if (code === 0 && last.startsWith("{")) {
      accepted.uploads.set(JSON.parse(last).upload_id, first);
      break;
    }
    await pause(500);
  }
  rmSync(folder, { recursive: true, force: true });
}
