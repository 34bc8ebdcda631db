// Opens a SendGrid account with the keys in the environment.
import type { AccountOpener } from "../types.ts";
import { sendgrid } from "./send.ts";
import { readAccountSettings } from "./settings.ts";

export const openSendgrid: AccountOpener = (account, { timeoutMs, now }, given) => {
  const settings = readAccountSettings(account, given);
  return settings.SENDGRID_API_KEY
    ? sendgrid({
      apiKey: settings.SENDGRID_API_KEY,
      baseUrl: settings.SENDGRID_BASE_URL,
      activity: settings.SENDGRID_ACTIVITY === "on",
      costUsd: settings.SENDGRID_COST_USD,
      timeoutMs,
      now,
    })
    : null;
};
