// Whether a message in another language than English is an ordinary reply: at least half of its words are common ones
// of one language, and none of them refuses anything. All else in such a language may be a wish that no rule knows.
import { foldLetters } from "../words.ts";
import { ORDINARY } from "./ordinary_words.ts";

/** In whatever language: these words are known to everybody. */
const REFUSING_ANYWHERE = "stop|spam|no|non|nao|not|never|unsubscribe|opt|leave|remove|list[ae]?";

const compiled = ORDINARY.map(({ language, spaced, common, refusing, harmless }) => {
  const bounded = (pattern: string) => {
    const folded = foldLetters(pattern).normalize("NFC");
    return new RegExp(spaced ? `(?<!\\S)(?:${folded})(?!\\S)` : folded, "g");
  };
  return {
    ...{ language, spaced, common: bounded(common), harmless: bounded(harmless) },
    refusing: bounded(`${REFUSING_ANYWHERE}|${refusing}`),
  };
});

/** The language of an ordinary reply, its words as they are written; null where it may be another or wish something. */
export function ordinaryLanguage(asWritten: string): string | null {
  const words = asWritten.replace(/[\p{N},]+/gu, " ").replace(/\s+/g, " ").trim();
  const count = words.split(" ").length;
  const spoken = compiled.filter(({ spaced, common }) => {
    const known = words.match(common)?.length ?? 0;
    return spaced ? known * 2 >= count : known > 0;
  });
  const refuses = spoken.some(({ harmless, refusing }) =>
    words.replace(harmless, "#").search(refusing) >= 0
  );
  return refuses ? null : spoken[0]?.language ?? null;
}

/** Words too few to know their language by, of which one refuses in some language and none is English. */
export function refusesBriefly(asWritten: string): boolean {
  const words = asWritten.replace(/[\p{N},]+/gu, " ").replace(/\s+/g, " ").trim();
  return words.split(" ").length <= 3 && !ENGLISH_TOO.test(words) &&
    compiled.some(({ spaced, harmless, refusing }) =>
      spaced && words.replace(harmless, "#").search(refusing) >= 0
    );
}
/** English words that look like refusals in another language. */
const ENGLISH_TOO =
  /(?<!\S)(?:k|quit\w*|cancel\w*|stop\w*|halt|contact\w*|report\w*|list\w*|process\w*|remov\w*|delet\w*|block\w*|final\w*|lape|move|mal|rete|man|past)(?!\S)/;
