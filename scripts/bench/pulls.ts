// Item 14: a county's parcels, pulled page by page from an ArcGIS layer, and the memory of the worker during it.
// Alone: node scripts/bench/pulls.ts [--rows N]
import { parseArgs } from "node:util";
import { parcel, startOpenData } from "../sandbox/opendata/server.ts";
import { cpuSeconds, peakMiB } from "./processes.ts";
import { integer, type Line, printTable, sizeName } from "./report.ts";
import { inWorld, type World } from "./world.ts";

const LAYER = "/arcgis/rest/services/Parcels/FeatureServer/0";
/** What many counties allow. */
const PAGE = 1_000;

interface Pulled {
  rows: number;
  seconds: number;
  peak: number | null;
  cpu: number | null;
}

async function measurePull({ sql, stack, orgId }: World, rows: number): Promise<Pulled> {
  const data = await startOpenData();
  try {
    data.rows = Array.from({ length: rows }, (_, n) => parcel(n + 1));
    data.maxRecordCount = PAGE;
    const [source] = await sql<{ id: string }[]>`
      insert into public.sources (org_id, key, name) values (${orgId}, ${`county-${rows}`}, 'County')
      returning id`;
    await sql`
      insert into public.pulls (org_id, source_id, kind, url, terms, at_times)
      values (${orgId}, ${source!.id}, 'arcgis', ${data.url + LAYER}, 'public record', '{00:00}')`;
    const pid = stack.processes.get("worker-loop")?.pid ?? null;
    const before = cpuSeconds(pid);
    const began = performance.now();
    await sql`select public.run_pull(${source!.id})`;
    for (;;) {
      const [run] = await sql<
        { state: string; rows: string; error: string | null; open: boolean }[]
      >`
        select r.state, r.rows, r.error, coalesce(u.state in ('receiving', 'processing'), true) as open
        from public.pull_runs r left join public.uploads u on u.id = r.upload_id
        where r.source_id = ${source!.id} order by r.due_at desc limit 1`;
      if (run?.state === "failed" || run?.state === "held") {
        throw new Error(`${run.state}: ${run.error}`);
      }
      if (run?.state === "completed" && !run.open) {
        if (Number(run.rows) !== rows) throw new Error(`${run.rows} of ${rows} rows were pulled`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const after = cpuSeconds(pid);
    return {
      rows,
      seconds: (performance.now() - began) / 1000,
      peak: peakMiB(pid),
      cpu: before === null || after === null ? null : after - before,
    };
  } finally {
    await data.stop();
  }
}

/** Each size in a world of its own: the peak of a process does not fall. */
export async function measurePulls(sizes: readonly number[]): Promise<Line[]> {
  const runs: Pulled[] = [];
  for (const rows of sizes) {
    await inWorld({ worker: true }, async (world) => {
      runs.push(await measurePull(world, rows));
    });
  }
  const smallest = runs[0]!;
  return runs.map((run): Line => ({
    item: 14,
    what: `peak memory of the worker, pull of ${sizeName(run.rows)} parcels`,
    ratio: run.peak !== null && smallest.peak ? run.peak / smallest.peak : null,
    against: `${sizeName(smallest.rows)} parcels`,
    absolute: `${run.peak === null ? "not measured here" : `${run.peak.toFixed(0)} MiB`}; ${
      run.seconds.toFixed(0)
    } s to the last lead, ${integer(run.rows / run.seconds)} rows/s; CPU of the worker ${
      run.cpu === null ? "?" : (run.cpu / run.rows * 1e6).toFixed(0)
    } µs a row`,
    goal: "< 200 MB",
    met: run.peak === null ? null : run.peak * 1.048576 < 200,
    data: { mib: run.peak, seconds: run.seconds, rows: run.rows },
  }));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { rows: { type: "string", default: "1000000" } } });
  printTable(await measurePulls([10_000, Number(values.rows)]), console.log);
}
