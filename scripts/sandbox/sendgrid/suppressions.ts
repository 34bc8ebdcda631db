// SendGrid's suppression lists: global unsubscribes, bounces, blocks, spam reports, invalid addresses.
import type { Context } from "../context.ts";
import { parseJson } from "../http.ts";
import type { Answer, Incoming } from "../types.ts";

export type SuppressionList =
  | "unsubscribes"
  | "bounces"
  | "blocks"
  | "spam_reports"
  | "invalid_emails";

export interface Suppressed {
  email: string;
  created: number;
  reason?: string;
  status?: string;
  ip?: string;
}

const lists: SuppressionList[] = [
  "unsubscribes",
  "bounces",
  "blocks",
  "spam_reports",
  "invalid_emails",
];

/** Reasons of SendGrid for dropping a mail because of a list; blocks are retried. */
const reasons: Partial<Record<SuppressionList, string>> = {
  unsubscribes: "Unsubscribed Address",
  bounces: "Bounced Address",
  spam_reports: "Spam Reporting Address",
  invalid_emails: "Invalid",
};

const bad = (status: number, message: string): Answer => ({
  status,
  body: { errors: [{ field: null, message }] },
});

export class SendgridSuppressions {
  #context: Context;
  #lists = new Map<SuppressionList, Map<string, Suppressed>>(
    lists.map((name) => [name, new Map()]),
  );

  constructor(context: Context) {
    this.#context = context;
  }

  add(list: SuppressionList, email: string, more: Partial<Suppressed> = {}, at?: Date): void {
    const key = email.toLowerCase();
    const created = Math.floor((at ?? this.#context.now()).getTime() / 1000);
    const entries = this.#lists.get(list)!;
    if (!entries.has(key)) entries.set(key, { email: key, created, ...more });
  }

  has(list: SuppressionList, email: string): boolean {
    return this.#lists.get(list)!.has(email.toLowerCase());
  }

  /** Why SendGrid would drop a mail to this address. */
  reasonFor(email: string): string | null {
    for (const list of lists) {
      const reason = reasons[list];
      if (reason && this.has(list, email)) return reason;
    }
    return null;
  }

  handle(request: Incoming): Answer | null {
    const { method, path } = request;
    if (path === "/v3/asm/suppressions/global" && method === "POST") {
      const emails = parseJson(request)?.recipient_emails;
      if (!Array.isArray(emails)) return bad(400, "recipient_emails is required");
      for (const email of emails) this.add("unsubscribes", String(email));
      return { status: 201, body: { recipient_emails: emails } };
    }
    const global = /^\/v3\/asm\/suppressions\/global\/([^/]+)$/.exec(path);
    if (global) {
      const email = decodeURIComponent(global[1]).toLowerCase();
      const entries = this.#lists.get("unsubscribes")!;
      if (method === "GET") {
        return { status: 200, body: entries.has(email) ? { recipient_email: email } : {} };
      }
      if (method !== "DELETE") return bad(405, "method not allowed");
      entries.delete(email);
      return { status: 204, body: "" };
    }
    const match = /^\/v3\/suppression\/([a-z_]+)(?:\/([^/]+))?$/.exec(path);
    const entries = match && this.#lists.get(match[1] as SuppressionList);
    if (!entries) return null;
    if (match[2]) {
      const email = decodeURIComponent(match[2]).toLowerCase();
      if (method === "DELETE") {
        return entries.delete(email) ? { status: 204, body: "" } : bad(404, "not found");
      }
      return { status: 200, body: [...entries.values()].filter((entry) => entry.email === email) };
    }
    return method === "GET" ? this.#page(request, entries) : this.#remove(request, entries);
  }

  #page(request: Incoming, entries: Map<string, Suppressed>): Answer {
    const number = (name: string, otherwise: number) =>
      Number(request.query.get(name) ?? otherwise);
    const [start, end] = [number("start_time", 0), number("end_time", Infinity)];
    const [offset, limit] = [number("offset", 0), number("limit", 500)];
    if (limit > 500) return bad(400, "limit must be at most 500");
    const found = [...entries.values()]
      .filter((entry) => entry.created >= start && entry.created <= end)
      .sort((a, b) => b.created - a.created || a.email.localeCompare(b.email));
    return { status: 200, body: found.slice(offset, offset + limit) };
  }

  #remove(request: Incoming, entries: Map<string, Suppressed>): Answer {
    if (request.method !== "DELETE") return bad(405, "method not allowed");
    const body = parseJson(request);
    if (body?.delete_all === true) entries.clear();
    else if (Array.isArray(body?.emails)) {
      for (const email of body.emails) entries.delete(String(email).toLowerCase());
    } else return bad(400, "delete_all or emails is required");
    return { status: 204, body: "" };
  }
}
