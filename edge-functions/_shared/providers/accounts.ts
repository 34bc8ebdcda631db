// The accounts at providers that this deployment has keys for, opened when they are first used.
import type { Env } from "../platform/settings.ts";
import { sendgrid } from "./sendgrid/send.ts";
import { twilio } from "./twilio/send.ts";
import type { Provider } from "./types.ts";
import { vapi } from "./vapi/send.ts";
import { type OutreachSettings, settingsOf } from "./settings.ts";

/** The provider of that name with the keys of that account; null where there are none. */
export interface Providers {
  (name: string, account: string): Provider | null;
}

export function openProviders(
  env: Env,
  now: () => Date,
  settings: (account: string) => OutreachSettings = settingsOf,
): Providers {
  const known = new Map<string, Provider | null>();
  return (name, account) => {
    const key = `${name} ${account}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const opened = open(name, settings(account), env, now);
    known.set(key, opened);
    return opened;
  };
}

function open(
  name: string,
  settings: OutreachSettings,
  env: Env,
  now: () => Date,
): Provider | null {
  const timeoutMs = settings.OUTREACH_TIMEOUT_MS;
  if (name === "sendgrid" && settings.SENDGRID_API_KEY) {
    return sendgrid({
      apiKey: settings.SENDGRID_API_KEY,
      baseUrl: settings.SENDGRID_BASE_URL,
      activity: settings.SENDGRID_ACTIVITY === "on",
      costUsd: settings.SENDGRID_COST_USD,
      timeoutMs,
      now,
    });
  }
  if (name === "twilio" && settings.TWILIO_ACCOUNT_SID && settings.TWILIO_AUTH_TOKEN) {
    return twilio({
      accountSid: settings.TWILIO_ACCOUNT_SID,
      authToken: settings.TWILIO_AUTH_TOKEN,
      baseUrl: settings.TWILIO_BASE_URL,
      costPerSegmentUsd: settings.TWILIO_SEGMENT_COST_USD,
      statusCallback: (orgId, messageId) =>
        env.publicUrl &&
        `${env.publicUrl}/functions/v1/webhooks/${orgId}/twilio/status?message_id=${messageId}`,
      timeoutMs,
      now,
    });
  }
  if (name === "vapi" && settings.VAPI_API_KEY) {
    return vapi({
      apiKey: settings.VAPI_API_KEY,
      baseUrl: settings.VAPI_BASE_URL,
      costPerCallUsd: settings.VAPI_CALL_COST_USD,
      timeoutMs,
      now,
    });
  }
  return null;
}
