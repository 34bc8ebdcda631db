begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/drawn.sql
select no_plan();
create function pg_temp.with_node(p_node text, p_more jsonb) returns jsonb language sql as $$
  select jsonb_agg(case when x ->> 'node' = p_node then x || p_more else x end order by n)
  from jsonb_array_elements(cast_.drawn()) with ordinality s (x, n)
$$;

select is(cast_.save_drawn(cast_.drawn(), p_who => who), 'SL111 org not found, or your role does not allow this: it '
  'takes owner or admin', who || ' saves no drawn sequence') from unnest('{broker,viewer,rival}'::text[]) who;
select is(cast_.save_drawn(steps), 'SL526 ' || answer, answer) from (values
  (cast_.drawn() - 5, 'node "Clicked?": it leads nowhere'),
  (pg_temp.with_node('Text', '{"next": {"to": "Mail"}}'), 'node "Mail": it is part of a loop'),
  (pg_temp.with_node('Text', '{"next": {"to": "Text"}}'), 'node "Text": it is part of a loop'),
  (pg_temp.with_node('Clicked?', '{"no": {"to": "Broker"}}'), 'node "Call": nothing leads to it'),
  (pg_temp.with_node('Clicked?', '{"no": null}'), 'node "Clicked?": an output is not connected'),
  (pg_temp.with_node('Broker', '{"next": {"to": "Call"}}'), 'node "Broker": it has an unknown output'),
  (pg_temp.with_node('Text', '{"node": "Call"}'), 'node "Replied?": it leads nowhere'),
  (cast_.drawn() || cast_.drawn_node('Call', '{"channel": "sms"}'), 'node "Call": two nodes have this name'),
  (cast_.drawn() || '{"channel": "sms"}', 'node ?: it has no name'),
  (cast_.drawn() #- '{0}', 'node "Replied?": a sequence begins with a message'),
  (pg_temp.with_node('Replied?', '{"event": "opened"}'), 'node "Replied?" is not valid: new row for relation '
    '"sequence_steps" violates check constraint "step_event_is_known"'),
  (pg_temp.with_node('Replied?', '{"within": "2 years"}'), 'node "Replied?" is not valid: new row for relation '
    '"sequence_steps" violates check constraint "branch_decides_within_a_year"'),
  (pg_temp.with_node('Text', '{"variants": []}'), 'node "Text" has no text')) x (steps, answer);
select is((select count(*) from public.sequences where name = 'Drawn'), 0::bigint, 'nothing was saved');

select is(cast_.save_drawn(cast_.drawn(), p_dry_run => true)::jsonb,
  '{"sequence_id": null, "version": 1, "campaigns": 0, "leads_on_older": 0, "running": [], "dry_run": true}',
  'a dry run answers as saving would');
select is((select count(*) from public.sequences where name = 'Drawn'), 0::bigint, 'and saves nothing');
select is(cast_.save_drawn(cast_.drawn())::jsonb - 'sequence_id',
  '{"version": 1, "campaigns": 0, "leads_on_older": 0, "running": []}', 'a drawn sequence is saved');
select is(cast_.save_drawn(cast_.drawn(), 1)::jsonb - 'sequence_id', '{"version": 1, "campaigns": 0, "running": [],
  "leads_on_older": 0, "unchanged": true}', 'the same again is no new version');
select is(cast_.save_drawn(cast_.drawn()), 'SL525 the sequence has version 1 already: read it again',
  'a version that was not read is never replaced');

-- Another order: nodes keep their numbers, and their leads with them.
select cast_.drawn_runner(n) from generate_series(1, 4) n \g /dev/null
select cast_.send_all() \g /dev/null
select cast_.replies(1, cast_.noon() + interval '1 hour') \g /dev/null
select cast_.walk(cast_.noon() + interval '1 hour') \g /dev/null
select cast_.drawn_runner(5) \g /dev/null
create function pg_temp.shorter() returns jsonb language sql as $$
  select jsonb_build_array(cast_.drawn_node('Hello', '{"channel": "sms", "next": {"to": "Mail"}}'),
    cast_.drawn_node('Mail', '{"channel": "email", "next": {"to": "Replied?", "delay": "1 day"}}'),
    cast_.drawn_node('Replied?', '{"kind": "branch", "event": "replied", "within": "1 day", "yes": {"to": "Broker"},
      "no": {"to": "Call"}}'),
    cast_.drawn_node('Call', '{"channel": "voice_ai"}'), cast_.drawn_node('Broker', '{"kind": "hand_over"}'))
$$;
select is(cast_.save_drawn(pg_temp.shorter(), 1)::jsonb - 'sequence_id', '{"version": 2, "campaigns": 0,
  "leads_on_older": 5, "running": []}', 'another order is the next version');
select is((select string_agg(o.node || ' ' || (n.step is not distinct from o.step), ', ' order by o.step)
  from public.sequence_steps o join public.sequences q on q.id = o.sequence_id and q.name = 'Drawn' and q.version = 1
  left join public.sequence_steps n on n.node = o.node and n.sequence_id <> q.id
  where n.step is not null), 'Mail true, Replied? true, Broker true, Call true', 'a node keeps its number');
select is(cast_.ask('admin', format('select public.move_runs(%L, q.id) from public.sequences q where q.name = ''Drawn''
  and q.version = 2', cast_.org()))::jsonb, '{"moved": 4, "stayed": 1}',
  'leads move to the node with the name; one whose node is gone stays');
select is(cast_.where_is(1), 'active Text 11-19 11:00', 'the lead whose node is gone waits for it in its version');
select is(left(cast_.where_is(5), 11), 'active Mail', 'a lead before its first message is before it still');
select cast_.send_all() \g /dev/null
select is((select count(*) from public.messages where lead_id = cast_.nth(5)), 1::bigint, 'and gets it once');
select is((select string_agg(variants -> 0 ->> 'template' || ' ' || coalesce(edges -> 'next' ->> 'to', '') || ' '
  || is_first, ', ' order by step) from public.show_sequence(cast_.org(), (select id from public.sequences
  where name = 'Drawn' and version = 2)) where kind = 'send'), 'hello Replied? false, call  false, text Mail true',
  'the page gets nodes and edges');
select is(cast_.save_drawn(jsonb_build_array('{"channel": "email"}'::jsonb), 2),
  'SL526 the sequence is drawn: its steps have names', 'a list does not replace a drawn sequence');
select is(cast_.ask('viewer', format($$ select string_agg(version || ' ' || drawn || ' ' || leads, ', ')
  from public.sequence_versions(%L, %L) $$, cast_.org(), (select id from public.sequences where name = 'Drawn'
  and version = 1))), '2 true 4, 1 true 1', 'all versions are listed from any of them');
select is(cast_.ask('rival', format($$ select count(*)::text from public.sequence_versions(%L, %L) $$, cast_.org(),
  (select id from public.sequences where name = 'Drawn' and version = 1))), 'SL111 org not found, or your role does '
  'not allow this: it takes owner or admin or broker or viewer', 'another org sees none');
select is(cast_.ask(who, 'select count(*)::text from public.sequence_edges'), n, who || ' sees ' || n || ' edges')
from (values ('viewer', '9'), ('rival', '0')) x (who, n);

-- A list becomes drawn: its steps are the nodes with their names.
select cast_.runner(9, 2) \g /dev/null
select cast_.ask('owner', format('select public.save_sequence(%L, ''Three touches'', %L, 1)', cast_.org(),
  jsonb_build_array(cast_.drawn_node('Step 2', '{"channel": "sms", "next": {"to": "Step 1"}}'),
  cast_.drawn_node('Step 1', '{"channel": "email"}')))) \g /dev/null
select cast_.ask('owner', format('select public.move_runs(%L, q.id) from public.sequences q
  where q.name = ''Three touches'' and q.version = 2', cast_.org())) \g /dev/null
select is(left(cast_.where_is(9), 13), 'active Step 2', 'leads of a list move to the node of the step');

select * from finish();
rollback;
