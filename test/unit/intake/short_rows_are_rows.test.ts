import { describe, expect, it } from "vitest";
import { resolveMapping, RowMapper } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { read } from "./support.ts";

const H = "Owner Name,Property Address,City,State,Zip,Phone,Email";

async function rows(text: string) {
  const csv = await read(text);
  const mapper = new RowMapper(resolveMapping(csv.headers));
  return csv.records.map((record) => mapper.map(record));
}

describe("a row without its empty cells at the end", () => {
  it("is a row with a warning where its address is complete", async () => {
    const [whole, noEmail, noPhone, noZip] = await rows(
      `${H}\nA,1 Elm St,Mesa,AZ,85201,602-555-0101,a@example.com\nB,2 Elm St,Mesa,AZ,85201,602-555-0102\n` +
        "C,3 Elm St,Mesa,AZ,85201\nD,4 Elm St,Mesa,AZ\n",
    );
    expect(whole?.warnings).toEqual([]);
    expect(noEmail).toMatchObject({
      reject_code: null,
      zip: "85201",
      phones: [{ v: "602-555-0102" }],
      emails: [],
      warnings: ["short_row"],
    });
    expect(noPhone).toMatchObject({ reject_code: null, phones: [], warnings: ["short_row"] });
    expect(noZip).toMatchObject({ reject_code: null, zip: null, warnings: ["short_row"] });
  });

  it("is a row where its parcel number or its only contact is there", async () => {
    expect(await rows("County,APN,Address,City,State,Zip\nWashoe,111-222-01\n"))
      .toMatchObject([{ reject_code: null, apn: "111-222-01", warnings: ["short_row"] }]);
    expect(await rows("Phone,Name,Note\n602-555-0101,Al\n"))
      .toMatchObject([{ reject_code: null, warnings: ["short_row"] }]);
  });

  it("is a row where its parcel number is that of a small town", async () => {
    expect(await rows("County,APN,Address,City,State,Zip\nWashoe,4-49\nWashoe,12-3-A1\nWashoe,7\n"))
      .toMatchObject([{ reject_code: null, apn: "4-49" }, { apn: "12-3-A1" }, {
        reject_code: "too_few_fields",
      }]);
  });

  it("is rejected where a cell that it needs is missing", async () => {
    const found = await rows(`${H}\nA\nB,2 Elm St\nC,3 Elm St,Mesa\n`);
    expect(found.map((row) => row.reject_code)).toEqual(Array(3).fill("too_few_fields"));
    expect(found[1]?.raw).toEqual(["B", "2 Elm St"]);
    expect(await rows("APN,Owner,County\n111-222-01,Al\n"))
      .toMatchObject([{ reject_code: "too_few_fields" }]);
  });

  it("is rejected where its values are in the wrong columns, as after a line break", async () => {
    const found = await rows(`${H}\nA,1 Elm\nSt,Mesa,AZ,85201,602-555-0101,a@example.com\n`);
    expect(found.map((row) => row.reject_code)).toEqual(["too_few_fields", "too_few_fields"]);
  });
});
