// What all requests have in common: who signs, for which source, about which upload.
import { z } from "zod";
import { parseSignatureHeaders, verifySignature } from "../_shared/platform/crypto/signature.ts";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { Queue } from "../_shared/jobs/queue.ts";
import type { Deps } from "../_shared/platform/deps.ts";
import { readBody } from "../_shared/platform/http/body.ts";
import type { MemberVerifier } from "../_shared/platform/http/member.ts";
import { malformed, notFound, unauthorized } from "../_shared/platform/http/problem.ts";

export interface Door extends Deps {
  queue: Queue;
  verifyMember: MemberVerifier;
}

export interface Context {
  request: Request;
  url: URL;
  /** As it stands in the path; not yet looked at. */
  uploadId: string | undefined;
  correlationId: string;
  log: Deps["log"];
}

export type Handler = (door: Door, context: Context) => Promise<Response>;

export interface Source {
  source_id: string;
  org_id: string;
  secrets: string[];
  max_part_bytes: number;
  parts_per_minute: number;
}

export interface Signed {
  source: Source;
  sourceKey: string;
  webhookId: string;
  body: Uint8Array[];
}

/** The query as the schema wants it; a parameter that is unknown or stands twice is a mistake. */
export function readQuery<S extends z.ZodType>(
  url: URL,
  schema: S,
): z.output<S> {
  const given: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (name in given) {
      throw malformed(`The query names "${name.slice(0, 40)}" twice.`);
    }
    given[name] = value;
  }
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const at = issue?.path.join(".");
  throw malformed(
    `The query makes no sense: ${at ? `${at}: ` : ""}${issue?.message}.`,
  );
}

export const sourceField = { source: z.string().min(1).max(63) };

/**
 * The request's signature, in this order: form of the headers, size while reading, window, signature.
 * An unknown source takes the same way with no secret, and fails where a wrong signature does.
 */
export async function readSigned(
  door: Door,
  { request, log }: Context,
  sourceKey: string,
): Promise<Signed> {
  const headers = parseSignatureHeaders(request.headers);
  if (!headers.ok) throw malformed(headers.malformed);
  const now = door.now();
  const source = await findSource(door, sourceKey, now);
  const limit = Math.min(
    door.env.maxPartBytes,
    source?.max_part_bytes ?? door.env.maxPartBytes,
  );
  const body = await readBody(request, limit);
  const verdict = verifySignature({
    ...headers,
    secrets: source?.secrets ?? [],
    body,
    now,
  });
  if (!source || verdict !== "ok") {
    // The log of the operator may know what the caller may not.
    log("warn", "unauthorized", { cause: source ? verdict : "unknown_source" });
    throw unauthorized();
  }
  log("debug", "signed", {
    source_id: source.source_id,
    org_id: source.org_id,
  });
  return { source, sourceKey, webhookId: headers.id, body };
}

async function findSource(
  door: Door,
  key: string,
  now: Date,
): Promise<Source | null> {
  const [source] = await asWriter(
    door.sql,
    (tx) => tx<Source[]>`select * from private.source_for_key(${key}, ${now})`,
  );
  return source ?? null;
}

const Uuid = z.uuid();

/** The id in the path. Anything but a UUID names nothing. */
export function uploadIdOf({ uploadId }: Context): string {
  const read = Uuid.safeParse(uploadId);
  if (!read.success) throw notFound();
  return read.data.toLowerCase();
}

/** 404 unless the upload belongs to the source that signed. */
export async function assertOwnUpload(
  door: Door,
  uploadId: string,
  source: Source,
): Promise<void> {
  const [found] = await asWriter(
    door.sql,
    (tx) =>
      tx`select from public.uploads where id = ${uploadId} and source_id = ${source.source_id}`,
  );
  if (!found) throw notFound();
}

/** The small JSON body of a command. It is what ties the signature to this command. */
export function readCommand<S extends z.ZodType>(
  body: Uint8Array[],
  schema: S,
): z.output<S> {
  const text = body.map((chunk) => new TextDecoder().decode(chunk, { stream: true })).join("");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw malformed("The body is no JSON.");
  }
  const read = schema.safeParse(json);
  if (!read.success) {
    throw malformed("The body does not name what the address names.");
  }
  return read.data;
}
