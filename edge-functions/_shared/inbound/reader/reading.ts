// What a reply asks for, as data for the database, which decides what follows.
import type { Channel } from "../../providers/types.ts";

export interface Reading {
  request: "opt_out" | "opt_in" | "help" | "none";
  /** The request is a keyword and nothing else: START reverses such a STOP. */
  keyword: boolean;
  /** Channels that an opt-out ends. */
  ends: Channel[];
  /** Channels that the same message asks for. */
  keeps: Channel[];
  /** contact: this phone or address only. person: every phone or address of the person. */
  scope: "contact" | "person";
  /** Everything, for good: also phones and addresses that become known later. */
  never: boolean;
  /** The phone or address belongs to somebody else than the owner. */
  wrong_contact: boolean;
  /** The language of the words that decided; null where none did. */
  language: string | null;
  /** The words are in a language that the reader does not read. */
  unread: boolean;
  /** Who read the request: the rules, or the learned reader where they read nothing. */
  by: "rules" | "learned";
  /** The learned reader finds a wish likely, but not likely enough to carry it out: a person decides. */
  possible: boolean;
}
