// What the reader knows of a language besides English. The words are data: a speaker reviews them and signs.

export interface LanguageData {
  language: string;
  /** Who speaks the language and has read these words. */
  reader: string;
  /** Whether words are separated by spaces and do not change inside a longer word. */
  spaced: boolean;
  /** A reply that consists of one of them is a STOP. */
  stop: readonly string[];
  start: readonly string[];
  help: readonly string[];
  /** Words that may stand beside a keyword. */
  courtesy: readonly string[];
  /** Patterns of a sentence that wishes for an end. */
  wishes: readonly string[];
  /** Patterns that turn such a sentence into one about a time or a detail. */
  except: readonly string[];
  /** Not the owner's phone. */
  wrong: readonly string[];
}
