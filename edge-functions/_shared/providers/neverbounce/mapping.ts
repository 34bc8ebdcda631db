import type { z } from "zod";
import type { Check } from "./schemas.ts";

/** The codes that verification_code_map judges: the result and its flags. */
export const codesOf = ({ result, flags }: z.infer<typeof Check>) => ({
  codes: [result, ...(flags ?? [])],
});
