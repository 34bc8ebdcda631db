/**
 * Text of records to fields. A record without any quote needs no parser. All others go to csv-parse,
 * strict wherever the scanner found valid quotes, in one call for all of one kind. If it finds another
 * number of records than the scanner did, each is parsed alone, and one that still differs is a reject.
 */
import { parse } from "csv-parse/sync";
import { PADDED_QUOTE, QUOTED, STRAY_QUOTE } from "./scan.ts";
import type { Delimiter } from "./types.ts";

/** Fields of each text, untrimmed; null where the text is not a single record. */
export function splitRecords(
  texts: readonly string[],
  kinds: readonly number[],
  delimiter: Delimiter,
): (string[] | null)[] {
  const out = new Array<string[] | null>(texts.length);
  const quoted = new Map<number, number[]>();
  for (let k = 0; k < texts.length; k++) {
    const kind = kinds[k] as number;
    if ((kind & (QUOTED | STRAY_QUOTE)) === 0) {
      out[k] = (texts[k] as string).split(delimiter);
    } else {
      const same = quoted.get(kind);
      if (same) same.push(k);
      else quoted.set(kind, [k]);
    }
  }
  for (const [kind, records] of quoted) {
    const together = parseText(records.map((k) => texts[k]).join("\n"), kind, delimiter);
    if (together?.length === records.length) {
      records.forEach((k, n) => out[k] = together[n] as string[]);
      continue;
    }
    for (const k of records) {
      const alone = parseText(texts[k] as string, kind, delimiter);
      out[k] = alone?.length === 1 ? alone[0] as string[] : null;
    }
  }
  return out;
}

function parseText(text: string, kind: number, delimiter: Delimiter): string[][] | null {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: "\n",
      relax_column_count: true,
      relax_quotes: (kind & STRAY_QUOTE) !== 0,
      trim: (kind & PADDED_QUOTE) !== 0,
    });
  } catch {
    return null;
  }
}

/** Trims blanks at both ends, including the no-break space of spreadsheets. */
export function trimField(value: string): string {
  const n = value.length;
  if (n === 0) return value;
  const a = value.charCodeAt(0), b = value.charCodeAt(n - 1);
  return a <= 32 || b <= 32 || a >= 160 || b >= 160 ? value.trim() : value;
}
