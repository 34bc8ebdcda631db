// The API key: its kind, and whether the functions take it for the service and refuse everyone else.
import { decodeJwt } from "jose";
import {
  causeOf,
  type Check,
  type Context,
  failed,
  type Finding,
  ok,
  request,
  warning,
} from "./check.ts";

/** A batch of the worker takes up to a minute of work. */
const BATCH_TIMEOUT_MS = 120_000;

export type KeyKind = "secret" | "publishable" | "service_role" | "anon" | "unknown";

/** Guesses the kind of a key from its form; nothing is trusted because of it. */
export function kindOf(key: string): KeyKind {
  if (key.startsWith("sb_secret_")) return "secret";
  if (key.startsWith("sb_publishable_")) return "publishable";
  try {
    const { role } = decodeJwt(key);
    return role === "service_role" || role === "anon" ? role : "unknown";
  } catch {
    return "unknown";
  }
}

/** Legacy keys are JWTs and travel in both headers; the others are not JWTs and would be refused as a token. */
export function keyHeaders(key: string): Record<string, string> {
  return {
    apikey: key,
    ...(kindOf(key) === "service_role" ? { authorization: `Bearer ${key}` } : {}),
  };
}

/** Runs one batch, as the schedule does every minute. */
export function wakeWorker(
  context: Pick<Context, "io" | "functionsUrl">,
  headers: Record<string, string>,
): Promise<Response> {
  return request(context, `${context.functionsUrl}/worker`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: "{}",
  }, BATCH_TIMEOUT_MS);
}

export const apiKey: Check = {
  name: "API key",
  needs: ["apiKey"],
  async run(context) {
    const kind = kindOf(context.apiKey);
    if (kind === "publishable" || kind === "anon") {
      return failed(
        `SUPABASE_SECRET_KEY is ${kind === "anon" ? "an anon key" : "a publishable key"}`,
        "Use a secret key (sb_secret_…) from the project's API keys.",
      );
    }
    let response: Response;
    try {
      response = await wakeWorker(context, keyHeaders(context.apiKey));
    } catch (error) {
      return failed(
        `the worker cannot be reached (${causeOf(error)})`,
        "Check --url: https://PROJECT.supabase.co/functions/v1.",
      );
    }
    const text = await response.text();
    if (response.status === 401 || response.status === 403) {
      return failed(
        `the worker refuses the key (${response.status})`,
        "Use a secret key of this project, and deploy the functions after creating one.",
      );
    }
    if (!response.ok) {
      return failed(
        `the worker answers ${response.status}`,
        "Read the log of the function worker.",
      );
    }
    const { done = 0, remaining = 0 } = JSON.parse(text) as { done?: number; remaining?: number };
    const batch = `the worker ran ${done} jobs, ${remaining} remain`;
    if (kind === "secret") return ok(`secret key; ${batch}`);
    return warning(
      `${
        kind === "service_role" ? "a legacy service role key" : "a key of unknown kind"
      }; ${batch}`,
      "Legacy keys end with 2026: create a secret key (sb_secret_…).",
    );
  },
};

export const refusal: Check = {
  name: "refusal",
  needs: [],
  async run(context): Promise<Finding> {
    // Signed by nobody: {"alg":"none"} and {"role":"service_role"}.
    const forged = "eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.";
    const attempts: [string, Record<string, string>][] = [
      ["without a key", {}],
      ["with a made-up key", { apikey: "sb_secret_made_up" }],
      ["with a forged token", { authorization: `Bearer ${forged}` }],
    ];
    for (const [how, headers] of attempts) {
      let response: Response;
      try {
        response = await wakeWorker(context, headers);
        await response.body?.cancel();
      } catch (error) {
        return failed(`the worker cannot be reached (${causeOf(error)})`, "Check --url.");
      }
      if (response.ok) {
        return failed(
          `the worker runs ${how}: anyone may run it`,
          "Do not operate this deployment. Deploy the functions of a released version.",
        );
      }
      if (response.status !== 401 && response.status !== 403) {
        return failed(
          `the worker answers ${response.status} ${how}, where 401 or 403 is expected`,
          "Check --url, and read the log of the function worker.",
        );
      }
    }
    return ok("the worker refuses requests without a key, with a made-up key, with a forged token");
  },
};
