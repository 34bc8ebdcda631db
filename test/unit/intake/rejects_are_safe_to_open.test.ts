import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  mapRow,
  rejectsCsv,
  resolveMapping,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import { unguard } from "../../../edge-functions/_shared/intake/csv/repair.ts";
import { read } from "./support.ts";

const headers = ["Address", "City", "Note"];
const write = (raw: string[], detail: string | null = "why") =>
  [...rejectsCsv(headers, [{ line: 7, reason: "too_few_fields", detail, raw }])].join("");

describe("the file of rejects", () => {
  it("has the original columns, then line, reason and detail", () => {
    expect(write(["1 Elm St", "Mesa", 'a "b", c'])).toBe(
      'Address,City,Note,line,reason,detail\r\n1 Elm St,Mesa,"a ""b"", c",7,too_few_fields,why\r\n',
    );
  });

  it("names values after the last column in the detail", () => {
    expect(write(["1", "2", "3", "4", "=5"], null)).toContain(
      `1,2,3,7,too_few_fields,"Values after the last column: 4,'=5"`,
    );
  });

  it("neutralises formulas, also in headers and in numbers", () => {
    for (const cell of ["=1+1", "+1 602 555 0101", "-5", "@SUM(A1)", "\t=1", "\r=1", "＝1"]) {
      const text = write([cell, "x", "y"]);
      expect(text.split("\r\nAddress")[0]).toMatch(/\r\n"?'/);
    }
    expect([...rejectsCsv(["=cmd()"], [])].join("")).toMatch(/^'=cmd\(\),line/);
  });

  it("neutralises formulas behind marks that nobody sees, and reads them back", () => {
    for (const mark of ["\ufeff", "\u200b", "\u200e\u2060", "\u00ad"]) {
      // A file that begins with two byte order marks has one in its first header.
      expect([...rejectsCsv([`${mark}=cmd()`], [])].join("").startsWith(`'${mark}=`)).toBe(true);
      const given = `${mark}=cmd()`;
      expect(write([given, "Mesa", "x"])).toContain(`\r\n'${given},Mesa`);
      expect(unguard(`'${given}`)).toBe(given);
    }
  });

  it("has no cell that begins with a formula, and every value can be read back (property)", async () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(fc.constantFrom("=", "＝", "+", "-", "@", '"', ",", "\n", "\t", "x", "'"))
        .map((parts) => parts.join("")),
    ).map((v) => v.replaceAll("\0", "").trim());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(value, value, value), { maxLength: 5 }), async (rows) => {
        const text = [
          ...rejectsCsv(headers, rows.map((raw, k) => ({ line: k, reason: "x", detail: "", raw }))),
        ].join("");
        const csv = await read(text);
        expect(csv.rejects).toEqual([]);
        for (const cell of csv.rows.flat()) expect(cell).not.toMatch(/^[=+\-@＝＋－＠\t\r]/);
        const bare = csv.rows.map((row) =>
          row.slice(0, 3).map((v) => v.replace(/^'(?=[=+\-@＝＋－＠])/, ""))
        );
        const given = rows.map((row) => row.map((v) => v.replace(/^'(?=[=+\-@＝＋－＠])/, "")));
        expect(bare).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it("can be corrected and sent again: its own columns are not kept", async () => {
    const csv = await read(write(["'1 Elm St", "Mesa", "-5"]));
    const row = mapRow(csv.rows[0] ?? [], resolveMapping(csv.headers), { line: 2 });
    expect(row.attributes).toEqual({ Note: "-5" });
  });
});
