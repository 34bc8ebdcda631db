// Labels a reply where its text is unambiguous. All others stay unlabelled for a person, or first for a model.
// Opt-outs are not recognised here: the database checks every reply for them.
import type { ReplyLabel } from "../providers/types.ts";

const WRONG =
  /\b(wrong (number|person|guy|house|address|email|e-mail)|(i|we) (do not|don't|dont|never) own(ed)?\b|not (my|our) (house|home|property)|(sold|moved) (it|the house|that house|the place) (already|long|years|last)|(no longer|not) (the owner|own)|(he|she) (passed away|died)|who is this\??$)/;
const NOT =
  /^(no+|nope|nah|no,? thanks?|no,? thank you|not interested|not for sale|never|pass)$|\b(not|no longer|never|isn't|isnt|aren't|arent|ain't) (at all )?(interested|for sale|selling|looking to sell)\b|\bnot selling\b|\bno interest\b|\bhappy where (we|i) are\b/;
const LATER =
  /\b(not (now|right now|yet|at the moment|at this time)|maybe (later|next|in)|later (this|next)|next (week|month|year|spring|summer|fall|winter)|in (a|two|three|six|\d+) (weeks?|months?|years?)|after (the )?(holidays|christmas|new year|summer|school)|(check|get|circle) back|busy (right )?now|call (me )?(back )?(tomorrow|later|next|after))\b/;
const YES =
  /^(yes|yeah|yep|yup|sure|ok|okay|sounds good|interested|i am|i'm interested|call me|please call( me)?|si)( please| thanks| thank you)?$|\b(i'm|i am|we're|we are|very|might be|could be|am) interested\b|\b(call|text|email|ring) me\b|\bgive me a call\b|\b(make|send) (me )?an offer\b|\bwould (like|love) to (talk|sell|meet|hear)\b|\bset up a (call|time|meeting)\b|\bready to sell\b/;
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

/** Lower case, without the quoted text below a reply, and without a full stop at the end. */
function ownText(body: string): string {
  return body.normalize("NFKC").toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/(^|\n)>[^\n]*/g, "")
    .replace(/\n(on [^\n]{5,200} wrote:|-{2,} ?original message|from: )[^]*$/, "")
    .replace(/\n(--|sent from my )[^]*$/, "")
    .replace(/\s+/g, " ").trim()
    .replace(/[.!]+$/, "").trim();
}
