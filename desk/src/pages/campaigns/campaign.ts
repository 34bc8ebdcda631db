// A campaign as the page reads it, and what people do with it.
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { rpc } from "../../data/rpc.ts";
import type { Tone } from "../../ui/marks.tsx";
import { confirmed } from "../../ui/parts.tsx";

export interface Campaign {
  id: string;
  name: string;
  state: string;
  daily_limit: number | null;
  states: string[] | null;
  source_ids: string[] | null;
  min_score: number | null;
  starts_on: string | null;
  ends_on: string | null;
  assign_brokers: boolean | null;
  sequence_id: string | null;
  sequence: string | null;
  fed: number | null;
  sent: number | null;
  replied: number | null;
  booked: number | null;
  spent_usd: number | null;
  version: number;
  created_at: string;
}

export const STATE_TONES: Record<string, Tone> = { running: "good", paused: "warn" };

/** What is read again after a change. */
export const CHANGED = ["list_campaigns", "campaign_funnel"] as const;

export const control = (campaign: Campaign, action: string, reason = "By hand on the desk") =>
  rpc("control_campaign", {
    p_org_id: orgId.value,
    p_campaign_id: campaign.id,
    p_action: action,
    p_reason: reason,
  });

/** Paused and resumed campaigns go back to what they were. */
export const pauseOrResume = (campaign: Campaign, action: "pause" | "resume") =>
  act({
    done: action === "pause" ? "Campaign paused" : "Campaign resumed",
    run: () => control(campaign, action),
    undo: () => control(campaign, action === "pause" ? "resume" : "pause"),
    refresh: [...CHANGED],
  });

export async function stop(campaign: Campaign): Promise<void> {
  const yes = await confirmed({
    title: `Stop ${campaign.name}?`,
    text: "Every run under way ends, and the campaign cannot be resumed.",
    action: "Stop the campaign",
  });
  if (!yes) return;
  await act({
    done: "Campaign stopped",
    run: () => control(campaign, "stop"),
    refresh: [...CHANGED],
  });
}
