// While a request or job is at work in the database, its session has the correlation id, and loses it with the
// transaction. It takes no round trip of its own.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  asMember,
  asWriter,
  withAddress,
} from "../../../edge-functions/_shared/platform/db/client.ts";
import { openPool } from "../../../edge-functions/_shared/platform/db/pool.ts";
import { continueTrace, withTrace } from "../../../edge-functions/_shared/platform/trace.ts";
import { createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

const ID = "0af76519-16cd-43dd-8448-eb211c80319c";
const OTHER = "0af76519-16cd-43dd-8448-eb211c80319d";
let server: RunningServer;
let database: TestDatabase;
let sql: ReturnType<typeof openPool>;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = openPool(database.adminUrl, {
    name: "sluice webhooks",
    max: 1,
    statementTimeoutMs: 60_000,
  });
});
afterAll(async () => {
  await sql?.end({ timeout: 5 });
  await database?.drop();
  await server?.release();
});

type Named = { name: string }[];
const ofWriter = () =>
  asWriter(sql, async (tx) =>
    (await tx<Named>`
    select application_name as name from pg_stat_activity where pid = pg_backend_pid()`)[0]!.name);
const ofMember = () =>
  asMember(sql, { sub: ID, role: "authenticated" }, async (tx) =>
    (await tx<Named>`
    select current_setting('application_name') as name`)[0]!.name);
const ofStatement = async () =>
  (await sql<Named>`select current_setting('application_name') as name`)[0]!.name;

test("transactions of the service and of members have the id, and the next ones do not", async () => {
  for (const name of [ofWriter, ofMember, ofStatement]) {
    expect(await withTrace(ID, name)).toBe(`sluice webhooks ${ID}`);
    expect(await name()).toBe("sluice webhooks");
  }
});

test("a job goes on under the id that it turns out to be about; another job has its own", async () => {
  const job = () =>
    withTrace(ID, async () => {
      const before = await ofWriter();
      continueTrace(OTHER);
      continueTrace(null);
      return [before, await ofWriter()];
    });
  const ofAnother = withTrace(ID, async () => [await ofWriter(), await ofWriter()]);
  expect(await job()).toEqual([`sluice webhooks ${ID}`, `sluice webhooks ${OTHER}`]);
  expect(await ofAnother).toEqual([`sluice webhooks ${ID}`, `sluice webhooks ${ID}`]);
});

test("nothing but an id becomes a part of the statement", async () => {
  for (const wrong of ["x'; drop table public.leads; --", "", `${ID} ${ID}`]) {
    expect(await withTrace(wrong, ofWriter)).toBe("sluice webhooks");
  }
  expect(await withTrace(ID, () => withAddress("127.0.0.1", ofWriter))).toBe(
    `sluice webhooks ${ID}`,
  );
});
