import type { z } from "zod";
import type { Checked, CheckedAddress } from "./schemas.ts";

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
