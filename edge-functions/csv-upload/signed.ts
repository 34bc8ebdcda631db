// Signed requests: by which source, about which upload, with which command.
import { z } from "zod";
import { requestSecret, uploadSecret } from "../_shared/intake/request_secret.ts";
import { findSources, findUpload, type Source } from "../_shared/intake/sources.ts";
import type { Queue } from "../_shared/jobs/queue.ts";
import {
  isInTime,
  parseSignatureHeaders,
  verifySignature,
} from "../_shared/platform/crypto/signature.ts";
import { byteLengthOf } from "../_shared/platform/crypto/digest.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { tooLarge } from "../_shared/platform/http/body.ts";
import { parseJson } from "../_shared/platform/http/input.ts";
import { claimsOf, isApiKey, readApiKey } from "../_shared/platform/http/api_key.ts";
import type { MemberVerifier } from "../_shared/platform/http/member.ts";
import { malformed, notFound, unauthorized } from "../_shared/platform/http/problem.ts";

export interface UploadDeps extends Deps {
  queue: Queue;
  verifyMember: MemberVerifier;
}

/** Who calls with a bearer token: a member, or a machine whose API key has the scope for uploads. */
export async function readBearer(
  deps: UploadDeps,
  token: string,
): Promise<{ claims: Record<string, unknown>; userId: string | null; keyId: string | null }> {
  if (isApiKey(token)) {
    const key = await readApiKey(deps.sql, token);
    return { claims: claimsOf(key, "uploads.write"), userId: null, keyId: key.id };
  }
  const member = await deps.verifyMember(token);
  return { claims: member, userId: member.sub, keyId: null };
}

export interface Signed {
  source: Source;
  webhookId: string;
  body: Uint8Array[];
}

export const sourceField = { source: z.string().min(1).max(63) };

/** The bodies of commands, and of requests that need none. */
export const COMMAND_BYTES = 16 * 1024;

/**
 * Verifies in this order: form of the headers, time window, source, and only then size and signature of the
 * body. All causes of 401 have the same answer; an unknown source has it sooner. Only an upload may also be signed with
 * the source's own secret, which leaves its query unsigned.
 */
export async function readSigned(
  deps: UploadDeps,
  c: AppContext,
  sourceKey: string,
  { limit = COMMAND_BYTES, isUpload = false } = {},
): Promise<Signed> {
  const refuse = (cause: string) => {
    // The operator's log may name the cause; the response may not.
    c.var.log("warn", "unauthorized", { cause });
    return unauthorized();
  };
  const headers = parseSignatureHeaders(c.req.raw.headers);
  if (!headers.ok) throw malformed(headers.malformed);
  const now = deps.now();
  if (!isInTime(headers.timestamp, now)) throw refuse("outside_window");
  const sources = (await findSources(deps.sql, sourceKey, now))
    .filter(({ secrets }) => secrets.length > 0);
  if (sources.length === 0) throw refuse("unknown_source");
  const largest = Math.max(...sources.map((one) => one.max_part_bytes));
  const body = await c.var.readBody(Math.min(limit, largest));
  const query = new URL(c.req.url).searchParams;
  // With the time of the first check: a body may take minutes.
  const isSignedWith = (secrets: readonly string[]) =>
    verifySignature({ ...headers, secrets, body, now }) === "ok";
  const source = sources.find(({ secrets }) =>
    isSignedWith(
      secrets.map((secret) =>
        isUpload ? uploadSecret(secret, query) : requestSecret(secret, c.req.method, c.req.path)
      ),
    )
  ) ?? (isUpload ? sources.find(({ secrets }) => isSignedWith(secrets)) : undefined);
  if (!source) throw refuse("bad_signature");
  // Where orgs share the key, the limit of another one let the body in.
  if (byteLengthOf(body) > source.max_part_bytes) throw tooLarge(source.max_part_bytes);
  c.var.verified();
  c.var.log("debug", "signed", { source_id: source.source_id, org_id: source.org_id });
  return { source, webhookId: headers.id, body };
}

/** The id in the path. An id that is not a UUID belongs to no upload. */
export function uploadIdOf(c: AppContext): string {
  const read = z.uuid().safeParse(c.req.param("id"));
  if (!read.success) throw notFound();
  return read.data.toLowerCase();
}

/** The id of the upload that the source that signed calls so; 404 where it has none. */
export async function ownUpload(
  { sql }: UploadDeps,
  givenId: string,
  source: Source,
): Promise<string> {
  const uploadId = await findUpload(sql, source, givenId);
  if (uploadId === null) throw notFound();
  return uploadId;
}

/** The small JSON body of a command, which repeats what the URL names. */
export function readCommand<S extends z.ZodType>(body: Uint8Array[], schema: S): z.output<S> {
  const json = parseJson(body, z.unknown());
  const read = schema.safeParse(json);
  if (!read.success) throw bodyMismatch();
  return read.data;
}

export const bodyMismatch = () => malformed("The request body does not match the URL.");
