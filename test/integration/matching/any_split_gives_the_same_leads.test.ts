// The law of docs/matching.md: the leads do not depend on how a file is cut into parts.
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, createTestDatabase, type TestDatabase } from "../../../scripts/dev/database.ts";
import { openServer } from "../../../scripts/dev/server.ts";

type Sql = ReturnType<typeof connect>;
type Row = Record<string, string>;

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

/** A small world of keys, so that rows often match, connect and contradict each other. */
const row: fc.Arbitrary<Row> = fc.record({
  mak: fc.constantFrom("1000000001", "1000000002", "1000000003"),
  apn: fc.constantFrom("1-1", "1-2", "1-3"),
  street: fc.constantFrom("1 Main St", "2 Main St", "3 Main St", "4 Main St"),
  phone: fc.constantFrom("3105550101", "3105550102", "3105550103"),
  email: fc.constantFrom("a@example.com", "b@example.com"),
  fips: fc.constantFrom("06037"),
  zip: fc.constantFrom("90401", "90402"),
  first: fc.constantFrom("Ann", "Bob", "Cid"),
  beds: fc.constantFrom("1", "2"),
}, { requiredKeys: [] });

const file = fc.array(row, { minLength: 1, maxLength: 14 });

async function stage(tx: Sql, partId: string, rows: Row[], firstLine: number) {
  await tx`select private.open_stage()`;
  await tx`
    insert into stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_first, phones,
      emails, attributes, warnings, raw)
    select (${firstLine}::integer + n)::integer, r ->> 'mak', r ->> 'fips', r ->> 'apn', r ->> 'street',
      case when r ? 'street' then 'Santa Monica' end, 'CA',
      coalesce(r ->> 'zip', case when r ? 'street' then '90401' end), r ->> 'first',
      case when r ? 'phone' then jsonb_build_array(jsonb_build_object('v', r ->> 'phone')) end,
      case when r ? 'email' then jsonb_build_array(jsonb_build_object('v', r ->> 'email')) end,
      case when r ? 'beds' then jsonb_build_object('beds', r ->> 'beds') else '{}' end, '{}', '[]'
    from jsonb_array_elements(${tx.json(rows)}::jsonb) with ordinality e (r, n)`;
  await tx`select private.stage_rows(${partId})`;
  await tx`update public.upload_parts set state = 'staged', staged_at = now() where id = ${partId}`;
}

/** Uploads the parts into a fresh org and returns its leads without ids and times. */
async function leadsOf(parts: Row[][]): Promise<unknown> {
  const [org] = await sql`insert into public.orgs (name) values ('Any') returning id`;
  const [source] = await sql`
    insert into public.sources (org_id, key, name)
    values (${org.id}, 's-' || left(${org.id}::text, 30), 'Any') returning id`;
  const uploadId = crypto.randomUUID();
  for (const [index, rows] of parts.entries()) {
    await sql.begin(async (transaction) => {
      const tx = transaction as unknown as Sql;
      const [part] = await tx`
        select part_id from private.accept_part(${source.id}, ${crypto.randomUUID()},
          sha256(convert_to(${crypto.randomUUID()}, 'UTF8')), 1, null, ${uploadId}, ${
        index + 1
      }, ${parts.length},
          false, null, ${crypto.randomUUID()}, '2026-01-01')`;
      await stage(tx, part.part_id, rows, 1);
    });
  }
  for (;;) {
    const [{ state }] = await sql.begin((tx) =>
      tx`select private.resolve_upload(${uploadId}) as state`
    );
    if (state !== "more") {
      expect(state).toBe("completed");
      break;
    }
  }
  const leads = await sql`
    select l.mak, l.county_fips, l.apn, l.situs_street, l.situs_city, l.situs_zip, l.owner_1_first,
      l.attributes, l.phone_verified,
      array(select a.addr_hash from public.lead_addresses a where a.lead_id = l.id order by 1) as addresses,
      array(select l.addr_hash where l.addr_hash is not null
        union select a.addr_hash from public.lead_addresses a where a.lead_id = l.id order by 1) as places,
      array(select c.masked from public.contact_points c where c.lead_id = l.id order by 1) as contacts
    from public.leads l where l.org_id = ${org.id}`;
  const [counts] = await sql`
    select sum(received)::integer as received, sum(conflict)::integer as conflict, sum(rejected)::integer as rejected
    from public.upload_parts where upload_id = ${uploadId}`;
  await sql`delete from public.orgs where id = ${org.id}`;
  return {
    leads: leads.map((lead) => JSON.stringify({ ...lead })).sort(),
    conflict: counts.conflict,
    rejected: counts.rejected,
    received: counts.received,
  };
}

// Each case makes and drops two orgs, so the time follows the number of cases.
const patient = { timeout: 600_000 };

test("any split of a file into parts gives the same leads", patient, async () => {
  await fc.assert(
    fc.asyncProperty(file, fc.array(fc.nat(), { maxLength: 4 }), async (rows, cuts) => {
      const at = [...new Set(cuts.map((cut) => cut % rows.length))].filter((cut) => cut > 0)
        .sort((a, b) => a - b);
      const parts = [0, ...at].map((from, index) => rows.slice(from, at[index] ?? rows.length));
      expect(await leadsOf(parts)).toEqual(await leadsOf([rows]));
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
    const { leads, ...counts } = await leadsOf([rows]) as { leads: string[] };
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
      expect(await leadsOf(rows.map((one) => [one]))).toEqual(await leadsOf([rows]));
    }),
    { numRuns: 40 },
  );
});
