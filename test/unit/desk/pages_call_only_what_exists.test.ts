// The desk names everything that it calls in one list; all of it is in the generated types.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FUNCTIONS } from "../../../desk/src/data/surface.ts";
import { root } from "../../../scripts/dev/paths.ts";

test("every function of the surface exists", () => {
  const types = readFileSync(join(root, "supabase", "types.gen.ts"), "utf8");
  const functions = types.slice(types.indexOf("    Functions: {"));
  expect(FUNCTIONS.length).toBeGreaterThan(50);
  expect(FUNCTIONS.filter((name) => !functions.includes(`      "${name}": {`))).toEqual([]);
});
