// Twilio Lookup v2 asks the register of reassigned numbers: https://www.twilio.com/docs/lookup/v2-api/reassigned-number
import { Buffer } from "node:buffer";
import type { Variables } from "../../platform/settings.ts";
import { networkOutcome, retryAfter } from "../network.ts";
import type { NumberRegister, ReassignedAnswer } from "../types.ts";
import { Refusal } from "./messages.ts";
import { readLookupSettings } from "./settings.ts";

const ANSWERS = new Set(["yes", "no", "no_data_available"]);

interface Looked {
  valid?: unknown;
  reassigned_number?: { is_number_reassigned?: unknown; error_code?: unknown } | null;
}

export function openTwilioRegister(
  account: string,
  { timeoutMs, now }: { timeoutMs: number; now: () => Date },
  given?: Variables,
): NumberRegister | null {
  const settings = readLookupSettings(account, given);
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken } = settings;
  if (!accountSid || !authToken) return null;
  const base = settings.TWILIO_BASE_URL.replace(/\/+$/, "");
  const headers = {
    accept: "application/json",
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`,
  };

  async function ask(phone: string, since: string): Promise<ReassignedAnswer> {
    const query = `Fields=reassigned_number&LastVerifiedDate=${since.replaceAll("-", "")}`;
    const response = await fetch(
      `${base}/v2/PhoneNumbers/${encodeURIComponent(phone)}?${query}`,
      { headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) },
    );
    const id = response.headers.get("twilio-request-id");
    const named = id ? { request_id: id.slice(0, 64) } : {};
    const body = await response.text();
    if (!response.ok) {
      const { status, code } = new Refusal(response.status, response.headers, body, now());
      const wait = retryAfter((name) => response.headers.get(name), now());
      return {
        ...named,
        error: code ? String(code) : `http_${status}`,
        ...(wait === undefined ? {} : { retry_after_seconds: wait }),
        // Only these concern the number itself.
        ...(status === 400 || status === 404 ? {} : { account: true as const }),
      };
    }
    const { valid, reassigned_number: found } = JSON.parse(body) as Looked;
    const answer = found?.is_number_reassigned;
    if (!found?.error_code && typeof answer === "string" && ANSWERS.has(answer)) {
      return { ...named, answer: answer as "yes" | "no" | "no_data_available" };
    }
    const error = found?.error_code ?? (valid === false ? "invalid_number" : "no_answer");
    return { ...named, error: String(error).slice(0, 40) };
  }

  return {
    isReassigned: (phone, since) =>
      ask(phone, since).catch((error) => ({
        error: error instanceof SyntaxError ? "malformed" : networkOutcome(error).code!,
        account: true as const,
      })),
  };
}
