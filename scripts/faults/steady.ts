// `npm run load`: uploads, webhooks and dispatch at once for a time; docs/reliability.md has the numbers. Latencies and
// memory of the first and the last third show whether anything grows.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { percentile } from "../bench/http_load.ts";
import { findWrong, settle } from "./checks.ts";
import { startLoad } from "./load.ts";
import { startFaultWorld, type World } from "./world.ts";

const usage = `Usage: npm run load -- [--minutes N] [--json]

  --minutes N  how long (default 30)
  --json       ends with one JSON object

500 rows a second in uploads of 1,000, eight messages a second, and the webhooks that follow.
Exit codes: 0 nothing was lost or sent twice, 1 something was, 2 invalid usage
`;

const ROWS = 1_000;

interface Sample {
  /** Milliseconds since the beginning. */
  at: number;
  what: "upload" | "webhook" | "dispatch" | "memory";
  /** Milliseconds, or mebibytes of memory. */
  value: number;
}

function residentMiB(pid: number | null): number {
  if (pid === null) return 0;
  const line = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) / 1024;
}

/** From the moment when a step fell due until its request to the provider, in milliseconds. */
async function delays({ sql, orgId }: World, due: Map<string, Date>) {
  const rows = await sql<{ lead_id: string; requested_at: Date }[]>`
    select lead_id, requested_at from public.messages
    where org_id = ${orgId} and requested_at is not null`;
  return rows.flatMap(({ lead_id, requested_at }) => {
    const from = due.get(lead_id);
    return from ? [{ at: requested_at, millis: requested_at.getTime() - from.getTime() }] : [];
  });
}

function readMinutes(): { minutes: number; json: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: "string", default: "30" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const minutes = Number(values.minutes);
    if (!(minutes > 0 && minutes <= 30)) {
      throw new Error("--minutes is more than 0, and at most 30");
    }
    return { minutes, json: values.json };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const { minutes, json } = readMinutes();
const world = await startFaultWorld({
  ...{ leads: Math.ceil(minutes * 60 * 4.4), seed: 1, speed: 1, ownServer: false },
});
const samples: Sample[] = [];
let failed = false;
try {
  await pause(3_000);
  const began = performance.now(), start = world.clock.now().getTime();
  const now = () => performance.now() - began;
  const load = startLoad(world, {
    ...{ rows: ROWS, uploadEvery: 1_900, steps: 1, stepEvery: 240, scheduleEvery: 60_000 },
    onUpload: (value) => samples.push({ at: now(), what: "upload", value }),
  });
  const memory = setInterval(() => {
    for (const { pid } of [...world.stack.processes.values(), ...world.workers]) {
      samples.push({ at: now(), what: "memory", value: residentMiB(pid) });
    }
  }, 5_000);
  let seen = 0;
  while (now() < minutes * 60_000 && !load.failure()) {
    await pause(1_000);
    const fresh = world.sandbox.deliveries.slice(seen);
    seen += fresh.length;
    for (const { millis } of fresh) samples.push({ at: now(), what: "webhook", value: millis });
  }
  clearInterval(memory);
  const length = now();
  await load.stop();
  const { accepted } = load;
  const settling = performance.now();
  await settle(world, accepted);
  for (const { at, millis } of await delays(world, accepted.leads)) {
    samples.push({ at: at.getTime() - start, what: "dispatch", value: millis });
  }
  const { lost, twice } = await findWrong(world, accepted, ROWS);
  if (load.failure()) lost.push(load.failure()!.message);
  failed = lost.length + twice.length > 0;
  const third = (what: Sample["what"], nth: number) =>
    samples.filter((one) => one.what === what && Math.floor(one.at / (length / 3)) === nth)
      .map(({ value }) => value).sort((a, b) => a - b);
  const shares = [0.5, 0.95, 0.99] as const;
  const report = Object.fromEntries(
    (["upload", "webhook", "dispatch", "memory"] as const).map((what) => [
      what,
      [0, 1, 2].map((nth) => {
        const sorted = third(what, nth);
        return {
          count: sorted.length,
          ...Object.fromEntries(
            shares.map((
              share,
            ) => [`p${share * 100}`, Math.round(percentile(sorted, share) * 10) / 10]),
          ),
          most: Math.round((sorted.at(-1) ?? NaN) * 10) / 10,
        };
      }),
    ]),
  );
  for (const [what, thirds] of Object.entries(report)) {
    thirds.forEach((one, nth) =>
      console.log(
        `${what}, third ${nth + 1}: ${
          Object.entries(one).map(([k, v]) => `${k} ${v}`).join(", ")
        } ${what === "memory" ? "(MiB of a process)" : "(ms)"}`,
      )
    );
  }
  for (const line of [...lost, ...twice].slice(0, 20)) console.log(`wrong: ${line}`);
  console.log(
    `${
      accepted.uploads.size * ROWS
    } rows, ${accepted.leads.size} messages, ${world.sandbox.deliveries.length} ` +
      `webhooks in ${minutes} minutes; settled ${
        ((performance.now() - settling) / 1000).toFixed(1)
      } s after; ${load.repeated()} requests repeated; ${lost.length} lost, ${twice.length} twice`,
  );
  if (json) console.log(JSON.stringify(report));
} finally {
  await world.stop();
}
process.exit(failed ? 1 : 0);
