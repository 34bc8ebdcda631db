import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf } from "../settings.ts";

const Account = z.object({
  NEVERBOUNCE_API_KEY: z.string().min(1).optional(),
  NEVERBOUNCE_BASE_URL: baseUrl("https://api.neverbounce.com"),
  /** No price was seen: the budget assumes this one. */
  NEVERBOUNCE_COST_USD: costUsd(0.01),
});

export interface NeverbounceSettings {
  key: string;
  base: string;
  costUsd: number;
}

export function neverbounceSettings(
  account: string,
  given: Variables = process.env,
): NeverbounceSettings | null {
  const read = readSettings(Account, variablesOf(account, ["NEVERBOUNCE_API_KEY"], given));
  return read.NEVERBOUNCE_API_KEY === undefined ? null : {
    key: read.NEVERBOUNCE_API_KEY,
    base: read.NEVERBOUNCE_BASE_URL.replace(/\/+$/, ""),
    costUsd: read.NEVERBOUNCE_COST_USD,
  };
}
