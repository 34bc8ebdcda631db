/**
 * Text of records to fields. A record without any quote needs no parser; all others go to csv-parse
 * in one call, and unless it finds exactly the records that the scanner found, none is trusted.
 */
import { parse } from "csv-parse/sync";
import { PADDED_QUOTE, QUOTED, STRAY_QUOTE } from "./scan.ts";
import type { Delimiter } from "./types.ts";

/** Fields of each text, untrimmed; null where the text is no single record. */
export function splitRecords(
  texts: readonly string[],
  kinds: readonly number[],
  delimiter: Delimiter,
): (string[] | null)[] {
  const out = new Array<string[] | null>(texts.length);
  const quoted: number[] = [];
  let kind = 0;
  for (let k = 0; k < texts.length; k++) {
    const mine = kinds[k] as number;
    if ((mine & (QUOTED | STRAY_QUOTE)) === 0) {
      out[k] = (texts[k] as string).split(delimiter);
    } else {
      quoted.push(k);
      kind |= mine;
    }
  }
  if (quoted.length === 0) return out;
  const together = parseText(quoted.map((k) => texts[k]).join("\n"), kind, delimiter);
  if (together?.length === quoted.length) {
    quoted.forEach((k, n) => out[k] = together[n] as string[]);
  } else {
    for (const k of quoted) {
      const alone = parseText(texts[k] as string, kinds[k] as number, delimiter);
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

/** Cuts blanks at both ends; the no-break space of spreadsheets is one too. */
export function trimField(value: string): string {
  const n = value.length;
  if (n === 0) return value;
  const a = value.charCodeAt(0), b = value.charCodeAt(n - 1);
  return a <= 32 || b <= 32 || a >= 160 || b >= 160 ? value.trim() : value;
}
