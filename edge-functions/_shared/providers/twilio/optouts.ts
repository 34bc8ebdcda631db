// Twilio's Consent Management API: our opt-outs are pushed to it. Its own arrive as webhooks.
import { Buffer } from "node:buffer";
import { requestJson } from "../optout_request.ts";
import type { Variables } from "../../platform/settings.ts";
import type { OptOutAccount } from "../types.ts";
import { readOptOutSettings } from "./settings.ts";

/** How many consents one request may contain. */
const PUSH_SIZE = 25;

export function openTwilioOptOuts(
  account: string,
  timeoutMs: number,
  given?: Variables,
): OptOutAccount | null {
  const settings = readOptOutSettings(account, given);
  if (!settings.TWILIO_ACCOUNT_SID || settings.TWILIO_CONSENTS !== "on") return null;
  const login = Buffer.from(`${settings.TWILIO_ACCOUNT_SID}:${settings.TWILIO_AUTH_TOKEN}`);

  const push: OptOutAccount["push"] = async (optOuts) => {
    const byCorrelation = new Map(
      optOuts.map((optOut) => [crypto.randomUUID().replaceAll("-", ""), optOut]),
    );
    const body = new URLSearchParams();
    for (const [correlationId, { value, sender, at }] of byCorrelation) {
      body.append(
        "Items",
        JSON.stringify({
          contact_id: value,
          correlation_id: correlationId,
          sender_id: sender,
          status: "opt-out",
          source: "others",
          date_of_consent: at.toISOString(),
        }),
      );
    }
    const answer = await requestJson("twilio", settings.TWILIO_BASE_URL, "/v1/Consents/Bulk", {
      method: "POST",
      body,
      headers: { authorization: `Basic ${login.toString("base64")}` },
    }, timeoutMs) as { items?: { correlation_id: string; error_code: number }[] };
    const refused = new Map<string, string>();
    for (const { correlation_id, error_code } of answer.items ?? []) {
      const optOut = byCorrelation.get(correlation_id);
      if (optOut && Number(error_code) !== 0) {
        refused.set(optOut.suppressionId, `error ${error_code}`);
      }
    }
    return refused;
  };

  return {
    lists: [],
    pageSize: 1,
    readPage: () => Promise.resolve([]),
    pushSize: PUSH_SIZE,
    push,
  };
}
