import type { z } from "zod";
import type { Traced } from "../trace.ts";
import type { Appended, Checked, CheckedAddress } from "./schemas.ts";

/** Result codes come in one text, separated by commas. */
const listOf = (results: string) =>
  results.split(",").map((code) => code.trim()).filter((code) => code !== "");

export const codesOf = ({ results, level }: z.infer<typeof Checked>) => ({
  codes: listOf(results),
  level,
});

export const addressCodesOf = ({ results, mak }: z.infer<typeof CheckedAddress>) => ({
  codes: listOf(results),
  mak: mak?.trim() || null,
});

/** Kinds of lines. What codes say of the phone, the e-mail address and the person is judged by verification_code_map. */
const LINES: Record<string, string> = { PS07: "mobile", PS08: "landline", PS09: "voip" };
const DECEASED = "DD01";
/** Our own weight: one contact, without a rank. Uncertain codes lower it (private.record_trace). */
const CONFIDENCE = 70;

export function tracedOf({ results, name, phone, email }: z.infer<typeof Appended>): Traced {
  const codes = listOf(results);
  const line = codes.find((code) => Object.hasOwn(LINES, code));
  const [number, address] = [phone?.trim(), email?.trim()];
  return {
    persons: [{
      name: name?.trim() ?? "",
      first: null,
      marks: codes.includes(DECEASED) ? ["deceased"] : [],
      codes,
      phones: number
        ? [{ number, type: line ? LINES[line]! : null, rank: 1, confidence: CONFIDENCE, marks: [] }]
        : [],
      emails: address ? [{ email: address, rank: 1, confidence: CONFIDENCE }] : [],
    }],
  };
}
