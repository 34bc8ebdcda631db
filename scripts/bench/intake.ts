// Items 1 and 2: from the start of the client to the last resolved lead, against COPY of the result;
// and the memory of client, function and worker during it.
import { type Baseline, copyResultOf } from "./baseline.ts";
import { runClient } from "./client.ts";
import { makeList } from "./list.ts";
import { cpuSeconds, DatabaseCpu, peakMiB } from "./processes.ts";
import { integer, type Line, seconds, sizeName } from "./report.ts";
import type { World } from "./world.ts";

export interface Intake {
  rows: number;
  into: number;
  seconds: number;
  baseline: Baseline;
  /** CPU seconds of the database, and of client, function and worker together. */
  cpu: { database: number | null; function: number | null; worker: number | null };
  peak: { client: number | null; function: number | null; worker: number | null };
}

export async function measureIntake(
  world: World,
  rows: number,
  into: number,
  more: string[],
): Promise<Intake> {
  const list = await makeList(rows, into);
  const { sql, stack } = world;
  const pid = (name: string) => stack.processes.get(name)?.pid ?? null;
  const used = () => ({
    function: cpuSeconds(pid("csv-upload")),
    worker: cpuSeconds(pid("worker-loop")),
  });
  await sql.unsafe("checkpoint");
  const before = used();
  const server = new DatabaseCpu(world.server, world.database);
  const run = await runClient(world, list.file, more);
  const database = server.stop();
  const after = used();
  const uploadId = String(run.answer.upload_id);
  const counts = run.answer.counts as Record<string, number>;
  if (run.answer.state !== "completed" || counts.created !== rows) {
    throw new Error(`Not every row became a lead: ${JSON.stringify(run.answer)}`);
  }
  const [upload] = await sql`
    select extract(epoch from completed_at)::float8 as at from public.uploads where id = ${uploadId}`;
  return {
    rows,
    into,
    seconds: upload!.at - run.startedAt / 1000,
    baseline: await copyResultOf(world, uploadId),
    cpu: {
      database,
      function: difference(after.function, before.function),
      worker: difference(after.worker, before.worker),
    },
    peak: {
      client: run.peakMiB,
      function: peakMiB(pid("csv-upload")),
      worker: peakMiB(pid("worker-loop")),
    },
  };
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}

const micros = (cpu: number | null, rows: number) =>
  cpu === null ? null : Math.round(cpu / rows * 1e6);

export function intakeLines(intakes: Intake[]): Line[] {
  const lines = intakes.map((run): Line => {
    const rate = run.rows / run.seconds;
    const ratio = run.seconds / run.baseline.seconds;
    const perRow = {
      database: micros(run.cpu.database, run.rows),
      worker: micros(run.cpu.worker, run.rows),
      function: micros(run.cpu.function, run.rows),
      copy: micros(run.baseline.cpu, run.rows),
    };
    return {
      item: 1,
      what: `upload of ${sizeName(run.rows)} rows into ${
        run.into ? `${sizeName(run.into)} leads` : "none"
      }`,
      ratio,
      against: `COPY of the result, ${seconds(run.baseline.seconds)}`,
      absolute:
        `${seconds(run.seconds)}, ${
          integer(rate)
        } rows/s; CPU µs/row: database ${perRow.database}, ` +
        `worker ${perRow.worker}, function ${perRow.function}, COPY ${perRow.copy}`,
      goal: "≤ 3 ×, ≥ 20,000 rows/s",
      met: ratio <= 3 && rate >= 20_000,
      data: {
        seconds: run.seconds,
        copy_seconds: run.baseline.seconds,
        rows_per_second: rate,
        ...prefixed(perRow),
      },
    };
  });
  const grown = intakes.find(({ into }) => into > 0);
  const empty = intakes.find(({ into, rows }) => into === 0 && rows === grown?.rows);
  if (grown && empty) {
    const ratio = grown.seconds / empty.seconds;
    lines.push({
      item: 1,
      what: `a row into ${sizeName(grown.into)} leads`,
      ratio,
      against: "a row into none",
      absolute: `${(grown.seconds / grown.rows * 1e6).toFixed(1)} µs to ${
        (empty.seconds / empty.rows * 1e6).toFixed(1)
      } µs`,
      goal: "≤ 1.3 ×",
      met: ratio <= 1.3,
      data: { seconds: grown.seconds, empty_seconds: empty.seconds },
    });
  }
  return lines;
}

function prefixed(perRow: Record<string, number | null>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(perRow).map(([name, value]) => [`cpu_us_${name}`, value]),
  );
}

export function memoryLines(intakes: Intake[]): Line[] {
  const runs = intakes.filter(({ into }) => into === 0);
  const smallest = runs[0];
  if (!smallest) return [];
  return runs.flatMap((run) =>
    (["client", "function", "worker"] as const).map((name): Line => {
      const peak = run.peak[name];
      const base = smallest.peak[name];
      return {
        item: 2,
        what: `peak memory of the ${name}, ${sizeName(run.rows)} rows`,
        ratio: peak !== null && base ? peak / base : null,
        against: `${sizeName(smallest.rows)} rows`,
        absolute: peak === null ? "not measured here" : `${peak.toFixed(0)} MiB`,
        goal: "< 200 MB",
        met: peak === null ? null : peak * 1.048576 < 200,
        data: { mib: peak },
      };
    })
  );
}
