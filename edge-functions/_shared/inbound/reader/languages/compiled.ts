// The data of the languages as one set of expressions each, over plain words.
import { foldLetters, plainWords } from "../words.ts";
import type { LanguageData } from "./language.ts";
import { LANGUAGES } from "./registry.ts";

export interface Language {
  name: string;
  isStop(words: string): boolean;
  /** The same for a part of a longer message, without STOP: English knows when it means something else. */
  isStopPart(words: string): boolean;
  isStart(words: string): boolean;
  isHelp(words: string): boolean;
  /** The words of a wish for an end in a sentence; null where it has none. */
  wish(sentence: string): string | null;
  /** Whether it has the words of a wish that mean something else: "no deje de llamarme". */
  isExcepted(sentence: string): boolean;
  isWrong(sentence: string): boolean;
}

function boundedSource(data: LanguageData, patterns: readonly string[]): string {
  const any = patterns.map((one) => `(?:${foldLetters(one).normalize("NFC")})`).join("|");
  return data.spaced ? `(?<!\\S)(?:${any})(?!\\S)` : any;
}

function compile(data: LanguageData): Language {
  const fold = (words: readonly string[]) =>
    [...new Set(words.map((word) => plainWords(foldLetters(word))))]
      .sort((a, b) => b.length - a.length);
  const bounded = (patterns: readonly string[]) => new RegExp(boundedSource(data, patterns));
  const gap = data.spaced ? " " : " ?";
  const alone = (words: readonly string[]) => {
    const courtesy = fold(data.courtesy).join("|");
    const any = fold(words).join("|");
    return new RegExp(`^(?:(?:${courtesy})${gap})*(?:${any})(?:${gap}(?:${courtesy}|${any}))*$`);
  };
  const [stop, start, help] = [alone(["stop", ...data.stop]), alone(data.start), alone(data.help)];
  const part = alone(data.stop.filter((word) => plainWords(word) !== "stop"));
  const [wishes, except, wrong] = [bounded(data.wishes), bounded(data.except), bounded(data.wrong)];
  const short = (words: string) => words.length < 60 ? words.replace(/ ?, ?/g, " ") : "";
  return {
    name: data.language,
    isStop: (words) => stop.test(short(words)),
    isStopPart: (words) => part.test(short(words)),
    isStart: (words) => start.test(short(words)),
    isHelp: (words) => help.test(short(words)),
    wish(sentence) {
      const words = sentence.replace(/ ?, ?/g, " ");
      return except.test(words) ? null : wishes.exec(words)?.[0] ?? null;
    },
    isExcepted(sentence) {
      const words = sentence.replace(/ ?, ?/g, " ");
      return except.test(words) && wishes.test(words);
    },
    isWrong: (sentence) => wrong.test(sentence.replace(/ ?, ?/g, " ")),
  };
}

export const COMPILED: readonly Language[] = LANGUAGES.map(compile);

/** The wishes of each language as the database reads them where the reader has not. */
export const WISHES: readonly { name: string; wishes: string; except: string }[] = LANGUAGES.map((
  data,
) => ({
  name: data.language,
  wishes: boundedSource(data, data.wishes),
  except: boundedSource(data, data.except),
}));

/** The STOP keywords of all languages as the database compares them. */
export const STOP_KEYWORDS: readonly string[] = [
  ...new Set(LANGUAGES.flatMap(({ stop }) => stop.map((word) => plainWords(foldLetters(word))))),
].filter((word) => word !== "stop").sort();
