// A sheet as CSV. Line n is row n of the sheet, so that the line numbers of rejects and warnings are those that Excel
// shows: rows without values are blank lines, and no cell has a line break.
import { readHead } from "./header.ts";
import { HEAD_ROWS, type Merge } from "./merges.ts";
import type { SheetRow } from "./rows.ts";

export interface HeadNotes {
  titles: number[];
  headerRows: number;
  headerEnd: number;
}

export async function* csvOf(
  batches: AsyncIterable<SheetRow[]>,
  merges: readonly Merge[],
  said: (notes: HeadNotes) => void,
): AsyncGenerator<Uint8Array> {
  let head: SheetRow[] | null = [];
  let line = 1;
  let width = 0;
  const write = (rows: readonly SheetRow[]): Uint8Array => {
    let out = "";
    for (const { number, cells } of rows) {
      // Rows are in order; one that is not cannot have a line of its own.
      if (number > line) {
        out += "\n".repeat(number - line);
        line = number;
      }
      for (let column = 0; column < Math.max(width, cells.length); column++) {
        if (column > 0) out += ",";
        out += quoted(cells[column] ?? "");
      }
      out += "\n";
      line++;
    }
    return Buffer.from(out);
  };
  const begin = (rows: SheetRow[]): Uint8Array => {
    const found = readHead(rows, merges);
    width = found.width;
    said(found);
    return write(found.rows);
  };
  for await (const rows of batches) {
    if (!head) yield write(rows);
    else {
      head.push(...rows);
      if (head.length < HEAD_ROWS) continue;
      yield begin(head);
      head = null;
    }
  }
  if (head && head.length > 0) yield begin(head);
}

function quoted(value: string): string {
  return /[",]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
