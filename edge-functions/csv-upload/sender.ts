// Who sends a part: the source, which signs it, or a member or API key of its org, who uploads for the source.
import { asMember } from "../_shared/platform/db/client.ts";
import { ID_HEADER, isWebhookId } from "../_shared/platform/crypto/signature.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { bearerOf } from "../_shared/platform/http/caller.ts";
import { forbidden, malformed, unauthenticated } from "../_shared/platform/http/problem.ts";
import { readBearer, readSigned, type Signed, type UploadDeps } from "./signed.ts";

interface Part {
  source: string;
  upload?: string | undefined;
  part?: number | undefined;
}

/** The source and the body of a part, from a sender with the right to send it. */
export async function readSent(deps: UploadDeps, c: AppContext, part: Part): Promise<Signed> {
  const { headers } = c.req.raw;
  const { maxPartBytes } = deps.env;
  if (!headers.has("authorization") || headers.has("webhook-signature")) {
    return await readSigned(deps, c, part.source, { limit: maxPartBytes, isUpload: true });
  }
  const token = bearerOf(headers);
  if (!token) throw unauthenticated();
  const webhookId = headers.get(ID_HEADER) ?? "";
  if (!isWebhookId(webhookId)) throw malformed(`${ID_HEADER} is missing or invalid.`);
  const { claims, userId, keyId } = await readBearer(deps, token);
  const { max_part_bytes } = await sourceFor(deps, claims, part.source);
  c.var.verified();
  const body = await c.var.readBody(Math.min(maxPartBytes, max_part_bytes));
  // A body may take minutes, and the right may have ended meanwhile. The audit log names the caller.
  const source = await sourceFor(deps, claims, part.source, { ...part, webhookId });
  c.var.log("debug", "member", {
    user_id: userId,
    api_key_id: keyId,
    source_id: source.source_id,
  });
  return { source: { ...source, secrets: [] }, webhookId, body };
}

type UploadSource = Omit<Signed["source"], "secrets">;

/** The source as the caller may use it; 403 alike for one of another org, an unknown one and another role. */
async function sourceFor(
  { sql }: UploadDeps,
  claims: Record<string, unknown>,
  key: string,
  begin?: { upload?: string | undefined; part?: number | undefined; webhookId: string },
): Promise<UploadSource> {
  const [source] = await asMember(
    sql,
    claims,
    (tx) =>
      begin
        ? tx<UploadSource[]>`select * from public.begin_member_upload(
            ${key}, ${begin.webhookId}, ${begin.upload ?? null}, ${begin.part ?? 1})`
        : tx<UploadSource[]>`select * from public.source_for_upload(${key})`,
    begin ? "read write" : "read only",
  );
  if (source) return source;
  throw forbidden("Only owners and admins of its org may upload to a source.");
}
