// GET /csv-upload/UPLOAD_ID/rejects.csv, in pages, so that its size does not matter.
import { asWriter } from "../_shared/platform/db/client.ts";
import { rejectsHeader, rejectsLine } from "../_shared/intake/csv/rejects_csv.ts";
import { errorFields } from "../_shared/platform/log.ts";
import type { Context, Door } from "./door.ts";
import { openReader, readStatus } from "./reader.ts";

const PAGE = 500;

interface RejectRow {
  part: number;
  line: number;
  code: string;
  detail: string | null;
  raw: string[];
}

export async function handleRejects(
  door: Door,
  context: Context,
): Promise<Response> {
  const reader = await openReader(door, context);
  await readStatus(reader);
  const { headers, firstLines } = await readLayout(door, reader.uploadId);
  const lines = rejectLines(door, reader.uploadId, headers, firstLines);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await lines.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        // The status is out already: an answer that breaks off is the only way left to say no.
        context.log("error", "rejects_broke_off", errorFields(error));
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
      "content-disposition": `attachment; filename="${reader.uploadId}.rejects.csv"`,
    },
  });
}

/** Column names, and how many lines of the file stand before each part. */
async function readLayout(door: Door, uploadId: string) {
  return await asWriter(door.sql, async (tx) => {
    const [upload] = await tx<{ header: string[] | null }[]>`
      select header from public.uploads where id = ${uploadId}`;
    const parts = await tx<{ part: number; before: number }[]>`
      select p.part, coalesce(sum(coalesce(o.lines, p.lines)) over (order by p.part
        rows between unbounded preceding and 1 preceding), 0)::integer as before
      from public.upload_parts p
      left join public.upload_parts o
        on o.upload_id = p.duplicate_of_upload_id and o.sha256 = p.sha256 and o.org_id = p.org_id
      where p.upload_id = ${uploadId}`;
    return {
      headers: upload?.header ?? [],
      firstLines: new Map(parts.map(({ part, before }) => [part, before])),
    };
  });
}

async function* rejectLines(
  door: Door,
  uploadId: string,
  headers: string[],
  firstLines: Map<number, number>,
): AsyncGenerator<string> {
  yield rejectsHeader(headers);
  let after = { part: 0, line: 0 };
  for (;;) {
    const page = await asWriter(
      door.sql,
      (tx) =>
        tx<
          RejectRow[]
        >`select * from private.reject_rows(${uploadId}, ${after.part}, ${after.line}, ${PAGE})`,
    );
    yield page.map((row) =>
      rejectsLine(headers, {
        line: (firstLines.get(row.part) ?? 0) + row.line,
        reason: row.code,
        detail: row.detail,
        raw: row.raw,
      })
    ).join("");
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last;
  }
}
