import { describe, expect, test } from "vitest";
import { findFaults } from "../../../edge-functions/_shared/audits/findings/find.ts";
import type { Rule } from "../../../edge-functions/_shared/audits/findings/rule.ts";
import { RULES } from "../../../edge-functions/_shared/audits/findings/rules.ts";
import { inWords } from "../../../edge-functions/_shared/audits/findings/words.ts";
import { renderReport } from "../../../edge-functions/_shared/audits/report/render.ts";
import type { Audit, Measures, Value } from "../../../edge-functions/_shared/audits/types.ts";

const url = "https://shop.example.com/";
const measures = (values: Record<string, Value>): Measures =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, url }]),
  );
const audit = (values: Record<string, Value>, version = "13.5.0"): Audit => ({
  ...{
    domain: "shop.example.com",
    url,
    finishedAt: "2026-11-20T10:00:00.000Z",
    reason: null,
  },
  parts: [
    {
      part: "page",
      result: { measures: measures(values) },
      error: null,
      tookMs: 3,
    },
    {
      part: "links",
      result: null,
      error: "stopped: it took longer than 9 seconds",
      tookMs: 9,
    },
    {
      part: "lighthouse",
      result: { measures: {}, source: { name: "lighthouse", version } },
      error: null,
      tookMs: 1,
    },
  ],
});
const VALUES = {
  "seo.noindex": true,
  "speed.lcp_ms": 5000,
  "lighthouse.performance": 40,
};

describe("findings", () => {
  test("are in the order of impact × confidence ÷ effort, then of their names", () => {
    const found = findFaults(measures({
      ...{
        "seo.noindex": true,
        "seo.blocked": true,
        "speed.lcp_ms": 10_000,
        "seo.sitemap": false,
      },
    }));
    expect(found.map(({ rule, priority }) => [rule, priority])).toEqual([
      ["blocked_by_robots", 10],
      ["hidden_from_search", 10],
      ["slow_main_content", 2.4],
      ["sitemap_missing", 1.8],
    ]);
  });

  test("need their measure: what was not measured is not found", () => {
    expect(findFaults({})).toEqual([]);
    expect(findFaults(measures({ "contact.phone_link": false }))).toEqual([]);
    expect(
      findFaults(
        measures({ "contact.phone_link": false, "contact.phone": true }),
      ),
    )
      .toMatchObject([{ rule: "phone_not_tappable" }]);
  });

  test("weigh more the worse the value is, up to the worst", () => {
    const impact = (ms: number) => findFaults(measures({ "speed.lcp_ms": ms }))[0]?.impact;
    expect([2500, 2501, 6250, 10_000, 90_000].map(impact)).toEqual([
      undefined,
      5,
      7,
      9,
      9,
    ]);
  });

  test("name value, threshold, address and the version of their rule", () => {
    const [found] = findFaults(measures({ "speed.lcp_ms": 5000 }));
    expect(found).toMatchObject({
      ruleVersion: 1,
      evidence: {
        url,
        measure: "speed.lcp_ms",
        value: 5000,
        threshold: "at most 2.5 s",
      },
    });
    expect(found!.cost).toContain("5 s");
  });
});

test("rules have names of their own, and fill every place of their texts", () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const rule of RULES as Rule[]) {
    expect(
      [rule.id, rule.is, rule.above, rule.below].filter((one) => one !== undefined),
    )
      .toHaveLength(2);
    expect(`${rule.cost}${rule.fix}`.replace(/\{(value|threshold)\}/g, "")).not
      .toMatch(/[{}`]/);
  }
});

test("values read the same everywhere", () => {
  expect([
    ...[
      inWords(999, "ms"),
      inWords(1000, "ms"),
      inWords(2449, "ms"),
      inWords(10_000, "ms"),
    ],
    ...[
      inWords(100_000, "bytes"),
      inWords(1_250_000, "bytes"),
      inWords(1234567),
      inWords(8.02, "version"),
    ],
  ]).toEqual([
    "999 ms",
    "1 s",
    "2.4 s",
    "10 s",
    "100 KB",
    "1.3 MB",
    "1,234,567",
    "8.2",
  ]);
});

describe("a report", () => {
  test("is the same byte for byte, in whatever order the parts came", () => {
    const one = renderReport({ audit: audit(VALUES) });
    const other = renderReport({
      audit: { ...audit(VALUES), parts: audit(VALUES).parts.toReversed() },
    });
    expect(other).toBe(one);
    expect(one).toContain("Rule hidden_from_search, version 1");
    expect(one).toContain("it took longer than 9 seconds");
  });

  test("shows nothing of a site as markup", () => {
    const hostile = audit(VALUES);
    hostile.parts[0]!.result!.measures["seo.noindex"] = {
      value: true,
      url: "https://x.example.com/?<script>alert(1)</script>",
      details: ['"><img src=x onerror=alert(1)>'],
    };
    const peers = [{ label: "<b>Peer</b>", audit: audit(VALUES) }];
    const html = renderReport({ audit: hostile, peers });
    expect(html).not.toMatch(/<script|<img|<b>Peer/);
    expect(html).toContain("&lt;script&gt;");
  });

  test("says what changed since the audit before, and compares no speed of two versions", () => {
    const now = audit({
      "seo.noindex": false,
      "seo.blocked": true,
      "speed.lcp_ms": 1000,
    });
    const before = audit({
      "seo.noindex": true,
      "seo.blocked": false,
      "speed.lcp_ms": 9000,
    });
    const html = renderReport({ audit: now, before });
    expect(html).toContain("2 findings gone, 1 finding new.");
    expect(html).toMatch(
      /<th scope="row">Main content on a phone<\/th><td>9 s<\/td><td>1 s<\/td>/,
    );
    const other = renderReport({
      audit: now,
      before: { ...before, parts: audit({}, "12.0.0").parts },
    });
    expect(other).toContain("measured with another version");
  });

  test("says as text what each chart shows", () => {
    const peers = [{ label: "Peer 1", audit: audit({ "speed.lcp_ms": 1500 }) }];
    const html = renderReport({ audit: audit(VALUES), peers });
    expect(html).toContain('role="img" aria-label="Speed: 40 of 100"');
    expect(html).toContain(
      "This website: 5 s; Peer 1: 1.5 s. The dashed line is at 2.5 s.",
    );
  });

  test("of a site that does not open gives the reason alone", () => {
    const html = renderReport({
      audit: { ...audit({}), reason: "the domain has no address" },
    });
    expect(html).toContain("could not be measured: the domain has no address");
    expect(html).not.toContain("All findings");
  });
});
