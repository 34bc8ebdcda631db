// What a reply wants, as far as words tell it beyond doubt. What is doubtful is nobody's label: a person
// reads it, and a model may before. Opt-outs are not judged here: the database reads every reply for them.

export type Label =
  | "interested"
  | "question"
  | "later"
  | "wrong_person"
  | "not_interested"
  | "opt_out";

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

/** Null where the words say two things, or nothing that is sure. */
export function labelOf(body: string): Label | null {
  const words = ownWords(body);
  if (words === "" || words.length > 600) return null;
  const found: Label[] = [];
  if (WRONG.test(words)) found.push("wrong_person");
  const refused = NOT.test(words);
  if (refused) found.push("not_interested");
  if (LATER.test(words)) found.push("later");
  // "Not interested" has the word, and says the opposite.
  if (!refused && YES.test(words)) found.push("interested");
  if (found.length === 1) {
    // A question beside it decides nothing against it: "Yes, how much?"
    return found[0] === "not_interested" && words.includes("?") ? null : found[0]!;
  }
  return found.length === 0 && ASKS.test(words) && words.length < 300 ? "question" : null;
}

/** Lower case, without what is quoted below a reply, and without a dot at the end. */
function ownWords(body: string): string {
  return body.normalize("NFKC").toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/(^|\n)>[^\n]*/g, "")
    .replace(/\n(on [^\n]{5,200} wrote:|-{2,} ?original message|from: )[^]*$/, "")
    .replace(/\n(--|sent from my )[^]*$/, "")
    .replace(/\s+/g, " ").trim()
    .replace(/[.!]+$/, "").trim();
}
