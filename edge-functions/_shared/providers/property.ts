// What data providers say about a property. Every provider answers in this form.
import type { DataEndpoint, DataProvider } from "./gateway/types.ts";

export interface PropertyQuestion {
  street: string | null;
  city: string | null;
  state: string | null;
  zip: string | null;
  countyFips: string | null;
  apn: string | null;
  mak: string | null;
}

/** value, equity, mortgage, sale or foreclosure, as of a date (YYYY-MM-DD); numbers and codes, never names. */
export interface PropertyFact {
  name: "value" | "equity" | "mortgage" | "sale" | "foreclosure";
  as_of: string;
  /** Tells apart several of one date, such as the number of a document. */
  entry?: string;
  amount_usd?: number;
  details?: Record<string, number | string>;
}

export interface PropertyAnswer {
  /** Which property it is, as the provider writes it: the database decides whether it is the lead's. */
  property: PropertyQuestion;
  facts: PropertyFact[];
  /** Result codes of the provider. */
  codes?: string[];
}

/** Endpoints of a provider that are asked about a property, one after the other. */
export interface PropertySource<S> {
  provider: DataProvider<S>;
  // deno-lint-ignore no-explicit-any
  endpoints: readonly DataEndpoint<S, PropertyQuestion, any, PropertyAnswer>[];
  /** Those that an org has to switch on (its settings property_…), by the option of the run. */
  // deno-lint-ignore no-explicit-any
  further?: Readonly<Record<string, DataEndpoint<S, PropertyQuestion, any, PropertyAnswer>>>;
  /** Whether the question has a key by which the provider finds properties. */
  knows(question: PropertyQuestion): boolean;
}

/** A date in the forms that providers use, or null. */
export function dayOf(text: string | null | undefined): string | null {
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(text ?? "");
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text ?? "");
  const [year, month, day] = iso ? iso.slice(1) : us ? [us[3], us[1], us[2]] : [];
  if (!year || !month || !day) return null;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const read = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(read.getTime()) || read.toISOString().slice(0, 10) !== date ? null : date;
}

/** An amount in dollars; zero and less is how providers write that they know none. */
export function amountOf(value: unknown): number | undefined {
  const amount = typeof value === "string" ? Number(value.replaceAll(/[$,]/g, "")) : value;
  return typeof amount === "number" && Number.isFinite(amount) && amount > 0 ? amount : undefined;
}
