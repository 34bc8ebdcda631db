-- Members create, assign, put off, finish and reopen tasks; a repeated request creates one.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/hand_calls.sql
select plan(17);
create function cast_.task(p_rest text) returns text language sql as $$
  select cast_.ask('broker', format('select public.create_task(%L, %L, %s)', cast_.org_of('a1'), cast_.lead('a1'),
    p_rest))
$$;
create function cast_.do(p_what text) returns text language sql as $$
  select cast_.run('broker', format('select public.' || p_what, cast_.org_of('a1')))
$$;
select cast_.task('''to_do'', p_note => '' Order photos '', p_client_key => cast_.key(1)') as task \gset
select is((select concat_ws(' ', t.kind, t.created_by, t.due_at is null, t.note_cipher is not null)
  from public.tasks t),
  'to_do a0000000-0000-4000-8000-000000000003 t t', 'a member creates a task');
select is(cast_.task('''to_do'', p_client_key => cast_.key(1)'), :'task', 'sent again, it is the same');
select is(cast_.task('''call_back'', p_client_key => cast_.key(1)'),
  'SL614 this key was already used for another task',
  'a key belongs to one task');
select isnt(cast_.task('''to_do'''), :'task', 'a member may have several of a kind');
select is(cast_.task('''answer_reply'''), 'SL614 a member''s task is call_back, follow_up or to_do',
  'kinds of the pipeline are refused');
select is(cast_.task('''to_do'', ''2020-01-01'''), 'SL614 a task is due between now and in two years',
  'a past time is refused');
select is(cast_.task('''to_do'', p_note => repeat(''x'', 4001)'), 'SL614 a note has at most 4,000 characters',
  'a long note is refused');
select private.create_task(cast_.org_of('a1'), cast_.lead('a1'), 'call_back', '{}') \g /dev/null
select is(cast_.task('''call_back''') ~ '^[0-9a-f-]{36}$', true, 'beside one of the pipeline');
select private.create_task(cast_.org_of('a1'), cast_.lead('a1'), 'call_back', '{}') \g /dev/null
select is((select count(*) from public.tasks where kind = 'call_back'), 2::bigint, 'which stays one');

select cast_.do(format('assign_task(%%L, %L, %L)', :'task', 'a0000000-0000-4000-8000-000000000001')) \g /dev/null
select is((select t.assigned_to::text from public.tasks t where t.id = :'task'),
  'a0000000-0000-4000-8000-000000000001',
  'a task can be handed over');
select cast_.do(format('snooze_task(%%L, %L, %L)', :'task', now() + interval '2 days')) \g /dev/null
select is((select t.due_at from public.tasks t where t.id = :'task'), now() + interval '2 days', 'put off');
select is(cast_.do(format('snooze_task(%%L, %L, ''2020-01-01'')', :'task')),
  'SL614 a task is put off to a time between now and in two years', 'not into the past');
select cast_.do(format('complete_task(%%L, %L)', :'task')) \g /dev/null
select is((select concat_ws(' ', t.done_at = now(), t.done_by) from public.tasks t where t.id = :'task'),
  't a0000000-0000-4000-8000-000000000003', 'finished, with who did it');
select cast_.do(format('reopen_task(%%L, %L)', :'task')) \g /dev/null
select is((select num_nonnulls(t.done_at, t.done_by) from public.tasks t where t.id = :'task'), 0,
  'and opened again');
select id as ours from public.tasks where kind = 'call_back' and created_by is null \gset
select cast_.do(format('complete_task(%%L, %L)', :'ours')) \g /dev/null
select private.create_task(cast_.org_of('a1'), cast_.lead('a1'), 'call_back', '{}') \g /dev/null
select is(cast_.do(format('reopen_task(%%L, %L)', :'ours')), 'SL614 the lead has a newer open task of this kind',
  'unless the pipeline has opened another');
delete from public.members where user_id = 'a0000000-0000-4000-8000-000000000003';
select is(cast_.do(format('complete_task(%%L, %L)', :'task')), 'SL613 task not found, or you may not work on it',
  'a removed member does nothing');
select is((select count(*) from public.tasks where assigned_to = 'a0000000-0000-4000-8000-000000000001'), 1::bigint,
  'what is assigned to others stays');

select * from finish();
rollback;
