-- The tenant matrix of functions, from the catalogue: whoever is not of org A gets the same answer, or the same error,
-- for what org A has and for what nobody has, and changes the same rows: none of org A. A function of a later release
-- is in it by itself.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/reveal.sql
\ir ../support/markers.sql
select no_plan();
\ir ../support/a_known_person.sql
\ir ../support/matrix.sql
select cast_.find_ids() \g /dev/null

create temp table outcomes as select 'owner' as who, o.* from cast_.outcomes('owner') o;
insert into outcomes select who, o.* from unnest('{rival,stranger}'::text[]) who, cast_.outcomes(who) o;
-- People who were removed, with the access token, the broker record and the sessions of a minute ago.
savepoint members;
delete from public.members where user_id in (select user_id from cast_.people where who in ('admin', 'broker'));
create temp table removed as
select 'removed ' || who as who, o.* from unnest('{admin,broker}'::text[]) who, cast_.outcomes(who) o;

select cmp_ok((select count(*) from cast_.callable), '>', 200::bigint, 'the catalogue lists the functions');
select cmp_ok((select count(*) from outcomes where who = 'owner' and of_a is distinct from of_nobody), '>',
  110::bigint, 'the owner of org A sees a difference in many: the arguments name what is there');
select is_empty(format($$ select name, of_a, of_nobody from (table outcomes union all table removed) o
  where who = %L and of_a is distinct from of_nobody $$, who),
  format('a %s gets one answer for what org A has and for what nobody has', who))
from unnest('{rival,stranger,removed admin,removed broker}'::text[]) who;
-- A look-up by an id that exists runs the policies, which is some more work. It must not grow with what org A has.
select is_empty($$ select who, name, scans_a, scans_nobody from (table outcomes union all table removed) o
  where who <> 'owner' and abs(scans_a - scans_nobody) > 20 $$,
  'an outsider causes nearly the same work for both');
select is_empty($$ select who, name, scans_a, scans_nobody from (table outcomes union all table removed) o
  where who <> 'owner' and of_a ~ '^SL111' and abs(scans_a - scans_nobody) > 0 $$,
  'and the very same for an org that exists and one that does not');
select is_empty($$ select c.name, o.answer from cast_.callable c
    cross join lateral cast_.outcome('anon', cast_.call_of(c.oid, true)) o
  where o.answer !~ '^42501 permission denied' $$, 'without a session every function is refused');
rollback to members;

-- The matrix finds what is not protected.
create function public.forgotten(p_org_id uuid) returns bigint language sql security definer
  as 'select count(*) from public.leads where org_id = p_org_id';
create function public.forgotten_error(p_lead_id uuid) returns void language plpgsql security definer as $$
begin
  if exists (select from public.leads where id = p_lead_id) then
    raise exception 'not yours' using errcode = '42501';
  end if;
  raise exception 'not found' using errcode = 'P0002';
end
$$;
create function public.forgotten_write(p_lead_id uuid) returns void language sql security definer
  as 'update public.leads set attributes = ''{}'' where id = p_lead_id';
grant execute on function public.forgotten(uuid), public.forgotten_error(uuid), public.forgotten_write(uuid)
  to authenticated;
create or replace view cast_.callable as
select p.oid, format('%I.%I', n.nspname, p.proname) as name
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.proname like 'forgotten%';
select results_eq($$ select o.name from cast_.outcomes('rival') o where o.of_a is distinct from o.of_nobody
  order by 1 $$, $$ values ('public.forgotten'), ('public.forgotten_error'), ('public.forgotten_write') $$,
  'a function that counts, one whose error tells, and one that writes are found');

-- Estimates of the planner.
select is(cast_.ask('owner', $$ select count(*) from pg_stats where schemaname in ('public', 'private') $$), '0',
  'members see no statistics of values');
select is_empty($$ select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'private') and p.proleakproof $$,
  'no function of ours is leakproof, so none sees rows before the policies do');

select * from finish();
rollback;
