// An insert that arrives while a month gets its partition, over real connections.
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

type Sql = ReturnType<typeof connect>;
type Session = Awaited<ReturnType<Sql["reserve"]>>;

const org = "a0000000-0000-4000-8000-000000000000";
const month = "2031-05-10T12:00:00Z";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;
let one: Session;
let two: Session;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl, 3);
  one = await sql.reserve();
  two = await sql.reserve();
  await sql`insert into public.orgs (id, name) values (${org}, 'Org')`;
});
afterAll(async () => {
  one?.release();
  two?.release();
  await sql?.end();
  await database?.drop();
  await server?.release();
});

/** Returns once a session waits for a lock. */
async function blocked(pid: number): Promise<void> {
  for (;;) {
    const [row] = await sql`select cardinality(pg_blocking_pids(${pid})) > 0 as waits`;
    if (row?.waits) return;
  }
}

const insert = (session: Session) =>
  session`insert into public.pipeline_events (org_id, kind, at) values (${org}, 'sent', ${month})`;

test("an event that waits for the partition of its month is stored in it", async () => {
  // The plan is cached, and so are the partitions that it knows.
  await insert(two);
  const [row] = await two`select pg_backend_pid() as pid`;
  await one`begin`;
  await one`select private.ensure_event_partitions(${month}, 1)`;
  const inserted = insert(two).then(() => "stored", (error) => error.message);
  await blocked(row?.pid);
  await one`commit`;
  expect(await inserted).toBe("stored");
  const rows = await sql`
    select tableoid::regclass::text as partition, count(*)::integer as n from public.pipeline_events group by 1`;
  expect([...rows]).toEqual([{ partition: "private.pipeline_events_2031_05", n: 2 }]);
});
