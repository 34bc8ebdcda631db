// The rows of a sheet, in batches, while its XML is being read.
import { UnreadableFile } from "./unreadable.ts";
import { cellText, numberText } from "./cells.ts";
import type { Formats } from "./formats.ts";
import { bounded, type Strings, TextOfItem } from "./strings.ts";
import { readXml } from "./xml.ts";

export interface SheetRow {
  /** As the sheet numbers it, from 1. */
  number: number;
  /** By column; trailing empty cells are left out. */
  cells: string[];
}

/** What the reader saw and a person should know. */
export interface SheetNotes {
  hiddenRows: number;
  /** Cells with an error such as #N/A: read as empty. */
  errors: number;
  /** Formulas without a stored result: read as empty. */
  uncalculated: number;
}

export interface SheetContext {
  strings: Strings;
  formats: Formats;
  date1904: boolean;
}

const MAX_COLUMNS = 16_384;

export async function* readRows(
  chunks: AsyncIterable<Uint8Array>,
  { strings, formats, date1904 }: SheetContext,
  notes: SheetNotes,
): AsyncGenerator<SheetRow[]> {
  let batch: SheetRow[] = [];
  let row: SheetRow | null = null;
  let number = 0;
  let column = -1;
  let type = "n";
  let style = 0;
  let formula = false;
  let inValue = false;
  let stored = "";
  const inline = new TextOfItem();

  const finishCell = () => {
    const text = textOfCell();
    if (text.trim() === "" || !row) return;
    while (row.cells.length < column) row.cells.push("");
    row.cells[column] = text;
  };
  const textOfCell = (): string => {
    if (type === "inlineStr") return cellText(inline.take());
    if (stored === "") {
      if (formula && type !== "str") notes.uncalculated++;
      return "";
    }
    switch (type) {
      case "s":
        return cellText(strings.at(Number(stored)));
      case "str":
        return cellText(stored);
      case "b":
        return stored === "1" || stored === "true" ? "TRUE" : "FALSE";
      case "e":
        notes.errors++;
        return "";
      case "d":
        return stored.replace(/T00:00:00(?:\.0+)?Z?$/, "");
      default:
        return numberText(stored, formats.at(style), date1904);
    }
  };

  const reading = readXml(chunks, {
    open(name, attributes) {
      if (name === "c") {
        column = attributes.r ? columnOf(attributes.r) : column + 1;
        type = attributes.t ?? "n";
        style = attributes.s ? Number(attributes.s) : 0;
        formula = false;
        stored = "";
      } else if (name === "v") inValue = true;
      else if (name === "f") formula = true;
      else if (name === "row") {
        number = attributes.r ? Number(attributes.r) : number + 1;
        column = -1;
        row = { number, cells: [] };
        if (attributes.hidden === "1" || attributes.hidden === "true") notes.hiddenRows++;
      } else if (type === "inlineStr") inline.open(name);
    },
    text(text) {
      if (inValue) stored = bounded(stored, text);
      else if (type === "inlineStr") inline.add(text);
    },
    close(name) {
      if (name === "v") inValue = false;
      else if (name === "c") finishCell();
      else if (name === "row") {
        if (row && row.cells.length > 0) batch.push(row);
        row = null;
      } else if (type === "inlineStr") inline.close(name);
    },
  });
  for await (const _ of reading) {
    if (batch.length === 0) continue;
    yield batch;
    batch = [];
  }
}

/** 0 for A1, 27 for AB12. */
export function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & ~0x20;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  if (column < 1 || column > MAX_COLUMNS) {
    throw new UnreadableFile(`the workbook is damaged: there is no cell ${reference}`);
  }
  return column - 1;
}
