begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

select cast_.put_score(o) from unnest(array[cast_.org('a'), cast_.org('b')]) o \g /dev/null
select public.activate_score(o, 1) from unnest(array[cast_.org('a'), cast_.org('b')]) o \g /dev/null
select private.score_leads(o) from unnest(array[cast_.org('a'), cast_.org('b')]) o \g /dev/null

select is(cast_.ask('owner', 'select count(*) from public.lead_scores'), '3', 'an owner sees the org''s scores');
select is(cast_.ask('viewer', 'select count(*) from public.lead_scores'), '3', 'so does a viewer');
select is(cast_.ask('broker', 'select count(*) from public.lead_scores'), '1', 'a broker those of the own leads');
select is(cast_.ask('rival', 'select count(*) from public.lead_scores'), '1', 'another org its own');
select is(cast_.ask('stranger', 'select count(*) from public.lead_scores'), '0', 'a stranger none');
select is(cast_.ask('broker', format('select count(*) from public.explain_score(%L, %L)', cast_.org(),
  cast_.lead('a1'))), '2', 'a broker can have an own lead explained');
select is(cast_.ask('broker', format('select count(*) from public.explain_score(%L, %L)', cast_.org(),
  cast_.lead('a2'))), '0', 'and no other');
select is(cast_.ask('rival', format('select count(*) from public.explain_score(%L, %L)', cast_.org(),
  cast_.lead('a1'))), '0', 'nor can another org');
select matches(cast_.run('owner', 'update public.lead_scores set score = 100'), '^42501', 'nobody edits a score');
select matches(cast_.run('owner', 'select * from public.lead_score_snapshots'), '^42501',
  'snapshots are for learning only');
select matches(cast_.run('anon', 'select * from public.lead_scores'), '^42501', 'anon sees nothing');

-- Erasure and deletion.
select is(cast_.ask('owner', format('select public.person_record(%L, %L) is not null', cast_.org(),
  cast_.lead('a1'))), 't', 'a person is exported')
where to_regprocedure('public.person_record(uuid, uuid)') is not null;
insert into public.lead_score_snapshots select s.org_id, s.lead_id, now(), s.version, s.score, s.points
from public.lead_scores s;
select is(private.rows_about_lead(cast_.org(), cast_.lead('a1')) -> 'lead_scores' -> 0 ->> 'tier', 'B',
  'the export has the score');
select cast_.run('owner', format('select public.erase_lead(%L, %L, ''asked'')', cast_.org(), cast_.lead('a1')))
\g /dev/null
select is((select count(*) from public.lead_scores s where s.lead_id = cast_.lead('a1')), 0::bigint,
  'an erased person has no score');
select is((select count(*) from public.lead_score_snapshots s where s.lead_id = cast_.lead('a1')), 0::bigint,
  'and no snapshot');
select private.score_leads(cast_.org()) \g /dev/null
select is((select count(*) from public.lead_scores s where s.lead_id = cast_.lead('a1')), 0::bigint,
  'and gets none again');
select is((select count(*) from public.lead_scores s where s.lead_id = cast_.lead('a2')), 1::bigint,
  'others keep theirs');
delete from public.orgs where id = cast_.org('b');
select is((select count(*) from public.lead_scores s where s.org_id = cast_.org('b'))
  + (select count(*) from public.score_versions s where s.org_id = cast_.org('b'))
  + (select count(*) from public.score_activations s where s.org_id = cast_.org('b')), 0::bigint,
  'a deleted org leaves nothing');

select * from finish();
rollback;
