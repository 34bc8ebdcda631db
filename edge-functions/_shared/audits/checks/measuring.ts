import type { Measures, Value } from "../types.ts";

const MOST_DETAILS = 5;
const LONGEST_DETAIL = 200;

/** Collects the measures of one address. */
export class Measuring {
  readonly measures: Measures = {};
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  set(name: string, value: Value, details: readonly string[] = [], url = this.#url): void {
    const few = details.slice(0, MOST_DETAILS).map((one) => one.slice(0, LONGEST_DETAIL));
    this.measures[name] = { value, url, ...(few.length === 0 ? {} : { details: few }) };
  }
}
