// The one reader of replies, for texts, e-mails and calls.
import type { Channel } from "../../providers/types.ts";
import {
  ENGLISH_EXCEPTIONS,
  ENGLISH_POSSIBLE,
  ENGLISH_STAYS,
  ENGLISH_WISHES,
  ENGLISH_WRONG,
  ENGLISH_WRONG_EXCEPTIONS,
  INTERRUPTION,
  withoutFillers,
} from "./english/phrases.ts";
import {
  hasEnglish,
  isEnglishCourtesy,
  isEnglishKeyword,
  isEnglishKeywordPart,
  isKeywordBesideNoise,
  isUnread,
} from "./english/words.ts";
import { wishByGrammar } from "./english/grammar.ts";
import { learnedReading } from "./learned/learned_wish.ts";
import { COMPILED } from "./languages/compiled.ts";
import { ordinaryLanguage, refusesBriefly } from "./languages/ordinary.ts";
import { mayHideWish, ownWords } from "./own_words.ts";
import { type Found, reachOf } from "./reach.ts";
import type { Reading } from "./reading.ts";
import { type Sentence, sentencesOf } from "./words.ts";

/** A stop sign, a raised hand, a cross, a person with crossed arms, a middle finger. */
const STOP_EMOJI = /[🛑⛔🚫✋🖕❌🙅🤚🖐✖]/u;

/** What the rules read; where they find nothing in words that the reader reads, what the learned reader adds. */
export function readReply(text: string, channel: Channel): Reading {
  const own = ownWords(text);
  const sentences = sentencesOf(own);
  const all = sentences.map(({ words }) => words).join(" , ");
  const nothing: Reading = {
    ...{ request: "none", keyword: false, ends: [], keeps: [], scope: "contact", never: false },
    ...{ wrong_contact: false, language: null, unread: false, by: "rules", possible: false },
  };
  const bare = all.replace(/ ?, ?/g, " ").trim();
  const asWritten = sentences.map((one) => one.asWritten).join(" ").replace(/ ?, ?/g, " ").trim();
  if (STOP_EMOJI.test(own) && (bare === "" || isEnglishCourtesy(bare))) {
    return {
      ...nothing,
      request: "opt_out",
      language: "emoji",
      ...reachOf(keywordOnly(""), channel),
    };
  }
  if (bare === "") return { ...nothing, possible: mayHideWish(text, channel === "sms") };
  const stopIn = isEnglishKeyword(bare) || isKeywordBesideNoise(wordsIn(withoutNoise(own)))
    ? "English"
    : COMPILED.find((one) => one.isStop(asWritten))?.name;
  if (stopIn) {
    const reach = reachOf(keywordOnly(bare), channel);
    return { ...nothing, request: "opt_out", keyword: true, language: stopIn, ...reach };
  }
  if (channel === "sms") {
    if (/^(?:please )?(?:start|unstop)(?: please)?$/.test(bare)) {
      return { ...nothing, request: "opt_in", keyword: true, language: "English" };
    }
    if (/^(?:please )?(?:help|info)(?: please| me)?$/.test(bare)) {
      return { ...nothing, request: "help", keyword: true, language: "English" };
    }
    const startIn = COMPILED.find((one) => one.isStart(asWritten));
    if (startIn) return { ...nothing, request: "opt_in", keyword: true, language: startIn.name };
    const helpIn = COMPILED.find((one) => one.isHelp(asWritten));
    if (helpIn) return { ...nothing, request: "help", keyword: true, language: helpIn.name };
  }
  const found: Found = { wishes: [], at: [], rest: [], keyword: false };
  let language: string | null = null;
  let wrong = false;
  for (const [at, sentence] of sentences.entries()) {
    const spoken = readSentence(sentence, at, found);
    language ??= spoken.language;
    wrong ||= spoken.wrong;
  }
  const stays = all.search(ENGLISH_STAYS) >= 0;
  const read = stays || found.wishes.length > 0;
  if (isInterruption(found, all, channel) || stays) found.wishes = [];
  wrong ||= isNotNamed(own);
  const reach = found.wishes.length > 0 ? reachOf(found, channel) : null;
  if (reach && reach.ends.length > 0) {
    return { ...nothing, request: "opt_out", wrong_contact: wrong, language, ...reach };
  }
  if (wrong) return { ...nothing, wrong_contact: true, language };
  // A wish about somebody else: "do not call my wife, call me".
  const isOfOthers = reach !== null;
  const isForeign = isUnread(bare);
  const unread = isForeign && ordinaryLanguage(asWritten) === null;
  const isBriefRefusal = !isForeign && !hasEnglish(bare) && refusesBriefly(asWritten) &&
    ordinaryLanguage(asWritten) === null;
  const isSpokenPast = channel.startsWith("voice") && INTERRUPTION.test(all);
  if (
    !stays && (isOfOthers || sentences.some(({ words }) => words.search(ENGLISH_POSSIBLE) >= 0) ||
      mayHideWish(text, channel === "sms"))
  ) {
    return { ...nothing, language, unread, possible: true };
  }
  const isExcepted = sentences.some(({ asWritten }) =>
    COMPILED.some((one) => one.isExcepted(asWritten))
  );
  const learned = read || isForeign || isSpokenPast || isExcepted
    ? {}
    : learnedReading(own, sentences, channel);
  return { ...nothing, language, unread, possible: isBriefRefusal, ...learned };
}

const wordsIn = (text: string): string =>
  sentencesOf(text).map(({ words }) => words).join(" ").replace(/ ?, ?/g, " ").trim();

const withoutNoise = (text: string): string =>
  text.replace(
    /\([^()]{1,60}\)|https?:\S+|@|\+?\d[\d\s().-]*(?:x|st|nd|rd|th)?(?![\p{L}\p{N}])/giu,
    " ",
  );

/** "I'm not Linda", "the wrong Ann": a name is the word with a capital among words without. */
const isNotNamed = (text: string): boolean => {
  const name = (NOT_NAMED.exec(text) ?? NOT_KNOWN.exec(text) ?? THE_WRONG.exec(text) ??
    NOBODY_NAMED.exec(text))?.[1];
  return name !== undefined && !NO_NAME.test(name);
};
const NOT_NAMED =
  /\b(?:[iI]['’]?m|[iI] am|[tT]his(?: is)?|[iI]t['’]?s) ?(?:not|isn['’]?t|ain['’]?t) ([A-Z][a-z]{2,})\b(?! (?:St|Street|Ave|Rd|Dr|Ln|Blvd))/;
const NOT_KNOWN = /\b(?:don['’]?t|do not) know (?:any|a|no) ([A-Z][a-z]+)/;
const THE_WRONG = /(?<!(?:[tT]hat|[iI]t)['’]?s )\bthe wrong ([A-Z][a-z]+)/;
const NOBODY_NAMED =
  /\b(?:[nN]o|[wW]ho|[dD]on['’]?t know (?:any|a)) (?:(?:Mr|Mrs|Ms|Miss)\.? )?([A-Z][a-z]{2,})(?: [A-Z][a-z]+)? (?:here|at this number)\b/;
const NO_NAME =
  /(?:ed|ing|ly)$|^(?:Sure|Home|Available|Ready|Happy|Going|The|Sorry|Able|American|English|Spanish|Mexican|Chinese|House|Address|Price|Street|Unit)$/;

const isInterruption = ({ wishes }: Found, words: string, channel: Channel): boolean =>
  channel.startsWith("voice") && wishes.every((wish) =>
    /^(?:(?:stop|quit|cut|it|out|that)[ ,]*)+$/.test(wish)
  ) &&
  INTERRUPTION.test(words);

const keywordOnly = (words: string): Found => ({
  wishes: [words],
  at: [0],
  rest: [],
  keyword: true,
});

function readSentence(
  { words, asWritten }: Sentence,
  at: number,
  found: Found,
): { language: string | null; wrong: boolean } {
  let language: string | null = null;
  const wishIs = (wish: string) => {
    found.wishes.push(wish);
    found.at.push(at);
  };
  const told = words.replace(ENGLISH_EXCEPTIONS, "#");
  const wished = (wish: string) => {
    wishIs(wish);
    language = "English";
    return "@";
  };
  let rest = told.replace(ENGLISH_WISHES, wished);
  if (language === null) {
    const plain = withoutFillers(told);
    if (plain !== told) {
      const plainer = plain.replace(ENGLISH_EXCEPTIONS, "#").replace(ENGLISH_WISHES, wished);
      if (language !== null) rest = plainer;
    }
  }
  if (language === null) {
    const spoken = wishByGrammar(told);
    if (spoken !== null) {
      wished(spoken.wish);
      rest = spoken.rest;
    }
  }
  // "Tell them to quit phoning me": what is to end may follow the phrase.
  const named =
    /^@ (?:(?:with|all|the|these|your|any|more) )*(\w+ing|texts|calls|emails|messages)(?!\S)/
      .exec(rest.slice(rest.lastIndexOf("@")));
  if (named && /(?:stop|quit|cease)$/.test(found.wishes.at(-1) ?? "")) {
    found.wishes.push(`${found.wishes.pop()} ${named[1]}`);
  }
  const clauses = rest.split(/ ?, ?/).filter((clause) => {
    if (clause === "" || !isEnglishKeywordPart(clause)) return clause !== "";
    wishIs(clause);
    language = "English";
    return false;
  });
  found.rest.push(clauses.join(" , "));
  let wrong = words.replace(ENGLISH_WRONG_EXCEPTIONS, "#").match(ENGLISH_WRONG) !== null;
  if (wrong) language ??= "English";
  for (const other of COMPILED) {
    const wish = other.wish(asWritten) ??
      asWritten.split(/ ?, ?/).find((clause) => clause.length > 3 && other.isStopPart(clause)) ??
      null;
    if (wish !== null) {
      wishIs(wish);
      language ??= other.name;
    }
    if (other.isWrong(asWritten)) {
      wrong = true;
      language ??= other.name;
    }
  }
  return { language, wrong };
}
