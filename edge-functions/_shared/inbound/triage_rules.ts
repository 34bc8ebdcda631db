// Labels a reply where its text is unambiguous. All others stay unlabelled for a person, or first for a model.
// Wishes are not read here but in reader/, and the database checks every reply for keywords.
import { anyOf } from "../platform/any_of.ts";
import type { ReplyLabel } from "../providers/types.ts";
import { ownWords } from "./reader/own_words.ts";

const WRONG = anyOf(
  /\bwrong (number|person|guy|house|address|email|e-mail)/,
  /\b(i|we) (do not|don't|dont|never) own(ed)?\b/,
  /\bnot (my|our) (house|home|property)/,
  /\b(sold|moved) (it|the house|that house|the place) (already|long|years|last)/,
  /\b(no longer|not) (the owner|own)/,
  /\b(he|she) (passed away|died)/,
  /\bwho is this\??$/,
);
const NOT = anyOf(
  /^(no+|nope|nah|no,? thanks?|no,? thank you|not interested|not for sale|never|pass)$/,
  /\b(not|no longer|never) (at all )?(interested|for sale|selling|looking to sell)\b/,
  /\b(isn't|isnt|aren't|arent|ain't) (at all )?(interested|for sale|selling|looking to sell)\b/,
  /\bnot selling\b|\bno interest\b|\bhappy where (we|i) are\b/,
);
const LATER = anyOf(
  /\bnot (now|right now|yet|at the moment|at this time)\b/,
  /\bmaybe (later|next|in)\b/,
  /\blater (this|next)\b/,
  /\bnext (week|month|year|spring|summer|fall|winter)\b/,
  /\bin (a|two|three|six|\d+) (weeks?|months?|years?)\b/,
  /\bafter (the )?(holidays|christmas|new year|summer|school)\b/,
  /\b(check|get|circle) back\b/,
  /\bbusy (right )?now\b/,
  /\bcall (me )?(back )?(tomorrow|later|next|after)\b/,
);
const YES = anyOf(
  /^(yes|yeah|yep|yup|sure|ok|okay|sounds good)( please| thanks| thank you)?$/,
  /^(interested|i am|i'm interested)( please| thanks| thank you)?$/,
  /^(call me|please call( me)?|si)( please| thanks| thank you)?$/,
  /\b(i'm|i am|we're|we are|very|might be|could be|am) interested\b/,
  /\b(call|text|email|ring) me\b/,
  /\bgive me a call\b/,
  /\b(make|send) (me )?an offer\b/,
  /\bwould (like|love) to (talk|sell|meet|hear)\b/,
  /\bset up a (call|time|meeting)\b/,
  /\bready to sell\b/,
);
const ASKS =
  /\?|^(who|what|where|when|why|how|which|is|are|do|does|can|could|would|will)\b|\bhow much\b/;

/** Null where the text matches several labels, or none with certainty. */
export function labelOf(body: string): ReplyLabel | null {
  const text = ownText(body);
  if (text === "" || text.length > 600) return null;
  const found: ReplyLabel[] = [];
  if (WRONG.test(text)) found.push("wrong_person");
  const refused = NOT.test(text);
  if (refused) found.push("not_interested");
  if (LATER.test(text)) found.push("later");
  // "Not interested" contains the word and means the opposite.
  if (!refused && YES.test(text)) found.push("interested");
  if (found.length === 1) {
    // An additional question does not contradict it: "Yes, how much?"
    return found[0] === "not_interested" && text.includes("?") ? null : found[0]!;
  }
  return found.length === 0 && ASKS.test(text) && text.length < 300 ? "question" : null;
}

/** The person's own words in lower case, without a full stop at the end. */
function ownText(body: string): string {
  return ownWords(body).normalize("NFKC").toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/\s+/g, " ").trim()
    .replace(/[.!]+$/, "").trim();
}
