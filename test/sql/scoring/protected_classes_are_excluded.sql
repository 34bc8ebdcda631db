begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

-- The catalogue itself.
select is_empty($$ select f.name from public.score_fields f where private.why_excluded(f.name) is not null $$,
  'no field of the catalogue is excluded');
select is((select string_agg(n, ' ' order by n) from unnest('{lead.race,lead.owner_sex,property.zip,lead.owner_1_last,
  lead.age,lead.language,census.tract,lead.marital.status,lead.list_score,lead.city,lead.second_owner}'::text[]) n
  where private.why_excluded(n) is null), null, 'protected classes, and what stands for them, are excluded');
select is((select string_agg(n, ' ' order by n) from unnest('{lead.state,lead.county,property.value,
  lead.mortgage,lead.agency,property.usage}'::text[]) n where private.why_excluded(n) is not null), null,
  'other facts are not, also where a part of their name looks alike');

-- Whoever extends it.
select matches(cast_.run('project_owner', $$ insert into public.score_fields (name, type, expression, words)
  values ('lead.gender', 'text', 'l.attributes ->> ''G''', 'Gender') $$),
  '^SL721 a score cannot use lead.gender: sex', 'a field is refused by its name');
select matches(cast_.run('project_owner', $$ insert into public.score_fields (name, type, expression, words)
  values ('lead.segment', 'text', 'l.attributes ->> ''Head of Household Age''', 'Segment') $$),
  '^SL721 a score cannot use lead.segment: ', 'and by what it reads');
select is(cast_.run('project_owner', $$ insert into public.score_fields (name, type, expression, words)
  values ('property.pool', 'bool', 'l.attributes ? ''Pool''', 'It has a pool') $$), 'rows 1',
  'another fact is added as a row');
select matches(cast_.run('owner', $$ insert into public.score_fields (name, type, expression, words)
  values ('property.spa', 'bool', 'true', 'It has a spa') $$), '^42501', 'members cannot add fields');
select matches(cast_.run('admin', $$ delete from public.score_exclusions $$), '^42501', 'or remove exclusions');

-- Whatever compiled the rules.
select throws_matching($$ select private.put_score_version(cast_.org(), 'test', '{"rules": [{"id": "r"}]}', '{}',
  '{"statement": "select 1", "texts": [], "fields": ["lead.race"], "activities": []}') $$,
  'a score cannot use this fact: race and colour', 'a version cannot name an excluded field');
select throws_matching($$ select private.put_score_version(cast_.org(), 'test', '{"rules": [{"id": "r"}]}', '{}',
  '{"statement": "select 1", "texts": [], "fields": ["lead.shoe"], "activities": []}') $$,
  'not in the catalogue: lead.shoe', 'or a field that is not in the catalogue');
select is(cast_.put_score(cast_.org()), 1, 'a version with facts of the catalogue is saved');

select * from finish();
rollback;
