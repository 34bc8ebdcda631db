// POST /csv-upload: durable before acknowledged, verified before looked at.
import { z } from "zod";
import { byteLengthOf, sha256 } from "../_shared/platform/crypto/digest.ts";
import { toHex } from "../_shared/platform/crypto/bytes.ts";
import { asWriter, type Tx } from "../_shared/platform/db/client.ts";
import { hashInflated, takePieces } from "../_shared/platform/http/body.ts";
import { Problem } from "../_shared/platform/http/problem.ts";
import {
  type Context,
  type Door,
  readQuery,
  readSigned,
  type Signed,
  sourceField,
} from "./door.ts";
import { filenameOf } from "./filename.ts";

const PartNumber = z.string().regex(
  /^[1-9][0-9]{0,5}$/,
  "must be a number from 1 to 100000",
)
  .transform(Number).refine(
    (n) => n <= 100_000,
    "must be a number from 1 to 100000",
  );

const Query = z.strictObject({
  ...sourceField,
  dry_run: z.enum(["true", "false"]).default("false").transform((text) => text === "true"),
  upload: z.uuid().transform((id) => id.toLowerCase()).optional(),
  part: PartNumber.optional(),
  parts: PartNumber.optional(),
  filename: z.string().max(1000).optional(),
}).refine(
  (q) => q.upload || (!q.part && !q.parts),
  "part and parts need upload",
)
  .refine(
    (q) => !q.parts || (q.part ?? 1) <= q.parts,
    "part is greater than parts",
  );

interface Accepted {
  outcome: "accepted" | "duplicate" | "webhook_id_reused";
  upload_id: string;
  part_id: string | null;
  part: number;
}

export async function handleUpload(
  door: Door,
  context: Context,
): Promise<Response> {
  const query = readQuery(context.url, Query);
  const encoding = encodingOf(context.request);
  const signed = await readSigned(door, context, query.source);
  const { source, body } = signed;
  const bytes = byteLengthOf(body);
  if (bytes === 0) throw emptyBody();
  await takeRateToken(door, signed);
  const content = encoding === "gzip"
    ? await hashInflated(body, door.env.maxInflatedBytes)
    : { sha256: sha256(body), bytes };
  if (content.bytes === 0) throw emptyBody();

  await door.queue.ready("stage-part", "resolve-upload");
  const accepted = await asWriter(door.sql, async (tx) => {
    const [row] = await tx<Accepted[]>`select * from private.accept_part(
      ${source.source_id}, ${signed.webhookId}, ${content.sha256}, ${bytes}, ${encoding},
      ${query.upload ?? null}, ${query.part ?? null}, ${query.parts ?? null}, ${query.dry_run},
      ${filenameOf(query.filename, context.request)}, ${context.correlationId}, ${door.now()})`;
    if (!row) throw new Error("accept_part gave no row");
    if (row.outcome === "accepted") {
      await store(door, tx, row.part_id as string, body);
    } // A part that came before elsewhere needs no staging, but it may be the last one to wait for.
    else if (row.outcome === "duplicate" && query.upload) {
      await door.queue.send(tx, "resolve-upload", { upload_id: query.upload });
    }
    return row;
  }).catch(explain);

  context.log("info", accepted.outcome, {
    source_id: source.source_id,
    upload_id: accepted.upload_id,
    part: accepted.part,
    bytes,
  });
  if (accepted.outcome === "webhook_id_reused") {
    throw conflict("This webhook-id stood for other content.");
  }
  const duplicate = accepted.outcome === "duplicate";
  return Response.json({
    upload_id: accepted.upload_id,
    part: accepted.part,
    bytes,
    sha256: toHex(content.sha256),
    status_url: statusUrl(door, context, accepted.upload_id),
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
  throw new Problem(
    415,
    "unsupported_encoding",
    "The only content-encoding that is known is gzip.",
    {
      headers: { "accept-encoding": "gzip" },
    },
  );
}

/** Counted once the signature holds: nobody else can use up a source's share. */
async function takeRateToken(door: Door, { source }: Signed): Promise<void> {
  const [row] = await asWriter(
    door.sql,
    (tx) =>
      tx<{ wait: number }[]>`select private.consume_rate_token(
      ${source.source_id}, ${source.parts_per_minute}, ${door.now()}) as wait`,
  );
  if (row && row.wait > 0) {
    throw new Problem(
      429,
      "rate_limited",
      `This source may send ${source.parts_per_minute} requests a minute.`,
      {
        headers: { "retry-after": String(row.wait) },
      },
    );
  }
}

/** Piece by piece: the driver sends a bytea as text of twice its size. */
async function store(
  door: Door,
  tx: Tx,
  partId: string,
  body: Uint8Array[],
): Promise<void> {
  let seq = 0;
  for (const piece of takePieces(body)) {
    await tx`select private.store_part_chunk(${partId}, ${seq++}, ${piece})`;
  }
  await door.queue.send(tx, "stage-part", { part_id: partId });
}

function explain(error: unknown): never {
  if ((error as { code?: string }).code === "SL204") {
    throw conflict(
      "This part contradicts what was said of the upload before: its number, the number of parts, or its content.",
    );
  }
  throw error;
}

const conflict = (detail: string) => new Problem(409, "conflict", detail);
const emptyBody = () => new Problem(422, "empty_body", "The body has no content.");

/** Where the outside finds the status; the function itself only sees its own part of the path. */
export function statusUrl(
  door: Door,
  { url }: Context,
  uploadId: string,
): string {
  const base = door.env.publicUrl ? `${door.env.publicUrl}/functions/v1` : url.origin;
  return `${base}/csv-upload/${uploadId}`;
}
