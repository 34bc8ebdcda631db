// The score: rules from files, their versions, and what they make of a lead.
import type { Command } from "commander";
import { type CommandLine, defineCommand, leadId, print, text } from "../command.ts";
import {
  addDatabaseOptions,
  type Database,
  findOrg,
  orgOfLead,
  readDatabase,
  requireOrg,
  type Sql,
  withDatabase,
} from "../database.ts";
import { ClientError, EXIT, UsageError } from "../errors.ts";
import { compileFile, compileVersion } from "../score_files.ts";
import {
  type Explained,
  explainText,
  type Trial,
  trialText,
  type Version,
  versionText,
} from "../score_text.ts";
import learning from "./score_learn.ts";

interface OrgCommand {
  org: string;
  database: Database;
}

const readOrg = (line: CommandLine): OrgCommand => ({
  org: requireOrg(line),
  database: readDatabase(line),
});
const addOrg = (command: Command) =>
  addDatabaseOptions(command.option("--org <ORG>", "id or name of the org (required)"));

function readVersion(value: string | null): number | null {
  if (value === null) return null;
  if (!/^[1-9][0-9]{0,8}$/.test(value)) throw new UsageError("--version must be a positive number");
  return Number(value);
}

/** The version, or the newest. */
async function findVersion(sql: Sql, org: string, version: number | null): Promise<number> {
  const [row] = await sql<{ version: number }[]>`
    select version from public.score_versions
    where org_id = ${org} and (${version}::integer is null or version = ${version}::integer)
    order by version desc limit 1`;
  if (!row) {
    throw new ClientError(
      version ? `score version ${version} not found` : "the org has no rules yet",
    );
  }
  return row.version;
}

async function tryVersion(sql: Sql, org: string, version: number): Promise<Trial> {
  return await sql.begin(async (tx) => {
    await tx`set local statement_timeout = '30min'`;
    const [row] = await tx<{ trial: Trial }[]>`
      select private.try_score_version(${org}, ${version}) as trial`;
    return row!.trial;
  });
}

/** Another version counts, and scores all leads, in one transaction: no feed sees scores of two versions. */
async function change(sql: Sql, org: string, work: (tx: Sql) => Promise<unknown>): Promise<number> {
  return await sql.begin(async (tx) => {
    await tx`set local statement_timeout = '30min'`;
    await work(tx as unknown as Sql);
    const [row] = await tx<{ changed: number }[]>`
      select private.score_leads(${org})::integer as changed`;
    return row!.changed;
  });
}

export default [
  defineCommand({
    name: "score check",
    description: "Compiles a file of rules and reports every problem with its line and column.",
    configure: (command) => void addDatabaseOptions(command.argument("<FILE>")),
    read: (line) => ({ file: line.operands[0]!, database: readDatabase(line) }),
    async run({ file, database }, io) {
      const { rules, compiled } = await withDatabase(database, (sql) => compileFile(sql, file));
      print(io, database.json, `${file}: ${rules.rules.length} rules, no problems`, {
        ok: true,
        command: "score check",
        rules: rules.rules.length,
        fields: compiled.fields,
        activities: compiled.activities,
      });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score recompile",
    description:
      "Compiles the saved versions of all orgs, or of one, as this release does, and replaces the queries that " +
      "differ. To be run after an upgrade.",
    configure: (command) =>
      void addDatabaseOptions(
        command.option("--org <ORG>", "id or name of the org (default: all)"),
      ),
    read: (line) => ({ org: text(line.options.org), database: readDatabase(line) }),
    async run({ org, database }, io) {
      const results = await withDatabase(database, async (sql) => {
        const id = org === null ? null : await findOrg(sql, org);
        const versions = await sql<
          { org_id: string; version: number; rules: unknown; sources: Record<string, string> }[]
        >`
          select org_id, version, rules, sources from public.score_versions
          where ${id}::uuid is null or org_id = ${id}::uuid order by org_id, version`;
        const done: { org_id: string; version: number; result: string }[] = [];
        for (const one of versions) {
          const compiled = await compileVersion(sql, one);
          const [row] = compiled === null ? [] : await sql<{ replaced: boolean }[]>`
            select private.replace_score_statement(${one.org_id}, ${one.version},
              ${compiled as never}::jsonb) as replaced`;
          const result = row ? row.replaced ? "replaced" : "unchanged" : "unreadable";
          done.push({ org_id: one.org_id, version: one.version, result });
        }
        return done;
      });
      const count = (result: string) => results.filter((one) => one.result === result).length;
      const lines = [
        `${count("replaced")} replaced, ${count("unchanged")} unchanged`,
        ...results.filter((one) => one.result === "unreadable").map((one) =>
          `org ${one.org_id}, version ${one.version}: its rules would read differently now, so its query stays; save ` +
          "its file again with: sluice score put"
        ),
      ];
      print(io, database.json, lines.join("\n"), {
        ...{ ok: true, command: "score recompile", versions: results },
      });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score put",
    description:
      "Compiles a file of rules, with those it extends, and saves it as a draft unless nothing changed. " +
      "With --dry-run, says what it would change and saves nothing.",
    configure: (command) =>
      void addOrg(
        command.argument("<FILE>").option(
          "--dry-run",
          "who would change tier, and tomorrow's feed",
        ),
      ),
    read: (line) => ({
      ...readOrg(line),
      file: line.operands[0]!,
      dryRun: line.options.dryRun === true,
    }),
    async run({ file, org, database, dryRun }, io) {
      const result = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        const { rules, sources, compiled } = await compileFile(sql, file);
        const put = async (tx: Sql) => {
          const [row] = await tx<{ version: number; is_new: boolean }[]>`
            select * from private.put_score_version(${id}, ${rules.vertical}, ${rules as never}::jsonb,
              ${sources as never}::jsonb, ${compiled as never}::jsonb)`;
          return row!;
        };
        if (!dryRun) return { ...await put(sql), trial: null };
        // Saved and taken back: a version that does not exist cannot be tried.
        let trial: Trial | null = null;
        const undo = new Error("dry run");
        await sql.begin(async (tx) => {
          await tx`set local statement_timeout = '30min'`;
          const { version } = await put(tx as unknown as Sql);
          const [row] = await tx<{ trial: Trial }[]>`
            select private.try_score_version(${id}, ${version}) as trial`;
          trial = row!.trial;
          throw undo;
        }).catch((error) => {
          if (error !== undo) throw error;
        });
        return { version: trial!.version, is_new: false, trial };
      });
      const what = result.trial
        ? trialText(result.trial)
        : result.is_new
        ? `version ${result.version} is saved as a draft; activate it: sluice score activate --version ${result.version}`
        : `unchanged since version ${result.version}`;
      print(io, database.json, what, {
        ok: true,
        command: "score put",
        version: result.version,
        changed: result.is_new,
        ...result.trial ? { dry_run: result.trial } : {},
      });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score try",
    description:
      "Says what a saved version would change: who changes tier, examples, tomorrow's feed before and after.",
    configure: (command) =>
      void addOrg(command.option("--version <N>", "the version (default: the newest)")),
    read: (line) => ({ ...readOrg(line), version: readVersion(text(line.options.version)) }),
    async run({ org, version, database }, io) {
      const trial = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        return await tryVersion(sql, id, await findVersion(sql, id, version));
      });
      print(io, database.json, trialText(trial), { ok: true, command: "score try", ...trial });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score activate",
    description: "Makes a version the one that scores the org's leads, and scores them all.",
    configure: (command) =>
      void addOrg(command.option("--version <N>", "the version (default: the newest)")),
    read: (line) => ({ ...readOrg(line), version: readVersion(text(line.options.version)) }),
    async run({ org, version, database }, io) {
      const result = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        const found = await findVersion(sql, id, version);
        const changed = await change(
          sql,
          id,
          (tx) => tx`select public.activate_score(${id}, ${found})`,
        );
        return { version: found, scored: changed };
      });
      print(
        io,
        database.json,
        `version ${result.version} is active; ${result.scored} scores changed`,
        {
          ok: true,
          command: "score activate",
          ...result,
        },
      );
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score rollback",
    description:
      "Returns to the version that was active before; where there was none, the scores of lists count again.",
    configure: (command) => void addOrg(command),
    read: readOrg,
    async run({ org, database }, io) {
      const result = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        let version: number | null = null;
        const changed = await change(sql, id, async (tx) => {
          const [row] = await tx<{ version: number | null }[]>`
            select public.roll_back_score(${id}) as version`;
          version = row!.version;
        });
        return { version: version as number | null, scored: changed };
      });
      const what = result.version === null
        ? "no version is active: the scores of lists count"
        : `version ${result.version} is active again; ${result.scored} scores changed`;
      print(io, database.json, what, { ok: true, command: "score rollback", ...result });
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score list",
    description: "Lists the versions of the org's rules, and who activated which when.",
    configure: (command) => void addOrg(command),
    read: readOrg,
    async run({ org, database }, io) {
      const versions = await withDatabase(database, async (sql) => {
        const id = await findOrg(sql, org);
        return await sql<Version[]>`
          select v.version, v.vertical, v.state, cardinality(v.rule_ids) as rules, v.created_at,
            coalesce((select jsonb_agg(jsonb_build_object('action', a.action, 'at', a.at, 'user_id', a.user_id)
              order by a.id) from public.score_activations a
              where a.org_id = v.org_id and a.version = v.version), '[]') as history
          from public.score_versions v where v.org_id = ${id} order by v.version`;
      });
      print(
        io,
        database.json,
        versions.length === 0 ? "no rules yet" : versions.map(versionText).join("\n"),
        { ok: true, command: "score list", versions: [...versions] },
      );
      return EXIT.ok;
    },
  }),
  defineCommand({
    name: "score explain",
    description: "Explains the score of a lead, rule by rule.",
    configure: (command) => void addDatabaseOptions(command.argument("<LEAD_ID>")),
    read: (line) => ({ lead: leadId(line.operands[0]!), database: readDatabase(line) }),
    async run({ lead, database }, io) {
      const explained = await withDatabase(database, async (sql) => {
        const org = await orgOfLead(sql, lead);
        const [score] = await sql<Explained["score"][]>`
          select version, score, rule_score, fit, engagement, tier, confidence, scored_at
          from public.lead_scores where org_id = ${org} and lead_id = ${lead}`;
        if (!score) throw new ClientError(`lead ${lead} has no score`);
        const rules = await sql<Explained["rules"]>`
          select * from public.explain_score(${org}, ${lead})`;
        return { score, rules: [...rules] };
      });
      print(io, database.json, explainText(explained), {
        ok: true,
        command: "score explain",
        lead_id: lead,
        ...explained,
      });
      return EXIT.ok;
    },
  }),
  ...learning,
];
