-- The original records of staged rows are kept a hundred to a message. Each is found again by its line, also where the
-- row is rejected after matching or becomes a conflict.
begin;
\ir ../support/deliver.sql
select plan(8);

select a.part_id, a.upload_id from private.accept_part('00000000-0000-4000-8000-000000000011', 'msg_1',
  sha256('one'), 1, null, null, 1, 1, false, null, gen_random_uuid(), now()) a \gset
update public.upload_parts set state = 'staging' where id = :'part_id';

-- 250 rows with an address, six rows whose MAK meets six owners and that have nothing else, and one with keys of two.
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_last, attributes, warnings,
  raw)
select n + 1, case when n > 250 then '8000000009' when n = 1 then '5000000001' end,
  case when n = 2 then '06037' end, case when n = 2 then '52-1' end,
  case when n <= 250 then 100 + n || ' Ash St' end, case when n <= 250 then 'Santa Monica' end,
  case when n <= 250 then 'CA' end, case when n <= 250 then '90401' end,
  'Owner' || chr(64 + n % 26) || chr(64 + n / 26), '{}', '{}', json_build_array('line ' || n + 1, 'a "quote" \')
from generate_series(1, 256) n;
select private.stage_rows(:'part_id') \g /dev/null
select private.open_stage() \g /dev/null
insert into pg_temp.stage_in (line_no, mak, fips, apn, street, city, state, zip, owner_1_last, attributes, warnings,
  raw)
values (300, '5000000001', '06037', '52-1', '900 Oak St', 'Santa Monica', 'CA', '90401', 'Cole', '{}', '{}',
  '["line 300"]');
select private.stage_rows(:'part_id') \g /dev/null

select results_eq(format($$ select first_line, last_line from private.leads_staging_raw where part_id = %L
  order by 1 $$, :'part_id'), $$ values (2, 101), (102, 201), (202, 257), (300, 300) $$,
  'a hundred records share a message, and none is shared by two transactions');
select is_empty($$ select 1 from private.leads_staging_raw where position('\x6c696e65'::bytea in content) > 0 $$,
  'which is encrypted');
select results_eq(format($$ select s.line_number from public.leads_staging s
    join public.upload_parts p on p.id = s.part_id
  where s.part_id = %L and private.staged_raw(s.part_id, s.line_number, private.org_key(p.org_id, p.key_id)) ->> 0
    is distinct from 'line ' || s.line_number $$, :'part_id'), $$ select 1 where false $$,
  'the record of each row is found by its line');
select is(private.staged_raw(:'part_id', 299, private.org_key(p.org_id, p.key_id)), null, 'a line between has none')
from public.upload_parts p where p.id = :'part_id';

update public.upload_parts set state = 'staged', staged_at = now() where id = :'part_id';
select private.resolve_upload(:'upload_id'), private.resolve_upload(:'upload_id') \g /dev/null
select results_eq(format($$ select line, raw ->> 0, raw ->> 1 from private.reject_rows(%L, 0, 0, 100) $$,
    :'upload_id'),
  $$ select n, 'line ' || n, 'a "quote" \' from generate_series(252, 257) n $$,
  'rows that are rejected after matching have their records');
select results_eq($$ select distinct private.conflict_row_content(c) #>> '{raw,0}' = 'line ' || c.line
  from private.conflict_rows c $$, $$ values (true) $$, 'rows in conflict have theirs');
select is((select count(*) from private.leads_staging_raw), 0::bigint, 'nothing is left in staging');

-- An answer puts the row back into staging for a moment.
select public.close_conflict('00000000-0000-4000-8000-000000000001', c.id, null, p_answer => 'own')
from public.lead_conflicts c where c.state = 'open' \g /dev/null
select is((select count(*) from public.leads_staging) + (select count(*) from private.leads_staging_raw), 0::bigint,
  'nor after the conflict is answered');

select * from finish();
rollback;
