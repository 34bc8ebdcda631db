import type { ZerobounceSettings } from "./settings.ts";

/** One credit an address. Whether "unknown" is free was not seen in writing, so it counts. */
export const validationCostUsd = (settings: ZerobounceSettings): number => settings.costUsd;
