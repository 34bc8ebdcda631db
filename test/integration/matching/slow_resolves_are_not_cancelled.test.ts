// The platform's database cancels each statement after 120 s; a large part, or a dry run of a whole file, may take
// longer.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";
import { HEADER, houses, startWorld, type World } from "../../http/intake/harness.ts";

let server: RunningServer;
let database: TestDatabase;
let world: World;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  const sql = connect(database.adminUrl);
  await sql.unsafe(`alter database "${database.name}" set statement_timeout = '2s'`);
  await sql.unsafe(`
    create function public.delay() returns trigger language plpgsql as $$
    begin
      perform pg_sleep(3);
      return null;
    end
    $$;
    create trigger delay after insert on public.leads for each statement execute function public.delay()`)
    .simple();
  await sql.end();
  world = await startWorld({ worker: true, database });
});
afterAll(async () => {
  await world?.stop();
  await database?.drop();
  await server?.release();
});

test.each([["an upload", {}, 1], ["a dry run", { dry_run: "true" }, 11]])(
  "%s whose resolve outlasts the statement_timeout of the database is completed",
  async (_, query, first) => {
    const upload = randomUUID();
    const sent = await world.upload(HEADER + houses(first, 3), {
      query: { upload, part: "1", parts: "1", ...query },
    });
    expect(sent.status).toBe(202);
    expect(await world.finished(upload)).toMatchObject({
      state: "completed",
      counts: { created: 3 },
    });
  },
);
