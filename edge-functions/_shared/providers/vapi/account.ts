// Opens a Vapi account with the key in the environment.
import type { AccountOpener } from "../types.ts";
import { vapi } from "./send.ts";
import { readAccountSettings } from "./settings.ts";

export const openVapi: AccountOpener = (account, { timeoutMs, now }, given) => {
  const settings = readAccountSettings(account, given);
  return settings.VAPI_API_KEY
    ? vapi({
      apiKey: settings.VAPI_API_KEY,
      baseUrl: settings.VAPI_BASE_URL,
      costPerCallUsd: settings.VAPI_CALL_COST_USD,
      timeoutMs,
      now,
    })
    : null;
};
