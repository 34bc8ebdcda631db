begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();

-- Members get the real time, whatever they ask for; the service gets what it asks for.

-- Times in columns that members write: each asks for another year.
insert into public.replies (org_id, lead_id, value_bidx, channel, provider, event_key, at, request)
select cast_.org(), cast_.lead(l), '\x00', 'sms', 'twilio', 'k-' || l, now(), 'none' from unnest('{a1,a2}'::text[]) l;
insert into public.tasks (org_id, lead_id, kind, created_at)
select cast_.org(), cast_.lead('a1'), k, now() from unnest('{call_back,prepare_booking}'::text[]) k;
select is(cast_.run(who, format($q$ update public.replies set label = 'question', labelled_by = 'person',
  labelled_at = '2001-01-01Z', answered_at = '2001-01-01Z' where lead_id = %L $q$, cast_.lead(lead))), answer,
  format('%s labels the reply of %s: %s', who, lead, answer))
from (values ('owner', 'a2', 'rows 1'), ('broker', 'a1', 'rows 1'), ('colleague', 'a1', 'rows 0'),
  ('viewer', 'a1', 'rows 0'), ('rival', 'a1', 'rows 0')) x (who, lead, answer);
select is((select count(*) from public.replies where labelled_at = now() and answered_at = now()
  and event_key like 'k-%'), 2::bigint, 'labels and answers of members have the real time');
select is(cast_.run('broker', $$ update public.replies set answered_at = null $$), 'rows 1',
  'a broker reopens a reply');
select is((select answered_at from public.replies where event_key = 'k-a1'), null, 'a reopened reply has no time');
select is(cast_.run('pipeline_writer', $$ update public.replies set answered_at = '2001-01-01Z'
  where event_key = 'k-a1' $$), 'rows 1', 'the pipeline writes a reply');
select is((select answered_at from public.replies where event_key = 'k-a1'), '2001-01-01Z'::timestamptz,
  'the pipeline sets the time');
select is(cast_.run('broker', $$ update public.tasks set done_at = '2031-01-01Z' where kind = 'call_back' $$),
  'rows 1', 'a broker ends a task');
select is((select done_at = now() from public.tasks where kind = 'call_back'), true,
  'a task that a broker ends has the real time');

-- Erasures.
create function cast_.erase(p_who text, p_lead text) returns text language sql as $$
  select cast_.run(p_who, format('select public.erase_lead(%L, %L, ''request'', ''2001-01-01Z'')',
    cast_.org(), cast_.lead(p_lead)))
$$;
create function cast_.erased_at(p_lead text) returns text language sql as $$
  select coalesce(string_agg(case when e.erased_at = now() then 'now' else extract(year from e.erased_at)::text end,
    ' '), 'never') from public.erasures e where e.lead_id = cast_.lead(p_lead)
$$;
select is(cast_.erase(who, lead), answer, format('%s erases %s: %s', who, lead, answer))
from (values ('owner', 'a1', 'rows 1'), ('admin', 'a2', 'rows 1'), ('service_role', 'a3', 'rows 1'),
  ('broker', 'a1', 'SL426 lead ' || cast_.lead('a1') || ' not found'),
  ('viewer', 'a1', 'SL426 lead ' || cast_.lead('a1') || ' not found'),
  ('rival', 'a1', 'SL426 lead ' || cast_.lead('a1') || ' not found'),
  ('anon', 'a1', '42501 permission denied for function erase_lead')) x (who, lead, answer);
select is(cast_.erased_at(lead), answer, format('the erasure of %s is dated %s', lead, answer))
from (values ('a1', 'now'), ('a2', 'now'), ('a3', '2001')) x (lead, answer);
select is((select count(*) from public.suppressions s where s.created_at < '2026-01-01'
  and s.value_bidx <> private.blind_index('+12135550103', private.blind_key(cast_.org()))), 0::bigint,
  'suppressions of an erasure by a member are not dated back');

-- The undo of an upload.
update public.uploads set state = 'completed', completed_at = received_at
where id in ('a0000000-0000-4000-8000-00000000000d', 'b0000000-0000-4000-8000-00000000000d');
create function cast_.undo(p_who text, p_org text) returns text language sql as $$
  select cast_.run(p_who, format('select public.undo_upload(''%s0000000-0000-4000-8000-00000000000d'', '
    '''2031-01-01Z'')', p_org))
$$;
select is(cast_.undo(who, org), answer, format('%s undoes an upload of org %s: %s', who, org, answer))
from (values ('broker', 'a', 'SL203 upload not found'), ('viewer', 'a', 'SL203 upload not found'),
  ('rival', 'a', 'SL203 upload not found'), ('owner', 'a', 'rows 1'), ('service_role', 'b', 'rows 1'))
  x (who, org, answer);
select results_eq($$ select left(id::text, 1), case when undone_at = now() then 'now' else '2031' end
    from public.uploads where undone_at in (now(), '2031-01-01Z') order by 1 $$,
  $$ values ('a', 'now'), ('b', '2031') $$, 'the undo by the owner has the real time, that by the service its own');

select * from finish();
rollback;
