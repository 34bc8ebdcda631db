// A learned score of a version: a weight per rule, from what came of fed leads. Learned on older leads, calibrated on
// later ones, compared with the rules on the latest months, of which neither has seen anything.
import { fitLogistic, linear, sigmoid } from "./logistic.ts";
import { auc, brier, type Decile, deciles } from "./measures.ts";

export const OUTCOME_DAYS = 30;
export const EVENTS_PER_VARIABLE = 10;
/** The penalty, of weights of standardised points. */
const LAMBDA = 1;
/** Share of the learning leads, the latest, that calibrates. */
const CALIBRATION = 0.25;
const LEAST_EVENTS = 10;
const DAY = 86_400_000;

export interface Outcome {
  fed_at: Date;
  /** Of the rules. */
  score: number;
  /** Per rule; null: unknown, which adds nothing. */
  points: (number | null)[];
  happened: boolean;
}

export interface Learned {
  trained_until: Date;
  held_back_until: Date;
  leads: number;
  events: number;
  variables: number;
  held_back_events: number;
  intercept: number;
  weights: number[];
  means: number[];
  cuts: number[];
  auc: number;
  rules_auc: number;
  brier: number;
  rules_brier: number;
  metrics: {
    calibration_leads: number;
    held_back_leads: number;
    held_back_from: string;
    /** Weight per standard deviation of a rule's points; null: its points never differed. */
    standardised: (number | null)[];
    deciles: Decile[];
    rules_deciles: Decile[];
  };
}

/** Why nothing can be learned yet. */
export class NothingLearned extends Error {}

export const hasWon = (model: Learned): boolean =>
  model.auc > model.rules_auc && model.brier < model.rules_brier &&
  model.held_back_events >= LEAST_EVENTS;

function monthsBefore(at: Date, months: number): Date {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date;
}

const count = (outcomes: Outcome[]) => outcomes.filter(({ happened }) => happened).length;

function enough(outcomes: Outcome[], least: number, what: string): void {
  const events = Math.min(count(outcomes), outcomes.length - count(outcomes));
  if (events < least) {
    throw new NothingLearned(
      `${what}: ${count(outcomes)} of ${outcomes.length} leads with the outcome; ` +
        `at least ${least} with and ${least} without are needed`,
    );
  }
}

/** A logistic regression on one number (Platt): [intercept, slope]. */
function platt(values: number[], events: boolean[]): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length,
  );
  if (deviation === 0) return [fitLogistic(values.map(() => [1]), events, 0)[0]!, 0];
  const [a, b] = fitLogistic(values.map((value) => [1, (value - mean) / deviation]), events, 1e-3);
  return [a! - b! * mean / deviation, b! / deviation];
}

/** Outcomes are in the order of time, one per lead. Throws NothingLearned. */
export function learn(
  outcomes: Outcome[],
  { asOf, heldBackMonths }: { asOf: Date; heldBackMonths: number },
): Learned {
  const heldBackUntil = new Date(asOf.getTime() - OUTCOME_DAYS * DAY);
  const heldBackFrom = monthsBefore(heldBackUntil, heldBackMonths);
  // Whoever learns on the first held-back day knows only outcomes of leads fed 30 days before.
  const until = new Date(heldBackFrom.getTime() - OUTCOME_DAYS * DAY);
  const known = outcomes.filter(({ fed_at }) => fed_at <= until);
  const test = outcomes.filter(({ fed_at }) => fed_at > heldBackFrom && fed_at <= heldBackUntil);
  const split = Math.floor(known.length * (1 - CALIBRATION));
  const [training, calibration] = [known.slice(0, split), known.slice(split)];
  enough(training, LEAST_EVENTS, "too few outcomes to learn from");
  enough(calibration, LEAST_EVENTS, "too few outcomes to calibrate with");
  enough(test, LEAST_EVENTS, "too few outcomes in the held-back months");

  const rules = training[0]!.points.length;
  const means = new Array<number>(rules).fill(0), deviations = [...means];
  for (const { points } of training) points.forEach((value, n) => means[n]! += value ?? 0);
  means.forEach((sum, n) => means[n] = sum / training.length);
  for (const { points } of training) {
    points.forEach((value, n) => deviations[n]! += ((value ?? 0) - means[n]!) ** 2);
  }
  deviations.forEach((sum, n) => deviations[n] = Math.sqrt(sum / training.length));
  const used = deviations.flatMap((deviation, n) => deviation > 1e-9 ? [n] : []);
  if (used.length === 0) throw new NothingLearned("the points of no rule differ");
  enough(
    training,
    EVENTS_PER_VARIABLE * used.length,
    `too few outcomes for ${used.length} rules (${EVENTS_PER_VARIABLE} per rule)`,
  );

  const beta = fitLogistic(
    training.map(({ points }) => [
      1,
      ...used.map((n) => ((points[n] ?? 0) - means[n]!) / deviations[n]!),
    ]),
    training.map(({ happened }) => happened),
    LAMBDA,
  );
  const raw = new Array<number>(rules).fill(0);
  used.forEach((n, j) => raw[n] = beta[j + 1]! / deviations[n]!);
  const predict = ({ points }: Outcome, intercept: number, weights: number[]) =>
    intercept + linear(points.map((value, n) => (value ?? 0) - means[n]!), weights);

  // The calibration is linear in the predictor, so that it becomes part of the weights.
  const happened = calibration.map((one) => one.happened);
  const [a, b] = platt(calibration.map((one) => predict(one, beta[0]!, raw)), happened);
  if (!(b > 0)) {
    throw new NothingLearned("the learned weights fail on the months that calibrate them");
  }
  const intercept = a + b * beta[0]!;
  const weights = raw.map((weight) => weight * b);
  // The rules get the same: probabilities from the leads that calibrate.
  const [c, d] = platt(calibration.map(({ score }) => score), happened);

  const events = test.map((one) => one.happened);
  const predicted = test.map((one) => predict(one, intercept, weights));
  const ruled = test.map(({ score }) => sigmoid(c + d * score));
  const probabilities = predicted.map(sigmoid);
  const sorted = training.map((one) => predict(one, intercept, weights)).sort((x, y) => x - y);
  return {
    trained_until: until,
    held_back_until: heldBackUntil,
    leads: training.length,
    events: count(training),
    variables: used.length,
    held_back_events: count(test),
    intercept,
    weights,
    means,
    // A little below each percentile: the database adds in another order, and equal leads must not fall on both sides.
    cuts: Array.from({ length: 100 }, (_, n) => {
      const value = sorted[Math.floor((n + 0.5) / 100 * sorted.length)]!;
      return value - 1e-9 * (1 + Math.abs(value));
    }),
    auc: auc(predicted, events),
    rules_auc: auc(test.map(({ score }) => score), events),
    brier: brier(probabilities, events),
    rules_brier: brier(ruled, events),
    metrics: {
      calibration_leads: calibration.length,
      held_back_leads: test.length,
      held_back_from: heldBackFrom.toISOString(),
      standardised: deviations.map((_, n) =>
        used.includes(n) ? beta[used.indexOf(n) + 1]! * b : null
      ),
      deciles: deciles(probabilities, events),
      rules_deciles: deciles(ruled, events),
    },
  };
}
