begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.row(p_street text, p_owner text, p_zip text default null, p_more jsonb default '{}')
returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('street', p_street, 'full', p_owner, 'zip', p_zip) || p_more)
$$;
-- The suggestions, and what became of them.
create function pg_temp.suggested() returns text language sql as $$
  select coalesce(string_agg(concat_ws(', ', a.situs_street || coalesce(' ' || a.situs_unit, ''),
    b.situs_street || coalesce(' ' || b.situs_unit, ''), array_to_string(c.reasons, '; '), c.state::text), E'\n'
    order by a.situs_street || b.situs_street, a.situs_unit, b.situs_unit), '')
  from public.match_candidates c
  cross join lateral (select * from public.leads l where l.id in (c.left_id, c.right_id)
    order by l.situs_street, l.situs_unit, l.owner_full limit 1) a
  cross join lateral (select * from public.leads l where l.id in (c.left_id, c.right_id) and l.id <> a.id) b
$$;

select is(pg_temp.deliver(pg_temp.row('100 Oak St', 'Ann Moss', '90401')), 'c1 u0 =0 m0 x0 r0', 'a whole address');
select is(pg_temp.deliver(pg_temp.row('100 Oak', 'Ann Moss', '')), 'c0 u1 =0 m0 x0 r0',
  'a gap is filled where one fits');
select is(pg_temp.suggested(), '', 'nothing is suggested');
select is(pg_temp.deliver(pg_temp.row('100 Oak Ave', 'Bo Reed', '90401')), 'c1 u0 =0 m0 x0 r0',
  'another suffix is another street');
select is(pg_temp.deliver(pg_temp.row('100 N Oak', null, '90401')), 'c1 u0 =0 m0 x0 r0', 'an address that fits both');
select is(pg_temp.suggested(), '100 N Oak, 100 Oak Ave, an address with a gap that fits several places, open
100 N Oak, 100 Oak St, an address with a gap that fits several places, open', 'is suggested for each of them');
select is(pg_temp.deliver(pg_temp.row('100 N Oak', null, '90401')), 'c0 u0 =1 m0 x0 r0', 'the same row again');
select is((select count(*) from public.match_candidates), 2::bigint, 'suggests nothing new');

select is(pg_temp.deliver(pg_temp.row('300 Elm St', 'Ann Moss', '90401', '{"unit":"4"}')
  || pg_temp.row('300 Elm St', 'Bo Reed', '90401', '{"unit":"5"}') || pg_temp.row('300 Elm', 'Bo Reed', '90401')),
  'c3 u0 =0 m0 x0 r0', 'of two units none is chosen');
select is((select pg_temp.suggested() like '%300 Elm, 300 Elm St 5, an address with a gap that fits several places; '
  'owners agree, open'), true, 'the one whose owner agrees is suggested');
select is((select count(*) from public.match_candidates), 3::bigint, 'and the other is not');

select is(pg_temp.deliver(pg_temp.row('400 Fir St', 'Ann Moss', '90401') || pg_temp.row('400 Fir', 'Bo Reed', '')),
  'c2 u0 =0 m0 x0 r0', 'owners that contradict stay apart');
select is((select c.reasons::text || c.origin from public.match_candidates c order by c.id desc limit 1),
  '{"an address with a gap that fits","owners share nothing"}upload', 'and are suggested, with the reasons in words');
select is((select min(c.probability) = (select c.probability from public.match_candidates c order by c.id desc limit 1)
  from public.match_candidates c), true, 'as the least probable');
select is(pg_temp.deliver(pg_temp.row('400 Fir St', 'Cy Voss', '90401')), 'c1 u0 =0 m0 x0 r0',
  'a new owner at a whole address');
select is((select count(*) from public.match_candidates c where c.state <> 'open' or c.merge_id is not null),
  0::bigint, 'nothing merges by itself');
select * from finish();
rollback;
