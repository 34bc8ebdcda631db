// A signed dry run of a list of one row through the deployed functions. Afterwards nothing of it is left.
import { Api } from "../api.ts";
import type { Sql } from "../database.ts";
import { ApiError } from "../errors.ts";
import type { PartReceipt, UploadStatus } from "../types.ts";
import { fetchStatus, isOver } from "../wait.ts";
import { type Check, type Context, failed, type Finding, ok, seconds } from "./check.ts";
import { keyHeaders, wakeWorker } from "./keys.ts";

const TIMEOUT_MS = 180_000;
const POLL_MS = 1_000;

export const roundTrip: Check = {
  name: "round trip",
  needs: ["source", "database"],
  async run(context) {
    const api = new Api(context.source, context.io, () => {});
    const started = context.io.now().getTime();
    const id = context.io.uuid();
    let receipt: PartReceipt;
    try {
      receipt = await api.json<PartReceipt>({
        method: "POST",
        path: "",
        query: { upload: id, part: "1", parts: "1", dry_run: "true" },
        headers: {
          "content-type": "text/csv",
          "content-disposition": 'attachment; filename="sluice doctor.csv"',
        },
        // The id makes the content unique: no earlier upload has it.
        body: new TextEncoder().encode(
          `Address,City,State,Zip,Reference\n1 Doctor Check Way,Phoenix,AZ,85001,${id}\n`,
        ),
        id: `doctor_${id}`,
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return failed(
        `the upload was refused: ${error.message.split("\n").slice(0, 2).join(",")}`,
        error.problem.status === 401
          ? "Check --source and its secret, or make a new one with rotate_source_secret."
          : "docs/intake.md lists the answers.",
      );
    }
    try {
      const status = await finished(context, api, receipt.upload_id);
      const leads = await leadsOf(context.sql, receipt.upload_id);
      if (leads > 0) {
        return failed(`the dry run wrote ${leads} leads`, "Report this as a defect of Sluice.");
      }
      return verdict(status, context.io.now().getTime() - started);
    } finally {
      await removeUpload(context.sql, receipt.upload_id);
    }
  },
};

async function finished({ io, functionsUrl, ...rest }: Context, api: Api, id: string) {
  const deadline = io.now().getTime() + TIMEOUT_MS;
  // Without a key, the schedule wakes the worker within a minute.
  const headers = rest.apiKey ? keyHeaders(rest.apiKey) : null;
  for (;;) {
    const status = await fetchStatus(api, id);
    if (isOver(status) || io.now().getTime() > deadline) return status;
    const woken = headers &&
      await wakeWorker({ io, functionsUrl }, headers).then((response) => response.body?.cancel())
        .then(() => true, () => false);
    await io.sleep(woken ? POLL_MS / 4 : POLL_MS);
  }
}

function verdict(status: UploadStatus, ms: number): Finding {
  if (status.state === "completed" && status.counts.received === 1) {
    return ok(`a signed dry run of one row completed after ${seconds(ms)} and was removed`);
  }
  if (status.state === "failed") {
    return failed(`the dry run failed: ${status.error}`, "Check the column map of the source.");
  }
  if (status.state === "completed") {
    return failed(
      `the dry run read ${status.counts.received ?? 0} rows instead of 1`,
      "Check the column map of the source.",
    );
  }
  return failed(
    `the dry run is still ${status.state} after ${seconds(ms)}`,
    "No worker processes uploads: see API key, secrets of the schedule and wake-ups above.",
  );
}

async function leadsOf(sql: Sql, id: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from public.leads l where l.created_upload_id = ${id}`;
  return row!.count;
}

/** Only an upload that the doctor has just made; parts, chunks and rejects go with it. */
export async function removeUpload(sql: Sql, id: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from private.leads_staging_contacts c using public.leads_staging s
      where s.upload_id = ${id} and c.part_id = s.part_id`;
    await tx`delete from private.leads_staging_raw r using public.leads_staging s
      where s.upload_id = ${id} and r.part_id = s.part_id`;
    await tx`delete from public.leads_staging s where s.upload_id = ${id}`;
    await tx`delete from pgboss.job j where j.data ->> 'upload_id' = ${id}
      or j.data ->> 'part_id' in (select p.id::text from public.upload_parts p where p.upload_id = ${id})`;
    await tx`delete from public.uploads u where u.id = ${id} and u.dry_run`;
  });
}
