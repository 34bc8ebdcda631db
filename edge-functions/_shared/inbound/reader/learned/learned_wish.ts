// A wish to be left alone, as learned from labelled replies: a logistic regression, for wording that no rule names. It is
// asked only where the rules read nothing, and can add a wish but never remove one.
import { labelOf } from "../../triage_rules.ts";
import { isEnglishCourtesy } from "../english/words.ts";
import { reachOf } from "../reach.ts";
import type { Reading } from "../reading.ts";
import type { Channel } from "../../../providers/types.ts";
import type { Sentence } from "../words.ts";
import { featuresOf, wordsOf } from "./features.ts";
import { BIAS, SCALE, WEIGHTS } from "./weights.ts";

/** At these log odds, at most 0.7 % of the others are taken for wishes, measured on authors who were left out. */
export const WISH = 1.5;
/** Perhaps a wish: nothing ends, and nothing automatic is sent until a person has looked. */
export const POSSIBLE_WISH = -0.5;
/** Fewer words say too little, and of more words no examples were learned. */
const MIN_WORDS = 2;
const MAX_WORDS = 120;

/** "Call me" is interest, "do not call me" is not. */
const REFUSING = /^(?:not?|never|dont|stop|quit|cease|off|remove|nobody|nothing|without|enough)$/;

/** "Yes, start again" asks for more. */
const RESUMING = /(?<!\S)(?:start|unstop|resume|resubscribe|restart)(?!\S)/;

let weights: Int8Array | null = null;

/** The log odds that somebody's own words wish for an end. */
export function learnedWish(own: string): number {
  weights ??= Int8Array.from(atob(WEIGHTS.replace(/\s/g, "")), (unit) => unit.charCodeAt(0));
  const features = featuresOf(own);
  let sum = 0;
  for (const feature of features) sum += weights[feature]!;
  return SCALE * sum / Math.sqrt(features.length + 1) + BIAS;
}

/** What log odds mean for the words that have them. */
export function verdictOf(own: string, odds: number): "wish" | "possible" | "nothing" {
  const words = wordsOf(own).filter((word) => /\p{L}/u.test(word));
  if (words.length < MIN_WORDS || odds < POSSIBLE_WISH || isEnglishCourtesy(words.join(" "))) {
    return "nothing";
  }
  const isRefusing = words.some((word) => REFUSING.test(word));
  if (!isRefusing && RESUMING.test(words.join(" "))) return "nothing";
  const isInterested = labelOf(own) === "interested" && !isRefusing;
  return odds < WISH || words.length > MAX_WORDS || isInterested ? "possible" : "wish";
}

type Learned = Partial<Pick<Reading, "request" | "by" | "ends" | "keeps" | "scope" | "possible">>;

/** What the learned reader adds to a reading in which the rules found nothing. */
export function learnedReading(own: string, sentences: Sentence[], channel: Channel): Learned {
  const verdict = verdictOf(own, learnedWish(own));
  if (verdict === "nothing") return {};
  if (verdict === "possible") return { possible: true };
  const { ends, keeps, scope } = reachOf(wishAndRest(sentences), channel);
  // It never speaks for contact points that become known later.
  return ends.length > 0
    ? { request: "opt_out", by: "learned", ends, keeps, scope }
    : { possible: true };
}

/** The sentence that wishes most, and the others. */
function wishAndRest(sentences: Sentence[]) {
  const odds = sentences.map(({ words }) => learnedWish(words));
  const wish = odds.indexOf(Math.max(...odds));
  return {
    // "Be" names everything in "let me be" alone.
    wishes: [sentences[wish]!.words.replace(/(?<!(?:let|leave) (?:me|us) )\bbe\b/g, "")],
    at: [wish],
    rest: sentences.map(({ words }, n) => n === wish ? "@" : words),
    keyword: false,
  };
}
