// SendGrid's suppression lists: read page by page, and our opt-outs added to the global one.
import { isRefusal, OptOutRequestError, requestJson } from "../optout_request.ts";
import type { Variables } from "../../platform/settings.ts";
import type { ListedOptOut, OptOutAccount } from "../types.ts";
import { readAccountSettings } from "./settings.ts";

/** The lists that end contact; blocks are temporary and left to SendGrid. */
const LISTS = ["unsubscribes", "spam_reports", "bounces", "invalid_emails"];
const PAGE_SIZE = 500;
const PUSH_SIZE = 500;

export function openSendgridOptOuts(
  account: string,
  timeoutMs: number,
  given?: Variables,
): OptOutAccount | null {
  const settings = readAccountSettings(account, given);
  if (!settings.SENDGRID_API_KEY) return null;
  const request = (path: string, init: RequestInit = {}) =>
    requestJson("sendgrid", settings.SENDGRID_BASE_URL, path, {
      ...init,
      headers: {
        authorization: `Bearer ${settings.SENDGRID_API_KEY}`,
        "content-type": "application/json",
      },
    }, timeoutMs);

  async function readPage(
    list: string,
    since: Date | null,
    offset: number,
  ): Promise<ListedOptOut[]> {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), offset: String(offset) });
    if (since) query.set("start_time", String(Math.floor(since.getTime() / 1000)));
    const entries = await request(`/v3/suppression/${list}?${query}`);
    if (!Array.isArray(entries)) {
      throw new OptOutRequestError("sendgrid", `/v3/suppression/${list}`, 200);
    }
    return entries.flatMap(({ email, created }) =>
      typeof email === "string" && Number.isSafeInteger(created) ? [{ email, created }] : []
    );
  }

  const unsubscribe = (emails: string[]) =>
    request("/v3/asm/suppressions/global", {
      method: "POST",
      body: JSON.stringify({ recipient_emails: emails }),
    });

  const push: OptOutAccount["push"] = async (optOuts) => {
    const refused = new Map<string, string>();
    try {
      await unsubscribe([...new Set(optOuts.map(({ value }) => value))]);
    } catch (error) {
      // One address that SendGrid considers invalid must not hold back the others.
      if (!isRefusal(error)) throw error;
      for (const { suppressionId, value } of optOuts) {
        await unsubscribe([value]).catch((single) => {
          if (!isRefusal(single)) throw single;
          refused.set(suppressionId, `status ${single.status}`);
        });
      }
    }
    return refused;
  };

  return { lists: LISTS, pageSize: PAGE_SIZE, readPage, pushSize: PUSH_SIZE, push };
}
