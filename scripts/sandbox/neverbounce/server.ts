// NeverBounce's single check v4.2 with what is known of it: every failure answers 200 and says so in the body, and each
// check is charged, also the second one of the same address.
import type { Context } from "../context.ts";
import type { ProviderHandler } from "../http.ts";
import type { Answer, Incoming } from "../types.ts";

/** Results by the local part. */
const RESULTS: Record<string, [result: string, ...flags: string[]]> = {
  valid: ["valid", "has_dns", "has_dns_mx", "smtp_connectable"],
  invalid: ["invalid", "has_dns"],
  disposable: ["disposable", "disposable_email"],
  catchall: ["catchall", "has_dns", "accepts_all"],
  unknown: ["unknown", "connect_fails"],
  role: ["valid", "role_account"],
  trap: ["valid", "spamtrap_network"],
  novel: ["valid", "moon_phase"],
};
const WORDS: Record<number, string> = {
  401: "auth_failure",
  403: "bad_referrer",
  429: "throttle_triggered",
  503: "temp_unavail",
};

export class Neverbounce implements ProviderHandler {
  #context: Context;
  credits = 100_000;
  /** Charged checks by address. */
  readonly charged = new Map<string, number>();

  constructor(context: Context) {
    this.#context = context;
  }

  handle({ path, query, method }: Incoming): Answer {
    if (path !== "/v4.2/single/check" || method !== "GET") {
      return failure("general_failure", "Invalid endpoint");
    }
    if (query.get("key") !== this.#context.secrets.neverbounce.apiKey) {
      return failure("auth_failure", "Invalid API key 'secret_…'");
    }
    const email = query.get("email") ?? "";
    if (email === "") return failure("general_failure", "Missing required parameter 'email'");
    if (this.credits <= 0) return failure("general_failure", "Insufficient credit balance");
    this.credits--;
    this.charged.set(email, (this.charged.get(email) ?? 0) + 1);
    const [result, ...flags] = RESULTS[email.split("@")[0]!.replace(/[+.-].*$/, "")] ??
      ["valid", "has_dns"];
    return {
      status: 200,
      body: { status: "success", result, flags, suggested_correction: "", execution_time: 120 },
    };
  }

  /** Faults come with status 200, too. */
  refuse(status: number): Answer {
    const word = WORDS[status];
    return word ? failure(word, "Refused") : { status, body: "" };
  }
}

const failure = (status: string, message: string): Answer => ({
  status: 200,
  body: { status, message, execution_time: 3 },
});
