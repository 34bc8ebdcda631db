// Asks whether numbers were given to somebody else since their owners agreed, by way of the gateway. The gate refuses
// until the answer is recorded; each answer commits by itself.
import pLimit from "p-limit";
import { asWriter, type Sql } from "../platform/db/client.ts";
import type { Log } from "../platform/log.ts";
import type { Gateway } from "../providers/gateway/gateway.ts";
import type { Asked } from "../providers/gateway/types.ts";
import { NUMBER_REGISTERS } from "../providers/registry/numbers.ts";
import type { RegisterAnswer } from "../providers/types.ts";

export interface ReassignedQuestions {
  sql: Sql;
  now: () => Date;
  log: Log;
  shouldStop: () => boolean;
  gateway: Gateway;
}

interface Question {
  org_id: string;
  value_bidx: Uint8Array;
  lead_id: string;
  since: string;
  phone: string;
  accounts: { provider: string; account: string }[];
}

/** What private.record_reassigned_answer records: an answer, or why there is none. */
type ToRecord =
  & { provider: string; account: string; request_id?: string; retry_after_seconds?: number }
  & ({ answer: RegisterAnswer } | { error: string });

const BATCH = 50;
const AT_ONCE = 8;

/** Asks everything that is due; returns how many answers came, by answer. */
export async function askAboutReassigned(
  work: ReassignedQuestions,
): Promise<Record<string, number>> {
  const { sql, now, log, shouldStop } = work;
  const counts: Record<string, number> = {};
  const limit = pLimit(AT_ONCE);
  while (!shouldStop()) {
    const due = await asWriter(sql, (tx) =>
      tx<Question[]>`
        select org_id, value_bidx, lead_id, since::text, phone, accounts
        from private.take_reassigned_questions(${BATCH}, ${now()})`);
    if (due.length === 0) break;
    await Promise.all(due.map((question) =>
      limit(async () => {
        if (shouldStop()) return;
        const found = await ask(work, question);
        if (found === null) return;
        const name = "answer" in found ? found.answer : "error";
        counts[name] = (counts[name] ?? 0) + 1;
        await asWriter(sql, (tx) =>
          tx`select private.record_reassigned_answer(${question.org_id}, ${question.value_bidx},
            ${question.lead_id}, ${question.since}, ${
            tx.json({ ...found, asked_at: now().toISOString() })
          }, ${now()})`);
      })
    ));
    if (due.length < BATCH) break;
  }
  if (Object.keys(counts).length > 0) log("info", "asked_about_reassigned_numbers", counts);
  return counts;
}

/** Null where nothing was asked: the question stays reserved, and is asked later. */
async function ask(
  { gateway, log }: ReassignedQuestions,
  { org_id: orgId, lead_id: leadId, since, phone, accounts }: Question,
): Promise<ToRecord | null> {
  for (const { provider: name, account } of accounts) {
    const register = NUMBER_REGISTERS.get(name);
    if (!register) continue;
    const { provider, endpoint } = register;
    if (await gateway.costUsd(provider, endpoint, orgId, account) === null) continue;
    const [asked] = await gateway.ask(provider, endpoint, {
      ...{ orgId, account },
      questions: [{ question: { phone, since }, leadId }],
    });
    const found = read(asked!);
    return found && { ...found, provider: name, account };
  }
  log("warn", "no_register_of_reassigned_numbers", { org_id: orgId });
  return { error: "no_account", provider: "none", account: "none" };
}

type Read =
  | { answer: RegisterAnswer; request_id?: string }
  | { error: string; request_id?: string; retry_after_seconds?: number };

/** Exported for tests. */
export function read(asked: Asked<RegisterAnswer>): Read | null {
  if (asked.status === "refused") return { error: asked.reason };
  const { said = {} } = asked;
  const named = said.requestId === undefined ? {} : { request_id: said.requestId };
  switch (asked.status) {
    case "answered":
      return asked.outcome === "ok" && asked.mapped !== null
        ? { ...named, answer: asked.mapped }
        : { ...named, error: said.code ?? asked.outcome };
    case "later":
      // Without a word of the provider, the call was not made: a limit, or an account that is closed.
      return asked.said === undefined ? null : {
        ...named,
        error: said.code ?? asked.reason,
        retry_after_seconds: Math.ceil(asked.waitMs / 1000),
      };
    case "lost":
      return asked.reason === "erased" ? null : { ...named, error: said.code ?? asked.reason };
  }
}
