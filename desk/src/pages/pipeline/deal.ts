// Deals and their stages; each change is an event that stays.
import { act } from "../../data/act.ts";
import { orgId } from "../../data/me.ts";
import { patch } from "../../data/query.ts";
import { rpc } from "../../data/rpc.ts";

export interface Stage {
  stage_id: string;
  stage: string;
  position: number;
  outcome: string | null;
  deals: number;
  price_usd: number | null;
  commission_usd: number | null;
}

export interface Deal {
  id: string;
  lead_id: string;
  kind: string;
  title: string;
  stage_id: string;
  stage: string;
  outcome: string | null;
  broker_id: string | null;
  price_usd: number | null;
  commission_usd: number | null;
  expected_close_on: string | null;
  closed_on: string | null;
  lost_reason: string | null;
  version: number;
  updated_at: string;
  address: string | null;
}

export const REFRESH = ["list_deals", "deal_board", "deal_history"] as const;

export const change = (deal: Deal, values: Record<string, unknown>) =>
  rpc<{ version: number }>("change_deal", {
    p_org_id: orgId.value,
    p_deal_id: deal.id,
    p_version: deal.version,
    p_values: values,
  });

export function move(deal: Deal, to: Stage, lost?: string) {
  let version = deal.version;
  const { stage_id, stage, outcome } = to;
  return act({
    done: `Moved to ${stage}`,
    show: () =>
      patch<Deal[]>(
        ["list_deals"],
        (rows) =>
          rows.map((row) => row.id === deal.id ? { ...row, stage_id, stage, outcome } : row),
      ),
    run: async () => {
      ({ version } = await change(deal, { stage_id, ...(lost ? { lost_reason: lost } : {}) }));
    },
    undo: () => change({ ...deal, version }, { stage_id: deal.stage_id }),
    refresh: [...REFRESH],
  });
}
