import { describe, expect, it } from "vitest";
import { read } from "./support.ts";

const header = "Owner Name,Property Address,City,State,Zip";
const rows = ["Al,1 Elm St,Reno,NV,89501", "Bo,3 Elm St,Reno,NV,89501"];
const csv = (...lines: string[]) => `${lines.join("\n")}\n`;

describe("lines above the header are skipped and counted", () => {
  it.each([
    ["a title", ["Absentee owners"]],
    ["a title, a date and a blank row", [
      "Absentee owners,,,,",
      "Exported: 2026-11-01,,,,",
      ",,,,",
    ]],
  ])("%s", async (_, titles) => {
    const found = await read(csv(...titles, header, ...rows));
    expect(found.headers).toEqual(header.split(","));
    expect(found.rows).toEqual(rows.map((row) => row.split(",")));
    expect(found.rejects).toEqual([]);
    expect(found.stats.skipped).toMatchObject({ title_lines: { n: titles.length } });
    expect(found.records[0]?.line).toBe(titles.length + 2);
  });
  it("but not where the first line is the header", async () => {
    const found = await read(csv(header, ...rows));
    expect(found.stats.skipped).toEqual({});
    expect(found.rows).toHaveLength(2);
  });
});

describe("lines below the rows are skipped and counted", () => {
  it.each([
    "Total: 2,,,,",
    'Grand Total:,2 records,,,"$1,300"',
    "Total,2,,,",
    "Source: county,,,,",
    "Page 1 of 1,,,,",
    "2 records",
  ])(
    "%s",
    async (footer) => {
      const found = await read(csv(header, ...rows, footer));
      expect(found.rows).toHaveLength(2);
      expect(found.rejects).toEqual([]);
      expect(found.stats.skipped).toEqual({ footer_lines: { n: 1, lines: [4] } });
    },
  );
  it("but a total with words beside it is a row, and may be a reject", async () => {
    const found = await read(csv(header, "Total,see,page,two,3"));
    expect(found.stats.skipped).toEqual({});
  });
  it("but a row with an address is a row, whatever its owner is called", async () => {
    const found = await read(csv(header, "Total Wine,5 Elm St,Reno,NV,89501"));
    expect(found.rows).toHaveLength(1);
  });
});

it("many empty rows are one warning", async () => {
  const found = await read(csv(header, ...rows, ...Array.from({ length: 201 }, () => ",,,,")));
  expect(found.rejects).toEqual([]);
  expect(found.stats).toMatchObject({ received: 2, skipped: { empty_rows: { n: 201 } } });
});
