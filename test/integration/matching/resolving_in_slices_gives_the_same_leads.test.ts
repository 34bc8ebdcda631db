// A large upload is resolved in many transactions. Here large means more than one to three rows.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";
import { file, leadsOf, type Row, type Sql } from "./harness.ts";

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
        const inSlices = await leadsOf(sql, [rows], sliceRows, (state) => steps.add(state));
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

const houses: Row[] = Array.from({ length: 9 }, (_, index) => ({
  street: `${index + 1} Main St`,
  zip: "90401",
  first: "Ann",
  phone: `310555010${index % 3}`,
  ...(index === 7 ? { mak: "1000000008" } : {}),
  ...(index % 2 ? { apn: `1-${index}`, fips: "06037" } : {}),
}));
const list = [...houses, { ...houses[0]!, beds: "2" }, { ...houses[3]! }];

test(
  "after a crash of the database between slices, it begins again and gives the same",
  patient,
  async () => {
    let crashed = false;
    const expected = await leadsOf(sql, [list.slice(0, 4), list.slice(4)]);
    const found = await leadsOf(sql, [list.slice(0, 4), list.slice(4)], 2, async (state) => {
      if (state !== "slices" || crashed) return;
      crashed = true;
      await sql`truncate private.resolve_plan, private.resolve_slices, public.leads_staging,
      private.leads_staging_contacts`;
    });
    expect(crashed).toBe(true);
    expect(found).toEqual(expected);
  },
);

test(
  "a lead that somebody makes between slices is found, as if it had been there before",
  patient,
  async () => {
    let made = false;
    const found = await leadsOf(sql, [list], 2, async (state, uploadId) => {
      if (state !== "slices" || made) return;
      made = true;
      await sql`
      insert into public.leads (org_id, mak, situs_street, owner_1_first)
      select u.org_id, '1000000008', '8 Main St', 'Ann' from public.uploads u where u.id = ${uploadId}`;
    }) as { leads: string[]; created: number };
    expect(made).toBe(true);
    expect(found.leads).toHaveLength(9);
    expect(found.created).toBe(8);
  },
);

test("another upload of the org waits until all slices are applied", patient, async () => {
  const states: string[] = [];
  await leadsOf(sql, [list], 2, async (state, uploadId) => {
    if (state !== "slices" || states.length > 0) return;
    const [{ claim }] = await sql`
      with other as (
        insert into public.uploads (org_id, source_id, state, correlation_id)
        select u.org_id, u.source_id, 'processing', u.correlation_id from public.uploads u where u.id = ${uploadId}
        returning id)
      select o.id as claim from other o`;
    const [{ busy }] = await sql`select private.claim_resolve(${claim}) as busy`;
    const [{ late }] =
      await sql`select private.claim_resolve(${claim}, now() + interval '11 minutes') as late`;
    const [{ own }] = await sql`select private.claim_resolve(${uploadId}) as own`;
    states.push(busy, late, own);
    await sql`delete from public.uploads where id = ${claim}`;
  });
  expect(states).toEqual(["busy", "free", "free"]);
});
