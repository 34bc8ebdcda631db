begin;
\ir ../support/cast.sql
\ir ../support/api_keys.sql
\ir ../support/reveal.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
\set mine 'a0000000-0000-4000-8000-0000000001ea'

select cast_.add_key('pii', 'admin', '{leads.pii,leads.control}') as pii_id \gset
select cast_.add_key('twin', 'admin', '{leads.pii,leads.read}'), cast_.add_key('plain', 'admin', '{leads.control}'),
  cast_.add_key('broker', 'broker', '{leads.pii}', 'a0000000-0000-4000-8000-0000000000b1'),
  cast_.add_key('theirs', 'admin', '{leads.pii}', null, 'b0000000-0000-4000-8000-000000000000') \g /dev/null

-- As the function does it: a transaction that stays, which as_key's does not.
create function pg_temp.really(p_name text, p_sql text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'api_key',
    (select k.id from cast_.keys k where k.name = p_name), 'scope', 'leads.pii')::text, true),
    set_config('role', 'authenticated', true);
  execute p_sql into v_answer;
  reset role;
  perform set_config('request.jwt.claims', '', true);
  return v_answer;
exception when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.ask_for(p_name text, p_subject text, p_lead uuid) returns text language sql as $$
  select pg_temp.really(p_name, format('select public.request_reveal(%L, %L, array[%L]::uuid[], ''for a test'')',
    'a0000000-0000-4000-8000-000000000000', p_subject, p_lead))
$$;

select is(cast_.as_key('plain', 'leads.control',
    format('select public.request_reveal(%L, ''contacts'', array[%L]::uuid[],
  ''for a test'')', :'org', :'mine')), 'SL133 the API key lacks the scope leads.pii',
    'without the scope nothing is shown');
select is(cast_.as_key('plain', 'leads.pii', format('select public.request_reveal(%L, ''contacts'', array[%L]::uuid[],
  ''for a test'')', :'org', :'mine')), 'SL133 the API key lacks the scope leads.pii', 'nor by naming it');
select is(cast_.as_key('pii', 'leads.control', 'select public.redeem_reveal(gen_random_uuid())'),
  'SL133 the API key lacks the scope leads.pii', 'nor is a grant redeemed in another scope''s name');
select is(pg_temp.ask_for('pii', subject, :'mine'), 'SL134 an API key may not do this: a person does it',
  'no key is shown ' || subject) from unnest('{replies,transcripts,tasks,person}'::text[]) subject;

select pg_temp.ask_for('pii', 'contacts', :'mine') as granted \gset
select cast_.commit_grants() \g /dev/null
select is(pg_temp.really(name, format('select public.redeem_reveal(%L)', :'granted'::jsonb ->> 'grant_id')),
  'SL428 grant not found', 'the grant is not the key''s ' || name) from unnest('{twin,theirs}'::text[]) name;
select is(cast_.ask('owner', format('select public.redeem_reveal(%L)', :'granted'::jsonb ->> 'grant_id')),
  'SL428 grant not found', 'nor a member''s');
select is(cast_.ask('project_owner', format('select public.redeem_reveal(%L)', :'granted'::jsonb ->> 'grant_id')),
  'SL428 grant not found', 'nor the service''s');
select is((select string_agg(v ->> 'value', ' ' order by v ->> 'value') from jsonb_array_elements(pg_temp.really('pii',
  format('select public.redeem_reveal(%L)', :'granted'::jsonb ->> 'grant_id'))::jsonb -> 'values') v),
  '+12135550101 ames@example.com', 'with the scope, the contacts are shown to the key that asked');
select is((select array[key_id, user_id::text, subject, reason] from public.reveal_log where lead_id = :'mine'),
  array[:'pii_id', null, 'contacts', 'for a test'], 'the log of reveals names the key');
select is(cast_.ask('owner', format($$ select actor || ' ' || key_name || ' ' || action from public.list_audit(%L)
  where subject = 'reveal' $$, :'org')), 'key pii reveal.granted', 'and so does the audit log');
select is(pg_temp.ask_for('broker', 'contacts', lead::uuid)::jsonb ->> 'values', shown,
  'the key of a broker is shown the broker''s own leads')
from (values (:'mine', '2'), ('a0000000-0000-4000-8000-0000000002ea', '0')) x (lead, shown);
select is(pg_temp.ask_for('theirs', 'contacts', :'mine')::jsonb ->> 'values', '0',
    'a key of another org is shown nothing');

-- The hourly limit counts for each key.
update public.orgs set settings = settings || '{"reveals_per_hour": 1}' where id = :'org';
select is(pg_temp.ask_for('pii', 'contacts', 'a0000000-0000-4000-8000-0000000003ea')::jsonb ->> 'code', 'hourly_limit',
  'a key keeps to the hourly limit of its org');
select is((pg_temp.ask_for('twin', 'contacts', 'a0000000-0000-4000-8000-0000000003ea')::jsonb ->> 'values'), '1',
  'another key has its own');
select is(cast_.ask('broker', $$ select count(*) from public.reveal_log $$), '0',
  'members who are no admins do not see what keys read');

select * from finish();
rollback;
