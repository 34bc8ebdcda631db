-- The numbers in the navigation are those of the lists that they stand for, and nobody else's.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
select no_plan();
insert into public.tasks (org_id, lead_id, kind, created_at, due_at, created_by, assigned_to) values
  (cast_.org(), cast_.lead('a1'), 'follow_up', now() - interval '1 day', now() - interval '1 hour', cast_.key(1),
    null),
  (cast_.org(), cast_.lead('a1'), 'to_do', now() - interval '1 day', now() + interval '2 days', cast_.key(1), null);
-- A reply brings a task that is due.
select cast_.reply('+12135550101', 'Hello', 'k1', now() - interval '2 hours', '{"label": "interested"}'),
  cast_.reply('+12135550102', 'Hello', 'k2', now() - interval '1 hour') \g /dev/null
create function cast_.waits(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format('select concat_ws('' '', replies, tasks, conflicts) from public.desk_summary(%L)',
    cast_.org()))
$$;
select is(cast_.waits(who), want, who)
from (values ('broker', '1 2 0'), ('colleague', '1 1 0'), ('rival', '0 0 0'), ('former', '0 0 0')) x (who, want);
select is(cast_.waits('owner'), (select concat_ws(' ', 2, 0, count(*))
  from public.lead_conflicts c where c.org_id = cast_.org() and c.state = 'open'), 'owner');
select is(cast_.waits('viewer'), '2 0 0', 'viewer: conflicts are answered by others');
select is(cast_.waits('anon') like '42501%', true, 'nobody without a sign-in');
select * from finish();
rollback;
