begin;
\ir ../support/cast.sql
select no_plan();
update public.leads set mak = null, county_fips = null, apn = null
where id in (cast_.lead('a1'), cast_.lead('a2'), cast_.lead('a3'));

create function pg_temp.suggest(p_left text, p_right text, p_weight float8 default 0) returns bigint
language sql as $$
  select private.suggest_match('a0000000-0000-4000-8000-000000000000', cast_.lead(p_left), cast_.lead(p_right),
    array['same phone'], p_weight)
$$;
create function pg_temp.answer(p_who text, p_answer text, p_ids bigint[]) returns text language sql as $$
  select cast_.ask(p_who, format($q$select public.answer_candidates('a0000000-0000-4000-8000-000000000000', %L, %L)
    - 'open'$q$, p_answer, p_ids))
$$;
create function pg_temp.states() returns text language sql as $$
  select string_agg(right(c.left_id::text, 3)::char || right(c.right_id::text, 3)::char || ' ' || c.state, ', '
    order by c.left_id, c.right_id) from public.match_candidates c
$$;
create temporary table pair as
select pg_temp.suggest('a1', 'a2', 0.1) as a12, pg_temp.suggest('a1', 'a3', 3) as a13,
  pg_temp.suggest('a2', 'a3', -1) as a23;
grant select on pair to public;

-- Who may see and answer.
select is(cast_.run(who, $$
  select * from public.list_match_candidates('a0000000-0000-4000-8000-000000000000')$$), seen,
  who || ' lists: ' || seen)
from (values ('owner', 'rows 3'), ('viewer', 'rows 3'), ('broker', 'SL302 org not found'),
  ('rival', 'SL302 org not found')) t (who, seen);
select is(cast_.run(who, format($$select public.answer_candidates('a0000000-0000-4000-8000-000000000000', 'different',
  '{%s}')$$, (select a12 from pair))), 'SL302 org not found', who || ' may not answer')
from unnest('{viewer,broker,rival}'::text[]) who;
select matches(cast_.run('owner', $$select public.answer_candidates('a0000000-0000-4000-8000-000000000000', 'maybe',
  '{1}')$$), '^SL306', 'there are three answers');
select matches(cast_.run('owner', $$
  select public.answer_candidates('a0000000-0000-4000-8000-000000000000', 'same')$$), '^SL306',
  'an answer names its pairs');

-- Both leads side by side, the most uncertain pair first.
select is(cast_.ask('owner', $$select left_lead ->> 'owner' || ' | ' || (right_lead -> 'contacts' ->> 0)
  from public.list_match_candidates('a0000000-0000-4000-8000-000000000000') limit 1$$),
  'Ames | ' || (select masked from public.contact_points where lead_id = cast_.lead('a2')), 'both leads are shown');
select is(pg_temp.answer('owner', 'skip', array[(select a12 from pair)]), '{"refused": [], "answered": 1}', 'skip');
select is(cast_.ask('owner', $$select string_agg(l.id - (select a12 from pair) || '', ' ')
  from public.list_match_candidates('a0000000-0000-4000-8000-000000000000') l$$), '2 1 0',
  'a skipped pair comes last');

-- different.
select is(pg_temp.answer('admin', 'different', array[(select a13 from pair)]), '{"refused": [], "answered": 1}',
  'an admin says that two are different');
select is(pg_temp.suggest('a3', 'a1', 20), null, 'they are never offered again');
select is(pg_temp.states(), '12 open, 13 different, 23 open', 'states');
select is((select c.decided_by from public.match_candidates c where c.state = 'different'),
  'a0000000-0000-4000-8000-000000000002'::uuid, 'it names its author');

-- same, and what follows for the other pairs.
select is(pg_temp.answer('owner', 'same', array[(select a12 from pair), (select a23 from pair)]),
  format('{"refused": [{"id": %s, "reason": "somebody said that they are different"}], "answered": 1}',
    (select a23 from pair)), 'a lead that became one with another is different from what that one is different from');
select is((select count(*)::int from public.leads l where l.id in (cast_.lead('a1'), cast_.lead('a2'))), 1,
  'the two are one lead');
select is((select count(*)::int from public.lead_merges m where m.merged_by is not null), 1, 'by the owner');
select matches(pg_temp.states(), '^12 same, 13 .*different', 'the answer is kept');

-- Undone: the pair is open again, and the other answers are as before.
select lives_ok($$select public.undo_merge(org_id, id) from public.lead_merges$$, 'undo');
select is(pg_temp.states(), '12 open, 13 different, 23 open', 'all pairs are back');

-- A merge that a pair did not ask for, undone by a person, says that they are different.
select lives_ok($$select public.merge_leads('a0000000-0000-4000-8000-000000000000', cast_.lead('a1'), cast_.lead('a2'))
  $$, 'merge');
select matches(pg_temp.states(), '^12 merged', 'the pair was merged');
select lives_ok($$select public.undo_merge(org_id, id) from public.lead_merges where undone_at is null$$, 'undo');
select is(pg_temp.states(), '12 different, 13 different, 23 open', 'they are different from now on');

-- Many at once.
select is(cast_.ask('owner', $$select public.answer_candidates('a0000000-0000-4000-8000-000000000000', 'different',
  p_to => 0.9, p_preview => true)$$), '{"open": 1, "refused": [], "answered": 0}', 'a preview counts');
select is(cast_.ask('owner', $$select public.answer_candidates('a0000000-0000-4000-8000-000000000000', 'different',
  p_like => (select a23 from pair))$$), '{"open": 1, "refused": [], "answered": 1}', 'all that are like a pair');

-- The answer also holds for leads that were deleted and came again.
create temporary table copy as select * from public.leads where id = cast_.lead('a3');
create temporary table contacts as select * from public.contact_points where lead_id = cast_.lead('a3');
delete from public.leads where id = cast_.lead('a3');
update copy set id = 'a0000000-0000-4000-8000-0000000009ea';
set local sluice.actor = 'system';
insert into public.leads select * from copy;
update contacts set lead_id = 'a0000000-0000-4000-8000-0000000009ea';
insert into public.contact_points overriding system value select * from contacts;
select is(pg_temp.suggest('a1', 'a9', 5), null, 'the same lead with another id is still different');
update public.leads set owner_1_last = 'Someone' where id = 'a0000000-0000-4000-8000-0000000009ea';
select isnt(pg_temp.suggest('a1', 'a9', 5), null, 'another owner is another lead');

-- Erasing.
select lives_ok($$select public.erase_lead('a0000000-0000-4000-8000-000000000000', cast_.lead('a1'), 'asked')$$,
  'erase');
select is((select count(*)::int from public.match_candidates c
  where cast_.lead('a1') in (c.left_id, c.right_id) and (c.state = 'open' or c.left_print is not null)), 0,
  'erasing leaves neither open pairs nor prints');
select * from finish();
rollback;
