// POST /csv-upload: verified before parsed, durable before acknowledged.
import { z } from "zod";
import { acceptPart } from "../_shared/intake/accept.ts";
import { consumeRateToken } from "../_shared/intake/sources.ts";
import { toHex } from "../_shared/platform/crypto/bytes.ts";
import { byteLengthOf, sha256 } from "../_shared/platform/crypto/digest.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { hashInflated, joinChunks } from "../_shared/platform/http/body.ts";
import { malformed, Problem } from "../_shared/platform/http/problem.ts";
import { filenameOf } from "./filename.ts";
import { readSent } from "./sender.ts";
import { type Signed, sourceField, type UploadDeps } from "./signed.ts";

const PART_RANGE = "must be a number from 1 to 100000";
const PartNumber = z.string().regex(/^[1-9][0-9]{0,5}$/, PART_RANGE)
  .transform(Number).refine((n) => n <= 100_000, PART_RANGE);

export const UploadQuery = z.strictObject({
  ...sourceField,
  dry_run: z.enum(["true", "false"]).default("false").transform((text) => text === "true"),
  upload: z.uuid().transform((id) => id.toLowerCase()).optional(),
  part: PartNumber.optional(),
  parts: PartNumber.optional(),
  filename: z.string().max(1000).optional(),
})
  .refine((q) => q.upload || (!q.part && !q.parts), "part and parts require upload")
  .refine((q) => !q.parts || (q.part ?? 1) <= q.parts, "part is greater than parts");

export async function handleUpload(
  deps: UploadDeps,
  c: AppContext,
  query: z.output<typeof UploadQuery>,
): Promise<Response> {
  const request = c.req.raw;
  const encoding = encodingOf(request);
  const signed = await readSent(deps, c, query);
  const { source, webhookId, body } = signed;
  const bytes = byteLengthOf(body);
  if (bytes === 0) throw emptyBody();
  if (isJsonObject(body, bytes)) throw malformed("The request body is JSON, not CSV.");
  await limitRate(deps, signed);
  const content = encoding === "gzip"
    ? await hashInflated(body, deps.env.maxInflatedBytes)
    : { sha256: sha256(body), bytes };
  if (content.bytes === 0) throw emptyBody();

  const accepted = await acceptPart(deps, {
    ...{ sourceId: source.source_id, webhookId, body, bytes, encoding, sha256: content.sha256 },
    uploadId: query.upload ?? null,
    part: query.part ?? null,
    parts: query.parts ?? null,
    dryRun: query.dry_run,
    filename: filenameOf(query.filename, request),
    correlationId: c.var.correlationId,
  }).catch(explain);
  c.var.log("info", accepted.outcome, {
    source_id: source.source_id,
    upload_id: accepted.upload_id,
    part: accepted.part,
    bytes,
  });
  if (accepted.outcome === "webhook_id_reused") {
    throw conflict("webhook-id was already used with different content.");
  }
  const duplicate = accepted.outcome === "duplicate";
  return Response.json({
    upload_id: accepted.upload_id,
    part: accepted.part,
    bytes,
    sha256: toHex(content.sha256),
    status_url: statusUrl(deps, request, accepted.upload_id),
    ...(duplicate ? { duplicate: true } : {}),
  }, {
    status: duplicate ? 200 : 202,
    headers: duplicate ? { "sluice-duplicate": "true" } : {},
  });
}

function encodingOf(request: Request): "gzip" | null {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return null;
  if (encoding === "gzip") return "gzip";
  throw new Problem(415, "unsupported_encoding", "The only supported content-encoding is gzip.", {
    headers: { "accept-encoding": "gzip" },
  });
}

/** Counted after the signature is verified, so that nobody else can use up a source's share. */
async function limitRate({ sql, now }: UploadDeps, { source }: Signed): Promise<void> {
  const wait = await consumeRateToken(sql, source, now());
  if (wait === 0) return;
  throw new Problem(
    429,
    "rate_limited",
    `This source may send ${source.parts_per_minute} requests a minute.`,
    { headers: { "retry-after": String(wait) } },
  );
}

function explain(error: unknown): never {
  if ((error as { code?: string }).code === "SL204") {
    throw conflict(
      "This part contradicts an earlier part of the upload: its number, the number of parts, or its content.",
    );
  }
  throw error;
}

const conflict = (detail: string) => new Problem(409, "conflict", detail);
/** The longest JSON object that a source signs: a command, or a delivery to webhooks/generic. */
const MAX_JSON_BYTES = 256 * 1024;

/**
 * The secret of a source signs uploads, commands and deliveries. What is signed names no purpose, so the content decides:
 * the others are JSON objects, and an upload is not. A signature of one is thus useless for the other.
 */
function isJsonObject(body: readonly Uint8Array[], bytes: number): boolean {
  if (bytes > MAX_JSON_BYTES) return false;
  const text = new TextDecoder().decode(joinChunks(body));
  if (!/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const emptyBody = () => new Problem(422, "empty_body", "The request body is empty.");

/** The public URL of the status; the function itself only sees its own part of the path. */
export function statusUrl({ env }: UploadDeps, request: Request, uploadId: string): string {
  const base = env.publicUrl ? `${env.publicUrl}/functions/v1` : new URL(request.url).origin;
  return `${base}/csv-upload/${uploadId}`;
}
