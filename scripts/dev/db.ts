// The db:* commands.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dropLease, stopCluster, takeLease } from "./cluster.ts";
import { emptyDatabase } from "./database.ts";
import { describeDrift, findDrift, withBoth, writeMigration } from "./diff.ts";
import { StaleDatabase } from "./history.ts";
import { buildMigrations } from "./build_migrations.ts";
import { postgresClient, root } from "./paths.ts";
import { addRelease } from "./releases.ts";
import { openServer, prepareMain, type RunningServer } from "./server.ts";
import { writeTypes } from "./types.ts";

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Prepares the main database; a stale one is opened as it is, with a warning. */
async function openMain(server: RunningServer): Promise<string> {
  try {
    return await prepareMain(server);
  } catch (error) {
    if (!(error instanceof StaleDatabase)) throw error;
    say(error.message);
    return server.urls(server.main).url;
  }
}

async function start(): Promise<void> {
  const server = await openServer();
  if (server.isPrivate) takeLease("keep");
  const url = await openMain(server);
  await server.release();
  say(
    server.isPrivate
      ? "The database is up; `npm run db:stop` stops it."
      : "The database of DATABASE_URL is ready.",
  );
  console.log(url);
}

async function stop(): Promise<void> {
  if (process.env.DATABASE_URL) {
    throw new Error("db:stop stops the private cluster only; DATABASE_URL names another server.");
  }
  const stopped = await stopCluster();
  await dropLease("keep");
  say(stopped ? "The database is stopped." : "The database was not running.");
}

async function reset(): Promise<void> {
  const server = await openServer();
  if (!server.isPrivate) {
    throw new Error(
      "db:reset drops all data and works in the private cluster only; DATABASE_URL names another server.",
    );
  }
  await emptyDatabase(server.urls(server.main).adminUrl);
  const url = await prepareMain(server);
  await server.release();
  say("The database was dropped and built again.");
  console.log(url);
}

async function psql(args: string[]): Promise<number> {
  const server = await openServer();
  const url = await openMain(server);
  process.on("SIGINT", () => {});
  const { status } = spawnSync(postgresClient("psql"), [url, ...args], { stdio: "inherit" });
  await server.release();
  return status ?? 1;
}

function build(): Promise<void> {
  say(buildMigrations().join("\n") || "No change.");
  return Promise.resolve();
}

async function migration(args: string[]): Promise<number | void> {
  const { positionals: [name] } = parseArgs({ args, allowPositionals: true });
  if (!name) throw new Error("A name is required: npm run db:migration -- add_call_notes");
  const server = await openServer();
  const { names, problems } = await writeMigration(server, name);
  await server.release();
  for (const file of names) say(`Wrote supabase/migrations/${file}`);
  if (names.length === 0 && problems.length === 0) say("No difference.");
  else if (problems.length === 0) {
    say("Applied to a copy, it gives what sql/ builds. Read it before you commit it.");
  } else {
    say(`Edit by hand (docs/contributing.md, "Migrations"):\n\n${problems.join("\n\n")}`);
    return 1;
  }
}

/** Freezes the unreleased migrations: they never change after this. */
async function release(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { date: { type: "string" } } });
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (!readFileSync(join(root, "CHANGELOG.md"), "utf8").includes(`\n## ${version} `)) {
    throw new Error(`CHANGELOG.md has no section for ${version}, the version in package.json.`);
  }
  const server = await openServer();
  try {
    const drift = await withBoth(
      server,
      async (one, two) => describeDrift(await findDrift(one.url, two.url)),
    );
    if (drift.length > 0) {
      throw new Error(`sql/ and the migrations differ:\n${drift.join("\n")}`);
    }
  } finally {
    await server.release();
  }
  const made = addRelease(version, values.date ?? new Date().toISOString().slice(0, 10));
  const count = Object.keys(made.migrations).length;
  say(`supabase/released.json has ${version} of ${made.date} with ${count} migrations. Commit it.`);
}

async function types(): Promise<void> {
  const server = await openServer();
  await writeTypes(server);
  await server.release();
}

const [command, ...args] = process.argv.slice(2);
const commands: Record<string, () => Promise<number | void>> = {
  start,
  stop,
  reset,
  psql: () => psql(args),
  build,
  migration: () => migration(args),
  release: () => release(args),
  types,
};
const wanted = commands[command ?? ""];
if (!wanted) {
  say(`db.ts ${Object.keys(commands).join("|")}`);
  process.exit(2);
}
try {
  process.exitCode = await wanted() ?? 0;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
