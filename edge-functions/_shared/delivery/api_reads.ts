// What machines list: campaigns and what they are made of, with numbers as JSON has them. The statements run with the rights
// of an API key.
import type { Tx } from "../platform/db/client.ts";

export interface CampaignRow {
  campaign_id: string;
  state: string;
  /** created_at to the microsecond, for the cursor. */
  at: string;
}

export const readCampaigns = (
  tx: Tx,
  orgId: string,
  limit: number,
  [at, id]: readonly [string | null, string | null],
) =>
  tx<CampaignRow[]>`
    select id as campaign_id, name, state, version, daily_limit, sequence_id, sequence, starts_on::text,
      ends_on::text, fed::integer, sent::integer, replied::integer, booked::integer, spent_usd::float8,
      created_at::text as at
    from public.list_campaigns(${orgId}, ${limit}, ${at}::timestamptz, ${id}::uuid)`;

export async function campaignState(tx: Tx, orgId: string, id: string): Promise<string | null> {
  const [row] = await tx<{ state: string }[]>`
    select state from public.campaigns where org_id = ${orgId} and id = ${id}`;
  return row?.state ?? null;
}

export interface Named {
  name: string;
}

export const readSequences = (tx: Tx, orgId: string, limit: number, after: string | null) =>
  tx<Named[]>`
    select id as sequence_id, name, version, steps::integer, leads::integer, leads_on_older::integer, campaigns
    from public.list_sequences(${orgId}, ${limit}, ${after})`;

export const readTemplates = (tx: Tx, orgId: string, limit: number, after: string | null) =>
  tx<Named[]>`
    select id as template_id, name, channel, purpose, version
    from public.list_templates(${orgId}, ${limit}, ${after})`;

export const readSenders = (tx: Tx, orgId: string) =>
  tx`select id as sender_id, name, channel, state from public.senders where org_id = ${orgId}
    order by name, id limit 500`;

export async function seesLead(tx: Tx, orgId: string, id: string): Promise<boolean> {
  const rows = await tx`select from public.leads where org_id = ${orgId} and id = ${id}`;
  return rows.length > 0;
}

export async function isReplyOf(
  tx: Tx,
  orgId: string,
  replyId: number,
  leadId: string,
): Promise<boolean> {
  const rows = await tx`
    select from public.replies where org_id = ${orgId} and id = ${replyId} and lead_id = ${leadId}`;
  return rows.length > 0;
}

export interface OutlookRow {
  contact_point_id: number;
  masked: string;
  channel: string;
  outlook: string;
  next_at: Date | null;
  why: string | null;
  rules: string[];
}

/** As the service: the gate takes locks while it looks, which a scope that reads may not. */
export const readOutlook = (tx: Tx, id: string) =>
  tx<OutlookRow[]>`
    select contact_point_id::integer, contact as masked, channel, outlook, next_allowed_at as next_at, why, rules
    from public.contact_outlook(array[${id}]::uuid[])`;
