// The output of the demo, read from the database only.
import type { Sql, World } from "./world.ts";

export interface Totals {
  received: number;
  rejected: number;
  created: number;
  updated: number;
  unchanged: number;
  merged: number;
  conflicts: number;
  verified: number;
  contactable: number;
  fed: number;
}

/** The totals of a file that was refused as a whole. */
export const noTotals: Totals = {
  received: 0,
  rejected: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  merged: 0,
  conflicts: 0,
  verified: 0,
  contactable: 0,
  fed: 0,
};

export async function totals(sql: Sql, world: World, uploadId: string): Promise<Totals> {
  const [counts] = await sql`
    select coalesce(sum(p.received), 0)::integer as received, coalesce(sum(p.rejected), 0)::integer as rejected,
      coalesce(sum(p.created), 0)::integer as created, coalesce(sum(p.updated), 0)::integer as updated,
      coalesce(sum(p.unchanged), 0)::integer as unchanged, coalesce(sum(p.merged), 0)::integer as merged,
      coalesce(sum(p.conflict), 0)::integer as conflicts
    from public.upload_parts p where p.upload_id = ${uploadId}`;
  const [leads] = await sql`
    select count(*) filter (where phone_verified)::integer as verified from public.leads where org_id = ${world.orgId}`;
  const [view] = await sql`
    select count(*)::integer as contactable from public.mv_contactable_leads where org_id = ${world.orgId}`;
  const [feeds] = await sql`
    select coalesce(sum(fed_count), 0)::integer as fed from public.campaign_feeds where org_id = ${world.orgId}`;
  return { ...counts, ...leads, ...view, ...feeds } as Totals;
}

function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    "  " + row.map((value, column) => value.padEnd(widths[column])).join("  ").trimEnd()
  ).join("\n");
}

const address = (lead: Record<string, string | null>) =>
  [
    lead.situs_street,
    lead.situs_unit && `# ${lead.situs_unit}`,
    lead.situs_city,
    lead.situs_state,
    lead.situs_zip,
  ]
    .filter(Boolean).join(", ");

/** The spellings in the list, next to the one lead that they became. */
export async function examples(sql: Sql, world: World, rows: string[][]): Promise<string> {
  const lines: string[] = [];
  const shown = new Set<string>();
  for (const row of rows) {
    const [lead] = await sql`
      select l.id, l.situs_street, l.situs_unit, l.situs_city, l.situs_state, l.situs_zip, l.owner_1_first,
        l.owner_1_last, l.lead_score, l.phone_verified, l.campaign_status,
        (select string_agg(c.masked, ', ' order by c.kind, c.position) from public.contact_points c
         where c.org_id = l.org_id and c.lead_id = l.id) as contacts
      from private.parse_address(${row[0]}, ${row[1]}, ${row[2]}, ${row[3]}, ${row[4]}) a
      join public.leads l on l.org_id = ${world.orgId} and l.addr_hash = a.addr_hash`;
    lines.push(`  row   ${JSON.stringify(row.slice(0, 5).filter(Boolean).join(", "))}`);
    if (!lead || shown.has(lead.id)) continue;
    shown.add(lead.id);
    lines.push(
      `  LEAD  ${address(lead)} | ${lead.owner_1_first ?? ""} ${lead.owner_1_last ?? ""} | ${
        lead.contacts ?? "no contact"
      } | score ${lead.lead_score} | phone ${
        lead.phone_verified ? "verified" : "not verified"
      } | ${lead.campaign_status}`,
    );
  }
  return lines.join("\n");
}

export async function anyLeads(sql: Sql, world: World): Promise<string> {
  const leads = await sql`
    select l.*, (select string_agg(c.masked, ', ' order by c.kind, c.position) from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id) as contacts
    from public.leads l where l.org_id = ${world.orgId} order by l.lead_score desc, l.id limit 5`;
  return leads.map((lead) => {
    const name = lead.owner_full ??
      [lead.owner_1_first, lead.owner_1_last].filter(Boolean).join(" ");
    return `  ${address(lead) || "(no address)"} | ${name || "(no name)"} | ${
      lead.contacts ?? "no contact"
    } | APN ${lead.apn ?? "-"}`;
  }).join("\n") || "  none";
}

export async function rejects(sql: Sql, uploadId: string): Promise<string> {
  const rows = await sql`
    select code, count(*)::integer as rows, mode() within group (order by detail) as detail,
      (array_agg(line order by part, line))[1:5]::text as lines
    from public.upload_rejects where upload_id = ${uploadId}
    group by code, case when code = 'no_identity' then detail end
    order by count(*) desc, code, min(line)`;
  if (rows.length === 0) return "  none";
  return table(
    rows.map((row) => [String(row.rows), row.code, `first lines ${row.lines}`, row.detail ?? ""]),
  );
}

/** Whether rows were rejected because city or county is missing. */
export async function lacksPlace(sql: Sql, uploadId: string): Promise<boolean> {
  const [row] = await sql`
    select exists (select from public.upload_rejects
      where upload_id = ${uploadId} and code = 'no_identity' and detail like '%default_c%') as lacks`;
  return Boolean(row?.lacks);
}

export async function firstFed(sql: Sql, world: World): Promise<string> {
  const rows = await sql`
    select l.lead_score, l.situs_street, l.situs_city, l.situs_state, b.name as broker
    from public.leads l left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
    where l.org_id = ${world.orgId} and l.campaign_id = ${world.campaignId}
    order by l.lead_score desc, l.id limit 5`;
  if (rows.length === 0) return "  no leads";
  return table(rows.map((row) => [
    `score ${row.lead_score}`,
    `${row.situs_street}, ${row.situs_city}, ${row.situs_state}`,
    row.broker ?? "no available licensed broker",
  ]));
}

export async function funnel(sql: Sql, world: World): Promise<string> {
  const rows = await sql`
    select f.kind::text, f.quantity::integer from public.funnel f
    where f.org_id = ${world.orgId} and (f.quantity > 0 or f.kind <= 'fed') order by f.kind`;
  const most = Math.max(1, ...rows.map((row) => row.quantity));
  return table(rows.map((row) => [
    row.kind,
    String(row.quantity).padStart(7),
    "#".repeat(Math.round(40 * row.quantity / most)),
  ]));
}
