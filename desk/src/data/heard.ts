// What the project says of changes, and which answers they make old. sql/92_desk/80_live.sql sends them.
import type { Surface } from "./surface.ts";

export const AFFECTED: Record<string, Surface[]> = {
  inbox: ["desk_inbox", "desk_summary", "desk_day", "desk_timeline"],
  calls: ["desk_inbox", "desk_calls", "desk_summary", "desk_timeline"],
  tasks: ["desk_tasks", "desk_summary", "desk_day", "desk_timeline"],
  uploads: ["list_uploads", "upload_status", "desk_summary"],
  feeds: ["desk_day", "list_campaigns", "campaign_funnel"],
  deals: ["deal_board", "list_deals"],
};

const SELDOM_MS = 300_000;
/** Answers that change with the time, too: a task becomes due, a window for calls opens. */
const BY_THE_CLOCK_MS = 60_000;
const WHEN_LIVE: Partial<Record<Surface, number>> = {
  desk_inbox: SELDOM_MS,
  desk_calls: SELDOM_MS,
  list_uploads: SELDOM_MS,
  upload_status: BY_THE_CLOCK_MS,
  deal_board: SELDOM_MS,
  list_deals: SELDOM_MS,
  desk_tasks: BY_THE_CLOCK_MS,
  desk_summary: BY_THE_CLOCK_MS,
  desk_day: BY_THE_CLOCK_MS,
};

/** How long to wait before an answer is asked for again, when nothing is heard. */
export const pause = (name: Surface, ms: number, live: boolean): number =>
  live ? Math.max(ms, WHEN_LIVE[name] ?? 0) : ms;
