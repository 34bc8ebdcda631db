import type { Sql } from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeWorld, runNextFeed } from "../../../scripts/demo/world.ts";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer, type RunningServer } from "../../../scripts/dev/server.ts";

let server: RunningServer;
let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

test("what cron feeds on the real days does not count in the demo", async () => {
  const world = await makeWorld(sql);
  const due = (at: Date) => sql`select campaign_id from private.due_feeds(${at})`;
  const { feedAt } = world.feedDay;
  expect(await due(feedAt)).toEqual([{ campaign_id: world.campaignId }]);
  // Each hour until the demo's own feed, and of the week after it.
  const hours = (from: number, to: number) =>
    Array.from(
      { length: to - from },
      (_, i) => new Date(feedAt.getTime() + (from + i) * 3_600_000),
    );
  for (const at of hours(-96, 0)) expect(await due(at)).toEqual([]);
  await runNextFeed(sql, world);
  for (const at of hours(0, 168)) expect(await due(at)).toEqual([]);
});
