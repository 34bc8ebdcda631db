// Claim, begin, call, settle. Each of the four commits before the next begins, and no transaction is
// open while a provider is called: whatever dies in between, the ledger says what may have gone out.
import { asWriter } from "../platform/db/client.ts";
import type { Deps } from "../platform/deps.ts";
import type { Providers } from "../providers/accounts.ts";
import { sendBegun } from "./requests.ts";
import type { OutreachSettings } from "../providers/settings.ts";

export interface Sending extends Deps {
  providers: Providers;
  settings: OutreachSettings;
  /** Null: the database's own clock. */
  clock: () => Date | null;
  /** Asked before each call: what is not called yet is given back. */
  shouldStop: () => boolean;
}

export interface Message {
  id: string;
  org_id: string;
  lead_id: string;
  campaign_id: string | null;
  step: number | null;
  channel: string;
  state: string;
}

export interface Claimed extends Message {
  lease_token: string;
}

export interface Wanted {
  channel?: string | null | undefined;
  limit?: number | undefined;
  orgId?: string | null | undefined;
  asOf?: Date | null | undefined;
}

export interface Round {
  claimed: number;
  sent: number;
  cancelled: number;
  retrying: number;
  failed: number;
  unconfirmed: number;
  /** Of the failed: those that the provider or the check of the words refused. */
  refused: number;
  next_at: Date | null;
  messages: Message[];
}

export async function claim(sending: Sending, wanted: Wanted = {}): Promise<Claimed[]> {
  const asOf = wanted.asOf ?? sending.clock();
  const { limit = sending.settings.OUTREACH_BATCH, channel = null, orgId = null } = wanted;
  return await asWriter(sending.sql, (tx) =>
    tx<Claimed[]>`
      select id, org_id, lead_id, campaign_id, step, channel, state, lease_token
      from public.claim_due_steps(${limit}, ${channel},
        coalesce(${asOf}::timestamptz, now()), ${orgId})`);
}

/** One round: what is due now, up to the limit, to its end. */
export async function dispatch(sending: Sending, wanted: Wanted = {}): Promise<Round> {
  const claimed = await claim(sending, wanted);
  const leases = new Map<string, Claimed[]>();
  for (const message of claimed) {
    const key = `${message.org_id} ${message.lease_token}`;
    leases.set(key, [...leases.get(key) ?? [], message]);
  }
  const refused = await Promise.all([...leases.values()].map((held) =>
    send(sending, {
      orgId: held[0]!.org_id,
      leaseToken: held[0]!.lease_token,
      messageIds: held.map(({ id }) => id),
      asOf: wanted.asOf,
    })
  ));
  return await report(
    sending,
    claimed,
    refused.reduce((sum, count) => sum + count, 0),
    wanted.orgId,
  );
}

export interface Held {
  orgId: string;
  leaseToken: string;
  messageIds: string[];
  asOf?: Date | null | undefined;
}

/** Sends what a claim holds; returns how many were refused. */
export async function send(sending: Sending, held: Held): Promise<number> {
  const began = performance.now();
  const asOf = held.asOf ?? sending.clock();
  const { orgId, leaseToken } = held;
  const begun = await asWriter(
    sending.sql,
    (tx) =>
      tx<{ message_id: string; call: Record<string, unknown>; lease_ms: number }[]>`
      select b.message_id, b.request as call,
        (extract(epoch from m.lease_until - t.now) * 1000)::float8 as lease_ms
      from (select coalesce(${asOf}::timestamptz, now()) as now) t
      cross join lateral
        private.begin_requests(${orgId}, ${held.messageIds}::uuid[], ${leaseToken}, t.now) b
      join public.messages m on m.org_id = ${orgId} and m.id = b.message_id`,
  );
  return await sendBegun(sending, { orgId, leaseToken, asOf, began }, begun);
}

/** What became of these messages; states are read from the ledger, not remembered. */
export async function report(
  { sql }: Sending,
  claimed: readonly { id: string; org_id: string }[],
  refused: number,
  orgId?: string | null,
): Promise<Round> {
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
