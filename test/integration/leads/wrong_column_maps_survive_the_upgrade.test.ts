// A database of release 0.1.0 may have column maps with wrong targets: the migration that checks them must not fail.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  applyFiles,
  connect,
  createShimmed,
  ensureWrappingKey,
  type TestDatabase,
} from "../../../scripts/dev/database.ts";
import { migrationFiles } from "../../../scripts/dev/migrations.ts";
import { randomHex } from "../../../scripts/dev/state.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { firstUnreleased } from "../../support/first_unreleased.ts";

const files = migrationFiles();
const check = firstUnreleased(files);
const WRONG = { "Owner Phone": "phone", "A": 7 };

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: ReturnType<typeof connect>;

beforeAll(async () => {
  server = await openServer();
  database = await createShimmed(server, `maps_${randomHex(6)}`);
  await applyFiles(database.url, files.slice(0, check));
  await ensureWrappingKey(database.url);
  sql = connect(database.url);
  const [org] = await sql`insert into public.orgs (name) values ('Org') returning id`;
  await sql`
    insert into public.sources (org_id, key, name, column_map) values
      (${org!.id}, 'wrong-list', 'Wrong', ${sql.json(WRONG)}),
      (${org!.id}, 'right-list', 'Right', ${
    sql.json({ "Owner Phone": "phone_1", "Notes": null })
  })`;
  await sql.end();
  await applyFiles(database.url, files.slice(check));
  sql = connect(database.url);
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

test("the map stays, and every other setting can be changed", async () => {
  expect(check).toBeGreaterThan(0);
  expect((await sql`select column_map from public.sources where key = 'wrong-list'`)[0]!.column_map)
    .toEqual(WRONG);
  expect(await sql`update public.sources set trust = 60 where key = 'wrong-list' returning 1`)
    .toHaveLength(1);
});

test("the query of the docs finds it, and it can only be made right", async () => {
  expect(
    await sql`
    select key, private.wrong_targets(column_map) as wrong from public.sources
    where private.wrong_targets(column_map) is not null`,
  )
    .toEqual([{ key: "wrong-list", wrong: '"A" to 7, "Owner Phone" to "phone"' }]);
  await expect(sql`
    update public.sources set column_map = column_map - 'A' where key = 'wrong-list'`)
    .rejects.toMatchObject({ code: "SL207" });
  expect(
    await sql`
    update public.sources set column_map = '{"Owner Phone": "phone_1"}' where key = 'wrong-list' returning 1`,
  )
    .toHaveLength(1);
});
