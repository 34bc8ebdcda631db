-- Visibility of messages and runs, and permission to change senders, throttles, sequences and templates.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();
select cast_.runner(n) from generate_series(1, 4) n \g /dev/null
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b1' where id in (cast_.nth(1),
  cast_.nth(3));
update public.leads set assigned_broker_id = 'a0000000-0000-4000-8000-0000000000b2' where id = cast_.nth(2);
select is(cast_.claim(3), '1 2 3', 'three steps are claimed');

-- Reading.
create function cast_.sees(p_who text, p_from text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select coalesce(string_agg(right(lead_id::text, 1), ' ' order by lead_id),
    'none') from %s $q$, p_from))
$$;
select is(cast_.sees(who, 'public.messages'), sees, who || ' sees the messages of ' || sees)
from (values ('owner', '1 2 3'), ('admin', '1 2 3'), ('viewer', '1 2 3'), ('broker', '1 3'), ('colleague', '2'),
  ('rival', 'none'), ('stranger', 'none')) w (who, sees);
select is(cast_.sees(who, 'public.sequence_runs'), sees, who || ' sees the runs of ' || sees)
from (values ('owner', '1 2 3 4'), ('viewer', '1 2 3 4'), ('broker', '1 3'), ('colleague', '2'), ('rival', 'none'),
  ('stranger', 'none')) w (who, sees);
select is(cast_.sees(who, 'public.lead_messages'), sees, who || ' sees the message log of ' || sees)
from (values ('owner', '1 2 3'), ('broker', '1 3'), ('rival', 'none')) w (who, sees);
select is(cast_.ask('broker', 'select contact || '' '' || template || '' '' || state from public.lead_messages order '
  'by 1 limit 1'), 'l***@example.com hello sending', 'contacts are masked');
select is(cast_.ask('owner', 'select sum(leads)::text from public.campaign_progress'), '4',
  'an owner sees the progress of a campaign');
select is(cast_.ask('broker', 'select sum(leads)::text from public.campaign_progress'), '2',
  'a broker sees the progress of own leads');
select is(cast_.run('anon', 'select 1 from public.messages'), '42501 permission denied for table messages',
  'anon cannot read messages');
select is(cast_.run(who, 'select ' || col || ' from public.messages'), '42501 permission denied for table messages',
  who || ' cannot read ' || col)
from (values ('owner'), ('broker')) w (who) cross join (values ('value_bidx'), ('lease_token'), ('text_cipher')) c
  (col);
select is(cast_.run('owner', sql), '42501 permission denied for table ' || t, 'members cannot write ' || t)
from (values ('messages', 'update public.messages set state = ''sent'''),
  ('messages', 'insert into public.messages (org_id) values (null)'), ('messages', 'delete from public.messages'),
  ('sequence_runs', 'update public.sequence_runs set next_step = 9'),
    ('sequence_runs', 'delete from public.sequence_runs')) x (t, sql);
select is(cast_.run(who, 'select * from public.claim_due_steps(1)'),
  '42501 permission denied for function claim_due_steps', who || ' cannot claim')
from (values ('owner'), ('broker'), ('anon')) w (who);

-- Settings: admins write, members read, others do neither.
select is(cast_.ask(who, 'select count(*)::text from public.senders'), n, who || ' sees ' || n || ' senders')
  from (values ('broker', '3'), ('viewer', '3'), ('rival', '0')) w (who, n);
create function cast_.settings(p_who text) returns text language sql as $$
  select cast_.run(p_who, format($q$ insert into public.senders (org_id, channel, provider, name, address)
    values (%1$L, 'sms', 'twilio', 'X', '+12135550159') $q$, cast_.org()))
    || ' | ' || cast_.run(p_who, format($q$ insert into public.throttles (org_id, scope, key, per_minute)
      values (%1$L, 'org', 'org', 1000) $q$, cast_.org()))
    || ' | ' || cast_.run(p_who, format($q$ insert into public.templates (org_id, name, channel, text_body)
      values (%1$L, 'mine', 'sms', '{{ sender.name }}. Reply STOP to end.') $q$, cast_.org()))
$$;
select is(cast_.settings('admin'), 'rows 1 | rows 1 | rows 1',
  'an admin can create senders, throttles and templates');
select is(cast_.settings(who),
  '42501 new row violates row-level security policy for table "senders" | 42501 new row violates row-level security '
  'policy for table "throttles" | 42501 new row violates row-level security policy for table "templates"',
  who || ' cannot create them')
from (values ('broker'), ('viewer'), ('rival')) w (who);
-- An edit of a sequence is a version (save_sequence), so nobody writes its rows.
select is(cast_.run(who, statement), '42501 permission denied for table ' || split_part(split_part(statement,
  'public.', 2), ' ', 1), who || ' cannot ' || statement)
from unnest('{owner,admin,broker}'::text[]) who, unnest(array[
  'insert into public.sequences (org_id, name) values (gen_random_uuid(), ''mine'')',
  'update public.sequences set name = ''mine''',
  'update public.sequence_steps set delay = ''2 days'' where step = 3',
  'delete from public.sequence_steps where step = 3',
  'update public.step_variants set share = 2',
  'delete from public.sequence_edges where true']) statement;
select is(cast_.run('admin', format('update public.campaigns set sequence_id = sequence_id where id = %L',
  cast_.campaign())), 'rows 1', 'an admin can set the sequence of a campaign');
delete from public.throttles;

select * from finish();
rollback;
