// Cuts CSV into parts between records, in bounded memory. Each part begins with the header of the file.
import { PullRefused } from "./types.ts";
import { countRecords } from "./request.ts";

const PART_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 2 * 1024 * 1024 * 1024;
const LF = 10, QUOTE = 34;

export interface CutPart {
  csv: Uint8Array;
  rows: number;
}

export function openRecords(partBytes = PART_BYTES) {
  let waiting = new Uint8Array();
  let header: Uint8Array | null = null;
  let total = 0;

  const take = (end: number): CutPart => {
    const piece = waiting.slice(0, end);
    waiting = waiting.slice(end);
    const csv = header ? joined(header, piece) : piece;
    header ??= piece.slice(0, (borders(piece)[0] ?? piece.length - 1) + 1);
    return { csv, rows: countRecords(csv) };
  };
  return {
    push(chunk: Uint8Array): CutPart[] {
      total += chunk.length;
      if (total > MOST_BYTES) throw new PullRefused(`the file has more than ${MOST_BYTES} bytes`);
      waiting = joined(waiting, chunk);
      if (waiting.length < partBytes) return [];
      const last = borders(waiting).at(-1);
      if (last === undefined) {
        if (waiting.length > 4 * partBytes) {
          throw new PullRefused("a record of the file has no end");
        }
        return [];
      }
      return [take(last + 1)];
    },
    end(): CutPart[] {
      return waiting.length > 0 ? [take(waiting.length)] : [];
    },
  };
}

/** Places of the line ends that are not quoted; `waiting` always begins with a record. */
function borders(bytes: Uint8Array): number[] {
  const found: number[] = [];
  let quoted = false;
  for (let k = 0; k < bytes.length; k++) {
    if (bytes[k] === QUOTE) quoted = !quoted;
    else if (bytes[k] === LF && !quoted) found.push(k);
  }
  return found;
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
