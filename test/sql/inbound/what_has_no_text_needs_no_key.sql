-- Tasks and drafts without a text, on the plan that a session takes after some repeats.
begin;
\ir ../support/cast.sql
select no_plan();
set local plan_cache_mode = force_generic_plan;
\set org 'a0000000-0000-4000-8000-000000000000'
\set lead 'a0000000-0000-4000-8000-0000000001ea'

select is(cast_.run('broker', format('select public.create_task(%L, %L, ''to_do'')', :'org', :'lead')), 'rows 1',
  'a task without a note');
select is((select count(*) from public.tasks where key_id is null and note_cipher is null), 1::bigint,
  'it names no key');
select is(cast_.run('broker', format('select public.create_task(%L, %L, ''to_do'', p_note => ''x'')', :'org',
    :'lead')),
  'rows 1', 'one with a note');
insert into public.replies (org_id, lead_id, contact_point_id, channel, provider, at, event_key, value_bidx, request)
select c.org_id, c.lead_id, c.id, 'sms', 'twilio', now(), 'k1', c.value_bidx, 'none' from public.contact_points c
where c.lead_id = :'lead' and c.kind = 'phone';
select is(cast_.run('broker', format('select public.save_draft(%L, (select id from public.replies), %L)',
    :'org', said)),
  'rows 1', what)
from (values ('', 'a draft that is discarded'), ('Yes', 'one that is kept')) x (said, what);

select * from finish();
rollback;
