-- Retention of history by months: events_months, calls_months and decision_years of each org. A month that every org's
-- policy gives up is dropped as a whole partition; from a month that some org keeps, the rows of the others are
-- deleted in batches. Decisions go by whole months only, so that the longest policy counts for all.

create function private.kept_from(p_settings jsonb, p_what text, p_as_of timestamptz) returns timestamptz
language sql immutable parallel safe set search_path = '' as $$
  select (date_trunc('month', p_as_of at time zone 'UTC') - make_interval(months => case p_what
    when 'events' then (p_settings ->> 'events_months')::integer
    when 'calls' then (p_settings ->> 'calls_months')::integer
    when 'decisions' then 12 * coalesce((p_settings ->> 'decision_years')::integer, 5) end)) at time zone 'UTC'
$$;
comment on function private.kept_from(jsonb, text, timestamptz) is
  'The first instant whose rows are kept, by the settings of an org: the beginning of a month in UTC; null: all are kept. '
  'p_what: events, calls or decisions.';

create function private.history_months(p_as_of timestamptz default now())
returns table (what text, partition_name text, until timestamptz, may_drop boolean)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_latest timestamptz;
begin
  for what, partition_name, until in
    select k.what, c.relname::text, (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') at time zone 'UTC'
    from (values ('events', 'pipeline_events'), ('calls', 'provider_calls'), ('decisions', 'gate_decisions'))
      k (what, parent)
    join pg_catalog.pg_inherits i on i.inhparent = to_regclass('public.' || k.parent)
    join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relname ~ ('^' || k.parent || '_\d{4}_\d{2}$')
    order by 1, 3
  loop
    -- Of an org that was deleted, decisions stay until the shortest policy gives them up.
    v_latest := greatest((select max(private.kept_from(o.settings, what, p_as_of)) from public.orgs o),
      private.kept_from('{}', what, p_as_of));
    continue when v_latest is null or until > v_latest;
    execute format('select not exists (select from public.orgs o '
      'where coalesce(private.kept_from(o.settings, $1, $2) < $3, true) '
      'and exists (select from private.%I r where r.org_id = o.id))', partition_name)
    into may_drop using what, p_as_of, until;
    if may_drop and what = 'calls' then
      -- An erasure finds the cached answers about a person through their calls.
      execute format('select not exists (select from private.%I r join private.provider_answers a '
        'on a.org_id = r.org_id and a.provider = r.provider and a.endpoint = r.endpoint and a.input_bidx = r.input_bidx)',
        partition_name) into may_drop;
    end if;
    return next;
  end loop;
end
$$;
comment on function private.history_months(timestamptz) is
  'Months of events, calls and decisions that the policy of some org gives up, oldest first; may_drop: no org that keeps '
  'them has rows there. Definer: reads all orgs.';

create function private.drop_old_months(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s' as $$
declare
  v record;
  v_dropped integer := 0;
begin
  for v in select m.partition_name from private.history_months(p_as_of) m where m.may_drop loop
    -- Writers and readers of the table wait for it: not for long, and the next run tries again.
    execute format('drop table private.%I', v.partition_name);
    v_dropped := v_dropped + 1;
  end loop;
  return v_dropped;
end
$$;
comment on function private.drop_old_months(timestamptz) is
  'Drops the months of events, calls and decisions that no org keeps; returns how many. Decisions are kept five years at '
  'least (16 CFR 310.5), and not deleted in any other way. Raises 55P03 when the table is in use for five seconds. '
  'Definer: only the owner may drop partitions.';

create function private.delete_old_deliveries(p_org_id uuid, p_before timestamptz, p_after bigint, p_limit integer)
  returns table (deleted integer, last bigint)
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Ids grow with time: a page of the oldest. Its events go with a delivery. A dead one may hold a wish.
  with page as (
    select x.id, x.received_at, x.state from public.webhook_inbox x
    where x.org_id = p_org_id and x.id > p_after order by x.id limit p_limit
  ), gone as (
    delete from public.webhook_inbox i
    where i.org_id = p_org_id and i.id in (
      select p.id from page p where p.received_at < p_before and p.state in ('done', 'unmatched'))
    returning i.id
  )
  select (select count(*) from gone),
    case when max(p.received_at) < p_before and count(*) = p_limit then max(p.id) end
  into deleted, last from page p;
  return next;
end
$$;
comment on function private.delete_old_deliveries(uuid, timestamptz, bigint, integer) is
  'Deletes the processed deliveries of an org that were received before p_before, among the p_limit after the id p_after; '
  'last is null at the end. Definer: retention belongs to the owner.';

create function private.delete_old_rows(p_as_of timestamptz default now(), p_seconds numeric default 60,
  p_batch integer default 5000) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_end constant timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v record;
  v_rows integer;
  v_last bigint;
  v_count bigint := 0;
begin
  for v in
    -- What drop_old_months takes is left to it.
    select m.what, m.partition_name, o.id as org_id, m.until as before
    from private.history_months(p_as_of) m
    join public.orgs o on private.kept_from(o.settings, m.what, p_as_of) >= m.until
    where not m.may_drop and m.what <> 'decisions'
    union all
    -- Rows of no monthly partition.
    select k.what, k.partition_name, o.id, private.kept_from(o.settings, k.what, p_as_of)
    from (values ('events', 'pipeline_events_other'), ('calls', 'provider_calls_other')) k (what, partition_name)
    join public.orgs o on private.kept_from(o.settings, k.what, p_as_of) is not null
    order by before, what, org_id
  loop
    loop
      if clock_timestamp() > v_end then
        return jsonb_build_object('rows', v_count, 'complete', false);
      end if;
      -- The sums by day and month stay: their triggers are those of the whole table.
      execute format('delete from private.%1$I r where r.ctid = any (array(select x.ctid from private.%1$I x '
        'where x.org_id = $1 and x.at < $3 %2$s limit $2))', v.partition_name, case v.what when 'calls' then
          'and not exists (select from private.provider_answers a where a.org_id = x.org_id and a.provider = x.provider '
          'and a.endpoint = x.endpoint and a.input_bidx = x.input_bidx)' else '' end)
      using v.org_id, p_batch, v.before;
      get diagnostics v_rows = row_count;
      v_count := v_count + v_rows;
      exit when v_rows < p_batch;
    end loop;
  end loop;
  for v in
    select o.id as org_id, private.kept_from(o.settings, 'events', p_as_of) as before from public.orgs o
    where o.settings ? 'events_months' order by o.id
  loop
    v_last := 0;
    while v_last is not null loop
      if clock_timestamp() > v_end then
        return jsonb_build_object('rows', v_count, 'complete', false);
      end if;
      select d.deleted, d.last into v_rows, v_last
      from private.delete_old_deliveries(v.org_id, v.before, v_last, p_batch) d;
      v_count := v_count + v_rows;
    end loop;
  end loop;
  return jsonb_build_object('rows', v_count, 'complete', true);
end
$$;
comment on function private.delete_old_rows(timestamptz, numeric, integer) is
  'Deletes what orgs give up in months that another org keeps and outside of the months, and their old deliveries of '
  'webhooks with their events, in batches of p_batch rows; begins none after p_seconds. Returns {rows, complete}. Definer: retention belongs to the owner.';

create function private.overdue_retention(p_as_of timestamptz default now())
returns table (org_id uuid, what text, oldest timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.id, 'events', x.at
  from public.orgs o
  cross join lateral (select e.at from public.pipeline_events e where e.org_id = o.id order by e.at limit 1) x
  -- Two days: a run that did not finish goes on the next night.
  where x.at < private.kept_from(o.settings, 'events', p_as_of - interval '2 days')
  union all
  select o.id, 'deliveries', x.received_at
  from public.orgs o
  cross join lateral (select i.received_at from public.webhook_inbox i where i.org_id = o.id order by i.id limit 1) x
  where x.received_at < private.kept_from(o.settings, 'events', p_as_of - interval '2 days')
  union all
  select o.id, 'bodies', min(i.processed_at)
  from public.webhook_inbox i join public.orgs o on o.id = i.org_id
  where i.body_cipher is not null and i.state in ('done', 'unmatched')
    and i.processed_at < p_as_of - interval '3 days'
    and private.raw_until(o.settings, i.processed_at) < p_as_of - interval '2 days'
  group by o.id
  union all
  select d.org_id, 'dead letters', min(d.resolved_at)
  from public.pipeline_dlq d where d.resolved_at < p_as_of - interval '402 days'
  group by d.org_id
$$;
comment on function private.overdue_retention(timestamptz) is
  'What should have been deleted two days ago and is still there, by org; org_id is null for dead letters of the '
  'installation. Definer: reads all orgs.';
revoke execute on function private.history_months(timestamptz), private.drop_old_months(timestamptz),
  private.delete_old_deliveries(uuid, timestamptz, bigint, integer),
  private.delete_old_rows(timestamptz, numeric, integer), private.overdue_retention(timestamptz) from pipeline_writer;
