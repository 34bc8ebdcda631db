begin;
\ir ../support/cast.sql
select no_plan();

create function cast_.org(p_who text default 'admin') returns uuid language sql as $$
  select p.org_id from cast_.people p where p.who = p_who
$$;
create function cast_.letter(p_source text, p_payload jsonb, p_reason text default 'failed repeatedly') returns bigint
language sql as $$
  select private.record_dead_letter(cast_.org(), p_source, p_payload, p_reason, 'line 17 of "x"', null,
    '2026-11-23T10:00Z')
$$;
select cast_.letter('match-leads', jsonb_build_object('org_id', cast_.org())) as matching,
  cast_.letter('score-leads', jsonb_build_object('org_id', cast_.org())) as scores,
  cast_.letter('process-inbox', '{"inbox_id": 987654321}') as poison,
  cast_.letter('message_failed', '{"message_id": "x"}') as message,
  cast_.letter('message_failed', '{"message_id": "y"}') as other
\gset
create function cast_.replay(p_id bigint, p_org uuid default cast_.org()) returns text language sql as $$
  select format('select * from public.replay_dead_letters(%L, array[%s])', p_org, p_id)
$$;
create function cast_.discard(p_id bigint, p_reason text default 'a duplicate', p_org uuid default cast_.org())
returns text language sql as $$
  select format('select public.discard_dead_letters(%L, %L, array[%s])', p_org, p_reason, p_id)
$$;

-- Who.
select matches(cast_.run(who, statement), '^SL111', format('%s cannot: %s', who, statement))
from unnest(array['broker', 'viewer', 'rival', 'stranger']) who,
  unnest(array[cast_.replay(:matching), cast_.discard(:message)]) statement;
select matches(cast_.run('anon', statement), '^42501', 'anon cannot: ' || statement)
from unnest(array[cast_.replay(:matching), cast_.discard(:message)]) statement;
select is(cast_.run('rival', cast_.replay(:matching, cast_.org('rival'))), 'rows 0',
  'the owner of another org does not find it in their own org');
select is(cast_.run('rival', cast_.discard(:message, 'a duplicate', cast_.org('rival'))), 'rows 1',
  'nor discards it there');
select is((select resolved_at from public.pipeline_dlq where id = :message), null, 'it is still open');

-- Groups.
select is(cast_.ask('admin', $$ select string_agg(concat_ws('|', source, cause, letters), '; ' order by source)
  from public.dead_letter_causes() $$), 'match-leads|failed repeatedly: line 0 of "..."|1; '
  'message_failed|failed repeatedly: line 0 of "..."|2; process-inbox|failed repeatedly: line 0 of "..."|1; '
  'score-leads|failed repeatedly: line 0 of "..."|1', 'dead letters are counted by cause');
select is(cast_.ask('viewer', 'select count(*)::text from public.dead_letter_causes()'), '0', 'a viewer sees none');
select is(cast_.ask('rival', 'select count(*)::text from public.list_dead_letters()'), '0', 'another org sees none');

-- A window: by source, cause and time.
select is(cast_.run('admin', format('select * from public.replay_dead_letters(%L)', cast_.org())),
  'SL605 name dead letters by id, source, cause or time', 'nothing is replayed without a condition');
select is(cast_.ask('admin', format($$ select string_agg(concat_ws('|', source, replayed, why_not), '; ' order by id)
  from public.replay_dead_letters(%L, p_since => '2026-11-23T09:00Z', p_until => '2026-11-23T10:00Z') $$,
  cast_.org())), null, 'what is outside of the window stays');
select is(cast_.ask('admin', format($$ select string_agg(concat_ws('|', source, replayed, why_not), '; ' order by id)
  from public.replay_dead_letters(%L, p_cause => 'failed repeatedly', p_since => '2026-11-23T10:00Z') $$,
  cast_.org())), 'match-leads|t; score-leads|t; process-inbox|f|replayable delivery not found (SL603); '
  'message_failed|f|A message that was given up is not sent again. Contact the person by hand, or discard this.; '
  'message_failed|f|A message that was given up is not sent again. Contact the person by hand, or discard this.',
  'a window is replayed, and one that raises stops no other');
select is((select resolved_by from public.pipeline_dlq where id = :matching),
  (select user_id from cast_.people where who = 'admin'), 'the row says who replayed it');
select is((select count(*) from private.audit_events where org_id = cast_.org() and action = 'dead_letter.replayed'
  and detail ->> 'letters' = '2'), 1::bigint, 'the audit log does, too');

-- Discarding.
select is(cast_.run('admin', cast_.discard(:message, ' ')),
  'SL605 say why it is discarded, in three characters or more', 'a discard wants a reason');
select is(cast_.ask('admin', cast_.discard(:message, 'called 212-555-0142 instead')), format('{%s}', :message),
  'an admin discards one');
select results_eq(format('select resolution, resolution_reason from public.pipeline_dlq where id = %s', :message),
  $$ values ('discarded', 'called (number) instead') $$, 'the row stays, with the reason without contact values');
select is((select count(*) from private.audit_events where org_id = cast_.org() and action = 'dead_letter.discarded'),
  1::bigint, 'the audit log has it');
select is(cast_.ask('admin', cast_.discard(:message)), '{}', 'it is discarded once');
select throws_ok(format(
  $$ update public.pipeline_dlq set resolved_at = now(), resolution = 'discarded' where id = %s $$, :other),
  '23514', null, 'nobody discards without a reason');

select * from finish();
rollback;
