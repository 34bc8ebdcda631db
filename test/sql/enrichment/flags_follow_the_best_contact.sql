begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
select id as first from public.contact_points where kind = 'phone' and lead_id = cast_.lead('a1') \gset
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111') as second \gset
create function cast_.judge(p_contact bigint, p_codes text[]) returns text language sql as $$
  select private.record_verification(cast_.org(), p_contact, 'melissa', p_codes)
$$;
create function cast_.lead_says() returns text language sql as $$
  select concat_ws(' ', l.phone_verified, l.phone_verification_codes, l.email_verified) from public.leads l
  where l.id = cast_.lead('a1')
$$;
select cast_.judge(:first, '{PE01}') \gset ignored_
select is(cast_.lead_says(), 'f {PE01} f', 'a lead whose only checked phone is wrong');
select cast_.judge(:second, '{PS01,PS07}') \gset ignored_
select is(cast_.lead_says(), 't {PE01,PS01,PS07} f', 'has a verified phone as soon as one works');
update public.contact_points set invalid_at = now() where id = :second;
select private.refresh_verification(cast_.org(), array[cast_.lead('a1')]) \gset ignored_
select matches(cast_.lead_says(), '^f ', 'and none when people say that it is wrong');
update public.contact_points set invalid_at = null where id = :second;
select cast_.judge(:second, '{PS01}') \gset ignored_
select matches(cast_.lead_says(), '^t ', 'a good one');
select cast_.judge(:second, '{PS02}') \gset ignored_
select is(cast_.lead_says(), 'f {PE01,PS02} f', 'and a later bad result takes it away');
select * from finish();
rollback;
