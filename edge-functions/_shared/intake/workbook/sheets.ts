// Which sheet of a workbook is meant.
import type { Book, Sheet } from "./book.ts";

/** The message says which sheets there are. */
export class SheetUnclear extends Error {
  override name = "SheetUnclear";
}

/** The sheet of that name, or without a name the only visible one with data. `file` names the workbook in messages. */
export async function chooseSheet(book: Book, file: string, wanted: string | null): Promise<Sheet> {
  const names = book.sheets.map(({ name, hidden }) => hidden ? `${name} (hidden)` : name).join(
    ", ",
  );
  if (wanted !== null) {
    const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
    const found = book.sheets.find(({ name }) => name === wanted) ??
      book.sheets.find(({ name }) => same(name, wanted));
    if (!found) throw new SheetUnclear(`${file} has no sheet ${wanted}; its sheets: ${names}`);
    return found;
  }
  const filled: Sheet[] = [];
  for (const sheet of book.sheets) {
    if (!sheet.hidden && await book.hasData(sheet)) filled.push(sheet);
  }
  if (filled.length === 1) return filled[0]!;
  throw new SheetUnclear(
    filled.length === 0
      ? `no visible sheet of ${file} has data; its sheets: ${names}`
      : `${file} has several sheets with data; choose one with --sheet: ` +
        filled.map(({ name }) => name).join(", "),
  );
}
