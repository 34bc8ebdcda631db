// Each package of Lookup is billed by itself, and an endpoint asks for one.
import type { LookupSettings } from "./settings.ts";

export const lineTypeCostUsd = (settings: LookupSettings): number => settings.lineTypeCostUsd;
export const reassignedCostUsd = (settings: LookupSettings): number => settings.reassignedCostUsd;
