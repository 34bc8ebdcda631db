// Leads of a made-up world, in which the truth is known.
import { expect, test } from "vitest";
import {
  hasWon,
  learn,
  NothingLearned,
  type Outcome,
} from "../../../edge-functions/_shared/scoring/learn.ts";
import { sigmoid } from "../../../edge-functions/_shared/scoring/logistic.ts";
import { reportHtml } from "../../../scripts/cli/score_report.ts";

const AS_OF = new Date("2026-11-01T00:00:00Z");
const OPTIONS = { asOf: AS_OF, heldBackMonths: 2 };
const DAY = 86_400_000;

function randomFrom(seed: number) {
  return () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return seed / 2 ** 32;
  };
}

/** Leads fed evenly over a year. Two rules differ, one never does; the second is often unknown. */
function world(
  n: number,
  truth: (a: number, b: number) => number,
  score: (a: number, b: number, noise: number) => number,
): Outcome[] {
  const random = randomFrom(7);
  return Array.from({ length: n }, (_, i) => {
    const a = random() < 0.5 ? 20 : 0, b = Math.floor(random() * 3) * 5, noise = random();
    return {
      fed_at: new Date(AS_OF.getTime() - 365 * DAY + Math.floor(i * 335 * DAY / n)),
      score: score(a, b, noise),
      points: [a, b === 0 ? null : b, 10],
      happened: random() < sigmoid(truth(a, b)),
    };
  });
}
const truth = (a: number, b: number) => -3 + 0.1 * a + 0.1 * b;
const blind = (_a: number, _b: number, noise: number) => Math.round(100 * noise);

test("a learned score beats rules that know nothing, finds the weights and gives true probabilities", () => {
  const model = learn(world(12_000, truth, blind), OPTIONS);
  expect(hasWon(model)).toBe(true);
  expect(model.weights[0]).toBeCloseTo(0.1, 1);
  expect(model.weights[1]).toBeCloseTo(0.1, 1);
  expect(model.weights[2]).toBe(0);
  expect(model.variables).toBe(2);
  expect(model.rules_auc).toBeCloseTo(0.5, 1);
  expect(model.auc).toBeGreaterThan(0.7);
  for (const tenth of model.metrics.deciles) {
    expect(Math.abs(tenth.predicted - tenth.observed)).toBeLessThan(0.06);
  }
  expect(model.metrics.deciles[0]!.lift).toBeGreaterThan(1.5);
});

test("it does not win against rules that know more", () => {
  const random = randomFrom(3);
  const hidden = world(12_000, truth, blind).map((one) => ({ ...one, score: 0 }));
  for (const one of hidden) one.score = one.happened ? 60 + 40 * random() : 50 * random();
  expect(hasWon(learn(hidden, OPTIONS))).toBe(false);
});

test("held-back months and the 30 days before them do not change what is learned", () => {
  const all = world(12_000, truth, blind);
  const model = learn(all, OPTIONS);
  const turned = learn(
    all.map((one) => one.fed_at > model.trained_until ? { ...one, happened: !one.happened } : one),
    OPTIONS,
  );
  expect(turned.weights).toEqual(model.weights);
  expect(turned.intercept).toBe(model.intercept);
  expect(turned.auc).not.toBe(model.auc);
  expect(model.metrics.held_back_from).toBe("2026-08-02T00:00:00.000Z");
  expect(model.trained_until).toEqual(new Date("2026-07-03T00:00:00Z"));
});

test("fewer than ten outcomes per rule that differs are refused, ten are enough", () => {
  const fill = (events: number) => {
    const all = world(2_000, () => -20, blind).map((one) => ({ ...one, happened: false }));
    const known = all.filter((one) => one.fed_at <= new Date("2026-07-03T00:00:00Z"));
    const training = known.slice(0, Math.floor(known.length * 0.75));
    for (let i = 0; i < events; i++) {
      training.find((one) => !one.happened && one.points[0] === 20)!.happened = true;
    }
    for (const one of known.slice(-20)) {
      one.happened = one.points[0] === 20 || one.points[1] !== null;
    }
    for (const one of all.slice(-30)) one.happened = true;
    return all;
  };
  expect(() => learn(fill(19), OPTIONS)).toThrow(
    /too few outcomes for 2 rules \(10 per rule\): 19 of \d+ leads with the outcome; at least 20/,
  );
  expect(learn(fill(20), OPTIONS).events).toBe(20);
});

test("without outcomes nothing is learned", () => {
  expect(() => learn([], OPTIONS)).toThrow(NothingLearned);
});

test("the report is one file that escapes names, with a plot and a verdict", () => {
  const model = learn(world(12_000, truth, blind), OPTIONS);
  const html = reportHtml({
    org: "<b>Acme</b>",
    version: 1,
    vertical: "home_sellers",
    outcome: "booked",
    id: 3,
    rules: ["one", "two", "three"].map((id) => ({ id, words: `Rule "${id}" <i>` })),
    model,
  });
  expect(html).toContain("an owner may switch it on");
  expect(html).toContain("&#60;b&#62;Acme");
  expect(html).not.toMatch(/<b>|<i>|<script|href=|src=/);
  expect(html.match(/<circle /g)).toHaveLength(20);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});
