-- My day: replies first, tasks that are due, leads fed today, then by score; now, later or never, with the law.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
select plan(24);
-- The broker has ten leads in Los Angeles with a phone and one in New York; the clock is the test's.
insert into public.leads (org_id, id, situs_street, situs_city, situs_state, situs_zip, owner_1_last,
  assigned_broker_id,
  lead_score, time_zone)
select cast_.org(), ('a0000000-0000-4000-8000-0000000' || (10 + n) || '0ea')::uuid, n || ' Oak St', 'Los Angeles',
  'CA',
  '90001', 'Owner ' || n, 'a0000000-0000-4000-8000-0000000000b1', n, 'America/Los_Angeles'
from generate_series(1, 9) n;
select cast_.add_contact(('a0000000-0000-4000-8000-0000000' || (10 + n) || '0ea')::uuid, 'phone', '+1213555011' || n)
from generate_series(1, 8) n \g /dev/null
create function cast_.lead_no(p_nth integer) returns uuid language sql immutable as $$
  select ('a0000000-0000-4000-8000-0000000' || (10 + p_nth) || '0ea')::uuid
$$;
-- The names of a page, in order.
create function cast_.day(p_who text, p_show text default 'all', p_at timestamptz default cast_.noon(),
  p_limit integer default 50, p_cursor text default null, p_what text default 'owner_full',
    p_broker uuid default null)
returns text language sql as $$
  select cast_.ask_at(p_who, format('select coalesce(string_agg(coalesce(x.v, ''-''), '' | '' order by '
    'x.n), ''none'') '
    'from ('
    'select to_jsonb(d) ->> %L as v, row_number() over () as n from private.desk_day_at(%L, null, %L, %s, %L, %L) d) '
      'x',
    p_what, p_show, p_broker, p_limit, p_cursor, p_at))
$$;
select is(cast_.day('broker'), 'Ames | Owner 9 | Owner 8 | Owner 7 | Owner 6 | Owner 5 | Owner 4 | Owner 3 | Owner 2 '
  '| Owner 1',
  'by score');
select is(cast_.day('broker', p_what => 'outlook'),
  'now | never | now | now | now | now | now | now | now | now', 'who has no phone is never called');
select is(cast_.day('broker', 'now', p_limit => 3), 'Ames | Owner 8 | Owner 7', 'now: a page');
select is(cast_.day('broker', 'now', p_limit => 3, p_cursor => (
    select (cast_.ask_at('broker', format('select cursor from private.desk_day_at(''now'', null, null, 3, null, %L) '
      'd '
      'offset 2',
      cast_.noon()))))), 'Owner 6 | Owner 5 | Owner 4', 'and the next');
select is(cast_.day('broker', 'never'), 'Owner 9', 'never');
select is(cast_.day('broker', 'never', p_what => 'reasons')::jsonb -> 0 ->> 'words', 'No phone number', 'and why');
select is(cast_.day('broker', 'now', '2026-11-18T12:00Z'), 'none', 'nobody at four in the morning');
select is(split_part(cast_.day('broker', 'later', '2026-11-18T12:00Z', 3, p_what => 'next_at'), ' | ', 1),
  '2026-11-18T16:00:00+00:00', 'later: from eight on');
select is(cast_.day('broker', 'later', '2026-11-18T12:00Z', 1, p_what => 'outlook'), 'later today', 'today');
select is(cast_.day('broker', 'later', '2026-11-18T12:00Z', 1, p_what => 'local_time'), '2026-11-18T04:00:00',
  'with the time where the person is');
select is(cast_.day('broker', 'later', '2026-11-18T12:00Z', 1, p_what => 'reasons')::jsonb -> 0 ->> 'law' is not null,
  true,
  'and the law of the reason');

-- What presses.
select cast_.reply('+12135550113', 'Tell me more', 'k1', cast_.noon() - interval '1 hour', '{"label": "interested"}'),
  cast_.reply('+12135550114', 'Hm', 'k2', cast_.noon() - interval '1 hour') \g /dev/null
insert into public.tasks (org_id, lead_id, kind, created_at, due_at, created_by)
values (cast_.org(), cast_.lead_no(2), 'follow_up', cast_.noon() - interval '1 day', cast_.noon() - interval '1 hour',
    'a0000000-0000-4000-8000-000000000003'),
  (cast_.org(), cast_.lead_no(5), 'follow_up', cast_.noon() - interval '1 day', cast_.noon() + interval '1 hour',
    'a0000000-0000-4000-8000-000000000003');
insert into public.pipeline_events (org_id, lead_id, kind, at) values
  (cast_.org(), cast_.lead_no(1), 'fed', cast_.noon() - interval '1 hour'),
  (cast_.org(), cast_.lead_no(6), 'fed', cast_.noon() - interval '1 day');
select is(cast_.day('broker', 'now', p_limit => 5), 'Owner 3 | Owner 4 | Owner 2 | Owner 1 | Ames',
  'interested people first, then other replies, tasks that are due, leads fed today');
select is(cast_.day('broker', 'now', p_limit => 5, p_what => 'section'),
  'reply | reply | follow_up | fed_today | score',
  'each says what it is');
select is(cast_.day('broker', 'now', p_limit => 2, p_cursor => cast_.ask_at('broker', format(
    'select cursor from private.desk_day_at(''now'', null, null, 4, null, %L) d offset 3', cast_.noon()))),
  'Ames | Owner 8', 'nobody comes twice');

-- Calls and wishes.
select cast_.call('broker', 'do_not_call', 1) \g /dev/null
select is(cast_.day('broker', 'now', '2026-11-18T18:30Z') ~ 'Ames', false,
  'who asked not to be called is not called');
select is(cast_.day('broker', 'never', '2026-11-18T18:30Z') ~ 'Ames', true, 'never again');
select is((cast_.day('broker', 'never', '2026-11-18T18:30Z', 1, p_what
  => 'reasons')::jsonb @> '[{"rule": "internal_list",
  "law": "Telephone Consumer Protection Act"}]'), true, 'because of their wish and its law');

-- Whose day.
select is(cast_.day('colleague'), 'Bell', 'a colleague has own leads');
select is(cast_.day(who), 'none', who || ' has none') from unnest('{viewer,former,stranger}'::text[]) who;
select is(cast_.day(who, p_broker => 'a0000000-0000-4000-8000-0000000000b2'), want, who
  || ' looks at the day of a broker')
from (values ('owner', 'Bell'), ('rival', 'none'), ('broker', 'none')) x (who, want);

select * from finish();
rollback;
