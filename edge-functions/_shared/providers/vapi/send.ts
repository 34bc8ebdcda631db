// Automated calls by Vapi. The template's words are the first that are said: who calls, and how to be
// left alone. The message's id travels as the call's name and metadata, and is how a call is found again.
import type { VapiClient } from "@vapi-ai/server-sdk";
import {
  ACCOUNT_PAUSE_SECONDS,
  freshFetch,
  networkOutcome,
  ONE_REQUEST_EACH,
  retryAfter,
  statusOutcome,
  withoutContacts,
} from "../network.ts";
import type { Doubt, Finding, Outcome, Outgoing, Provider } from "../types.ts";

export interface VapiAccount {
  apiKey: string;
  baseUrl: string;
  timeoutMs: number;
  /** An estimate for the budget; the report at the end of the call says what it was. */
  costPerCallUsd: number;
  now: () => Date;
}

export const OPT_OUT_INSTRUCTION =
  "If the person asks not to be called, to stop, or to be removed, in whatever words: say that it is " +
  "done, do not ask why, do not go on, and end the call.";

interface Refusal {
  statusCode?: unknown;
  body?: { message?: string | string[]; error?: string };
  rawResponse?: { headers?: Headers };
}

export function vapi(account: VapiAccount): Provider {
  let client: Promise<VapiClient> | null = null;
  const open = () => client ??= openClient(account);
  return {
    channel: "voice_ai",
    async send(outgoing) {
      const api = await open();
      try {
        const answer = await api.calls.create(callOf(outgoing));
        const id = (answer as { id?: string }).id;
        return {
          result: "accepted",
          cost_usd: account.costPerCallUsd,
          ...(id ? { provider_id: id } : {}),
        };
      } catch (error) {
        return outcomeOf(error, account.now());
      }
    },
    async find(doubt) {
      return await findCall(await open(), account, doubt);
    },
  };
}

async function openClient(account: VapiAccount): Promise<VapiClient> {
  const { VapiClient } = await import("@vapi-ai/server-sdk");
  return new VapiClient({
    token: account.apiKey,
    baseUrl: account.baseUrl,
    timeoutInSeconds: account.timeoutMs / 1000,
    // Never by itself: a second POST is a second call.
    maxRetries: 0,
    headers: ONE_REQUEST_EACH,
    fetch: freshFetch(),
  });
}

export function callOf({ orgId, messageId, call, content }: Outgoing) {
  return {
    name: messageId,
    ...(call.sender.assistant_id ? { assistantId: call.sender.assistant_id } : {}),
    ...(call.sender.phone_number_id ? { phoneNumberId: call.sender.phone_number_id } : {}),
    customer: { number: call.to },
    assistantOverrides: {
      firstMessage: content.text,
      firstMessageMode: "assistant-speaks-first" as const,
      variableValues: { ...flat(call.variables), opt_out_instruction: OPT_OUT_INSTRUCTION },
      metadata: {
        message_id: messageId,
        org_id: orgId,
        ...(call.correlation_id ? { correlation_id: call.correlation_id } : {}),
      },
    },
  };
}

/** `{ lead: { first_name } }` as `lead_first_name`: plain names are what prompts can use everywhere. */
function flat(variables: Record<string, unknown>): Record<string, string> {
  const values: Record<string, string> = {};
  const add = (name: string, value: unknown) => {
    if (value === null || value === undefined) return;
    if (typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) add(`${name}_${key}`, inner);
    } else values[name] = String(value);
  };
  for (const [name, value] of Object.entries(variables)) add(name, value);
  return values;
}

function outcomeOf(error: unknown, now: Date): Outcome {
  const { statusCode, body, rawResponse } = error as Refusal;
  if (typeof statusCode !== "number") return networkOutcome(error);
  const wait = retryAfter((name) => rawResponse?.headers?.get(name), now);
  const words = [body?.message].flat().filter(Boolean).join("; ");
  const detail = withoutContacts(words);
  const told = detail ? { detail } : {};
  const common = statusOutcome(statusCode, wait);
  if (common) return { ...common, ...told };
  // All lines are taken: told with 400 where it should be 429.
  if (/concurrency limit/i.test(words)) {
    return { result: "retry", code: "concurrency_limit", retry_after_seconds: wait ?? 60, ...told };
  }
  const code = `http_${statusCode}`;
  if (statusCode === 404 || /\b(assistant|phone ?number) ?id\b/i.test(words)) {
    return { result: "retry", code, retry_after_seconds: ACCOUNT_PAUSE_SECONDS, ...told };
  }
  const invalid = /customer\.number/.test(words);
  return { result: "refused", code, ...told, ...(invalid ? { contact: "invalid" as const } : {}) };
}

/** How far Vapi's clock and ours may be apart, and how long a request may have been under way. */
const BEFORE_MS = 30 * 60_000;
const AFTER_MS = 60 * 60_000;
const PAGE = 1000;

async function findCall(api: VapiClient, account: VapiAccount, doubt: Doubt): Promise<Finding> {
  const calls = await api.calls.list({
    createdAtGe: new Date(doubt.callingAt.getTime() - BEFORE_MS).toISOString(),
    createdAtLe: new Date(doubt.callingAt.getTime() + AFTER_MS).toISOString(),
    limit: PAGE,
  });
  const hit = calls.find(({ name, assistantOverrides }) =>
    assistantOverrides?.metadata?.message_id === doubt.messageId || name === doubt.messageId
  );
  if (hit) {
    return { found: "found", provider_id: hit.id, cost_usd: hit.cost || account.costPerCallUsd };
  }
  if (calls.length >= PAGE) return { found: "silent", why: "too many calls in those minutes" };
  return { found: "absent" };
}
