// POST /api/uploads: a list as CSV, for a source of the key's org; GET /api/uploads/ID: what became of it.
import { z } from "zod";
import { acceptPart } from "../_shared/intake/accept.ts";
import { consumeRateToken } from "../_shared/intake/sources.ts";
import { toHex } from "../_shared/platform/crypto/bytes.ts";
import { byteLengthOf, sha256 } from "../_shared/platform/crypto/digest.ts";
import { notFound, Problem } from "../_shared/platform/http/problem.ts";
import { type ApiContext, type ApiDeps, asKey, idempotencyKey, idOf } from "./caller.ts";

export const UploadQuery = z.strictObject({
  source: z.string().min(1).max(63),
  filename: z.string().max(255).optional(),
  dry_run: z.enum(["true", "false"]).default("false").transform((text) => text === "true"),
});

interface Source {
  source_id: string;
  org_id: string;
  max_part_bytes: number;
  parts_per_minute: number;
}

export async function handleUpload(
  deps: ApiDeps,
  c: ApiContext,
  { source: key, filename, dry_run: dryRun }: z.output<typeof UploadQuery>,
): Promise<Response> {
  const webhookId = `api ${c.var.key.id} ${idempotencyKey(c, true)}`;
  const [seen] = await asKey(
    deps,
    c,
    "uploads.write",
    (tx) => tx<Source[]>`select * from public.source_for_upload(${key})`,
  );
  if (!seen) throw notFound();
  const body = await c.var.readBody(Math.min(deps.env.maxPartBytes, seen.max_part_bytes));
  const bytes = byteLengthOf(body);
  if (bytes === 0) throw new Problem(422, "empty_body", "The request body is empty.");
  // A body may take minutes, and the right may have ended meanwhile. The audit log names the key.
  const [source] = await asKey(
    deps,
    c,
    "uploads.write",
    (tx) => tx<Source[]>`select * from public.begin_member_upload(${key}, ${webhookId}, null, 1)`,
    "read write",
  );
  if (!source) throw notFound();
  const wait = await consumeRateToken(deps.sql, { ...source, secrets: [] }, deps.now());
  if (wait > 0) {
    throw new Problem(
      429,
      "rate_limited",
      `This source may send ${source.parts_per_minute} requests a minute.`,
      { headers: { "retry-after": String(wait) } },
    );
  }
  const hash = sha256(body);
  const accepted = await acceptPart(deps, {
    ...{ sourceId: source.source_id, webhookId, body, bytes, encoding: null, sha256: hash },
    ...{ uploadId: null, part: null, parts: null, dryRun, filename: filename ?? null },
    correlationId: c.var.correlationId,
  });
  c.var.log("info", accepted.outcome, {
    source_id: source.source_id,
    upload_id: accepted.upload_id,
  });
  if (accepted.outcome === "webhook_id_reused") {
    throw new Problem(
      409,
      "idempotency_key_reused",
      "This Idempotency-Key was already used for another request.",
    );
  }
  const duplicate = accepted.outcome === "duplicate";
  return Response.json({
    ...{ upload_id: accepted.upload_id, part: accepted.part, bytes, sha256: toHex(hash) },
    status_url: statusUrl(deps, c, accepted.upload_id),
    ...(duplicate ? { duplicate: true } : {}),
  }, {
    status: duplicate ? 200 : 202,
    headers: duplicate ? { "sluice-duplicate": "true" } : {},
  });
}

export async function handleUploadStatus(deps: ApiDeps, c: ApiContext): Promise<Response> {
  const id = idOf(c);
  const [row] = await asKey(
    deps,
    c,
    "uploads.write",
    (tx) =>
      tx<
        { status: Record<string, unknown> | null }[]
      >`select public.upload_status(${id}) as status`,
  );
  if (!row?.status) throw notFound();
  return Response.json({ ...row.status, upload_id: id });
}

function statusUrl({ env }: ApiDeps, c: ApiContext, uploadId: string): string {
  const base = env.publicUrl ? `${env.publicUrl}/functions/v1` : new URL(c.req.url).origin;
  return `${base}/api/v1/uploads/${uploadId}`;
}
