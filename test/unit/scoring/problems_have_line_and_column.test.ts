import { expect, test } from "vitest";
import { celToSql } from "../../../edge-functions/_shared/scoring/cel.ts";
import { catalogue, problemsOf, ruleFile, TIERS } from "./support.ts";

const when = (expression: string) =>
  problemsOf(ruleFile(`group: g\nwords: W\nwhen: ${expression}\npoints: 5`));

test("valid rules have no problem", () => {
  expect(when(`lead.absentee && property.value > 100000`)).toEqual([]);
});

test.each([
  ["lead.absente", "test.yaml:7:11: unknown field lead.absente (did you mean lead.absentee?)"],
  [
    "lead.absentee && lead.race == 'x'",
    "test.yaml:7:28: lead.race cannot be used in a score: it is protected",
  ],
  ["lead.absentee && property.value", "test.yaml:7:28: expected bool, found number"],
  ["property.value", "test.yaml:7:11: expected bool, found number"],
  ["property.value > 'x'", "test.yaml:7:28: expected number, found text"],
  ["lead.state > 'CA'", "test.yaml:7:11: > is not defined for text"],
  ["lead.state in []", "test.yaml:7:25: the list is empty"],
  ["property.value in [1, 2.5]", "test.yaml:7:33: a list has whole numbers only"],
  ["1 == 1", "test.yaml:7:11: a comparison needs a field on one side"],
  ["true", "test.yaml:7:11: when must be a text"],
  ["lead.absentee && ", "test.yaml:7:"],
  ["lead.state.startsWith('C')", "test.yaml:7:11: unsupported expression"],
  ["property.value + 1 > 2", "test.yaml:7:11: unsupported expression"],
  ["lower(lead.state) == 'ca'", "test.yaml:7:11: unknown function lower()"],
  ["(".repeat(300) + "lead.absentee" + ")".repeat(300), "test.yaml:7:"],
  ["!".repeat(9_000) + "lead.absentee", "test.yaml:7:"],
  [
    Array(5000).fill("lead.absentee").join(" || "),
    "test.yaml:7:10011: the expression has more than 10,000 characters",
  ],
])("%.100s", (expression, problem) => {
  const problems = when(expression);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test("choices within choices do not double the query with each", () => {
  const depth = 60;
  const nested = `${"(".repeat(depth)}lead.absentee${
    " ? lead.absentee : !lead.absentee)".repeat(depth)
  }`;
  const { sql } = celToSql(nested, catalogue, { column: (name) => name, text: () => "''" });
  expect(sql.length).toBeLessThan(10 * nested.length);
});

test("positions are right in quoted, folded and literal texts", () => {
  expect(when(`"lead.absentee && lead.nothing"`)[0]).toContain("test.yaml:7:29: unknown field");
  expect(when(`>-\n  lead.absentee &&\n  lead.nothing`)[0]).toContain(
    "test.yaml:9:7: unknown field",
  );
  expect(when(`|\n  lead.absentee\n    && lead.nothing`)[0]).toContain(
    "test.yaml:9:12: unknown field",
  );
});

test.each([
  [
    "group: g\nwords: W\nwhen: lead.absentee\npoint: 5",
    "test.yaml:8:5: unknown key point in a rule (did you mean points?)",
  ],
  ["group: h\nwords: W\nwhen: lead.absentee\npoints: 5", "test.yaml:5:12: unknown group h"],
  [
    "group: g\nwords: W\nwhen: lead.absentee\npoints: 5000",
    "test.yaml:8:13: points must be a whole number from -1000 to 1000",
  ],
  ["group: g\nwhen: lead.absentee\npoints: 5", "test.yaml:4:5: rule r needs words"],
  ["group: g\nwords: W\npoints: 5", "needs when"],
  [
    "group: g\nwords: W\nwhen: lead.absentee\npoints: 5\nmissing: perhaps",
    "test.yaml:9:14: missing must be zero, skip",
  ],
  [
    "group: g\nwords: W\nper: activity.email_click\npoints: 5",
    "test.yaml:7:10: unknown activity email_click (did you mean activity.email_clicked?)",
  ],
  [
    "group: g\nwords: W\nper: property.value\npoints: 5\ncap_per_day: 3",
    "test.yaml:9:18: only activities are capped per day",
  ],
  [
    "group: g\nwords: W\ntable: { of: lead.state, steps: [{ from: 1, points: 2 }] }",
    "test.yaml:7:18: expected number, found text",
  ],
  [
    "group: g\nwords: W\ntable: { of: property.value, steps: [{ from: 2, points: 2 }, { from: 1, points: 3 }] }",
    "steps must rise",
  ],
])("%s", (lines, problem) => {
  expect(problemsOf(ruleFile(lines)).join("\n")).toContain(problem);
});

test("a group with a half-life counts activities only", () => {
  const lines = "group: g\nwords: W\nwhen: lead.absentee\npoints: 5";
  expect(problemsOf(ruleFile(lines, "axis: engagement, half_life_days: 30"))[0])
    .toContain("test.yaml:5:12: a group with a half-life counts activities only");
  expect(
    problemsOf(
      ruleFile(
        "group: g\nwords: W\nper: activity.email_clicked\npoints: 5",
        "axis: engagement, half_life_days: 30",
      ),
    ),
  ).toEqual([]);
});

test("every problem is reported, also those of YAML", () => {
  const lines = "group: g\nwords: W\nwhen: lead.nothing\npoints: many";
  expect(problemsOf(ruleFile(lines))).toHaveLength(2);
  expect(problemsOf("groups: [\n")[0]).toMatch(/^test\.yaml:\d+:\d+: /);
  expect(problemsOf("rules: []\nrules: []\n")[0]).toMatch(/^test\.yaml:2:1: .*unique/);
});

test("a problem of an inherited rule names its own file", () => {
  const files = {
    test: `extends: base\n${TIERS}`,
    base: ruleFile("group: g\nwords: W\nwhen: lead.nothing\npoints: 5"),
  };
  expect(problemsOf(files)).toEqual(["base.yaml:7:11: unknown field lead.nothing"]);
});
