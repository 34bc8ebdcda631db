import type { BatchdataSettings } from "./settings.ts";

/** Billed for a matched property; one that is not found costs nothing. */
export const traceCostUsd = (settings: BatchdataSettings): number => settings.costUsd;
