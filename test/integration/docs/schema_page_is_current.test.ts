import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { schemaDocument } from "../../../scripts/build/schema_page.ts";
import { root } from "../../../scripts/dev/paths.ts";

// An upgraded database has its new columns at the end of a table, so the order of lines may differ.
const lines = (page: string) => page.split("\n").sort();

test("docs/schema.md says what the database says", async () => {
  const page = readFileSync(join(root, "docs", "schema.md"), "utf8");
  expect(lines(page)).toEqual(lines(await schemaDocument()));
});
