-- Messages of campaigns by day, step and variant: what became of them and what they cost. As 06_pipeline_daily: rows of
-- differences, folded by a job.

create table private.message_daily (
  org_id uuid not null references public.orgs (id) on delete cascade,
  day date not null,
  campaign_id uuid,
  sequence_id uuid,
  step smallint,
  channel text not null,
  variant text,
  template_id uuid,
  sent bigint not null default 0,
  delivered bigint not null default 0,
  opened bigint not null default 0,
  clicked bigint not null default 0,
  bounced bigint not null default 0,
  failed bigint not null default 0,
  unsubscribed bigint not null default 0,
  cost_usd numeric(14, 6) not null default 0,
  replied bigint not null default 0,
  constraint message_day_is_kept_once
    unique nulls not distinct (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id)
);
comment on table private.message_daily is 'Messages by day and variant, counted when each thing happened.';
comment on column private.message_daily.day is 'When it was recorded, in the time zone of the org.';
comment on column private.message_daily.replied is
  'Messages with an answer that is no refusal; the first answer to a message counts, on its day.';
comment on column private.message_daily.campaign_id is 'Null: answers and confirmations.';
create index message_daily_campaign_idx on private.message_daily (org_id, campaign_id, day);
alter table private.message_daily enable row level security;

create table private.message_deltas (
  id bigint generated always as identity,
  like private.message_daily including defaults,
  source_id uuid,
  broker_id uuid,
  primary key (org_id, id),
  constraint message_delta_is_of_an_org foreign key (org_id) references public.orgs (id) on delete cascade
);
comment on table private.message_deltas is
  'Counts that are not in message_daily and cost_sums yet; source and broker are those of the lead at the time.';
alter table private.message_deltas enable row level security;

create function private.day_of_count(p_org_id uuid) returns date
language plpgsql stable set search_path = '' as $$
begin
  return (select (coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now())
    at time zone g.time_zone)::date from public.orgs g where g.id = p_org_id);
end
$$;
comment on function private.day_of_count(uuid) is 'Today in the time zone of the org; null once the org is deleted.';
revoke execute on function private.day_of_count(uuid) from pipeline_writer;

-- A claim or a settlement writes many messages at once, most of them of one variant: one statement, one row of counts.
create function private.tg_messages__count() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
  if tg_op = 'INSERT' then
    insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd, source_id, broker_id)
    select n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id,
      count(n.sent_at), count(n.delivered_at), count(n.opened_at), count(n.clicked_at), count(n.bounced_at),
      count(n.failed_at), count(n.unsubscribed_at), coalesce(sum(n.cost_usd), 0), n.source_id, n.broker_id
    from (
      select m.*, private.day_of_count(m.org_id) as day,
        (select l.source_id from public.leads l where l.org_id = m.org_id and l.id = m.lead_id) as source_id,
        (select l.assigned_broker_id from public.leads l where l.org_id = m.org_id and l.id = m.lead_id) as broker_id
      from after_it m where num_nonnulls(m.sent_at, m.cost_usd) > 0) n
    group by n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id, n.source_id,
      n.broker_id;
  else
    insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, cost_usd, source_id, broker_id)
    select n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id,
      sum(n.sent), sum(n.delivered), sum(n.opened), sum(n.clicked), sum(n.bounced), sum(n.failed),
      sum(n.unsubscribed), sum(n.cost), n.source_id, n.broker_id
    from (
      select d.*, private.day_of_count(d.org_id) as day,
        (select l.source_id from public.leads l where l.org_id = d.org_id and l.id = d.lead_id) as source_id,
        (select l.assigned_broker_id from public.leads l where l.org_id = d.org_id and l.id = d.lead_id) as broker_id
      from (
        select m.org_id, m.lead_id, m.campaign_id, m.sequence_id, m.step, m.channel, m.variant, m.template_id,
          (m.sent_at is not null)::integer - (o.sent_at is not null)::integer as sent,
          (m.delivered_at is not null)::integer - (o.delivered_at is not null)::integer as delivered,
          (m.opened_at is not null)::integer - (o.opened_at is not null)::integer as opened,
          (m.clicked_at is not null)::integer - (o.clicked_at is not null)::integer as clicked,
          (m.bounced_at is not null)::integer - (o.bounced_at is not null)::integer as bounced,
          (m.failed_at is not null)::integer - (o.failed_at is not null)::integer as failed,
          (m.unsubscribed_at is not null)::integer - (o.unsubscribed_at is not null)::integer as unsubscribed,
          coalesce(m.cost_usd, 0) - coalesce(o.cost_usd, 0) as cost
        from after_it m join before_it o on o.org_id = m.org_id and o.id = m.id
        offset 0) d
      where (d.sent, d.delivered, d.opened, d.clicked, d.bounced, d.failed, d.unsubscribed, d.cost)
        <> (0, 0, 0, 0, 0, 0, 0, 0)) n
    group by n.org_id, n.day, n.campaign_id, n.sequence_id, n.step, n.channel, n.variant, n.template_id, n.source_id,
      n.broker_id;
  end if;
  return null;
end
$$;
comment on function private.tg_messages__count() is
  'Trigger: counts what happened to the messages of a statement. Definer: nobody else writes the counts.';
create trigger _300_count_new after insert on public.messages
  referencing new table as after_it for each statement execute function private.tg_messages__count();
create trigger _300_count after update on public.messages
  referencing old table as before_it new table as after_it
  for each statement execute function private.tg_messages__count();

-- An answer to a message counts for its variant: the first one that does not refuse.
create function private.tg_replies__count() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.message_deltas (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
    replied)
  select m.org_id, (new.at at time zone g.time_zone)::date, m.campaign_id, m.sequence_id, m.step, m.channel, m.variant,
    m.template_id, 1
  from public.messages m join public.orgs g on g.id = m.org_id
  where m.org_id = new.org_id and m.id = new.message_id and not exists (
    select from public.replies r
    where r.org_id = new.org_id and r.message_id = new.message_id and r.id <> new.id
      and r.request not in ('opt_out', 'wrong_contact'));
  return null;
end
$$;
comment on function private.tg_replies__count() is
  'Trigger: counts a message that was answered, once. Definer: nobody else writes the counts.';
create trigger _330_count after insert on public.replies
  for each row when (new.message_id is not null and new.request not in ('opt_out', 'wrong_contact'))
  execute function private.tg_replies__count();

create function private.message_counts(p_org_id uuid, p_from date, p_until date)
returns setof private.message_daily
language sql stable as $$
  select d.* from private.message_daily d where d.org_id = p_org_id and d.day between p_from and p_until
  union all
  select d.org_id, d.day, d.campaign_id, d.sequence_id, d.step, d.channel, d.variant, d.template_id, d.sent,
    d.delivered, d.opened, d.clicked, d.bounced, d.failed, d.unsubscribed, d.cost_usd, d.replied
  from private.message_deltas d where d.org_id = p_org_id and d.day between p_from and p_until
$$;
comment on function private.message_counts(uuid, date, date) is
  'Counts of an org by day, both dates included; rows repeat and are to be summed. Inlined, so that filters reach the '
  'indexes; for functions with the rights of the owner.';
revoke execute on function private.message_counts(uuid, date, date) from pipeline_writer;
