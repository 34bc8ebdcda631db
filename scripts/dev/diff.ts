// Differences between two databases: what `npm run db:migration` writes and the drift check reads.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { buildFromMigrations, buildFromSql, createShimmed, type Server } from "./database.ts";
import { migrationsFolder } from "./migrations.ts";
import { postgresClient, root } from "./paths.ts";
import { plainUrl, run, supabase } from "./supabase.ts";

/** Statements that turn the first database into the second; empty when they are equal. */
export async function databaseDiff(from: string, to: string): Promise<string> {
  const outcome = await supabase(
    ...["db", "diff", "--from", plainUrl(from), "--to", plainUrl(to), "--schema", ourSchemas],
  );
  if (outcome.status !== 0) throw new Error(`supabase db diff: ${outcome.stderr}${outcome.stdout}`);
  return outcome.stdout.replace(/^No schema changes found\s*$/m, "").trim();
}

const ourSchemas = "public,private";

/** The schema as pg_dump tells it, without what differs from run to run. */
export async function schemaDump(url: string): Promise<string> {
  const outcome = await run(postgresClient("pg_dump"), [
    ...["--schema-only", "--no-owner", "--exclude-schema=supabase_migrations", url],
  ]);
  if (outcome.status !== 0) throw new Error(`pg_dump: ${outcome.stderr}`);
  return outcome.stdout.split("\n")
    .filter((line) => line && !/^(--|\\(un)?restrict )/.test(line)).join("\n");
}

/** Builds one database from the migrations and one from sql/, and drops both after `work`. */
export async function withBoth<T>(
  server: Server,
  work: (fromMigrations: string, fromSql: string) => Promise<T>,
): Promise<T> {
  const suffix = `${process.pid}_drift`;
  const one = await createShimmed(server, `sluice_test_${suffix}_migrations`);
  try {
    const two = await createShimmed(server, `sluice_test_${suffix}_sql`);
    try {
      await buildFromMigrations(one.url);
      await buildFromSql(two.url);
      return await work(one.url, two.url);
    } finally {
      await two.drop();
    }
  } finally {
    await one.drop();
  }
}

/** Writes what sql/ has beyond the migrations as a new one; null where there is nothing. */
export async function writeMigration(server: Server, name: string): Promise<string | null> {
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${name}: use lower case and underscores.`);
  const statements = await withBoth(server, databaseDiff);
  if (!statements) return null;
  const version = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const path = join(migrationsFolder, `${version}_${name}.sql`);
  writeFileSync(path, `${statements}\n`);
  return relative(root, path);
}
