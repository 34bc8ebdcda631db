// Differences between two databases: what `npm run db:migration` writes and the drift check reads.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ApplyError,
  applyFiles,
  buildFromMigrations,
  buildFromSql,
  createDatabase,
  createShimmed,
  type Server,
  type TestDatabase,
} from "./database.ts";
import {
  compareSchemas,
  databaseSchema,
  describeDifference,
  type SchemaDifference,
} from "./dump.ts";
import {
  checkout,
  migrationFiles,
  migrationsFolder,
  type SqlFile,
  versionAndName,
} from "./migrations.ts";
import { root, tool } from "./paths.ts";
import {
  compareJobs,
  compareTables,
  cronJobs,
  dataStatements,
  describeChange,
  describeJob,
  type JobChange,
  jobStatements,
  referenceTables,
  type TableChange,
} from "./reference_data.ts";
import { isReleased } from "./releases.ts";
import { rightsStatements } from "./rights.ts";
import { plainUrl, run, supabase } from "./supabase.ts";

/** Statements that turn the structure of the first database into that of the second; empty when they are equal. */
export async function databaseDiff(from: string, to: string): Promise<string> {
  const outcome = await supabase("db", "diff", "--from", plainUrl(from), "--to", plainUrl(to));
  if (outcome.status !== 0) throw new Error(`supabase db diff: ${outcome.stderr}${outcome.stdout}`);
  return outcome.stdout.replace(/^No schema changes found\s*$/m, "").trim();
}

export interface Drift {
  structure: SchemaDifference[];
  data: TableChange[];
  jobs: JobChange[];
}

/** Finds differences: objects but for the order of columns, rows of reference data (queues among them), cron jobs. */
export async function findDrift(from: string, to: string): Promise<Drift> {
  const [one, two] = await Promise.all([from, to].map(async (url) => ({
    schema: await databaseSchema(url),
    tables: await referenceTables(url),
    jobs: await cronJobs(url),
  })));
  if (!one || !two) throw new Error("Two databases are required.");
  return {
    structure: compareSchemas(one.schema, two.schema),
    data: compareTables(one.tables, two.tables),
    jobs: compareJobs(one.jobs, two.jobs),
  };
}

/** One entry for each object, table and job that differs. */
export function describeDrift({ structure, data, jobs }: Drift): string[] {
  return [
    ...structure.map(describeDifference),
    ...data.map(describeChange),
    ...jobs.map(describeJob),
  ];
}

let counter = 0;

/** Builds one database from the migrations and one from sql/, and drops both after `work`. */
export async function withBoth<T>(
  server: Server,
  work: (fromMigrations: TestDatabase, fromSql: TestDatabase) => Promise<T>,
  tree = checkout,
): Promise<T> {
  const suffix = `${process.pid}_drift${++counter}`;
  const one = await createShimmed(server, `sluice_test_${suffix}_migrations`);
  try {
    const two = await createShimmed(server, `sluice_test_${suffix}_sql`);
    try {
      // One after the other: both create the roles of a new cluster.
      await buildFromMigrations(one.url, tree);
      await buildFromSql(two.url, tree);
      return await work(one, two);
    } finally {
      await two.drop();
    }
  } finally {
    await one.drop();
  }
}

const heading = (name: string) =>
  `-- ${
    name.replaceAll("_", " ")
  }: written by \`npm run db:migration\` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';
`;

/**
 * The owner's own rights are left out: the owner has them anyway, and lists that PostgreSQL 15 knows would take those
 * away that a newer server has beyond them.
 */
function tidyStructure(statements: string, owner: string): string {
  const own = new RegExp(
    `^(REVOKE|GRANT) [A-Z, ]+ ON [^;]+ (FROM|TO) "${owner}";\\n*`,
    "gm",
  );
  const unchecked = /^SET local check_function_bodies = off;\n*/gim;
  const tidy = statements.replace(own, "").replace(unchecked, "").replace(/\n{3,}/g, "\n\n").trim();
  // Functions may come before what they read.
  return tidy && unchecked.test(statements)
    ? `set local check_function_bodies = off;\n\n${tidy}`
    : tidy;
}

/** The statements that add enum labels, and all others. */
export function separateLabels(structure: string): { labels: string; others: string } {
  const addsLabel = /^ALTER TYPE [^;]+ ADD VALUE [^;]+;\n*/gm;
  return {
    labels: (structure.match(addsLabel) ?? []).join("").trim(),
    others: structure.replace(addsLabel, "").trim(),
  };
}

/** A second, for versions that follow each other. */
const step = 1000;

function nextVersion(files: SqlFile[]): Date {
  const last = files.map((file) => versionAndName(file.name).version).sort().at(-1) ?? "";
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(last) ?? [];
  const [year = 0, month = 1, ...rest] = parts.map(Number);
  const after = parts.length > 0 ? Date.UTC(year, month - 1, ...rest) + step : 0;
  return new Date(Math.max(Date.now(), after));
}

const versionAt = (time: Date) => time.toISOString().replace(/\D/g, "").slice(0, 14);

export interface Written {
  /** File names; none where nothing differs. Two where new enum labels must be committed before they are used. */
  names: string[];
  /** Changes that the author has to make by hand. */
  problems: string[];
}

/** Writes what sql/ has beyond the migrations as a new one, tries it, and reports what is left to do by hand. */
export async function writeMigration(
  server: Server,
  name: string,
  tree = checkout,
): Promise<Written> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${name}: use lower case and underscores.`);
  if (!isReleased(tree)) {
    throw new Error("Before the first release `npm run db:build` writes the migrations.");
  }
  return await withBoth(server, async (old, wanted) => {
    const copy = (suffix: string) => createDatabase(server, `${old.name}_${suffix}`, old.name);
    const structure = tidyStructure(
      await databaseDiff(old.url, wanted.url),
      new URL(wanted.url).username,
    );
    const problems: string[] = [];
    // The rows are compared after the structure, so that they have the same columns.
    const trial = await copy("trial");
    let data: string[];
    let rights: string[];
    try {
      if (structure) await applyFiles(trial.url, [{ name: "structure", text: structure }]);
    } catch (error) {
      // Reported below, where the whole file is tried.
      if (!(error instanceof ApplyError)) throw error;
    }
    try {
      rights = await rightsStatements(trial.url, wanted.url);
      const { data: changes, jobs } = await findDrift(trial.url, wanted.url);
      data = [...dataStatements(changes), ...jobStatements(jobs)];
    } finally {
      await trial.drop();
    }
    if (!structure && rights.length + data.length === 0) {
      const left = describeDrift(await findDrift(old.url, wanted.url));
      return { names: [], problems: left };
    }
    const start = nextVersion(migrationFiles(tree));
    const file = (offset: number, title: string, ...parts: string[]): SqlFile => ({
      name: `${versionAt(new Date(start.getTime() + offset * step))}_${title}.sql`,
      text: [heading(title), ...parts.filter(Boolean)].join("\n").trimEnd() + "\n",
    });
    const rows = data.join("\n\n");
    const rest = [
      rights.length > 0 &&
      `-- Rights that default privileges would change.\n\n${rights.join("\n")}`,
      rows && `-- Reference data, queues and cron jobs.\n\n${rows}`,
    ].filter(Boolean).join("\n\n");
    let files = [file(0, name, structure, rest && `${structure ? "\n" : ""}${rest}`)];
    let result = await tryOut(files);
    if (result.unusedLabel) {
      const { labels, others } = separateLabels(structure);
      files = [
        file(0, `${name}_labels`, labels),
        file(1, name, others, rest && `${others ? "\n" : ""}${rest}`),
      ];
      result = await tryOut(files);
    }
    problems.push(...result.problems);
    for (const { name, text } of files) {
      const path = join(migrationsFolder(tree), name);
      writeFileSync(path, text);
      const squawk = await run(tool("squawk"), [
        ...["--config", join(root, ".squawk.toml"), "--reporter", "gcc", path],
      ]);
      if (squawk.status !== 0) {
        problems.push((squawk.stdout || squawk.stderr).trim().replaceAll(path, name));
      }
    }
    return { names: files.map(({ name }) => name), problems };

    /** Applies the files to a copy of the old database and compares it with the wanted one. */
    async function tryOut(files: SqlFile[]): Promise<{ unusedLabel: boolean; problems: string[] }> {
      const target = await copy("target");
      try {
        await applyFiles(target.url, files);
        return {
          unusedLabel: false,
          problems: describeDrift(await findDrift(target.url, wanted.url)),
        };
      } catch (error) {
        if (!(error instanceof ApplyError)) throw error;
        // A new label may be used only after its transaction.
        return { unusedLabel: error.code === "55P04", problems: [error.message] };
      } finally {
        await target.drop();
      }
    }
  }, tree);
}
