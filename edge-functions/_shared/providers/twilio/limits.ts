import type { Limit } from "../gateway/types.ts";

/** No limit of Lookup was seen but that there is one (20429). */
export const lookupLimits: readonly Limit[] = [{ name: "second", calls: 10, seconds: 1 }];
