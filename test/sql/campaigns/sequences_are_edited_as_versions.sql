begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
\set denied 'SL111 org not found, or your role does not allow this: it takes owner or admin'
create function pg_temp.save(p_who text, p_steps text, p_version int default 1) returns text language sql as $$
  select cast_.ask(p_who, format('select public.save_sequence(%L, ''Three touches'', %L, %L)', cast_.org(), p_steps,
    p_version))
$$;
create function pg_temp.step(p_channel text, p_more text default '{}') returns jsonb language sql as $$
  select jsonb_build_object('channel', p_channel, 'variants', jsonb_build_array(jsonb_build_object('template_id',
    'a0000000-0000-4000-8000-0000000000d' || array_position('{email,sms,voice_ai}', p_channel)))) || p_more::jsonb
$$;
create function pg_temp.runs() returns text language sql as $$
  select string_agg(right(r.lead_id::text, 1) || ': v' || q.version || ' step ' || r.next_step || ' ' ||
    r.next_channel,
    ', ' order by r.lead_id)
  from public.sequence_runs r join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
$$;
select cast_.runner(n, n) from generate_series(1, 3) n \g /dev/null

select is(pg_temp.save(who, '[]'), :'denied', who || ' saves no sequence')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(pg_temp.save('owner', steps::text, version), answer, answer)
from (values ('[]'::jsonb, 1, 'SL526 a sequence has 1 to 50 steps'),
  (jsonb_build_array(pg_temp.step('email', '{"variants": []}')), 1, 'SL526 step 1 has no text'),
  (jsonb_build_array(pg_temp.step('email'), pg_temp.step('sms', '{"channel": "email"}')), 1,
    'SL522 the template is for another channel, or is marketing in a transactional step'),
  (jsonb_build_array(pg_temp.step('email', '{"delay": "soon"}')), 1,
    'SL526 step 1 is not valid: invalid input syntax for type interval: "soon"'),
  (jsonb_build_array(pg_temp.step('email')), 2, 'SL525 the sequence has version 1 already: read it again'),
  (jsonb_build_array(pg_temp.step('email')), null, 'SL525 the sequence has version 1 already: read it again'))
  x (steps, version, answer);
select is((select count(*) from public.sequences where org_id = cast_.org()), 1::bigint, 'nothing was saved');

-- Another order, another delay, one step fewer.
select (pg_temp.save('admin', jsonb_build_array(pg_temp.step('sms', '{"delay": "2 days", "send_from": "10:00"}'),
  pg_temp.step('email', '{"delay": "1 day"}'))::text))::jsonb as saved \gset
select is(:'saved'::jsonb - 'sequence_id', '{"version": 2, "campaigns": 1, "leads_on_older": 3,
  "running": [{"name": "Campaign A", "campaign_id": "a0000000-0000-4000-8000-0000000000ca"}]}',
  'a version is saved, and names the running campaigns that follow it without another forecast');
select is((select sequence_id::text from public.campaigns where id = cast_.campaign()),
  :'saved'::jsonb ->> 'sequence_id', 'the campaign feeds into it');
select is(pg_temp.runs(), '1: v1 step 1 email, 2: v1 step 2 sms, 3: v1 step 3 voice_ai', 'leads stay where they are');
select is(cast_.ask('viewer', format($$ select string_agg(step || ' ' || channel || ' ' || delay || ' ' || send_from
  || ' ' || waiting || ' ' || (variants -> 0 ->> 'template'), ', ' order by step) from public.show_sequence(%L, %L) $$,
  cast_.org(), :'saved'::jsonb ->> 'sequence_id')),
  '1 sms 2 days 10:00:00 0 text, 2 email 1 day 09:00:00 0 hello', 'the page shows the steps');
select is(cast_.ask('viewer', format($$ select name || ' v' || version || ' ' || steps || ' ' || leads || ' '
  || leads_on_older from public.list_sequences(%L) $$, cast_.org())), 'Three touches v2 2 0 3', 'and the list counts');

-- Leads are moved on request; who is in flight, or past the end, stays.
select is(cast_.ask(who, format('select public.move_runs(%L, %L)', cast_.org(), :'saved'::jsonb ->> 'sequence_id')),
  :'denied', who || ' moves no lead')
from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.ask('owner', format('select public.move_runs(%L, %L)', cast_.org(),
  :'saved'::jsonb ->> 'sequence_id'))::jsonb, '{"moved": 2, "stayed": 1}', 'an owner moves the leads');
select is(pg_temp.runs(), '1: v2 step 1 sms, 2: v2 step 2 email, 3: v1 step 3 voice_ai',
  'each waits for the step with its number');
select is((select detail from private.audit_events where action = 'sequence.moved'),
  '{"name": "Three touches", "leads": 2, "version": 2}'::jsonb, 'it is logged');
select cast_.runner(4, 1) \g /dev/null
update public.sequence_runs set sequence_id = 'a0000000-0000-4000-8000-0000000000c1', next_channel = 'email'
where lead_id = cast_.nth(4);
select is(cast_.claim(p_channel => 'email'), '2 4', 'both versions are sent');
select is(cast_.ask('owner', format('select public.move_runs(%L, %L) ->> ''moved''', cast_.org(),
  :'saved'::jsonb ->> 'sequence_id')), '0', 'a lead whose message is in flight stays');

-- A workflow goes on from what it published last; what somebody else saved is not replaced unread.
create function pg_temp.publish(p_origin text, p_delay text, p_version int default null) returns text
language sql as $$
  select cast_.ask('owner', format('select public.save_sequence(%L, %L, %L, %L, p_origin => %L) ->> %L', cast_.org(),
    'Published', jsonb_build_array(pg_temp.step('email', format('{"delay": "%s"}', p_delay))), p_version, p_origin,
    'version'))
$$;
select is(pg_temp.publish('n8n a w', '1 day'), '1', 'a workflow publishes a new sequence');
select is(pg_temp.publish('n8n a w', '2 days'), '2', 'and then the next version, without its number');
select alike(pg_temp.publish('n8n a x', '3 days'), 'SL525%', 'another workflow has published nothing');
select is(pg_temp.publish(null, '3 days', 2), '3', 'the desk saves a version');
select alike(pg_temp.publish('n8n a w', '4 days'), 'SL525 the sequence has version 3%',
  'which is not replaced unread');
select is(pg_temp.publish('n8n a w', '4 days', 3), '4', 'but when it was read');
select is(pg_temp.publish('n8n a w', '5 days', 3), '5', 'and the workflow goes on from there');

select * from finish();
rollback;
