// At the optimum of a convex loss the gradient is zero, and nothing near is better.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fitLogistic,
  gradientOf,
  penalisedLoss,
} from "../../../edge-functions/_shared/scoring/logistic.ts";

test("a textbook example gets its known weights", () => {
  // Hours of study and a passed examination.
  const hours = [
    0.5,
    0.75,
    1,
    1.25,
    1.5,
    1.75,
    1.75,
    2,
    2.25,
    2.5,
    2.75,
    3,
    3.25,
    3.5,
    4,
    4.25,
    4.5,
    4.75,
    5,
    5.5,
  ];
  const passed = [0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1];
  const [intercept, slope] = fitLogistic(hours.map((one) => [1, one]), passed, 0);
  expect(intercept).toBeCloseTo(-4.0777, 4);
  expect(slope).toBeCloseTo(1.5046, 4);
});

test("a table of two by two gets its log odds", () => {
  const cells = [[0, 0, 70], [0, 1, 30], [1, 0, 20], [1, 1, 80]] as const;
  const all = cells.flatMap(([x, y, n]) => Array.from({ length: n }, () => [x, y] as const));
  const [intercept, slope] = fitLogistic(all.map(([x]) => [1, x]), all.map(([, y]) => y), 0);
  expect(intercept).toBeCloseTo(Math.log(30 / 70), 8);
  expect(slope).toBeCloseTo(Math.log(80 / 20) - Math.log(30 / 70), 8);
});

const problem = fc.integer({ min: 1, max: 5 }).chain((variables) =>
  fc.record({
    rows: fc.array(
      fc.array(fc.integer({ min: -40, max: 40 }).map((value) => value / 10), {
        minLength: variables,
        maxLength: variables,
      }),
      { minLength: 4, maxLength: 60 },
    ),
    seeds: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
    lambda: fc.constantFrom(0.1, 1, 10),
  })
).map(({ rows, seeds, lambda }) => ({
  rows: rows.map((row) => [1, ...row]),
  // Both outcomes happen: without, the intercept is infinite.
  events: rows.map((_, i) => i < 2 ? i === 0 : seeds[i]!),
  lambda,
}));

test("the gradient is zero at the optimum, and every step away is worse", () => {
  fc.assert(fc.property(
    problem,
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: 6,
      maxLength: 6,
    }),
    ({ rows, events, lambda }, away) => {
      const beta = fitLogistic(rows, events, lambda);
      expect(Math.hypot(...gradientOf(rows, events, beta, lambda))).toBeLessThan(
        1e-5 * rows.length,
      );
      const loss = penalisedLoss(rows, events, beta, lambda);
      const other = beta.map((weight, j) => weight + away[j]!);
      expect(penalisedLoss(rows, events, other, lambda)).toBeGreaterThanOrEqual(loss - 1e-8);
    },
  ));
});

test("the gradient is the slope of the loss", () => {
  fc.assert(fc.property(problem, ({ rows, events, lambda }) => {
    const beta = rows[0]!.map((_, j) => (j - 1) / 3);
    const gradient = gradientOf(rows, events, beta, lambda);
    gradient.forEach((slope, j) => {
      const at = (by: number) =>
        penalisedLoss(
          rows,
          events,
          beta.map((weight, k) => k === j ? weight + by : weight),
          lambda,
        );
      expect((at(1e-4) - at(-1e-4)) / 2e-4).toBeCloseTo(slope, 3);
    });
  }));
});
