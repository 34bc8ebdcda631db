// `--plans`: plans of the performance-critical queries at this size, for docs/performance.md.
import type { World } from "./world.ts";

export async function printPlans({ sql, orgId }: World, say: (text: string) => void) {
  const [broker] = await sql`select id from public.brokers where org_id = ${orgId} limit 1`;
  const [campaign] = await sql`select id from public.campaigns where org_id = ${orgId} limit 1`;
  const [lead] = await sql`
    select encode(phone_bidx, 'hex') as phone from public.leads
    where org_id = ${orgId} and campaign_status = 'queued' and phone_bidx is not null limit 1`;
  const org = `org_id = '${orgId}'`;
  const queries: Record<string, string> = {
    "Candidates of the feed": `select l.id from public.leads l
      join public.mv_contactable_leads n on n.org_id = l.org_id and n.lead_id = l.id
      where l.${org} and l.campaign_status = 'new' and l.phone_verified and l.lead_score >= 0
      order by l.lead_score desc, l.id limit 250`,
    "Lead of a phone that replied": `select id, campaign_id from public.leads
      where ${org} and phone_bidx = '\\x${lead?.phone ?? "00"}'
        and campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')`,
    "Replies of a campaign, newest first": `select id from public.leads
      where ${org} and campaign_id = '${campaign?.id ?? orgId}' and campaign_status = 'replied'
      order by last_reply_at desc limit 50`,
    "The broker's list": `select id, owner_full, situs_street, lead_score from public.leads
      where ${org} and assigned_broker_id = '${broker?.id ?? orgId}'
      order by lead_score desc, id limit 100`,
  };
  for (const [title, query] of Object.entries(queries)) {
    const lines = await sql.begin(async (tx) => {
      // The feed reads the first rows through a cursor.
      await tx`set local jit = off`;
      return await tx.unsafe(`explain (analyze, buffers, costs off, timing off) ${query}`);
    });
    say(`\n${title}`);
    for (const line of lines) say(`  ${line["QUERY PLAN"]}`);
  }
}
