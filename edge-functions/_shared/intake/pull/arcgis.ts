// ArcGIS FeatureServer or MapServer layer: pages by object id, because servers differ in whether and how they page. An
// error comes as 200 with an error object; a page is cut off at maxRecordCount without an error.
import { readPage } from "./request.ts";
import { type PullPart, PullRefused, type PullSource, type PullTools } from "./types.ts";

interface Layer {
  maxRecordCount?: number;
  objectIdField?: string;
  fields?: { name: string; type: string }[];
}
interface Page {
  features?: { attributes: Record<string, unknown> }[];
  exceededTransferLimit?: boolean;
}

/** Pages of one part: a county's servers often allow only 1,000 or 2,000 records a page. */
const PART_ROWS = 20_000;
/** Wide rows make smaller parts: what is waiting is held in memory. */
const PART_CHARS = 8 << 20;

export async function* fetchArcgis(
  { url, options, since, token }: PullSource,
  position: Record<string, unknown>,
  tools: PullTools,
): AsyncGenerator<PullPart> {
  const base = url.replace(/\/(query)?$/, "");
  const layer = await ask<Layer>(base, {}, token, tools);
  const id = layer.objectIdField ??
    layer.fields?.find(({ type }) => type === "esriFieldTypeOID")?.name;
  if (!id || !layer.fields) throw new PullRefused("the layer has no object id");
  const dates = new Set(
    layer.fields.filter(({ type }) => type === "esriFieldTypeDate").map(({ name }) => name),
  );
  const names = layer.fields.map(({ name }) => name);
  const size = Math.min(options.page ?? 2000, layer.maxRecordCount ?? 1000);
  let after = Number(position.after ?? -1);
  let lines: string[] = [];
  let chars = 0;
  const part = (): PullPart => {
    const csv = new TextEncoder().encode(line(names) + lines.join(""));
    const rows = lines.length;
    lines = [];
    chars = 0;
    return { csv, rows, position: { after } };
  };
  for (;;) {
    const page = await ask<Page>(
      `${base}/query`,
      {
        where: [
          options.where,
          options.since_field && since
            ? `${options.since_field} >= TIMESTAMP '${since.replace("T", " ")}'`
            : undefined,
          `${id} > ${after}`,
        ].filter(Boolean).map((one) => `(${one})`).join(" AND "),
        outFields: "*",
        returnGeometry: "false",
        orderByFields: id,
        resultRecordCount: String(size),
      },
      token,
      tools,
    );
    const features = page.features ?? [];
    const before = after;
    for (const { attributes } of features) {
      const row = line(names.map((name) => cell(attributes[name], dates.has(name))));
      lines.push(row);
      chars += row.length;
      after = Math.max(after, Number(attributes[id]));
    }
    if (features.length > 0 && !(after > before)) {
      throw new PullRefused(`the server does not filter by ${id}, so its pages would never end`);
    }
    const isLast = features.length === 0 ||
      (!page.exceededTransferLimit && features.length < size);
    if (lines.length >= PART_ROWS || chars >= PART_CHARS || (isLast && lines.length > 0)) {
      yield part();
    }
    if (isLast) return;
  }
}

async function ask<T>(
  url: string,
  query: Record<string, string>,
  token: string | null,
  tools: PullTools,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    const search = new URLSearchParams({ ...query, f: "json" });
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const body = await readPage(`${url}?${search}`, headers, tools);
    let answer: { error?: { code?: number; message?: string } };
    try {
      answer = JSON.parse(new TextDecoder().decode(body));
    } catch {
      throw new PullRefused("the server's answer is not JSON");
    }
    if (!answer.error) return answer as T;
    const { code = 0, message = "" } = answer.error;
    const text = `the server answered an error: ${code} ${message.slice(0, 200)}`;
    if (code !== 429 && code < 500) throw new PullRefused(text);
    if (attempt === 4) throw new Error(text);
    await tools.pause(1000 * 2 ** attempt);
  }
}

const cell = (value: unknown, isDate: boolean): string =>
  value === null || value === undefined
    ? ""
    : isDate && typeof value === "number"
    ? new Date(value).toISOString().slice(0, 10)
    : String(value);

const line = (cells: string[]) =>
  cells.map((text) => `"${text.replaceAll('"', '""').replace(/\s+/g, " ")}"`).join(",") + "\n";
