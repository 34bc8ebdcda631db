import type { NeverbounceSettings } from "./settings.ts";

/** A check is charged each time, also of an address that was checked before. */
export const checkCostUsd = (settings: NeverbounceSettings): number => settings.costUsd;
