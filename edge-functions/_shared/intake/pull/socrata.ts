// Socrata (SODA): pages of CSV in the order of the row id. Without $limit a server answers 1,000 rows and does not say
// that there are more.
import { countRecords, readPage } from "./request.ts";
import { type PullPart, PullRefused, type PullSource, type PullTools } from "./types.ts";

const PAGE = 25_000;

export async function* fetchSocrata(
  { url, options, since, token }: PullSource,
  position: Record<string, unknown>,
  tools: PullTools,
): AsyncGenerator<PullPart> {
  const size = options.page ?? PAGE;
  const conditions = [
    options.where,
    options.since_field && since ? `${options.since_field} >= '${since}'` : undefined,
  ].filter(Boolean).map((one) => `(${one})`);
  let before: Uint8Array | null = null;
  for (let offset = Number(position.offset ?? 0);;) {
    const query = new URLSearchParams({
      $limit: String(size),
      $offset: String(offset),
      $order: ":id",
      ...(conditions.length > 0 ? { $where: conditions.join(" AND ") } : {}),
    });
    const page = await readPage(
      `${url.replace(/\.(json|csv)$/, "")}.csv?${query}`,
      token ? { "x-app-token": token } : {},
      tools,
    );
    const rows = countRecords(page);
    if (rows > 0 && before && Buffer.compare(before, page) === 0) {
      throw new PullRefused("the server answers every page with the same rows");
    }
    before = page;
    offset += rows;
    if (rows > 0) yield { csv: page, rows, position: { offset } };
    // A server may have a smaller limit than ours: only an empty page is the last.
    if (rows === 0) return;
  }
}
