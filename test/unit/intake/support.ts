/** Builds CSV files in every dialect and reads them back whole. */
import { openCsv } from "../../../edge-functions/_shared/intake/csv/index.ts";
import type {
  CsvRecord,
  CsvStats,
  Delimiter,
  OpenOptions,
  Refusal,
} from "../../../edge-functions/_shared/intake/csv/index.ts";

export const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|"];
export const NEWLINES = ["\n", "\r\n", "\r"] as const;
export const ENCODINGS = ["utf-8", "utf-8-bom", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = typeof ENCODINGS[number];

export function encode(text: string, encoding: Encoding = "utf-8"): Uint8Array {
  if (encoding === "utf-8") return new TextEncoder().encode(text);
  if (encoding === "utf-8-bom") return new TextEncoder().encode(`\ufeff${text}`);
  if (encoding === "windows-1252") return Uint8Array.from(text, toWindows1252);
  const bytes = new Uint8Array(text.length * 2 + 2);
  const view = new DataView(bytes.buffer);
  const little = encoding === "utf-16le";
  [0xfeff, ...Array.from({ length: text.length }, (_, k) => text.charCodeAt(k))]
    .forEach((unit, k) => view.setUint16(k * 2, unit, little));
  return bytes;
}

const decoder = new TextDecoder("windows-1252");
const table = new Map(
  Array.from({ length: 256 }, (_, k) => [decoder.decode(Uint8Array.of(k)), k] as const),
);

function toWindows1252(char: string): number {
  const byte = table.get(char);
  if (byte === undefined) throw new Error(`no Windows-1252 for ${char}`);
  return byte;
}

/** The file in chunks of one size, as a network would deliver it. */
export function* chunks(bytes: Uint8Array, size = bytes.length || 1): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface ReadCsv {
  headers: string[];
  headerFrom: string;
  records: CsvRecord[];
  rows: string[][];
  rejects: { line: number; code: string; fields: string[] }[];
  stats: CsvStats;
}

export async function tryRead(
  input: string | Uint8Array,
  options: OpenOptions & { chunk?: number } = {},
): Promise<ReadCsv | Refusal> {
  const bytes = typeof input === "string" ? encode(input) : input;
  const opened = await openCsv(chunks(bytes, options.chunk), options);
  if (!opened.ok) return opened.refusal;
  const records: CsvRecord[] = [];
  for await (const record of opened.csv.records()) records.push(record);
  return {
    headers: opened.csv.headers,
    headerFrom: opened.csv.headerFrom,
    records,
    rows: records.filter((r) => !r.reject).map((r) => r.fields),
    rejects: records.filter((r) => r.reject).map((r) => ({
      line: r.line,
      code: r.reject?.code ?? "",
      fields: r.fields,
    })),
    stats: opened.csv.stats,
  };
}

export async function read(
  input: string | Uint8Array,
  options: OpenOptions & { chunk?: number } = {},
): Promise<ReadCsv> {
  const found = await tryRead(input, options);
  if ("code" in found) throw new Error(`${found.code}: ${found.message}`);
  return found;
}

export async function refusal(input: string | Uint8Array): Promise<Refusal> {
  const found = await tryRead(input);
  if (!("code" in found)) throw new Error("the file was not refused");
  return found;
}
