// The compiler checks the file, as written, against the types that Grafana publishes of its dashboards: properties,
// their types, and the options and fields of each kind of panel.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DASHBOARD_FILE } from "../../../scripts/build/dashboard.ts";
import { localPath, tool } from "../../../scripts/dev/paths.ts";

interface Panel {
  type: string;
  options?: unknown;
  fieldConfig?: { defaults?: { custom?: unknown } };
}
const dashboard = JSON.parse(readFileSync(DASHBOARD_FILE, "utf8")) as { panels: Panel[] };
const RAW = "@grafana/schema/dist/esm/raw/composable";

/** What the compiler says about the dashboard. */
function problems(of: { panels: Panel[] }): string {
  mkdirSync(localPath(), { recursive: true });
  const folder = mkdtempSync(localPath("dashboard-"));
  try {
    const panels = of.panels.map(({ type, options, fieldConfig }) => {
      const custom = fieldConfig?.defaults?.custom ?? {};
      if (type === "row") return "";
      return type === "timeseries"
        ? `({ options: ${JSON.stringify(options ?? {})}, custom: ${
          JSON.stringify(custom)
        } }) satisfies ` +
          "Plain<{ options: Partial<TimeSeries>; custom: Partial<GraphFieldConfig> }>;"
        : `(${JSON.stringify(options ?? {})}) satisfies Plain<Partial<Stat>>;`;
    });
    writeFileSync(
      join(folder, "check.ts"),
      `import type { Dashboard, GraphFieldConfig } from "@grafana/schema";
      import type { Options as TimeSeries } from "${RAW}/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
      import type { Options as Stat } from "${RAW}/stat/panelcfg/x/StatPanelCfg_types.gen";
      // A file has the values of enums.
      type Plain<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
      export const dashboard: Plain<Dashboard> = ${JSON.stringify(of)};
      ${panels.join("\n")}\n`,
    );
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--ignoreConfig"];
    const modules = ["--module", "esnext", "--moduleResolution", "bundler", "--target", "esnext"];
    const { stdout, stderr } = spawnSync(
      tool("tsc"),
      [...flags, ...modules, join(folder, "check.ts")],
      { encoding: "utf8" },
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the dashboard has the types that Grafana publishes", () => {
  expect(new Set(dashboard.panels.map(({ type }) => type))).toEqual(
    new Set(["row", "stat", "timeseries"]),
  );
  expect(problems(dashboard)).toBe("");
}, 120_000);

test("a property that Grafana does not know, or of another type, is found", () => {
  const [panel] = dashboard.panels.filter(({ type }) => type === "stat");
  const found = problems({
    refresh: 30,
    panels: [{ graphMode: "loud" }, { own: true }].map((options) => ({ ...panel!, options })),
  } as never);
  expect(found).toMatch(/'number' is not assignable/);
  expect(found).toContain("loud");
  expect(found).toContain("own");
}, 120_000);
