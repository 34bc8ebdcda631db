import type { z } from "zod";
import type { LineTypeAnswer, ReassignedAnswer } from "./schemas.ts";

/** The code that verification_code_map judges, and the fact that is kept of the phone. */
export function lineTypeOf(
  { valid, line_type_intelligence: line }: z.infer<typeof LineTypeAnswer>,
): {
  codes: string[];
  facts?: Record<string, unknown>;
} {
  if (!valid) return { codes: ["invalid_number"] };
  const type = line?.type ?? "unknown";
  const carrier = line?.carrier_name?.slice(0, 80);
  return { codes: [type], facts: { line_type: { type, ...(carrier ? { carrier } : {}) } } };
}

export const reassignedOf = ({ reassigned_number: found }: z.infer<typeof ReassignedAnswer>) =>
  found.is_number_reassigned;
