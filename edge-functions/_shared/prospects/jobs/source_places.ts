// Plans a run that looks for businesses, or continues one: cell after cell, then place after place, each recorded in a
// transaction of its own, so that a killed worker loses one answer at most.
import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, type Work } from "../../jobs/job.ts";
import type { Job } from "../../jobs/queue.ts";
import { asWriter } from "../../platform/db/client.ts";
import { loopbackAllowed } from "../../platform/settings.ts";
import { continueTrace } from "../../platform/trace.ts";
import { gatewayOf } from "../../providers/gateway/process.ts";
import type { Display, Outcome, Place, PlaceSource, PlaceWork } from "../../providers/places.ts";
import { PLACE_SOURCES } from "../../providers/registry/places.ts";
import { boundsOf, inArea, type Shape } from "../area.ts";
import { type Cell, isFloor, quartersIn } from "../cells.ts";
import { readSite, type SiteTools } from "../site/read_site.ts";

/** Cost of an answer for this process, in staged rows. */
const CELL_ROWS = 500;
const PLACE_ROWS = 1000;

interface Claimed {
  state: "planning" | "running";
  most_usd: number | null;
  spent_usd: number;
  calls: number;
  calls_most: number | null;
  correlation_id: string;
  provider: string;
  area: Shape[];
  floor_metres: number;
  categories: string[];
}

type OpenCell = Cell & { category: string };
interface Shown {
  location: Place["location"];
  display: Display;
}

interface At {
  work: Work;
  orgId: string;
  runId: string;
  jobId: string;
  run: Claimed;
  source: PlaceSource;
  asking: PlaceWork;
  site: SiteTools;
}

const siteTools = (): SiteTools => ({
  loopback: loopbackAllowed(),
  pause: async (ms) => {
    await sleep(ms);
  },
});

export async function sourcePlaces(
  work: Work,
  job: Job<"source-places">,
  site: SiteTools = siteTools(),
): Promise<void> {
  const { run_id: runId, org_id: orgId } = job.data;
  const run = await claim(work, orgId, runId, job.id);
  if (run === null) return;
  continueTrace(run.correlation_id);
  const source = PLACE_SOURCES.get(run.provider);
  if (!source) {
    await asWriter(work.sql, (tx) =>
      tx`select private.fail_source_run(${orgId}, ${runId},
        ${`this worker has no code for ${run.provider}`}, ${work.now()})`);
    return;
  }
  const asking: PlaceWork = {
    gateway: gatewayOf(work.sql),
    orgId,
    mostUsd: Math.max(0, (run.most_usd ?? 0) - run.spent_usd),
    correlationId: run.correlation_id,
    shouldStop: work.shouldStop,
  };
  const at: At = { work, orgId, runId, jobId: job.id, run, source, asking, site };
  try {
    await (run.state === "planning" ? plan : search)(at);
  } catch (error) {
    // The next job continues at once.
    await asWriter(
      work.sql,
      (tx) => tx`select private.release_source_run(${orgId}, ${runId}, ${job.id})`,
    ).catch(() => {});
    throw error;
  }
}

async function claim(work: Work, orgId: string, runId: string, jobId: string) {
  const [row] = await asWriter(work.sql, (tx) =>
    tx<{ run: Claimed | null }[]>`
      select private.claim_source_run(${orgId}, ${runId}, ${jobId}, ${work.now()}) as run`);
  return row?.run ?? null;
}

async function plan({ work, orgId, runId, jobId, run, source, asking }: At): Promise<void> {
  const searchUsd = await source.searchUsd(asking.gateway, orgId);
  if (searchUsd === null) {
    await asWriter(
      work.sql,
      (tx) => tx`select private.fail_source_run(${orgId}, ${runId}, 'no_account', ${work.now()})`,
    );
    return;
  }
  const readUsd = source.readUsd === null ? null : await source.readUsd(asking.gateway, orgId);
  const bounds = boundsOf(run.area);
  const roots = run.categories.map((category) => ({ category, path: "", ...bounds }));
  const prices = {
    search_usd: searchUsd,
    read_usd: readUsd,
    calls_per_search: source.callsPerSearch,
    ceiling: source.ceiling,
  };
  await asWriter(
    work.sql,
    (tx) =>
      tx`select private.open_source_cells(${orgId}, ${runId}, ${tx.json(roots)}, ${work.now()})`,
  );
  const [row] = await asWriter(work.sql, (tx) =>
    tx<{ forecast: Record<string, number> | null }[]>`
      select private.finish_source_plan(${orgId}, ${runId}, ${jobId}, ${
      tx.json(prices)
    }, ${work.now()}) as forecast`);
  work.log("info", "source_run_planned", { run_id: runId, org_id: orgId, ...row!.forecast });
}

/** What is left to do with a run when it stops: until when it rests, or why it is paused. */
interface Rest {
  until: Date | null;
  stop: string | null;
}

async function search(at: At): Promise<void> {
  const { work, orgId, runId, jobId } = at;
  const rest = await searchCells(at) ?? await readPlaces(at);
  if (rest === "lost") return;
  const [row] = await asWriter(work.sql, (tx) =>
    tx<{ state: string }[]>`
      select private.rest_source_run(${orgId}, ${runId}, ${jobId}, ${rest.until}, ${rest.stop}, ${work.now()}) as state`);
  work.log("info", "source_run_rests", {
    ...{ run_id: runId, org_id: orgId, state: row!.state },
    ...(rest.stop === null ? {} : { reason: rest.stop }),
  });
}

function restOf<T>(at: At, outcome: Exclude<Outcome<T>, { status: "ok" | "failed" }>): Rest {
  if (outcome.status === "stop") return { until: null, stop: outcome.reason };
  if (outcome.reason === "stopped") throw new Interrupted();
  return { until: new Date(at.work.now().getTime() + Math.max(outcome.waitMs, 1000)), stop: null };
}

/** What was spent is not to be spent again by this job. */
function pay(at: At, { calls, costUsd }: { calls: number; costUsd: number }): void {
  at.run.calls += calls;
  at.asking.mostUsd = Math.max(0, at.asking.mostUsd - costUsd);
}

/** Null: all cells are answered. */
async function searchCells(at: At): Promise<Rest | "lost" | null> {
  const { work, orgId, runId, jobId, run, source, asking } = at;
  for (;;) {
    const [next] = await asWriter(work.sql, (tx) =>
      tx<{ cell: OpenCell | null }[]>`
        select private.next_source_cell(${orgId}, ${runId}) as cell`);
    const cell = next?.cell;
    if (!cell) return null;
    if (run.calls_most !== null && run.calls + source.callsPerSearch > run.calls_most) {
      return { until: null, stop: "over_cap" };
    }
    const found = await source.search(asking, cell);
    pay(at, found);
    if (found.status === "failed") return { until: null, stop: found.reason };
    if (found.status !== "ok") return restOf(at, found);
    const { places, full } = found.value;
    const answer = {
      places: places.filter(({ location }) => location === null || inArea(location, run.area)),
      full,
      children: full && !isFloor(cell, run.floor_metres) ? quartersIn(cell, run.area) : [],
      calls: found.calls,
      cost_usd: found.costUsd,
    };
    const [row] = await asWriter(work.sql, (tx) =>
      tx<{ state: string }[]>`
        select private.record_source_cell(${orgId}, ${runId}, ${jobId}, ${
        tx.json({ category: cell.category, path: cell.path })
      }, ${tx.json(answer as never)}, ${work.now()}) as state`);
    work.spend(CELL_ROWS);
    if (row!.state !== "running") return "lost";
    if (work.shouldStop()) throw new Interrupted();
  }
}

/** Until no place is new, or the quota of the day is used up. */
async function readPlaces(at: At): Promise<Rest | "lost"> {
  const { work, orgId, runId, jobId, source, asking } = at;
  for (;;) {
    const [next] = await asWriter(
      work.sql,
      (tx) =>
        tx<{ place: { place_id: string; shown: Shown | null } | null }[]>`
        select private.next_source_place(${orgId}, ${runId}, ${work.now()}) as place`,
    );
    const place = next?.place;
    if (!place) return { until: null, stop: null };
    let shown = place.shown;
    let result: Record<string, unknown> | null = null;
    if (shown === null && source.readUsd !== null) {
      const read = await source.read(asking, place.place_id);
      pay(at, read);
      if (read.status === "stop" || read.status === "later") return restOf(at, read);
      if (read.status === "ok" && read.value?.display) {
        shown = { location: read.value.location, display: read.value.display };
      } else {
        result = read.status === "ok" ? { state: "gone" } : { state: "later", reason: read.reason };
      }
      await asWriter(
        work.sql,
        (tx) =>
          tx`select private.keep_place(${orgId}, ${runId}, ${place.place_id}, ${
            shown === null ? null : tx.json(shown as never)
          }, ${read.calls}, ${read.costUsd}, ${work.now()})`,
      );
    }
    result ??= shown === null
      // What it showed has expired, and only a search would tell again.
      ? { state: "left_out", reason: "expired" }
      : await resultOf(at, shown);
    const [row] = await asWriter(work.sql, (tx) =>
      tx<{ state: string }[]>`
        select private.record_source_place(${orgId}, ${runId}, ${jobId}, ${place.place_id}, ${
        tx.json(result as never)
      }, ${work.now()}) as state`);
    work.spend(PLACE_ROWS);
    if (row!.state !== "running") return "lost";
    if (work.shouldStop()) throw new Interrupted();
  }
}

async function resultOf(
  { work, orgId, runId, run, site }: At,
  { location, display }: Shown,
): Promise<Record<string, unknown>> {
  const leftOut = (reason: string) => ({ state: "left_out", reason });
  if (!display.open) return leftOut("closed");
  if (location !== null && !inArea(location, run.area)) return leftOut("outside");
  const [row] = await asWriter(work.sql, (tx) =>
    tx<{ reason: string | null }[]>`
      select private.filter_place(${orgId}, ${runId}, ${tx.json(display as never)}) as reason`);
  if (row!.reason !== null) return leftOut(row!.reason);
  const known = { state: "read", display, location };
  if (display.website === null) return known;
  const read = await readSite(display.website, site);
  if (read.status === "later") return { state: "later", reason: `unreadable: ${read.reason}` };
  if (read.status === "never") return { ...known, reason: `unreadable: ${read.reason}` };
  const { facts, url } = read;
  return {
    ...known,
    source_url: url,
    business: {
      ...{ name: facts.name, website: url, street: facts.street, city: facts.city },
      ...{ state: facts.state, zip: facts.zip, phones: facts.phones, emails: facts.emails },
      ...{ latitude: facts.latitude, longitude: facts.longitude },
      facts: {
        ...(facts.hours.length > 0 ? { hours: facts.hours } : {}),
        ...(facts.social.length > 0 ? { social: facts.social } : {}),
        ...(facts.types.length > 0 ? { schema_types: facts.types } : {}),
      },
    },
  };
}
