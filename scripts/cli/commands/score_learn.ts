// The learned score: fit one from what came of fed leads, report on it, and switch it on.
import { writeFile } from "node:fs/promises";
import {
  hasWon,
  learn,
  type Learned,
  NothingLearned,
  type Outcome,
} from "../../../edge-functions/_shared/scoring/learn.ts";
import { defineCommand, integer, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  findOrg,
  readDatabase,
  requireOrg,
  withDatabase,
} from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import { reportHtml, verdict } from "../score_report.ts";
import type { Sql } from "../database.ts";

interface Model {
  id: number;
  version: number;
  outcome: string;
  trained_at: Date;
  auc: number;
  rules_auc: number;
  brier: number;
  rules_brier: number;
  held_back_events: number;
  enabled_at: Date | null;
}

async function saveModel(sql: Sql, org: string, version: number, outcome: string, model: Learned) {
  const row = {
    ...model,
    version,
    outcome,
    trained_until: model.trained_until.toISOString(),
    held_back_until: model.held_back_until.toISOString(),
  };
  const [saved] = await sql<{ id: number }[]>`
    select private.put_score_model(${org}, ${row as never}::jsonb) as id`;
  return saved!.id;
}

export default [
  defineCommand({
    name: "score learn",
    description:
      "Learns a score from what came of fed leads, tests it on held-back months against the rules, and saves it " +
      "switched off. Refuses with fewer than ten outcomes per rule.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--outcome <OUTCOME>", "booked or replied, within 30 days (default: booked)")
          .option("--held-back <MONTHS>", "the latest months, for the test (default: 2)")
          .option("--report <FILE>", "write an HTML report")
          .option("--dry-run", "save nothing"),
      ),
    read: (line) => {
      const outcome = text(line.options.outcome) ?? "booked";
      if (outcome !== "booked" && outcome !== "replied") {
        throw new UsageError("--outcome must be booked or replied");
      }
      const report = text(line.options.report);
      if (report !== null && !report.endsWith(".html")) {
        throw new UsageError("--report must be a file NAME.html");
      }
      return {
        org: requireOrg(line),
        database: readDatabase(line),
        outcome,
        months: integer("--held-back", line.options.heldBack, 2, 1, 24),
        report,
        dryRun: line.options.dryRun === true,
      };
    },
    async run({ org, database, outcome, months, report, dryRun }, io) {
      const result = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        const [version] = await sql<
          {
            name: string;
            version: number;
            vertical: string;
            rules: { id: string; words: string }[];
          }[]
        >`
          select o.name, v.version, v.vertical, v.rules -> 'rules' as rules
          from public.score_versions v join public.orgs o on o.id = v.org_id
          where v.org_id = ${id} and v.state = 'active'`;
        if (!version) throw new ClientError("the org has no active score version");
        const now = io.now();
        const outcomes = await sql.begin(async (tx) => {
          await tx`set local statement_timeout = '30min'`;
          // The client reads null in an array of numbers as NaN; in JSON it stays null.
          return await tx<Outcome[]>`
            select fed_at, score, to_jsonb(points) as points, happened
            from private.score_outcomes(${id}, ${version.version}, ${outcome}, ${now})`;
        });
        let model: Learned;
        try {
          model = learn([...outcomes], { asOf: now, heldBackMonths: months });
        } catch (error) {
          if (error instanceof NothingLearned) throw new ClientError(error.message);
          throw error;
        }
        const saved = dryRun ? null : await saveModel(sql, id, version.version, outcome, model);
        return { ...version, org: version.name, id: saved, outcome, model };
      });
      if (report !== null) await writeFile(report, reportHtml(result));
      const { model, id } = result;
      print(
        io,
        database.json,
        [
          `${id === null ? "dry run" : `model ${id}`} of version ${result.version}: AUC ${
            model.auc.toFixed(3)
          } (rules ${model.rules_auc.toFixed(3)}), Brier ${model.brier.toFixed(4)} (rules ${
            model.rules_brier.toFixed(4)
          })`,
          verdict(model),
        ].join("\n"),
        {
          ok: true,
          command: "score learn",
          id,
          version: result.version,
          outcome,
          won: hasWon(model),
          ...model,
        },
      );
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score learned",
    description:
      "Lists learned scores. --on lets one of the active version count instead of the rules, where it won on " +
      "held-back months; --off lets the rules count again. Both score all leads.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (required)")
          .option("--on <ID>", "switch a learned score on")
          .option("--off <ID>", "switch a learned score off"),
      ),
    read: (line) => {
      const { on, off } = line.options;
      if (on !== undefined && off !== undefined) throw new UsageError("--on or --off, not both");
      return {
        org: requireOrg(line),
        database: readDatabase(line),
        on: on !== undefined,
        id: on === undefined && off === undefined
          ? null
          : integer(on === undefined ? "--off" : "--on", on ?? off, 0, 1, 1e9),
      };
    },
    async run({ org, database, on, id }, io) {
      const { models, changed } = await withDatabase(database, async (sql) => {
        const found = await findOrg(sql, org);
        const changed = id === null ? null : await sql.begin(async (tx) => {
          await tx`set local statement_timeout = '30min'`;
          await tx`select public.switch_learned_score(${found}, ${id}, ${on})`;
          const [row] = await tx<{ changed: number }[]>`
            select private.score_leads(${found})::integer as changed`;
          return row!.changed;
        }).catch((error) => {
          if (error.code === "23514" && error.constraint_name === "enabled_model_won") {
            throw new ClientError(`model ${id} did not win on held-back months`);
          }
          throw error.code === "SL724" ? new ClientError(error.message) : error;
        });
        const models = await sql<Model[]>`
          select id, version, outcome, trained_at, auc, rules_auc, brier, rules_brier, held_back_events, enabled_at
          from public.score_models where org_id = ${found} order by id`;
        return { models: [...models], changed };
      });
      print(
        io,
        database.json,
        [
          ...changed === null
            ? []
            : [`model ${id} is ${on ? "on" : "off"}; ${changed} scores changed`],
          ...models.length === 0 ? ["nothing learned yet"] : [],
          ...models.map((one) =>
            `model ${one.id}  version ${one.version}  ${one.outcome}  AUC ${
              one.auc.toFixed(3)
            } (rules ${one.rules_auc.toFixed(3)})  Brier ${one.brier.toFixed(4)} (rules ${
              one.rules_brier.toFixed(4)
            })  ${one.enabled_at ? "on" : "off"}`
          ),
        ].join("\n"),
        { ok: true, command: "score learned", changed, models },
      );
      return EXIT.ok;
    },
  }),
];
