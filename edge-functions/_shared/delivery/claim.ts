// Reserves due steps for this process for the time of a lease.
import { asWriter } from "../platform/db/client.ts";
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
