// Shared by the routes of api: the key of the caller, and transactions with its rights.
import type { Context, Hono } from "hono";
import { z } from "zod";
import { sha256 } from "../_shared/platform/crypto/digest.ts";
import { onceAsKey } from "../_shared/platform/db/key_requests.ts";
import { asMember, type Sql, type Tx } from "../_shared/platform/db/client.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import type { RequestVariables } from "../_shared/platform/http/app.ts";
import { type ApiKey, claimsOf, type Scope } from "../_shared/platform/http/api_key.ts";
import { joinChunks } from "../_shared/platform/http/body.ts";
import { parseJson } from "../_shared/platform/http/input.ts";
import { malformed, notFound } from "../_shared/platform/http/problem.ts";
import type { Queue } from "../_shared/jobs/queue.ts";
import { apiProblem } from "./problems.ts";

export interface ApiDeps extends Deps {
  queue: Queue;
}
export type ApiEnv = { Variables: RequestVariables & { key: ApiKey } };
export type ApiApp = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;

export const MAX_BODY = 256 * 1024;

const IDEMPOTENCY_HEADER = "idempotency-key";
const KEY_FORM = /^[\x21-\x7e]{1,200}$/;

/** The id in the path. An id that is not a UUID names nothing. */
export function idOf(c: ApiContext): string {
  const read = z.uuid().safeParse(c.req.param("id"));
  if (!read.success) throw notFound();
  return read.data.toLowerCase();
}

/** A transaction with the rights of the key for one scope; 403 where the key lacks it. */
export async function asKey<T>(
  { sql }: { sql: Sql },
  { var: { key } }: ApiContext,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
  access: "read only" | "read write" = "read only",
): Promise<T> {
  const claims = claimsOf(key, scope);
  return await asMember(sql, claims, work, access).catch(apiProblem);
}

export function idempotencyKey(c: ApiContext, required = false): string | null {
  const key = c.req.header(IDEMPOTENCY_HEADER);
  if (key === undefined) {
    if (required) throw malformed("The header Idempotency-Key is required.");
    return null;
  }
  if (KEY_FORM.test(key)) return key;
  throw malformed("Idempotency-Key must have 1 to 200 visible ASCII characters.");
}

export interface Write<S extends z.ZodType> {
  scope: Scope;
  /** In the audit log, as `api.ACTION` about the subject. */
  action: string;
  subject: string | null;
  body: S;
  /** Without an Idempotency-Key a repeat would do the work again. */
  keyRequired?: boolean;
}

/**
 * A request that changes something, with its answer. The work, the answer that is remembered for the Idempotency-Key and the
 * entry in the audit log are one transaction: a repeat finds the answer or does the work, never both.
 */
export async function idempotent<S extends z.ZodType>(
  { sql }: ApiDeps,
  c: ApiContext,
  { scope, action, subject, body: schema, keyRequired }: Write<S>,
  work: (tx: Tx, body: z.output<S>) => Promise<Record<string, unknown>>,
): Promise<Response> {
  const claims = claimsOf(c.var.key, scope);
  const idempotency = idempotencyKey(c, keyRequired);
  const bytes = await c.var.readBody(MAX_BODY);
  const hash = sha256(joinChunks(bytes));
  const body = parseJson(bytes, schema);
  const request = { key: idempotency, path: `${c.req.method} ${c.req.path}`, hash };
  const done = await onceAsKey(sql, claims, { ...request, action, subject }, (tx) => work(tx, body))
    .catch(apiProblem);
  c.var.log("info", done.duplicate ? "repeated" : "done", { action, subject });
  return Response.json(done.answer, {
    headers: done.duplicate ? { "sluice-duplicate": "true" } : {},
  });
}

/** Cursors are opaque: the values that the next page begins after. */
export const cursorOf = (values: readonly string[]): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(values))))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

export function readCursor<S extends z.ZodType>(
  cursor: string | undefined,
  schema: S,
): z.output<S> | null {
  if (cursor === undefined) return null;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const json = new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(binary, (char) => char.charCodeAt(0)),
    );
    return schema.parse(JSON.parse(json));
  } catch {
    throw malformed("Invalid query: cursor: must be next_cursor of an answer.");
  }
}
