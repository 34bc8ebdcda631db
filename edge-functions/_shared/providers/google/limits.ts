import type { Limit } from "../gateway/types.ts";

/** Quotas are set per project; this one is slow. */
export const googleLimits: readonly Limit[] = [
  { name: "second", calls: 25, seconds: 1, burst: 5 },
];
