// Lines of level error, as events to Sentry: one envelope each, in the form of develop.sentry.dev/sdk/envelopes. An
// event has the line's fields and nothing else: no request, no user, no stack, no host name.
import process from "node:process";
import { z } from "zod";
import type { Fields } from "./log.ts";
import { withoutContacts } from "./redact.ts";
import { loopbackAllowed, readSettings, type Variables } from "./settings.ts";

const DSN = /^(https?:)\/\/(\w+)@([^/@?#]+)((?:\/[^/?#]+)*)\/(\d+)$/;
const schema = z.object({
  SENTRY_DSN: z.string().regex(DSN, "must be https://KEY@HOST/PROJECT").optional(),
  SENTRY_ENVIRONMENT: z.string().max(64).optional(),
});

/** Waiting at most; further ones are dropped and counted. */
const MOST = 50;
const TIMEOUT_MS = 5_000;
/** After a failure nothing is sent for so long, or for as long as Sentry asks. */
const REST_S = 60;

export interface Reporter {
  /** Returns at once and never throws. */
  report(at: Date, functionName: string, event: string, fields: Fields): void;
  /** Resolves when nothing waits. */
  sent(): Promise<void>;
}

/** Null without SENTRY_DSN. `warn` gets a line where events were not sent; while it rests, there is none. */
export function errorReporter(
  warn: (event: string, fields: Fields) => void,
  given: Variables = process.env,
): Reporter | null {
  const { SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: environment } = readSettings(schema, given);
  if (!dsn) return null;
  const [, scheme, key, host, path, project] = DSN.exec(dsn)!;
  if (scheme === "http:" && !loopbackAllowed(given)) {
    throw new Error("Invalid environment: SENTRY_DSN must be https");
  }
  const url = `${scheme}//${host}${path}/api/${project}/envelope/`;
  const headers = {
    "content-type": "application/x-sentry-envelope",
    "x-sentry-auth": `Sentry sentry_version=7, sentry_client=sluice/1.0, sentry_key=${key}`,
  };
  const waiting: string[] = [];
  let [dropped, restUntil] = [0, 0];
  let sending: Promise<void> | null = null;

  const rest = (reason: Fields, seconds = REST_S) => {
    restUntil = performance.now() + seconds * 1000;
    dropped += waiting.splice(0).length + 1;
    warn("errors_not_reported", { ...reason, dropped });
    dropped = 0;
  };
  const sendAll = async () => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
      try {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        const request = { method: "POST", headers, body, signal, redirect: "manual" } as const;
        const answer = await fetch(url, request);
        await answer.body?.cancel();
        if (!answer.ok) {
          rest({ status: answer.status }, Number(answer.headers.get("retry-after")) || REST_S);
        }
      } catch (error) {
        rest({ error: error instanceof Error ? error.name : "unknown" });
      }
    }
    sending = null;
    if (dropped > 0 && performance.now() >= restUntil) {
      warn("errors_not_reported", { error: "too_many", dropped });
      dropped = 0;
    }
  };
  return {
    report: (at, functionName, event, fields) => {
      if (waiting.length >= MOST || performance.now() < restUntil) {
        dropped++;
        return;
      }
      waiting.push(envelopeOf(at, functionName, event, fields, environment));
      if (sending) return;
      sending = sendAll();
      // Supabase's runtime keeps the instance until then.
      (globalThis as { EdgeRuntime?: { waitUntil?: (work: Promise<void>) => void } })
        .EdgeRuntime?.waitUntil?.(sending);
    },
    sent: async () => {
      await sending;
    },
  };
}

function envelopeOf(at: Date, logger: string, event: string, given: Fields, environment?: string) {
  const fields = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      // Ids have digits that look like a phone number's.
      typeof value === "string" && !/(^|_)id$/.test(name) ? withoutContacts(value) : value,
    ]),
  );
  const { correlation_id: trace, error, message, code, ...extra } = fields;
  const id = crypto.randomUUID().replaceAll("-", "");
  const traceId = typeof trace === "string" ? trace.replaceAll("-", "").toLowerCase() : null;
  const payload = JSON.stringify({
    ...{ event_id: id, timestamp: at.toISOString(), platform: "other", level: "error" },
    ...{ logger, environment, fingerprint: [logger, event, String(error), String(code)] },
    exception: { values: [{ type: error ?? event, value: message ?? event }] },
    tags: { event, ...(code === undefined ? {} : { code }) },
    ...(traceId
      ? { contexts: { trace: { trace_id: traceId, span_id: traceId.slice(0, 16) } } }
      : {}),
    extra,
    // Nor is the sender's address kept.
    sdk: { name: "sluice", version: "1.0", settings: { infer_ip: "never" } },
  });
  const length = new TextEncoder().encode(payload).length;
  return `${JSON.stringify({ event_id: id, sent_at: at.toISOString() })}\n` +
    `${JSON.stringify({ type: "event", length })}\n${payload}\n`;
}
