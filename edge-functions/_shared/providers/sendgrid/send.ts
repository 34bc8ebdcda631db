// E-mail by SendGrid. It knows no idempotency key: custom_args carry the message's id, and every event
// about the mail gives it back.
import type { MailService as MailServiceType } from "@sendgrid/mail";
import {
  ACCOUNT_PAUSE_SECONDS,
  networkOutcome,
  ONE_REQUEST_EACH,
  retryAfter,
  statusOutcome,
  withoutContacts,
} from "../network.ts";
import type { Doubt, Finding, Outcome, Outgoing, Provider } from "../types.ts";

export interface SendgridAccount {
  apiKey: string;
  baseUrl: string;
  timeoutMs: number;
  /** What a mail costs, for the budget. */
  costUsd: number;
  /** Whether the account has bought Email Activity, by which SendGrid can be asked about a mail. */
  activity: boolean;
  now: () => Date;
}

interface Refusal {
  code?: unknown;
  response?: {
    headers?: Record<string, unknown>;
    body?: { errors?: { message?: string; field?: string | null }[] };
  };
}

export function sendgrid(account: SendgridAccount): Provider {
  let service: Promise<MailServiceType> | null = null;
  const open = () => service ??= openService(account);
  return {
    channel: "email",
    async send(outgoing) {
      const mail = await open();
      try {
        const [response] = await mail.send(mailOf(outgoing) as Parameters<typeof mail.send>[0]);
        const id = headerOf(response.headers as Record<string, unknown>, "x-message-id");
        return {
          result: "accepted",
          cost_usd: account.costUsd,
          ...(id ? { provider_id: id } : {}),
        };
      } catch (error) {
        return outcomeOf(error, account.now());
      }
    },
    find: (doubt) =>
      account.activity ? findActivity(account, doubt) : Promise.resolve({
        found: "silent",
        why: "SendGrid tells about single mails only by its events, or with Email Activity",
      }),
  };
}

/** A service of its own for each account: the package's default instance is shared by all. */
async function openService(account: SendgridAccount): Promise<MailServiceType> {
  const { default: mail, MailService } = await import("@sendgrid/mail") as unknown as {
    default: { MailService?: new () => MailServiceType };
    MailService?: new () => MailServiceType;
  };
  const Service = (MailService ?? mail.MailService)!;
  const service = new Service();
  service.setApiKey(account.apiKey);
  // Setting the key sets the region's address, so the address comes after.
  const { client } = service as unknown as {
    client: {
      setDefaultHeader(values: Record<string, string>): void;
      setDefaultRequest(values: Record<string, unknown>): void;
    };
  };
  client.setDefaultHeader(ONE_REQUEST_EACH);
  client.setDefaultRequest({ baseUrl: account.baseUrl, timeout: account.timeoutMs });
  return service;
}

export function mailOf({ orgId, messageId, call, content, unsubscribeUrl }: Outgoing) {
  const { sender } = call;
  return {
    to: call.to,
    from: { email: sender.address ?? "", ...(sender.name ? { name: sender.name } : {}) },
    ...(sender.reply_to ? { replyTo: sender.reply_to } : {}),
    subject: content.subject ?? "",
    text: content.text,
    ...(content.html ? { html: untracked(content.html, unsubscribeUrl) } : {}),
    ...(call.categories?.length ? { categories: call.categories.slice(0, 10) } : {}),
    customArgs: {
      message_id: messageId,
      org_id: orgId,
      ...(call.correlation_id ? { correlation_id: call.correlation_id } : {}),
    },
    ...(unsubscribeUrl
      ? {
        headers: {
          "List-Unsubscribe": `<${unsubscribeUrl}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
      }
      : {}),
    trackingSettings: {
      // Links in plain text stay as they are: a rewritten one looks like what phishing looks like.
      clickTracking: { enable: Boolean(content.html), enableText: false },
      openTracking: { enable: Boolean(content.html) },
      // Our own links and headers say how to unsubscribe; a second way would not reach the gate.
      subscriptionTracking: { enable: false },
    },
  };
}

/** The way out leads straight to us, through no redirect. */
function untracked(html: string, unsubscribeUrl: string | null): string {
  if (!unsubscribeUrl) return html;
  const escaped = unsubscribeUrl.replaceAll("&", "&amp;");
  return html.replaceAll(`href="${escaped}"`, `clicktracking="off" href="${escaped}"`);
}

function outcomeOf(error: unknown, now: Date): Outcome {
  const { code, response } = error as Refusal;
  if (typeof code !== "number" || !response) return networkOutcome(error);
  const wait = retryAfter((name) => headerOf(response.headers, name), now);
  const first = response.body?.errors?.[0];
  const detail = withoutContacts(first?.message);
  const told = detail ? { detail } : {};
  const common = statusOutcome(code, wait);
  if (common) return { ...common, ...told };
  if (code === 404 || code === 405) {
    return {
      result: "retry",
      code: `http_${code}`,
      retry_after_seconds: ACCOUNT_PAUSE_SECONDS,
      ...told,
    };
  }
  const aboutRecipient = /^personalizations\.\d+\.to/.test(first?.field ?? "");
  return {
    result: "refused",
    code: `http_${code}`,
    ...told,
    ...(aboutRecipient ? { contact: "invalid" as const } : {}),
  };
}

function headerOf(headers: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = headers?.[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

/** https://www.twilio.com/docs/sendgrid/for-developers/sending-email/getting-started-email-activity-api */
async function findActivity(account: SendgridAccount, doubt: Doubt): Promise<Finding> {
  const url = new URL("v3/messages", `${account.baseUrl.replace(/\/+$/, "")}/`);
  url.searchParams.set("limit", "1");
  url.searchParams.set("query", `unique_args['message_id']="${doubt.messageId}"`);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${account.apiKey}` },
    signal: AbortSignal.timeout(account.timeoutMs),
  });
  if (!response.ok) {
    await response.body?.cancel();
    return { found: "silent", why: `Email Activity answered ${response.status}` };
  }
  const { messages } = await response.json() as { messages?: { msg_id?: string }[] };
  const id = messages?.[0]?.msg_id;
  if (id) return { found: "found", provider_id: id, cost_usd: account.costUsd };
  // Activity lags behind by minutes, and may lag longer: its silence proves nothing.
  return { found: "silent", why: "Email Activity does not know the mail" };
}
