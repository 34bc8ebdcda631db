// The providers that this deployment has keys for, opened when they are first used.
import type { Env } from "../env.ts";
import { sendgrid } from "../providers/sendgrid.ts";
import { twilio } from "../providers/twilio.ts";
import type { Provider } from "../providers/types.ts";
import { vapi } from "../providers/vapi.ts";
import type { OutreachSettings } from "./settings.ts";

/** The provider of that name; null where there is no account. */
export interface Providers {
  (name: string): Provider | null;
}

export function openProviders(settings: OutreachSettings, env: Env, now: () => Date): Providers {
  const timeoutMs = settings.OUTREACH_TIMEOUT_MS;
  const known = new Map<string, Provider>();
  if (settings.SENDGRID_API_KEY) {
    known.set(
      "sendgrid",
      sendgrid({
        apiKey: settings.SENDGRID_API_KEY,
        baseUrl: settings.SENDGRID_BASE_URL,
        activity: settings.SENDGRID_ACTIVITY === "on",
        costUsd: settings.SENDGRID_COST_USD,
        timeoutMs,
        now,
      }),
    );
  }
  if (settings.TWILIO_ACCOUNT_SID && settings.TWILIO_AUTH_TOKEN) {
    known.set(
      "twilio",
      twilio({
        accountSid: settings.TWILIO_ACCOUNT_SID,
        authToken: settings.TWILIO_AUTH_TOKEN,
        baseUrl: settings.TWILIO_BASE_URL,
        costPerSegmentUsd: settings.TWILIO_SEGMENT_COST_USD,
        statusCallback: (orgId, messageId) =>
          env.publicUrl &&
          `${env.publicUrl}/functions/v1/webhooks/${orgId}/twilio/status?message_id=${messageId}`,
        timeoutMs,
        now,
      }),
    );
  }
  if (settings.VAPI_API_KEY) {
    known.set(
      "vapi",
      vapi({
        apiKey: settings.VAPI_API_KEY,
        baseUrl: settings.VAPI_BASE_URL,
        costPerCallUsd: settings.VAPI_CALL_COST_USD,
        timeoutMs,
        now,
      }),
    );
  }
  return (name) => known.get(name) ?? null;
}
