begin;
\ir ../support/cast.sql
\ir ../support/api_keys.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
\set mine 'a0000000-0000-4000-8000-0000000001ea'
\set other 'a0000000-0000-4000-8000-0000000002ea'

select cast_.add_key('admin', 'admin', private.scopes_of_role('admin')::text) as admin_id \gset
select cast_.add_key('reader', 'admin', '{leads.read}'), cast_.add_key('viewer', 'viewer',
  private.scopes_of_role('viewer')::text), cast_.add_key('broker', 'broker', private.scopes_of_role('broker')::text,
  'a0000000-0000-4000-8000-0000000000b1'), cast_.add_key('theirs', 'admin',
  private.scopes_of_role('admin')::text, null,
  'b0000000-0000-4000-8000-000000000000') \g /dev/null

-- Rows: those of the key's org and role.
select is(cast_.as_key(name, 'leads.read', $$ select string_agg(left(id::text, 1) || right(left(id::text, -2), 1), ' '
  order by id) from public.leads $$), leads, format('the key %s sees %s', name, leads))
from (values ('admin', 'a1 a2 a3'), ('viewer', 'a1 a2 a3'), ('broker', 'a1'), ('theirs', 'b1')) x (name, leads);
select is(cast_.as_key(name, 'leads.read', format('select count(*) from public.desk_lead(%L, %L)', :'org', :'mine')),
  n,
  format('the page of a lead, asked by the key %s: %s', name, n))
from (values ('admin', '1'), ('broker', '1'), ('theirs', '0')) x (name, n);
select is(cast_.as_key(name, 'campaigns.read', format('select count(*) from public.list_campaigns(%L)', :'org')),
  answer,
  format('campaigns, asked by the key %s', name))
from (values ('admin', '0'), ('viewer', '0'), ('broker', '0'), ('theirs',
  'SL111 org not found, or your role does not allow this: it takes owner or admin or broker or viewer'))
  x (name, answer);

-- Scopes.
select is(cast_.as_key('reader', 'campaigns.read', 'select count(*) from public.leads'),
  'SL133 the API key lacks the scope campaigns.read', 'a request for a scope that the key lacks sees nothing');
select is(cast_.as_key('reader', null, 'select count(*) from public.leads'),
  'SL133 the API key lacks the scope of this request', 'nor does one for no scope');
select is(cast_.as_key('reader', 'leads.read', 'select count(*) from public.leads'), '3', 'the scope that it has');
select is(cast_.as_key('admin', 'tasks.write', format($$ select public.create_task(%L, %L, 'to_do') is not null $$,
  :'org', :'mine')), 'true', 'a key with tasks.write makes a task');
select is(cast_.as_key('admin', 'leads.control', format($$ select public.create_task(%L, %L, 'to_do') $$, :'org',
  :'mine')), 'SL133 the API key lacks the scope tasks.write', 'not in a request for another scope');
select is(cast_.as_key('viewer', 'tasks.write', format($$ select public.create_task(%L, %L, 'to_do') $$, :'org',
  :'mine')), 'SL133 the API key lacks the scope tasks.write', 'a key without it makes none');
select is(cast_.as_key('broker', 'tasks.write', format($$ select public.create_task(%L, %L, 'to_do') is not null $$,
  :'org', lead)), answer, 'the key of a broker works on the broker''s own leads: ' || answer)
from (values (:'mine', 'true'), (:'other', 'SL613 lead not found, or you may not work on it')) x (lead, answer);
-- A scope that reads opens nothing in a transaction that could write.
create function pg_temp.read_scope_writes() returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'api_key',
    (select id from cast_.keys where name = 'admin'), 'scope', 'leads.read')::text, true);
  perform private.my_org_ids();
  return 'allowed';
exception when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.read_scope_writes(), 'SL133 the scope leads.read only reads', 'a scope that reads changes nothing');

-- Claims that did not come from a function of this project name no key.
select is(cast_.as_key('admin', 'leads.read', 'select count(*) from public.leads', claims),
  'SL132 the API key is not valid, was revoked or has expired', what)
from (values ('{"iss": "https://example.com/auth/v1"}'::jsonb, 'a token with an issuer'),
  ('{"sub": "a0000000-0000-4000-8000-000000000001"}', 'a token of a user'),
  ('{"role": "anon"}', 'another role'), ('{"api_key": "0000000000000000"}', 'an unknown key')) x (claims, what);

-- What no key does, and what takes its scope, whichever function it came through.
select is(cast_.as_key('admin', scope, statement, '{}', 'none'), 'SL134 an API key may not do this: a person does it',
  'no key may: ' || statement)
from unnest('{leads.control,campaigns.control,sequences.publish,messages.send,leads.pii}'::text[]) scope,
  unnest(array['update public.members set role = ''viewer'' where false', 'delete from public.invitations where false',
    'update public.orgs set settings = ''{}'' where false', 'update public.api_keys set scopes = ''{}'' where false',
    'insert into public.suppression_lifts select from public.suppression_lifts where false',
    'delete from private.source_secrets where false', 'update public.org_gate_rules set value = ''1'' where false',
    'delete from private.provider_accounts where false', 'delete from public.provider_budgets where false',
    'delete from public.subscriptions where false', 'delete from public.erasures where false',
    'delete from public.consents where false', 'delete from public.contact_points where false']) statement;
select is(cast_.as_key('admin', scope, statement, '{}', 'none'), case when scope = any (scopes) then 'rows 0'
  else 'SL133 the API key lacks the scope ' || scopes[1] end, format('%s in a request for %s', statement, scope))
from (values
  ('insert into public.messages (org_id) select null from public.messages where false returning 1',
    '{messages.send}'::text[]),
  ('insert into public.tasks (org_id) select null from public.tasks where false returning 1', '{tasks.write}'),
  ('update public.sequence_runs set state = state where false returning 1',
    '{leads.control,campaigns.control,messages.send,sequences.publish}'),
  ('update public.campaigns set state = state where false returning 1', '{campaigns.control}'),
  ('delete from public.sequences where false returning 1', '{sequences.publish}'),
  ('delete from public.templates where false returning 1', '{sequences.publish}'),
  ('update public.leads set mak = mak where false returning 1', '{leads.control,campaigns.control,messages.send}')) x
  (statement, scopes),
  unnest('{leads.control,campaigns.control,sequences.publish,messages.send,tasks.write}'::text[]) scope;
select is(cast_.run('project_owner', 'delete from private.source_secrets where false'), 'rows 0',
  'people and the service are not asked');
select is(cast_.as_key('admin', 'leads.control', statement), 'SL134 an API key may not do this: a person does it',
  'no key may: ' || statement)
from (values (format($$ select public.create_api_key(%L, 'x', 'viewer', '{leads.read}') $$, :'org')),
  (format($$ select public.rotate_api_key(%L, %L) $$, :'org', :'admin_id')),
  (format($$ select public.revoke_api_key(%L, %L) $$, :'org', :'admin_id')),
  ($$ select public.source_leads_access('a0000000-0000-4000-8000-00000000005c') $$),
  ($$ select public.source_webhook_secret('a0000000-0000-4000-8000-00000000005c') $$)) x (statement);
-- The same on a lead with a refusal: a consent by a machine lifts nothing.
select isnt(left(cast_.as_key('admin', 'leads.control', format($$ select public.record_consent(%L, %L, (select c.id
  from public.contact_points c where c.lead_id = %L limit 1), '{}') $$, :'org', :'mine', :'mine')), 4), 'rows',
  'nor is a consent recorded');

-- A sender of a launch needs the forecast, as a member does.
insert into public.campaigns (org_id, id, name, daily_limit)
values (:'org', 'a0000000-0000-4000-8000-0000000000ca', 'Spring', 10);
select is(cast_.as_key('admin', 'campaigns.control', $$ update public.campaigns set state = 'running'
  where name = 'Spring' $$), 'SL504 look at a forecast of the campaign as it is now, then launch it',
  'a key launches after a forecast only');

select * from finish();
rollback;
