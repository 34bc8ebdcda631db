import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const seed = readFileSync(join(root, "sql", "40_gate", "13_gate_rules_data.sql"), "utf8");
const docs = readFileSync(join(root, "docs", "gate.md"), "utf8");
const rules = [...seed.matchAll(/^ {2}\('([a-z_]+)', '([a-z_]+)', '/gm)].map(([, rule]) => rule);

test("docs/gate.md says plainly that it is not legal advice", () => {
  expect(docs.split("\n").slice(0, 4).join(" ")).toContain("not legal advice");
});

test("docs/gate.md names every reason of the gate, and none that is none", () => {
  expect(rules.length).toBeGreaterThan(50);
  const table = docs.slice(docs.indexOf("## Reasons"));
  const named = [...table.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, rule]) => rule);
  expect(named.toSorted()).toEqual(rules.toSorted());
});
