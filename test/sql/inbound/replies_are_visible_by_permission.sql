begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
\ir ../support/reveal.sql
select no_plan();

select cast_.reply('+12135550101', 'Who is this?', 'k1', p_more => '{"label": "question"}'),
  cast_.reply('+12135550102', 'hello', 'k3', p_more => '{"label": "interested"}') \g /dev/null

-- Visibility of replies.
select is(cast_.leads('owner', 'public.replies', 'lead_id'), 'a1 a2', 'an owner sees all replies of the org');
select is(cast_.leads('viewer', 'public.replies', 'lead_id'), 'a1 a2', 'a viewer sees all replies of the org');
select is(cast_.leads('broker', 'public.replies', 'lead_id'), 'a1', 'a broker sees replies of own leads');
select is(cast_.leads('rival', 'public.replies', 'lead_id'), 'none', 'another org sees no replies');
select is(cast_.run('owner', 'select text_cipher from public.replies'), '42501 permission denied for table replies',
  'members cannot read the ciphertext');
select is(cast_.run('broker', $$ update public.replies set answered_at = now() $$), 'rows 1',
  'a broker can mark own replies as answered');
select is(cast_.run('viewer', $$ update public.replies set answered_at = now() $$), 'rows 0',
  'a viewer cannot mark replies as answered');
select is(cast_.run('broker', $$ update public.replies set request = 'none' $$),
  '42501 permission denied for table replies', 'members cannot change the request of a reply');

-- Access to texts.
create function cast_.words(p_who text) returns text language sql as $$
  select cast_.revealed(p_who, 'replies', array[cast_.lead('a1'), cast_.lead('a2')], 'body')
$$;
select is(cast_.words('owner'), 'Who is this? | hello', 'an owner can read all texts');
select is(cast_.words('broker'), 'Who is this?', 'a broker can read texts of own leads');
select is(cast_.words('rival'), 'nothing', 'another org can read no texts');
select is(cast_.words('stranger'), 'nothing', 'a stranger can read no texts');
select is(cast_.words('service_role'), 'Who is this? | hello', 'the service can read all texts');
select is(cast_.words('anon'), '42501 permission denied for function request_reveal', 'anon can request no texts');
select is((select count(*) from private.pii_access_log l where l.user_id = 'a0000000-0000-4000-8000-000000000003'),
  1::bigint, 'every access is logged');

-- Tasks.
select is(cast_.leads('broker', 'public.tasks', 'lead_id'), 'a1', 'a broker sees the task of an own lead');
select is(cast_.run('broker', 'update public.tasks set done_at = now()'), 'rows 1',
  'a broker can complete an own task');
select is(cast_.run('viewer', 'update public.tasks set done_at = now()'), 'rows 0', 'a viewer cannot complete tasks');

select * from finish();
rollback;
