/** The current row: finds and repairs values, keeps unused ones, and records warnings. */
import {
  cutDecimals,
  isEmptyNumber,
  isFiller,
  isNamePlaceholder,
  isPlaceholder,
} from "./repair.ts";
import { isScientific, oneLine, readExactScientific, unguard } from "./repair.ts";
import type { WarningCode } from "./types.ts";

export class Cells {
  fields: readonly string[] = [];
  warnings: WarningCode[] | null = null;
  /** Values not used for their field, by their header: they become attributes. */
  kept: Record<string, string> | null = null;
  private readonly headers: readonly string[];

  constructor(headers: readonly string[]) {
    this.headers = headers;
  }

  begin(fields: readonly string[]): void {
    this.fields = fields;
    this.warnings = null;
    this.kept = null;
  }

  warn(code: WarningCode): void {
    if (!this.warnings) this.warnings = [code];
    else if (!this.warnings.includes(code)) this.warnings.push(code);
  }

  value(column: number): string {
    return this.fields[column] ?? "";
  }

  keep(column: number): void {
    (this.kept ??= {})[this.headers[column] as string] = this.value(column);
  }

  /** The first of the columns that is not empty, or -1; other values are kept as attributes. */
  pick(columns: readonly number[], isEmpty: (value: string) => boolean): number {
    let first = -1;
    for (let k = 0; k < columns.length; k++) {
      const column = columns[k] as number;
      const value = this.value(column);
      if (value === "" || isEmpty(value)) continue;
      if (first < 0) first = column;
      else if (value !== this.fields[first]) this.keep(column);
    }
    return first;
  }

  /** Warns where `pick` found nothing but a filler: `N/A`, `unknown`, zeros. */
  warnOfFiller(columns: readonly number[], code: WarningCode): void {
    for (const column of columns) if (isFiller(this.value(column))) return this.warn(code);
  }

  /** Unwraps `="01234"` and `'+1…`. */
  plain(value: string): string {
    const first = value.charCodeAt(0);
    if (first !== 39 && first !== 61) return value;
    const open = unguard(value);
    if (open === null) return value;
    if (first === 61) this.warn("excel_text");
    return open.trim();
  }

  text(columns: readonly number[]): string | null {
    if (columns.length === 0) return null;
    const column = this.pick(columns, isPlaceholder);
    return column < 0 ? null : oneLine(this.plain(this.value(column)));
  }

  name(columns: readonly number[]): string | null {
    if (columns.length === 0) return null;
    const column = this.pick(columns, isNamePlaceholder);
    return column < 0 ? null : oneLine(this.plain(this.value(column)));
  }

  /** An identifier of digits that a spreadsheet may have damaged. */
  number(columns: readonly number[]): string | null {
    if (columns.length === 0) return null;
    const column = this.pick(columns, isEmptyNumber);
    return column < 0 ? null : this.intact(column);
  }

  /** Undoes `2029580065.00`; gives up on `2.03E+09`, whose digits are lost. */
  intact(column: number): string | null {
    const value = this.plain(this.value(column));
    const whole = cutDecimals(value);
    if (whole !== null) {
      this.warn("number_artifact");
      return whole;
    }
    if (isScientific(value)) {
      const exact = readExactScientific(value);
      if (exact !== null) {
        this.warn("number_artifact");
        return exact;
      }
      this.warn("scientific_notation");
      this.keep(column);
      return null;
    }
    return value === "" ? null : value;
  }
}
