// One cell as text, as a person would write it into a CSV file.
import type { Format } from "./formats.ts";

const DAY_MS = 86_400_000;
/** Day 0 of the two calendars of Excel. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** 31 December 9999, the last day that Excel knows. */
const LAST_DAY = 2_958_465;

/** A number as stored (`1.23E+12`, `44927`) as text. */
export function numberText(stored: string, format: Format, date1904: boolean): string {
  const value = Number(stored);
  if (stored.trim() === "" || !Number.isFinite(value)) return stored;
  if (format.kind === "date") return dateText(value, date1904) ?? digitsOf(stored, value);
  if (format.kind === "zeros") return withZeros(digitsOf(stored, value), format.pattern);
  return digitsOf(stored, value);
}

/** In full, with the 15 digits that Excel has: no exponent, and no trace of binary fractions. */
function digitsOf(stored: string, value: number): string {
  if (/^-?(?:0|[1-9]\d{0,14})$/.test(stored)) return stored;
  const rounded = Number(value.toPrecision(15));
  if (Number.isInteger(rounded)) return BigInt(rounded).toString();
  const text = String(rounded);
  return text.includes("e") ? rounded.toFixed(20).replace(/0+$/, "") : text;
}

/** `00000` makes 1234 to 01234, and `00000-0000` makes 12340567 to 01234-0567. */
function withZeros(digits: string, pattern: string): string {
  if (!/^\d+$/.test(digits)) return digits;
  const places = pattern.replace(/[^0#]/g, "").length;
  const first = pattern.indexOf("0");
  let rest = digits;
  let out = "";
  for (let at = pattern.length - 1; at >= 0; at--) {
    const symbol = pattern[at]!;
    if (symbol !== "0" && symbol !== "#") {
      // What stands before the first digit is shown; what separates places that are not shown is not.
      if (rest !== "" || at > first || !/[0#]/.test(pattern.slice(0, at))) out = symbol + out;
    } else if (rest !== "") {
      out = rest.at(-1)! + out;
      rest = rest.slice(0, -1);
    } else if (at >= first) out = `0${out}`;
  }
  if (digits.length <= places) return out;
  // More digits than places: the others stand before the first place.
  const start = out.search(/\d/);
  return out.slice(0, start) + rest + out.slice(start);
}

/** ISO 8601: a date, a date with a time, or a time alone. Null where the number is not a date. */
function dateText(serial: number, date1904: boolean): string | null {
  if (serial < 0 || serial > LAST_DAY + 1) return null;
  const seconds = Math.round(serial * 86_400);
  const time = seconds % 86_400;
  const clock = [time / 3600, (time / 60) % 60, time % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
  let day = Math.floor(seconds / 86_400);
  if (day === 0 && !date1904) return time === 0 ? null : clock;
  // Excel takes 1900 for a leap year: before its 29 February, days count from one day later.
  if (!date1904 && day < 60) day++;
  else if (!date1904 && day === 60) return null;
  const date = new Date((date1904 ? EPOCH_1904 : EPOCH_1900) + day * DAY_MS).toISOString().slice(
    0,
    10,
  );
  return time === 0 ? date : `${date}T${clock}`;
}

/** Text on one line, so that a line of the CSV is a row of the sheet. `_x000D_` is how Excel writes a character. */
export function cellText(text: string): string {
  if (text.includes("_x")) {
    text = text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  }
  // deno-lint-ignore no-control-regex
  return /[\u0000-\u001f\u2028\u2029\u0085]/.test(text)
    // deno-lint-ignore no-control-regex
    ? text.replace(/[\u0000-\u001f\u2028\u2029\u0085]+/g, " ")
    : text;
}
