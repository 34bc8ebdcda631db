// When the clock alone changes the score of a lead: interest decays by the day, days are counted, facts get old and
// expire. Until then the nightly statement leaves the lead alone. A moment may come too early, never too late.
import type { Catalogue, Relation } from "./catalogue.ts";

const MOST_DAYS = 100_000;
const TODAY = "($3::timestamptz at time zone 'UTC')::date";
const TOMORROW = `((${TODAY} + 1)::timestamp at time zone 'UTC')`;

export class Moments {
  readonly #catalogue: Catalogue;
  readonly #moments = new Set<string>();
  /** Days at which a rule changes, by field. */
  readonly #days = new Map<string, Set<number>>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** A rule asks for the field. */
  reads(name: string): void {
    const { expression, counts_since, next_change } = this.#catalogue.fields.get(name)!;
    if (next_change !== null) this.#moments.add(next_change);
    else if (counts_since === null && expression.includes("$3")) this.#moments.add(TOMORROW);
  }

  /** A rule compares a number field with this, or uses its value as it is (null). */
  reaches(name: string, number: number | null): void {
    const since = this.#catalogue.fields.get(name)!.counts_since;
    if (since === null) return;
    if (number === null) {
      const age = `extract(epoch from $3::timestamptz - (${since}))`;
      this.#moments.add(`(${since}) + (floor(${age} / 86400) + 1) * interval '24 hours'`);
      return;
    }
    const days = this.#days.get(since) ?? new Set<number>();
    this.#days.set(since, days);
    // Days are whole: at the first they are no longer below the number, at the second they are above.
    for (const day of [Math.ceil(number), Math.floor(number) + 1]) {
      if (Math.abs(day) < MOST_DAYS) days.add(day);
    }
  }

  /** Activities of a group with a half-life, whose sum is in `column`: their points are whole, and lose one in time. */
  decays(column: string, cap: number, halfLife: number): void {
    const sum = `abs(${column})`;
    // Half a point and more counts as one. The hundredth is for what exp() and rounding take.
    const points = `round(least(${cap}, ${sum} + 1e-6))`;
    const days = `ceil(${halfLife / Math.LN2}::float8 * ln(${sum} / (${points} - 0.5)) - 0.01)`;
    this.#moments.add(
      `case when ${column} is not null and ${points} > 0 then ` +
        `((${TODAY} + least(${MOST_DAYS}, greatest(1, ${days}))::integer)::timestamp at time zone 'UTC') end`,
    );
  }

  ages(observed: string, days: number): void {
    this.#moments.add(future(`(${observed}) + interval '${days * 24} hours'`));
  }

  next(relations: readonly Relation[]): string {
    const moments = [...this.#moments];
    for (const [since, days] of this.#days) {
      if (days.size === 0) continue;
      const sorted = [...days].sort((a, b) => a - b)
        .map((day) => `(${since}) + interval '${day * 24} hours'`);
      moments.push(
        `case ${sorted.map((at) => `when ${at} > $3::timestamptz then ${at}`).join(" ")} end`,
      );
    }
    for (const { next_change, sql } of relations) {
      if (next_change !== null) moments.push(future(`(${next_change})`));
      else if (sql.includes("$3")) moments.push(TOMORROW);
    }
    return moments.length === 0 ? "null::timestamptz" : `least(${moments.join(", ")})`;
  }
}

/** A fact is still fresh, and still there, at the moment itself. */
const future = (at: string) => `case when ${at} >= $3::timestamptz then ${at} end`;
