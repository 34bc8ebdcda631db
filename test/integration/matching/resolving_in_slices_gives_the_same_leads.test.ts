// A large upload is resolved in many transactions. Here large means more than one to three rows.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { file, leadsOf, type Sql } from "./small_lists.ts";

let server: Awaited<ReturnType<typeof openServer>>;
let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  server = await openServer();
  database = await createTestDatabase(server);
  sql = connect(database.adminUrl);
  await sql`set synchronous_commit = off`;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

const patient = { timeout: 600_000 };

test(
  "an upload in slices gives the same leads and counts as one in one transaction",
  patient,
  async () => {
    const steps = new Set<string>();
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 3 }), async (rows, sliceRows) => {
        const inSlices = await leadsOf(sql, [rows], sliceRows, async (state) => {
          steps.add(state);
        });
        expect(inSlices).toEqual(await leadsOf(sql, [rows]));
      }),
      { numRuns: 60 },
    );
    expect([...steps].sort()).toEqual(["completed", "more", "slices"]);
    expect(await sql`select from private.resolve_plan`).toHaveLength(0);
    expect(await sql`select from private.resolve_progress`).toHaveLength(0);
    expect(await sql`select from private.leads_staging_contacts`).toHaveLength(0);
  },
);
