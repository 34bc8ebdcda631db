-- Replies, calls, tasks, uploads and feeds are told to the desk of their org, without a word about the rows; only
-- members of the org may listen; and no write fails because nobody can be told.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
select no_plan();
create function cast_.told() returns text language sql as $$
  select coalesce(string_agg(distinct m.topic || ' ' || m.event, ', ' order by m.topic || ' ' || m.event), 'nothing')
  from realtime.messages m
$$;
delete from realtime.messages where true;
select is(cast_.told(), 'nothing', 'nothing is told at first');
select cast_.reply('+12135550101', 'Hello', 'k1', now(), '{"label": "interested"}') \g /dev/null
select is(cast_.told(), format('desk:%1$s inbox, desk:%1$s tasks', cast_.org()), 'a reply and its task');
select is(array_agg(distinct k), '{id}', 'the message has an id of its own and no other value')
from realtime.messages m cross join jsonb_object_keys(m.payload) k;
select ok(bool_and(m.private and m.extension = 'broadcast' and m.payload ->> 'id' = m.id::text),
  'messages are for private channels') from realtime.messages m;

delete from realtime.messages where true;
update public.tasks set due_at = now() where org_id = cast_.org();
select is(cast_.told(), 'nothing', 'what was told in this transaction is not told again');
-- As in the next transaction.
set local sluice.told = '';
update public.tasks set due_at = now() where false;
select is(cast_.told(), 'nothing', 'a statement without rows tells nothing');
update public.tasks set due_at = now() where org_id = cast_.org();
select is(cast_.told(), format('desk:%s tasks', cast_.org()), 'a change of a task');
select is((select count(*)::integer from realtime.messages), 1, 'once for all rows of a statement');

-- Who may listen: the policy, asked as Realtime asks it.
create function cast_.hears(p_who text, p_topic text, p_extension text default 'broadcast') returns text
language plpgsql as $$
declare
  v_id constant uuid := gen_random_uuid();
begin
  insert into realtime.messages (id, topic, extension) values (v_id, p_topic, p_extension);
  perform set_config('realtime.topic', p_topic, true);
  return cast_.run(p_who, format('select 1 from realtime.messages where id = %L', v_id));
end
$$;
select is(cast_.hears(who, 'desk:' || cast_.org()), want, who)
from (values ('owner', 'rows 1'), ('viewer', 'rows 1'), ('broker', 'rows 1'), ('rival', 'rows 0'),
  ('former', 'rows 0'), ('anon', 'rows 0')) x (who, want);
select is(cast_.hears('owner', topic), 'rows 0', format('not the topic %s', topic))
from (values ('desk'), ('desk:'), ('desk:x'), ('other:' || cast_.org()), ('desk:' || cast_.org() || 'x')) x (topic);
select is(cast_.hears('owner', 'desk:' || cast_.org(), 'presence'), 'rows 0', 'nobody sees who else is there');
select matches(cast_.run('owner', format($$insert into realtime.messages (topic, extension) values (%L, 'broadcast')$$,
  'desk:' || cast_.org())), '^42501', 'members do not send');

-- Whoever writes is not stopped.
delete from realtime.messages where true;
set local sluice.told = '';
alter table realtime.messages add constraint nothing_is_sent check (false);
select lives_ok($$update public.tasks set due_at = now() where org_id = cast_.org()$$,
  'a task changes where nothing can be told');
select is(cast_.told(), 'nothing', 'nothing was told');
select * from finish();
rollback;
