import type { MelissaSettings } from "./settings.ts";

/** Whether a record that was not found is free was not seen in writing, so each counts. */
export const phoneCostUsd = (settings: MelissaSettings): number => settings.phoneCostUsd;
export const emailCostUsd = (settings: MelissaSettings): number => settings.emailCostUsd;
export const propertyCostUsd = (settings: MelissaSettings): number => settings.propertyCostUsd;
export const traceCostUsd = (settings: MelissaSettings): number => settings.traceCostUsd;
export const addressCostUsd = (settings: MelissaSettings): number => settings.addressCostUsd;
