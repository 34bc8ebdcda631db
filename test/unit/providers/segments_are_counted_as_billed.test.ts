import { expect, test } from "vitest";
import { segmentsOf } from "../../../edge-functions/_shared/providers/twilio/segments.ts";

test.each<[string, string, number, number, string]>([
  ["nothing is one", "", 0, 1, "GSM-7"],
  ["160 letters are one", "a".repeat(160), 160, 1, "GSM-7"],
  ["161 are two of 153", "a".repeat(161), 161, 2, "GSM-7"],
  ["306 still are two", "a".repeat(306), 306, 2, "GSM-7"],
  ["307 are three", "a".repeat(307), 307, 3, "GSM-7"],
  ["a euro takes two places", "€".repeat(80), 160, 1, "GSM-7"],
  ["81 euros are two", "€".repeat(81), 162, 2, "GSM-7"],
  [
    "an escape is not torn from its character",
    "a".repeat(152) + "€" + "a".repeat(152),
    306,
    3,
    "GSM-7",
  ],
  ["accents of the alphabet stay", "é".repeat(160), 160, 1, "GSM-7"],
  ["one curly quote makes it UCS-2", "’" + "a".repeat(69), 70, 1, "UCS-2"],
  ["71 are two of 67", "’" + "a".repeat(70), 71, 2, "UCS-2"],
  ["an emoji takes two", "🏠".repeat(35), 70, 1, "UCS-2"],
  ["and is not torn apart", "🏠".repeat(67), 134, 3, "UCS-2"],
])("%s", (_, text, units, segments, encoding) => {
  expect(segmentsOf(text)).toEqual({ encoding, units, segments });
});
