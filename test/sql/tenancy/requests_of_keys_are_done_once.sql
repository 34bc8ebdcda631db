begin;
\ir ../support/cast.sql
\ir ../support/api_keys.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
select cast_.add_key('main', 'admin', '{tasks.write}') as main_id \gset
select cast_.add_key('twin', 'admin', '{tasks.write}') \g /dev/null

create function pg_temp.with_key(p_name text, p_sql text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'api_key',
    (select k.id from cast_.keys k where k.name = p_name), 'scope', 'tasks.write')::text, true),
    set_config('role', 'pipeline_writer', true);
  execute p_sql into v_answer;
  reset role;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.start(p_name text, p_key text, p_path text default '/leads/1/task', p_body text default '{}')
returns text language sql as $$
  select pg_temp.with_key(p_name, format('select private.begin_api_request(%L, %L, sha256(%L))',
    p_key, p_path, p_body))
$$;

select is(pg_temp.start('main', 'k1'), null, 'the first request is done');
select pg_temp.with_key('main', $$ select private.end_api_request('k1', '{"task_id": "7"}', 'lead.task', '1') $$)
\g /dev/null
select is(pg_temp.start('main', 'k1')::jsonb, '{"task_id": "7"}', 'a repeat finds its answer');
select is(pg_temp.start('main', 'k1', path, body), 'SL135 this Idempotency-Key was used for another request', what)
from (values ('/leads/2/task', '{}', 'another path is refused'), ('/leads/1/task', '{"a": 1}', 'another body, too'))
  x (path, body, what);
select is(pg_temp.start('main', 'k2'), null, 'another Idempotency-Key is another request');
select is(pg_temp.start('twin', 'k1'), null, 'and so is that of another API key');
select (public.rotate_api_key(:'org', :'main_id') ->> 'key_id') as next_id \gset
insert into cast_.keys values ('next', :'next_id', '');
select is(pg_temp.start('next', 'k1')::jsonb, '{"task_id": "7"}', 'the successor of a key finds its answers');
update private.api_requests set created_at = now() - interval '8 days' where true;
select is(pg_temp.start('main', 'k1', '/leads/2/task'), null, 'after seven days an Idempotency-Key is free again');
select is(cast_.ask('owner', format($$ select string_agg(actor || ' ' || action || ' '
    || subject_id || ' ' || key_name,
  ', ') from public.list_audit(%L) where subject = 'api' $$, :'org')), 'key api.lead.task 1 main',
  'what a key did is in the audit log');
select is(cast_.ask(who, $$ select private.begin_api_request('k', '/x', sha256('x')) $$), answer,
    who || ' has no such key')
from (values ('owner', '42501 permission denied for function begin_api_request'),
  ('pipeline_writer', '42501 only requests of API keys are remembered')) x (who, answer);

select * from finish();
rollback;
