import type { GoogleSettings } from "./settings.ts";

export const geocodingCostUsd = (settings: GoogleSettings): number => settings.costUsd;
