// Plain words: one spelling for what people write in many, so that the rules name each word once.
import { editDistance } from "../../platform/text.ts";
import { isOneSlip, isSlipOfStop, meantBy, writtenOut } from "./spelling.ts";

export interface Sentence {
  /** Words and commas, separated by single spaces; without accents, with contractions written out. */
  words: string;
  /** The same without the corrections of English spelling, for the other languages. */
  asWritten: string;
  /** Whether it ends with a question mark. */
  asks: boolean;
}

/** Lower case without accents, one form for the letters that Arabic and Persian keyboards write differently. */
export function foldLetters(text: string): string {
  return text.normalize("NFKD").replace(/[\u0300-\u036f\u0640\u064b-\u065f\u0670]/g, "").normalize(
    "NFKC",
  )
    .toLowerCase()
    .replace(/[đð]/g, "d").replace(/ß/g, "ss").replace(/ø/g, "o").replace(/ł/g, "l").replace(
      /œ/g,
      "oe",
    )
    .replace(/æ/g, "ae").replace(/ı/g, "i")
    .replace(/[يى]/g, "ی").replace(/ك/g, "ک").replace(/ة/g, "ه")
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/\u200c/g, " ").replace(/[\u00ad\u200b-\u200f\u2060\ufe0f\ufeff]/g, "");
}

/** An address is one word, a title ends no sentence, and single words with a stop behind each are one sentence. */
const joinedUp = (text: string): string =>
  text.replace(/[^\s<>()"]+@[^\s<>()"]+\.\w+/g, " my address ")
    .replace(/\b(mr|mrs|ms|dr|jr|sr|st|prof)\.(?=\s*\w)/g, "$1")
    .replace(/\b((?:mr|mrs|ms|dr) [a-z])\.(?= \w)/g, "$1")
    .replace(
      /(?<=^|[.:!?\n] ?)[a-z']+\.(?: [a-z']+[.!]){2,}/g,
      (row) => /\b(?:stop|no|quit)\b/.test(row) ? row : row.replace(/\.(?= )/g, ""),
    );

export function sentencesOf(text: string): Sentence[] {
  const folded = spelled(
    joinedUp(foldLetters(text)).replace(/[’‘`´ʼ]/g, "'").replace(/[“”„«»]/g, '"')
      .replace(/#(?!\w)/g, " number"),
  );
  return folded.split(/(?<=[.!?;:…।。！？；،؟\n\r])(?!\d)|\s[-–—]+\s|—/u)
    .map((part) => ({
      asks: /[?？؟]\s*["')\]]*\s*$/.test(part),
      words: plainWords(part, meantBy),
      asWritten: plainWords(part),
    }))
    .filter(({ words }) => words !== "");
}

export function plainWords(part: string, meant = writtenOut): string {
  const bare = part.replace(/[,，、،]/g, " , ").replace(/(\p{N}) , (?=\p{N}{3})/gu, "$1")
    .replace(/[^\p{L}\p{M}\p{N}', ]+/gu, " ");
  return written(bare, meant).replace(/'/g, " ").replace(/\s+/g, " ").replace(/^[ ,]+|[ ,]+$/g, "");
}

/** Single letters in a row are one word: S T O P, s.t.o.p, S-T-O-P. Masked profanity is written out. */
function spelled(text: string): string {
  return text
    .replace(
      /(?<![\p{L}\p{N}'])\p{L}(?:[\s.\-_*·]{1,3}\p{L}(?![\p{L}\p{N}'])){3,}/gu,
      (row) => row.replace(/[^\p{L}]/gu, ""),
    )
    .replace(
      /(?<![a-z])f(?:[*#@!$%u_-]{1,4}(?:c?k)?|uck|uk|ck|cuk|k)(?=(?:ing|in'?|n|u|er|ed)?(?![a-z]))(?!-)/g,
      "fuck",
    )
    .replace(
      /(?<![a-z])(?:f'?k?n|fkin|f'?k?ing|fkng|effing|effin|frigging|friggin|freaking|freakin)(?![a-z])/g,
      "fucking",
    )
    .replace(/(?<=[a-z])0(?=[a-z])/g, "o");
}

const SUFFIXES: readonly [RegExp, string][] = [
  [/'ll$/, " will"],
  [/'d$/, " would"],
  [/'ve$/, " have"],
  [/'re$/, " are"],
  [/^'+|'+$/g, ""],
];

function written(bare: string, meant: (word: string) => string): string {
  return bare.split(/\s+/).map((word) => {
    if (/^un?s/.test(word)) return unsubscribe(word);
    return SUFFIXES.reduce((text, [suffix, full]) => text.replace(suffix, full), meant(word));
  }).join(" ")
    .replace(/(?<!\S)un subs?c?ri?be?(?!\S)/g, "unsubscribe")
    .replace(/(?<!\S)(do|did|does|is|are|has|have|would|could|should)(?: nt|n t)(?!\S)/g, "$1 not")
    .replace(/(?<!\S)(?!left|let)l[a-z]{1,5}(?= (?:me|us) alone)/g, "leave")
    .replace(/(?<!\S)tex (?=me|us)/g, "text ")
    .replace(
      /(?<!\S)do (?:nit|mot|nto|no|ont)(?= (?:text|call|contact|message|email|bother)(?!\S))/g,
      "do not",
    )
    .replace(/(?<=not )(?:tect|test|txet|texy)(?= (?:me|us)(?!\S))/g, "text")
    .replace(/(?<=not )(?:cal|cll|clal)(?= (?:me|us|again|here)(?!\S))/g, "call")
    .replace(
      /(?<!\S)t[a-z]{2,4}(?= (?:me|us|my \w+) of{1,2}(?!\S))/g,
      (word) => isOneSlip(word, "take") && !/^take[ns]$/.test(word) ? "take" : word,
    )
    .replace(/(?<=(?:take|get) (?:me|us) )of (?=your|this|the)/g, "off ")
    .replace(/(?<=(?:me|us|number|name|cell) )form (?=your|the|this|ur|all)/g, "from ")
    .replace(/(?<!\S)(?:oopt|op|opr|pot|0pt) (?=out(?!\S))/g, "opt ")
    .replace(
      /(?<=(?<!\S)(?:stop|no more|stop sending|these|your|more) )mass?ages?(?!\S)/g,
      "messages",
    )
    .replace(/(?<!\S)4get(?!\S)/g, "forget")
    .replace(/(?<!\S)opt (?:ot|ou|aut|uot|oout|outt|iut|oit)(?!\S)/g, "opt out")
    .replace(/(?<!\S)(?:f|eff) (?=off(?!\S)|you$|yourself)/g, "fuck ")
    .replace(/(?<!\S)(?:sto p|st op|s top)(?!\S)/g, "stop")
    .replace(
      /(?<!\S)w[a-z]{3,5}(?= number(?!\S))/g,
      (word) => isOneSlip(word, "wrong") ? "wrong" : word,
    )
    .replace(/(?<!\S)(sto) p(?=(?:texting|messaging)(?!\S))/g, "stop ")
    .replace(
      /(?<!\S)([a-z]{3,6}) (?=(?:texting|calling|messaging|emailing|contacting|bothering|sending)(?: |$))/g,
      (slip, word: string) => isSlipOfStop(word) ? "stop " : slip,
    )
    .replace(/(?<!\S)e (?=mail)/g, "e")
    .replace(
      /(?<!\S)(?:quite|quiting|quitting|quiet) (?=(?:texting|calling|messaging|emailing|contacting)(?!\S))/g,
      "quit ",
    )
    .replace(/(?<!\S)you (?:guys|people|folks|all)(?!\S)/g, "you");
}

/** Unsubscribe in most of its misspellings: close to the word in letters. */
function unsubscribe(word: string): string {
  const [, stem = word, ending = ""] = /^(.*?)(ed|d|ing|s)?$/.exec(word) ?? [];
  if (word === "unsub" || editDistance(word, "unsubscribe") <= 3) {
    return ending === "ing" ? "unsubscribing" : word.endsWith("d") ? "unsubscribed" : "unsubscribe";
  }
  return editDistance(stem, "unsubscrib") <= 2
    ? `unsubscrib${ending === "s" ? "e" : ending || "e"}`
    : word;
}
