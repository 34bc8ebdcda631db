import type { LanguageData } from "./language.ts";
import { GERMAN, ITALIAN, POLISH, TAGALOG, VIETNAMESE } from "./other_latin.ts";
import {
  ARABIC,
  ARMENIAN,
  CHINESE,
  HEBREW,
  HINDI,
  JAPANESE,
  KOREAN,
  PERSIAN,
  RUSSIAN,
  UKRAINIAN,
} from "./other_scripts.ts";
import { FRENCH, HAITIAN, PORTUGUESE, SPANISH } from "./romance.ts";

/** Every language besides English. Each names the speaker who has read its words. */
export const LANGUAGES: readonly LanguageData[] = [
  ...[SPANISH, FRENCH, PORTUGUESE, HAITIAN, CHINESE, KOREAN, VIETNAMESE, TAGALOG],
  ...[RUSSIAN, ARMENIAN, ARABIC, PERSIAN, GERMAN, ITALIAN, JAPANESE],
  ...[POLISH, HINDI, UKRAINIAN, HEBREW],
];
