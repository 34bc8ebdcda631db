import { writeXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import { fileWith, textRow } from "../../support/workbook.ts";
import { readBook, readFileAsCsv } from "./support.ts";

/** One cell in a row below a header, read back. */
async function cell(xml: string, formats: string[] = [], date1904 = false): Promise<string> {
  const rows = textRow(1, ["Address", "Value"]) + `<row r="2"><c r="A2"><v>1</v></c>${xml}</row>`;
  const { lines } = await readBook({ sheets: [{ name: "A", rows }], formats, date1904 });
  return lines[1]!.slice(2);
}
const number = (stored: string, format?: string) =>
  cell(`<c r="B2" s="1"><v>${stored}</v></c>`, format === undefined ? ["General"] : [format]);

describe("numbers", () => {
  test.each([
    ["1.234567890123E+12", "1234567890123"],
    ["1234567890123", "1234567890123"],
    ["7.0255501E9", "7025550100"],
    ["12.300000000000001", "12.3"],
    ["0.1", "0.1"],
    ["-5", "-5"],
    ["1E-7", "0.0000001"],
    ["1E+20", "100000000000000000000"],
  ])("%s is %s, whatever the format shows", async (stored, text) => {
    expect(await number(stored)).toBe(text);
    expect(await number(stored, "0.00E+00")).toBe(text);
    expect(await number(stored, "#,##0.00")).toBe(text);
  });

  test.each([
    ["1234", "00000", "01234"],
    ["12340567", "00000\\-0000", "01234-0567"],
    ["123456789", "000-00-0000", "123-45-6789"],
    ["7025550100", "\\(000\\)\\ 000\\-0000", "(702) 555-0100"],
    ["7025550100", "[<=9999999]###-####;(###) ###-####", "7025550100"],
    ["12", "000;[Red]-000", "012"],
    ["123456", "00000", "123456"],
    ["5", '"No. "000', "5"],
    ["5", "0", "5"],
    ["102030045", "000\\.00\\.0000", "102.03.0045"],
  ])("%s with the format %s is %s", async (stored, format, text) => {
    expect(await number(stored, format)).toBe(text);
  });
});

describe("dates", () => {
  test.each([
    ["44927", "m/d/yyyy", "2023-01-01"],
    ["44927.5", "yyyy-mm-dd hh:mm", "2023-01-01T12:00:00"],
    ["0.75", "h:mm AM/PM", "18:00:00"],
    ["1", "d-mmm-yy", "1900-01-01"],
    ["59", "d-mmm-yy", "1900-02-28"],
    ["61", "d-mmm-yy", "1900-03-01"],
    ["44927", "[$-409]mmmm\\ d\\,\\ yyyy;@", "2023-01-01"],
    ["1.5", "[h]:mm", "1.5"],
    ["99999999", "m/d/yyyy", "99999999"],
    ["-1", "m/d/yyyy", "-1"],
  ])("%s with the format %s is %s", async (stored, format, text) => {
    expect(await number(stored, format)).toBe(text);
  });

  test("count from 1904 where the workbook says so", async () => {
    expect(await cell('<c r="B2" s="1"><v>43465</v></c>', ["m/d/yyyy"], true)).toBe("2023-01-01");
  });

  test("stored as ISO text stay", async () => {
    expect(await cell('<c r="B2" t="d"><v>2023-01-01T00:00:00</v></c>')).toBe("2023-01-01");
  });
});

describe("texts", () => {
  test.each([
    ['<c r="B2" t="inlineStr"><is><t>00123</t></is></c>', "00123"],
    ['<c r="B2" t="inlineStr"><is><r><t>Ann </t></r><r><t>Roe</t></r></is></c>', "Ann Roe"],
    ['<c r="B2" t="inlineStr"><is><t>1 Oak St&#10;Unit 2</t></is></c>', "1 Oak St Unit 2"],
    ['<c r="B2" t="inlineStr"><is><t>a_x000D_b</t></is></c>', "a b"],
    ['<c r="B2" t="inlineStr"><is><t>Roe, "Ann"</t></is></c>', '"Roe, ""Ann"""'],
    ['<c r="B2" t="str"><f>A1&amp;B1</f><v>joined</v></c>', "joined"],
    ['<c r="B2"><f>1+1</f><v>2</v></c>', "2"],
    ['<c r="B2" t="b"><v>1</v></c>', "TRUE"],
  ])("%s", async (xml, text) => {
    expect(await cell(xml)).toBe(text);
  });

  test("are shared between cells, without their pronunciation", async () => {
    const { lines } = await readBook({
      strings: "<si><t>Address</t></si><si><t>Owner</t></si><si><r><t>Ann</t></r>" +
        "<rPh sb='0' eb='1'><t>an</t></rPh><r><t xml:space='preserve'> Roe</t></r></si>",
      sheets: [{
        name: "A",
        rows: '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>' +
          '<row><c t="inlineStr"><is><t>1 Oak St</t></is></c><c t="s"><v>2</v></c></row>',
      }],
    });
    expect(lines).toEqual(["Address,Owner", "1 Oak St,Ann Roe"]);
  });

  test("that are missing are said: errors, and formulas without a result", async () => {
    const { lines, notes } = await readBook({
      sheets: [{
        name: "A",
        rows: textRow(1, ["Address", "Value"]) +
          '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row>' +
          '<row r="3" hidden="1"><c r="A3"><v>1</v></c><c r="B3"><f>A3</f></c></row>',
      }],
    });
    expect(lines.slice(1)).toEqual(["1,", "1,"]);
    expect(notes).toEqual([
      "A: 1 hidden row read like the others",
      "A: 1 cell with an error such as #N/A read as empty",
      "A: 1 formula without a stored result read as empty: open the workbook in Excel and save it",
    ]);
  });
});

test("a workbook of another library reads the same", async () => {
  const bytes = await writeXlsx({
    sheets: [{
      name: "Owners",
      columns: [
        { header: "Address", key: "a" },
        { header: "Zip", key: "z", numFmt: "00000" },
        { header: "Parcel", key: "p" },
        { header: "Sale Date", key: "d", numFmt: "mm/dd/yyyy" },
      ],
      data: [{ a: "1 Oak St", z: 1234, p: 1234567890123, d: new Date(Date.UTC(2023, 0, 31)) }],
    }],
  });
  const { lines } = await readFileAsCsv(await fileWith("owners.xlsx", bytes));
  expect(lines).toEqual([
    "Address,Zip,Parcel,Sale Date",
    "1 Oak St,01234,1234567890123,2023-01-31",
  ]);
});
