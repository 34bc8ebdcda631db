// Commands about one org: each names it, and answers in text or JSON.
import type { Command } from "commander";
import { type CommandLine, print } from "./command.ts";
import {
  addDatabaseOptions,
  type Database,
  findOrg,
  readDatabase,
  requireOrg,
  type Sql,
  withDatabase,
} from "./database.ts";
import { EXIT } from "./errors.ts";
import type { Io } from "./io.ts";

export interface OrgInput {
  org: string;
  database: Database;
}

export interface Answer {
  text: string;
  object: Record<string, unknown>;
  /** False: the command ends with exit code 1. */
  ok?: boolean;
}

export const addOrgOptions = (command: Command): Command =>
  addDatabaseOptions(command.option("--org <ORG>", "id or name of the org (required)"));

export const readOrg = (line: CommandLine): OrgInput => ({
  org: requireOrg(line),
  database: readDatabase(line),
});

export const withOrg = <T>(
  { org, database }: OrgInput,
  work: (sql: Sql, orgId: string) => Promise<T>,
): Promise<T> => withDatabase(database, async (sql) => await work(sql, await findOrg(sql, org)));

/** Does the work, then prints what it says. `command` is the name of the command in JSON. */
export async function answer(
  command: string,
  input: OrgInput,
  io: Io,
  work: (sql: Sql, orgId: string) => Promise<Answer>,
): Promise<number> {
  return say(command, input.database, io, await withOrg(input, work));
}

/** As `answer`, for commands that are not about one org. */
export async function answerFromDatabase(
  command: string,
  database: Database,
  io: Io,
  work: (sql: Sql) => Promise<Answer>,
): Promise<number> {
  return say(command, database, io, await withDatabase(database, work));
}

function say(
  command: string,
  database: Database,
  io: Io,
  { text, object, ok = true }: Answer,
): number {
  print(io, database.json, text.replace(/\n$/, ""), { ok, command, ...object });
  return ok ? EXIT.ok : EXIT.failed;
}
