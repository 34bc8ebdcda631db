// Vapi's calls: created, listed, fetched; it sends status updates and an end-of-call report.
import { type Context, react } from "../context.ts";
import { header, parseJson, type ProviderHandler } from "../http.ts";
import type { Webhook } from "../outbox.ts";
import { randomUuid } from "../random.ts";
import { hmacHex } from "../sign.ts";
import type { Answer, Conversation, Incoming, Reaction, ReceivedCall, Touch } from "../types.ts";

const known = new Set([
  ..."assistantVersion transport customers name schedulePlan assistantId assistant".split(" "),
  ..."assistantOverrides squadId squad squadOverrides workflowId workflow".split(" "),
  ..."workflowOverrides phoneNumberId phoneNumber customerId customer metadata".split(" "),
]);
const e164 = /^\+[1-9]\d{7,14}$/;

const problem = (status: number, error: string, message: string | string[]): Answer => ({
  status,
  body: { message, error, statusCode: status },
});

type Json = Record<string, unknown>;

export class Vapi implements ProviderHandler {
  #context: Context;
  #shown = new Map<string, Json>();

  constructor(context: Context) {
    this.#context = context;
  }

  handle(request: Incoming): Answer {
    if (header(request, "authorization") !== `Bearer ${this.#context.secrets.vapi.apiKey}`) {
      return problem(
        401,
        "Unauthorized",
        "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.",
      );
    }
    const { method, path } = request;
    if (path === "/call" && method === "POST") return this.#create(request);
    if (path === "/call" && method === "GET") return this.#list(request.query);
    const id = /^\/call\/([^/]+)$/.exec(path)?.[1];
    if (id && method === "GET") {
      const call = this.#shown.get(id);
      return call
        ? { status: 200, body: call }
        : problem(404, "Not Found", `Call with id ${id} not found.`);
    }
    return problem(404, "Not Found", `Cannot ${method} ${path}`);
  }

  refuse(status: number, retryAfter: number | undefined): Answer {
    const words: Record<number, string> = {
      401: "Unauthorized",
      413: "Payload Too Large",
      429: "Too Many Requests",
      503: "Service Unavailable",
    };
    const word = words[status] ?? "Internal Server Error";
    const answer = problem(status, word, status === 429 ? "Over Concurrency Limit." : word);
    if (retryAfter !== undefined) answer.headers = { "retry-after": String(retryAfter) };
    return answer;
  }

  #create(request: Incoming): Answer {
    const body = parseJson(request);
    if (!body) return problem(400, "Bad Request", "Unexpected token in JSON");
    const customer = (body.customer ?? {}) as Json;
    const number = String(customer.number ?? "");
    const overrides = (body.assistantOverrides ?? {}) as Json;
    const assistant = (body.assistant ?? {}) as Json;
    const problems = Object.keys(body).filter((name) => !known.has(name))
      .map((name) => `property ${name} should not exist`);
    if (!body.customerId && !number) problems.push("customer.number must be a string");
    else if (number && !e164.test(number) && customer.numberE164CheckEnabled !== false) {
      problems.push(
        "customer.number must be a valid phone number in the E.164 format. " +
          "Hot tip, you may be missing the country code (Eg. US: +1).",
      );
    }
    if (!body.assistantId && !body.assistant && !body.squadId && !body.squad && !body.workflowId) {
      problems.push("Need Either `assistant`, `assistantId`, `squad`, or `squadId`.");
    }
    if (!body.phoneNumberId && !body.phoneNumber) {
      problems.push("Need Either `phoneNumberId` Or `phoneNumber`.");
    }
    if (problems.length > 0) return problem(400, "Bad Request", problems);
    const metadata = {
      ...body.metadata as Json,
      ...assistant.metadata as Json,
      ...overrides.metadata as Json,
    };
    const context = this.#context;
    const call: ReceivedCall = {
      provider: "vapi",
      id: randomUuid(context.random),
      at: context.now(),
      ...{ to: number, from: null },
      assistantId: (body.assistantId as string | undefined) ?? null,
      ...{ metadata, request: body, status: "queued", endedReason: null },
    };
    context.received.calls.push(call);
    const shown: Json = {
      id: call.id,
      orgId: "00000000-0000-4000-8000-000000000001",
      createdAt: call.at.toISOString(),
      updatedAt: call.at.toISOString(),
      type: "outboundPhoneCall",
      status: "queued",
      monitor: {},
      cost: 0,
      phoneCallProvider: "twilio",
      phoneCallTransport: "pstn",
      ...body,
      ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
    };
    this.#shown.set(call.id, shown);
    // The current state; later changes must not show.
    const answer = { status: 201, body: { ...shown } };
    const first = overrides.firstMessage ?? assistant.firstMessage;
    const { touch, reactions } = react(context, {
      channel: "voice",
      ...{ to: number, from: String(body.phoneNumberId ?? ""), subject: "" },
      ...{ text: String(first ?? ""), args: metadata, headers: {}, at: call.at },
    });
    this.#play(call, shown, touch, reactions);
    return answer;
  }

  #list(query: URLSearchParams): Answer {
    const bound = (name: string) => {
      const text = query.get(name);
      return text ? new Date(text).getTime() : null;
    };
    const [gt, ge] = [bound("createdAtGt"), bound("createdAtGe")];
    const [lt, le] = [bound("createdAtLt"), bound("createdAtLe")];
    const found = [...this.#shown.values()].filter((call) => {
      const at = new Date(call.createdAt as string).getTime();
      return (gt === null || at > gt) && (ge === null || at >= ge) &&
        (lt === null || at < lt) && (le === null || at <= le) &&
        (!query.get("assistantId") || call.assistantId === query.get("assistantId")) &&
        (!query.get("phoneNumberId") || call.phoneNumberId === query.get("phoneNumberId"));
    }).reverse();
    return { status: 200, body: found.slice(0, Number(query.get("limit") ?? "100")) };
  }

  #play(call: ReceivedCall, shown: Json, touch: Touch, reactions: Reaction[]): void {
    const at = call.at.getTime();
    const talk = reactions.find((reaction) => reaction.kind === "talk") as Conversation | undefined;
    const reason = talk?.endedReason ?? (talk ? "customer-ended-call" : "customer-did-not-answer");
    const answered = !/did-not-answer|busy|failed|error/.test(reason);
    const seconds = answered ? talk?.seconds ?? 45 : 0;
    const start = at + 2_000 + (talk?.after ?? 8_000);
    const end = start + seconds * 1000;
    const status = (value: string, due: number, more: Json = {}) =>
      this.#message(call, shown, due, "status-update", { status: value, ...more }, value, more);
    status("queued", at);
    status("ringing", at + 2_000);
    if (answered) status("in-progress", start, { startedAt: new Date(start).toISOString() });
    status("ended", end, { endedReason: reason, endedAt: new Date(end).toISOString() });
    const report = this.#report(talk, reason, answered, seconds, start, end);
    this.#message(call, shown, end + 1_000, "end-of-call-report", report, "ended", {
      endedReason: reason,
      endedAt: new Date(end).toISOString(),
      cost: report.cost,
      analysis: report.analysis,
      artifact: report.artifact,
    });
    call.status = "ended";
    call.endedReason = reason;
    for (const reaction of reactions) {
      if (reaction.kind === "talk" || reaction.kind === "deliver") continue;
      this.#context.book(reaction, touch, end + (reaction.after ?? 60_000));
    }
  }

  #report(
    talk: Conversation | undefined,
    endedReason: string,
    answered: boolean,
    seconds: number,
    start: number,
    end: number,
  ) {
    const lines = answered ? talk?.lines ?? [] : [];
    const transcript = lines
      .map(({ role, text }) => `${role === "user" ? "User" : "AI"}: ${text}\n`).join("");
    const messages = lines.map(({ role, text }, index) => ({
      role: role === "user" ? "user" : "bot",
      message: text,
      time: start + index * 4_000,
      secondsFromStart: index * 4,
    }));
    return {
      endedReason,
      ...{ transcript, messages, summary: talk?.summary ?? "" },
      durationSeconds: seconds,
      durationMs: seconds * 1000,
      startedAt: new Date(start).toISOString(),
      endedAt: new Date(end).toISOString(),
      cost: Math.round(seconds * 0.0015 * 10_000) / 10_000,
      analysis: {
        summary: talk?.summary ?? "",
        structuredData: talk?.structuredData ?? {},
        successEvaluation: answered ? "true" : "false",
      },
      artifact: {
        transcript,
        messages,
        recordingUrl: "https://example.com/recordings/sandbox.wav",
      },
    };
  }

  #message(
    call: ReceivedCall,
    shown: Json,
    due: number,
    type: string,
    fields: Json,
    status: string,
    changes: Json,
  ): void {
    this.#context.outbox.add(due, "vapi", type, () => {
      Object.assign(shown, changes, { status, updatedAt: new Date(due).toISOString() });
      if (!this.#context.webhooksUrl()) return null;
      return this.#sign({
        message: {
          timestamp: due,
          type,
          ...fields,
          call: { ...shown },
          customer: { number: call.to },
          phoneNumber: { id: shown.phoneNumberId ?? null },
        },
      });
    });
  }

  #sign(value: unknown): Webhook {
    const { webhookSecret } = this.#context.secrets.vapi;
    const body = JSON.stringify(value);
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (this.#context.vapiAuth === "secret") headers["x-vapi-secret"] = webhookSecret;
    else {
      // Vapi's defaults for an HMAC credential: {timestamp}.{body} in hex.
      const timestamp = String(Math.floor(this.#context.signingTime().getTime() / 1000));
      headers["x-timestamp"] = timestamp;
      headers["x-signature"] = hmacHex(webhookSecret, `${timestamp}.${body}`);
    }
    return { url: `${this.#context.webhooksUrl()}/vapi`, headers, body };
  }
}
