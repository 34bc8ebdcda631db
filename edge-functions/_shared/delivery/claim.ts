// Reserves due steps for this process for the time of a lease.
import { asWriter } from "../platform/db/client.ts";
import type { SendRequest } from "../providers/types.ts";
import type { Sending } from "./sending.ts";

export interface Message {
  id: string;
  org_id: string;
  lead_id: string;
  campaign_id: string | null;
  step: number | null;
  channel: string;
  state: string;
}

export interface ClaimedMessage extends Message {
  lease_token: string;
}

export interface ClaimOptions {
  channel?: string | null | undefined;
  limit?: number | undefined;
  orgId?: string | null | undefined;
  asOf?: Date | null | undefined;
}

export interface ClaimedRequest extends ClaimedMessage {
  /** To be sent at once; null: a retry, about which the gate is asked again first. */
  request: SendRequest | null;
  /** The rest of the lease at the time it was read. */
  lease_ms: number;
}

/** Claims for sending at once: the gate is asked in the transaction that marks the messages as requested. */
export async function claimRequests(
  sending: Sending,
  { asOf, limit, channel = null, orgId = null }: ClaimOptions,
): Promise<ClaimedRequest[]> {
  return await asWriter(sending.sql, (tx) =>
    tx<ClaimedRequest[]>`
      select c.id, c.org_id, c.lead_id, c.campaign_id, c.step, c.channel, c.state, c.lease_token, c.request,
        (extract(epoch from c.lease_until - t.now) * 1000)::float8 as lease_ms
      from (select coalesce(${asOf ?? null}::timestamptz, now()) as now) t
      cross join lateral private.claim_requests(
        ${limit ?? sending.settings.OUTREACH_BATCH}, ${channel}, t.now, ${orgId}) c`);
}

export async function claim(
  sending: Sending,
  options: ClaimOptions = {},
): Promise<ClaimedMessage[]> {
  const asOf = options.asOf ?? sending.clock();
  const { limit = sending.settings.OUTREACH_BATCH, channel = null, orgId = null } = options;
  return await asWriter(sending.sql, (tx) =>
    tx<ClaimedMessage[]>`
      select id, org_id, lead_id, campaign_id, step, channel, state, lease_token
      from public.claim_due_steps(${limit}, ${channel},
        coalesce(${asOf}::timestamptz, now()), ${orgId})`);
}
