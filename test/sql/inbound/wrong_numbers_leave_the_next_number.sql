begin;
\ir ../support/cast.sql
\ir ../support/replies.sql
select no_plan();
\set wrong '\'{"label": "wrong_person", "reading": {"request": "none", "wrong_contact": true}}\''
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111'),
  cast_.add_contact(cast_.lead('a2'), 'phone', '+12135550101') \g /dev/null
insert into public.campaigns (org_id, id, name, state)
values (cast_.org(), 'a0000000-0000-4000-8000-00000000000c', 'Autumn', 'running');
update public.leads set campaign_status = 'active', campaign_id = 'a0000000-0000-4000-8000-00000000000c',
  added_to_campaign_at = '2026-11-20Z'
where id in (cast_.lead('a1'), cast_.lead('a2'));
insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, lead_id)
select cast_.org(), private.contact_index(cast_.org(), '+12135550101'), 'sms', 'outbound', t.at, t.lead_id
from (values (cast_.lead('a2'), '2026-11-22T18:00Z'::timestamptz), (cast_.lead('a1'), '2026-11-23T17:00Z')) t (lead_id,
  at);

select is(cast_.reply('+12135550101', 'Wrong number', 'k1', p_more => :wrong), cast_.lead('a1') || ' applied',
  'a wrong number finds its leads');
select results_eq($$ select request, label::text from public.replies where lead_id = cast_.lead('a1') $$,
  $$ values ('wrong_contact', 'wrong_person') $$, 'the reply says so');
select is((select count(*) from public.contact_points where invalid_at is not null and lead_id = cast_.lead('a1')),
  1::bigint, 'the phone is invalid for the lead that was contacted last');
select is((select count(*) from public.contact_points where invalid_at is not null and lead_id = cast_.lead('a2')),
  0::bigint, 'and for no other');
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'active',
  'the sequence goes on with the next number');
select is((select count(*) from public.tasks), 0::bigint, 'nobody has to answer');
select cast_.reply('+12135550111', 'Who is this?', 'k2') \g /dev/null
select is((select campaign_status::text from public.leads where id = cast_.lead('a1')), 'replied',
  'a reply from the next number is one');

select * from finish();
rollback;
