begin;
\ir ../support/cast.sql
select no_plan();
-- Another org's keys are no secret that an answer may tell.
select is(cast_.run('rival', $$ insert into public.sources (org_id, key, name)
  values ('b0000000-0000-4000-8000-000000000000', 'list-a', 'List') $$), 'rows 1', 'orgs may name a source alike');
select is(cast_.run('owner', $$ insert into public.sources (org_id, key, name)
  values ('a0000000-0000-4000-8000-000000000000', 'list-a', 'List') $$),
  '23505 duplicate key value violates unique constraint "source_key_is_unique_in_its_org"', 'one org may not');
select is((select count(*)::int from private.source_for_key('list-a')), 2,
  'the upload endpoint tries the secrets of both');
select is(cast_.ask(who, $$ select string_agg(s.source_id::text, ' ') from public.source_for_upload('list-a') s $$),
  answer, who || ' uploads to the source of the own org')
from (values ('owner', 'a0000000-0000-4000-8000-00000000005c'), ('viewer', null)) x (who, answer);
-- A member of both.
insert into public.members (org_id, user_id, role)
select 'b0000000-0000-4000-8000-000000000000', p.user_id, 'admin' from cast_.people p where p.who = 'owner';
select is(cast_.ask('owner', $$ select count(*) from public.source_for_upload('list-a') $$), '0',
  'a key of two of their orgs names neither');
select is(cast_.ask('owner',
  $$ select s.org_id from public.source_for_upload('a0000000-0000-4000-8000-00000000005c') s $$),
  'a0000000-0000-4000-8000-000000000000', 'the id does');
select is(cast_.ask('rival',
  $$ select count(*) from public.source_for_upload('a0000000-0000-4000-8000-00000000005c') $$), '0', 'not for others');
select * from finish();
rollback;
