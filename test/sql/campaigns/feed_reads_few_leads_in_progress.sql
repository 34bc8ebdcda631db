begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- The statistics are those of a time at which no lead was in progress, as on the first days of an org. The leads in
-- progress share few phones, so that their index by phone is the smallest.
insert into public.campaigns (org_id, id, name, state)
values (cast_.org(), 'a0000000-0000-4000-8000-0000000000cb', 'Other', 'running');
select cast_.feedable(n, 10, p_phone => 101 + n % 10) from generate_series(101, 1300) n \g /dev/null
select cast_.feedable(n, 90) from generate_series(1, 20) n \g /dev/null
select cast_.feedable(21, 90, p_phone => 101) \g /dev/null
analyze public.leads;
analyze public.contact_points;
set local sluice.actor = 'system';
update public.leads set campaign_status = 'queued', campaign_id = 'a0000000-0000-4000-8000-0000000000cb',
  added_to_campaign_at = now()
where id between cast_.nth(101) and cast_.nth(1300);
set local sluice.actor = '';

create function pg_temp.read_leads() returns bigint language sql as $$
  select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
  where schemaname = 'public' and relname = 'leads'
$$;
create temporary table reading (rows bigint);
insert into reading values (pg_temp.read_leads());
select is((select array_agg(c.lead_id) filter (where c.refusal is not null) || array_agg(c.lead_id)
    filter (where c.refusal is not null and c.refusal <> 'phone_in_campaign')
  from private.check_candidates(cast_.org(), (select array_agg(cast_.nth(n)) from generate_series(1, 21) n)) c),
  array[cast_.nth(21)], 'of 21 leads, the one whose phone is in progress is refused');
-- A table of this size may be read whole once.
select cmp_ok(pg_temp.read_leads() - (select r.rows from reading r), '<', 2 * 1200::bigint,
  'the check does not read all leads in progress for each phone');

select * from finish();
rollback;
