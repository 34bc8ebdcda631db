// Phrases that a native reader stumbles over, and words that docs/glossary.md rules out.

export interface Pattern {
  pattern: RegExp;
  /** The usual term or phrase. */
  instead: string;
}

/** Words that the glossary replaces. `npm test` refuses them in texts (test/unit/docs). */
export const BANNED: Pattern[] = [
  { pattern: /\bdoors?\b/i, instead: "endpoint" },
  { pattern: /\bknock(s|ed|ing)?\b/i, instead: "request, or verification input" },
  { pattern: /\bnonsense\b/i, instead: "malformed" },
  // Letters of the alphabet are fine.
  {
    pattern: /(?<!dead[- ])\bletters?\b(?=.*\b(replay\w*|queues?|jobs?|filed|dlq|notice)\b)/i,
    instead: "dead letter",
  },
  { pattern: /\bin doubt\b/i, instead: "unconfirmed" },
  { pattern: /\bsteer(s|ed|ing)?\b/i, instead: "control" },
  {
    pattern: /\b(is|are|was|were|be|been|sent|turned) away\b/i,
    instead: "unavailable, or refused",
  },
  { pattern: /\bbells?\b/i, instead: "the usual term" },
  { pattern: /\bbur(y|ies|ied)\b/i, instead: "dead-letter, or move" },
  { pattern: /\bbrakes?\b/i, instead: "throttle" },
  { pattern: /\bof the desk\b|\bdesk commands?\b/i, instead: "operator command" },
];

export const SUSPICIOUS: Pattern[] = [
  ...BANNED,
  {
    pattern:
      /\b(is|are|was|were|be|being) no\b(?! (longer|more|less|later|earlier|better|worse)\b)/i,
    instead: "is not (a)",
  },
  { pattern: /\b(that|which|there|it|this|one) (is|are|was|were|has) none\b/i, instead: "is not" },
  {
    pattern: /\bis none\b|\bnone that\b|\bknows? no\b|\bnames? no\b|\bbears? no\b/i,
    instead: "does not",
  },
  { pattern: /\b(nobody|anybody|somebody|everybody)('s)?\b/i, instead: "name the subject" },
  { pattern: /\b(whoever|whomever|whosoever|whichever|wherever)\b/i, instead: "name the subject" },
  {
    pattern: /\b(does|do|did) not hold\b|\bholds? (for|good|true)\b|\bstill holds\b/i,
    instead: "is invalid",
  },
  { pattern: /\b(gives?|gave|given|giving) back\b/i, instead: "return" },
  { pattern: /\b(goes|went|going|go) on\b/i, instead: "continue" },
  { pattern: /\b(takes?|took|taken|taking) (it |them )?up\b/i, instead: "start, accept" },
  { pattern: /\b(hears?|heard)\b/i, instead: "receive" },
  { pattern: /\b(tells?|told|telling)\b/i, instead: "report, notify, show" },
  { pattern: /\b(stands?|stood|standing)\b/i, instead: "is, remains, represents" },
  { pattern: /\b(comes?|came) (to nothing|of it|to an end)\b/i, instead: "fails, ends" },
  { pattern: /\bbeside\b/i, instead: "besides, next to" },
  {
    pattern: /\b(ere|hence|thereof|therein|whence|thus far|of old|lest|thither|anew)\b/i,
    instead: "modern word",
  },
  {
    pattern: /\bis not there\b|\bare not there\b|\bis (still )?to come\b/i,
    instead: "not found, missing",
  },
  { pattern: /\b(has|have|had) (no|nothing) (word|say|business)\b/i, instead: "plain statement" },
  {
    pattern: /\bno (finding|matter of)\b|\bof (its|their) own accord\b/i,
    instead: "plain statement",
  },
  { pattern: /\b(asked|wanted) of\b|\b(is|are) owed\b|\bowes?\b/i, instead: "plain statement" },
  {
    // "What is due is claimed": a clause as the subject. A question keeps its question mark.
    pattern: /(?:^|[.:;] )(what|who) (?!(if|about|to|else)\b)[a-z']+[^?]*?(?:\.(?=\s|$)|;|:|$)/i,
    instead: "name the subject",
  },
  {
    pattern: /\b(and|that|but|so|of) what (is|are|was|were|it|they|has|comes)\b/i,
    instead: "name the object",
  },
];

export function suspicionsOf(text: string, patterns: readonly Pattern[] = SUSPICIOUS): string[] {
  return patterns.flatMap(({ pattern, instead }) => {
    const match = pattern.exec(text);
    return match ? [`"${match[0].trim().slice(0, 40)}" -> ${instead}`] : [];
  });
}
