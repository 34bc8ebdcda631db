// A request of many records, and its answer taken apart by RecordID: records are not promised in their order.
import type { z } from "zod";
import { readAnswer } from "../gateway/read_answer.ts";
import type { AnswerPart, Drift, Verdict } from "../gateway/types.ts";
import { Envelope } from "./schemas.ts";

const OK: Verdict = { outcome: "ok", processed: "yes" };
const MISSING: Verdict = { outcome: "retry_after", processed: "maybe", code: "missing" };

type Found = z.infer<typeof Envelope>["Records"][number];
type Kept = (record: Found) => unknown;

/** Of a record only its codes are kept: it also has names and places. */
export const splitRecords = (level: string) =>
  splitBy(({ Results: results }) => ({ results, level }));

export const splitAddresses = splitBy(({ Results: results, MelissaAddressKey: mak }) => ({
  results,
  mak: mak ?? null,
}));

export const splitAppended = splitBy((
  { Results: results, NameFull: name, PhoneNumber: phone, EmailAddress: email },
) => ({ results, name: name ?? null, phone: phone ?? null, email: email ?? null }));

function splitBy(kept: Kept) {
  return (body: unknown, ids: readonly string[]): {
    parts: AnswerPart[];
    rest: Verdict;
    drift: Drift[];
  } => {
    const { answer, drift } = readAnswer(Envelope, body);
    const parts = new Map<string, AnswerPart>();
    for (const record of answer?.Records ?? []) {
      const id = record.RecordID;
      if (!ids.includes(id)) drift.push({ path: "Records.RecordID", problem: "unknown record" });
      else if (parts.has(id)) {
        drift.push({ path: "Records.RecordID", problem: "answered twice" });
        // Nobody knows which one is right.
        parts.set(id, { id, verdict: MISSING, body: null });
      } else parts.set(id, { id, verdict: OK, body: kept(record) });
    }
    return { parts: [...parts.values()], rest: MISSING, drift };
  };
}
