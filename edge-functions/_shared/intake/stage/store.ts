// Writing slices, each in a transaction that also moves the cursor of the part.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { asWriter, type Tx } from "../../platform/db/client.ts";
import { type CsvStats, STAGE_COLUMNS } from "../csv/index.ts";
import type { Work } from "../../jobs/run.ts";
import type { Claim } from "./claim.ts";
import type { Slice } from "./slices.ts";

/** The part is not where this worker left it: another one has it, or it was reset. */
export class LostClaim extends Error {
  override name = "LostClaim";
}

const COPY = `copy pg_temp.stage_in (${STAGE_COLUMNS.join(", ")}) from stdin`;

export async function storeSlice(
  work: Work,
  claim: Claim,
  slice: Slice,
  cursor: number,
): Promise<void> {
  await asWriter(work.sql, async (tx) => {
    await hold(tx, claim, cursor);
    await tx`select private.open_stage()`;
    const copy = await tx.unsafe(COPY).writable();
    await pipeline(Readable.from(slice.texts, { objectMode: true }), copy);
    await tx`select private.stage_rows(${claim.partId})`;
  }, "upload");
}

export async function finishPart(
  work: Work,
  claim: Claim,
  stats: CsvStats,
  cursor: number,
): Promise<void> {
  const lines = stats.lines - stats.repeatedHeaderLines;
  const seen = stats.windows1252Records;
  const warnings = seen > 0 && !claim.lines ? { windows_1252: seen } : {};
  await asWriter(work.sql, async (tx) => {
    await hold(tx, claim, cursor);
    await tx`
      update public.upload_parts p
      set state = 'staged', staged_at = greatest(${work.now()}, p.received_at), lines = ${lines},
        warnings = p.warnings || ${tx.json(warnings)}
      where p.id = ${claim.partId}`;
    await work.queue.send(tx, "resolve-upload", { upload_id: claim.uploadId });
  }, "upload");
}

/** Locks the part and makes sure that it stands where this worker thinks it does. */
async function hold(tx: Tx, claim: Claim, cursor: number): Promise<void> {
  const [part] = await tx<{ state: string; received: number }[]>`
    select state, received from public.upload_parts where id = ${claim.partId} for update`;
  if (part?.state !== "staging" || part.received !== cursor) throw new LostClaim();
}
