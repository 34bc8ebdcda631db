// ZeroBounce's validation API v2 with what its documentation and its users say about errors: a refused key answers 200,
// an overload closes the key, and every answered validation is a credit, also the second one of the same address.
import type { Context } from "../context.ts";
import type { ProviderHandler } from "../http.ts";
import type { Answer, Incoming } from "../types.ts";

/** Results by the local part, as the live host has them for its magic addresses. */
const RESULTS: Record<string, [status: string, detail: string]> = {
  valid: ["valid", ""],
  invalid: ["invalid", "mailbox_not_found"],
  catch_all: ["catch-all", ""],
  spamtrap: ["spamtrap", ""],
  abuse: ["abuse", ""],
  donotmail: ["do_not_mail", "role_based"],
  unknown: ["unknown", "mail_server_temporary_error"],
  disposable: ["do_not_mail", "disposable"],
  toxic: ["do_not_mail", "toxic"],
  alias: ["valid", "alias_address"],
  gold: ["valid", "gold"],
};

export class Zerobounce implements ProviderHandler {
  #context: Context;
  credits = 100_000;
  /** Charged validations by address. */
  readonly charged = new Map<string, number>();

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    const { path, query, method } = request;
    if (method !== "GET") return { status: 405, body: { error: "Method not allowed" } };
    const known = query.get("api_key") === this.#context.secrets.zerobounce.apiKey;
    if (path === "/v2/getcredits") {
      return { status: 200, body: { Credits: known ? String(this.credits) : "-1" } };
    }
    if (path !== "/v2/validate") return { status: 404, body: "<h1>Not found</h1>" };
    if (!known || this.credits <= 0) {
      const error = known
        ? "Your account ran out of credits"
        : "Invalid API Key or your account is disabled";
      return { status: 200, body: { error } };
    }
    const email = query.get("email") ?? "";
    if (email === "") return { status: 400, body: { error: "Missing parameter: email" } };
    this.credits--;
    this.charged.set(email, (this.charged.get(email) ?? 0) + 1);
    return { status: 200, body: this.#validation(email) };
  }

  refuse(status: number): Answer {
    // The shield in front of the host answers a page, and no header says how long it lasts.
    return status === 403
      ? { status, body: "<html><title>Attention required</title></html>" }
      : { status, body: status >= 500 ? "" : { error: "Rate limit exceeded" } };
  }

  #validation(email: string) {
    const [local = "", domain = ""] = email.split("@");
    const [status, detail] = RESULTS[local.replace(/[+.-].*$/, "")] ??
      (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)
        ? ["valid", ""]
        : ["invalid", "failed_syntax_check"]);
    return {
      ...{ address: email, status, sub_status: detail, account: local, domain },
      ...{ free_email: false, did_you_mean: null, domain_age_days: "9692", active_in_days: null },
      ...{ mx_found: "true", mx_record: "mx.example.com", smtp_provider: "example" },
      ...{ firstname: null, lastname: null, gender: null },
      ...{ country: null, region: null, city: null, zipcode: null },
      processed_at: this.#context.now().toISOString().replace("T", " ").replace("Z", ""),
    };
  }
}
