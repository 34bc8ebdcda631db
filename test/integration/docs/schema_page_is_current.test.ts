import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { schemaDocument } from "../../../scripts/build/schema_page.ts";
import { root } from "../../../scripts/dev/paths.ts";

test("docs/schema.md says what the database says", async () => {
  expect(readFileSync(join(root, "docs", "schema.md"), "utf8")).toBe(await schemaDocument());
});
