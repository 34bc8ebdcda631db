begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.stage(p_rows jsonb) returns void language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part((select id from public.sources where key = 'list-a'),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false,
    null, gen_random_uuid(), now());
  perform private.open_stage();
  insert into stage_in (line_no, owner_1_first, owner_1_last, street, city, state, zip, phones, emails, do_not_contact,
    attributes, warnings, raw)
  select n + 1, r ->> 'first', r ->> 'last', r ->> 'street', 'Santa Monica', 'CA', '90401', r -> 'phones',
    r -> 'emails', (r ->> 'never')::boolean, '{}', '{}', '[]'
  from jsonb_array_elements(p_rows) with ordinality e (r, n);
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  perform private.resolve_upload(v.upload_id);
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
end
$$;
create function pg_temp.is_closed(p_value text) returns boolean language sql as $$
  select private.is_suppressed('00000000-0000-4000-8000-000000000001', private.blind_index(p_value,
    private.blind_key('00000000-0000-4000-8000-000000000001')), 'all')
$$;

-- Two people whom one list marks.
select pg_temp.stage('[
  {"first":"Walter","last":"Quimby","street":"1 Elm St","never":true,
    "phones":[{"v":"310-555-0101","refused":"person"}]},
  {"first":"Ingrid","last":"Sorensen","street":"2 Elm St","never":true,
    "emails":[{"v":"ingrid@example.com","refused":"person"}]}]') \g /dev/null
-- Then two others who have the phone of the first.
select pg_temp.stage('[
  {"first":"Ingrid","last":"Sorensen","street":"90 Oak St","phones":[{"v":"310-555-0101"}],
    "emails":[{"v":"namesake@example.com"}]},
  {"first":"Walter","last":"Quimby","street":"91 Oak St","phones":[{"v":"310-555-0101"}],
    "emails":[{"v":"walter@example.com"}]}]') \g /dev/null

select ok(pg_temp.is_closed('+13105550101'), 'the marked phone is refused');
select ok(pg_temp.is_closed('walter@example.com'), 'the same person at another address is refused, too');
select ok(not pg_temp.is_closed('namesake@example.com'),
  'somebody with the phone of one marked person and the name of another is not');
select is((select string_agg(l.situs_street, ', ' order by l.situs_street) from public.leads l
  where l.campaign_status = 'opted_out'), '1 Elm St, 2 Elm St, 91 Oak St', 'and stays in work');

select * from finish();
rollback;
