begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();

create function pg_temp.phones(p_org text) returns text language sql as $$
  select string_agg(private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), ' ' order by c.id)
  from public.contact_points c where c.kind = 'phone' and left(c.org_id::text, 1) = p_org
$$;

-- A new org has two wrapped keys: one to encrypt with and one for the blind index.
select results_eq($$ select purpose::text, count(*) from private.org_keys
  where org_id = 'a0000000-0000-4000-8000-000000000000' group by 1 order by 1 $$,
  $$ values ('blind', 1::bigint), ('data', 1::bigint) $$, 'a new org has a data key and a blind key');
select ok(length(private.org_key(k.org_id, k.id)) = 64, k.purpose || ' key of org ' || left(k.org_id::text, 1)
  || ' has 256 bits') from private.org_keys k;
select is((select count(distinct private.org_key(k.org_id, k.id)) from private.org_keys k), 4::bigint,
  'all keys are different');

-- A key belongs to its org.
select throws_ok(format('select private.org_key(%L, %s)', 'b0000000-0000-4000-8000-000000000000', k.id), 'SL003',
  format('org b0000000-0000-4000-8000-000000000000 has no key %s', k.id), 'org B cannot read the ' || k.purpose
    || ' key of org A')
from private.org_keys k where k.org_id = 'a0000000-0000-4000-8000-000000000000';
select throws_ok(format('select private.decrypt_value(%L, %L)', c.value_cipher,
  private.org_key('b0000000-0000-4000-8000-000000000000',
    private.active_key_id('b0000000-0000-4000-8000-000000000000', 'data'))), '39000', 'Wrong key or corrupt data',
      'a value of org A cannot be decrypted with the key of org B')
from public.contact_points c where c.lead_id = cast_.lead('a2');

-- Rotation: the old key retires, a new key encrypts, and values of both can be decrypted.
update private.org_keys set retired_at = now() where purpose = 'data'
  and org_id = 'a0000000-0000-4000-8000-000000000000';
select is(private.active_key_id('a0000000-0000-4000-8000-000000000000', 'data'), null,
  'a retired key no longer encrypts');
select isnt(private.add_org_key('a0000000-0000-4000-8000-000000000000', 'data'), null,
  'the new key becomes the active key');
select isnt(cast_.add_contact(cast_.lead('a1'), 'phone', '+12135550177'), null,
  'a contact point can be added under the new key');
select is((select count(distinct key_id) from public.contact_points where left(org_id::text, 1) = 'a'), 2::bigint,
  'two data keys are in use at once');
select is(pg_temp.phones('a'), '+12135550101 +12135550102 +12135550103 +12135550177',
  'values under either key can be decrypted');
select is((select count(*) from public.contact_points
  where value_bidx = private.blind_index('+12135550102', private.blind_key(org_id)) and lead_id = cast_.lead('a2')),
  1::bigint,
  'the blind index still finds the old values');
-- Re-encrypting a value under the new key is one update.
update public.contact_points c set key_id = private.active_key_id(c.org_id, 'data'),
  value_cipher = private.encrypt_value(private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)),
    private.org_key(c.org_id, private.active_key_id(c.org_id, 'data')))
where left(c.org_id::text, 1) = 'a';
select is((select count(distinct key_id) from public.contact_points where left(org_id::text, 1) = 'a'), 1::bigint,
  'all values can move to the new key');
select is(pg_temp.phones('a'), '+12135550101 +12135550102 +12135550103 +12135550177',
  're-encrypted values decrypt to the same plain text');
select throws_like($$ insert into private.org_keys (org_id, purpose, wrapped_key, wrapped_with)
  select 'a0000000-0000-4000-8000-000000000000', 'data', '\x00', id from private.wrapping_keys $$,
  '%org_keys_one_active_idx%', 'there is one active key per purpose');
select throws_like($$ update private.org_keys set retired_at = now()
  where purpose = 'blind' $$, '%blind_key_is_never_retired%',
  'the blind key cannot be retired, because all indexes depend on it');

-- Without the wrapping key, reads and writes fail with SL001 and never fall back to plain text.
delete from vault.secrets where name = 'sluice_wrapping_key';
select throws_ok('select private.wrapping_key()', 'SL001', null, 'reading a missing wrapping key fails');
select throws_ok('select pg_temp.phones(''a'')', 'SL001', null, 'values cannot be decrypted');
select throws_ok(format('select cast_.add_contact(%L, ''phone'', ''+12135550178'')', cast_.lead('a1')), 'SL001',
  null, 'values cannot be written');
select throws_ok($$ insert into public.orgs (name) values ('Keyless') $$, 'SL001', null,
  'an org cannot be created without keys');
select matches(cast_.reveal('owner', 'contacts', array[cast_.lead('a1')]), '^SL001',
  'revealing contacts fails with the same error');
select is((select count(*) from private.pii_access_log), 1::bigint, 'a reveal that fails is logged all the same');
select throws_ok($$ select * from private.source_for_key('list-a') $$, 'SL001', null,
  'the upload endpoint cannot read its secrets') from (select 1 where exists (select from private.source_secrets)) x;
select is(cast_.run('owner', 'select masked from public.contact_points'), 'rows 5',
  'masks and leads remain available');
-- A key that is too short counts as missing.
select vault.create_secret('short', 'sluice_wrapping_key') \g /dev/null
select throws_ok('select private.wrapping_key()', 'SL001', null, 'a short wrapping key is rejected');
-- Another wrapping key cannot unwrap the stored keys.
delete from vault.secrets where name = 'sluice_wrapping_key';
select vault.create_secret(repeat('0', 64), 'sluice_wrapping_key') \g /dev/null
select throws_like('select pg_temp.phones(''a'')', 'wrapping key % not found: Vault has another%',
  'a different wrapping key unwraps nothing');

select * from finish();
rollback;
