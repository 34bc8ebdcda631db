import type { Limit } from "../gateway/types.ts";

/** The limit per second is not documented; the answer to more is TOO_MANY_REQUESTS_PER_SECOND. */
export const yelpLimits: readonly Limit[] = [
  { name: "second", calls: 4, seconds: 1, burst: 2 },
];
