begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

-- Leads a2 and a3 have the phone of a2.
select cast_.consent('a2') \g /dev/null
select cast_.add_contact(cast_.lead('a3'), 'phone', private.decrypt_value(c.value_cipher, private.org_key(c.org_id,
  c.key_id))) as shared from public.contact_points c where c.id = cast_.contact('a2') \gset
create function cast_.decide_shared(p_id bigint, p_at timestamptz, p_purpose text default 'marketing') returns text
language sql as $$
  select cast_.verdict(public.gate_decide(cast_.lead('a3'), p_id, 'sms', p_purpose, p_at))
$$;
update public.leads set campaign_status = 'replied', last_reply_at = cast_.noon()
  where id in (cast_.lead('a2'), cast_.lead('a3'));
select is(cast_.decide_shared(:shared, cast_.noon()), 'yes', 'the first contact of the day is allowed');
select cast_.attempt('a2', cast_.noon() - interval '1 hour') \g /dev/null
select is(cast_.decide_shared(:shared, cast_.noon()), 'value_shared_today @ 2026-11-19T17:00:00Z',
  'the other lead waits until a day has passed');
select is(cast_.decide('a2'), 'value_shared_today @ 2026-11-19T17:00:00Z',
  'so does the lead that was contacted: one contact a day between them');
select is(cast_.decide_shared(:shared, '2026-11-19T17:00Z'), 'yes', 'after a day it is allowed');
select is(cast_.decide_shared(:shared, cast_.noon(), 'transactional'), 'yes',
  'a message about a matter is not limited');
update public.leads set campaign_status = 'completed' where id = cast_.lead('a2');
select is(cast_.decide_shared(:shared, cast_.noon()), 'yes', 'a lead that is not in work does not count');

-- Within one claim.
update public.leads set campaign_status = 'booked' where id = cast_.lead('a2');
select is((select string_agg(cast_.verdict(d.answer), ', ' order by d.n) from private.gate_decide_many(
    cast_.org_of('a2'), jsonb_build_array(
    jsonb_build_object('lead_id', cast_.lead('a2'), 'contact_point_id', cast_.contact('a2'), 'channel', 'sms',
      'purpose', 'marketing'),
    jsonb_build_object('lead_id', cast_.lead('a3'), 'contact_point_id', :shared, 'channel', 'sms', 'purpose',
      'marketing')), cast_.noon() + interval '2 days') d),
  'yes, value_shared_today @ 2026-11-21T18:00:00Z', 'the second request of one claim counts the first');

select * from finish();
rollback;
