// After a crash: leases that ran out are taken back, and messages in doubt are asked about at their
// provider. What it has is sent; what it certainly has not is sent again; else a person is asked.
import { asWriter } from "../platform/db/client.ts";
import { errorFields } from "../platform/log.ts";
import { accountOf, type Call, type Content, type Finding } from "../providers/types.ts";
import type { Sending } from "./dispatch.ts";
import { unsubscribeUrlOf } from "./links.ts";
import { render } from "./render.ts";

export interface Reconciled {
  reclaimed: number;
  found: number;
  absent: number;
  /** Nobody can say: a dead letter asks a person. */
  parked: number;
  /** Nobody can say yet, or could be asked this time. */
  waiting: number;
}

interface InDoubt {
  org_id: string;
  id: string;
  provider: string;
  requested_at: Date;
  age_ms: number;
  call: Call;
}

const AT_ONCE = 8;
const MOST = 200;
/** How long the provider's events may still tell what its API does not. */
const PARK_AFTER_MS = 15 * 60_000;
/** How long somebody with the account's keys may still come by. */
const PARK_UNASKED_AFTER_MS = 24 * 60 * 60_000;

export async function reconcile(sending: Sending, asOf = sending.clock()): Promise<Reconciled> {
  const { sql } = sending;
  const counts: Reconciled = { reclaimed: 0, found: 0, absent: 0, parked: 0, waiting: 0 };
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<{ count: number }[]>`
      select private.expire_leases(coalesce(${asOf}::timestamptz, now())) as count`,
  );
  counts.reclaimed = row?.count ?? 0;
  const doubts = await asWriter(
    sql,
    (tx) =>
      tx<InDoubt[]>`
      select m.org_id, m.id, m.provider, m.requested_at, c.request as call,
        (extract(epoch from t.now - m.requested_at) * 1000)::float8 as age_ms
      from (select coalesce(${asOf}::timestamptz, now()) as now) t
      cross join lateral private.unconfirmed_messages(${MOST}, t.now) m
      cross join lateral private.build_requests(m.org_id, array[m.id]) c`,
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
  asOf: Date | null,
): Promise<"found" | "absent" | "parked" | "waiting"> {
  const ids = { org_id: doubt.org_id, message_id: doubt.id };
  let finding: Finding;
  let patience = PARK_AFTER_MS;
  try {
    finding = await ask(sending, doubt);
  } catch (error) {
    sending.log("warn", "not_asked", { ...ids, ...errorFields(error) });
    finding = { found: "silent", why: "the provider could not be asked" };
    patience = PARK_UNASKED_AFTER_MS;
  }
  if (finding.found === "silent" && doubt.age_ms < patience) return "waiting";
  await asWriter(
    sending.sql,
    (tx) =>
      tx`select private.settle_unconfirmed(${doubt.org_id}, ${doubt.id},
      ${tx.json(outcomeOf(finding) as never)}, coalesce(${asOf}::timestamptz, now()))`,
  );
  const became = finding.found === "silent" ? "parked" : finding.found;
  sending.log("info", "unconfirmed_settled", { ...ids, became });
  return became;
}

function outcomeOf(finding: Finding): Record<string, unknown> {
  switch (finding.found) {
    case "found":
      return {
        result: "accepted",
        provider_id: finding.provider_id,
        ...(finding.cost_usd === undefined ? {} : { cost_usd: finding.cost_usd }),
      };
    case "absent":
      return { result: "absent" };
    case "silent":
      return { result: "unknown", detail: finding.why };
  }
}

async function ask(
  sending: Sending,
  { org_id, id, requested_at, call }: InDoubt,
): Promise<Finding> {
  const provider = sending.providers(call.provider, accountOf(call));
  if (!provider) throw new Error("there is no account to ask with");
  return await provider.find({
    orgId: org_id,
    messageId: id,
    callingAt: requested_at,
    call,
    content: await wordsOf(sending, call),
    known: (ids) => knownOf(sending, org_id, call.provider, ids),
  });
}

async function knownOf({ sql }: Sending, orgId: string, provider: string, ids: string[]) {
  const rows = await asWriter(
    sql,
    (tx) =>
      tx<{ provider_id: string }[]>`
      select provider_id from public.messages
      where org_id = ${orgId} and provider = ${provider} and provider_id = any (${ids})`,
  );
  return new Set(rows.map(({ provider_id }) => provider_id));
}

/** The words as they were; null where they cannot be made again. */
async function wordsOf({ env }: Sending, call: Call): Promise<Content | null> {
  try {
    return await render(call, unsubscribeUrlOf(call, env));
  } catch {
    return null;
  }
}
