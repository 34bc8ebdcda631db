-- Rows are looked up by key, also where the planner knows nothing about the org: its leads came after the last analyze
-- of tables that others fill. What a resolve reads is counted, so that the machine's speed does not matter.
begin;
\ir ../support/deliver.sql
select no_plan();

create temporary sequence seconds;
create function pg_temp.send(p_rows jsonb) returns text language sql as $$
  select pg_temp.deliver(p_rows, 'list-a', now() + nextval('seconds') * interval '1 second')
$$;
create function pg_temp.rows(p_from integer, p_to integer, p_without text[] default '{}',
  p_digits boolean default false) returns jsonb language sql as $$
  select jsonb_agg((jsonb_build_object('street', n || ' Main St', 'last', 'Owner' || n,
      'fips', '06037', 'apn', to_char(n, 'FM000') || case when p_digits then '' else '-' end || to_char(n, 'FM0000'),
      'phone', '310-555-01' || to_char(n % 100, 'FM00'), 'email', 'o' || n || '@example.com')) - p_without)
  from generate_series(p_from, p_to) n
$$;
-- Leads and contacts that this transaction has read so far.
create function pg_temp.read() returns bigint language sql volatile as $$
  select sum(coalesce(x.idx_tup_fetch, 0) + x.seq_tup_read)::bigint from pg_stat_xact_user_tables x
  where x.schemaname = 'public' and x.relname in ('leads', 'contact_points', 'lead_addresses')
$$;
create function pg_temp.cost(p_rows jsonb) returns bigint language plpgsql as $$
declare
  v_before constant bigint := pg_temp.read();
  v_verdicts constant text := pg_temp.send(p_rows);
begin
  return (pg_temp.read() - v_before) / jsonb_array_length(p_rows);
end
$$;

-- Another org's leads are what the statistics know.
insert into public.orgs (id, name, time_zone)
values ('0c000000-0000-0000-0000-0000000000aa', 'Known Realty', 'America/New_York');
insert into public.leads (org_id, mak, county_fips, apn, apn_segments, addr_hash, addr_hash_version,
  situs_house_number, situs_street)
select '0c000000-0000-0000-0000-0000000000aa', 'M' || n, '06037', n::text, '0-' || n, sha256(n::text::bytea),
  private.address_hash_version(), n::text, n || ' Oak St'
from generate_series(1, 3000) n;
insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked)
select l.org_id, l.id, 'phone', substr(sha256(l.id::text::bytea), 1, 16), 'x', k.id, '***-***-0100'
from public.leads l join private.org_keys k on k.org_id = l.org_id and k.purpose = 'data'
where l.org_id = '0c000000-0000-0000-0000-0000000000aa';
analyze public.leads;
analyze public.contact_points;
analyze public.lead_addresses;

select is(pg_temp.send(pg_temp.rows(1, 600)), 'c600 u0 =0 m0 x0 r0', 'six hundred leads of an org that came later');
select cmp_ok(pg_temp.cost(pg_temp.rows(601, 700)), '<', 30::bigint, 'other rows');
select cmp_ok(pg_temp.cost(pg_temp.rows(1, 100)), '<', 30::bigint, 'the same rows');
select cmp_ok(pg_temp.cost(pg_temp.rows(101, 200, '{apn}')), '<', 40::bigint, 'rows with an address only');
select cmp_ok(pg_temp.cost(pg_temp.rows(201, 300, '{}', true)), '<', 40::bigint, 'parcels without separators');
select cmp_ok(pg_temp.cost(pg_temp.rows(301, 400, '{street}')), '<', 40::bigint, 'rows with a parcel only');
select cmp_ok(pg_temp.cost(pg_temp.rows(401, 500, '{street,apn}')), '<', 60::bigint, 'rows with contacts only');
select * from finish();
rollback;
