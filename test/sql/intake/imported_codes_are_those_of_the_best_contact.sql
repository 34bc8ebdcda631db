begin;
\ir ../support/deliver.sql
select no_plan();
create function pg_temp.codes(p_apn text) returns text language sql as $$
  select concat_ws(' ', l.phone_verified, l.phone_verification_codes, l.email_verified, l.email_verification_codes)
  from public.leads l where l.org_id = '00000000-0000-4000-8000-000000000001' and l.apn = p_apn
$$;
-- Flags and codes as the contact points have them: what an import writes and what a later change derives are equal.
create function pg_temp.derived(p_apn text) returns boolean language plpgsql as $$
declare
  v_before constant text := pg_temp.codes(p_apn);
begin
  perform private.refresh_verification(l.org_id, array[l.id]) from public.leads l where l.apn = p_apn;
  return v_before = pg_temp.codes(p_apn);
end
$$;
-- Several phones in one row, each with its codes.
create function pg_temp.stage(p_rows jsonb) returns uuid language plpgsql as $$
declare
  v record;
  v_state text;
begin
  select * into v from private.accept_part((select id from public.sources where key = 'list-a'),
    gen_random_uuid()::text, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 1, null, null, null, null, false,
    null, gen_random_uuid(), now());
  perform private.open_stage();
  insert into stage_in (line_no, fips, apn, owner_1_last, phones, emails, attributes, warnings, raw)
  select n + 1, '06037', r ->> 'apn', r ->> 'last', r -> 'phones', r -> 'emails', '{}', '{}', '[]'
  from jsonb_array_elements(p_rows) with ordinality e (r, n);
  perform private.stage_rows(v.part_id);
  update public.upload_parts set state = 'staged', staged_at = now() where id = v.part_id;
  loop
    v_state := private.resolve_upload(v.upload_id, now());
    exit when v_state <> 'more';
  end loop;
  perform set_config('sluice.actor', '', true), set_config('sluice.upload_id', '', true);
  return v.upload_id;
end
$$;
select pg_temp.stage('[
  {"apn": "90-1", "last": "Ames", "phones": [{"v": "3105550101", "codes": "PE01"},
    {"v": "3105550102", "codes": "PS01,PS07"}]},
  {"apn": "90-2", "last": "Bell", "phones": [{"v": "3105550103", "codes": "PS02"}, {"v": "3105550104"}],
    "emails": [{"v": "a@example.com", "codes": "EE04"}, {"v": "b@example.com", "codes": "ES01"}]},
  {"apn": "90-3", "last": "Cole", "phones": [{"v": "3105550105", "refused": "wrong", "codes": "PS01"},
    {"v": "3105550106", "codes": "PS08"}]},
  {"apn": "90-4", "last": "Dean", "phones": [{"v": "3105550107", "codes": "PE05"}]},
  {"apn": "90-4", "last": "Dean", "phones": [{"v": "3105550108", "codes": "PS01"}]},
  {"apn": "90-5", "last": "Eads", "phones": [{"v": "3105550109", "codes": "PS01"}]},
  {"apn": "90-5", "last": "Eads", "phones": [{"v": "3105550109", "codes": "PE01"},
    {"v": "3105550110", "codes": "PS02"}]}
]') \gset ignored_
select is(pg_temp.codes('901'), 't {PS01,PS07} f {}', 'the codes of the phone that works');
select is(pg_temp.codes('902'), 'f {PS02} t {ES01}', 'without one that works, those of the first; e-mails likewise');
select is(pg_temp.codes('903'), 'f {PS08} f {}',
  'a phone that the list calls wrong comes last, whatever its codes say');
select is(pg_temp.codes('904'), 't {PS01} f {}', 'of two rows of a lead the phone that works');
select is(pg_temp.codes('905'), 'f {PS02} f {}', 'a phone that a later row calls invalid loses to another one');
select ok(bool_and(pg_temp.derived(a)), 'and a later change derives the same: ' || string_agg(a, ' '))
from unnest('{901,902,903,904,905}'::text[]) a;
select pg_temp.stage('[{"apn": "90-3", "last": "Cole",
  "phones": [{"v": "3105550111", "codes": "PS01"}]}]') \gset ignored_
select is(pg_temp.codes('903'), 't {PS01} f {}', 'a later list brings a better one');
select * from finish();
rollback;
