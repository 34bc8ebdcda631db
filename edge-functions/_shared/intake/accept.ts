// Accepts a part: its record, its encrypted bytes and its job in one transaction.
import { asWriter, type Tx } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import { takePieces } from "../platform/http/body.ts";
import type { Queue } from "../jobs/queue.ts";

export interface ReceivedPart {
  sourceId: string;
  webhookId: string;
  /** Released piece by piece while it is stored. */
  body: Uint8Array[];
  /** As received; the hash is that of the content. */
  bytes: number;
  encoding: "gzip" | null;
  sha256: Uint8Array;
  /** As the sender names them; null where it does not. */
  uploadId: string | null;
  part: number | null;
  parts: number | null;
  dryRun: boolean;
  filename: string | null;
  correlationId: string;
}

export interface Accepted {
  outcome: "accepted" | "duplicate" | "webhook_id_reused";
  /** What the sender calls it. */
  upload_id: string;
  part_id: string | null;
  part: number;
  own_upload_id: string | null;
}

export async function acceptPart(
  { sql, now, queue }: Pick<Deps, "sql" | "now"> & { queue: Queue },
  received: ReceivedPart,
): Promise<Accepted> {
  await queue.ready("stage-part", "resolve-upload");
  return await asWriter(sql, async (tx) => {
    const [accepted] = await tx<Accepted[]>`select * from private.accept_part(
      ${received.sourceId}, ${received.webhookId}, ${received.sha256}, ${received.bytes},
      ${received.encoding}, ${received.uploadId}, ${received.part}, ${received.parts},
      ${received.dryRun}, ${received.filename}, ${received.correlationId}, ${now()})`;
    if (!accepted) throw new Error("accept_part returned no row");
    if (accepted.outcome === "accepted") {
      const partId = accepted.part_id as string;
      await storeBody(tx, partId, received.body);
      await queue.send(tx, "stage-part", { part_id: partId });
    } else if (accepted.own_upload_id) {
      // Content that another upload has needs no staging, but it may complete this upload.
      await queue.send(tx, "resolve-upload", { upload_id: accepted.own_upload_id });
    }
    return accepted;
  });
}

/** Piece by piece: the driver sends a bytea as text of twice its size. */
async function storeBody(tx: Tx, partId: string, body: Uint8Array[]): Promise<void> {
  let seq = 0;
  for (const piece of takePieces(body)) {
    await tx`select private.store_part_chunk(${partId}, ${seq++}, ${piece})`;
  }
}
