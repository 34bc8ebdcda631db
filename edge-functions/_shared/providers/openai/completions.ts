// OpenAI's chat completions, requested directly: https://platform.openai.com/docs/api-reference/chat/create
// The SDK is too large to be deployed with the worker (docs/providers.md); a test compares our request with its own.
import { detailOf } from "../network.ts";
import type { ModelSettings } from "./settings.ts";

/** The fields that we read. */
export interface Completion {
  choices?: { message?: { content?: string | null } }[];
  usage?: { total_tokens?: number };
}

/** OpenAI answered with an error. The message may quote the request, so what it may say of a person is masked. */
export class CompletionError extends Error {
  override name = "CompletionError";
  readonly status: number;

  constructor(status: number, body: unknown) {
    const { error } = (body ?? {}) as { error?: { message?: unknown; code?: unknown } };
    const { detail = "" } = detailOf(error?.message);
    const { detail: code = "" } = detailOf(error?.code);
    super([`OpenAI answered ${status}`, code, detail].filter(Boolean).join(": "));
    this.status = status;
  }
}

/** One request: the queue retries with backoff, and knows when to give up. */
export async function complete(
  { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl }: ModelSettings,
  timeoutMs: number,
  body: Record<string, unknown>,
): Promise<Completion> {
  const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/chat/completions`, {
    method: "POST",
    headers: {
      accept: "application/json",
      authorization: `Bearer ${key ?? ""}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new CompletionError(response.status, answer);
  if (answer === null) throw new CompletionError(response.status, null);
  return answer as Completion;
}
