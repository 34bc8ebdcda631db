-- Rows as jsonb: its keys are sorted, so the hash does not depend on the order of columns, which differs between a
-- migrated database and a fresh one.
create function private.gate_data_hash() returns text
language sql stable set search_path = '' set datestyle = 'ISO' as $$
  select encode(sha256(convert_to(string_agg(line, E'\n' order by line collate "C"), 'UTF8')), 'hex')
  from (
    select 'law ' || to_jsonb(x)::text as line from public.calling_laws x
    union all select 'window ' || to_jsonb(x)::text from public.calling_windows x
    union all select 'holiday ' || to_jsonb(x)::text from public.holidays x
    union all select 'state ' || to_jsonb(x)::text from public.state_rules x
    union all select 'rule ' || to_jsonb(x)::text from public.gate_rules x
    union all select 'zip ' || to_jsonb(x)::text from public.zip_zones x
    union all select 'area ' || to_jsonb(x)::text from public.area_code_zones x
  ) all_rules
$$;
comment on function private.gate_data_hash() is
  'SHA-256 of every row of the rule data. A release stores it in rule_sets; a difference means that the data was '
  'changed without a new version.';
