import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf } from "../settings.ts";

const Account = z.object({
  YELP_API_KEY: z.string().min(1).optional(),
  YELP_BASE_URL: baseUrl("https://api.yelp.com"),
  /** Plans differ; no price of a single call was seen. */
  YELP_COST_USD: costUsd(0.01),
});

export interface YelpSettings {
  key: string;
  base: string;
  costUsd: number;
}

export function yelpSettings(
  account: string,
  given: Variables = process.env,
): YelpSettings | null {
  const read = readSettings(Account, variablesOf(account, ["YELP_API_KEY"], given));
  return read.YELP_API_KEY === undefined ? null : {
    key: read.YELP_API_KEY,
    base: read.YELP_BASE_URL.replace(/\/+$/, ""),
    costUsd: read.YELP_COST_USD,
  };
}
