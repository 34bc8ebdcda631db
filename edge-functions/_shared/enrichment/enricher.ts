// What a kind of run is to the worker: it says what asking about leads would cost, and asks.
import type { Gateway } from "../providers/gateway/gateway.ts";
import type { Sql } from "../platform/db/client.ts";
import type { LeadResult } from "./results.ts";

export interface EnrichWork {
  sql: Sql;
  gateway: Gateway;
  now: () => Date;
  shouldStop: () => boolean;
}

export interface Run {
  id: string;
  org_id: string;
  kind: string;
  /** Null: the kind decides. */
  provider: string | null;
  options: Record<string, unknown>;
  correlation_id: string;
}

export interface Estimate {
  lead_id: string;
  /** Questions; 0 or no estimate: there is nothing to ask about the lead. */
  asks: number;
  /** How many of them the cache answers. */
  cached: number;
  /** The most that the others can cost. */
  most_usd: number;
}

/** Thrown where a run cannot be made at all: it fails at once, and says so. */
export class CannotRun extends Error {
  override name = "CannotRun";
}

export interface Enricher {
  /** The providers that it may ask, whose budgets the forecast shows. */
  providers(run: Run): readonly string[];
  /** What asking about the leads would cost. Asks nothing. */
  estimate(work: EnrichWork, run: Run, leadIds: readonly string[]): Promise<Estimate[]>;
  /** Asks; `mostUsd` is what is left of what was confirmed. A result for each lead; the same lead may come again. */
  ask(
    work: EnrichWork,
    run: Run,
    leadIds: readonly string[],
    mostUsd: number,
  ): Promise<LeadResult[]>;
}
