// Places automated phone calls with Vapi. The rendered template is the first message: it says who calls and
// how to opt out. The call's name and metadata carry the message's id, by which the call is found again.
import type { VapiClient } from "@vapi-ai/server-sdk";
import {
  ACCOUNT_PAUSE_SECONDS,
  detailOf,
  freshFetch,
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

export interface VapiAccount {
  apiKey: string;
  baseUrl: string;
  timeoutMs: number;
  /** An estimate for the budget; the report at the end of the call has the actual cost. */
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

export function vapi(account: VapiAccount): ProviderAccount {
  let client: Promise<VapiClient> | null = null;
  const open = () => client ??= openClient(account);
  return {
    channel: "voice_ai",
    async send(message) {
      const api = await open();
      try {
        const answer = await api.calls.create(callOf(message));
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
    async find(message) {
      return await findCall(await open(), account, message);
    },
  };
}

async function openClient(account: VapiAccount): Promise<VapiClient> {
  const { VapiClient } = await import("@vapi-ai/server-sdk");
  return new VapiClient({
    token: account.apiKey,
    baseUrl: account.baseUrl,
    timeoutInSeconds: account.timeoutMs / 1000,
    // No automatic retries: a second POST would place a second call.
    maxRetries: 0,
    headers: ONE_REQUEST_EACH,
    fetch: freshFetch(),
  });
}

export function callOf({ orgId, messageId, request, content }: OutgoingMessage) {
  return {
    name: messageId,
    ...(request.sender.assistant_id ? { assistantId: request.sender.assistant_id } : {}),
    ...(request.sender.phone_number_id ? { phoneNumberId: request.sender.phone_number_id } : {}),
    customer: { number: request.to },
    assistantOverrides: {
      firstMessage: content.text,
      firstMessageMode: "assistant-speaks-first" as const,
      variableValues: { ...flat(request.variables), opt_out_instruction: OPT_OUT_INSTRUCTION },
      metadata: {
        message_id: messageId,
        org_id: orgId,
        ...(request.correlation_id ? { correlation_id: request.correlation_id } : {}),
      },
    },
  };
}

/** `{ lead: { first_name } }` as `lead_first_name`: prompts support plain names everywhere. */
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
  const message = [body?.message].flat().filter(Boolean).join("; ");
  const detail = detailOf(message);
  const common = statusOutcome(statusCode, wait);
  if (common) return { ...common, ...detail };
  // All lines are busy: Vapi reports this with 400 instead of 429.
  if (/concurrency limit/i.test(message)) {
    return {
      result: "retry",
      code: "concurrency_limit",
      retry_after_seconds: wait ?? 60,
      ...detail,
    };
  }
  const code = `http_${statusCode}`;
  if (statusCode === 404 || /\b(assistant|phone ?number) ?id\b/i.test(message)) {
    return { result: "retry", code, retry_after_seconds: ACCOUNT_PAUSE_SECONDS, ...detail };
  }
  const invalid = /customer\.number/.test(message);
  return {
    result: "refused",
    code,
    ...detail,
    ...(invalid ? { contact: "invalid" as const } : {}),
  };
}

/** Allows for clock differences with Vapi and for the time that a request may take. */
const BEFORE_MS = 30 * 60_000;
const AFTER_MS = 60 * 60_000;
const PAGE = 1000;

async function findCall(
  api: VapiClient,
  account: VapiAccount,
  message: UnconfirmedMessage,
): Promise<Finding> {
  const calls = await api.calls.list({
    createdAtGe: new Date(message.requestedAt.getTime() - BEFORE_MS).toISOString(),
    createdAtLe: new Date(message.requestedAt.getTime() + AFTER_MS).toISOString(),
    limit: PAGE,
  });
  const hit = calls.find(({ name, assistantOverrides }) =>
    assistantOverrides?.metadata?.message_id === message.messageId || name === message.messageId
  );
  if (hit) {
    return { found: "found", provider_id: hit.id, cost_usd: hit.cost || account.costPerCallUsd };
  }
  if (calls.length >= PAGE) return { found: "silent", why: "too many calls around that time" };
  return { found: "absent" };
}
