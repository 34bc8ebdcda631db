-- Contacts, consents, messages, runs, replies and tasks.
begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
\ir ../support/requests.sql
select no_plan();

select cast_.runner(n, p_phone => true) from generate_series(1, 2) n \g /dev/null
select cast_.runner(n, p_phone => true, p_due => cast_.noon() + interval '1 day') from generate_series(3, 4) n
  \g /dev/null
select is(cast_.claim(), '1 2', 'leads 1 and 2 have a message each');
select is(cast_.begin(), '1 go 2 go', 'which is requested');
select is(cast_.settle(), 2, 'and sent');
update public.sequence_runs set state = 'paused', paused_at = cast_.noon(), paused_by = 'lead'
where lead_id = cast_.nth(4);
-- Lead 1 has a consent to calls, lead 2 has revoked texts.
insert into public.consents (org_id, lead_id, action, type, channels, method, occurred_at) values
  (cast_.org(), cast_.nth(1), 'grant', 'pec', '{voice_manual}', 'test grant', '2026-07-01 12:00Z');
insert into public.replies (org_id, lead_id, value_bidx, channel, at, event_key, provider, request)
select cast_.org(), cast_.nth(n), sha256('\x00'), 'sms', cast_.noon(), 'in-' || n, 'twilio', 'none'
from generate_series(1, 2) n;
insert into public.tasks (org_id, lead_id, kind, created_at)
select cast_.org(), cast_.nth(n), (array['call_back', 'answer_reply'])[n], cast_.noon() from generate_series(1, 2) n;

-- Everything that belongs to a lead.
create function pg_temp.record(p_n integer) returns jsonb language sql as $$
  select jsonb_build_object(
    'lead', (select to_jsonb(l) - 'updated_at' from public.leads l where l.id = cast_.nth(p_n)),
    'contacts', (select jsonb_agg(to_jsonb(c) order by c.id) from public.contact_points c
      where c.lead_id = cast_.nth(p_n)),
    'consents', (select jsonb_agg(to_jsonb(c) order by c.id) from public.consents c where c.lead_id = cast_.nth(p_n)),
    'messages', (select jsonb_agg(to_jsonb(m) - 'updated_at' order by m.id) from public.messages m
      where m.lead_id = cast_.nth(p_n)),
    'runs', (select jsonb_agg(to_jsonb(r) - 'updated_at' order by r.id) from public.sequence_runs r
      where r.lead_id = cast_.nth(p_n)),
    'replies', (select jsonb_agg(to_jsonb(r) order by r.id) from public.replies r where r.lead_id = cast_.nth(p_n)),
    'tasks', (select jsonb_agg(to_jsonb(t) - 'updated_at' order by t.id) from public.tasks t
      where t.lead_id = cast_.nth(p_n)))
$$;
select private.refresh_verification(cast_.org(), array(select cast_.nth(n) from generate_series(1, 4) n)) \g /dev/null
create temporary table before as select n, pg_temp.record(n) as record from generate_series(1, 4) n;
create function pg_temp.differs(p_n integer) returns text language sql as $$
  select coalesce(string_agg(format('%s: %s -> %s', a.key, b.record -> a.key, a.value), '; '), 'nothing')
  from before b cross join lateral jsonb_each(pg_temp.record(p_n)) a
  where b.n = p_n and a.value is distinct from b.record -> a.key
$$;

select public.merge_leads(cast_.org(), cast_.nth(1), cast_.nth(2), cast_.noon()) as merge \gset
select results_eq($$ select e.key, jsonb_array_length(e.value) from jsonb_each(pg_temp.record(1)) e
    where e.key <> 'lead' order by 1 $$,
  $$ values ('consents', 2), ('contacts', 4), ('messages', 2), ('replies', 2), ('runs', 2), ('tasks', 2) $$,
  'the survivor has the contacts, messages, runs, replies and tasks of both; consents stay with their lead');
select public.undo_merge(cast_.org(), :merge, cast_.noon()) \gset ignored_
select is(pg_temp.differs(1), 'nothing', 'the undo gives the survivor back what it had');
select is(pg_temp.differs(2), 'nothing', 'and the other lead everything');

-- A run that waits, and one that a person paused; then an opt-out while the leads are one.
select public.merge_leads(cast_.org(), cast_.nth(3), cast_.nth(4), cast_.noon()) as merge \gset
select results_eq($$ select r.state::text, r.end_reason from public.sequence_runs r where r.lead_id = cast_.nth(3)
  order by 1 $$, $$ values ('active', null), ('stopped', 'merged') $$, 'one run goes on');
select public.undo_merge(cast_.org(), :merge, cast_.noon()) \gset ignored_
select is(pg_temp.differs(n), 'nothing', 'lead ' || n || ' has its run, paused or not') from generate_series(3, 4) n;
select public.merge_leads(cast_.org(), cast_.nth(1), cast_.nth(2), cast_.noon()) as merge \gset
set local sluice.actor = 'system';
update public.leads set campaign_status = 'opted_out' where id = cast_.nth(1);
set local sluice.actor = '';
select public.undo_merge(cast_.org(), :merge, cast_.noon()) \gset ignored_
select is((select r.state::text from public.sequence_runs r where r.lead_id = cast_.nth(2)), 'stopped',
  'no run is resumed after an opt-out of the united leads');
select * from finish();
rollback;
