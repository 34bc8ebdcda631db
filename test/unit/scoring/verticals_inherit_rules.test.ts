import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRules } from "../../../edge-functions/_shared/scoring/read_rules.ts";
import { root } from "../../../scripts/dev/paths.ts";
import { problemsOf, ruleFile, TIERS } from "./support.ts";

const rule = (id: string, points: number) =>
  `  - { id: ${id}, group: g, words: W, when: lead.absentee, points: ${points} }\n`;
const base = `groups: { g: { axis: fit } }\nrules:\n${rule("a", 1)}${rule("b", 2)}${TIERS}`;
const read = (files: Record<string, string>) => readRules("test", (name) => files[name] ?? null);

test("own rules replace inherited ones by id and keep their place; removed ones go", () => {
  const { rules, problems } = read({
    base,
    test: `extends: base\nremove: [a]\nrules:\n${rule("c", 3)}${rule("b", 5)}`,
  });
  expect(problems).toEqual([]);
  expect(rules.rules.map(({ id, points }) => [id, points])).toEqual([["b", 5], ["c", 3]]);
  expect(rules.tiers.fit.map(({ name }) => name)).toEqual(["B", "A"]);
});

test("files that extend each other, or nothing, are problems", () => {
  expect(problemsOf({ test: "extends: base\n", base: "extends: test\n" })[0])
    .toBe("base.yaml:1:10: test extends itself");
  expect(problemsOf({ test: "extends: nothing\n" })[0]).toBe(
    "test.yaml:1:10: nothing.yaml not found",
  );
  expect(problemsOf({ base, test: "extends: base\nremove: [z]\n" })[0])
    .toBe("test.yaml:2:10: no rule z is inherited");
});

test("the verticals of the project have no problem of form", () => {
  const load = (name: string) => readFileSync(join(root, "scoring", `${name}.yaml`), "utf8");
  const names = readdirSync(join(root, "scoring")).map((file) => file.replace(/\.yaml$/, ""));
  expect(names).toContain("home_sellers");
  for (const name of names) {
    const { rules, problems } = readRules(name, load);
    expect(problems).toEqual([]);
    expect(rules.vertical).toBe(name);
  }
  expect(ruleFile("x: 1")).toContain("rules:");
});
