// A lead as desk_lead answers.
import { channel as channelWords, sentence } from "../../ui/format.ts";

export interface Contact {
  id: number;
  kind: string;
  masked: string;
  label: string | null;
  verified: boolean;
  invalid_at: string | null;
}

export interface Lead {
  org_id: string;
  lead_id: string;
  owner_full: string | null;
  owner_1_first: string | null;
  owner_1_last: string | null;
  owner_2_first: string | null;
  owner_2_last: string | null;
  address: string | null;
  situs_city: string | null;
  situs_state: string | null;
  situs_zip: string | null;
  county: string | null;
  apn: string | null;
  mailing_street: string | null;
  mailing_city: string | null;
  mailing_state: string | null;
  mailing_zip: string | null;
  local_time: string | null;
  time_zone: string | null;
  status: string;
  campaign_status: string;
  campaign: string | null;
  broker_id: string | null;
  broker: string | null;
  lead_score: number | null;
  tier: string | null;
  attributes: Record<string, unknown> | null;
  contacts: Contact[] | null;
  facts:
    | { provider: string; name: string; as_of: string | null; amount_usd: number | null }[]
    | null;
  score: { words: string; points: number; known: boolean; axis: string }[] | null;
  run: { state: string; step: number; next_at: string | null; campaign: string } | null;
  source: string | null;
  created_at: string;
  may: Record<string, boolean> | null;
}

/** The arguments of everything that is asked about a lead. */
export const about = (lead: Lead) => ({ p_org_id: lead.org_id, p_lead_id: lead.lead_id });

export const channel = (name: string) => sentence(channelWords(name));

/** The channels of a contact. */
export const channelsOf = (kind: string | undefined): string[] =>
  kind === "email" ? ["email"] : ["voice_manual", "sms", "voice_ai"];

/** What shows the permission to contact somebody. */
export const PERMISSION = [
  "desk_consents",
  "desk_outlook",
  "desk_timeline",
  "desk_lead",
  "desk_day",
] as const;

/** What a merge, a split or an erasure changes. */
export const IDENTITY = [
  ...PERMISSION,
  "desk_why",
  "desk_lead_matches",
  "lead_unions",
  "list_erasures",
  "desk_search",
] as const;

/** What the person has to be called where something is typed to confirm: as the database compares it. */
export const titleOf = (lead: Lead): string => lead.owner_full ?? lead.address ?? "erase";
