begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
select no_plan();

select cast_.consent('a2') \g /dev/null

-- Emergencies, invalid contacts, opted-out leads
insert into public.emergencies (state, declared_at, ended_at, source)
  values ('CA', '2026-11-15Z', '2026-11-19Z', 'proclamation');
select is(cast_.decide('a2', p_at => '2026-11-18T20:00Z'), 'emergency @ never', 'an emergency in the state refuses');
select is(cast_.decide('a2', p_at => '2026-11-19T20:00Z'), 'yes', 'an emergency that has ended does not refuse');
update public.contact_points set invalid_at = '2026-11-20Z' where id = cast_.contact('a2');
select is(cast_.decide('a2', p_at => '2026-11-19T20:00Z') || ' ' || cast_.decide('a2', p_at => '2026-11-20T20:00Z'),
  'yes contact_invalid @ never', 'an invalid number is refused from the time it became invalid');
select throws_ok(format('select public.gate_decide(%L, 1, %L, %L)', gen_random_uuid(), 'sms', 'marketing'), 'SL421',
  null, 'an unknown lead is not found');
select throws_ok(format('select public.gate_decide(%L, %s, %L, %L)', cast_.lead('a1'), cast_.contact('a2'), 'sms',
  'marketing'), 'SL422', null, 'the contact point of another lead is not found');

-- Line types
select is(private.line_type_of(c::text[]), t, c) from (values ('{}', 'unknown'), ('{PS01,PS07}', 'mobile'),
  ('{PS08}', 'landline'), ('{PS09}', 'nonFixedVoip'),
  ('{mobile}', 'mobile'), ('{PS07,mobile}', 'mobile'), ('{PS07,landline}', 'unknown')) v(c, t);

select * from finish();
rollback;
