// An answer to many questions, taken apart. Entries are matched by requestId alone: they come in any order, some are
// null, and two properties may look alike.
import { readAnswer } from "../gateway/read_answer.ts";
import type { AnswerPart, Drift, Verdict } from "../gateway/types.ts";
import { Entry, Envelope } from "./schemas.ts";

const OK: Verdict = { outcome: "ok", processed: "yes" };
/** Billed per matched property. */
const EMPTY: Verdict = { outcome: "empty", processed: "no" };
const FAILED: Verdict = { outcome: "bad_request", processed: "no", code: "entry_error" };
const MISSING: Verdict = { outcome: "retry_after", processed: "maybe", code: "missing" };

/** Without what nobody needs to keep: addresses and dates of birth. */
function withoutRest(person: Record<string, unknown>): Record<string, unknown> {
  const { addresses: _a, dob: _d, age: _g, ...kept } = person;
  return kept;
}

export function splitTraces(body: unknown, ids: readonly string[]): {
  parts: AnswerPart[];
  rest: Verdict;
  drift: Drift[];
} {
  const drift: Drift[] = [];
  const { answer } = readAnswer(Envelope, body);
  const entries = answer?.result.data ?? [];
  const parts = new Map<string, AnswerPart>();
  const twice = new Set<string>();
  let nulls = 0;
  for (const one of entries) {
    if (one === null) {
      nulls++;
      continue;
    }
    const { answer: entry, drift: differs } = readAnswer(Entry, one);
    drift.push(...differs.map(({ path, problem }) => ({ path: `result.data.${path}`, problem })));
    const id = entry?.input?.requestId;
    if (!entry || !id || !ids.includes(id)) {
      drift.push({ path: "result.data.input.requestId", problem: "unknown request" });
      continue;
    }
    if (parts.has(id)) {
      twice.add(id);
      drift.push({ path: "result.data.input.requestId", problem: "answered twice" });
      continue;
    }
    const matched = entry.meta?.matched ?? (entry.persons?.length ?? 0) > 0;
    const verdict = entry.meta?.error && !matched ? FAILED : matched ? OK : EMPTY;
    parts.set(id, { id, verdict, body: { persons: (entry.persons ?? []).map(withoutRest) } });
  }
  // Two answers to one question: nobody knows which one is right.
  for (const id of twice) parts.set(id, { id, verdict: MISSING, body: null });
  const missing = ids.length - parts.size;
  // A null entry names no question. Where all that lack an answer can be null entries, none of them was matched.
  return { parts: [...parts.values()], rest: missing <= nulls ? EMPTY : MISSING, drift };
}
