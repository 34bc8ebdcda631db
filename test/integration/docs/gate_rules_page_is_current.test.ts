import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gateRulesDocument } from "../../../scripts/build/gate_rules_page.ts";
import { root } from "../../../scripts/dev/paths.ts";

test("docs/gate_rules.md lists the rules and hours of the database", async () => {
  const document = await gateRulesDocument();
  expect(document.match(/^- `[a-z_]+`/gm)?.length).toBeGreaterThan(50);
  expect(readFileSync(join(root, "docs", "gate_rules.md"), "utf8")).toBe(document);
});
