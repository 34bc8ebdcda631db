// Whether the database has the migrations of this checkout, and the checkout those that were released.
import { type Applied, pendingMigrations, StaleDatabase } from "../../dev/history.ts";
import { migrationFiles, versionAndName } from "../../dev/migrations.ts";
import { releasedMigrations, releaseProblems, releases } from "../../dev/releases.ts";
import type { Sql } from "../database.ts";
import { plural } from "../size.ts";
import { version } from "../version.ts";
import { type Check, combine, failed, type Finding, notRun, ok, warning } from "./check.ts";

const PUSH = "Run `npx supabase db push --remote` with the version of Sluice that you want.";

const hasHistory = async (sql: Sql) =>
  (await sql<{ present: boolean }[]>`
    select to_regclass('supabase_migrations.schema_migrations') is not null as present`)[0]!
    .present;

/** A database of this machine may have been built from sql/ instead. */
export const databaseMigrations: Check = {
  name: "migrations",
  needs: ["database"],
  run: async (context) =>
    await hasHistory(context.sql)
      ? await migrations.run(context)
      : notRun("the database was not built by migrations"),
};

export const migrations: Check = {
  name: "migrations",
  needs: ["database"],
  async run({ sql }) {
    if (!await hasHistory(sql)) return failed("no migration was ever applied", PUSH);
    const applied = await sql<Applied[]>`
      select version, name, statements from supabase_migrations.schema_migrations order by version`;
    const files = migrationFiles();
    const released = releases();
    const findings: Finding[] = releaseProblems(released, files, version()).map((problem) =>
      failed(problem.replace(/\.$/, ""), "Check out a released version without changes.")
    );
    try {
      const pending = pendingMigrations(applied, files);
      findings.push(
        pending.length > 0
          ? failed(
            `${plural(pending.length, "migration")} of this checkout not applied, the first is ${
              pending[0]!.name
            }`,
            PUSH,
          )
          : ok(`${plural(files.length, "migration")} applied, as in this checkout`),
      );
    } catch (error) {
      if (!(error instanceof StaleDatabase)) throw error;
      findings.push(
        failed(error.message.split(". ")[0]!.replace(/\.$/, ""), "See docs/upgrading.md."),
      );
    }
    const known = releasedMigrations();
    const versions = new Set(applied.map((row) => row.version));
    const unreleased = files.filter(({ name }) =>
      !known.has(name) && versions.has(versionAndName(name).version)
    );
    findings.push(
      unreleased.length > 0
        ? warning(
          `${plural(unreleased.length, "migration")} applied that no release contains`,
          "Deploy a released version: unreleased migrations may still change.",
        )
        : ok(`release ${released.at(-1)?.version}`),
    );
    return combine(findings);
  },
};
