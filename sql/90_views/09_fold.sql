-- Folding: the differences that statements left become rows of the counts and sums. One fold at a time; a reader sees
-- both before it or both after it.

create function private.fold_pipeline(p_limit integer default 300000) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold pipeline', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.pipeline_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.pipeline_deltas x order by x.id limit p_limit)
    returning d.*
  ), few as materialized (
    select g.org_id, g.day, g.kind, g.source_id, g.campaign_id, g.broker_id, g.fed_week, g.bucket,
      sum(g.quantity) as quantity, sum(g.leads) as leads, sum(g.timed) as timed, sum(g.seconds) as seconds
    from gone g group by 1, 2, 3, 4, 5, 6, 7, 8
  ), daily as (
    insert into private.pipeline_daily as p (org_id, day, kind, source_id, campaign_id, broker_id, quantity, leads)
    select f.org_id, f.day, f.kind, f.source_id, f.campaign_id, f.broker_id, sum(f.quantity), sum(f.leads) from few f
    group by 1, 2, 3, 4, 5, 6
    on conflict on constraint funnel_day_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  ), funnel as (
    insert into private.funnel_sums as p (org_id, split, grain, starts_on, kind, broker_id, key, quantity, leads)
    select f.org_id, s.split, g.grain, g.starts_on, f.kind, s.broker_id, s.key, sum(f.quantity), sum(f.leads)
    from few f
    cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    cross join lateral (values ('day', f.day), ('month', date_trunc('month', f.day)::date)) g (grain, starts_on)
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint funnel_sum_is_kept_once do update
      set quantity = p.quantity + excluded.quantity, leads = p.leads + excluded.leads
  ), durations as (
    insert into private.duration_sums as p (org_id, split, grain, starts_on, kind, broker_id, key, bucket, timed,
      seconds)
    select f.org_id, s.split, g.grain, g.starts_on, f.kind, s.broker_id, s.key, f.bucket, sum(f.timed), sum(f.seconds)
    from few f
    cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    cross join lateral (values ('day', f.day), ('month', date_trunc('month', f.day)::date)) g (grain, starts_on)
    where f.bucket is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict on constraint duration_sum_is_kept_once do update
      set timed = p.timed + excluded.timed, seconds = p.seconds + excluded.seconds
  ), cohorts as (
    insert into private.cohort_sums as p (org_id, split, broker_id, key, fed_week, kind, weeks_after, leads)
    select f.org_id, s.split, s.broker_id, s.key, f.fed_week, f.kind, (f.day - f.fed_week) / 7, sum(f.leads)
    from few f cross join lateral private.funnel_splits(f.source_id, f.campaign_id, f.broker_id) s
    where f.fed_week is not null and f.kind >= 'fed' and f.leads <> 0
      and s.split not in ('source', 'broker_source')
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict on constraint cohort_sum_is_kept_once do update set leads = p.leads + excluded.leads
  )
  select count(*) into v_count from gone;
  return v_count;
end
$$;
comment on function private.fold_pipeline(integer) is
  'Moves up to p_limit counts into the daily rows and sums; returns how many. Definer: the counts belong to the owner.';

create function private.funnel_splits(p_source_id uuid, p_campaign_id uuid, p_broker_id uuid)
returns table (split text, broker_id uuid, key uuid)
language sql immutable as $$
  select v.* from (values ('org', null::uuid, null::uuid), ('source', null, p_source_id),
    ('campaign', null, p_campaign_id), ('broker', p_broker_id, null), ('broker_source', p_broker_id, p_source_id),
    ('broker_campaign', p_broker_id, p_campaign_id)) v (split, broker_id, key)
  where v.split not like 'broker\_%' or v.broker_id is not null
$$;
comment on function private.funnel_splits(uuid, uuid, uuid) is
  'The rows of funnel_sums, without their dates, in which a count is. Inlined.';

create function private.fold_messages(p_limit integer default 300000) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold messages', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.message_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.message_deltas x order by x.id limit p_limit)
    returning d.*
  ), daily as (
    insert into private.message_daily as p (org_id, day, campaign_id, sequence_id, step, channel, variant, template_id,
      sent, delivered, opened, clicked, bounced, failed, unsubscribed, replied, cost_usd)
    select g.org_id, g.day, g.campaign_id, g.sequence_id, g.step, g.channel, g.variant, g.template_id, sum(g.sent),
      sum(g.delivered), sum(g.opened), sum(g.clicked), sum(g.bounced), sum(g.failed), sum(g.unsubscribed),
      sum(g.replied), sum(g.cost_usd)
    from gone g group by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict on constraint message_day_is_kept_once do update
      set sent = p.sent + excluded.sent, delivered = p.delivered + excluded.delivered,
        opened = p.opened + excluded.opened, clicked = p.clicked + excluded.clicked,
        bounced = p.bounced + excluded.bounced, failed = p.failed + excluded.failed,
        unsubscribed = p.unsubscribed + excluded.unsubscribed, replied = p.replied + excluded.replied,
        cost_usd = p.cost_usd + excluded.cost_usd
  ), costs as (
    insert into private.cost_sums as p (org_id, split, grain, starts_on, key, messages, messages_usd)
    select g.org_id, s.split, d.grain, d.starts_on, s.key, sum(g.sent), sum(g.cost_usd)
    from gone g
    cross join lateral (values ('org', null), ('source', g.source_id), ('campaign', g.campaign_id),
      ('broker', g.broker_id)) s (split, key)
    cross join lateral (values ('day', g.day), ('month', date_trunc('month', g.day)::date)) d (grain, starts_on)
    where g.sent <> 0 or g.cost_usd <> 0
    group by 1, 2, 3, 4, 5
    on conflict on constraint cost_sum_is_kept_once do update
      set messages = p.messages + excluded.messages, messages_usd = p.messages_usd + excluded.messages_usd
  )
  select count(*) into v_count from gone;
  return v_count;
end
$$;
comment on function private.fold_messages(integer) is
  'Moves up to p_limit counts into the daily rows and sums; returns how many. Definer: the counts belong to the owner.';

create function private.fold_calls(p_limit integer default 300000) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count bigint;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('sluice fold calls', 0)) then
    return 0;
  end if;
  with gone as (
    delete from private.call_deltas d
    where (d.org_id, d.id) in (select x.org_id, x.id from private.call_deltas x order by x.id limit p_limit)
    returning d.*
  ), costs as (
    insert into private.cost_sums as p (org_id, split, grain, starts_on, key, data_usd, send_429, send_5xx, data_429,
      data_5xx)
    select g.org_id, s.split, d.grain, d.starts_on, s.key, sum(g.data_usd), sum(g.send_429), sum(g.send_5xx),
      sum(g.data_429), sum(g.data_5xx)
    from gone g
    cross join lateral (values ('org', null), ('source', g.source_id), ('campaign', g.campaign_id),
      ('broker', g.broker_id)) s (split, key)
    cross join lateral (values ('day', g.day), ('month', date_trunc('month', g.day)::date)) d (grain, starts_on)
    group by 1, 2, 3, 4, 5
    on conflict on constraint cost_sum_is_kept_once do update
      set data_usd = p.data_usd + excluded.data_usd, send_429 = p.send_429 + excluded.send_429,
        send_5xx = p.send_5xx + excluded.send_5xx, data_429 = p.data_429 + excluded.data_429,
        data_5xx = p.data_5xx + excluded.data_5xx
  )
  select count(*) into v_count from gone;
  return v_count;
end
$$;
comment on function private.fold_calls(integer) is
  'Moves up to p_limit costs of data calls into the sums; returns how many. Definer: the counts belong to the owner.';
revoke execute on function private.fold_pipeline(integer), private.fold_messages(integer), private.fold_calls(integer),
  private.funnel_splits(uuid, uuid, uuid) from pipeline_writer;
