begin;
\ir ../support/deliver.sql
select no_plan();
\set org '''00000000-0000-4000-8000-000000000001'''

create function pg_temp.of(p_first text) returns public.leads language sql as $$
  select l from public.leads l where l.org_id = '00000000-0000-4000-8000-000000000001' and l.owner_1_first = p_first
$$;
create function pg_temp.contacts(p_lead uuid) returns text language sql as $$
  select coalesce(string_agg(right(c.masked, 2), ' ' order by right(c.masked, 2)), '') from public.contact_points c
  where c.lead_id = p_lead
$$;

-- Father and son: the second list's phone and e-mail were added to the father.
select is(pg_temp.deliver('[{"street":"5 Elm St","first":"Ann","last":"Moss","phone":"310-555-0170"}]'),
  'c1 u0 =0 m0 x0 r0', 'a list');
select is(pg_temp.deliver('[{"street":"5 Elm St","first":"Ann","last":"Moss","phone":"310-555-0171",
  "mail_street":"9 Far Rd", "mail_city":"Reno"}]', p_at => now() + interval '1 hour'),
  'c0 u1 =0 m0 x0 r0', 'another one that is about somebody else of the same name');
create temporary table was as select l.id, to_jsonb(l) - '{updated_at}'::text[] as state from public.leads l;
select is(pg_temp.contacts((select id from was)), '70 71', 'one lead has both phones');

-- Refusals of the united lead: everything refused by the person, and a wrong number.
insert into public.consents (org_id, lead_id, action, channels, method, occurred_at, revoked_scope, value_bidx, kind,
  masked, recorded_by)
select c.org_id, c.lead_id, 'revoke', '{sms}', 'reply', now(), 'channel', c.value_bidx, c.kind, c.masked, 'person'
from public.contact_points c where right(c.masked, 2) = '70';
insert into public.wrong_contacts (org_id, value_bidx, lead_id, kind, source, at)
values (:org, '\x01', (select id from was), 'phone', 'reply', now());
savepoint united;

select is(jsonb_array_length(public.lead_parts(:org, (select id from was)) -> 'uploads'), 2, 'its uploads are listed');
select throws_ok(format('select public.split_lead(%L, %L)', :org, (select id from was)), 'SL323', null,
  'a split has to choose something');
select throws_ok(format('select public.split_lead(%L, %L, p_contacts => %L)', :org, (select id from was), '{1234567}'),
  'SL323', null, 'and only what the lead has');

-- By upload: what the second list brought.
create temporary table done as
select public.split_lead(:org, (select id from was), p_uploads => array[(select u.id from public.uploads u
  order by u.received_at desc limit 1)], p_owner => '{"first":"Anna","last":"Moss"}', p_same_address => true) as r;
select is(r - '{lead_id,split_id}'::text[], '{"facts": ["mailing", "owner_1", "situs"], "contacts": 1}',
  'the second list''s facts and phone are a lead of its own') from done;
select is(pg_temp.contacts((pg_temp.of('Ann')).id) || ' / ' || pg_temp.contacts((pg_temp.of('Anna')).id), '70 / 71',
  'each has its phone');
select is((pg_temp.of('Ann')).mailing_city || '', null, 'the old lead is as before that list');
select is((pg_temp.of('Anna')).mailing_city, 'Reno', 'the new one has the mailing address');
select is((select count(*)::int from public.consents c where c.action = 'revoke'
  and c.lead_id in ((pg_temp.of('Ann')).id, (pg_temp.of('Anna')).id)), 2, 'refusals are on record for both');
select is((select count(*)::int from public.wrong_contacts w
  where w.lead_id in ((pg_temp.of('Ann')).id, (pg_temp.of('Anna')).id)), 2, 'and wrong numbers');
select ok(exists (select from public.lead_changes c where c.lead_id = (pg_temp.of('Anna')).id and c.action = 'created')
  and exists (select from public.lead_splits s where s.new_lead_id = (pg_temp.of('Anna')).id), 'history says it');

-- Later uploads keep them apart.
select is(pg_temp.deliver('[{"street":"5 Elm St","first":"Anna","last":"Moss","phone":"310-555-0171"}]',
  p_at => now() + interval '2 hours') like 'c0 %', true, 'the next list makes no third lead');
select is((select count(*)::int from public.leads), 2, 'they stay two');
select is(pg_temp.deliver('[{"city":"","zip":"","first":"Ann","last":"Moss","phone":"310-555-0170"},
  {"city":"","zip":"","first":"Ann","last":"Moss","phone":"310-555-0171"}]', p_at => now() + interval '3 hours'),
  'c0 u0 =2 m0 x0 r0', 'rows with a phone alone find the lead that has it');
select is(private.suggest_match(:org, (pg_temp.of('Ann')).id, (pg_temp.of('Anna')).id, '{same house}', 9), null,
  'the pair is never suggested');

-- Undone.
select is(public.undo_split(:org, (r ->> 'split_id')::bigint), (select id from was), 'the split is undone')
from done;
select is((select count(*)::int from public.leads), 1, 'one lead');
select is(pg_temp.contacts((select id from was)), '70 71', 'with both phones');
select is(to_jsonb(l) - '{updated_at,observed_at,field_sources,edited_fields,phone_bidx}'::text[],
  w.state - '{observed_at,field_sources,edited_fields,phone_bidx}'::text[], 'and its facts')
from public.leads l join was w using (id);
select throws_ok(format('select public.undo_split(%L, %s)', :org, (select r ->> 'split_id' from done)), 'SL324', null,
  'once');

-- By contact and fact; an opt-out holds for both.
rollback to united;
update public.leads set campaign_status = 'opted_out';
create temporary table done as
select public.split_lead(:org, (select id from was), p_contacts => array[(select c.id from public.contact_points c
  where right(c.masked, 2) = '71')], p_facts => '{mailing}', p_owner => '{"full":"Moss Rentals LLC"}') as r;
select is(r - '{lead_id,split_id}'::text[], '{"facts": ["mailing", "owner_full"], "contacts": 1}', 'chosen parts')
from done;
select is(array_agg(l.campaign_status::text), '{opted_out,opted_out}', 'an opt-out holds for both')
from public.leads l;

-- Erasing either leaves no values in the split.
select isnt((select s.changes::text from public.lead_splits s) like '%Reno%', false, 'a split remembers values');
select lives_ok(format('select public.erase_lead(%L, %L, %L)', :org, (select r ->> 'lead_id' from done), 'asked'),
  'erase');
select is((select s.changes::text from public.lead_splits s) like '%Reno%', false, 'which an erasure erases');
select * from finish();
rollback;
