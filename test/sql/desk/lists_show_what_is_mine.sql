-- Tasks, calls and the inbox: mine, the team's and done, page by page, and nobody else's.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
select plan(41);
create function cast_.list(p_who text, p_what text, p_field text default 'lead_id') returns text language sql as $$
  select cast_.ask(p_who, format('select coalesce(string_agg(x.v, '' '' order by x.n), ''none'') from (select '
    'to_jsonb(d) ->> %L as v, row_number() over () as n from public.%s d) x', p_field, p_what))
$$;
create function cast_.who(p_ids text) returns text language sql as $$
  select replace(replace(replace(replace(p_ids, cast_.lead('a1')::text, 'a1'), cast_.lead('a2')::text, 'a2'),
    cast_.lead('a3')::text, 'a3'), cast_.lead('b1')::text, 'b1')
$$;
insert into public.tasks (org_id, lead_id, kind, created_at, due_at, created_by, assigned_to) values
  (cast_.org(), cast_.lead('a1'), 'to_do', now() - interval '1 day', now() + interval '2 days', cast_.key(1), null),
  (cast_.org(), cast_.lead('a1'), 'follow_up', now() - interval '1 day', now() - interval '1 hour', cast_.key(1),
    null),
  (cast_.org(), cast_.lead('a2'), 'to_do', now() - interval '1 day', now() - interval '2 hours', cast_.key(1), null),
  (cast_.org(), cast_.lead('a3'), 'to_do', now() - interval '1 day', null, cast_.key(1),
    'a0000000-0000-4000-8000-000000000001'),
  (cast_.org_of('b1'), cast_.lead('b1'), 'to_do', now(), null, cast_.key(1), null);
select is(cast_.who(cast_.list(who, 'desk_tasks(''mine'')')), want, who || '''s tasks')
from (values ('broker', 'a1 a1'), ('colleague', 'a2'), ('owner', 'a3'), ('admin', 'none'), ('viewer', 'none'),
  ('rival', 'b1'), ('former', 'none')) x (who, want);
select is(cast_.list('broker', 'desk_tasks(''mine'')', 'kind'), 'follow_up to_do', 'the first that is due first');
select is(cast_.list('broker', 'desk_tasks(''due'')', 'words'), 'Follow up', 'what is due, in words');
select is(cast_.list('broker', 'desk_tasks(''mine'')', 'overdue'), 'true false', 'what is overdue');
select is(cast_.who(cast_.list(who, 'desk_tasks(''team'')')), want, who || '''s team')
from (values ('owner', 'a3 a2 a1 a1'), ('viewer', 'a3 a2 a1 a1'), ('broker', 'a1 a1'), ('former', 'none'),
  ('rival', 'b1')) x (who, want);
select is(cast_.who(cast_.list('owner', format('desk_tasks(''team'', null, 2, %L)', cast_.ask('owner',
  'select cursor from public.desk_tasks(''team'', null, 2) offset 1')))), 'a1 a1', 'the second page');
update public.tasks set done_at = now() where kind = 'follow_up';
select is(cast_.who(cast_.list(who, 'desk_tasks(''done'')')), want, 'done: ' || who)
from (values ('owner', 'a1'), ('broker', 'a1'), ('colleague', 'none')) x (who, want);
select is(cast_.list('owner', 'desk_tasks(''old'')'), 'SL802 unknown list old: use mine, due, team or done',
  'another list does not exist');

-- Calls.
select cast_.call('broker', 'no_answer', 1), cast_.call('owner', 'no_answer', 2, 'a2') \g /dev/null
select is(cast_.who(cast_.list(who, what)), want, who || ' ' || what)
from (values ('broker', 'desk_calls()', 'a1'), ('owner', 'desk_calls()', 'a2'), ('colleague', 'desk_calls()', 'none'),
  ('colleague', 'desk_calls(null, false)', 'a2'), ('viewer', 'desk_calls(null, false)', 'a2 a1'),
  ('rival', 'desk_calls(null, false)', 'none'), ('former', 'desk_calls(null, false)', 'none')) x (who, what, want);

-- The inbox.
select cast_.reply('+12135550101', 'Hello', 'k1', now() - interval '2 hours', '{"label": "interested"}'),
  cast_.reply('+12135550102', 'Hello', 'k2', now() - interval '1 hour') \g /dev/null
select private.apply_call_event(cast_.org(), 'vapi', jsonb_build_object('key', 'v1', 'at', now(), 'direction',
  'inbound',
  'from', '+12135550101', 'answered', true)) \g /dev/null
select is(cast_.who(cast_.list('owner', 'desk_inbox()')), 'a1 a2 a1', 'the whole inbox, the latest first');
select is(cast_.list('owner', 'desk_inbox()', 'item'), 'call reply reply', 'of replies and calls');
select is(cast_.who(cast_.list(who, 'desk_inbox()')), want, who || '''s inbox')
from (values ('broker', 'a1 a1'), ('colleague', 'a2'), ('rival', 'none'), ('former', 'none')) x (who, want);
select is(cast_.who(cast_.list('owner', format('desk_inbox(''open'', null, false, null, null, 1, %L)',
  cast_.ask('owner',
  'select cursor from public.desk_inbox(''open'', p_limit => 2) offset 1')))), 'a1', 'the second page');
select is(cast_.who(cast_.list('owner', 'desk_inbox(p_label => ''interested'')')), 'a1', 'by label');
select is(cast_.who(cast_.list(who, format('desk_inbox(p_org_id => %L, p_item => ''reply'', p_id => %s)', cast_.org(),
  (select id from public.replies where value_bidx is not null order by id limit 1)))), want,
  who || ' opens a reply by its id')
from (values ('owner', 'a1'), ('broker', 'a1'), ('colleague', 'none'), ('rival', 'none')) x (who, want);
select cast_.reply('+12135550102', 'STOP', 'k3', now(), '{"request": "opt_out"}') \g /dev/null
select is(cast_.list('owner', format('desk_inbox(%L)', state), 'request'), want, 'opt-outs are not ' || state)
from (values ('open', 'none none')) x (state, want);
select is(cast_.list('owner', 'desk_inbox(''done'')', 'request'), 'opt_out', 'they are done when they come');

select * from finish();
rollback;
