// Local businesses by area: what each provider that lists them answers, and one form of it.
import type { Asked } from "./gateway/types.ts";
import type { Gateway } from "./gateway/gateway.ts";

/** What a page of results shows of a place. Terms of providers let it be kept for a day at most. */
export interface Display {
  name: string;
  phone: string | null;
  website: string | null;
  street: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  /** False: closed for good. */
  open: boolean;
}

export interface Place {
  id: string;
  location: { latitude: number; longitude: number } | null;
  /** Null: only the id is known so far. */
  display: Display | null;
}

export interface PlaceSearch {
  category: string;
  south: number;
  west: number;
  north: number;
  east: number;
}

export interface PlaceWork {
  gateway: Gateway;
  orgId: string;
  /** What calls may still cost. */
  mostUsd: number;
  correlationId: string;
  shouldStop: () => boolean;
}

/** later: ask again after waitMs; stop: nothing more can be asked until a person has acted, for the reason. */
export type Outcome<T> =
  | { status: "ok"; value: T; calls: number; costUsd: number }
  | { status: "later"; reason: string; waitMs: number; calls: number; costUsd: number }
  | { status: "stop"; reason: string; calls: number; costUsd: number }
  | { status: "failed"; reason: string; calls: number; costUsd: number };

export interface PlaceSource {
  provider: string;
  /** The most calls that one search makes. */
  callsPerSearch: number;
  /** Results of a search beyond this number do not come. */
  ceiling: number;
  searchUsd(gateway: Gateway, orgId: string): Promise<number | null>;
  /** Null: a search says all, and `read` is not called. */
  readUsd: ((gateway: Gateway, orgId: string) => Promise<number | null>) | null;
  /** All results of a box up to the ceiling; full: there are more, or as many as the ceiling. */
  search(
    work: PlaceWork,
    search: PlaceSearch,
  ): Promise<Outcome<{ places: Place[]; full: boolean }>>;
  /** Null: the place does not exist any more. */
  read(work: PlaceWork, id: string): Promise<Outcome<Place | null>>;
}

/** What an answer of the gateway means for a search. */
export function outcomeOf<M, T>(
  asked: Asked<M>,
  use: (mapped: M | null) => T,
): Outcome<T> {
  const cost = { calls: 1, costUsd: "costUsd" in asked ? asked.costUsd : 0 };
  if (asked.status === "later") {
    return { ...asked, reason: asked.reason, calls: 0, costUsd: 0 };
  }
  if (asked.status === "refused") {
    return { status: "stop", reason: asked.reason, calls: 0, costUsd: 0 };
  }
  if (asked.status === "lost") return { status: "failed", reason: asked.reason, ...cost };
  if (asked.outcome === "ok" && asked.mapped !== null || asked.outcome === "empty") {
    return { status: "ok", value: use(asked.mapped), ...cost };
  }
  return ["auth", "out_of_credit", "blocked"].includes(asked.outcome)
    ? { status: "stop", reason: asked.outcome, ...cost }
    : { status: "failed", reason: asked.said?.code ?? asked.outcome, ...cost };
}
