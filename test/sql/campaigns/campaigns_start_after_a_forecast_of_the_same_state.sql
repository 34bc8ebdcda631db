begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
\set denied 'SL111 org not found, or your role does not allow this: it takes owner or admin'

create function pg_temp.save(p_who text, p_id uuid, p_settings text, p_version int default null) returns text
language sql as $$
  select cast_.ask(p_who, format('select public.save_campaign(%L, %L, %L, %L)', cast_.org(), p_id, p_settings,
    p_version))
$$;
create function pg_temp.forecast(p_who text, p_id uuid) returns text language sql as $$
  select cast_.ask(p_who, format('select public.forecast_campaign(%L, %L) ->> ''hash''', cast_.org(), p_id))
$$;
create function pg_temp.launch(p_who text, p_id uuid, p_hash text) returns text language sql as $$
  select cast_.ask(p_who, format('select public.launch_campaign(%L, %L, %L) ->> ''state''', cast_.org(), p_id, p_hash))
$$;
select cast_.feedable(1), cast_.feedable(2), cast_.nominate() \g /dev/null

-- Drafts.
select is(pg_temp.save(who, null, '{"name": "N"}'), :'denied', who || ' makes no draft')
from unnest('{broker,viewer,stranger,rival}'::text[]) who;
select (pg_temp.save('admin', null, '{"name": "Autumn", "daily_limit": 20, "states": ["CA"]}'))::jsonb ->> 'id' as id
  \gset
select is((select format('%s %s %s %s', name, daily_limit, states, state) from public.campaigns where id = :'id'),
  'Autumn 20 {CA} draft', 'an admin makes a draft');
select is(pg_temp.save('admin', :'id', settings, 1), answer, settings)
from (values
  ('{"state": "running"}', 'SL506 not a setting of a draft campaign: state'),
  ('{"daily_limit": 0}', 'SL506 a setting is not valid: new row for relation "campaigns" violates check constraint '
    || '"daily_limit_range"'),
  ('{"daily_limit": "many"}', 'SL506 a setting is not valid: invalid input syntax for type integer: "many"'),
  ('{"source_ids": ["b0000000-0000-4000-8000-00000000005c"]}', 'SL506 source not found'),
  ('[]', 'SL506 the settings are an object')) x (settings, answer);
select is(pg_temp.save('owner', :'id', '{"daily_limit": 30}', 1)::jsonb - 'id', '{"version": 2, "state": "draft"}',
  'an owner changes it');
select is(pg_temp.save('admin', :'id', '{"daily_limit": 40}', 1),
  'SL505 somebody changed the campaign meanwhile: it has version 2', 'who read an older version is told');
select is(pg_temp.save('rival', :'id', '{"daily_limit": 40}', 2), :'denied', 'another org changes nothing');

-- The launch.
select is(cast_.run('owner', format('update public.campaigns set state = ''running'' where id = %L', :'id')),
  'SL504 look at a forecast of the campaign as it is now, then launch it', 'a direct update needs the forecast, too');
select is(cast_.run('owner',
  format('insert into public.campaigns (org_id, name, state) values (%L, ''R'', ''running'')',
  cast_.org())), 'SL504 look at a forecast of the campaign as it is now, then launch it', 'so does a direct insert');
select is(cast_.ask('owner', format('select public.control_campaign(%L, %L, ''resume'')', cast_.org(), :'id')),
  'SL504 look at a forecast of the campaign as it is now, then launch it', 'and resuming a draft');
select is(pg_temp.forecast(who, :'id'), :'denied', who || ' makes no forecast')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(pg_temp.launch('owner', :'id', null), 'SL504 the campaign, its texts, senders or rules changed since the '
  || 'forecast, or it is older than a day: look at a new one', 'no launch without a forecast');
select pg_temp.forecast('admin', :'id') as hash \gset
select matches(:'hash'::text, '^[0-9a-f]{64}$', 'an admin makes a forecast');
select is((select format('%s %s', result ->> 'candidates', made_by) from public.campaign_forecasts),
  '2 a0000000-0000-4000-8000-000000000002', 'which is kept, with its author');
select is(pg_temp.launch(who, :'id', :'hash'), :'denied', who || ' launches nothing')
from unnest('{broker,viewer,rival}'::text[]) who;
select is((pg_temp.save('owner', :'id', '{"daily_limit": 31}', 2))::jsonb ->> 'version', '3', 'the draft changes');
select is(pg_temp.launch('owner', :'id', :'hash'), 'SL504 the campaign, its texts, senders or rules changed since the '
  || 'forecast, or it is older than a day: look at a new one', 'the forecast of another state launches nothing');
select pg_temp.forecast('owner', :'id') as hash \gset
insert into public.org_gate_rules (org_id, key, value, reason, reviewed_on)
values (cast_.org(), 'deny_states', '["CA"]', 'careful', '2026-11-01');
select matches(pg_temp.launch('owner', :'id', :'hash'), '^SL504', 'nor one before a rule of the org changed');
delete from public.org_gate_rules;
select throws_ok(format($$ select private.launch_campaign_at(%L, %L, %L, now() + interval '25 hours') $$, cast_.org(),
  :'id', :'hash'), 'SL504', null, 'nor one of yesterday');
select is(pg_temp.launch('owner', :'id', :'hash'), 'running', 'the forecast of the same state does');
select is(pg_temp.launch('owner', :'id', :'hash'), 'SL501 a running campaign cannot be launched', 'once');
select is(pg_temp.save('owner', :'id', '{"min_score": 1}', 4), 'SL506 not a setting of a running campaign: min_score',
  'a running campaign keeps what was forecast');
select is((pg_temp.save('owner', :'id', '{"daily_limit": 10}', 4))::jsonb ->> 'version', '5',
  'but its limit may change');
select is((select detail -> 'state' from private.audit_events where action = 'campaign.changed' and detail ? 'state'),
  '["draft", "running"]'::jsonb, 'the launch is in the audit log');
select is(cast_.ask(who, 'select count(*) from public.campaign_forecasts'), answer, who || ' reads forecasts')
from (values ('viewer', '2'), ('broker', '0'), ('rival', '0')) x (who, answer);

select * from finish();
rollback;
