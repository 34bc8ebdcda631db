// Merged cells. They are listed after all rows of a sheet, but a merged header has to be known before the first row:
// so the sheet is decompressed once only to find them, without being parsed.
import { columnOf } from "./rows.ts";
import { UnreadableFile } from "./unreadable.ts";

export interface Merge {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** A header is looked for in these rows. */
export const HEAD_ROWS = 200;
/** A head of so many merged cells is none that a person can read. */
const MAX_MERGES = 50_000;

const TAG = /<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Za-z]+\d+):([A-Za-z]+\d+)["']/g;
/** A tag may be cut by the end of a chunk. */
const CARRY = 200;

/** The merges that begin in the head, and how many begin below it. */
export async function findMerges(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ head: Merge[]; below: number }> {
  const head: Merge[] = [];
  let below = 0;
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([carry, chunk]);
    carry = bytes.subarray(Math.max(0, bytes.length - CARRY));
    if (!bytes.includes("mergeCell ")) continue;
    const text = bytes.toString("latin1");
    let end = 0;
    for (const match of text.matchAll(TAG)) {
      const merge = mergeOf(match[1]!, match[2]!);
      if (merge.top <= HEAD_ROWS) head.push(merge);
      else below++;
      if (head.length > MAX_MERGES) {
        throw new UnreadableFile("the workbook is damaged: its head has too many merged cells");
      }
      end = match.index + match[0].length;
    }
    carry = bytes.subarray(Math.max(end, bytes.length - CARRY));
  }
  return { head, below };
}

function mergeOf(first: string, last: string): Merge {
  return {
    top: rowOf(first),
    bottom: rowOf(last),
    left: columnOf(first),
    right: columnOf(last),
  };
}

function rowOf(reference: string): number {
  return Number(/\d+$/.exec(reference)![0]);
}
