import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_FIELD,
  MAX_RECORD,
  resolveMapping,
  RowMapper,
} from "../../../edge-functions/_shared/intake/csv/index.ts";
import { RecordScanner } from "../../../edge-functions/_shared/intake/csv/scan.ts";
import { DELIMITERS, encode, read, tryRead } from "./support.ts";

const H = "Address,City,Zip\n";

describe("an invalid record is rejected with its line, and reading continues", () => {
  const after = "9 Elm St,Mesa,85009\n";
  const last = ["9 Elm St", "Mesa", "85009"];

  it("too few values", async () => {
    const csv = await read(`${H}1 Elm St,Mesa\n${after}`);
    const mapper = new RowMapper(resolveMapping(csv.headers));
    const [short, whole] = csv.records.map((record) => mapper.map(record));
    expect(short).toMatchObject({
      line_no: 2,
      reject_code: "too_few_fields",
      reject_detail: "The row has 2 values; the header has 3 columns.",
      raw: ["1 Elm St", "Mesa"],
    });
    expect(whole).toMatchObject({ reject_code: null, raw: last });
  });

  it("too many values", async () => {
    const csv = await read(`${H}1 Elm St,Mesa,85001,x\n${after}`);
    expect(csv.rejects).toEqual([
      { line: 2, code: "too_many_fields", fields: ["1 Elm St", "Mesa", "85001", "x"] },
    ]);
    expect(csv.rows).toEqual([last]);
  });

  it("but empty values after the last column are dropped", async () => {
    const csv = await read(`${H}1 Elm St,Mesa,85001,, \n${after}`);
    expect(csv.rejects).toEqual([]);
    expect(csv.rows).toEqual([["1 Elm St", "Mesa", "85001"], last]);
  });

  it("but columns without a name at the right edge may be missing", async () => {
    const csv = await read(`Address,City,,\n1 Elm St,Mesa\n2 Elm St,Mesa,,\n`);
    expect(csv.rejects).toEqual([]);
    expect(csv.rows).toEqual([["1 Elm St", "Mesa", "", ""], ["2 Elm St", "Mesa", "", ""]]);
  });

  it("an unclosed quote costs its own line only", async () => {
    const text =
      `${H}"1 Elm St,Mesa,85001\n2 Elm St,Mesa,85002\n"3 Elm St","Mesa","85003"\n${after}`;
    const csv = await read(text);
    expect(csv.rejects).toEqual([
      { line: 2, code: "unclosed_quote", fields: ['"1 Elm St,Mesa,85001'] },
    ]);
    expect(csv.rows.map((r) => r[0])).toEqual(["2 Elm St", "3 Elm St", "9 Elm St"]);
  });

  it("a quote that is still open at the end of the file costs its own line only", async () => {
    const csv = await read(`${H}1 Elm St,"Mesa,85001\n2 Elm St,Mesa,85002\n${after}`);
    expect(csv.rejects).toMatchObject([{ line: 2, code: "unclosed_quote" }]);
    expect(csv.rows.map((r) => r[0])).toEqual(["2 Elm St", "9 Elm St"]);
  });

  it("a quote that is not closed within 64 KiB costs its own line only", async () => {
    const many = Array.from({ length: 5000 }, (_, k) => `${k} Oak St,Mesa,85001\n`).join("");
    for (const chunk of [1000, 1 << 20]) {
      const csv = await read(`${H}1 Elm St,"Mesa,85001\n${many}${after}`, { chunk });
      expect(csv.rejects).toMatchObject([{ line: 2, code: "unclosed_quote" }]);
      expect(csv.stats.rows).toBe(5001);
      expect(csv.records.at(-1)?.line).toBe(5003);
    }
  });

  it("a value of 64 KiB passes, a longer one does not", async () => {
    const big = "x".repeat(MAX_FIELD - 1);
    const csv = await read(`${H}1,"${big}",2\n1,"${big}xx",2\n${after}`);
    expect(csv.rows).toEqual([["1", big, "2"], last]);
    expect(csv.rejects).toMatchObject([{ line: 3, code: "field_too_long" }]);
  });

  it("a line of 1 MiB passes, a longer one does not, and memory stays bounded", async () => {
    const big = "x".repeat(MAX_RECORD - 10);
    const csv = await read(`${H}1,2,${big}\n1,2,${big.repeat(5)}\n${after}`, { chunk: 65_536 });
    expect(csv.rows.map((r) => r[2]?.length)).toEqual([big.length, 5]);
    expect(csv.rejects).toMatchObject([{ line: 3, code: "record_too_long" }]);
    expect(csv.rejects[0]?.fields[0]).toHaveLength(65_536);
  });

  it("an endless line is not kept in memory", () => {
    const scanner = new RecordScanner(",");
    for (let k = 0; k < 400; k++) {
      scanner.push(encode("x".repeat(65_536)));
      expect(scanner.next()).toBe(false);
      expect(scanner.units.length).toBeLessThan(4 * MAX_RECORD);
    }
    scanner.push(encode("\n1,2\n"));
    expect([scanner.next(), scanner.fault, scanner.line]).toEqual([true, "record_too_long", 1]);
    expect([scanner.next(), scanner.fault, scanner.line]).toEqual([true, null, 2]);
  });

  it("a record of many lines over 1 MiB: each of its lines is a reject, none is lost", async () => {
    const chain = Array.from({ length: 200_000 }, () => `x","y\n`).join("");
    const csv = await read(`${H}a,"b\n${chain}`, { chunk: 65_536 });
    expect(csv.stats.received).toBe(200_001);
    expect(csv.stats.rejects).toBe(200_001);
    expect(new Set(csv.records.map((r) => r.line)).size).toBe(200_001);
  });

  it("text after a closing quote", async () => {
    const csv = await read(`${H}"1 "Elm" St",Mesa,85001\n${after}`);
    expect(csv.rejects).toMatchObject([{
      line: 2,
      code: "text_after_quote",
      fields: ['"1 "Elm" St",Mesa,85001'],
    }]);
    expect(csv.rows).toEqual([last]);
  });

  it("a NUL byte", async () => {
    const csv = await read(`${H}1 Elm\0St,Mesa,85001\n"2 Elm\0St",Mesa,85001\n${after}`);
    expect(csv.rejects).toEqual([
      { line: 2, code: "nul_byte", fields: ["1 Elm␀St", "Mesa", "85001"] },
      { line: 3, code: "nul_byte", fields: ["2 Elm␀St", "Mesa", "85001"] },
    ]);
    expect(csv.rows).toEqual([last]);
  });

  it("a row without any value", async () => {
    const csv = await read(`${H},,\n , ,""\n${after}`);
    expect(csv.rejects).toEqual([]);
    expect(csv.stats).toMatchObject({
      received: 1,
      skipped: { empty_rows: { n: 2, lines: [2, 3] } },
    });
    expect(csv.rows).toEqual([last]);
  });
});

describe("unusual but valid text is read", () => {
  it("a quote inside an unquoted value is a character", async () => {
    const csv = await read(`${H}5" pipe rd,6'2",85001\n"q","r",85002\n`);
    expect(csv.rows).toEqual([['5" pipe rd', `6'2"`, "85001"], ["q", "r", "85002"]]);
  });

  it("blanks around quotes", async () => {
    const csv = await read(`${H}1 Elm St, "Mesa, AZ" ,\t"85001"  \n`);
    expect(csv.rows).toEqual([["1 Elm St", "Mesa, AZ", "85001"]]);
  });

  it("each kind of quoting reads the same next to every other (property)", async () => {
    const cell = fc.constantFrom("a", '"a"', ' "a" ', 'a"b', '"a, ""b"""', '\f"a"', '"x\ny"', "");
    const line = fc.array(cell, { minLength: 3, maxLength: 3 }).map((cells) => cells.join(","));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (lines) => {
        const together = await read(`${H}${lines.join("\n")}`);
        const alone = await Promise.all(lines.map((one) => read(`${H}${one}`)));
        expect(together.records.map((r) => r.fields))
          .toEqual(alone.flatMap((csv) => csv.records.map((r) => r.fields)));
      }),
    );
  });

  it("blanks around values are trimmed, with a warning", async () => {
    const csv = await read(`${H} 1 Elm St ,Mesa\u00a0,85001\n2 Elm St,Mesa,85001\n`);
    expect(csv.rows[0]).toEqual(["1 Elm St", "Mesa", "85001"]);
    expect(csv.records.map((r) => r.padded)).toEqual([true, false]);
  });

  it("blank lines are counted, and lines are counted as an editor does", async () => {
    const csv = await read(`\n\n${H}\n1 Elm St,"Me\nsa",85001\n  \n2 Elm St,Mesa,85001\n\x1a`);
    expect(csv.stats).toMatchObject({ received: 2, rows: 2, blankLines: 5 });
    expect(csv.records.map((r) => r.line)).toEqual([5, 8]);
  });
});

describe("the header", () => {
  it("gets a suffix where a name comes twice, and a name where it is empty", async () => {
    const csv = await read("Phone,,Phone, City ,Phone_2\n1,2,3,4,5\n");
    expect(csv.headers).toEqual(["Phone", "column_2", "Phone_2", "City", "Phone_2_2"]);
    expect((await read("City,City,City,\n")).headers)
      .toEqual(["City", "City_2", "City_3", "column_4"]);
  });

  it("is missing when the first record is data; no row is lost then", async () => {
    const csv = await read("12 Elm St,Mesa,AZ,85001\n14 Elm St,Mesa,AZ,85001\n");
    expect(csv.headerFrom).toBe("missing");
    expect(csv.headers).toEqual(["column_1", "column_2", "column_3", "column_4"]);
    expect(csv.rows).toHaveLength(2);
  });

  it("is missing, and short rows are still rejected, in later parts too", async () => {
    const csv = await read("12 Elm St,Mesa,AZ,85001\n14 Elm St,Mesa\n");
    expect(csv.rejects).toMatchObject([{ line: 2, code: "too_few_fields" }]);
    const later = await read("16 Elm St,Mesa,AZ,85001\n18 Elm St\n", { header: csv.headers });
    expect(later.rows).toEqual([["16 Elm St", "Mesa", "AZ", "85001"]]);
    expect(later.rejects).toMatchObject([{ line: 2, code: "too_few_fields" }]);
  });

  it("may be the only record", async () => {
    expect((await read("Address,City\n")).stats.received).toBe(0);
  });

  it("of a later part is skipped when repeated, and is data when it is not", async () => {
    const header = ["Address", "City"];
    for (const text of ["Address,City\n1,x\n", "1,x\n", '"Address" ,City\r\n1,x']) {
      const csv = await read(text, { header });
      expect(csv.rows).toEqual([["1", "x"]]);
      expect(csv.headers).toEqual(header);
    }
    expect(await tryRead("City,Address\nx,1\n", { header })).toMatchObject({
      code: "header_differs",
    });
  });
});

describe("received = rows + rejects, for any input (property)", () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('"', ",", "\n", "\r\n", "\r", '""', " ", "a", "\t") },
    fc.constantFrom(";", "|", "\0", "é", "1 Elm St", "\x1a", '","', '"\n"', "\ufeff"),
    fc.string({ maxLength: 5 }),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(""));

  const check = async (bytes: Uint8Array, delimiter: string, chunk: number) => {
    const csv = await tryRead(bytes, {
      chunk,
      header: ["Address", "City", "Zip"],
      dialect: {
        encoding: "utf-8",
        bomBytes: 0,
        delimiter: delimiter as ",",
        newline: "\n",
        hasHeader: true,
        sepLine: false,
      },
    });
    if ("code" in csv) return csv;
    expect(csv.stats.received).toBe(csv.stats.rows + csv.stats.rejects);
    expect(csv.stats.received).toBe(csv.records.length);
    const lines = csv.records.map((r) => r.line);
    expect(lines).toEqual([...lines].sort((a, b) => a - b));
    expect(new Set(lines).size).toBe(lines.length);
    return csv.records;
  };

  it("text full of quotes and line ends, in any chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom(...DELIMITERS),
        fc.integer({ min: 1, max: 9 }),
        async (t, delimiter, chunk) => {
          const bytes = encode(t);
          const whole = await check(bytes, delimiter, bytes.length || 1);
          expect(await check(bytes, delimiter, chunk)).toEqual(whole);
        },
      ),
      { numRuns: 600 },
    );
  });

  it("no character of the file is lost", async () => {
    const letters = (t: string) => t.replace(/[^a-z0-9é]/g, "");
    await fc.assert(
      fc.asyncProperty(text, async (t) => {
        const found = await check(encode(t), ",", 1 << 16);
        if ("code" in found) return;
        expect(letters(found.flatMap((r) => r.fields).join(""))).toBe(letters(t));
      }),
      { numRuns: 600 },
    );
  });

  it("random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 1, max: 50 }),
        async (bytes, chunk) => {
          await check(bytes, ",", chunk);
          const sniffed = await tryRead(bytes, { chunk });
          if (!("code" in sniffed)) {
            expect(sniffed.stats.received).toBe(sniffed.stats.rows + sniffed.stats.rejects);
          }
        },
      ),
      { numRuns: 600 },
    );
  });
});
