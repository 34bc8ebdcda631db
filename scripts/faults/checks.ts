// What must hold after any fault: all that was acknowledged arrives, and no person gets a message twice.
import { setTimeout as pause } from "node:timers/promises";
import { type Accepted, ROWS_OF_AN_UPLOAD } from "./load.ts";
import { answerOf, type World } from "./world.ts";

/** What was accepted up to a moment. */
export interface Before {
  uploads: string[];
  leads: string[];
  /** The moment, by the clock of functions and workers. */
  at: Date;
}

export const acceptedSoFar = ({ uploads, leads }: Accepted, { clock }: World): Before => ({
  uploads: [...uploads.keys()],
  leads: [...leads.keys()],
  at: clock.now(),
});

/** How many of these uploads, messages and webhooks are still on their way. Rejects while the database is down. */
export async function onTheirWay({ sql, orgId }: World, before: Before): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    select (
      select count(*) from unnest(${before.uploads}::uuid[]) u (id)
      where not exists (select from public.uploads x where x.org_id = ${orgId} and x.id = u.id
        and x.state in ('completed', 'failed'))
    ) + (
      select count(*) from public.sequence_runs r
      where r.org_id = ${orgId} and r.lead_id = any (${before.leads}::uuid[]) and r.state = 'active'
        and not exists (select from public.messages m where m.org_id = r.org_id and m.id = r.message_id
          and m.state = 'unconfirmed')
    ) + (
      select count(*) from public.webhook_inbox i
      where i.org_id = ${orgId} and i.state = 'received' and i.received_at <= ${before.at}
    ) as n`;
  return Number(row!.n);
}

/** Milliseconds without any progress after which something counts as not recovered. A slow machine gets longer. */
const STANDSTILL = 180_000;

/** Milliseconds until nothing is left; NaN once what is left stays as it is. A count that rejects is asked again. */
export async function untilNothingIsLeft(count: () => Promise<number>): Promise<number> {
  const began = performance.now();
  let least = Infinity, moved = began;
  while (performance.now() - moved < STANDSTILL) {
    const left = await count().catch(() => Infinity);
    if (left === 0) return performance.now() - began;
    if (left < least) {
      least = left;
      moved = performance.now();
    }
    await pause(100);
  }
  return NaN;
}

/** Until nothing is on its way any more, and the provider has sent all webhooks. */
export async function settle(world: World, accepted: Accepted): Promise<void> {
  await untilNothingIsLeft(async () =>
    world.sandbox.waiting() + await onTheirWay(world, acceptedSoFar(accepted, world))
  );
}

export interface Wrong {
  lost: string[];
  twice: string[];
}

/** Compares what was accepted with the database and with the providers. Call it when nothing is on its way. */
export async function findWrong(
  world: World,
  accepted: Accepted,
  rows = ROWS_OF_AN_UPLOAD,
): Promise<Wrong> {
  const { sql, orgId, sandbox } = world;
  const lost: string[] = [], twice: string[] = [];
  const uploads = await sql<{ id: string; state: string; created: number }[]>`
    select u.id, u.state::text, sum(p.created)::integer as created
    from public.uploads u join public.upload_parts p on p.org_id = u.org_id and p.upload_id = u.id
    where u.org_id = ${orgId} group by u.id`;
  const byId = new Map(uploads.map((upload) => [upload.id, upload]));
  for (const id of accepted.uploads.keys()) {
    const found = byId.get(id);
    if (found?.state !== "completed" || found.created !== rows) {
      lost.push(`upload ${id}: ${found ? `${found.state}, ${found.created} leads` : "not found"}`);
    }
  }
  const houses = [...accepted.uploads.values()].flatMap((first) =>
    Array.from({ length: rows }, (_, k) => String(first + k))
  );
  const [houseless] = await sql<{ missing: string[] }[]>`
    select coalesce(array_agg(h), '{}') as missing from unnest(${houses}::text[]) h
    where (select count(*) from public.leads l
      where l.org_id = ${orgId} and l.situs_house_number = h and l.situs_street ilike '%fault%') <> 1`;
  for (const house of houseless!.missing) lost.push(`house ${house} is not one lead`);

  const contacts = await sql<
    { lead_id: string; value: string; message: string | null; run: string }[]
  >`
    select r.lead_id, private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value,
      (select concat_ws(' ', m.state, m.error_code, m.error_detail) from public.messages m
        where m.org_id = r.org_id and m.lead_id = r.lead_id
        order by m.created_at desc limit 1) as message,
      concat_ws(' ', 'run', r.state, r.end_reason, r.refusal, r.skipped) as run
    from public.sequence_runs r
    join public.contact_points c on c.org_id = r.org_id and c.lead_id = r.lead_id
    where r.org_id = ${orgId} and r.lead_id = any (${[...accepted.leads.keys()]}::uuid[])`;
  const times = new Map<string, number>();
  for (const { to } of [...sandbox.received.emails, ...sandbox.received.messages]) {
    times.set(to, (times.get(to) ?? 0) + 1);
  }
  const perLead = new Map<string, { sent: number; message: string | null; run: string }>();
  for (const { lead_id, value, message, run } of contacts) {
    const sent = (perLead.get(lead_id)?.sent ?? 0) + (times.get(value) ?? 0);
    perLead.set(lead_id, { sent, message, run });
  }
  for (const lead of accepted.leads.keys()) {
    const { sent, message, run } = perLead.get(lead) ?? { sent: 0, message: null, run: "no run" };
    if (sent > 1) twice.push(`lead ${lead} was written to ${sent} times`);
    // Nobody can ask about a mail: one that may have gone out waits for a person, and is not sent again.
    if (sent === 0 && !message?.startsWith("unconfirmed")) {
      lost.push(`lead ${lead}: nothing sent, ${message}, ${run}`);
    }
  }

  // Every text of a person that a webhook acknowledged is kept once, and every STOP is in force.
  const [inbox] = await sql<{ unread: number }[]>`
    select count(*)::integer as unread from public.webhook_inbox
    where org_id = ${orgId} and state in ('received', 'dead')`;
  if (inbox!.unread > 0) lost.push(`${inbox!.unread} webhooks are not processed`);
  const written = sandbox.received.messages.map(({ to }) => to);
  const replied = await sql<{ value: string; replies: number; ended: boolean }[]>`
    select v.value, count(r.id)::integer as replies, bool_or(exists (
      select from public.consents k where k.org_id = ${orgId} and k.value_bidx = v.bidx and k.action = 'revoke')) as ended
    from (select x.value, private.contact_index(${orgId}, x.value) as bidx from unnest(${written}::text[]) x (value)) v
    left join public.replies r on r.org_id = ${orgId} and r.value_bidx = v.bidx
    group by v.value`;
  for (const { value, replies, ended } of replied) {
    const answer = answerOf(value);
    if (replies < (answer ? 1 : 0)) lost.push(`the answer of ${value}`);
    if (replies > 1) twice.push(`the answer of ${value} is kept ${replies} times`);
    if (answer === "STOP" && !ended) lost.push(`the STOP of ${value}`);
  }
  return { lost, twice };
}
