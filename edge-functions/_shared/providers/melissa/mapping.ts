import type { z } from "zod";
import type { Checked } from "./schemas.ts";

/** Result codes come in one text, separated by commas. */
export const codesOf = ({ results, level }: z.infer<typeof Checked>) => ({
  codes: results.split(",").map((code) => code.trim()).filter((code) => code !== ""),
  level,
});
