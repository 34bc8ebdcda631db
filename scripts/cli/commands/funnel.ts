// The funnel of an org: what each step lost, took and cost.
import { defineCommand, integer, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  findOrg,
  readDatabase,
  requireOrg,
  withDatabase,
} from "../database.ts";
import { EXIT, UsageError } from "../errors.ts";

const SPLITS = ["period", "day", "source", "campaign", "broker"];

interface Step {
  key: string | null;
  label: string | null;
  kind: string;
  reached: number;
  dropped: number | null;
  kept: number | null;
  median_seconds: number | null;
  p90_seconds: number | null;
  answers_429: number | null;
  answers_5xx: number | null;
  cost_usd: number | null;
  cost_per_lead: number | null;
}

/** "40 s", "3.5 h": two digits are enough for an estimate. */
function lasting(seconds: number | null): string {
  if (seconds === null) return "-";
  const [unit, size] = ([["d", 86400], ["h", 3600], ["min", 60]] as const)
    .find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Number((seconds / size).toPrecision(2))} ${unit}`;
}

export default [defineCommand({
  name: "funnel",
  description:
    "Shows the steps of the funnel in the last days: how many reached each one, how many were lost since the step before, " +
    "how long it took, what it cost, and how often a provider answered 429 or 5xx.",
  configure: (command) =>
    void addDatabaseOptions(
      command.option("--org <ORG>", "id or name of the org (required)")
        .option("--days <N>", "the last N days (default 30)")
        .option("--by <SPLIT>", `${SPLITS.join(", ")} (default period)`),
    ),
  read(line) {
    const by = text(line.options.by) ?? "period";
    if (!SPLITS.includes(by)) throw new UsageError(`--by must be one of ${SPLITS.join(", ")}`);
    return {
      org: requireOrg(line),
      days: integer("--days", line.options.days, 30, 1, 732),
      by,
      database: readDatabase(line),
    };
  },
  async run({ org, days, by, database }, io) {
    const steps = await withDatabase(database, async (sql) => {
      const id = await findOrg(sql, org);
      return await sql<Step[]>`
        select key, label, kind::text, reached::int, dropped::int, kept::float8, timed::int, median_seconds::float8,
          p90_seconds::float8, mean_seconds::float8, answers_429::int, answers_5xx::int, cost_usd::float8,
          cost_per_lead::float8
        from (select private.org_date(${id}, ${io.now()}) as today) d,
          public.funnel_steps(${id}, d.today - ${days}::int + 1, d.today, ${by}, 10000)`;
    });
    const groups = Map.groupBy(steps, ({ key }) => key);
    const lines = [...groups.values()].flatMap((group) => [
      ...by === "period" ? [] : [`${group[0]!.label ?? group[0]!.key ?? "none"}`],
      `${"step".padEnd(10)}${"reached".padStart(9)}${"lost".padStart(9)}${"median".padStart(9)}${
        "p90".padStart(9)
      }${"429".padStart(7)}${"5xx".padStart(7)}${"USD".padStart(10)}${"per lead".padStart(10)}`,
      ...group.map((step) =>
        `${step.kind.padEnd(10)}${String(step.reached).padStart(9)}${
          String(step.dropped ?? "-").padStart(9)
        }${lasting(step.median_seconds).padStart(9)}${lasting(step.p90_seconds).padStart(9)}${
          String(step.answers_429 ?? "-").padStart(7)
        }${String(step.answers_5xx ?? "-").padStart(7)}${
          (step.cost_usd ? step.cost_usd.toFixed(2) : "-").padStart(10)
        }${(step.cost_per_lead ? step.cost_per_lead.toFixed(4) : "-").padStart(10)}`
      ),
      "",
    ]);
    const shown = lines.length === 0
      ? "Nothing happened in these days."
      : lines.join("\n").trimEnd();
    print(io, database.json, shown, { ok: true, command: "funnel", by, days, steps });
    return EXIT.ok;
  },
})];
