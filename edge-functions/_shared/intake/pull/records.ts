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
  /** Joined only where a part may be cut, so that each byte is copied a few times at most. */
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let next = partBytes;
  let header: Uint8Array | null = null;
  let total = 0;

  const take = (bytes: Uint8Array, end: number): CutPart => {
    const piece = bytes.subarray(0, end);
    // A copy, so that the rest of a part does not keep the whole of it.
    waiting = [bytes.slice(end)];
    waitingBytes = bytes.length - end;
    next = partBytes;
    const csv = header ? joined([header, piece]) : piece;
    header ??= piece.slice(0, (border(piece, "first") ?? piece.length - 1) + 1);
    return { csv, rows: countRecords(csv) };
  };
  return {
    push(chunk: Uint8Array): CutPart[] {
      total += chunk.length;
      if (total > MOST_BYTES) throw new PullRefused(`the file has more than ${MOST_BYTES} bytes`);
      waiting.push(chunk);
      waitingBytes += chunk.length;
      const parts: CutPart[] = [];
      while (waitingBytes >= next) {
        const bytes = joined(waiting);
        // Where a part ends depends on the content only, not on the pieces in which it comes: a worker that continues
        // counts parts.
        const end = border(bytes.subarray(0, partBytes), "last") ?? border(bytes, "first");
        if (end !== undefined) {
          parts.push(take(bytes, end + 1));
          continue;
        }
        if (waitingBytes > 4 * partBytes) {
          throw new PullRefused("a record of the file has no end");
        }
        waiting = [bytes];
        next = waitingBytes + partBytes;
      }
      return parts;
    },
    end(): CutPart[] {
      return waitingBytes > 0 ? [take(joined(waiting), waitingBytes)] : [];
    },
  };
}

/** The first or last line end that is not quoted; `bytes` begins with a record. */
function border(bytes: Uint8Array, which: "first" | "last"): number | undefined {
  if (!bytes.includes(QUOTE)) {
    const at = which === "first" ? bytes.indexOf(LF) : bytes.lastIndexOf(LF);
    return at < 0 ? undefined : at;
  }
  let found: number | undefined;
  let quoted = false;
  for (let k = 0; k < bytes.length; k++) {
    if (bytes[k] === QUOTE) quoted = !quoted;
    else if (bytes[k] === LF && !quoted) {
      found = k;
      if (which === "first") break;
    }
  }
  return found;
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
