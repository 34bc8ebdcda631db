import fc from "fast-check";
import { expect, test } from "vitest";
import { auc, brier, deciles } from "../../../edge-functions/_shared/scoring/measures.ts";

const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.boolean()), {
  minLength: 2,
  maxLength: 80,
}).map((pairs) => [...pairs, [3, true], [5, false]] as [number, boolean][]);

test("AUC is the share of pairs in the right order, equal scores half", () => {
  fc.assert(fc.property(scored, (pairs) => {
    const [good, bad] = [pairs.filter(([, e]) => e), pairs.filter(([, e]) => !e)];
    let right = 0;
    for (const [a] of good) for (const [b] of bad) right += a > b ? 1 : a === b ? 0.5 : 0;
    expect(auc(pairs.map(([s]) => s), pairs.map(([, e]) => e)))
      .toBeCloseTo(right / good.length / bad.length, 10);
  }));
});

test("tenths contain all leads and all events, whatever the order of input", () => {
  fc.assert(fc.property(scored, (pairs) => {
    const of = (all: [number, boolean][]) =>
      deciles(all.map(([s]) => s / 10), all.map(([, e]) => e));
    const tenths = of(pairs);
    const sum = (key: "leads" | "events") => tenths.reduce((total, one) => total + one[key], 0);
    expect(sum("leads")).toBe(pairs.length);
    expect(sum("events")).toBeCloseTo(pairs.filter(([, e]) => e).length, 8);
    const turned = of(pairs.toReversed());
    tenths.forEach((one, n) => expect(turned[n]!.events).toBeCloseTo(one.events, 8));
  }));
});

test("Brier is the mean squared error", () => {
  expect(brier([0.8, 0.3], [true, false])).toBeCloseTo((0.04 + 0.09) / 2, 12);
});
