// Opens a Twilio account with the keys in the environment.
import type { AccountOpener } from "../types.ts";
import { twilio } from "./send.ts";
import { readAccountSettings } from "./settings.ts";

export const openTwilio: AccountOpener = (account, { timeoutMs, now, publicUrl }, given) => {
  const settings = readAccountSettings(account, given);
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = settings;
  return accountSid && authToken
    ? twilio({
      accountSid,
      authToken,
      baseUrl: settings.TWILIO_BASE_URL,
      costPerSegmentUsd: settings.TWILIO_SEGMENT_COST_USD,
      statusCallback: (orgId, messageId) =>
        publicUrl &&
        `${publicUrl}/functions/v1/webhooks/${orgId}/twilio/status?message_id=${messageId}`,
      timeoutMs,
      now,
    })
    : null;
};
