// Recovery after a crash: expired leases are reclaimed, and providers are asked about unconfirmed messages.
// Found ones count as sent, absent ones are sent again, and for the rest a person decides.
import pLimit from "p-limit";
import { asWriter } from "../platform/db/client.ts";
import { errorFields } from "../platform/log.ts";
import { accountOf, type Content, type Finding, type SendRequest } from "../providers/types.ts";
import { unsubscribeLinksOf } from "./links.ts";
import { render } from "./render.ts";
import type { Sending } from "./sending.ts";

export interface ReconcileCounts {
  reclaimed: number;
  found: number;
  absent: number;
  /** The provider cannot say: a dead letter asks a person. */
  parked: number;
  /** The provider cannot say yet, or could not be asked this time. */
  waiting: number;
}

interface UnconfirmedRow {
  org_id: string;
  id: string;
  provider: string;
  requested_at: Date;
  age_ms: number;
  request: SendRequest;
}

const CONCURRENCY = 8;
const MAX_MESSAGES = 200;
/** How long the provider's events may still report what its API does not. */
const PARK_AFTER_MS = 15 * 60_000;
/** How long another process with the account's keys may still ask. */
const PARK_UNASKED_AFTER_MS = 24 * 60 * 60_000;

export async function reconcile(
  sending: Sending,
  asOf = sending.clock(),
): Promise<ReconcileCounts> {
  const { sql } = sending;
  const counts: ReconcileCounts = { reclaimed: 0, found: 0, absent: 0, parked: 0, waiting: 0 };
  const [row] = await asWriter(
    sql,
    (tx) =>
      tx<{ count: number }[]>`
      select private.expire_leases(coalesce(${asOf}::timestamptz, now())) as count`,
  );
  counts.reclaimed = row?.count ?? 0;
  const unconfirmed = await asWriter(
    sql,
    (tx) =>
      tx<UnconfirmedRow[]>`
      select m.org_id, m.id, m.provider, m.requested_at, c.request,
        (extract(epoch from t.now - m.requested_at) * 1000)::float8 as age_ms
      from (select coalesce(${asOf}::timestamptz, now()) as now) t
      cross join lateral private.unconfirmed_messages(${MAX_MESSAGES}, t.now) m
      cross join lateral private.build_requests(m.org_id, array[m.id]) c`,
  );
  const limit = pLimit(CONCURRENCY);
  await Promise.all(
    unconfirmed.map((message) =>
      limit(async () => {
        if (!sending.shouldStop()) counts[await reconcileOne(sending, message, asOf)]++;
      })
    ),
  );
  return counts;
}

/** Cost of asking about a message, in staged rows. */
const QUESTION_ROWS = 400;

async function reconcileOne(
  sending: Sending,
  message: UnconfirmedRow,
  asOf: Date | null,
): Promise<"found" | "absent" | "parked" | "waiting"> {
  const ids = { org_id: message.org_id, message_id: message.id };
  sending.spend(QUESTION_ROWS);
  let finding: Finding;
  let parkAfterMs = PARK_AFTER_MS;
  try {
    finding = await askProvider(sending, message);
  } catch (error) {
    sending.log("warn", "not_asked", { ...ids, ...errorFields(error) });
    finding = { found: "silent", why: "the provider could not be asked" };
    parkAfterMs = PARK_UNASKED_AFTER_MS;
  }
  if (finding.found === "silent" && message.age_ms < parkAfterMs) return "waiting";
  await asWriter(
    sending.sql,
    (tx) =>
      tx`select private.settle_unconfirmed(${message.org_id}, ${message.id},
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

async function askProvider(
  sending: Sending,
  { org_id, id, requested_at, request }: UnconfirmedRow,
): Promise<Finding> {
  const account = await sending.accounts(request.provider, accountOf(request), org_id);
  if (!account) throw new Error("no account is configured for this provider");
  return await account.find({
    orgId: org_id,
    messageId: id,
    requestedAt: requested_at,
    request,
    content: await contentOf(sending, request),
    known: (ids) => knownIds(sending, org_id, request.provider, ids),
  });
}

async function knownIds({ sql }: Sending, orgId: string, provider: string, ids: string[]) {
  const rows = await asWriter(
    sql,
    (tx) =>
      tx<{ provider_id: string }[]>`
      select provider_id from public.messages
      where org_id = ${orgId} and provider = ${provider} and provider_id = any (${ids})`,
  );
  return new Set(rows.map(({ provider_id }) => provider_id));
}

/** The content as it was sent; null where it can no longer be rendered. */
async function contentOf({ env }: Sending, request: SendRequest): Promise<Content | null> {
  try {
    return await render(request, unsubscribeLinksOf(request, env)?.link ?? null);
  } catch {
    return null;
  }
}
