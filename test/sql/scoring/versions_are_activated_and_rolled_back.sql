begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

select is(cast_.put_score(cast_.org()), 1, 'the first version');
select is(cast_.put_score(cast_.org()), 1, 'the same rules are the same version');
select is(cast_.put_score(cast_.org(), 2), 2, 'other rules are the next');
select cast_.put_score(cast_.org('b')) \g /dev/null
select is(private.score_leads(cast_.org()), 0::bigint, 'a draft scores nothing');
select is(cast_.score_jobs(), 0::bigint, 'and sends no job');

-- By role and org.
select is(cast_.run('broker', $$ select public.activate_score(cast_.org(), 1) $$), 'SL722 score version 1 not found',
  'a broker cannot activate');
select is(cast_.run('viewer', $$ select public.activate_score(cast_.org(), 1) $$), 'SL722 score version 1 not found',
  'nor can a viewer');
select is(cast_.run('rival', $$ select public.activate_score(cast_.org(), 1) $$), 'SL722 score version 1 not found',
  'nor the owner of another org');
select is(cast_.run('rival', $$ select public.roll_back_score(cast_.org()) $$),
  'SL722 org a0000000-0000-4000-8000-000000000000 not found', 'who cannot roll back either');
select is(cast_.run('admin', $$ select public.activate_score(cast_.org(), 1) $$), 'rows 1', 'an admin can');
select is(cast_.score_jobs(), 1::bigint, 'a job scores all leads');
select is(cast_.run('owner', $$ select public.activate_score(cast_.org(), 9) $$), 'SL722 score version 9 not found',
  'an unknown version cannot become active');

select cast_.fit(cast_.lead('a1'), 30) \g /dev/null
select is(private.score_leads(cast_.org()), 3::bigint, 'the active version scores the org''s leads');
select is(cast_.score_of(cast_.lead('a1')), '30 B {30,0} v1', 'with points per rule');
select is((select count(*) from public.lead_scores s where s.org_id = cast_.org('b')), 0::bigint,
  'and those of no other org');

select cast_.run('owner', $$ select public.activate_score(cast_.org(), 2) $$) \g /dev/null
select private.score_leads(cast_.org()) \g /dev/null
select is(cast_.score_of(cast_.lead('a1')), '60 A {60,0} v2', 'another version replaces it');
select is(cast_.ask('owner', $$ select public.roll_back_score(cast_.org()) $$), '1',
  'a roll back returns to the first');
select private.score_leads(cast_.org()) \g /dev/null
select is(cast_.score_of(cast_.lead('a1')), '30 B {30,0} v1', 'with its scores');
select is(cast_.ask('owner', $$ select public.roll_back_score(cast_.org()) $$), null, 'before it there was none');
select is((select count(*) from public.lead_scores), 0::bigint, 'so nothing is scored');
select is((select string_agg(v.version || ' ' || v.state, ', ' order by v.version) from public.score_versions v
  where v.org_id = cast_.org()), '1 retired, 2 retired', 'versions stay');
select is((select string_agg(concat_ws(' ', a.action, a.version, right(a.user_id::text, 1)), ', ' order by a.id)
  from public.score_activations a), 'activate 1 2, activate 2 1, roll_back 1 1, switch_off 1',
  'and so does who did what');
select matches(cast_.run('project_owner', $$ delete from public.score_activations $$), 'SL', 'nobody edits that');
select matches(cast_.run('project_owner', $$ update public.score_versions set rules = '{}' $$), '^SL723',
  'or a version');

-- Reading.
select is(cast_.ask('viewer', 'select count(*) from public.score_versions'), '2', 'members see the org''s versions');
select is(cast_.ask('rival', 'select count(*) from public.score_versions'), '1', 'and those of no other org');
select is(cast_.ask('rival', 'select count(*) from public.score_activations'), '0', 'nor its history');
select is(cast_.ask('viewer', 'select count(*) from public.score_activations'), '4', 'a viewer sees the history');
select matches(cast_.run('owner', $$ update public.score_versions set state = 'draft' $$), '^42501',
  'members change versions by the functions only');
select matches(cast_.run('owner', 'select * from private.score_statements'), '^42501', 'queries are not exposed');
select matches(cast_.run('pipeline_writer', $$ insert into private.score_statements
  values (cast_.org(), 1, 'select 1', '{}') $$), '^42501', 'and the pipeline cannot write any');

select * from finish();
rollback;
