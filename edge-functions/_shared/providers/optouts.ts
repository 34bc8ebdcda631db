// The few requests that lists of opt-outs take. All of them may be made twice: reading changes nothing, and
// telling the same opt-out again leaves it as it is.
import { Buffer } from "node:buffer";
import type { SyncSettings } from "../delivery/optout_settings.ts";

/** SendGrid's lists that end contact; blocks are temporary and left to SendGrid. */
export const LISTS = ["unsubscribes", "spam_reports", "bounces", "invalid_emails"] as const;
export type List = (typeof LISTS)[number];
export const PAGE = 500;
/** What Twilio takes in one request. */
export const CONSENTS_AT_ONCE = 25;

export interface Entry {
  email: string;
  /** Seconds since 1970. */
  created: number;
}

export interface OptOut {
  id: string;
  phone: string;
  /** Messaging service, or the number that sends. */
  sender: string;
  at: Date;
}

/** The provider answered something else than what was asked for; its body may hold addresses. */
export class SyncProblem extends Error {
  readonly status: number;

  constructor(provider: string, path: string, status: number) {
    super(`${provider} answered ${status} to ${path}`);
    this.status = status;
  }
}

async function ask(
  provider: string,
  base: string,
  path: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<unknown> {
  const response = await fetch(`${base.replace(/\/+$/, "")}${path}`, {
    ...init,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new SyncProblem(provider, path.split("?")[0]!, response.status);
  }
  return await response.json();
}

export function sendgridLists(settings: SyncSettings) {
  const call = (path: string, init: RequestInit = {}) =>
    ask("sendgrid", settings.SENDGRID_BASE_URL, path, {
      ...init,
      headers: {
        authorization: `Bearer ${settings.SENDGRID_API_KEY}`,
        "content-type": "application/json",
      },
    }, settings.SYNC_TIMEOUT_MS);
  return {
    async page(list: List, since: Date | null, offset: number): Promise<Entry[]> {
      const query = new URLSearchParams({ limit: String(PAGE), offset: String(offset) });
      if (since) query.set("start_time", String(Math.floor(since.getTime() / 1000)));
      const entries = await call(`/v3/suppression/${list}?${query}`);
      if (!Array.isArray(entries)) {
        throw new SyncProblem("sendgrid", `/v3/suppression/${list}`, 200);
      }
      return entries.flatMap(({ email, created }) =>
        typeof email === "string" && Number.isSafeInteger(created) ? [{ email, created }] : []
      );
    },
    async unsubscribe(emails: string[]): Promise<void> {
      await call("/v3/asm/suppressions/global", {
        method: "POST",
        body: JSON.stringify({ recipient_emails: emails }),
      });
    },
  };
}

export function twilioConsents(settings: SyncSettings) {
  const base = settings.TWILIO_BASE_URL ?? "https://accounts.twilio.com";
  const login = Buffer.from(`${settings.TWILIO_ACCOUNT_SID}:${settings.TWILIO_AUTH_TOKEN}`);
  return {
    /** Tells opt-outs; answers what Twilio has against some of them, by id. */
    async optOut(people: OptOut[]): Promise<Map<string, string>> {
      const body = new URLSearchParams();
      for (const { id, phone, sender, at } of people) {
        body.append(
          "Items",
          JSON.stringify({
            contact_id: phone,
            correlation_id: id,
            sender_id: sender,
            status: "opt-out",
            source: "others",
            date_of_consent: at.toISOString(),
          }),
        );
      }
      const answer = await ask("twilio", base, "/v1/Consents/Bulk", {
        method: "POST",
        body,
        headers: { authorization: `Basic ${login.toString("base64")}` },
      }, settings.SYNC_TIMEOUT_MS) as { items?: { correlation_id: string; error_code: number }[] };
      return new Map(
        (answer.items ?? []).filter((item) => Number(item.error_code) !== 0)
          .map((item) => [item.correlation_id, `error ${item.error_code}`]),
      );
    },
  };
}
