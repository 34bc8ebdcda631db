begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

grant usage on schema cast_ to public;
grant execute on all functions in schema cast_ to public;
select cast_.consent('a1') \g /dev/null
select cast_.load_dnc(2135550102, '2026-11-11T00:00Z') \g /dev/null
select cast_.decide('a1') || cast_.decide('a2', 'voice_manual')
  || cast_.decide('a3', p_at => '2026-11-18T05:00Z') \g /dev/null

create function cast_.outlook(p_lead text, p_at timestamptz) returns text language sql as $$
  select string_agg(channel || ' ' || outlook, ', ' order by contact_point_id,
    array_position('{sms,voice_manual,voice_ai,email}', channel))
  from public.contact_outlook(array[cast_.lead(p_lead)], p_as_of => p_at)
$$;
select is(cast_.outlook('a1', cast_.noon()), 'sms now, voice_manual now, voice_ai now, email now',
  'every channel is open at ten with consent');
select is(cast_.outlook('a1', '2026-11-18T09:00Z'),
  'sms later today, voice_manual later today, voice_ai later today, email now',
    'only e-mail is open at one in the night');
select is(cast_.outlook('a1', '2026-11-19T05:00Z'), 'sms later, voice_manual later, voice_ai later, email now',
  'other channels are open tomorrow after nine in the evening');
select is(cast_.outlook('a2', cast_.noon()), 'sms never, voice_manual never, voice_ai never',
  'a listed number without consent is never allowed');
select is(cast_.outlook('a3', cast_.noon()), 'sms never, voice_manual now, voice_ai never',
  'an unlisted number can be called by hand');
select is(cast_.leads(who, 'public.lead_outlook', 'lead_id'), sees, who || ' has the outlook of their leads')
from (values ('owner', 'a1 a2 a3'), ('broker', 'a1'), ('colleague', 'a2'), ('rival', 'b1'),
  ('stranger', 'none')) v(who, sees);
select is(cast_.leads('broker', format('public.contact_outlook(array[%L, %L]::uuid[])', cast_.lead('a1'),
  cast_.lead('a2')), 'lead_id'), 'a1', 'leads of a colleague are omitted');

select is((select count(*)::int from public.gate_decisions), 3, 'the outlook stores no decision');

select * from finish();
rollback;
