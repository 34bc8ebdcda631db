// The contract of a data provider's folder (docs/providers.md, "Add a data provider").
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOMES } from "../../../edge-functions/_shared/providers/gateway/types.ts";
import { DATA_PROVIDERS } from "../../../edge-functions/_shared/providers/registry/data.ts";
import { PROVIDERS } from "../../../scripts/sandbox/providers.ts";
import { root } from "../../../scripts/dev/paths.ts";

const text = (path: string) => readFileSync(join(root, path), "utf8");
const PIECES = ["settings", "schemas", "mapping", "cost", "limits", "classify", "data"];

test("there are data providers", () => {
  expect(DATA_PROVIDERS.size).toBeGreaterThan(0);
});

describe.each([...DATA_PROVIDERS])("%s", (name, provider) => {
  test.each(PIECES)("has a file %s.ts", (piece) => {
    expect(existsSync(join(root, `edge-functions/_shared/providers/${name}/${piece}.ts`))).toBe(
      true,
    );
  });

  test("is named like its folder and says which documentation it was written against", () => {
    expect(provider.name).toBe(name);
    expect(provider.docs.url).toMatch(/^https:/);
    expect(provider.docs.read).toMatch(/^\d{4}-\d\d-\d\d/);
  });

  test("has terms for its facts, settings that an org may store, a sandbox and a section in the docs", () => {
    expect(text("sql/70_enrichment/02_data_terms_data.sql")).toContain(`('${name}', '*', `);
    expect(text("sql/42_providers/06_provider_settings_data.sql")).toContain(`('${name}', '`);
    expect(PROVIDERS as readonly string[]).toContain(name);
    expect(text("docs/providers.md").toLowerCase()).toContain(`### ${name}`);
  });

  test("is unavailable without keys, and has limits with them", () => {
    expect(provider.settings("default", {})).toBeNull();
    const given = Object.fromEntries(
      [...text("sql/42_providers/06_provider_settings_data.sql").matchAll(/\('(\w+)', '(\w+)'\)/g)]
        .filter(([, of]) => of === name).map(([, , setting]) => [setting, "x".repeat(34)]),
    );
    const settings = provider.settings("default", given);
    expect(settings).not.toBeNull();
    expect(provider.limits(settings).length).toBeGreaterThan(0);
    for (const endpoint of Object.values(provider.endpoints)) {
      expect(endpoint.costUsd(settings)).toBeGreaterThanOrEqual(0);
      expect(endpoint.keepSeconds("empty", null)).toBeGreaterThanOrEqual(0);
    }
  });

  test("names its endpoints by their keys, and has a tour of some", () => {
    expect(Object.entries(provider.endpoints).filter(([key, { name }]) => key !== name)).toEqual(
      [],
    );
    expect(provider.tour.length).toBeGreaterThan(0);
    for (const step of provider.tour) {
      expect(Object.keys(provider.endpoints)).toContain(step.endpoint);
    }
  });

  test("classifies whatever comes, and never calls a doubtful answer unpaid", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(
          fc.constant(null),
          fc.jsonValue(),
          fc.record({ error: fc.string(), status: fc.string() }),
        ),
        fc.constantFrom(...Object.keys(provider.endpoints)),
        (status, body, endpoint) => {
          const verdict = provider.classify({ status, body, header: () => null }, endpoint);
          expect(OUTCOMES as readonly string[]).toContain(verdict.outcome);
          if (verdict.outcome === "ok") expect(verdict.processed).toBe("yes");
          // A 5xx without a word may have been charged.
          if (status >= 500 && body === null) expect(verdict.processed).not.toBe("no");
          expect((verdict.code ?? "").length).toBeLessThanOrEqual(80);
        },
      ),
    );
  });
});
