import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { METRICS } from "../../../edge-functions/_shared/platform/metrics/catalogue.ts";
import { familyOf } from "../../../edge-functions/_shared/platform/metrics/format.ts";
import { DASHBOARD_FILE, dashboardText, ROWS } from "../../../scripts/build/dashboard.ts";
import { root } from "../../../scripts/dev/paths.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Alert {
  alert: string;
  expr: string;
  annotations: { summary: string; runbook_url: string };
  labels: { severity: string };
}
const alerts = (parse(read("supabase/monitoring/alerts.yml")) as { groups: { rules: Alert[] }[] })
  .groups.flatMap(({ rules }) => rules);

interface RuleTest {
  name: string;
  alert_rule_test: { alertname: string; exp_alerts: unknown[] }[];
}
const ruleTests =
  (parse(read("supabase/monitoring/alerts_test.yml")) as { tests: RuleTest[] }).tests;

const metricsOf = (text: string): string[] => [...text.match(/\bsluice_[a-z0-9_]+/g) ?? []];
const queries = ROWS.flatMap(([, panels]) => panels).flatMap(({ targets }) =>
  targets.map(([expr]) => expr)
);

test("the dashboard is what its script builds (npm run docs:dashboard)", () => {
  expect(readFileSync(DASHBOARD_FILE, "utf8")).toBe(dashboardText());
});

test("alerts and dashboard ask for metrics that exist, by labels that they have", () => {
  const exprs = [...alerts.map(({ expr }) => expr), ...queries];
  const asked = exprs.flatMap(metricsOf);
  expect(asked.length).toBeGreaterThan(40);
  for (const name of asked) expect(() => familyOf(name)).not.toThrow();
  for (const expr of exprs) {
    for (const [, name, inside] of expr.matchAll(/\b(sluice_[a-z0-9_]+)\{([^}]*)\}/g)) {
      const { labels, platform } = METRICS[familyOf(name!)]!;
      const known = [...labels, ...platform ? [] : ["org"]];
      const used = [...inside!.matchAll(/([a-z]+)(=~|!=|=)/g)].map(([, label]) => label);
      expect(used.filter((label) => !known.includes(label!)), expr).toEqual([]);
    }
  }
});

test("the dashboard shows every metric, and the page explains it", () => {
  const shown = new Set(queries.flatMap(metricsOf).map(familyOf));
  expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([]);
  const page = read("docs/metrics.md");
  const explained = Object.keys(METRICS).filter((name) =>
    !page.includes(name) && !name.includes("oldest_age") && !name.startsWith("sluice_platform_dead")
  );
  expect(explained).toEqual([]);
  expect(metricsOf(page).filter((name) => !name.endsWith("_") && !METRICS[name])).toEqual([]);
});

test("every alert has a test in which it is quiet and fires", () => {
  expect(ruleTests.map(({ name }) => name)).toEqual(alerts.map(({ alert }) => alert));
  for (const { name, alert_rule_test: cases } of ruleTests) {
    expect(cases.every(({ alertname }) => alertname === name)).toBe(true);
    expect(cases.map(({ exp_alerts }) => exp_alerts.length > 0), name).toEqual([false, true]);
  }
});

test("every alert has a line in docs/operations.md, and every line an alert", () => {
  const [, section = ""] = read("docs/operations.md").split("\n## Alerts\n");
  const lines = [...section.split("\n## ")[0]!.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  expect(lines).toEqual(alerts.map(({ alert }) => alert));
  for (const { alert, annotations, labels } of alerts) {
    expect(annotations.runbook_url).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(["page", "ticket"]).toContain(labels.severity);
  }
});
