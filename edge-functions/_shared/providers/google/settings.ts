import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf } from "../settings.ts";

const Account = z.object({
  GOOGLE_MAPS_API_KEY: z.string().min(1).optional(),
  GOOGLE_MAPS_BASE_URL: baseUrl("https://maps.googleapis.com"),
  /** $5 for 1,000. */
  GOOGLE_GEOCODING_COST_USD: costUsd(0.005),
  GOOGLE_PLACES_BASE_URL: baseUrl("https://places.googleapis.com"),
  /** $35 for 1,000: phone and website are fields of the dearest kind. */
  GOOGLE_PLACE_COST_USD: costUsd(0.035),
});

export interface GoogleSettings {
  key: string;
  base: string;
  costUsd: number;
  placesBase: string;
  placeCostUsd: number;
}

export function googleSettings(
  account: string,
  given: Variables = process.env,
): GoogleSettings | null {
  const read = readSettings(Account, variablesOf(account, ["GOOGLE_MAPS_API_KEY"], given));
  return read.GOOGLE_MAPS_API_KEY === undefined ? null : {
    key: read.GOOGLE_MAPS_API_KEY,
    base: read.GOOGLE_MAPS_BASE_URL.replace(/\/+$/, ""),
    costUsd: read.GOOGLE_GEOCODING_COST_USD,
    placesBase: read.GOOGLE_PLACES_BASE_URL.replace(/\/+$/, ""),
    placeCostUsd: read.GOOGLE_PLACE_COST_USD,
  };
}
