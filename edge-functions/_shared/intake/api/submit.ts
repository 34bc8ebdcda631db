// Stores a submission like an uploaded file, and what became of its leads.
import { asWriter } from "../../platform/db/client.ts";
import { sha256 } from "../../platform/crypto/digest.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Queue } from "../../jobs/queue.ts";

/** The worker stages what the request itself could not finish. */
const WORKER_WAITS_SECONDS = 15;

export interface Accepted {
  outcome: "accepted" | "duplicate" | "webhook_id_reused";
  /** What the sender calls it. */
  upload_id: string;
  part_id: string | null;
  stored_upload_id: string;
}

export interface SubmittedRow {
  line: number;
  verdict: string;
  lead_id: string | null;
  code: string | null;
  detail: string | null;
}

export interface Submitted {
  state: "receiving" | "processing" | "completed" | "failed" | "undone";
  error: string | null;
  received: number;
  warnings: Record<string, number>;
}

export async function submitLeads(
  { sql, now, queue }: Pick<Deps, "sql" | "now"> & { queue: Queue },
  { sourceId, deliveryId, csv, correlationId }: {
    sourceId: string;
    deliveryId: string;
    csv: string;
    correlationId: string;
  },
): Promise<Accepted> {
  const body = new TextEncoder().encode(csv);
  await queue.ready("stage-part", "resolve-upload");
  return await asWriter(sql, async (tx) => {
    const [accepted] = await tx<Accepted[]>`select * from private.submit_leads(
      ${sourceId}, ${deliveryId}, ${sha256(body)}, ${body.length}, ${correlationId}, ${now()})`;
    if (!accepted) throw new Error("submit_leads returned no row");
    if (accepted.outcome === "accepted") {
      const partId = accepted.part_id as string;
      await tx`select private.store_part_chunk(${partId}, 0, ${body})`;
      await queue.send(tx, "stage-part", { part_id: partId }, {
        startAfterSeconds: WORKER_WAITS_SECONDS,
      });
    }
    return accepted;
  });
}

export async function readSubmitted(sql: Deps["sql"], uploadId: string): Promise<Submitted | null> {
  const [row] = await asWriter(sql, (tx) =>
    tx<Submitted[]>`
      select u.state, u.error, coalesce(p.received, 0) as received, coalesce(p.warnings, '{}') as warnings
      from public.uploads u left join public.upload_parts p on p.upload_id = u.id and p.part = 1
      where u.id = ${uploadId}`);
  return row ?? null;
}

export const readRows = (
  sql: Deps["sql"],
  uploadId: string,
  after: number,
  limit: number,
): Promise<SubmittedRow[]> =>
  asWriter(
    sql,
    (tx) =>
      tx<SubmittedRow[]>`select * from private.submission_rows(${uploadId}, ${after}, ${limit})`,
  );
