begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.upload(p_from integer, p_rows integer, p_marked boolean) returns void language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part((select id from public.sources where key = 'list-a'),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false,
    null, gen_random_uuid(), now());
  perform private.open_stage();
  insert into stage_in (line_no, owner_1_last, street, city, state, zip, emails, do_not_contact, attributes, warnings,
    raw)
  select n, 'Doe', n || ' Elm St', 'Santa Monica', 'CA', '90401',
    jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('v', 'owner' || n || '@example.com', 'refused',
      case when p_marked then 'person' end))), p_marked, '{}', '{}', '[]'
  from generate_series(p_from + 1, p_from + p_rows) n;
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  perform private.resolve_upload(v.upload_id);
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
end
$$;
-- Rows of these tables that this transaction has read.
create function pg_temp.read_rows() returns bigint language sql as $$
  select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables
  where relname in ('consents', 'suppressions')
$$;
create temporary table reading (at text, rows bigint);

-- Nothing is known of the sizes yet, as in the first upload of an org.
insert into reading values ('begin', pg_temp.read_rows());
select pg_temp.upload(0, 400, true) \g /dev/null
insert into reading values ('marked', pg_temp.read_rows());
select pg_temp.upload(400, 400, false) \g /dev/null
insert into reading values ('unmarked', pg_temp.read_rows());

select is((select count(*) from public.leads where campaign_status = 'opted_out'), 400::bigint,
  'each marked person is refused');
select is((select count(*) from public.leads where campaign_status = 'new' and situs_street like '% Elm St'),
  400::bigint, 'and nobody else');
select cmp_ok((select m.rows - b.rows from reading m, reading b where m.at = 'marked' and b.at = 'begin'), '<',
  400 * 40::bigint, 'a marked row reads a few refusals, however many the list has');
select cmp_ok((select u.rows - m.rows from reading u, reading m where u.at = 'unmarked' and m.at = 'marked'), '<',
  400 * 10::bigint, 'a row without a mark reads hardly any of those on record');

select * from finish();
rollback;
