-- own_task_ids and own_inbox_items run with the owner's rights: they find the caller's own leads' tasks and items, and
-- nothing of another broker, another org, a viewer, a removed member or an inactive broker.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
\ir ../support/replies.sql
select plan(28);
create function cast_.found(p_who text, p_org text default 'null') returns text language sql as $$
  select replace(replace(replace(cast_.ask(p_who, format('select concat_ws('' '', (select coalesce('
    'string_agg(i::text, '
    ''','' order by i), ''none'') from unnest(private.own_task_ids(''team'', %1$s, 100, null, null)) i), (select '
    'coalesce(string_agg(i.lead_id::text, '','' order by i.id), ''none'') from private.own_inbox_items(%1$s, ''all'', '
    'false, null, null, null, null, null, 100) i))', p_org)), cast_.lead('a1')::text, 'a1'),
    cast_.lead('a2')::text, 'a2'), cast_.lead('b1')::text, 'b1')
$$;
-- A task has the id of its lead.
insert into public.tasks (org_id, id, lead_id, kind, created_at, due_at, created_by, assigned_to)
select l.org_id, l.id, l.id, 'to_do', now() - interval '1 day', now() - interval '1 hour', cast_.key(1), null
from public.leads l where l.id in (cast_.lead('a1'), cast_.lead('a2'), cast_.lead('a3'), cast_.lead('b1'));
select cast_.reply('+12135550101', 'Hello', 'k1', now() - interval '2 hours', '{"label": "interested"}'),
  cast_.reply('+12135550102', 'Hello', 'k2', now() - interval '1 hour') \g /dev/null
-- The task of each reply is another one.
delete from public.tasks where kind = 'answer_reply';
select is(cast_.found(who), want, who || ' finds ' || want)
from (values ('broker', 'a1 a1'), ('colleague', 'a2 a2'), ('rival', 'b1 none'), ('owner', 'none none'),
  ('admin', 'none none'), ('viewer', 'none none'), ('stranger', 'none none')) x (who, want);
select is(cast_.found('broker', quote_literal(cast_.org())), 'a1 a1', 'an own org may be named');
select is(cast_.found('broker', quote_literal(cast_.org_of('b1'))), 'none none', 'another org gives nothing');
select is(cast_.found('rival', quote_literal(cast_.org())), 'none none', 'nor does it for its rival');
select is(cast_.ask('broker', format('select cardinality(private.own_task_ids(%L, null, 100, null, null))', list)),
  want, list || ' counts ' || want)
from (values ('mine', '1'), ('due', '1'), ('team', '1'), ('done', '0')) x (list, want);
select matches(cast_.ask('pipeline_writer', 'select private.own_task_ids(''team'', null, 9, null, null)'), '^42501',
  'the writer may not list');
select matches(cast_.ask('anon', 'select private.own_task_ids(''team'', null, 9, null, null)'), '^42501',
  'nor anon');

-- The pages show what they find, and no more.
select is(cast_.ask(who, 'select concat_ws('' '', (select count(*) from public.desk_tasks(''team'')), '
  '(select count(*) from public.desk_inbox()))'), want, who || ' sees ' || want)
from (values ('broker', '1 1'), ('colleague', '1 1'), ('owner', '3 2'), ('admin', '3 2'), ('viewer', '3 2'),
  ('rival', '1 0')) x (who, want);

-- Rights end at once.
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b2' where id = cast_.lead('a1');
select is(cast_.found('broker'), 'none none', 'a lead that was given away is not found');
select is(cast_.found('colleague'), 'a1,a2 a1,a2', 'but by whom it was given to');
update public.brokers set active = false where id = 'a0000000-0000-4000-8000-0000000000b2';
select is(cast_.found('colleague'), 'none none', 'an inactive broker finds nothing');
update public.brokers set active = true where id = 'a0000000-0000-4000-8000-0000000000b2';
update public.members set role = 'viewer' where user_id = 'a0000000-0000-4000-8000-000000000004';
select is(cast_.found('colleague'), 'none none', 'a broker who became a viewer finds nothing');
update public.members set role = 'broker' where user_id = 'a0000000-0000-4000-8000-000000000004';
select is(cast_.found('colleague'), 'a1,a2 a1,a2', 'and again finds them as a broker');
delete from public.members where user_id = 'a0000000-0000-4000-8000-000000000004';
select is(cast_.found('colleague'), 'none none', 'a removed member finds nothing');

select * from finish();
rollback;
