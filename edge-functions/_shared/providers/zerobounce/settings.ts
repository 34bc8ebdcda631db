import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf } from "../settings.ts";

const Account = z.object({
  ZEROBOUNCE_API_KEY: z.string().min(1).optional(),
  ZEROBOUNCE_BASE_URL: baseUrl("https://api.zerobounce.net"),
  /** $99 for 10,000, seen in 2026-08. */
  ZEROBOUNCE_COST_USD: costUsd(0.0099),
});

export interface ZerobounceSettings {
  key: string;
  base: string;
  costUsd: number;
}

export function zerobounceSettings(
  account: string,
  given: Variables = process.env,
): ZerobounceSettings | null {
  const read = readSettings(Account, variablesOf(account, ["ZEROBOUNCE_API_KEY"], given));
  return read.ZEROBOUNCE_API_KEY === undefined ? null : {
    key: read.ZEROBOUNCE_API_KEY,
    base: read.ZEROBOUNCE_BASE_URL.replace(/\/+$/, ""),
    costUsd: read.ZEROBOUNCE_COST_USD,
  };
}
