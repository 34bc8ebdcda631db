begin;
\ir ../support/cast.sql
select no_plan();
set local sluice.actor = 'system';

insert into public.consent_tokens (org_id, lead_id, nonce_hash, expires_at)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a1'), extensions.digest('n', 'sha256'),
  now() + interval '1 day');
select throws_like(format('delete from public.leads where id = %L', cast_.lead('a1')),
  '%token_belongs_to_a_lead_of_its_org%',
  'a lead with a consent link cannot be deleted, because the record of consent depends on it');
select lives_ok(format('delete from public.leads where id = %L', cast_.lead('a2')),
  'a lead without a consent link can be deleted');
select is((select count(*) from public.contact_points where lead_id = cast_.lead('a2')), 0::bigint,
  'its contact points are deleted with it');
select isnt((select count(*) from public.lead_changes where lead_id = cast_.lead('a2')), 0::bigint,
  'its history stays');
select lives_ok($$ delete from public.brokers where name = 'Broker' $$, 'a broker can be deleted');
select is((select assigned_broker_id from public.leads where id = cast_.lead('a1')), null,
  'the leads of a deleted broker stay, unassigned');
select lives_ok($$ delete from public.sources where key = 'list-a' $$, 'a source can be deleted');
select is((select source_id from public.leads where id = cast_.lead('a1')), null,
  'the leads of a deleted source stay, without a source');
select lives_ok($$ delete from auth.users where email = 'admin@example.com' $$, 'a user can be deleted');
select is((select count(*) from public.members where role = 'admin'), 0::bigint,
  'the membership of a deleted user is deleted');

select * from finish();
rollback;
