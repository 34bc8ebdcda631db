// English words: keywords of the carriers and the FCC, which channels a wish names and which the rest asks for, and
// whether a text is in English at all.
import { isSlipOfStop } from "../spelling.ts";

const COURTESY =
  "please|dangit|dammit|damnit|goddammit|dangnabbit|bot|robot|spammer|scammer|ok|okay|now|just|thanks|thank you|thank|thx|ty|hi|hello|hey|immediately|asap|already|today|kindly|i said|reply|text|sir|maam|ma am|bro|dude|man|yo|fucking|fuck|damn|right|right now|all|and|no|nope|yes|yeah|yea|messages?|texts?|texting|again|forever|i mean it|you|at once|message|for good|at once|gracias|por favor|favor|merci|danke|bitte|obrigado|thank u|sent|de|it|this|that|me|us|everything|the|these";

const KEYWORDS =
  "stop|stopping please|please stopping|stop lol|stop lmao|stopp|stopall|stoop|stops|unsubscribe|unsubscribed|quit|i quit|revoke|revoked|hereby revoke|i revoke|i hereby revoke|revoke my consent|revoke all consent|revoke consent|opt out|opt me out|opt us out|optout|opted out|stop ?(?:2|to) ?(?:end|stop|quit|cancel)|stop2end|discontinue|cease|desist|halt|remove|remove me|remove us|remove my number|exit|end|cancel|cancel me|cancel me out|delete|delete me|unsub|terminate|stopt|knock it off|cut it out|enough|that is enough";
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

/** STOP and the like, where a number, a link or words in brackets stand beside it: "STOP 3rd", "Stop (Ann Ames)". */
export const isKeywordBesideNoise = (words: string): boolean =>
  isEnglishKeywordPart(words) &&
  /(?<!\S)(?:stop|stopall|unsub|unsubscribe|opt ?out)(?!\S)/.test(words);

/** Another phone or address than the one that the message came from, where the sentence asks for that. */
export const ANOTHER =
  /(?<!\S)(?:my (?:\w+ )?(?:cell|mobile|personal|other|home|work|new|direct)|the other (?:number|phone|line)|\d{3,}|instead at)(?!\S)/;
/** The phone or address that the message came from. */
export const THIS_ONE =
  /(?<!\S)(?:this (?:\w+ )?(?:number|phone|line|address|email|cell)|on here)(?!\S)/;

export const isEnglishCourtesy = (words: string): boolean =>
  new RegExp(`^(?:(?:${COURTESY})(?: |$))+$`).test(words);

/** What a wish names. Contact, lists and being left alone are about everything. */
export const ENGLISH_NAMES: Record<"text" | "call" | "email" | "everything", RegExp> = {
  text: /(?<!\S)(?:text\w*|messag\w*|sms)(?!\S)/,
  call:
    /(?<!\S)(?:call\w*|phone(?= (?:me|us|my|here|again|any more)(?!\S))|telephon\w*|phone calls?|phoning|ring\w*|robocall\w*|dnc|telemarketing)(?!\S)/,
  email: /(?<!\S)(?:email\w*|mail|mailing|mailings|mailing list|newsletters?)(?!\S)/,
  everything:
    /(?<!\S)(?:contact(?:s|ing|ed)?|everything|communicat\w+|alone|be|away|lists?|database|records|files|system|lose|forget|off|lost|desist|su(?:e|ing)|anyone|anything|information|info|data|hell|reach(?:ing)? out|hear|disturb|(?:all|what|whatever) (?:that )?you(?: still)? (?:have|hold|got|keep|store))(?!\S)/,
};

/** A list of e-mails is about e-mail. */
export const EMAIL_LIST =
  /(?<!\S)(?:mailing list|mailings?|newsletters?|email(?:ing)? lists?|subscription|my email(?: address)? (?:from|off))(?!\S)/;

const ASKED =
  "(?:please |just |only |still |rather |always |you can |you may |instead |better |simply |kindly )*";
const ME =
  "(?: (?:me|us|my|him|her|instead|only|back|on|at|if|any time|anytime|when|tomorrow|later|after|it))";
const BEFORE =
  "(?:^|(?<=, |@ |and |but |just |only |instead |please |rather |better |can |could |may |still |you |or ))";
const ask = (verbs: string, nouns: string) =>
  new RegExp(
    [
      `${BEFORE}${ASKED}(?:${verbs})${ME}(?!\\S)`,
      `(?:^|@ |, |and |but )${ASKED}(?:${verbs})(?: only| instead| please)?(?= ,|$)`,
      `(?<!\\S)(?:just|only) (?:${verbs}|${nouns})(?: please| thanks)?$`,
      `(?<!\\S)(?<!(?:like|do|did|if|not) i )(?:prefer|rather(?: have| do)?|want) (?:a |an |to )?(?:${nouns}|${verbs})(?!\\S)`,
      `(?<!\\S)(?<!(?:this|these|your|that) (?=text|message|email|call))(?:${nouns})(?: me)?(?: (?:is|are|works?|would be|will be|only|instead))(?: \\w+)? ?(?:fine|ok|okay|better|best|good|great|instead|easier|preferred|only|please|works)?(?!\\S)`,
      `(?<!\\S)(?<!@ |@ , |@ again , |@ again |not )(?:by|via|through|over|per|in|(?:reach|contact|get|find|answer)(?: me)? on) (?:the |an?|my )?(?:${nouns})(?: only| instead| please)?(?= ,|$)`,
      `(?<!\\S)use (?:the |my |only )*(?:${nouns})(?!\\S)`,
      `(?<!\\S)(?:only|just) (?:answer|read|take|check|do|use|respond to|reply to|look at) (?:my )?(?:${nouns})(?!\\S)`,
      `(?<!\\S)(?:send|drop|shoot|give)(?: me| us| it| everything)?(?: an?| the| by| via| to my| your offer by)* (?:${nouns})(?!\\S)`,
      `(?<!\\S)you (?:can|may|could)(?: still| always| only| just)* (?:${verbs})(?!\\S)`,
    ].map((part) => `(?:${part})`).join("|"),
  );

/** Which channel the rest of a message asks for. */
export const ENGLISH_ASKS: Record<"text" | "call" | "email", RegExp> = {
  text: ask("text|message|sms", "texts?|texting|text message|sms|messages?"),
  call: ask(
    "call|phone|telephone|ring",
    "calls?|calling|phone|phone calls?|cell|line|landline|this (?:number|one)|(?:my|the) other (?:number|phone|one)",
  ),
  email: ask("email|mail|write", "emails?|emailing|mail"),
};

/** Somebody else whom the wish is about, where the person asks for the same channel. */
export const ABOUT_OTHERS =
  /(?<!\S)(?:my|the|our) (?:wife|husband|mother|mom|mum|father|dad|son|daughter|parents|kids|sister|brother|grandma|grandmother|grandpa|house|home|office|work|landline|cell|(?:home|cell|house|work|office|business|old|other|desk) (?:phone|number|line|cell|one)|assistant|receptionist|secretary|tenants?)(?!\S)/;

const ENGLISH =
  /(?<!\S)(?:the|a|an|i|you|it|is|are|am|was|to|of|and|or|in|on|for|with|my|me|we|us|our|your|he|she|they|this|that|not|no|yes|yeah|yep|ok|okay|sure|what|who|how|when|where|why|do|does|did|can|will|would|have|has|had|call|text|email|please|thanks|thank|hi|hello|hey|sell|sold|sale|house|home|price|offer|interested|maybe|later|now|today|tomorrow|good|great|sorry|wrong|number|stop|if|at|by|so|but|nope|nah|want|need|let|get|got|cash|much|many|give|ask|again|until|till?|after|before|next|last|weeks?|months?|years?|needs?|needed|never|nobody|from|into|there|here|just|could|should|would|works?|working|monday|tuesday|wednesday|thursday|friday|saturday|sunday|morning|more|about|already|under|keep|like|some|something|someone|anything|nothing|think|know|been|had|were|old|new|him|them|their|than|then|which|other|another|came|going|take|took|see|try|hit|says?|told|send|sent|leave|late|first|back|out|off|up|down|over|still|too|very|well|right|left|year|day|days|time|number|street|road|land|property|tenants?|lease|repairs?|roof|closing|contract|bank|form|attached|texts?|called|calls|lol|lmao|idk|uh|huh|mhm|hmm|nobody|deeds?|claim|contacted|creek|gonna|wanna|gimme|thru|tmrw|im)(?!\S)/;

export const hasEnglish = (words: string): boolean => ENGLISH.test(words);

/** No English word among several, or letters of another alphabet. */
export function isUnread(words: string): boolean {
  const others = words.match(/[\p{L}\p{M}]+/gu)?.filter((word) => !/^[a-z]+$/.test(word)) ?? [];
  const letters = others.join("").length;
  if (letters > 0 && letters * 2 >= words.replace(/[^\p{L}]/gu, "").length) return true;
  const plain = words.split(" ").filter((word) => /^[a-z]{2,}$/.test(word));
  if (plain.length >= 3 && !ENGLISH.test(words)) return true;
  return plain.length >= 4 &&
    plain.every((word) => IN_MANY_LANGUAGES.test(word) || !ENGLISH.test(word));
}
const IN_MANY_LANGUAGES = /^(?:me|no|an|on|in|do|so|am|at|ja|da|ha)$/;
