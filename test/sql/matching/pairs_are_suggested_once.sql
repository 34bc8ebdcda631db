begin;
\ir ../support/cast.sql
select no_plan();
update public.leads set mak = null, county_fips = null, apn = null where id = cast_.lead('a2');

create function pg_temp.suggest(p_left text, p_right text, p_reason text, p_weight float8 default 0) returns bigint
language sql as $$
  select private.suggest_match('a0000000-0000-4000-8000-000000000000', cast_.lead(p_left), cast_.lead(p_right),
    array[p_reason], p_weight)
$$;
select isnt(pg_temp.suggest('a2', 'a1', 'same phone', -1), null, 'two leads are suggested');
select is(pg_temp.suggest('a1', 'a2', 'same house', 2), (select max(c.id) from public.match_candidates c),
  'the same pair, the other way round, is the same row');
select results_eq(
  $$ select c.left_id, c.right_id, c.reasons, c.weight, c.probability, c.state::text from public.match_candidates c $$,
  $$ values (cast_.lead('a1'), cast_.lead('a2'), '{same phone,same house}'::text[], 2::float8, 0.8::float8,
    'open') $$,
  'it has the reasons of both and the higher weight');
select is(pg_temp.suggest('a1', 'a3', 'same phone'), null, 'two parcels are never suggested');
select is(pg_temp.suggest('a1', 'a1', 'same phone'), null, 'a lead is not suggested to itself');
select is(pg_temp.suggest('a2', 'b1', 'same phone'), null, 'leads of two orgs are not suggested');

select is(cast_.ask(who, 'select count(*) from public.match_candidates'), seen, who || ' sees ' || seen)
from (values ('owner', '1'), ('admin', '1'), ('viewer', '1'), ('broker', '0'), ('rival', '0')) t (who, seen);
select matches(cast_.run('owner', $$update public.match_candidates set state = 'open'$$), '^42501',
  'members do not write it');

update public.match_candidates set state = 'different', decided_at = now();
select is(pg_temp.suggest('a1', 'a2', 'same e-mail', 9), null, 'a pair that is different is never suggested again');
select is((select c.state::text from public.match_candidates c), 'different', 'and stays different');

delete from public.match_candidates where true;
select isnt(pg_temp.suggest('a1', 'a2', 'same phone'), null, 'a new pair');
delete from public.leads where id = cast_.lead('a2');
select is((select c.state::text from public.match_candidates c), 'stale', 'a pair ends with its lead');
select * from finish();
rollback;
