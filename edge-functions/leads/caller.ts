// Who posts leads: a source, by a signature or by its key; or, on behalf of a source, the service or an API key of its org.
import { z } from "zod";
import { leadsKey, leadsSecret } from "../_shared/intake/api/access.ts";
import {
  consumeRateToken,
  findSources,
  mayUploadTo,
  type Source,
} from "../_shared/intake/sources.ts";
import type { Queue } from "../_shared/jobs/queue.ts";
import { constantTimeEqual } from "../_shared/platform/crypto/bytes.ts";
import {
  deriveSecret,
  ID_HEADER,
  isInTime,
  parseSignatureHeaders,
  SIGNATURE_HEADER,
  verifySignature,
} from "../_shared/platform/crypto/signature.ts";
import { sha256 } from "../_shared/platform/crypto/digest.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { claimsOf, isApiKey, readApiKey } from "../_shared/platform/http/api_key.ts";
import { bearerOf, callerReader } from "../_shared/platform/http/caller.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";

export interface LeadsDeps extends Deps {
  queue: Queue;
}

export interface Called {
  source: Source;
  body: Uint8Array[];
  /** Names this delivery, so that a retry of it is recognised. */
  deliveryId: string;
}

export const sourceField = { source: z.string().min(1).max(63) };

const IDEMPOTENCY_HEADER = "idempotency-key";
const KEY_FORM = /^[\x21-\x7e]{1,200}$/;

/** The caller is known before the body is read, except that a signature is over the body. */
export async function readCaller(
  deps: LeadsDeps,
  c: AppContext,
  sourceKey: string,
  limit: number,
): Promise<Called> {
  const { headers } = c.req.raw;
  const called = headers.has(SIGNATURE_HEADER) || headers.has(ID_HEADER)
    ? await bySignature(deps, c, sourceKey, limit)
    : await byKey(deps, c, sourceKey, limit);
  const { source } = called;
  c.var.log("debug", "called", { source_id: source.source_id, org_id: source.org_id });
  // Counted after the caller is known, so that nobody else can use up a source's share.
  const wait = await consumeRateToken(deps.sql, source, deps.now());
  if (wait === 0) return called;
  throw new Problem(
    429,
    "rate_limited",
    `This source may send ${source.parts_per_minute} requests a minute.`,
    { headers: { "retry-after": String(wait) } },
  );
}

async function bySignature(
  deps: LeadsDeps,
  c: AppContext,
  sourceKey: string,
  limit: number,
): Promise<Called> {
  const given = parseSignatureHeaders(c.req.raw.headers);
  if (!given.ok) throw malformed(given.malformed);
  const key = idempotencyKey(c);
  if (key !== null && key !== given.id) {
    throw malformed("Idempotency-Key must be the webhook-id, or be omitted.");
  }
  const now = deps.now();
  if (!isInTime(given.timestamp, now)) throw refused(c, "outside_window");
  const sources = await findSources(deps.sql, sourceKey, now);
  if (!sources.some(({ secrets }) => secrets.length > 0)) throw refused(c, "unknown_source");
  const body = await c.var.readBody(limit);
  const source = sources.find(({ secrets }) =>
    verifySignature({
      ...given,
      // A GET names the submission in its path only: its key does, too.
      secrets: secrets.map((secret) =>
        c.req.method === "GET"
          ? deriveSecret(leadsSecret(secret), `sluice GET ${c.req.path}`)
          : leadsSecret(secret)
      ),
      body,
      now,
    }) === "ok"
  );
  if (!source) throw refused(c, "bad_signature");
  c.var.verified();
  return { source, body, deliveryId: given.id };
}

async function byKey(
  deps: LeadsDeps,
  c: AppContext,
  sourceKey: string,
  limit: number,
): Promise<Called> {
  const { headers } = c.req.raw;
  const sources = await findSources(deps.sql, sourceKey, deps.now());
  const given = headers.get("apikey") ?? bearerOf(headers);
  let source: Source | undefined;
  if (isApiKey(given)) {
    source = await byApiKey(deps, c, given, sources);
  } else {
    source = sources.find((one) => isKeyOf(one, given));
    if (!source) {
      const caller = await callerReader(deps.env, deps.now)(headers).catch(() => null);
      if (!caller?.service) throw refused(c, "invalid_key");
      // The service names no org.
      source = sources.length === 1 ? sources[0] : undefined;
    }
  }
  if (!source) throw refused(c, "unknown_source");
  c.var.verified();
  const deliveryId = `key ${idempotencyKey(c) ?? crypto.randomUUID()}`;
  return { source, body: await c.var.readBody(limit), deliveryId };
}

/** Refuses an API key that is unknown, lacks the scope, or is not of the source's org. */
async function byApiKey(
  deps: LeadsDeps,
  c: AppContext,
  token: string,
  sources: readonly Source[],
): Promise<Source> {
  const key = await readApiKey(deps.sql, token).catch((error) => {
    if (error instanceof Problem && error.status === 401) throw refused(c, "invalid_key");
    throw error;
  });
  const claims = claimsOf(key, "leads.write");
  const source = sources.find(({ org_id }) => org_id === key.orgId);
  if (!source || !await mayUploadTo(deps.sql, claims, source)) throw refused(c, "unknown_source");
  c.var.log("debug", "api_key", { api_key_id: key.id });
  return source;
}

/** Compares digests, and with the keys of all secrets. */
function isKeyOf(source: Source, given: string): boolean {
  const digest = sha256(given);
  let matches = 0;
  for (const secret of source.secrets) {
    matches |= Number(constantTimeEqual(sha256(leadsKey(secret)), digest));
  }
  return matches === 1;
}

function idempotencyKey(c: AppContext): string | null {
  const key = c.req.header(IDEMPOTENCY_HEADER);
  if (key === undefined) return null;
  if (KEY_FORM.test(key)) return key;
  throw malformed("Idempotency-Key must have 1 to 200 visible ASCII characters.");
}

/** All causes have the same answer; the operator's log may name them. */
function refused(c: AppContext, cause: string): Problem {
  c.var.log("warn", "unauthorized", { cause });
  return new Problem(
    401,
    "unauthorized",
    "The request needs the API key of a known source, or its signature, not older than five minutes.",
  );
}
