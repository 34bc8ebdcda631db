/** A run of consecutive valid records, decoded and split together. */
import { decodeRecord, decodeRun } from "./decode.ts";
import type { Decoded } from "./decode.ts";
import type { Units } from "./scan.ts";
import { splitRecords } from "./split.ts";
import type { Delimiter } from "./types.ts";

export class Run {
  froms: number[] = [];
  tos: number[] = [];
  lines: number[] = [];
  kinds: number[] = [];
}

export interface RunRecords {
  texts: string[];
  /** Untrimmed fields; null where a text turns out not to be a single record. */
  rows: (string[] | null)[];
  /** For all records together, or for each. */
  encodings: Decoded["as"] | Decoded["as"][];
  hasNul: boolean;
}

export function readRun(units: Units, run: Run, delimiter: Delimiter): RunRecords {
  const n = run.froms.length, from = run.froms[0] as number;
  const decoded = decodeRun(units.subarray(from, run.tos[n - 1] as number));
  const { texts, encodings } = decoded
    ? { texts: cutTexts(units, run, decoded), encodings: decoded.as }
    : eachText(units, run);
  return {
    texts,
    rows: splitRecords(texts, run.kinds, delimiter),
    encodings,
    hasNul: decoded ? decoded.text.includes("\0") : true,
  };
}

function cutTexts(units: Units, run: Run, decoded: Decoded): string[] {
  const { text } = decoded;
  if (decoded.as !== "utf-8") {
    // One unit is one character, so that positions are the same in both.
    const from = run.froms[0] as number;
    return run.froms.map((start, k) => text.slice(start - from, (run.tos[k] as number) - from));
  }
  // As many lines as records: no record has two, and there is no blank line between them.
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length === run.froms.length) return lines;
  return eachText(units, run).texts;
}

function eachText(units: Units, run: Run): { texts: string[]; encodings: Decoded["as"][] } {
  const each = run.froms.map((start, k) => decodeRecord(units.subarray(start, run.tos[k])));
  return { texts: each.map((d) => d.text), encodings: each.map((d) => d.as) };
}
