-- Businesses from a list of one's own, or one that was bought under terms that let it be kept.

create function public.import_businesses(p_org_id uuid, p_businesses jsonb, p_provider text default 'member')
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_item jsonb;
  v_found jsonb;
  v_counts jsonb := jsonb '{"new": 0, "known": 0, "without_name": 0}';
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
