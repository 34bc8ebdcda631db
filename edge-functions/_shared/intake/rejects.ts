// The rejects of an upload as CSV, read in pages, so that their number does not matter.
import { asWriter, type Sql } from "../platform/db/client.ts";
import { rejectsHeader, rejectsLine } from "./csv/rejects_csv.ts";

const PAGE = 500;

interface RejectRow {
  part: number;
  line: number;
  code: string;
  detail: string | null;
  raw: string[];
}

export async function* rejectsCsv(sql: Sql, uploadId: string): AsyncGenerator<string> {
  const { headers, linesBefore } = await readLayout(sql, uploadId);
  yield rejectsHeader(headers);
  let after = { part: 0, line: 0 };
  for (;;) {
    const page = await asWriter(
      sql,
      (tx) =>
        tx<RejectRow[]>`
          select * from private.reject_rows(${uploadId}, ${after.part}, ${after.line}, ${PAGE})`,
    );
    yield page.map((row) =>
      rejectsLine(headers, {
        line: (linesBefore.get(row.part) ?? 0) + row.line,
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

/** Column names, and the number of lines of the file before each part. */
async function readLayout(sql: Sql, uploadId: string) {
  return await asWriter(sql, async (tx) => {
    const [upload] = await tx<{ header: string[] | null }[]>`
      select header from public.uploads where id = ${uploadId}`;
    const parts = await tx<{ part: number; before: number }[]>`
      select part, before from private.lines_before(${uploadId})`;
    return {
      headers: upload?.header ?? [],
      linesBefore: new Map(parts.map(({ part, before }) => [part, before])),
    };
  });
}
