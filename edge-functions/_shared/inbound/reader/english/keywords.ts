// English keywords of the carriers and the FCC.
import { isSlipOfStop } from "../spelling.ts";

const COURTESY =
  "please|ok|okay|now|just|thanks|thank you|thank|thx|ty|hi|hello|hey|immediately|asap|already|today|kindly|i said|reply|text|sir|maam|ma am|bro|dude|man|yo|fucking|fuck|damn|right|right now|all|and|no|nope|yes|yeah|yea|messages?|texts?|texting|again|forever|i mean it|you|at once|message|for good|gracias|por favor|favor|merci|danke|bitte|obrigado|thank u|sent|de|it|this|that|me|us|everything|the|these";

const KEYWORDS =
  "stop|stopp|stopall|stoop|stops|unsubscribe|unsubscribed|quit|i quit|revoke|revoked|hereby revoke|i revoke|i hereby revoke|revoke my consent|revoke all consent|revoke consent|opt out|opt me out|opt us out|optout|opted out|stop ?(?:2|to) ?(?:end|stop|quit|cancel)|stop2end|discontinue|cease|desist|remove|remove me|remove us|remove my number|exit|end|cancel|delete|delete me|unsub|terminate|stopt|knock it off|cut it out|enough|that is enough";
const ONLY_KEYWORDS = new RegExp(
  `^(?:(?:${COURTESY}) )*(?:${KEYWORDS})(?: (?:${COURTESY}|${KEYWORDS}))*$`,
);
const STRONG =
  "stop|stopall|unsubscribe|quit|opt out|optout|opt me out|remove|remove me|remove us|discontinue|cease|desist|unsub|revoke|knock it off|remove my number";
const STRONG_ALONE = new RegExp(
  `^(?:(?:${COURTESY}) )*(?:${STRONG})(?: (?:${COURTESY}|${STRONG}))*$`,
);

const COURTESIES = new RegExp(`(?<!\\S)(?:${COURTESY})(?: |$)| (?:${COURTESY})$`, "g");

/** Whether the words consist of keywords of the carriers and the FCC, apart from courtesy words and repetition. */
export const isEnglishKeyword = (words: string): boolean =>
  words.length < 60 && (ONLY_KEYWORDS.test(words) || isSlipOfStop(words.replace(COURTESIES, "")));

/** The same for a part of a longer message: without words that may answer another question (end, cancel). */
export const isEnglishKeywordPart = (words: string): boolean =>
  words.length < 60 && STRONG_ALONE.test(words);

export const isEnglishCourtesy = (words: string): boolean =>
  new RegExp(`^(?:(?:${COURTESY})(?: |$))+$`).test(words);
