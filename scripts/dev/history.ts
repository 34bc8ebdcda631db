// Compares the migrations that a database records (supabase_migrations.schema_migrations) with the files.
import { type SqlFile, versionAndName } from "./migrations.ts";

export interface Applied {
  version: string;
  name: string | null;
  /** The whole file where our own builder applied it, its statements where `supabase db push` did. */
  statements: string[] | null;
}

/** The checkout cannot bring this database forward. */
export class StaleDatabase extends Error {}

/** The CLI splits a file at its semicolons and trims the parts: what is left without them is the same. */
function withoutSeparators(text: string): string {
  return text.replace(/[\s;]+/g, "");
}

/** The migrations that a database lacks; an error where it has others or had them in another text. */
export function pendingMigrations(applied: Applied[], files: SqlFile[]): SqlFile[] {
  const byVersion = new Map(files.map((file) => [versionAndName(file.name).version, file]));
  for (const { version, name, statements } of applied) {
    const file = byVersion.get(version);
    if (!file) {
      throw new StaleDatabase(
        `The database has the migration ${version}_${
          name ?? ""
        }, and this checkout does not. If a newer version of ` +
          "Sluice made the database, use that version. If it is your own and holds nothing that you need, " +
          "build it again with `npm run db:reset`.",
      );
    }
    // `supabase migration repair` notes a version without its statements.
    if (!statements || statements.length === 0) continue;
    if (withoutSeparators(statements.join("")) !== withoutSeparators(file.text)) {
      throw new StaleDatabase(
        `The database was built from an earlier text of ${file.name}, before its release. ` +
          "`npm run db:reset` drops what is in it and builds it again.",
      );
    }
  }
  const present = new Set(applied.map(({ version }) => version));
  return files.filter((file) => !present.has(versionAndName(file.name).version));
}
