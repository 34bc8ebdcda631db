import { describe, expect, test } from "vitest";
import { fileWith, packageOf, textRow, zipOf } from "../../support/workbook.ts";
import { readBook, readFileAsCsv } from "./support.ts";

const data = textRow(1, ["Address", "Zip"]) + textRow(2, ["1 Oak St", "89101"]);
const other = textRow(1, ["Address", "Zip"]) + textRow(2, ["2 Elm St", "89102"]);

describe("the sheet", () => {
  test("is the only visible one with data", async () => {
    const { lines, name } = await readBook({
      sheets: [
        { name: "Empty", rows: "" },
        { name: "Styled", rows: '<row r="1"><c r="A1" s="1"/></row>' },
        { name: "Old", rows: other, state: "hidden" },
        { name: "Very old", rows: other, state: "veryHidden" },
        { name: "Owners", rows: data },
      ],
    });
    expect(lines[1]).toBe("1 Oak St,89101");
    expect(name).toBe("book.xlsx (Owners)");
  });

  test("must be named where several have data; the error lists them", async () => {
    const sheets = [{ name: "Owners", rows: data }, { name: "Tenants", rows: other }];
    await expect(readBook({ sheets })).rejects.toThrow(
      "several sheets with data; choose one with --sheet: Owners, Tenants",
    );
    expect((await readBook({ sheets }, "Tenants")).lines[1]).toBe("2 Elm St,89102");
    expect((await readBook({ sheets }, " tenants")).lines[1]).toBe("2 Elm St,89102");
    await expect(readBook({ sheets }, "Renters")).rejects.toThrow(
      "has no sheet Renters; its sheets: Owners, Tenants",
    );
  });

  test("may be hidden where it is named", async () => {
    const sheets = [{ name: "A", rows: data }, {
      name: "B",
      rows: other,
      state: "hidden" as const,
    }];
    expect((await readBook({ sheets }, "B")).lines[1]).toBe("2 Elm St,89102");
    await expect(readBook({ sheets: [{ name: "A", rows: "" }, sheets[1]!] })).rejects.toThrow(
      "no visible sheet of",
    );
  });

  test("makes an upload of its own: its name is part of the digest", async () => {
    const sheets = [{ name: "A", rows: data }, { name: "B", rows: other }];
    const [a, again, b] = await Promise.all([
      readBook({ sheets }, "A"),
      readBook({ sheets }, "A"),
      readBook({ sheets }, "B"),
    ]);
    expect(a.digest).toBe(again.digest);
    expect(a.digest).not.toBe(b.digest);
  });
});

test("line n is row n of the sheet, with gaps, empty rows and line breaks in cells", async () => {
  const { lines } = await readBook({
    sheets: [{
      name: "A",
      rows: textRow(2, ["Address", "Owner", "Zip"]) + textRow(3, ["1 Oak\nSt", null, "89101"]) +
        '<row r="4"><c r="A4" s="1"/></row>' + textRow(7, ["2 Elm St"]),
    }],
  });
  expect(lines).toEqual(["", "Address,Owner,Zip", "1 Oak St,,89101", "", "", "", "2 Elm St,,"]);
});

test("element prefixes, a byte order mark, and rows and cells without a number are read", async () => {
  const files = packageOf({ sheets: [{ name: "A", rows: "" }] });
  const inline = (text: string) => `<x:c t="inlineStr"><x:is><x:t>${text}</x:t></x:is></x:c>`;
  files["xl/worksheets/sheet0.xml"] = `\ufeff<?xml version="1.0" encoding="utf-8"?>` +
    `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>` +
    `<x:row>${inline("Address")}${inline("Zip")}</x:row><x:row>${
      inline("1 Oak St")
    }<x:c><x:v>89101</x:v></x:c></x:row>` +
    "</x:sheetData></x:worksheet>";
  delete files["xl/styles.xml"];
  const { lines } = await readFileAsCsv(await fileWith("book.xlsx", zipOf(files)));
  expect(lines).toEqual(["Address,Zip", "1 Oak St,89101"]);
});
