import fc from "fast-check";
import { expect, test } from "vitest";
import { openCsv } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { textRow } from "../../support/workbook.ts";
import { readBook } from "./support.ts";

// Any text that XML can hold; the reader trims values, and blanks within a line are one.
const cell = fc.oneof(
  fc.constant(null),
  fc.constantFrom("0", "007", '"', "a,b", " x ", "a\nb", "=1+1", "Zoë", "1.23E+12", "_x0041_"),
  fc.string({ maxLength: 12, unit: fc.constantFrom(..."aZ0 ,;\"'|\t\n-é漢") }),
);
const sheet = fc.record({
  start: fc.integer({ min: 1, max: 4 }),
  rows: fc.array(
    fc.record({ gap: fc.integer({ min: 1, max: 3 }), cells: fc.array(cell, { maxLength: 5 }) }),
    { minLength: 1, maxLength: 20 },
  ),
});
const plain = (value: string | null) =>
  (value ?? "").replaceAll("_x0041_", "A").replace(/[\s]+/g, " ").trim();

// A line of dashes alone is a rule under a table, which the reader skips and counts.
const isRule = (fields: string[]) =>
  fields.filter(Boolean).length <= 2 && fields.find(Boolean)!.startsWith("---");

test("each row of a sheet but a rule of dashes is the record of its line, with the same values", async () => {
  await fc.assert(
    fc.asyncProperty(sheet, async ({ start, rows }) => {
      const header = ["Address", "City", "State", "Zip", "Owner Name"];
      let number = start;
      let xml = textRow(start, header);
      const wanted: { line: number; fields: string[] }[] = [];
      for (const { gap, cells } of rows) {
        number += gap;
        xml += textRow(number, cells);
        const fields = header.map((_, k) => plain(cells[k] ?? null));
        if (fields.some(Boolean) && !isRule(fields)) wanted.push({ line: number, fields });
      }
      const { lines } = await readBook({ sheets: [{ name: "A", rows: xml }] });
      const opened = await openCsv([new TextEncoder().encode(lines.join("\n") + "\n")]);
      if (!opened.ok) throw new Error(opened.refusal.message);
      const read: typeof wanted = [];
      for await (const records of opened.csv.batches()) {
        for (const { line, fields, reject } of records) {
          expect(reject).toBeNull();
          read.push({ line, fields: fields.map(plain) });
        }
      }
      expect(opened.csv.headers).toEqual(header);
      expect(read).toEqual(wanted);
    }),
    { numRuns: 200 },
  );
});
