// One reader for the results of Lighthouse, run here or by PageSpeed Insights, which wraps the same document and adds what
// real visitors measured.
import { z } from "zod";
import { Measuring } from "./checks/measuring.ts";
import type { PartResult } from "./types.ts";

const Item = z.looseObject({
  url: z.string().optional(),
  source: z.unknown().optional(),
  description: z.unknown().optional(),
});
const Check = z.looseObject({
  score: z.number().nullish(),
  numericValue: z.number().optional(),
  scoreDisplayMode: z.string().optional(),
  metricSavings: z.record(z.string(), z.number()).optional(),
  details: z.looseObject({
    overallSavingsMs: z.number().optional(),
    overallSavingsBytes: z.number().optional(),
    /** A list; of a checklist, an object. */
    items: z.unknown().optional(),
  }).optional(),
});
const Result = z.looseObject({
  lighthouseVersion: z.string(),
  requestedUrl: z.string().optional(),
  finalDisplayedUrl: z.string().optional(),
  finalUrl: z.string().optional(),
  runtimeError: z.looseObject({ code: z.string(), message: z.string().optional() }).nullish(),
  categories: z.record(z.string(), z.looseObject({ score: z.number().nullish() })),
  audits: z.record(z.string(), Check),
});
const Metric = z.looseObject({ percentile: z.number(), category: z.string().optional() });
const Wrapped = z.looseObject({
  lighthouseResult: Result,
  loadingExperience: z.looseObject({
    metrics: z.record(z.string(), Metric).optional(),
    overall_category: z.string().optional(),
    /** The page has too few visitors: the figures are of the whole site. */
    origin_fallback: z.boolean().optional(),
  }).optional(),
});
type Check = z.output<typeof Check>;

/** Lighthouse ran, but could not measure the page. */
export class Unmeasured extends Error {
  override name = "Unmeasured";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const CATEGORIES = {
  performance: "lighthouse.performance",
  accessibility: "lighthouse.accessibility",
  "best-practices": "lighthouse.best_practices",
  seo: "lighthouse.seo",
};

/** Numeric audits, with the digits that are kept. */
const METRICS: readonly [audit: string, measure: string, digits: number][] = [
  ["largest-contentful-paint", "speed.lcp_ms", 0],
  ["total-blocking-time", "speed.tbt_ms", 0],
  ["cumulative-layout-shift", "speed.cls", 3],
  ["first-contentful-paint", "speed.fcp_ms", 0],
  ["speed-index", "speed.index_ms", 0],
  ["total-byte-weight", "speed.bytes", 0],
];

/** Savings: the names of insights, and of the audits that they replaced, since a service may run an older version. */
const SAVINGS: readonly [audits: string[], measure: string, of: "ms" | "bytes"][] = [
  [["render-blocking-insight", "render-blocking-resources"], "speed.blocking_ms", "ms"],
  [["document-latency-insight", "server-response-time"], "speed.server_ms", "ms"],
  [["image-delivery-insight", "modern-image-formats"], "speed.image_bytes", "bytes"],
  [["cache-insight", "uses-long-cache-ttl"], "speed.cache_bytes", "bytes"],
  [["unused-javascript"], "speed.unused_script_bytes", "bytes"],
  [["unused-css-rules"], "speed.unused_style_bytes", "bytes"],
];

const FIELD: readonly [metric: string, measure: string, scale: number][] = [
  ["LARGEST_CONTENTFUL_PAINT_MS", "field.lcp_ms", 1],
  ["INTERACTION_TO_NEXT_PAINT", "field.inp_ms", 1],
  ["CUMULATIVE_LAYOUT_SHIFT_SCORE", "field.cls", 0.01],
  ["EXPERIMENTAL_TIME_TO_FIRST_BYTE", "field.ttfb_ms", 1],
];

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

function readResult(document: unknown): z.output<typeof Result> {
  const { data, error } = Result.safeParse(document);
  if (data) return data;
  const at = error.issues[0]?.path.join(".") || "its top";
  throw new Error(`the result of Lighthouse has another form at ${at}`);
}

/** Throws Unmeasured, and an error where the document is neither form. */
export function readLighthouse(document: unknown): PartResult {
  const wrapped = Wrapped.safeParse(document);
  const result = wrapped.success ? wrapped.data.lighthouseResult : readResult(document);
  const { runtimeError, audits } = result;
  if (runtimeError && runtimeError.code !== "NO_ERROR") {
    throw new Unmeasured(runtimeError.code, runtimeError.message ?? runtimeError.code);
  }
  const to = new Measuring(
    result.finalDisplayedUrl ?? result.finalUrl ?? result.requestedUrl ?? "",
  );
  for (const [id, name] of Object.entries(CATEGORIES)) {
    const score = result.categories[id]?.score;
    // Null: one of its audits failed, so the category has no score.
    if (typeof score === "number") to.set(name, Math.round(score * 100));
  }
  for (const [id, name, digits] of METRICS) {
    const value = audits[id]?.numericValue;
    if (typeof value === "number" && audits[id]?.scoreDisplayMode !== "error") {
      to.set(name, rounded(value, digits));
    }
  }
  for (const [ids, name, of] of SAVINGS) {
    const check = ids.map((id) => audits[id]).find((one) => one !== undefined);
    if (check === undefined || check.scoreDisplayMode === "error") continue;
    if (check.scoreDisplayMode === "notApplicable") to.set(name, 0);
    else {
      const saved = savingsOf(check, of);
      if (saved !== null) to.set(name, Math.round(saved), urlsOf(check));
    }
  }
  const errors = audits["errors-in-console"];
  if (errors?.scoreDisplayMode === "binary") {
    to.set("page.console_errors", errors.score === 1 ? 0 : itemsOf(errors).length || 1);
  }
  if (wrapped.success) readVisitors(to, wrapped.data.loadingExperience);
  return {
    measures: to.measures,
    source: { name: wrapped.success ? "psi" : "lighthouse", version: result.lighthouseVersion },
  };
}

function savingsOf(check: Check, of: "ms" | "bytes"): number | null {
  if (of === "bytes") return bytesOf(check);
  const { metricSavings = {}, details } = check;
  const ms = details?.overallSavingsMs ??
    Math.max(0, ...["LCP", "FCP"].map((name) => metricSavings[name] ?? 0));
  return Number.isFinite(ms) ? ms : null;
}

function bytesOf(check: Check): number | null {
  if (check.details?.overallSavingsBytes !== undefined) return check.details.overallSavingsBytes;
  if (!Array.isArray(check.details?.items)) return null;
  return itemsOf(check).reduce<number>((sum, item) => {
    const wasted = (item as { wastedBytes?: unknown } | null)?.wastedBytes;
    return sum + (typeof wasted === "number" ? wasted : 0);
  }, 0);
}

function itemsOf({ details }: Check): unknown[] {
  const items = details?.items;
  return Array.isArray(items) ? items : [];
}

const urlsOf = (check: Check): string[] =>
  itemsOf(check).flatMap((item) => {
    const read = Item.safeParse(item);
    return read.success && read.data.url ? [read.data.url] : [];
  });

function readVisitors(
  to: Measuring,
  experience: z.output<typeof Wrapped>["loadingExperience"],
): void {
  for (const [id, name, scale] of FIELD) {
    const metric = experience?.metrics?.[id];
    if (metric) to.set(name, rounded(metric.percentile * scale, 3));
  }
  if (experience?.overall_category) {
    to.set("field.category", experience.overall_category.toLowerCase());
    to.set("field.whole_site", experience.origin_fallback === true);
  }
}
