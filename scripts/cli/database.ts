// Options and connection of the operator commands, which need the database.
import type { Command } from "commander";
import type postgres from "postgres";
import { type CommandLine, text } from "./command.ts";
import { ClientError, UsageError } from "./errors.ts";
import { plural } from "./size.ts";

export type Sql = postgres.Sql;

export interface Database {
  databaseUrl: string;
  json: boolean;
}

export function addDatabaseOptions(command: Command): Command {
  return command
    .option(
      "--database-env <NAME>",
      "environment variable with the URL of the database (default DATABASE_URL)",
    )
    .option("--json", "print one JSON object on the last line of standard output");
}

export function readDatabase({ options, env }: CommandLine): Database {
  const variable = text(options.databaseEnv) ?? "DATABASE_URL";
  const databaseUrl = env[variable];
  if (!databaseUrl) {
    throw new UsageError(`environment variable ${variable} must contain the URL of the database`);
  }
  return { databaseUrl, json: options.json === true };
}

export async function withDatabase<T>(
  { databaseUrl }: Database,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  // Loaded when it is used: `sluice replay` works without a database, and `sluice replay day` does not.
  const { default: connect } = await import("postgres");
  const sql = connect(databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "sluice-cli" },
  });
  try {
    return await work(sql);
  } catch (error) {
    // The message of the database names the problem; a stack trace would add nothing.
    if (error instanceof connect.PostgresError) {
      throw new ClientError(`${error.message} (${error.code})`);
    }
    const code = String((error as NodeJS.ErrnoException).code ?? "");
    if (/^(ECONN|ENOTFOUND|CONNECT)/.test(code)) {
      throw new ClientError(`cannot reach the database (${code})`);
    }
    throw error;
  } finally {
    await sql.end();
  }
}

export async function orgOfLead(sql: Sql, lead: string): Promise<string> {
  const [row] = await sql`select private.org_of_lead(${lead}) as org`;
  if (!row?.org) throw new ClientError(`lead ${lead} not found`);
  return row.org;
}

/** The id of the org with that id or name. */
export async function findOrg(sql: Sql, wanted: string): Promise<string> {
  const orgs = await sql<{ id: string }[]>`
    select id from public.orgs where id::text = lower(${wanted}) or name = ${wanted}`;
  if (orgs.length === 0) throw new ClientError(`org ${wanted} not found`);
  if (orgs.length > 1) {
    throw new ClientError(`${plural(orgs.length, "org")} have the name ${wanted}; use the id`);
  }
  return orgs[0]!.id;
}

export function requireOrg({ options }: CommandLine): string {
  const org = text(options.org);
  if (org === null) throw new UsageError("--org is required: the id or the name of the org");
  return org;
}
