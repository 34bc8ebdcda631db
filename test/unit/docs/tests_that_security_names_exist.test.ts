import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../../scripts/dev/paths.ts";

test("every test that docs/security.md names exists", () => {
  const page = readFileSync(join(root, "docs/security.md"), "utf8");
  const named = [...new Set(page.match(/(?<=`)test\/[\w/.]+(?=`)/g))];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
