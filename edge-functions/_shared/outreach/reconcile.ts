// After a crash: leases that ran out are taken back, and messages in doubt are asked about at their
// provider. What it has is sent; what it certainly has not is sent again; else a person is asked.
import { asWriter } from "../db/client.ts";
import { errorFields } from "../http/log.ts";
import type { Call, Content, Finding } from "../providers/types.ts";
import type { Sending } from "./dispatch.ts";
import { unsubscribeUrlOf } from "./links.ts";
import { render } from "./render.ts";

export interface Reconciled {
  reclaimed: number;
  found: number;
  absent: number;
  silent: number;
  /** Could not be asked this time. */
  unasked: number;
}

interface InDoubt {
  org_id: string;
  message_id: string;
  provider: string;
  calling_at: Date;
  call: Call;
}

const AT_ONCE = 8;
const MOST = 200;

export async function reconcile(sending: Sending, asOf = sending.now()): Promise<Reconciled> {
  const { sql } = sending;
  const counts: Reconciled = { reclaimed: 0, found: 0, absent: 0, silent: 0, unasked: 0 };
  const [row] = await asWriter(
    sql,
    (tx) => tx<{ count: number }[]>`select private.reclaim_messages(${asOf}) as count`,
  );
  counts.reclaimed = row?.count ?? 0;
  const doubts = await asWriter(
    sql,
    (tx) => tx<InDoubt[]>`select * from private.messages_in_doubt(${MOST}, ${asOf})`,
  );
  let next = 0;
  const lane = async () => {
    while (next < doubts.length && !sending.shouldStop()) {
      counts[await settleOne(sending, doubts[next++]!, asOf)]++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, doubts.length) }, lane));
  return counts;
}

async function settleOne(
  sending: Sending,
  doubt: InDoubt,
  asOf: Date,
): Promise<"found" | "absent" | "silent" | "unasked"> {
  const ids = { org_id: doubt.org_id, message_id: doubt.message_id };
  let finding: Finding;
  try {
    finding = await ask(sending, doubt);
  } catch (error) {
    sending.log("warn", "not_asked", { ...ids, ...errorFields(error) });
    return "unasked";
  }
  await asWriter(
    sending.sql,
    (tx) =>
      tx`select private.settle_doubt(${doubt.org_id}, ${doubt.message_id},
      ${tx.json(finding as never)}, ${asOf})`,
  );
  sending.log("info", "doubt_settled", { ...ids, found: finding.found });
  return finding.found;
}

async function ask(sending: Sending, { org_id, message_id, calling_at, call }: InDoubt) {
  const provider = sending.providers(call.provider);
  if (!provider) return { found: "silent" as const, why: "there is no account to ask with" };
  return await provider.find({
    orgId: org_id,
    messageId: message_id,
    callingAt: calling_at,
    call,
    content: await wordsOf(sending, call),
  });
}

/** The words as they were; null where they cannot be made again. */
async function wordsOf({ env }: Sending, call: Call): Promise<Content | null> {
  try {
    return await render(call, unsubscribeUrlOf(call, env));
  } catch {
    return null;
  }
}
