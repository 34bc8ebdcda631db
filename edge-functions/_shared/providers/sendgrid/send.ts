// Sends e-mail with SendGrid. It supports no idempotency key: custom_args carry the message's id, and every
// event about the mail returns it.
import type { MailService as MailServiceType } from "@sendgrid/mail";
import {
  ACCOUNT_PAUSE_SECONDS,
  detailOf,
  networkOutcome,
  ONE_REQUEST_EACH,
  retryAfter,
  statusOutcome,
} from "../network.ts";
import type {
  Finding,
  Outcome,
  OutgoingMessage,
  ProviderAccount,
  UnconfirmedMessage,
} from "../types.ts";

export interface SendgridAccount {
  apiKey: string;
  baseUrl: string;
  timeoutMs: number;
  /** Cost of a mail, for the budget. */
  costUsd: number;
  /** Whether the account has bought Email Activity, which can be asked about single mails. */
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

export function sendgrid(account: SendgridAccount): ProviderAccount {
  let service: Promise<MailServiceType> | null = null;
  const open = () => service ??= openService(account);
  return {
    channel: "email",
    async send(message) {
      const mail = await open();
      try {
        const [response] = await mail.send(mailOf(message) as Parameters<typeof mail.send>[0]);
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
    find: (message) =>
      account.activity ? findActivity(account, message) : Promise.resolve({
        found: "silent",
        why: "SendGrid reports on single mails only by its events, or with Email Activity",
      }),
  };
}

/** A separate service for each account: all users of the package share its default instance. */
async function openService(account: SendgridAccount): Promise<MailServiceType> {
  const { default: mail, MailService } = await import("@sendgrid/mail") as unknown as {
    default: { MailService?: new () => MailServiceType };
    MailService?: new () => MailServiceType;
  };
  const Service = (MailService ?? mail.MailService)!;
  const service = new Service();
  service.setApiKey(account.apiKey);
  // Setting the key also sets the region's base URL, so ours is set afterwards.
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

export function mailOf({ orgId, messageId, request, content, unsubscribe }: OutgoingMessage) {
  const { sender } = request;
  return {
    to: request.to,
    from: { email: sender.address ?? "", ...(sender.name ? { name: sender.name } : {}) },
    ...(sender.reply_to ? { replyTo: sender.reply_to } : {}),
    subject: content.subject ?? "",
    text: content.text,
    ...(content.html ? { html: untracked(content.html, unsubscribe?.link) } : {}),
    ...(request.categories?.length ? { categories: request.categories.slice(0, 10) } : {}),
    customArgs: {
      message_id: messageId,
      org_id: orgId,
      ...(request.correlation_id ? { correlation_id: request.correlation_id } : {}),
    },
    ...(unsubscribe
      ? {
        headers: {
          "List-Unsubscribe": `<${unsubscribe.oneClick}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
      }
      : {}),
    trackingSettings: {
      // Links in plain text stay unchanged: a rewritten one looks like phishing.
      clickTracking: { enable: Boolean(content.html), enableText: false },
      openTracking: { enable: Boolean(content.html) },
      // Our own links and headers offer unsubscribing; SendGrid's would bypass the gate.
      subscriptionTracking: { enable: false },
    },
  };
}

/** The unsubscribe link leads directly to us, without a tracking redirect. */
function untracked(html: string, unsubscribeLink: string | undefined): string {
  if (!unsubscribeLink) return html;
  const escaped = unsubscribeLink.replaceAll("&", "&amp;");
  return html.replace(
    /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))/gi,
    (found, double?: string, single?: string, bare?: string) =>
      [escaped, unsubscribeLink].includes((double ?? single ?? bare)!.trim())
        ? `clicktracking="off" ${found}`
        : found,
  );
}

function outcomeOf(error: unknown, now: Date): Outcome {
  const { code, response } = error as Refusal;
  if (typeof code !== "number" || !response) return networkOutcome(error);
  const wait = retryAfter((name) => headerOf(response.headers, name), now);
  const first = response.body?.errors?.[0];
  const detail = detailOf(first?.message);
  const common = statusOutcome(code, wait);
  if (common) return { ...common, ...detail };
  if (code === 404 || code === 405) {
    return {
      result: "retry",
      code: `http_${code}`,
      retry_after_seconds: ACCOUNT_PAUSE_SECONDS,
      ...detail,
    };
  }
  const aboutRecipient = /^personalizations\.\d+\.to/.test(first?.field ?? "");
  return {
    result: "refused",
    code: `http_${code}`,
    ...detail,
    ...(aboutRecipient ? { contact: "invalid" as const } : {}),
  };
}

function headerOf(headers: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = headers?.[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

/** https://www.twilio.com/docs/sendgrid/for-developers/sending-email/getting-started-email-activity-api */
async function findActivity(
  account: SendgridAccount,
  message: UnconfirmedMessage,
): Promise<Finding> {
  const url = new URL("v3/messages", `${account.baseUrl.replace(/\/+$/, "")}/`);
  url.searchParams.set("limit", "1");
  url.searchParams.set("query", `unique_args['message_id']="${message.messageId}"`);
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
  // Activity lags by minutes or longer, so a missing mail proves nothing.
  return { found: "silent", why: "Email Activity does not know the mail" };
}
