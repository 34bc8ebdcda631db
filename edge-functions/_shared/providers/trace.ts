// A skip trace: which phones and e-mails does the owner of a property have? Every provider answers in this form.
import type { DataEndpoint, DataProvider } from "./gateway/types.ts";

export interface Address {
  street: string;
  city: string | null;
  state: string | null;
  zip: string | null;
}

export interface TraceQuestion {
  first: string | null;
  last: string | null;
  /** The owner's name in one, where the list has no parts. */
  full: string | null;
  property: Address;
  mailing: Address | null;
  countyFips: string | null;
  apn: string | null;
  mak: string | null;
}

/** Why a phone, or a person with all phones and e-mails, must not be contacted (private.traced_marks). */
export type Mark = "litigator" | "deceased" | "dnc" | "do_not_sell";

export interface TracedPhone {
  number: string;
  /** mobile, landline, voip or null. */
  type: string | null;
  /** 1 is the provider's first choice. */
  rank: number;
  /** 0 to 100: how likely the phone reaches the person, as the provider's words are weighed in its mapping. */
  confidence: number;
  marks: Mark[];
}

export interface TracedEmail {
  email: string;
  rank: number;
  confidence: number;
}

/** Only the database decides whether the person is the owner. */
export interface TracedPerson {
  name: string;
  /** The given name, where the provider has it apart. */
  first: string | null;
  marks: Mark[];
  /**
   * Result codes, of a provider that repeats the name it was asked for. verification_code_map says whether the contacts
   * are the person's and usable (channels person, phone, email).
   */
  codes?: string[];
  phones: TracedPhone[];
  emails: TracedEmail[];
}

export interface Traced {
  persons: TracedPerson[];
}

/** A provider that can be a step of the waterfall. */
export interface Tracer<S, A> {
  provider: DataProvider<S>;
  endpoint: DataEndpoint<S, TraceQuestion, A, Traced>;
  /** An org asks it only with a step of its own: keys for other products of the provider are no wish to trace. */
  needsStep?: boolean;
  /** Whether the question has what the provider needs; without this, each question has. */
  knows?(question: TraceQuestion): boolean;
}
