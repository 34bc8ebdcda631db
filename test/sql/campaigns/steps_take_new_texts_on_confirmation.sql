begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
\set denied 'SL111 org not found, or your role does not allow this: it takes owner or admin'
create function pg_temp.save(p_who text, p_text text, p_version int) returns text language sql as $$
  select cast_.ask(p_who, format('select public.save_template(%L, ''text'', ''sms'', null, %L, p_version => %L)',
    cast_.org(), p_text, p_version))
$$;
create function pg_temp.used() returns text language sql as $$
  select string_agg(v.step || ' v' || t.version, ', ' order by v.step) from public.step_variants v
  join public.templates t on t.org_id = v.org_id and t.id = v.template_id where v.org_id = cast_.org()
$$;

-- Versions.
select is(pg_temp.save(who, '{{ sender.name }}: hi. Reply STOP to end.', 1), :'denied', who || ' saves no template')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(pg_temp.save('admin', 'Hi. Reply STOP to end.', 1), 'SL521 invalid template: text: {{ sender.name }} is '
  || 'missing', 'a text that may not be sent is not saved');
select is(cast_.ask('broker', $$ select public.check_template('sms', null, 'Hi') $$),
  '{"text: {{ sender.name }} is missing","text: how to opt out is missing"}', 'and is checked while it is written');
select is(pg_temp.save('admin', '{{ sender.name }}: hi. Reply STOP to end.', null),
  'SL523 the template has version 1 already: read it again', 'a version that was not read is not replaced');
select (pg_temp.save('admin', '{{ sender.name }}: hi. Reply STOP to end.', 1))::jsonb as saved \gset
select is(:'saved'::jsonb - 'id', '{"version": 2, "steps_on_older": 1}', 'a new version says which steps are older');
select is(pg_temp.used(), '1 v1, 2 v1, 3 v1', 'and is used by nothing yet');

-- The steps take it.
select cast_.runner(n, 1) from generate_series(1, 2) n \g /dev/null
create function pg_temp.steps(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select jsonb_agg(jsonb_build_object('sequence_id', sequence_id, 'step', step,
    'variant', variant, 'template_id', template_id)) from public.template_steps(%L, (select id from public.templates
    where name = 'text' and version = 2)) $q$, cast_.org()))
$$;
select is(cast_.ask('viewer', format($$ select sequence || ' ' || step || ' v' || version || ' ' || waiting || ' '
  || campaigns::text from public.template_steps(%L, %L) $$, cast_.org(), :'saved'::jsonb ->> 'id')),
  'Three touches 2 v1 2 {"Campaign A"}', 'what would change, for how many leads');
select pg_temp.steps('owner') as steps \gset
create function pg_temp.use(p_who text, p_steps text) returns text language sql as $$
  select cast_.ask(p_who, format('select public.use_template(%L, (select id from public.templates where name = %L '
    'and version = 2), %L)', cast_.org(), 'text', p_steps))
$$;
select is(pg_temp.use(who, :'steps'), :'denied', who || ' changes no step')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(pg_temp.use('owner', '[]'), 'SL524 template not found, or no steps were named', 'steps are named');
select is(pg_temp.use('owner', (select jsonb_agg(s || '{"step": 1}') from jsonb_array_elements(:'steps'::jsonb)
  s)::text), 'SL524 a step changed since it was shown: look at the steps again', 'a step of another text stays');
select is(pg_temp.use('owner', :'steps'), '1', 'the step takes the version that was confirmed');
select is(pg_temp.used(), '1 v1, 2 v2, 3 v1', 'and no other');
select is(pg_temp.use('owner', :'steps'), 'SL524 a step changed since it was shown: look at the steps again', 'once');
select is((select count(*) from private.audit_events where action = 'step_variant.changed'), 1::bigint,
  'it is logged');
select is(cast_.ask('viewer', format($$ select name || ' v' || version || ' ' || steps || ' ' || steps_on_older
  from public.list_templates(%L, 1, 'hello') $$, cast_.org())), 'text v2 1 0', 'the list says so');
select is(cast_.ask('viewer', format($$ select name || ' v' || version from public.list_templates(%L, p_name => %L) $$,
  cast_.org(), name)), found, name || ' is found by its name')
from (values ('text', 'text v2'), ('texts', null)) x (name, found);

-- A preview has what a message would have, and no contact value.
select cast_.claim() \g /dev/null
update public.messages set requested_at = cast_.noon() where true;
create function pg_temp.preview(p_who text, p_lead uuid, p_more text default '{}') returns text language sql as $$
  select cast_.ask(p_who, format('select public.template_preview(%L, %L, %L, p_draft => %L)', cast_.org(), p_lead,
    case when p_more = '{}' then 'a0000000-0000-4000-8000-0000000000d1' end, p_more))
$$;
select is((pg_temp.preview('owner', cast_.nth(1)))::jsonb -> 'variables',
  (select r.request -> 'variables' from private.build_requests(cast_.org(), array(select m.id from public.messages m
    where m.lead_id = cast_.nth(1))) r (id, request) limit 1), 'the variables are those of a message');
select unalike(pg_temp.preview('owner', cast_.nth(1)), '%lead1@%', 'without the address');
select is((pg_temp.preview('owner', cast_.nth(1), '{"channel": "sms", "text": "Hi"}'))::jsonb -> 'errors',
  '["text: {{ sender.name }} is missing", "text: how to opt out is missing"]', 'a draft is checked');
select is(pg_temp.preview(who, cast_.lead('a2')), answer, who || ' previews with a lead')
from (values ('broker', 'SL524 lead not found'),
  ('viewer', 'SL111 org not found, or your role does not allow this: it takes owner or admin or broker'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin or broker')) x (who,
  answer);
select matches(pg_temp.preview('broker', cast_.lead('a1')), '"errors"', 'a broker previews with an own lead');

select * from finish();
rollback;
