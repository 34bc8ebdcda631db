// Codes of sql/ERRORS.md as problems; all other errors unchanged.
import { forbidden, notFound, Problem } from "../_shared/platform/http/problem.ts";

const sentence = (text: string): string => {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${
    /[.!?]$/.test(trimmed) ? "" : "."
  }`;
};

export function apiProblem(error: unknown): never {
  const { code, message = "" } = (error ?? {}) as { code?: unknown; message?: string };
  switch (code) {
    case "SL111":
    case "42501":
      throw forbidden("The role of the API key does not allow this.");
    // Missing, or invisible to the key: the answer does not say which.
    case "SL425":
    case "SL428":
    case "SL511":
    case "SL512":
    case "SL613":
    case "SL615":
      throw notFound();
    case "SL513":
      throw new Problem(409, "not_in_sequence", "The lead is not in a sequence at the moment.");
    case "SL135":
      throw new Problem(
        409,
        "idempotency_key_reused",
        "This Idempotency-Key was already used for another request.",
      );
    case "SL501":
    case "SL504":
      throw new Problem(409, "conflict", sentence(message));
    case "SL427":
    case "SL506":
    case "SL533":
    case "SL614":
    case "SL617":
      throw new Problem(422, "invalid", sentence(message));
    default:
      throw error;
  }
}
