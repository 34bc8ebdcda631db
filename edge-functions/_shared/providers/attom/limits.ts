import type { Limit } from "../gateway/types.ts";

/** Limits are by contract; this one is slow enough for a trial. */
export const attomLimits: readonly Limit[] = [
  { name: "minute", calls: 200, seconds: 60, burst: 10 },
];
