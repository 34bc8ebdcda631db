-- import_businesses: written by hand from sql/10_tenancy/30_packs.sql and sql/80_prospects/70_import_businesses.sql.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

create or replace function private.tg_require_pack() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- A rotation of keys reaches packs that are off, or the old key could never be destroyed.
  if tg_op = 'UPDATE' and not exists (select from public.org_packs o
      where o.org_id = new.org_id and o.pack = tg_argv[0])
    and (select bool_and(to_jsonb(new) -> k = to_jsonb(old) -> k) from jsonb_object_keys(to_jsonb(new)) k
      where k !~ '(_cipher|^key_id)$')
  then
    return new;
  end if;
  perform private.require_pack(new.org_id, tg_argv[0]);
  return new;
end
$$;
comment on function private.tg_require_pack() is
  'Trigger on every table of a pack that belongs to orgs, before insert and update: refuses rows of an org without the '
  'pack (SL141). Deleting stays possible, so that an erasure needs no pack, and so does encrypting with another key. The '
  'argument names the pack.';

create function public.import_businesses(p_org_id uuid, p_businesses jsonb, p_provider text default 'member')
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_item jsonb;
  v_found jsonb;
  v_counts jsonb := '{"new": 0, "known": 0, "without_name": 0}';
  v_key text;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  if jsonb_typeof(p_businesses) is distinct from 'array' or jsonb_array_length(p_businesses) > 1000
    or p_provider in ('website', '*')
  then
    raise exception 'a list of at most 1000 businesses, and member or a provider of bought data, are required'
      using errcode = 'SL716';
  end if;
  for v_item in select i.value from jsonb_array_elements(p_businesses) i loop
    v_found := private.record_business(p_org_id, p_provider, v_item, null, now());
    v_key := case when v_found ? 'reason' then 'without_name' when (v_found -> 'is_new')::boolean then 'new'
      else 'known' end;
    v_counts := v_counts || jsonb_build_object(v_key, (v_counts ->> v_key)::integer + 1);
  end loop;
  return v_counts;
end
$$;
comment on function public.import_businesses(uuid, jsonb, text) is
  'Records businesses [{name, website, street, city, state, zip, phones: [], emails: []}] of a list: member for one''s '
  'own, or the provider of bought data, whose terms decide (SL701). Returns {new, known, without_name}. For owners, admins '
  'and the service. Raises SL111, SL141, SL701 and SL716. Definer: businesses are written by functions only.';
revoke execute on function public.import_businesses(uuid, jsonb, text) from public, anon;
grant execute on function public.import_businesses(uuid, jsonb, text) to authenticated, service_role;
