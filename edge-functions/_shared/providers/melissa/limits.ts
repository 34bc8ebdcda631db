import type { Limit } from "../gateway/types.ts";

/** The most records of a request. */
export const MOST_TOGETHER = 100;

/** No limit is documented. This one counts records, so that a request of a hundred takes a hundred. */
export const melissaLimits: readonly Limit[] = [
  { name: "minute", calls: 3000, seconds: 60, burst: 1000 },
];
