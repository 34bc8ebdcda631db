import type { Limit } from "../gateway/types.ts";

/** The most properties that a call may ask about. */
export const MOST_TOGETHER = 100;

/** No limit is documented. This one counts properties, so that a call of a hundred takes a hundred. */
export const batchdataLimits: readonly Limit[] = [
  { name: "minute", calls: 3000, seconds: 60, burst: 1000 },
];
