/** Single values: whether they are empty, and repairs that need no guessing. */

const PLACEHOLDERS = new Set([
  ...["null", "(null)", "n/a", "#n/a", "n.a.", "na", "nil", "none", "nan", "undefined", "unknown"],
  ...["-", "--", "---", ".", "?", "#ref!", "#value!", "\\n", "(none)", "(blank)", "tbd", "tba"],
  ...["not available", "not provided", "not applicable", "not found", "unavailable", "pending"],
]);
/** Length of the longest placeholder by its first character: most values need no further look-up. */
const PLACEHOLDER_LENGTH = new Uint8Array(128);
for (const word of PLACEHOLDERS) {
  for (const first of [word.charCodeAt(0), word.toUpperCase().charCodeAt(0)]) {
    PLACEHOLDER_LENGTH[first] = Math.max(PLACEHOLDER_LENGTH[first] as number, word.length);
  }
}

/** True for `NULL`, `N/A`, `-`, `none` and similar ways to write "empty". */
export function isPlaceholder(value: string): boolean {
  const first = value.charCodeAt(0);
  if (first > 127 || value.length > (PLACEHOLDER_LENGTH[first] as number)) return false;
  return PLACEHOLDERS.has(value.toLowerCase());
}

/** A word or zeros in place of a value, other than the mark of an empty cell that an export writes. */
export function isFiller(value: string): boolean {
  return value !== "" && isEmptyNumber(value) &&
    !/^(?:\W*|\(?null\)?|nan|nil|#.*|undefined|\\n|\((?:none|blank)\))$/i.test(value);
}

/** For names, only words that are not surnames: Null, None and Na are surnames, Unknown is not. */
export function isNamePlaceholder(value: string): boolean {
  return isPlaceholder(value) && !/^(Null|None|Na|NA|Nil|Nan|NAN)$/.test(value);
}

export function isZeros(value: string): boolean {
  return /^[0\s().+-]*$/.test(value);
}

const GUARDED = /^'(?:[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\t\r\n＝＋－＠]|\d+$)/;

/** `'=1+1` and `'+1 602…`, as a rejects file writes them; `="01234"`, as Excel users write it. */
export function unguard(value: string): string | null {
  const first = value.charCodeAt(0);
  if (first === 39 && GUARDED.test(value)) return value.slice(1);
  if (first === 61) return /^="(.*)"$/.exec(value)?.[1] ?? null;
  return null;
}

/** `2029580065.00` → `2029580065`; null when there is nothing to repair. */
export function cutDecimals(value: string): string | null {
  return /^\d+\.0+$/.test(value) ? value.slice(0, value.indexOf(".")) : null;
}

/** `2.02958E+09`: digits are lost, so the value cannot be used. */
export function isScientific(value: string): boolean {
  return /^[+-]?\d+(?:\.\d*)?[eE]\+?\d{1,3}$/.test(value);
}

/** `7.025550147E9` → `7025550147`, where all digits are written; null where some may be lost. */
export function readExactScientific(value: string): string | null {
  const [, whole, rest, power] = /^([1-9])\.(\d{4,})[eE]\+?(\d{1,2})$/.exec(value) ?? [];
  return whole && rest && rest.length === Number(power) && !rest.endsWith("00")
    ? whole + rest
    : null;
}

export interface Zip {
  zip: string;
  plus4: string | null;
  leadingZero: boolean;
}

/**
 * A US ZIP, whole or in one of its damaged forms; null for anything else. A number that lost its
 * zeros has four digits, or three from 501 on: no ZIP is below 00501.
 */
export function readZip(value: string): Zip | null {
  const parts = /^(\d{3,5})(?:[-\s]+(\d{4})?)?$/.exec(value) ?? /^(\d{3,5})(\d{4})$/.exec(value);
  if (!parts) return null;
  const digits = parts[1] as string;
  const zip = digits.padStart(5, "0");
  if (zip < "00501" || (digits.length < 5 && digits.startsWith("0"))) return null;
  return { zip, plus4: parts[2] ?? null, leadingZero: digits.length < 5 };
}

/** ISO date or timestamp of a date as people write it; null where it is ambiguous or invalid. */
export function readTimestamp(value: string): string | null {
  const iso =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i
      .exec(value);
  const us = iso
    ? null
    : /^(\d\d?)[/-](\d\d?)[/-](\d{4})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?\s*([ap]m)?)?$/i
      .exec(value);
  if (!iso && !us) return null;
  const [year, month, day] = iso
    ? [Number(iso[1]), Number(iso[2]), Number(iso[3])]
    : [Number(us?.[3]), Number(us?.[1]), Number(us?.[2])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1900 || date.getUTCMonth() !== month - 1) return null;
  const text = date.toISOString().slice(0, 10);
  const m = (iso ?? us) as RegExpExecArray;
  if (m[4] === undefined) return text;
  let hour = Number(m[4]);
  const half = us?.[7]?.toLowerCase();
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = hour % 12 + (half === "pm" ? 12 : 0);
  const [minute, second] = [Number(m[5]), Number(m[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const two = (n: number) => String(n).padStart(2, "0");
  const zone = iso?.[7] ? (/^(z|utc)$/i.test(iso[7]) ? "Z" : iso[7]) : "";
  return `${text}T${two(hour)}:${two(minute)}:${two(second)}${zone}`;
}

const YES = new Set([
  ...["y", "yes", "true", "t", "1", "opted in", "opt in", "opt-in", "optin", "opted-in"],
  ...["granted", "agreed", "given", "subscribed", "express", "express written"],
]);
const NO = new Set([
  ...["n", "no", "false", "f", "0", "opted out", "opt out", "opt-out", "optout", "opted-out"],
  ...["denied", "revoked", "withdrawn", "declined", "refused", "unsubscribed"],
]);

/** Only an explicit yes counts. */
export function readConsent(value: string): "true" | "false" | null {
  const word = value.toLowerCase();
  return YES.has(word) ? "true" : NO.has(word) ? "false" : null;
}

/** No line breaks, tabs or runs of blanks inside. */
export function oneLine(value: string): string {
  return /[\r\n\t]| {2}/.test(value) ? value.replace(/\s+/g, " ") : value;
}

/** Empty for a column of digits: a placeholder, or only zeros as in `0000000000`. */
export function isEmptyNumber(value: string): boolean {
  return isPlaceholder(value) || (value.charCodeAt(0) <= 48 && isZeros(value));
}
