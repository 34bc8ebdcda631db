// GET /csv-upload/UPLOAD_ID/rejects.csv, streamed.
import { rejectsCsv } from "../_shared/intake/rejects.ts";
import { asWriter } from "../_shared/platform/db/client.ts";
import type { AppContext } from "../_shared/platform/http/app.ts";
import { forbidden } from "../_shared/platform/http/problem.ts";
import { errorFields } from "../_shared/platform/log.ts";
import { type Reader, readStatus } from "./reader.ts";
import type { UploadDeps } from "./signed.ts";

export async function handleRejects(
  { sql }: UploadDeps,
  c: AppContext,
  reader: Reader,
): Promise<Response> {
  const { uploadId, memberId } = reader;
  // Whole rows of a list, with names and contacts: the log of such reads names people.
  if (reader.isKey) throw forbidden("An API key does not read rejected rows.");
  await readStatus(reader);
  // The rows are plain text: logged, and committed, before the first of them is read.
  await asWriter(sql, (tx) => tx`select private.log_rejects_access(${uploadId}, ${memberId})`);
  const lines = rejectsCsv(sql, uploadId);
  // Read before the status is sent: it fails where the database is unavailable.
  const first = await lines.next();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (!first.done) controller.enqueue(encoder.encode(first.value));
    },
    async pull(controller) {
      try {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        // The status has been sent: breaking off the response is the only way left to report a failure.
        c.var.log("error", "rejects_broke_off", errorFields(error));
        controller.error(error);
      }
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${reader.givenId}.rejects.csv"`,
    },
  });
}
