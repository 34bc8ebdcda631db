begin;
\ir ../support/cast.sql
\ir ../support/reveal.sql
select no_plan();

-- A known phone and a known e-mail take every way in: by hand (in the cast), as stored bytes, as staging rows,
-- through resolving, as rejects and conflicts. Then all tables are searched for them.
create function pg_temp.tables_with(p_needle text) returns setof text language plpgsql as $$
declare
  t record;
  v_found boolean;
begin
  for t in
    select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'cast_')
      and n.nspname !~ '^pg_'
      and has_table_privilege(c.oid, 'select')
  loop
    -- The text of every column; bytes also in their decoded form.
    execute format('select exists (select from %1$I.%2$I whole_row where strpos(whole_row::text, %3$L) > 0 or '
      'strpos(whole_row::text, %4$L) > 0)',
      t.nspname, t.relname, p_needle, encode(convert_to(p_needle, 'UTF8'), 'hex')) into v_found;
    if v_found then
      return next t.nspname || '.' || t.relname;
    end if;
  end loop;
end
$$;

-- The search finds plain values. Without this check, the empty results below would prove nothing.
create table public.open_book (x text, y bytea);
insert into public.open_book values ('call 2135550177', null);
select results_eq($$ select pg_temp.tables_with('2135550177') $$, array['public.open_book'],
  'the search finds a plain value in text');
update public.open_book set x = null, y = convert_to('2135550177', 'UTF8');
select results_eq($$ select pg_temp.tables_with('2135550177') $$, array['public.open_book'],
  'the search finds a plain value in bytes');
drop table public.open_book;

-- A complete upload, as the pipeline processes it.
insert into private.source_rates (source_id, minute, requests)
  values ('a0000000-0000-4000-8000-00000000005c', now(), 1);
select set_config('role', 'pipeline_writer', true), set_config('sluice.actor', 'upload', true) \g /dev/null
select a.part_id from private.accept_part('a0000000-0000-4000-8000-00000000005c', 'msg_1',
  extensions.digest('x', 'sha256'), 40, null,
  null, 1, 1, false, 'list.csv', gen_random_uuid()) a \gset
select private.store_part_chunk(:'part_id', 0, convert_to(E'phone,email\n(213) 555-0177,kay@example.com\n',
  'UTF8')) \g /dev/null
update public.upload_parts set state = 'staging' where id = :'part_id';
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, street, city, state, zip, owner_1_last, phones, emails, result_codes,
  raw) values
  (2, '77 Main St', 'Los Angeles', 'CA', '90001', 'Kay', '[{"v": "(213) 555-0177"}]', '[{"v": "Kay@Example.com"}]',
    'PS01,ES01',
    '["77 Main St", "(213) 555-0177", "2135550177", "Kay@Example.com", "kay@example.com"]'),
  -- A phone without a property key, and a rejected row that contains a phone.
  (3, null, null, null, null, null, '[{"v": "+1 213 555 0177 x5"}]', null, null, '["2135550177"]');
insert into pg_temp.stage_in (line_no, phones, reject_code, reject_detail, raw) values
  (4, '[{"v": "2135550177"}]', 'too_few_fields', 'expected 5 fields, found 1', '["2135550177", "kay@example.com"]');
select private.stage_rows(:'part_id') \g /dev/null
update public.upload_parts set state = 'staged', staged_at = now() where id = :'part_id';
reset role;
select results_eq(format($$ select count(*) from public.leads_staging where part_id = %L $$, :'part_id'),
  array[2::bigint], 'two rows were staged');
select is_empty($$ select pg_temp.tables_with('2135550177') $$, 'the staged phone is nowhere in plain text');
select is_empty($$ select pg_temp.tables_with('kay@example.com') $$, 'the staged e-mail is nowhere in plain text');
select set_config('role', 'pipeline_writer', true) \g /dev/null
select private.resolve_upload(u.upload_id) from (select upload_id from public.upload_parts
  where id = :'part_id') u \g /dev/null
select private.resolve_upload(u.upload_id) from (select upload_id from public.upload_parts
  where id = :'part_id') u \g /dev/null
reset role;

-- Everything is available to those who may see it.
select is((select string_agg(v, ' | ' order by v) from public.leads l cross join lateral unnest(string_to_array(
  cast_.revealed('owner', 'contacts', array[l.id], 'value'), ' | ')) v where l.owner_1_last = 'Kay'),
  '+12135550177 | kay@example.com', 'the lead has both values');
select is((select r.raw ->> 0 from public.upload_rejects j
  cross join lateral private.reject_rows(j.upload_id, 0, 0, 10) r), '2135550177',
  'the rejected row can be decrypted');
select is(convert_from(private.read_part_chunk(:'part_id', 0), 'UTF8'),
  E'phone,email\n(213) 555-0177,kay@example.com\n',
  'the stored bytes can be parsed again');

-- Nowhere in plain text: not as typed, not as normalised, not in part, not in history, events or jobs.
select is_empty(format($$ select pg_temp.tables_with(%L) $$, needle), needle || ' is nowhere in plain text')
from unnest(array['+12135550177', '2135550177', '(213) 555-0177', '213 555 0177', 'kay@example.com',
  'Kay@Example.com', 'ames@example.com', '+12135550101']) needle;
-- Only a mask is readable.
select is((select string_agg(masked, ' ' order by kind) from public.contact_points c
  join public.leads l on l.id = c.lead_id where l.owner_1_last = 'Kay'),
  '***-***-0177 k***@example.com', 'lists show a mask');

-- The same phone in two orgs has neither a blind index nor a ciphertext in common.
select is((select count(distinct c.value_bidx) from public.contact_points c join public.leads l on l.id = c.lead_id
  where l.owner_1_last = 'Ames' and c.kind = 'phone'), 2::bigint,
  'one phone has two blind indexes in two orgs');
select isnt((select private.encrypt_value('x', k)
  from private.org_key('a0000000-0000-4000-8000-000000000000',
  private.active_key_id('a0000000-0000-4000-8000-000000000000', 'data')) k),
  (select private.encrypt_value('x', k) from private.org_key('a0000000-0000-4000-8000-000000000000',
    private.active_key_id('a0000000-0000-4000-8000-000000000000', 'data')) k),
  'encrypting twice gives two ciphertexts');

-- The wrapping key and the data keys are nowhere in plain text either. vault.secrets holds the wrapping key
-- encrypted.
select is_empty(format($$ select t from pg_temp.tables_with(%L) t $$, private.wrapping_key()),
  'the wrapping key is nowhere in plain text');
select is_empty(format($$ select pg_temp.tables_with(%L) $$, private.org_key(k.org_id, k.id)),
  k.purpose || ' key of org ' || left(k.org_id::text, 1) || ' is nowhere in plain text')
from private.org_keys k order by k.id;

select * from finish();
rollback;
