// The law of docs/matching.md: the leads do not depend on how a file is cut into parts.
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
  // No disk write per case: there are thousands of tiny transactions.
  await sql`set synchronous_commit = off`;
});
afterAll(async () => {
  await sql?.end();
  await database?.drop();
  await server?.release();
});

// Each case makes and drops two orgs, so the time follows the number of cases.
const patient = { timeout: 600_000 };

test("any split of a file into parts gives the same leads", patient, async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.array(fc.nat(), { maxLength: 4 }), async (rows, cuts) => {
      const at = [...new Set(cuts.map((cut) => cut % rows.length))].filter((cut) => cut > 0)
        .sort((a, b) => a - b);
      const parts = [0, ...at].map((from, index) => rows.slice(from, at[index] ?? rows.length));
      expect(await leadsOf(sql, parts)).toEqual(await leadsOf(sql, [rows]));
    }),
    // The first row's lead is merged with the second's by the third: then whose address is first?
    {
      numRuns: 80,
      examples: [[[
        { street: "1 Main St", zip: "90402" },
        { apn: "1-1", street: "1 Main St", fips: "06037" },
        { apn: "1-1", street: "1 Main St", zip: "90402", fips: "06037" },
      ], [2]]],
    },
  );
});

test("any order of the rows gives the same properties and persons", patient, async () => {
  const keysOf = async (rows: Row[]) => {
    const { leads, created: _, ...counts } = await leadsOf(sql, [rows]) as {
      leads: string[];
      created: number;
    };
    return {
      ...counts,
      leads: leads.map((lead) => {
        const { mak, county_fips, apn, places, contacts } = JSON.parse(lead);
        return JSON.stringify({ mak, county_fips, apn, places, contacts });
      }).sort(),
    };
  };
  await fc.assert(
    fc.asyncProperty(
      file.chain((rows) =>
        fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }))
      ),
      async ([rows, shuffled]) => {
        expect(await keysOf(shuffled)).toEqual(await keysOf(rows));
      },
    ),
    { numRuns: 80 },
  );
});

test("one row at a time gives the same leads as the whole file at once", patient, async () => {
  await fc.assert(
    fc.asyncProperty(file, async (rows) => {
      expect(await leadsOf(sql, rows.map((one) => [one]))).toEqual(await leadsOf(sql, [rows]));
    }),
    { numRuns: 40 },
  );
});
