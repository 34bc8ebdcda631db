import { expect, test } from "vitest";
import { textRow } from "../../support/workbook.ts";
import { readBook } from "./support.ts";

const read = (rows: string, merges: string[]) =>
  readBook({ sheets: [{ name: "A", rows, merges }] });

test("a title merged over the columns is left out and said", async () => {
  const { lines, notes } = await read(
    textRow(1, ["Owners"]) + textRow(3, ["Address", "Zip"]) +
      textRow(4, ["1 Oak St", "89101"]),
    ["A1:H1"],
  );
  expect(lines).toEqual(["", "", "Address,Zip", "1 Oak St,89101"]);
  expect(notes).toEqual(["A: 1 row above the header left out: 1"]);
});

test("groups above named columns are joined with them", async () => {
  const { lines, notes } = await read(
    textRow(1, ["Parcel", "Owner Information", null, "Property", null]) +
      textRow(2, [null, "First Name", "Last Name", "Address", "Zip"]) +
      textRow(3, ["123-45-678", "Ann", "Roe", "1 Oak St", "89101"]),
    ["A1:A2", "B1:C1", "D1:E1"],
  );
  expect(lines).toEqual([
    "",
    "Parcel,Owner First Name,Owner Last Name,Property Address,Property Zip",
    "123-45-678,Ann,Roe,1 Oak St,89101",
  ]);
  expect(notes).toEqual(["A: the header was put together from 2 rows"]);
});

test("a group keeps its columns apart from the owner's: an agent's phone is no owner's phone", async () => {
  const { lines } = await read(
    textRow(1, ["Property", null, "Agent", null]) +
      textRow(2, ["Address", "Zip", "Name", "Phone"]) +
      textRow(3, ["1 Oak St", "89101", "Bo", "702-555-0100"]),
    ["A1:B1", "C1:D1"],
  );
  expect(lines[1]).toBe("Property Address,Property Zip,Agent Name,Agent Phone");
});

test("a name merged over columns of data names each of them", async () => {
  const { lines } = await read(
    textRow(1, ["Address", "Phone", null]) +
      textRow(2, ["1 Oak St", "702-555-0100", "702-555-0101"]),
    ["B1:C1"],
  );
  expect(lines).toEqual(["Address,Phone,Phone", "1 Oak St,702-555-0100,702-555-0101"]);
});

test("merged cells of the data stay as they are stored, and are said", async () => {
  const { lines, notes } = await read(
    textRow(1, ["Address", "Owner"]) + textRow(2, ["1 Oak St", "Ann Roe"]) +
      textRow(3, ["2 Oak St"]),
    ["B2:B3"],
  );
  expect(lines).toEqual(["Address,Owner", "1 Oak St,Ann Roe", "2 Oak St,"]);
  expect(notes).toEqual(["A: 1 merged range below the header: only the first cell has the value"]);
});

test("a list with one column is not taken for titles because of a remark beside it", async () => {
  const emails = Array.from({ length: 20 }, (_, k) => textRow(k + 2, [`p${k}@example.com`])).join(
    "",
  );
  const { lines, notes } = await read(
    textRow(1, ["Email"]) + emails + textRow(22, ["p@example.com", "moved"]),
    [],
  );
  expect(lines).toHaveLength(22);
  expect(lines[0]).toBe("Email,");
  expect(notes).toEqual([]);
  const nameless = await read(emails + textRow(22, ["p@example.com", "moved"]), []);
  expect(nameless.lines.filter((line) => line.includes("@"))).toHaveLength(21);
});
