import { describe, expect, test } from "vitest";
import {
  readLighthouse,
  Unmeasured,
} from "../../../edge-functions/_shared/audits/read_lighthouse.ts";

const local = {
  lighthouseVersion: "13.5.0",
  finalDisplayedUrl: "https://shop.example.com/",
  runtimeError: null,
  categories: {
    performance: { score: 0.424 },
    accessibility: { score: 1 },
    "best-practices": { score: null },
  },
  audits: {
    "largest-contentful-paint": {
      score: 0.2,
      scoreDisplayMode: "numeric",
      numericValue: 6123.456,
    },
    "cumulative-layout-shift": {
      score: 1,
      scoreDisplayMode: "numeric",
      numericValue: 0.02345,
    },
    "total-blocking-time": {
      score: null,
      scoreDisplayMode: "error",
      numericValue: 1,
    },
    "render-blocking-insight": {
      score: 0,
      metricSavings: { LCP: 450, FCP: 600 },
    },
    "image-delivery-insight": {
      score: 0,
      details: {
        items: [{ url: "https://x.example.com/a.jpg", wastedBytes: 250_000 }, {
          wastedBytes: 1000,
        }],
      },
    },
    // A checklist: its items are an object.
    "document-latency-insight": {
      score: 0,
      metricSavings: { FCP: 700, LCP: 650 },
      details: { items: { noRedirects: { value: true, label: "No redirects" } } },
    },
    "cache-insight": { score: null, scoreDisplayMode: "notApplicable" },
    "errors-in-console": {
      score: 0,
      scoreDisplayMode: "binary",
      details: { items: [{}, {}] },
    },
  },
};
const values = (document: unknown) =>
  Object.fromEntries(
    Object.entries(readLighthouse(document).measures).map((
      [name, { value }],
    ) => [name, value]),
  );

test("a local result has scores, metrics and savings, and nothing for what failed", () => {
  expect(values(local)).toEqual({
    ...{ "lighthouse.performance": 42, "lighthouse.accessibility": 100 },
    ...{ "speed.lcp_ms": 6123, "speed.cls": 0.023, "speed.blocking_ms": 600 },
    "speed.server_ms": 700,
    ...{
      "speed.image_bytes": 251_000,
      "speed.cache_bytes": 0,
      "page.console_errors": 2,
    },
  });
  expect(readLighthouse(local).source).toEqual({
    name: "lighthouse",
    version: "13.5.0",
  });
  expect(readLighthouse(local).measures["speed.image_bytes"]?.details)
    .toEqual(["https://x.example.com/a.jpg"]);
});

test("the answer of the service has the same, and what real visitors measured", () => {
  const answer = {
    lighthouseResult: { ...local, runtimeError: { code: "NO_ERROR" } },
    loadingExperience: {
      overall_category: "SLOW",
      origin_fallback: true,
      metrics: {
        LARGEST_CONTENTFUL_PAINT_MS: { percentile: 5100, category: "SLOW" },
        CUMULATIVE_LAYOUT_SHIFT_SCORE: { percentile: 12, category: "AVERAGE" },
      },
    },
  };
  expect(values(answer)).toEqual({
    ...values(local),
    ...{
      "field.lcp_ms": 5100,
      "field.cls": 0.12,
      "field.category": "slow",
      "field.whole_site": true,
    },
  });
  expect(readLighthouse(answer).source).toEqual({
    name: "psi",
    version: "13.5.0",
  });
});

test("the audits that insights replaced are read, too", () => {
  const { "image-delivery-insight": _, ...audits } = local.audits;
  const old = {
    ...local,
    audits: {
      ...audits,
      "modern-image-formats": { details: { overallSavingsBytes: 77_000 } },
    },
  };
  expect(values(old)["speed.image_bytes"]).toBe(77_000);
});

describe("a page that could not be measured", () => {
  test("is no score of 0", () => {
    const failed = {
      ...local,
      runtimeError: { code: "NO_FCP", message: "did not paint" },
    };
    expect(() => readLighthouse(failed)).toThrow(Unmeasured);
  });

  test("and another document is refused", () => {
    expect(() => readLighthouse({ lighthouseVersion: "13.5.0" })).toThrow(
      "the result of Lighthouse has another form at categories",
    );
    expect(() => readLighthouse(null)).toThrow("another form at its top");
  });
});
