begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.stage_marked(p_dry boolean, p_phones jsonb) returns void language plpgsql as $$
declare
  v record;
begin
  select * into v from private.accept_part((select id from public.sources where key = 'list-a'),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, p_dry,
    null, gen_random_uuid(), now());
  perform private.open_stage();
  insert into stage_in (line_no, street, city, state, zip, phones, attributes, warnings, raw)
  values (2, '1 Elm St', 'Santa Monica', 'CA', '90401', p_phones, '{}', '{}', '[]');
  perform private.stage_rows(v.part_id);
end
$$;
create function pg_temp.closed(p_phone text) returns text language sql as $$
  select string_agg(c.channel, ' ' order by c.channel)
  from unnest('{sms,voice_ai,voice_manual}'::text[]) c (channel)
  where private.is_suppressed('00000000-0000-4000-8000-000000000001', private.blind_index(p_phone,
    private.blind_key('00000000-0000-4000-8000-000000000001')), c.channel)
$$;

select pg_temp.stage_marked(true, '[{"v":"310-555-0101","refused":"dnc"}]') \g /dev/null
select is(pg_temp.closed('+13105550101'), null, 'a dry run suppresses nothing');
select pg_temp.stage_marked(false, '[{"v":"310-555-0101","refused":"dnc"},{"v":"310-555-0102","refused":"litigator"},
  {"v":"310-555-0103"}]') \g /dev/null
select is(pg_temp.closed('+13105550101'), 'sms voice_ai voice_manual', 'a number marked as do-not-call is refused');
select is(pg_temp.closed('+13105550102'), 'sms voice_ai voice_manual', 'a litigator''s number is refused');
select is(pg_temp.closed('+13105550103'), null, 'a number without a mark is not');
select is((select string_agg(distinct s.reason || ' ' || coalesce(s.channel, 'all'), ', ') from public.suppressions s
  where s.reason = 'litigator'), 'litigator all', 'a litigator is refused on every channel, for good');
select is((select count(distinct s.source) from public.suppressions s where s.source like 'list list-a, upload %'),
  1::bigint, 'the list is the source');
select pg_temp.stage_marked(false, '[{"v":"310-555-0101","refused":"dnc"},{"v":"310-555-0102","refused":"dnc"}]')
  \g /dev/null
select is((select count(*) from public.suppressions), 7::bigint,
  'the same mark again adds no row; another reason does');
select is((select count(*) from private.leads_staging_contacts where refused is not null), 5::bigint,
  'marked numbers are kept as contacts');
select throws_like($$insert into private.leads_staging_contacts select * from private.leads_staging_contacts
  where false; update private.leads_staging_contacts set refused = 'maybe'$$, '%refusal_is_known%',
  'other marks are not known');

select * from finish();
rollback;
