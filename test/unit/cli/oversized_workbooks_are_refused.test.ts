// A small archive can unpack to any size.
import { expect, test } from "vitest";
import { fileWith, packageOf, textRow, zipOf } from "../../support/workbook.ts";
import { readFileAsCsv } from "./support.ts";

const book = (xml: string, strings?: string) => {
  const rows = textRow(1, ["Address"]) + textRow(2, ["1 Oak St, 89101"]) + xml;
  return fileWith("book.xlsx", zipOf(packageOf({ sheets: [{ name: "A", rows }], strings })));
};
const long = "A".repeat(9 << 20);

test.each([
  ["a cell", `<row r="3"><c r="A3" t="inlineStr"><is><t>${long}</t></is></c></row>`, undefined],
  ["an attribute", `<row r="3" x="${long}"/>`, undefined],
  ["a comment", `<!--${long}-->`, undefined],
  ["a shared text", "", `<si><t>${long}</t></si>`],
])("%s with more text than a cell can have", async (_, xml, strings) => {
  await expect(readFileAsCsv(await book(xml, strings))).rejects.toThrow(
    "the workbook is damaged: one value has more than 8 MiB",
  );
});

test("elements within each other without end", async () => {
  await expect(readFileAsCsv(await book("<a>".repeat(5000)))).rejects.toThrow(
    "the workbook is damaged: too many elements within each other",
  );
});

test("many small texts are no reason", async () => {
  const rows = Array.from({ length: 400 }, (_, k) => textRow(k + 3, ["B".repeat(30_000)])).join("");
  expect((await readFileAsCsv(await book(rows))).lines.length).toBeGreaterThan(400);
});
