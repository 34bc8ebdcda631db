begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
select id as first from public.contact_points where kind = 'phone' and lead_id = cast_.lead('a1') \gset
select cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550111') as second \gset
update public.contact_points set position = 2 where id = :second;
create function cast_.judge(p_contact bigint, p_codes text[]) returns text language sql as $$
  select private.record_verification(cast_.org(), p_contact, 'melissa', p_codes)
$$;
create function cast_.lead_says() returns text language sql as $$
  select concat_ws(' ', l.phone_verified, l.phone_verification_codes, l.email_verified) from public.leads l
  where l.id = cast_.lead('a1')
$$;
create function cast_.refreshed() returns text language plpgsql as $$
begin
  perform private.refresh_verification(cast_.org(), array[cast_.lead('a1')]);
  return cast_.lead_says();
end
$$;
select cast_.judge(:first, '{PE01}') \gset ignored_
select is(cast_.lead_says(), 'f {PE01} f', 'a lead whose only checked phone is wrong');
select cast_.judge(:second, '{PS01,PS07}') \gset ignored_
select is(cast_.lead_says(), 't {PS01,PS07} f', 'has a verified phone as soon as one works, and its codes alone');
update public.contact_points set invalid_at = now() where id = :second;
select is(cast_.refreshed(), 'f {PE01} f', 'and none when people say that it is wrong');
update public.contact_points set invalid_at = now() where id = :first;
select is(cast_.refreshed(), 'f {PE01} f', 'where all are wrong, the codes of the first say so');
update public.contact_points set invalid_at = null where lead_id = cast_.lead('a1');
select cast_.judge(:second, '{PS01}') \gset ignored_
select is(cast_.lead_says(), 't {PS01} f', 'a good one');
select cast_.judge(:second, '{PS02}') \gset ignored_
select is(cast_.lead_says(), 'f {PE01} f', 'and a later bad result takes it away: the first of the list is the best');

-- Rank, then age.
update public.contact_points set verified = true, codes = '{PS01,PS08}', position = 2 where id = :first;
update public.contact_points set verified = true, codes = '{PS01,PS07}', position = 1 where id = :second;
select is(cast_.refreshed(), 't {PS01,PS07} f', 'of two verified phones the one of the better rank counts');
update public.contact_points set position = 3 where id = :second;
select is(cast_.refreshed(), 't {PS01,PS08} f', 'whichever that is');
update public.contact_points set position = 2 where id = :second;
select is(cast_.refreshed(), 't {PS01,PS07} f', 'and of equal ranks the newest');
select results_eq($$ select c.id from public.contact_points c where c.lead_id = cast_.lead('a1') and c.kind = 'phone'
  order by private.contact_order(c) limit 1 $$, format('values (%s::bigint)', :'second'),
  'outreach has the same order');
select * from finish();
rollback;
