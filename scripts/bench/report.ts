// The table: each line is a ratio to a baseline of the same run, with the absolute value.

export interface Line {
  item: number;
  what: string;
  ratio: number | null;
  /** The baseline of the ratio. */
  against: string;
  absolute: string;
  /** The goal as text, and whether it is met; null without a goal. */
  goal: string;
  met: boolean | null;
  data: Record<string, number | string | null>;
}

const columns = ["", "what", "ratio", "against", "absolute", "goal", ""];

export function printTable(lines: Line[], say: (text: string) => void): void {
  const rows = lines.map((line) => [
    String(line.item),
    line.what,
    line.ratio === null ? "" : `${line.ratio.toFixed(2)} ×`,
    line.against,
    line.absolute,
    line.goal,
    line.met === null ? "" : line.met ? "met" : "MISSED",
  ]);
  const widths = columns.map((name, at) =>
    Math.max(name.length, ...rows.map((r) => r[at]!.length))
  );
  const print = (row: string[]) =>
    say(
      row.map((text, at) => at === 2 ? text.padStart(widths[at]!) : text.padEnd(widths[at]!)).join(
        "  ",
      ).trimEnd(),
    );
  print(columns);
  print(widths.map((width) => "-".repeat(width)));
  for (const row of rows) print(row);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

export const integer = (value: number) => Math.round(value).toLocaleString("en-US");
export const seconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} s`;
export const sizeName = (rows: number) => rows >= 1e6 ? `${rows / 1e6}M` : `${rows / 1e3}k`;
