import type { YelpSettings } from "./settings.ts";

export const searchCostUsd = (settings: YelpSettings): number => settings.costUsd;
