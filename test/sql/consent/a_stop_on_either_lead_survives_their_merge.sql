begin;
\ir ../support/cast.sql
\ir ../support/opt_outs.sql
select no_plan();

-- Three leads of one person with a phone each; the first and the second wrote STOP.
update public.leads set mak = null, county_fips = null, apn = null, owner_1_last = 'Ames' where org_id = :org;
select is(cast_.reply(1, 'STOP', '2026-11-20 10:00Z', p_provider => 'twilio') ->> 'kind', 'opt_out', 'STOP to lead 1');
select is(cast_.reply(2, 'STOP', '2026-11-21 10:00Z', p_provider => 'twilio') ->> 'kind', 'opt_out', 'STOP to lead 2');
create function pg_temp.held() returns text language sql as $$
  select string_agg(n || ' ' || cast_.held('+1213555010' || n), ', ' order by n) from generate_series(1, 3) n
$$;
create function pg_temp.refused() returns text language sql as $$
  select string_agg(right(c.masked, 1) || case when private.is_suppressed(c.org_id, c.value_bidx, 'sms')
    then ' refused' else ' free' end, ', ' order by c.masked)
  from public.contact_points c where c.lead_id = cast_.lead('a3') and c.kind = 'phone'
$$;
select pg_temp.held() as before \gset
select ok(cast_.held('+12135550101') <> 'free' and cast_.held('+12135550102') <> 'free'
  and cast_.held('+12135550103') = 'free', 'both phones are refused, the third is not');

select public.merge_leads(:org, cast_.lead('a3'), cast_.lead('a1')) as first \gset
select public.merge_leads(:org, cast_.lead('a3'), cast_.lead('a2')) as second \gset
select is(pg_temp.refused(), '1 refused, 2 refused, 3 free', 'the survivor has both refusals and its own free phone');
select is(cast_.status('a3'), 'opted_out', 'and has opted out');
select public.undo_merge(:org, :second) \gset ignored_
select public.undo_merge(:org, :first) \gset ignored_
select is(pg_temp.held(), :'before', 'the undo lifts nothing');
select is(cast_.status('a1') || ' ' || cast_.status('a2'), 'opted_out opted_out', 'and both have opted out as before');
select * from finish();
rollback;
