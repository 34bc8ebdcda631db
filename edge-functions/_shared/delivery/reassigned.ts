// Asks whether numbers were given to somebody else since their owners agreed. The gate refuses until the answer
// is recorded; each answer commits by itself.
import pLimit from "p-limit";
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Log } from "../platform/log.ts";
import type { NumberRegister, ReassignedAnswer } from "../providers/types.ts";

export interface ReassignedQuestions {
  sql: Sql;
  now: () => Date;
  log: Log;
  shouldStop: () => boolean;
  /** Null where the account has no register. */
  open: (
    provider: string,
    account: string,
  ) => Promise<NumberRegister | null> | NumberRegister | null;
}

interface Question {
  org_id: string;
  value_bidx: Uint8Array;
  lead_id: string;
  since: string;
  phone: string;
  accounts: { provider: string; account: string }[];
}

const BATCH = 50;
const AT_ONCE = 8;

/** Asks everything that is due; returns how many answers came, by answer. */
export async function askAboutReassigned(
  work: ReassignedQuestions,
): Promise<Record<string, number>> {
  const { sql, now, log, shouldStop } = work;
  const counts: Record<string, number> = {};
  const limit = pLimit(AT_ONCE);
  /** Accounts that cannot answer at present. */
  const down = new Set<string>();
  while (!shouldStop()) {
    const due = await asWriter(sql, (tx) =>
      tx<Question[]>`
        select org_id, value_bidx, lead_id, since::text, phone, accounts
        from private.take_reassigned_questions(${BATCH}, ${now()})`);
    if (due.length === 0) break;
    await Promise.all(due.map((question) =>
      limit(async () => {
        if (shouldStop()) return;
        const [answer, provider, account] = await ask(work, question, down);
        if (answer === null) return;
        const name = "answer" in answer ? answer.answer : "error";
        counts[name] = (counts[name] ?? 0) + 1;
        const { account: _, ...record } = answer as ReassignedAnswer & { account?: true };
        await asWriter(sql, (tx) =>
          tx`select private.record_reassigned_answer(${question.org_id}, ${question.value_bidx},
            ${question.lead_id}, ${question.since}, ${
            tx.json({ ...record, provider, account, asked_at: now().toISOString() })
          }, ${now()})`);
      })
    ));
    if (due.length < BATCH) break;
  }
  if (Object.keys(counts).length > 0) log("info", "asked_about_reassigned_numbers", counts);
  return counts;
}

/** No answer where the account just failed: the question stays reserved, and is asked later. */
async function ask(
  { open, log }: ReassignedQuestions,
  { org_id, since, phone, accounts }: Question,
  down: Set<string>,
): Promise<[ReassignedAnswer | null, string, string]> {
  for (const { provider, account } of accounts) {
    const register = await open(provider, account);
    if (!register) continue;
    const key = `${provider} ${account}`;
    if (down.has(key)) return [null, provider, account];
    const answer = await register.isReassigned(phone, since);
    if ("error" in answer && answer.account) down.add(key);
    return [answer, provider, account];
  }
  log("warn", "no_register_of_reassigned_numbers", { org_id });
  return [{ error: "no_account" }, "none", "none"];
}
