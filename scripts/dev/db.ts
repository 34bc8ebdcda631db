// The db:* commands.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { dropLease, stopCluster, takeLease } from "./cluster.ts";
import { emptyDatabase, StaleDatabase } from "./database.ts";
import { writeMigration } from "./diff.ts";
import { buildMigrations } from "./migrations.ts";
import { postgresClient } from "./paths.ts";
import { openServer, prepareMain, type RunningServer } from "./server.ts";
import { writeTypes } from "./types.ts";

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Prepares the main database; one that an earlier state of sql/ built is opened as it is. */
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
    throw new Error("DATABASE_URL names a server that db:stop did not start, and leaves alone.");
  }
  const stopped = await stopCluster();
  await dropLease("keep");
  say(stopped ? "The database is stopped." : "The database was not running.");
}

async function reset(): Promise<void> {
  const server = await openServer();
  if (!server.isPrivate) {
    throw new Error("db:reset drops a database, and does so only in the private cluster.");
  }
  await emptyDatabase(server.urls(server.main).adminUrl);
  const url = await prepareMain(server);
  await server.release();
  say("The database is built anew.");
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
  say(buildMigrations().join("\n") || "Nothing has changed.");
  return Promise.resolve();
}

async function migration(args: string[]): Promise<void> {
  const { positionals: [name] } = parseArgs({ args, allowPositionals: true });
  if (!name) throw new Error("Name the change: npm run db:migration -- add_call_notes");
  const server = await openServer();
  const written = await writeMigration(server, name);
  await server.release();
  say(written ? `Wrote ${written}: read it before you commit it.` : "No difference.");
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
