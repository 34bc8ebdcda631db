import { expect, test } from "vitest";
import { openCsv, resolveMapping } from "../../../edge-functions/_shared/intake/csv/index.ts";
import type { MappingOptions } from "../../../edge-functions/_shared/intake/csv/index.ts";
import { mappingOf, storedColumns } from "../../../edge-functions/_shared/intake/stage/layout.ts";

async function read(text: string, options: MappingOptions = {}) {
  const opened = await openCsv([new TextEncoder().encode(text)]);
  if (!opened.ok) throw new Error(opened.refusal.message);
  const { csv } = opened;
  const mapping = resolveMapping(csv.headers, { sample: csv.sample, ...options });
  return { mapping, fields: mapping.columns.map((c) => c.canonical) };
}

test("an address in its usual order, contacts, and nothing else", async () => {
  const { mapping, fields } = await read(
    "Ann,Lee,12 Elm St,,Boise,ID,83702,(208) 555-0101,ann@example.com,2085550101,3\n" +
      "Bob,Ray,14 Elm St,4B,Salt Lake City,UT,84101-1234,208-555-0102,,2085550102,2\n" +
      "Cid,Day,16 Elm St,,Nampa,Idaho,3651,,cid@example.org,2085550103,\n",
  );
  const contacts = ["phone_1", "email_1", null, null];
  expect(fields).toEqual([null, null, "street", "unit", "city", "state", "zip", ...contacts]);
  expect(mapping.columns[2]).toMatchObject({ header: "column_3", how: "values" });
  expect(mapping.how.counts.values).toBe(7);
  expect(mapping.unusable).toBe(null);
});

test("which of two addresses is the property's is not guessed", async () => {
  const { fields } = await read(
    "1 Elm St,Boise,ID,83702,9 Oak St,Reno,NV,89501,a@example.com\n" +
      "2 Elm St,Boise,ID,83702,8 Oak St,Reno,NV,89501,b@example.com\n",
  );
  expect(fields).toEqual([...Array(8).fill(null), "email_1"]);
});

test("a number of ten digits is not guessed: the file is refused with advice on naming its columns", async () => {
  const { mapping, fields } = await read("4285027001,100\n4285027002,200\n");
  expect(fields).toEqual([null, null]);
  expect(mapping.unusable).toMatch(/no header row.*column_1 to column_2/);
});

test("the source's column map has priority", async () => {
  const text = "12 Elm St,Boise,ID,83702,a@example.com\n14 Elm St,Boise,ID,83702,b@example.com\n";
  const sourceMap = { column_1: "mail_street", column_5: "email_2", column_2: null };
  const { fields } = await read(text, { sourceMap });
  expect(fields).toEqual(["mail_street", null, "state", "zip", "email_2"]);
});

test("nothing is guessed in a file with a header", async () => {
  const { fields } = await read("Where,Ort,Land,Email\n12 Elm St,Boise,ID,a@example.com\n");
  expect(fields).toEqual([null, null, null, "email_1"]);
});

test("later parts use the columns of part 1, whatever their own rows look like", async () => {
  const first = await read("12 Elm St,Boise,ID,83702\n14 Elm St,Boise,ID,83702\n");
  const kept = mappingOf(JSON.parse(JSON.stringify(storedColumns(first.mapping))));
  expect(kept.columns.map((c) => c.canonical)).toEqual(first.fields);
  const guessed = new Map(first.fields.map((field, k) => [k, field as string]));
  const headers = ["column_1", "column_2", "column_3", "column_4"];
  expect(resolveMapping(headers, { sample: [["?", "?", "?", "?"]], guessed }).unusable).toBe(null);
});
