// Where the schema `extensions` belongs to another role, its grants by our owner only warn.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  buildFromMigrations,
  buildFromSql,
  connect,
  createShimmed,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

let server: RunningServer;
const opened: TestDatabase[] = [];
beforeAll(async () => {
  server = await openServer();
});
afterAll(async () => {
  for (const database of opened) await database.drop();
  await server?.release();
});

let counter = 0;
async function shimmed(...statements: string[]): Promise<TestDatabase> {
  const database = await createShimmed(server, `sluice_test_${process.pid}_grant${++counter}`);
  opened.push(database);
  const sql = connect(database.adminUrl);
  for (const statement of statements) await sql.unsafe(statement);
  await sql.end();
  return database;
}

const foreign = "alter schema extensions owner to current_user";
const grant =
  "grant usage on schema extensions to pipeline_writer, authenticated, service_role, postgres";
const refused = /pipeline_writer has no usage on the schema extensions/;

test("sql/ and the migrations are refused until the owner of the schema grants its use", async () => {
  // Elsewhere the owner may not make the extensions, or may grant in any case.
  if (!server.isPrivate) return;
  // pipeline_writer exists once any database of the cluster was built.
  await buildFromSql((await shimmed()).url);
  const { url } = await shimmed(foreign);
  await expect(buildFromSql(url)).rejects.toThrow(refused);
  const other = await shimmed(foreign);
  await expect(buildFromMigrations(other.url)).rejects.toThrow(refused);

  const sql = connect(other.adminUrl);
  await sql.unsafe(grant);
  await sql.end();
  await buildFromMigrations(other.url);
  expect(await buildFromMigrations(other.url)).toEqual([]);
});
