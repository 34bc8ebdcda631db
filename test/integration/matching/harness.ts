// Small lists whose rows often match, connect and contradict each other, and the leads that come of them.
import fc from "fast-check";
import { expect } from "vitest";
import type { connect } from "../../../scripts/dev/database.ts";

export type Sql = ReturnType<typeof connect>;
export type Row = Record<string, string>;

/** A small world of keys, so that rows often match, connect and contradict each other. */
export const row: fc.Arbitrary<Row> = fc.record({
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

export const file = fc.array(row, { minLength: 1, maxLength: 14 });

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

/**
 * Uploads the parts into a fresh org and returns its leads without ids and times. With `sliceRows`, larger uploads are
 * resolved in slices; `between` runs after each step.
 */
export async function leadsOf(
  sql: Sql,
  parts: Row[][],
  sliceRows = 25_000,
  between: (state: string, uploadId: string) => unknown = () => {},
): Promise<unknown> {
  const [org] = await sql`insert into public.orgs (name) values ('Any') returning id`;
  const [source] = await sql`
    insert into public.sources (org_id, key, name)
    values (${org.id}, 's-' || left(${org.id}::text, 30), 'Any') returning id`;
  const uploadId = crypto.randomUUID();
  const partIds: string[] = [];
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
      partIds.push(part.part_id);
    });
  }
  for (;;) {
    const [{ state }] = await sql.begin((tx) =>
      tx`select private.resolve_upload(${uploadId}, now(), ${sliceRows}) as state`
    );
    await between(state, uploadId);
    if (state === "restage") {
      for (const [index, partId] of partIds.entries()) {
        await sql.begin((tx) => stage(tx as unknown as Sql, partId, parts[index]!, 1));
      }
      continue;
    }
    if (state !== "more" && state !== "slices") {
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
    select sum(received)::integer as received, sum(conflict)::integer as conflict, sum(rejected)::integer as rejected,
      sum(created)::integer as created
    from public.upload_parts where upload_id = ${uploadId}`;
  await sql`delete from public.orgs where id = ${org.id}`;
  return {
    leads: leads.map((lead) => JSON.stringify({ ...lead })).sort(),
    conflict: counts.conflict,
    rejected: counts.rejected,
    received: counts.received,
    created: counts.created,
  };
}
