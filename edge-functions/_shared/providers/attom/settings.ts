import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf } from "../settings.ts";

const Account = z.object({
  ATTOM_API_KEY: z.string().min(1).optional(),
  ATTOM_BASE_URL: baseUrl("https://api.gateway.attomdata.com"),
  /** A matter of the contract; none was seen. */
  ATTOM_COST_USD: costUsd(0.1),
});

export interface AttomSettings {
  key: string;
  base: string;
  costUsd: number;
}

export function attomSettings(
  account: string,
  given: Variables = process.env,
): AttomSettings | null {
  const read = readSettings(Account, variablesOf(account, ["ATTOM_API_KEY"], given));
  return read.ATTOM_API_KEY === undefined ? null : {
    key: read.ATTOM_API_KEY,
    base: read.ATTOM_BASE_URL.replace(/\/+$/, ""),
    costUsd: read.ATTOM_COST_USD,
  };
}
