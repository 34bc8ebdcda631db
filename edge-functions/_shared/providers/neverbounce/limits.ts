import type { Limit } from "../gateway/types.ts";

/** No limit is documented but that there is one (throttle_triggered). */
export const neverbounceLimits: readonly Limit[] = [{ name: "second", calls: 10, seconds: 1 }];
