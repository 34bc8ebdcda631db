// Databases: the shim, building from sql/ and from the migrations, templates and their clones.
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { type Applied, pendingMigrations } from "./history.ts";
import { checkout, migrationFiles, type SqlFile, sqlFiles, versionAndName } from "./migrations.ts";
import { root } from "./paths.ts";
import { isAlive, randomHex } from "./state.ts";

type Sql = postgres.Sql;

/** A server: the addresses of a database on it, as owner of the schema and as superuser. */
export interface Server {
  /** The database to connect to while making and dropping others. */
  maintenance: string;
  urls(database: string): { url: string; adminUrl: string };
}

export interface TestDatabase {
  name: string;
  url: string;
  adminUrl: string;
  drop(): Promise<void>;
}

export function connect(url: string, max = 1): Sql {
  return postgres(url, {
    max,
    onnotice: () => {},
    connection: { application_name: "sluice-stack" },
  });
}

async function using<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(url);
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** A file that failed to apply; the message names file and line. */
export class ApplyError extends Error {
  readonly code: string;
  constructor(file: SqlFile, error: postgres.PostgresError) {
    const line = file.text.slice(0, Number(error.position ?? 0)).split("\n").length;
    const more = [error.detail, error.hint, error.where].filter(Boolean).join("\n  ");
    super(`${file.name}:${error.position ? line : "?"}: ${error.message}\n  ${more}`);
    this.code = error.code;
  }
}

/** Runs a file in one transaction, as the Supabase CLI does. */
async function apply(sql: Sql, file: SqlFile): Promise<void> {
  try {
    await sql.begin((tx) => tx.unsafe(file.text).simple());
  } catch (error) {
    throw error instanceof postgres.PostgresError ? new ApplyError(file, error) : error;
  }
}

const shimFolder = join(root, "scripts", "dev", "shim");

function shimFiles(): SqlFile[] {
  return readdirSync(shimFolder).sort()
    .map((name) => ({ name, text: readFileSync(join(shimFolder, name), "utf8") }));
}

/** Adds what a Supabase image has and this database lacks; leaves a Supabase database as it is. */
export async function applyShim(adminUrl: string): Promise<void> {
  await using(adminUrl, async (sql) => {
    const [found] = await sql<Record<string, boolean>[]>`
      select to_regnamespace('extensions') is not null
          and exists (select from pg_roles where rolname = 'authenticator') as roles,
        to_regclass('auth.users') is not null as auth,
        to_regclass('auth.sessions') is not null as sessions,
        to_regclass('storage.objects') is not null as storage,
        to_regclass('realtime.messages') is not null as realtime,
        to_regclass('vault.secrets') is not null as vault,
        to_regnamespace('net') is not null
          or exists (select from pg_available_extensions where name = 'pg_net') as net,
        to_regnamespace('cron') is not null as cron,
        current_setting('cron.database_name', true) is not distinct from current_database() as home,
        exists (select from pg_roles where rolname = 'supabase_auth_admin') as supabase`;
    if (!found || found.supabase) return;
    for (const file of shimFiles()) {
      const skip = {
        // Once only: its default privileges would undo those that the migrations revoke.
        "10_roles.sql": found.roles,
        "20_auth.sql": found.auth,
        "21_auth_sessions.sql": found.sessions,
        "25_storage.sql": found.storage,
        "27_realtime.sql": found.realtime,
        "30_vault.sql": found.vault,
        "40_net.sql": found.net,
        "50_cron_standin.sql": found.cron || found.home,
        "51_cron.sql": found.cron || !found.home,
      }[file.name];
      if (skip === undefined) throw new Error(`shim/${file.name} has no condition.`);
      if (!skip) await apply(sql, file);
    }
  });
}

/**
 * Stores a random wrapping key in Vault if there is none; it is never printed. Subscribers may be on this machine, where
 * tests and n8n run.
 */
export async function ensureWrappingKey(url: string): Promise<void> {
  await using(url, async (sql) => {
    await sql`select vault.create_secret(${randomHex()}, 'sluice_wrapping_key', 'Wraps the data keys')
      where not exists (select from vault.secrets where name = 'sluice_wrapping_key')`;
    await sql`select vault.create_secret('allow', 'sluice_loopback_urls', 'Development only')
      where not exists (select from vault.secrets where name = 'sluice_loopback_urls')`;
  });
}

/** Builds an empty, shimmed database from sql/. */
export async function buildFromSql(url: string, tree = checkout): Promise<void> {
  await using(url, async (sql) => {
    for (const file of sqlFiles(tree)) await apply(sql, file);
  });
}

/** Applies the migrations that the database lacks, and records them where the Supabase CLI does. */
export async function buildFromMigrations(url: string, tree = checkout): Promise<string[]> {
  return await using(url, async (sql) => {
    await sql.unsafe(`
      create schema if not exists supabase_migrations;
      create table if not exists supabase_migrations.schema_migrations (
        version text primary key, statements text[], name text)`).simple();
    const applied = await sql<Applied[]>`
      select version, name, statements from supabase_migrations.schema_migrations order by version`;
    const pending = pendingMigrations(applied, migrationFiles(tree));
    for (const file of pending) {
      await apply(sql, file);
      const { version, name } = versionAndName(file.name);
      await sql`insert into supabase_migrations.schema_migrations (version, statements, name)
        values (${version}, ${[file.text]}, ${name})`;
    }
    return pending.map((file) => file.name);
  });
}

/** Applies files without recording them, each in a transaction. */
export async function applyFiles(url: string, files: SqlFile[]): Promise<void> {
  await using(url, async (sql) => {
    for (const file of files) await apply(sql, file);
  });
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

export async function createDatabase(server: Server, name: string, from = "template0") {
  const { url, adminUrl } = server.urls(name);
  await using(server.urls(server.maintenance).adminUrl, async (sql) => {
    const owner = new URL(url).username;
    await sql.unsafe(
      `create database ${quote(name)} template ${quote(from)} owner ${quote(owner)}`,
    );
  });
  return { name, url, adminUrl, drop: () => dropDatabase(server, name) };
}

export async function dropDatabase(server: Server, name: string): Promise<void> {
  await using(server.urls(server.maintenance).adminUrl, async (sql) => {
    const [home] = await sql`select from pg_database where datname = ${name} and datistemplate`;
    if (home) await sql.unsafe(`alter database ${quote(name)} is_template false`);
    await sql.unsafe(`drop database if exists ${quote(name)} with (force)`);
  });
}

/**
 * Empties a database without dropping it or pg_cron, whose launcher runs in the main database: it would end with the
 * database, and would not notice a new extension until the server restarts.
 */
export async function emptyDatabase(adminUrl: string): Promise<void> {
  await using(adminUrl, async (sql) => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and backend_type = 'client backend'`;
    const [cron] = await sql`select to_regclass('cron.job') is not null as present`;
    if (cron?.present) await sql`delete from cron.job`;
    const schemas = await sql<{ nspname: string }[]>`
      select nspname from pg_namespace
      where nspname !~ '^pg_' and nspname not in ('information_schema', 'cron')`;
    for (const { nspname } of schemas) await sql.unsafe(`drop schema ${quote(nspname)} cascade`);
    await sql`create schema public authorization pg_database_owner`;
    await sql`grant usage on schema public to public`;
  });
}

/** A new database with the shim only, or a copy of SLUICE_PLATFORM, which has the rights of a hosted project. */
export async function createShimmed(server: Server, name: string): Promise<TestDatabase> {
  await ensureRoles(server);
  const made = await createDatabase(server, name, process.env.SLUICE_PLATFORM);
  try {
    await applyShim(made.adminUrl);
  } catch (error) {
    await made.drop();
    throw error;
  }
  return made;
}

/** The owner of new databases must exist before the first one is made. */
export async function ensureRoles(server: Server): Promise<void> {
  const { url, adminUrl } = server.urls(server.maintenance);
  const { username, password } = new URL(url);
  if (username === new URL(adminUrl).username) return;
  await using(adminUrl, async (sql) => {
    const [role] = await sql`select from pg_roles where rolname = ${username}`;
    if (role) return;
    await sql.unsafe(
      `create role ${quote(username)} login createrole createdb bypassrls password '${password}'`,
    );
    await sql.unsafe(`alter database postgres owner to ${quote(username)}`);
  });
}

const templatePrefix = "sluice_template_";
const clonePrefix = "sluice_test_";

function contentHash(files: SqlFile[]): string {
  const hash = createHash("sha256");
  for (const { name, text } of files) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex").slice(0, 12);
}

/** The template with all of sql/, pgTAP and a wrapping key; built once per content of sql/. */
export async function ensureTemplate(server: Server): Promise<string> {
  const name = templatePrefix + contentHash([...sqlFiles(), ...shimFiles()]);
  const admin = server.urls(server.maintenance).adminUrl;
  await ensureRoles(server);
  await using(admin, async (sql) => {
    // Concurrent runs build it once; the lock ends with this connection.
    await sql`select pg_advisory_lock(hashtext('sluice_template'))`;
    const [ready] = await sql`select from pg_database where datname = ${name} and datistemplate`;
    if (ready) return;
    await dropDatabase(server, name);
    const made = await createShimmed(server, name);
    try {
      await using(made.adminUrl, (db) => db`create extension pgtap with schema extensions`);
      await buildFromSql(made.url);
      await ensureWrappingKey(made.url);
      await using(made.adminUrl, (db) => db`vacuum analyze`);
    } catch (error) {
      await made.drop();
      throw error;
    }
    await sql.unsafe(`alter database ${quote(name)} is_template true`);
    await dropStale(server, sql, name);
  });
  return name;
}

/** Drops clones whose process has ended, and all but the newest templates. */
async function dropStale(server: Server, sql: Sql, current: string): Promise<void> {
  const rows = await sql<{ datname: string }[]>`
    select datname from pg_database where starts_with(datname, ${clonePrefix})
      or starts_with(datname, ${templatePrefix}) and datname <> ${current} order by oid desc`;
  let kept = 1;
  for (const { datname } of rows) {
    if (datname.startsWith(templatePrefix)) {
      if (++kept > 4) await dropDatabase(server, datname);
    } else if (!isAlive(Number(datname.slice(clonePrefix.length).split("_")[0]))) {
      await dropDatabase(server, datname);
    }
  }
}

/**
 * A new database, cloned from the template in about a tenth of a second. A test run names its template in
 * SLUICE_TEMPLATE, so that all its tests use one state of sql/.
 */
export async function createTestDatabase(server: Server): Promise<TestDatabase> {
  const template = process.env.SLUICE_TEMPLATE ?? await ensureTemplate(server);
  const name = `${clonePrefix}${process.pid}_${randomBytes(4).toString("hex")}`;
  const made = await createDatabase(server, name, template);
  // Tests write what nobody writes by hand (sql/20_leads/16_hand_edits.sql).
  await using(
    server.urls(server.maintenance).adminUrl,
    (sql) => sql.unsafe(`alter database ${quote(name)} set sluice.repair = 'a test'`),
  );
  return made;
}
