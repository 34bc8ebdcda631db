// A flip as the database returns it.
import type { Surface } from "../../data/surface.ts";

export interface Line {
  id: string;
  version: number;
  label: string;
  planned_usd: number | null;
  spent_usd: number | null;
}

export interface FlipTask {
  id: string;
  label: string;
  version: number;
  due_on: string | null;
  done_at: string | null;
}

export interface StoredFile {
  id: string;
  name: string;
  kind: "document" | "photo";
  path: string;
  bytes: number | null;
}

export interface Figures {
  purchase_usd: number | null;
  arv_usd: number | null;
  sale_usd: number | null;
  repairs_planned_usd: number;
  budget_usd: number;
  spent_usd: number;
  holding_days: number;
  holding_usd_per_day: number | null;
  holding_usd: number;
  max_offer_usd: number | null;
  meets_70_percent: boolean | null;
  cost_so_far_usd: number | null;
  expected_profit_usd: number | null;
  profit_usd: number | null;
}

export interface Flip {
  deal: {
    id: string;
    lead_id: string;
    title: string;
    stage: string;
    version: number;
    purchase_usd: number | null;
    arv_usd: number | null;
    repairs_usd: number | null;
    holding_usd_per_day: number | null;
    bought_on: string | null;
    sold_on: string | null;
    sale_usd: number | null;
  };
  lines: Line[];
  tasks: FlipTask[];
  files: StoredFile[];
  figures: Figures | null;
}

export const REFRESH: Surface[] = ["show_flip"];
