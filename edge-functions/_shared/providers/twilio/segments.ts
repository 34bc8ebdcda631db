// How many segments a text needs, by GSM 03.38 and UCS-2, as carriers count and bill them.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Two septets each: an escape, then the character. */
const EXTENDED = new Set("\f^{}\\[~]|€");

export interface Segments {
  encoding: "GSM-7" | "UCS-2";
  /** Septets, or UTF-16 code units. */
  units: number;
  segments: number;
}

export function segmentsOf(text: string): Segments {
  const characters = [...text];
  const gsm = characters.every((c) => BASIC.has(c) || EXTENDED.has(c));
  const sizes = characters.map((c) => gsm ? (EXTENDED.has(c) ? 2 : 1) : c.length);
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [single, joined] = gsm ? [160, 153] : [70, 67];
  if (units <= single) return { encoding: gsm ? "GSM-7" : "UCS-2", units, segments: 1 };
  // A character of two units is never split between segments.
  let segments = 1, room = joined;
  for (const size of sizes) {
    if (size > room) {
      segments++;
      room = joined;
    }
    room -= size;
  }
  return { encoding: gsm ? "GSM-7" : "UCS-2", units, segments };
}
