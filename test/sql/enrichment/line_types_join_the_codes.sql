begin;
\ir ../support/cast.sql
\ir ../support/data_calls.sql
select no_plan();
select id as phone from public.contact_points where kind = 'phone' and lead_id = cast_.lead('a1') \gset
create function cast_.judge(p_contact bigint, p_provider text, p_codes text[]) returns text language sql as $$
  select private.record_verification(cast_.org(), p_contact, p_provider, p_codes)
$$;
create function cast_.phone_says() returns text language sql as $$
  select concat_ws(' ', c.verified, c.codes, private.line_type_of(c.codes), l.phone_verified,
    l.phone_verification_codes)
  from public.contact_points c join public.leads l on l.org_id = c.org_id and l.id = c.lead_id
  where c.kind = 'phone' and c.lead_id = cast_.lead('a1')
$$;
select cast_.judge(:phone, 'melissa', '{PS01}') \gset ignored_
select is(cast_.judge(:phone, 'twilio', '{landline}'), 'unknown',
  'a line type says nothing about whether a phone works');
select is(cast_.phone_says(), 't {PS01,landline} landline t {PS01,landline}',
  'it joins the codes, where the gate reads it, and takes "verified" from nobody');
select cast_.judge(:phone, 'twilio', '{mobile}') \gset ignored_
select is(cast_.phone_says(), 't {PS01,mobile} mobile t {PS01,mobile}', 'a newer one of the provider replaces it');
select cast_.judge(:phone, 'twilio', '{unknown}') \gset ignored_
select is(cast_.phone_says(), 't {PS01,mobile} mobile t {PS01,mobile}', 'an unknown one replaces nothing');
select cast_.judge(:phone, 'melissa', '{PS08}') \gset ignored_
select is(cast_.phone_says(), 't {PS01,PS08,mobile} unknown t {PS01,PS08,mobile}',
  'where two providers contradict each other, the type is unknown');
select is(cast_.judge(:phone, 'twilio', '{invalid_number}'), 'invalid', 'a number that cannot exist is invalid');
select is(cast_.phone_says(), 'f {invalid_number} unknown f {invalid_number}', 'which takes "verified" away');
select * from finish();
rollback;
