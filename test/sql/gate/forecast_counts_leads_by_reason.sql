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

insert into public.campaigns (org_id, id, name, state) values (cast_.org_of('a1'),
  'a0000000-0000-4000-8000-0000000000ca', 'Campaign', 'draft');
set local sluice.actor = 'system';
update public.contact_points set verified = true where kind = 'phone';
select private.refresh_verification(org_id, array[id]) from public.leads \g /dev/null
set local sluice.actor = '';
select public.refresh_contactable_leads(p_force => true) \g /dev/null
create function cast_.forecast(p_channel text, p_date date default '2026-11-18',
  p_sample integer default 500) returns text language sql as $$
  select string_agg(coalesce(rule, outlook) || ' ' || leads, ', ' order by rule is not null, outlook, rule)
  from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca', p_date, array[p_channel], p_sample)
$$;
select is(cast_.forecast('sms'), 'never 2, now 1, consent_missing 2, dnc_federal 1', 'texts: one of three');
select is(cast_.forecast('voice_manual'), 'never 1, now 2, dnc_federal 1', 'hand-dialled calls: two of three');
select is(cast_.forecast('email'), 'never 2, now 1, no_contact 2', 'e-mail: one lead has an address');
select is(cast_.forecast('voice_manual', '2026-12-20'), 'never 2, now 1, dnc_federal 1, dnc_scrub_stale 2',
  'on a date when the copies will be too old: only leads with a signed consent');
select is((select sampled || ' of ' || candidates from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca',
  '2026-11-18', '{sms}', 2) limit 1), '2 of 3', 'a sample reports its size');
select is((select sum(leads)::int from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca', '2026-11-18',
  '{sms}', 1) where rule is null), 3, 'a sample is scaled up');
select is((select count(*)::int from public.gate_decisions), 3, 'a forecast stores no decision');
select is(cast_.run(who, $$ select * from public.gate_forecast('a0000000-0000-4000-8000-0000000000ca', '2026-11-18',
  '{sms}') $$), answer, who || ' reads the forecast: ' || answer)
from (values ('owner', 'rows 4'), ('viewer', 'rows 4'), ('broker',
  'SL424 campaign a0000000-0000-4000-8000-0000000000ca not found'),
  ('rival', 'SL424 campaign a0000000-0000-4000-8000-0000000000ca not found')) v(who, answer);

select * from finish();
rollback;
