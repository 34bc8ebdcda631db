import type { z } from "zod";
import type { Validation } from "./schemas.ts";

/** The codes that verification_code_map judges: status, and its detail where there is one. */
export interface VerificationCodes {
  codes: string[];
}

export const codesOf = ({ status, sub_status: detail }: z.infer<typeof Validation>) => ({
  codes: [status, ...(detail ? [detail] : [])],
});
