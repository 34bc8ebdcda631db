import type { AttomSettings } from "./settings.ts";

/** Only a 200 is billed, by contract. */
export const callCostUsd = (settings: AttomSettings): number => settings.costUsd;
