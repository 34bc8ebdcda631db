// Rows in slices that are each one transaction, as text for COPY.
import { copyBatches, type CsvReader, type Position, type RowMapper } from "../csv/index.ts";
import type { OpenPart } from "./open_part.ts";

/** Wide rows can make a slice large although it has few rows. */
const SLICE_CHARACTERS = 6 * 1024 * 1024;

export interface Slice {
  rows: number;
  texts: string[];
  /** Length of the texts. */
  size: number;
  /** After its last row, where reading can start again. */
  position: Position | null;
}

export async function* slicesOf(
  csv: CsvReader,
  mapper: RowMapper,
  { received, position, lines }: Pick<OpenPart, "received" | "position" | "lines">,
  sliceRows: number,
): AsyncGenerator<Slice> {
  // Line numbers are those of the file: a header that a later part repeats does not count.
  const shift = csv.stats.repeatedHeaderLines;
  let skip = lines ? 0 : received - (position?.received ?? 0);
  let slice = emptySlice();
  for await (const batch of csv.batches()) {
    let wanted = batch;
    if (skip > 0) {
      wanted = batch.slice(skip);
      skip -= batch.length - wanted.length;
    }
    if (lines) wanted = wanted.filter((record) => lines.has(record.line - shift));
    const rows = wanted.map((record) => {
      const row = mapper.map(record);
      row.line_no -= shift;
      return row;
    });
    for (const text of copyBatches(rows)) {
      slice.texts.push(text);
      slice.size += text.length;
    }
    slice.rows += rows.length;
    slice.position = csv.position;
    if (slice.rows >= sliceRows || slice.size >= SLICE_CHARACTERS) {
      yield slice;
      slice = emptySlice();
    }
  }
  if (slice.rows > 0) yield slice;
}

const emptySlice = (): Slice => ({ rows: 0, texts: [], size: 0, position: null });
