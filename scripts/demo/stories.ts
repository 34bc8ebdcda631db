// The results of the feed, and the history of five people: every decision with its reasons, every
// message, every reply. Read from the database, and compared with the requests that providers received.
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Sql, World } from "./world.ts";

export interface OutreachTotals {
  /** Sent messages of the sequence. */
  sent: number;
  /** People who replied, opted out, bounced, or have an appointment. */
  replied: number;
  opted_out: number;
  bounced: number;
  booked: number;
  /** Steps that a provider received twice for the same person, and messages that no provider received. */
  twice: number;
  lost: number;
}

export async function outreachTotals(
  sql: Sql,
  world: World,
  sandbox: Sandbox,
): Promise<OutreachTotals> {
  const { orgId } = world;
  const [counts] = await sql`
    select
      (select count(*)::integer from public.messages
        where org_id = ${orgId} and kind = 'sequence' and sent_at is not null) as sent,
      (select count(distinct lead_id)::integer from public.pipeline_events
        where org_id = ${orgId} and kind = 'replied') as replied,
      (select count(*)::integer from public.leads
        where org_id = ${orgId} and campaign_status = 'opted_out') as opted_out,
      (select count(distinct lead_id)::integer from public.messages
        where org_id = ${orgId} and bounced_at is not null) as bounced,
      (select count(distinct lead_id)::integer from public.pipeline_events
        where org_id = ${orgId} and kind = 'booked') as booked`;
  return { ...counts, ...await compare(sql, world, sandbox) } as OutreachTotals;
}

async function compare(sql: Sql, world: World, { received }: Sandbox) {
  const ids = [
    ...received.emails.map((email) => email.id),
    ...received.messages.map((message) => message.sid),
    ...received.calls.map((call) => call.id),
  ];
  const [counts] = await sql`
    with got as (select x as provider_id from unnest(${ids}::text[]) x),
      ledger as (select * from public.messages where org_id = ${world.orgId})
    select
      (select count(*)::integer from ledger m where m.sent_at is not null
        and not exists (select from got g where g.provider_id = m.provider_id)) as lost,
      -- Received, but not the one message that the ledger has for its step.
      (select count(*)::integer from got g
        where not exists (select from ledger m where m.provider_id = g.provider_id)) as unknown`;
  const perPerson = new Map<string, number>();
  const count = (key: string) => perPerson.set(key, (perPerson.get(key) ?? 0) + 1);
  for (const email of received.emails) count(`email ${email.to} ${email.categories.join()}`);
  for (const message of received.messages) count(`sms ${message.to} ${message.body}`);
  for (const call of received.calls) count(`call ${call.to}`);
  const repeated = [...perPerson.values()].reduce((sum, times) => sum + times - 1, 0);
  return { twice: repeated + counts.unknown, lost: counts.lost };
}

interface Star {
  lead_id: string;
  title: string;
}

type Row = { lead_id: string };

/** One person each who booked, wrote STOP, bounced, unsubscribed, and was never texted. */
async function stars(sql: Sql, world: World): Promise<Star[]> {
  const { orgId } = world;
  const wanted: [string, PromiseLike<Row[]>][] = [
    [
      "booked an appointment",
      sql<Row[]>`select lead_id from public.pipeline_events
        where org_id = ${orgId} and kind = 'booked' order by at, lead_id`,
    ],
    [
      "wrote STOP",
      sql<Row[]>`select lead_id from public.consents
        where org_id = ${orgId} and action = 'revoke' and 'sms' = any (channels) and is_keyword
          and lead_id is not null order by occurred_at, lead_id`,
    ],
    [
      "has an address that does not exist",
      sql<Row[]>`select lead_id from public.messages
        where org_id = ${orgId} and bounced_at is not null order by bounced_at, lead_id`,
    ],
    [
      "unsubscribed from mail",
      sql<Row[]>`select p.lead_id from public.consents c
        join public.contact_points p on p.org_id = c.org_id and p.value_bidx = c.value_bidx
        where c.org_id = ${orgId} and c.action = 'revoke' and c.kind = 'email' order by c.occurred_at, p.lead_id`,
    ],
    [
      "was never texted or called: the consent is unproven or missing",
      sql<Row[]>`select r.lead_id from public.sequence_runs r
        where r.org_id = ${orgId} and r.sent_count > 0 and jsonb_array_length(r.skipped) > 1
        order by r.lead_id`,
    ],
  ];
  const found: Star[] = [];
  for (const [title, query] of wanted) {
    const rows = await query;
    const row = rows.find(({ lead_id }) => !found.some((star) => star.lead_id === lead_id));
    if (row) found.push({ lead_id: row.lead_id, title });
  }
  return found;
}

const short = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

export async function stories(sql: Sql, world: World): Promise<string> {
  const { orgId } = world;
  const lines: string[] = [];
  for (const { lead_id, title } of await stars(sql, world)) {
    const [lead] = await sql`
      select concat_ws(' ', l.owner_1_first, l.owner_1_last) as name, l.campaign_status::text as status,
        concat_ws(', ', l.situs_street, l.situs_city, l.situs_state) as place
      from public.leads l where l.org_id = ${orgId} and l.id = ${lead_id}`;
    lines.push(`  ${lead.name}, ${lead.place}: ${title} (now ${lead.status.replace("_", " ")})`);
    const rows = await sql`
      select to_char(t.at at time zone 'America/Los_Angeles', 'Mon DD HH24:MI') as at, t.what
      from (
        select d.as_of as at, 1 as n, format('%s %s %s: %s', d.verdict, d.channel, d.contact, d.why) as what
        from public.why_not_contacted d where d.org_id = ${orgId} and d.lead_id = ${lead_id}
        union all
        select e.at, 2, format('%s%s%s', e.kind, coalesce(' by ' || (e.detail ->> 'channel'), ''),
            case when e.detail ->> 'kind' in ('confirmation', 'help') then ': ' || (e.detail ->> 'kind') else '' end)
        from public.pipeline_events e
        where e.org_id = ${orgId} and e.lead_id = ${lead_id} and e.kind >= 'fed'
        union all
        select w.at, 3, format('%s: %s', w.provider, w.name)
        from public.webhook_events w
        where w.org_id = ${orgId} and w.lead_id = ${lead_id}
          and w.name not in ('processed', 'inbound_mail', 'queued', 'ringing')
        union all
        select c.occurred_at, 4, format('consent %s for %s by %s',
          case c.action when 'grant' then 'given' else 'revoked' end, array_to_string(c.channels, ', '), c.method)
        from public.consents c
        where c.org_id = ${orgId} and c.lead_id = ${lead_id}
        union all
        select r.ended_at, 5, format('sequence %s: %s', r.state, replace(r.end_reason, '_', ' '))
        from public.sequence_runs r where r.org_id = ${orgId} and r.lead_id = ${lead_id} and r.ended_at is not null
      ) t order by t.at, t.n`;
    for (const row of rows) lines.push(`    ${row.at}  ${short(row.what, 150)}`);
    lines.push("");
  }
  return lines.join("\n").trimEnd() || "  no leads";
}
