// The header of a sheet: titles above it are left out, and a header in several rows of merged cells becomes one row.
import { isKnownHeader } from "../csv/synonyms.ts";
import type { Merge } from "./merges.ts";
import type { SheetRow } from "./rows.ts";

export interface Head {
  /** From the header on; its number is that of its last row. */
  rows: SheetRow[];
  /** Rows with text above the header, which are left out. */
  titles: number[];
  /** Columns up to the last one with a value in these rows. */
  width: number;
  /** Rows that became the header, and the number of the last of them. */
  headerRows: number;
  headerEnd: number;
}

const MAX_HEADER_ROWS = 4;
/** Words that say nothing about a column, in the name of a group of columns. */
const FILLER = /\b(?:information|info|details?|data)\b/gi;

export function readHead(rows: readonly SheetRow[], merges: readonly Merge[]): Head {
  const at = headerAt(rows);
  const first = rows[at];
  const titles = rows.slice(0, at).map(({ number }) => number);
  if (!first) return { rows: [], titles, width: 0, headerRows: 0, headerEnd: 0 };
  const height = heightOf(first, rows[at + 1], merges);
  const last = first.number + height - 1;
  const header = rows.slice(at).filter(({ number }) => number <= last);
  const body = rows.slice(at + header.length);
  const names = combine(header, first.number, last, merges);
  const kept = [{ number: last, cells: names }, ...body];
  return {
    rows: kept,
    titles,
    width: Math.max(...kept.map(({ cells }) => cells.length)),
    headerRows: header.length,
    headerEnd: last,
  };
}

/** The first row with two values, where those above it are titles and not the rows of a list with one column. */
function headerAt(rows: readonly SheetRow[]): number {
  const several = rows.filter(({ cells }) => cells.filter(Boolean).length > 1);
  const [first] = several;
  if (!first) return 0;
  if (isNamed(first)) return rows.indexOf(first);
  return !isNamed(rows[0]!) && several.length * 2 >= rows.length ? rows.indexOf(first) : 0;
}

function isNamed({ cells }: SheetRow): boolean {
  return cells.some((cell) => cell !== "" && isKnownHeader(cell));
}

/** Rows of the header: as many as a merged cell that starts in it, or two where it groups named columns. */
function heightOf(first: SheetRow, next: SheetRow | undefined, merges: readonly Merge[]): number {
  const own = merges.filter(({ top }) => top === first.number);
  const height = Math.max(1, ...own.map(({ top, bottom }) => bottom - top + 1));
  if (height > 1) return Math.min(height, MAX_HEADER_ROWS);
  const groups = own.filter(({ left, right }) => right > left);
  if (groups.length === 0 || next?.number !== first.number + 1) return 1;
  const under = groups.flatMap(({ left, right }) => next.cells.slice(left, right + 1));
  const labels = under.filter(Boolean);
  const named = labels.length > 1 && labels.every((label) => !/\d{3}|@/.test(label)) &&
    labels.some(isKnownHeader);
  return named ? 2 : 1;
}

function combine(
  header: readonly SheetRow[],
  top: number,
  bottom: number,
  merges: readonly Merge[],
): string[] {
  const grid: string[][] = [];
  for (let number = top; number <= bottom; number++) {
    grid.push([...header.find((row) => row.number === number)?.cells ?? []]);
  }
  for (const merge of merges) {
    // What is merged down is one name, in its first row; what is merged across names each of its columns.
    if (merge.top < top || merge.top > bottom || merge.right === merge.left) continue;
    const row = grid[merge.top - top]!;
    for (let column = merge.left; column <= merge.right; column++) {
      row[column] = row[merge.left] ?? "";
    }
  }
  const width = Math.max(...grid.map((row) => row.length));
  return Array.from({ length: width }, (_, column) => {
    const names = grid.map((row) => row[column] ?? "").filter(Boolean);
    if (names.length < 2) return names[0] ?? "";
    const group = names.slice(0, -1).map((name) => name.replace(FILLER, " ").trim());
    return [...new Set([...group, names.at(-1)!])].join(" ").replace(/\s+/g, " ").trim();
  });
}
