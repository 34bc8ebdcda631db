// What the learned reader looks at in a text: runs of words, parts of words, and runs of classes of words, each as a
// number (the hash of its letters). Training (scripts/build/reader_model) and reading share this file.
import { classesOf } from "../english/classes.ts";
import { ENGLISH_EXCEPTIONS } from "../english/phrases.ts";
import { foldLetters, sentencesOf } from "../words.ts";

export const BUCKETS = 1 << 16;

/** The buckets of the features of a person's own words, each once, in order. */
export function featuresOf(own: string): Int32Array {
  const found = new Set<number>();
  const add = (feature: string) => found.add(bucketOf(feature));
  const words = ["^", ...wordsOf(own), "$"];
  words.forEach((word, at) => {
    const [next, afterNext] = [words[at + 1], words[at + 2]];
    add(word);
    if (next !== undefined) add(`${word} ${next}`);
    if (afterNext !== undefined) {
      add(`${word} ${next} ${afterNext}`);
      add(`${word} _ ${afterNext}`);
    }
    if (word.length > 3) runsOf(`<${word}>`, [4, 5]).forEach((part) => add(`#${part}`));
  });
  for (const { words } of sentencesOf(own)) {
    const told = words.replace(ENGLISH_EXCEPTIONS, "#").split(" ");
    const classes = `^${classesOf(told).join("")}$`;
    runsOf(classes, [2, 3, 4]).forEach((run) => add(`%${run}`));
    for (let at = 0; at + 2 < classes.length; at++) {
      add(`%${classes[at]}_${classes[at + 2]}`);
      if (at + 3 < classes.length) add(`%${classes[at]}__${classes[at + 3]}`);
    }
  }
  return Int32Array.from(found).sort();
}

/** The words of a text, question and exclamation marks, and signs that are not letters; numbers without their value. */
export function wordsOf(own: string): string[] {
  const plain = foldLetters(own).replace(/[’‘`´ʼ]/g, "'").replace(/n't(?![\p{L}\p{N}])/gu, " not")
    .replace(/\d[\d\-() .]{6,}/g, " <phone> ").replace(/\d+/g, " <number> ");
  return plain.match(/<\w+>|\p{L}+(?:'[a-z]+)?|[?!]|[^!-~\p{L}\p{M}\p{N}\s]/gu) ?? [];
}

const runsOf = (text: string, lengths: readonly number[]): string[] =>
  lengths.flatMap((length) =>
    Array.from(
      { length: Math.max(0, text.length - length + 1) },
      (_, at) => text.slice(at, at + length),
    )
  );

/** FNV-1a over UTF-16 units, its high bits folded in. */
function bucketOf(feature: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < feature.length; at++) {
    hash = Math.imul(hash ^ feature.charCodeAt(at), 0x01000193);
  }
  hash ^= hash >>> 15;
  return hash & (BUCKETS - 1);
}
