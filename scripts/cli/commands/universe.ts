// Universes: which businesses an org looks for, and the runs that look for them (docs/prospects.md).
import { readFileSync } from "node:fs";
import { type CommandLine, defineCommand, isUuid, text } from "../command.ts";
import { addYesOption, confirm, saysYes } from "../confirm.ts";
import type { Sql } from "../database.ts";
import { ClientError, UsageError } from "../errors.ts";
import { addOrgOptions, answer, type OrgInput, readOrg } from "../org_command.ts";
import { plural } from "../size.ts";

interface Universe {
  id: string;
  name: string;
  state: string;
  provider: string;
  verticals: string[];
  places: number;
  businesses: number;
  incomplete: number;
  open: number;
}

const COLUMNS = `u.id, u.name, u.state, u.provider, u.verticals,
  (select count(*)::integer from public.business_places p where p.org_id = u.org_id and p.universe_id = u.id) as places,
  (select count(distinct p.business_id)::integer from public.business_places p
    where p.org_id = u.org_id and p.universe_id = u.id) as businesses,
  (select count(*)::integer from public.source_cells c
    where c.org_id = u.org_id and c.universe_id = u.id and c.state = 'incomplete') as incomplete,
  (select count(*)::integer from public.source_cells c
    where c.org_id = u.org_id and c.universe_id = u.id and c.state = 'open') as open`;

const countOf = (businesses: number) => `${businesses} business${businesses === 1 ? "" : "es"}`;

const lineOf = (u: Universe): string =>
  `${u.id}  ${u.name}  ${u.state}: ${u.verticals.join(", ")} from ${u.provider}; ` +
  `${plural(u.places, "place")}, ${countOf(u.businesses)}` +
  (u.open > 0 ? `, ${plural(u.open, "cell")} open` : "") +
  (u.incomplete > 0 ? `, ${plural(u.incomplete, "cell")} not complete` : "");

async function findUniverse(sql: Sql, org: string, wanted: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select id from public.universes
    where org_id = ${org} and (name = ${wanted} or id::text = lower(${wanted}))`;
  if (!row) throw new ClientError(`universe ${wanted} not found`);
  return row.id;
}

interface Run {
  id: string;
  universe: string;
  local_date: string;
  state: string;
  reason: string | null;
  forecast: Record<string, number | null> | null;
  most_usd: string | null;
  spent_usd: string;
  calls: number;
  cells: number;
  places_new: number;
  places_read: number;
  businesses_new: number;
}

const readRun = async (sql: Sql, id: string): Promise<Run> => {
  const [run] = await sql<Run[]>`
    select r.id, u.name as universe, r.local_date::text, r.state, r.reason, r.forecast,
      trim_scale(r.most_usd)::text as most_usd, trim_scale(r.spent_usd)::text as spent_usd, r.calls, r.cells,
      r.places_new, r.places_read, r.businesses_new
    from public.source_runs r join public.universes u on u.org_id = r.org_id and u.id = r.universe_id
    where r.id = ${id}`;
  if (!run) throw new ClientError(`run ${id} not found`);
  return run;
};

function describe(run: Run): string {
  const f = run.forecast;
  return [
    `run ${run.id} of ${run.universe} for ${run.local_date}: ${run.state}${
      run.reason ? ` (${run.reason})` : ""
    }`,
    ...(f === null ? [] : [
      `  forecast: ${
        plural(f.cells!, "cell")
      }, ${f.calls_least} to ${f.calls_most} searches at $${f.search_usd}` +
      (f.read_usd === null
        ? ""
        : `, up to ${plural(f.reads_most!, "place")} read at $${f.read_usd}`) +
      `; at most $${f.most_usd}` +
      (f.budget_left_usd === null ? ", without a budget" : `, budget left $${f.budget_left_usd}`),
    ]),
    `  so far: ${plural(run.calls, "call")}, $${run.spent_usd}, ${
      plural(run.cells, "cell")
    } answered, ` +
    `${plural(run.places_new, "new place")}, ${run.places_read} read, ` +
    `${countOf(run.businesses_new)} of them new`,
  ].join("\n");
}

const readDefinition = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
};

const named = (line: CommandLine) => ({ ...readOrg(line), name: line.operands[0]! });

/** How long to wait for the worker's forecast. */
const FORECAST_SECONDS = 120;

const ofRun = (action: "confirm" | "pause" | "resume" | "cancel", description: string) =>
  defineCommand({
    name: `universe ${action}`,
    description,
    configure: (command) => {
      addOrgOptions(command.argument("<RUN>", "id of a run"));
      if (action === "confirm") addYesOption(command);
    },
    read: (line) => {
      const run = line.operands[0]!;
      if (!isUuid(run)) throw new UsageError(`${action} needs the id of a run`);
      return { ...readOrg(line), run, yes: action !== "confirm" || saysYes(line) };
    },
    run: ({ run, yes, ...input }: OrgInput & { run: string; yes: boolean }, io) =>
      answer(`universe ${action}`, input, io, async (sql) => {
        if (action === "confirm") {
          const planned = await readRun(sql, run);
          await confirm(`${describe(planned)}\nThis starts the run.`, yes, io);
          await sql`select public.confirm_source_run(${run})`;
        } else await sql`select public.control_source_run(${run}, ${action})`;
        const now = await readRun(sql, run);
        return { text: describe(now), object: { run: now } };
      }),
  });

export default [
  defineCommand({
    name: "universe list",
    description:
      "Lists the universes of an org, with what was found and which cells are not complete.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("universe list", input, io, async (sql, org) => {
        const universes = await sql<Universe[]>`
          select ${
          sql.unsafe(COLUMNS)
        } from public.universes u where u.org_id = ${org} order by u.name`;
        return { text: universes.map(lineOf).join("\n") || "No universes.", object: { universes } };
      }),
  }),
  defineCommand({
    name: "universe save",
    description:
      "Makes a universe from a file of JSON, or changes the one that is named, and says what overlaps with it.",
    configure: (command) =>
      void addOrgOptions(
        command.argument("<FILE>", "JSON: name, provider, verticals, area and more")
          .option("--change <UNIVERSE>", "id or name of the universe that is changed"),
      ),
    read: (line) => ({
      ...readOrg(line),
      definition: readDefinition(line.operands[0]!),
      change: text(line.options.change),
    }),
    run: ({ definition, change, ...input }, io) =>
      answer("universe save", input, io, async (sql, org) => {
        const id = change === null ? null : await findUniverse(sql, org, change);
        const [row] = await sql<{ saved: { universe_id: string; overlaps: string[] } }[]>`
          select public.save_universe(${org}, ${sql.json(definition as never)}, ${id}) as saved`;
        const { universe_id, overlaps } = row!.saved;
        return {
          text: [`universe ${universe_id} saved`, ...overlaps].join("\n"),
          object: { universe_id, overlaps },
        };
      }),
  }),
  ...(["active", "paused", "ended"] as const).map((state) => {
    const word = { active: "continue", paused: "suspend", ended: "end" }[state];
    return defineCommand({
      name: `universe ${word}`,
      description: {
        active: "Continues a universe that was suspended.",
        paused: "Suspends a universe: no run is planned for it.",
        ended: "Ends a universe for good. What was found stays.",
      }[state],
      configure: (command) => void addOrgOptions(command.argument("<UNIVERSE>", "id or name")),
      read: named,
      run: ({ name, ...input }, io) =>
        answer(`universe ${word}`, input, io, async (sql, org) => {
          const id = await findUniverse(sql, org, name);
          await sql`select public.set_universe_state(${org}, ${id}, ${state}::public.universe_state)`;
          return { text: `${name} is ${state}`, object: { universe_id: id, state } };
        }),
    });
  }),
  defineCommand({
    name: "universe plan",
    description:
      "Plans the run of today for a universe and prints what it may cost. Nothing is asked before it is confirmed.",
    configure: (command) => void addOrgOptions(command.argument("<UNIVERSE>", "id or name")),
    read: named,
    run: ({ name, ...input }, io) =>
      answer("universe plan", input, io, async (sql, org) => {
        const universe = await findUniverse(sql, org, name);
        const [row] = await sql<{ id: string }[]>`
          select public.plan_source_run(${org}, ${universe}) as id`;
        const until = io.now().getTime() + FORECAST_SECONDS * 1000;
        let run = await readRun(sql, row!.id);
        while (run.state === "planning") {
          if (io.now().getTime() > until) {
            throw new ClientError(`no forecast of run ${run.id} yet: is a worker running?`);
          }
          await io.sleep(300);
          run = await readRun(sql, row!.id);
        }
        return { text: describe(run), object: { run }, ok: run.state !== "failed" };
      }),
  }),
  defineCommand({
    name: "universe runs",
    description: "Shows the last runs of an org: forecast, calls, cost, and what was found.",
    configure: (command) => void addOrgOptions(command),
    read: readOrg,
    run: (input, io) =>
      answer("universe runs", input, io, async (sql, org) => {
        const ids = await sql<{ id: string }[]>`
          select id from public.source_runs where org_id = ${org} order by created_at desc, id limit 20`;
        const runs = [];
        for (const { id } of ids) runs.push(await readRun(sql, id));
        return { text: runs.map(describe).join("\n") || "No runs.", object: { runs } };
      }),
  }),
  defineCommand({
    name: "universe cells",
    description: "Shows the cells of a universe that are open or not complete, with their corners.",
    configure: (command) => void addOrgOptions(command.argument("<UNIVERSE>", "id or name")),
    read: named,
    run: ({ name, ...input }, io) =>
      answer("universe cells", input, io, async (sql, org) => {
        const id = await findUniverse(sql, org, name);
        const cells = await sql<
          {
            category: string;
            path: string;
            state: string;
            results: number | null;
            south: number;
            west: number;
            north: number;
            east: number;
          }[]
        >`
          select category, path, state, results, south, west, north, east from public.source_cells
          where org_id = ${org} and universe_id = ${id} and state in ('open', 'incomplete')
          order by category, path limit 500`;
        const lines = cells.map((cell) =>
          `${cell.category} ${cell.path || "whole area"}  ${
            cell.state === "incomplete" ? `not complete, ${cell.results} found` : "open"
          }  ${[cell.south, cell.west, cell.north, cell.east].map((n) => n.toFixed(4)).join(" ")}`
        );
        const [asked] = await sql<{ any: boolean }[]>`
          select exists (select from public.source_cells where org_id = ${org} and universe_id = ${id}) as any`;
        const none = asked!.any ? "All cells are complete." : "Nothing was asked yet.";
        return { text: lines.join("\n") || none, object: { cells } };
      }),
  }),
  ofRun("confirm", "Starts a planned run, which may cost what its forecast says at most."),
  ofRun("pause", "Pauses a run: no further place is asked for."),
  ofRun(
    "resume",
    "Continues a run that is paused or failed; where its amount is spent, it is priced again.",
  ),
  ofRun("cancel", "Ends a run. What was found stays."),
];
