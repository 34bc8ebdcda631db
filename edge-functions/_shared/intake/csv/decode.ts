/**
 * Units to text, one run of whole records at a time.
 *
 * The file is never in memory as a whole, and its encoding need not be known in advance: a run that is
 * valid UTF-8 is UTF-8. In any other run each record is checked alone: a record that is not valid UTF-8 is
 * read as Windows-1252, which has a character for every byte, so none is lost. Files that mix both
 * encodings are read correctly, and a part gives the same records as the whole.
 */
import type { Units } from "./scan.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder("windows-1252");
const utf16 = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });

export interface Decoded {
  text: string;
  /** `ascii` when every unit is one character, so that positions are the same in both. */
  as: "ascii" | "utf-8" | "windows-1252" | "utf-16" | "invalid";
}

/** Text of a run of records, or null when its bytes are invalid in the encoding. */
export function decodeRun(units: Units): Decoded | null {
  try {
    if (units instanceof Uint8Array) {
      const text = utf8.decode(units);
      return { text, as: text.length === units.length ? "ascii" : "utf-8" };
    }
    return { text: utf16.decode(asNativeBytes(units)), as: "utf-16" };
  } catch {
    return null;
  }
}

/** Text of one record. Never fails: half surrogates of UTF-16 become U+FFFD, `invalid`. */
export function decodeRecord(units: Units): Decoded {
  const run = decodeRun(units);
  if (run) return run;
  return units instanceof Uint8Array
    ? { text: windows1252.decode(units), as: "windows-1252" }
    : { text: new TextDecoder("utf-16le").decode(asNativeBytes(units)), as: "invalid" };
}

/** The units are native: all supported machines are little-endian. */
function asNativeBytes(units: Uint16Array): Uint8Array {
  return new Uint8Array(units.buffer, units.byteOffset, units.byteLength);
}
