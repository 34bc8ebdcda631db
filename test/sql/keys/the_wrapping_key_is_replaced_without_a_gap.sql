begin;
\ir ../support/cast.sql
select no_plan();

create function pg_temp.phones() returns text language sql as $$
  select string_agg(private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)), ' '
    order by c.org_id, c.id) from public.contact_points c where c.kind = 'phone'
$$;
create temporary table before as select pg_temp.phones() as phones, private.wrapping_key() as key,
  private.key_fingerprint(private.wrapping_key()) as id;
insert into private.dnc_keys (wrapped_key, wrapped_with)
select w.wrapped_key, w.wrapped_with from private.wrap_key(repeat('d', 64)) w;

select throws_ok('select private.rewrap_keys()', 'SL105', null, 'without a new key nothing is wrapped again');
select is((select array_agg(distinct k.wrapped_with) from private.org_keys k), array[b.id],
  'each key says which key wraps it') from before b;

select vault.create_secret(repeat('7', 64), 'sluice_wrapping_key_next') \g /dev/null
select is(pg_temp.phones(), b.phones, 'with both in Vault, everything can be read') from before b;
insert into public.orgs (id, name) values ('c0000000-0000-4000-8000-000000000000', 'Org C');
select is((select array_agg(distinct k.wrapped_with) from private.org_keys k
  where left(k.org_id::text, 1) = 'c'), array[private.key_fingerprint(repeat('7', 64))],
  'the next key wraps new keys');

select results_eq('select * from private.rewrap_keys(3)', 'values (4, false)',
  'a batch has its size, and the one more');
select is(pg_temp.phones(), b.phones, 'halfway, everything can be read') from before b;
select results_eq('select * from private.rewrap_keys(3)', 'values (1, false)', 'the rest');
-- A key of the old one, stored by somebody who read Vault before: it is waited for, and wrapped again.
insert into private.org_keys (org_id, purpose, wrapped_key, wrapped_with, retired_at)
select 'c0000000-0000-4000-8000-000000000000', 'data', private.encrypt_value(repeat('e', 64), b.key), b.id, now()
from before b;
select results_eq('select * from private.rewrap_keys(3)', 'values (1, false)', 'a late key is wrapped again');
select is(private.dnc_key(), decode(repeat('d', 64), 'hex'), 'so is the key of the do-not-call lists');
select is((select count(*) from vault.secrets s where s.name like 'sluice_wrapping_key%'), 2::bigint,
  'the old key is still there');
select results_eq('select * from private.rewrap_keys(3)', 'values (0, true)', 'with nothing left, it finishes');

select results_eq($$ select decrypted_secret from vault.decrypted_secrets where name like 'sluice_wrapping_key%' $$,
  array[repeat('7', 64)], 'the new key has taken the name, and the old one is gone');
select is(private.wrapping_key(), repeat('7', 64), 'and wraps from now on');
select is(pg_temp.phones(), b.phones, 'everything can be read') from before b;
select is(private.dnc_key(), decode(repeat('d', 64), 'hex'), 'the lists, too');
select is((select count(*) from private.org_keys k where k.wrapped_with <> private.key_fingerprint(repeat('7', 64))),
  0::bigint, 'nothing is wrapped by the old key');
select throws_ok(format($$ insert into private.org_keys (org_id, purpose, wrapped_key, wrapped_with, retired_at)
  values ('c0000000-0000-4000-8000-000000000000', 'data', '\x00', %L, now()) $$, b.id), 'SL001',
  'wrapping key ' || b.id || ' was destroyed', 'nobody wraps with it again') from before b;
select throws_ok($$ insert into private.dnc_keys (id, wrapped_key, wrapped_with) values (1, '\x00', 'unknown') $$,
  'SL001', null, 'nor with an unknown one');

-- A batch needs the old key: a new one without it changes nothing.
select vault.create_secret(repeat('8', 64), 'sluice_wrapping_key_next') \g /dev/null
delete from vault.secrets where name = 'sluice_wrapping_key';
select throws_ok('select private.rewrap_keys()', 'SL001', null, 'without the old key nothing is wrapped again');
select throws_ok('select pg_temp.phones()', 'SL001', null, 'and nothing can be read');
select vault.create_secret(repeat('7', 64), 'sluice_wrapping_key') \g /dev/null
select is(pg_temp.phones(), b.phones, 'its copy heals that') from before b;

select matches(cast_.run(w, 'select private.rewrap_keys()'), '^42501', w || ' cannot replace the wrapping key')
from unnest('{owner,admin,service_role,pipeline_writer}'::text[]) w;

select * from finish();
rollback;
