// A search for candidates that fails for good is a dead letter, and the next one that succeeds closes it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordDeadLetter } from "../../../edge-functions/_shared/intake/jobs/dead_letters.ts";
import { matchLeads } from "../../../edge-functions/_shared/matching/jobs/match_leads.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 2);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

test("a failed search is a dead letter until one succeeds", async () => {
  const [org] = await sql`insert into public.orgs (name) values ('Acme Realty') returning id`;
  const work = {
    sql,
    queue: { ready: () => Promise.resolve() },
    now: () => new Date(),
    log: () => {},
    shouldStop: () => false,
    spend: () => {},
  } as never;
  const job = { data: { org_id: org!.id }, output: { message: "out of memory" } } as never;
  const open = () =>
    sql`select source, last_error from public.pipeline_dlq where resolved_at is null`.then((
      rows,
    ) => [
      ...rows,
    ]);
  await recordDeadLetter(work, job);
  expect(await open()).toEqual([{ source: "match-leads", last_error: "out of memory" }]);
  await matchLeads(work, job);
  expect(await open()).toEqual([]);
});
