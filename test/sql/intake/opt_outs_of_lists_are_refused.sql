begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.stage(p_dry boolean, p_row jsonb) returns void language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part((select id from public.sources where key = 'list-a'),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, p_dry,
    null, gen_random_uuid(), now());
  perform private.open_stage();
  insert into stage_in (line_no, owner_1_last, street, city, state, zip, phones, emails, do_not_contact, attributes,
    warnings, raw)
  values (2, p_row ->> 'last', coalesce(p_row ->> 'street', '1 Elm St'), 'Santa Monica', 'CA', '90401',
    p_row -> 'phones', p_row -> 'emails', (p_row ->> 'never')::boolean, '{}', '{}', '[]');
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  perform private.resolve_upload(v.upload_id);
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
end
$$;
create function pg_temp.closed(p_value text) returns text language sql as $$
  select string_agg(c.channel, ' ' order by c.channel)
  from unnest('{email,sms,voice_ai,voice_manual}'::text[]) c (channel)
  where private.is_suppressed('00000000-0000-4000-8000-000000000001', private.blind_index(p_value,
    private.blind_key('00000000-0000-4000-8000-000000000001')), c.channel)
$$;
create function pg_temp.refusals(p_street text, p_channel text) returns text language sql as $$
  select string_agg(distinct r ->> 'rule', ' ' order by r ->> 'rule')
  from public.leads l
  join public.contact_points c on c.org_id = l.org_id and c.lead_id = l.id
    and c.kind = case p_channel when 'email' then 'email' else 'phone' end::public.contact_kind
  cross join lateral jsonb_array_elements(
    to_jsonb(public.gate_decide(l.id, c.id, p_channel, 'marketing')) -> 'reasons') r
  where l.situs_street = p_street
    and r ->> 'rule' in ('suppressed', 'lead_opted_out', 'contact_invalid', 'email_unsubscribed', 'consent_revoked')
$$;

select pg_temp.stage(true, '{"emails":[{"v":"dry@example.com","refused":"unsubscribe"}]}') \g /dev/null
select is(pg_temp.closed('dry@example.com'), null, 'a dry run suppresses nothing');

select pg_temp.stage(false, '{"street":"3 Oak St","last":"Doe","phones":[{"v":"310-555-0131"}],
  "emails":[{"v":"one@example.com","refused":"unsubscribe"},{"v":"two@example.com"}]}') \g /dev/null
select is(pg_temp.closed('one@example.com'), 'email', 'an unsubscribed address is refused');
select is(pg_temp.closed('two@example.com'), null, 'another of the row is not');
select is(pg_temp.closed('+13105550131'), null, 'and its phone is not');
select matches(pg_temp.refusals('3 Oak St', 'email'), 'suppressed', 'the gate refuses e-mail');
select is(pg_temp.refusals('3 Oak St', 'voice_manual'), null, 'the gate does not refuse the phone for it');
select is((select l.campaign_status::text from public.leads l where l.situs_street = '3 Oak St'), 'new',
  'the lead stays in work');

select pg_temp.stage(false, '{"street":"3 Oak St","last":"Doe","emails":[{"v":"one@example.com"}]}') \g /dev/null
select is(pg_temp.closed('one@example.com'), 'email', 'a later list without the mark lifts nothing');

select pg_temp.stage(false, '{"street":"5 Oak St","phones":[{"v":"310-555-0151","refused":"texts"}],
  "emails":[{"v":"five@example.com","refused":"bounce"},{"v":"six@example.com","refused":"complaint"}]}')
  \g /dev/null
select is(pg_temp.closed('+13105550151'), 'sms voice_ai', 'an opt-out of texts leaves calls by people open');
select is((select string_agg(distinct reason, ' ' order by reason) from public.suppressions where kind = 'email'
  and reason <> 'unsubscribe'), 'bounce complaint', 'bounces and complaints keep their reason, so nothing lifts them');

select pg_temp.stage(false, '{"street":"7 Oak St","phones":[{"v":"310-555-0171"},{"v":"(310) 555-0171",
  "refused":"dnc"},{"v":"310-555-0172","refused":"wrong"},{"v":"310-555-0173"}]}') \g /dev/null
select is(pg_temp.closed('+13105550171'), 'sms voice_ai voice_manual',
  'a number that the row has twice is refused if one of them is');
select is(pg_temp.closed('+13105550172'), 'sms voice_ai voice_manual', 'a wrong number is refused');
select is(pg_temp.closed('+13105550173'), null, 'the number beside them is not');
select is((select count(*) from public.contact_points c join public.leads l on l.id = c.lead_id
  where l.situs_street = '7 Oak St' and c.invalid_at is not null), 1::bigint, 'the wrong number is invalid');

select pg_temp.stage(false, '{"street":"9 Oak St","last":"Poe","never":true,
  "phones":[{"v":"310-555-0191","refused":"person"}],"emails":[{"v":"nine@example.com","refused":"person"}]}')
  \g /dev/null
select is(pg_temp.closed('+13105550191') || ' ' || pg_temp.closed('nine@example.com'),
  'email sms voice_ai voice_manual email sms voice_ai voice_manual', 'all values of a refused person are refused');
select is((select l.campaign_status::text from public.leads l where l.situs_street = '9 Oak St'), 'opted_out',
  'the lead opts out');
select pg_temp.stage(false, '{"street":"9 Oak St","last":"Poe","phones":[{"v":"310-555-0192"}]}') \g /dev/null
select is(pg_temp.closed('+13105550192'), 'email sms voice_ai voice_manual',
  'a phone that another list adds later is refused');
select is((select count(*) from public.consents where revoked_scope = 'person' and upload_id is not null), 3::bigint,
  'the refusal of the person and of each value is on record');
select pg_temp.stage(false, '{"street":"9 Oak St","last":"Poe","never":true}') \g /dev/null
select is((select count(*) from public.consents where revoked_scope = 'person' and upload_id is not null
  and value_bidx is null), 1::bigint, 'the same mark again adds nothing');

select pg_temp.stage(false, '{"street":"11 Oak St","last":"Roe","never":true}') \g /dev/null
select pg_temp.stage(false, '{"street":"11 Oak St","last":"Roe","emails":[{"v":"eleven@example.com"}]}') \g /dev/null
select matches(pg_temp.refusals('11 Oak St', 'email'), 'lead_opted_out',
  'a person without a contact stays refused when a list brings one');
select is((select count(*) from public.leads where campaign_status = 'opted_out'), 2::bigint,
  'nobody else opts out');

select * from finish();
rollback;
