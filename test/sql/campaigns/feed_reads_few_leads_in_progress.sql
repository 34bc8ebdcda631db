begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- The statistics are those of a time at which no lead was in progress, as on the first days of an org.
insert into public.campaigns (org_id, id, name, state)
values (cast_.org(), 'a0000000-0000-4000-8000-0000000000cb', 'Other', 'running');
select cast_.feedable(n, 10) from generate_series(101, 700) n \g /dev/null
select cast_.feedable(n, 90) from generate_series(1, 20) n \g /dev/null
-- Two leads of one owner, one of them in progress; the phone of lead 20 is that of a lead in progress.
select cast_.feedable(21, 90, p_phone => 101), cast_.feedable(22, 90, p_phone => 22) \g /dev/null
analyze public.leads;
analyze public.contact_points;
set local sluice.actor = 'system';
update public.leads set campaign_status = 'queued', campaign_id = 'a0000000-0000-4000-8000-0000000000cb',
  added_to_campaign_at = now()
where id between cast_.nth(102) and cast_.nth(700);
set local sluice.actor = '';
select cast_.nominate() \g /dev/null
-- In progress since the view was refreshed.
set local sluice.actor = 'system';
update public.leads set campaign_status = 'queued', campaign_id = 'a0000000-0000-4000-8000-0000000000cb',
  added_to_campaign_at = now()
where id = cast_.nth(101);
set local sluice.actor = '';

create function pg_temp.read_leads() returns bigint language sql as $$
  select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables
  where schemaname = 'public' and relname = 'leads'
$$;
create temporary table reading (rows bigint);
insert into reading values (pg_temp.read_leads());
select is((select array_agg(c.refusal order by c.refusal) filter (where c.refusal is not null)
  from private.check_candidates(cast_.org(), (select array_agg(cast_.nth(n)) from generate_series(1, 22) n)) c),
  '{phone_in_campaign}'::text[], 'of 22 leads, the one whose phone is in progress is refused');
select cmp_ok(pg_temp.read_leads() - (select r.rows from reading r), '<', 100::bigint,
  'the check reads those leads and the others with their phones, and not all 600 that are in progress');

select * from finish();
rollback;
