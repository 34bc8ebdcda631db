import process from "node:process";
import { z } from "zod";
import { readSettings, type Variables } from "../../platform/settings.ts";
import { baseUrl, costUsd, variablesOf } from "../settings.ts";

const Account = z.object({
  BATCHDATA_API_KEY: z.string().min(1).optional(),
  BATCHDATA_BASE_URL: baseUrl("https://api.batchdata.com"),
  /** A matter of the contract: $0.07 and $0.20 to $0.50 were seen, and the budget assumes the most. */
  BATCHDATA_COST_USD: costUsd(0.5),
});

export interface BatchdataSettings {
  key: string;
  base: string;
  costUsd: number;
}

export function batchdataSettings(
  account: string,
  given: Variables = process.env,
): BatchdataSettings | null {
  const read = readSettings(Account, variablesOf(account, ["BATCHDATA_API_KEY"], given));
  return read.BATCHDATA_API_KEY === undefined ? null : {
    key: read.BATCHDATA_API_KEY,
    base: read.BATCHDATA_BASE_URL.replace(/\/+$/, ""),
    costUsd: read.BATCHDATA_COST_USD,
  };
}
