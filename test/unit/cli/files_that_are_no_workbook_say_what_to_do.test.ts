import { describe, expect, test } from "vitest";
import { openInput } from "../../../scripts/cli/input.ts";
import type { Io } from "../../../scripts/cli/io.ts";
import { fileWith, packageOf, textRow, zipOf } from "../../support/workbook.ts";
import { readFileAsCsv } from "./support.ts";

const sheets = [{ name: "A", rows: textRow(1, ["Address"]) + textRow(2, ["1 Oak St, 89101"]) }];
const ole = (...more: Uint8Array[]) =>
  Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(3000), ...more]);

describe("sluice upload refuses", () => {
  test.each([
    ["a password", ole(Buffer.from("EncryptedPackage", "utf16le")), "protected with a password"],
    ["the format before 2007", ole(), "Excel 97 to 2003 (.xls): save it as .xlsx or CSV"],
    ["another archive", zipOf({ "list.csv": "a,b" }), "a ZIP archive without a workbook"],
    ["OpenDocument", zipOf({ "mimetype": "x", "content.xml": "<x/>" }), "OpenDocument"],
    [
      "the binary format",
      zipOf({
        "_rels/.rels":
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": "x",
      }),
      "an .xlsb workbook cannot be read",
    ],
    ["a cut file", zipOf(packageOf({ sheets })).subarray(0, 900), "the workbook is damaged"],
    [
      "invalid XML",
      zipOf({
        ...packageOf({ sheets }),
        "xl/worksheets/sheet0.xml": "<worksheet><row></worksheet>",
      }),
      "the workbook is damaged",
    ],
    [
      "a missing sheet file",
      zipOf(Object.fromEntries(
        Object.entries(packageOf({ sheets })).filter(([name]) => !name.includes("sheet0")),
      )),
      "the workbook has no sheets",
    ],
  ])("%s", async (_, content, message) => {
    const file = await fileWith("book.xlsx", content);
    await expect(readFileAsCsv(file)).rejects.toThrow(message);
  });

  test("--sheet for a file that is not a workbook", async () => {
    const file = await fileWith("list.csv", Buffer.from("address,zip\n1 Oak St,89101\n"));
    await expect(readFileAsCsv(file, "A")).rejects.toThrow("--sheet is for a workbook");
    expect((await readFileAsCsv(file)).lines[1]).toBe("1 Oak St,89101");
  });

  test("a workbook on standard input", async () => {
    const stdin = [zipOf(packageOf({ sheets }))];
    const input = await openInput("-", { stdin } as unknown as Io);
    await expect(input.read()[Symbol.asyncIterator]().next()).rejects.toThrow(
      "a workbook cannot be read from a stream",
    );
  });
});

test("the name does not matter: a workbook is recognised by its content", async () => {
  const file = await fileWith("list.csv", zipOf(packageOf({ sheets })));
  expect((await readFileAsCsv(file)).lines[1]).toBe('"1 Oak St, 89101"');
});
