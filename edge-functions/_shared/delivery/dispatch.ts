// Claim, send, settle. Claim and settling commit each for itself, and no transaction is open during a provider request:
// whenever a process dies, the ledger shows what may have been sent.
import { asWriter } from "../platform/db/client.ts";
import { type ClaimedRequest, type ClaimOptions, claimRequests, type Message } from "./claim.ts";
import { type BegunMessage, sendBegun } from "./requests.ts";
import type { Sending } from "./sending.ts";

export interface DispatchReport {
  claimed: number;
  sent: number;
  cancelled: number;
  retrying: number;
  failed: number;
  unconfirmed: number;
  /** Of the failed: those that the provider or the check of the rendered text refused. */
  refused: number;
  next_at: Date | null;
  messages: Message[];
}

/** Claims the steps that are due now, up to the limit, and sends them. */
export async function dispatch(
  sending: Sending,
  options: ClaimOptions = {},
): Promise<DispatchReport> {
  const readAt = performance.now();
  const asOf = options.asOf ?? sending.clock();
  const claimed = await claimRequests(sending, { ...options, asOf });
  const batches = new Map<string, ClaimedRequest[]>();
  for (const message of claimed) {
    const key = `${message.org_id} ${message.lease_token}`;
    batches.set(key, [...batches.get(key) ?? [], message]);
  }
  const refused = await Promise.all([...batches.values()].flatMap((messages) => {
    const { org_id: orgId, lease_token: leaseToken } = messages[0]!;
    return [
      sendBegun(sending, { orgId, leaseToken, asOf, readAt }, begunOf(messages)),
      send(sending, {
        ...{ orgId, leaseToken, asOf: options.asOf },
        messageIds: messages.filter(({ request }) => !request).map(({ id }) => id),
      }),
    ];
  }));
  return await report(
    sending,
    claimed,
    refused.reduce((sum, count) => sum + count, 0),
    options.orgId,
  );
}

const begunOf = (claimed: readonly ClaimedRequest[]): BegunMessage[] =>
  claimed.flatMap(({ id, request, lease_ms }) =>
    request ? [{ message_id: id, request, lease_ms }] : []
  );

export interface ClaimedBatch {
  orgId: string;
  leaseToken: string;
  messageIds: string[];
  asOf?: Date | null | undefined;
}

/** Begins and sends claimed messages; returns how many were refused. */
export async function send(sending: Sending, batch: ClaimedBatch): Promise<number> {
  if (batch.messageIds.length === 0) return 0;
  const readAt = performance.now();
  const asOf = batch.asOf ?? sending.clock();
  const { orgId, leaseToken } = batch;
  const begun = await asWriter(
    sending.sql,
    (tx) =>
      tx<BegunMessage[]>`
      select b.message_id, b.request,
        (extract(epoch from m.lease_until - t.now) * 1000)::float8 as lease_ms
      from (select coalesce(${asOf}::timestamptz, now()) as now) t
      cross join lateral
        private.begin_requests(${orgId}, ${batch.messageIds}::uuid[], ${leaseToken}, t.now) b
      join public.messages m on m.org_id = ${orgId} and m.id = b.message_id`,
  );
  return await sendBegun(sending, { orgId, leaseToken, asOf, readAt }, begun);
}

/** The result for these messages, with the states that the ledger has now. */
export async function report(
  { sql }: Sending,
  claimed: readonly { id: string; org_id: string }[],
  refused: number,
  orgId?: string | null,
): Promise<DispatchReport> {
  return await asWriter(sql, async (tx) => {
    const messages = await tx<Message[]>`
      select m.id, m.org_id, m.lead_id, m.campaign_id, m.step, m.channel, m.state
      from unnest(${claimed.map((one) => one.org_id)}::uuid[],
        ${claimed.map((one) => one.id)}::uuid[]) with ordinality as c (org_id, id, place)
      join public.messages m on m.org_id = c.org_id and m.id = c.id
      order by c.place`;
    const [next] = await tx<{ at: Date | null }[]>`
      select private.next_due_at(${orgId ?? null}) as at`;
    const count = (...states: string[]) =>
      messages.filter(({ state }) => states.includes(state)).length;
    return {
      claimed: claimed.length,
      sent: count("sent", "delivered", "bounced"),
      cancelled: count("cancelled"),
      retrying: count("retrying"),
      failed: count("failed"),
      unconfirmed: count("unconfirmed", "sending"),
      refused,
      next_at: next?.at ?? null,
      messages: [...messages],
    };
  });
}

export interface SendReport extends Omit<DispatchReport, "claimed"> {}

/** Sends messages that the caller claimed earlier; messages of others, or without the lease, are left out. */
export async function sendClaimed(sending: Sending, batch: ClaimedBatch): Promise<SendReport> {
  const messageIds = [...new Set(batch.messageIds)];
  const refused = await send(sending, { ...batch, messageIds });
  const ids = messageIds.map((id) => ({ id, org_id: batch.orgId }));
  const { claimed: _, ...counts } = await report(sending, ids, refused, batch.orgId);
  return counts;
}
