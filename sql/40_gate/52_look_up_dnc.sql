create type private.dnc_result as (
  federal_listed boolean, registry_obtained_at timestamptz, states_listed text[], litigator boolean,
    internal_at timestamptz,
  list_ids integer[], load_id bigint);
comment on type private.dnc_result is
  'The status of one number. federal_listed is null when no copy of its area code was ever loaded; list_ids are the '
  'lists that contain it; load_id is the last load that was considered.';

create function private.look_up_dnc(p_phone text, p_org_id uuid) returns private.dnc_result
language plpgsql volatile security definer set search_path = '' as $$
declare
  f private.dnc_result;
  v_hash bigint;
  v_area smallint;
begin
  select max(l.id) into f.load_id from private.dnc_loads l;
  f.load_id := coalesce(f.load_id, 0);
  f.states_listed := '{}';
  f.litigator := false;
  f.list_ids := '{}';
  if p_phone is null or p_phone !~ '^\+1[2-9][0-9]{9}$' or f.load_id = 0 then
    return f;
  end if;
  v_hash := private.dnc_hash(substr(p_phone, 3)::bigint, private.dnc_key());
  v_area := substr(p_phone, 3, 3)::smallint;
  select bool_or(x.listed) filter (where x.kind = 'national'),
    max(x.obtained_at) filter (where x.kind = 'national'),
    coalesce(array_agg(x.state order by x.state) filter (where x.listed and x.kind = 'state'), '{}'),
    coalesce(bool_or(x.listed) filter (where x.kind = 'litigator'), false),
    max(x.obtained_at) filter (where x.listed and x.kind = 'internal'),
    coalesce(array_agg(x.id order by x.id) filter (where x.listed), '{}')
  into f.federal_listed, f.registry_obtained_at, f.states_listed, f.litigator, f.internal_at, f.list_ids
  from (
    select l.id, l.kind, l.state, l.obtained_at, coalesce((
      select v_hash = any (n.hashes) from private.dnc_numbers n
      where n.list_id = l.id and n.bucket = private.dnc_bucket(v_hash)), false) as listed
    from private.dnc_lists l
    where (l.kind = 'national' and l.area_code = v_area and l.state is null and l.org_id is null)
      or l.kind in ('state', 'litigator') or (l.kind = 'internal' and l.org_id = p_org_id)
  ) x;
  return f;
end
$$;
comment on function private.look_up_dnc(text, uuid) is
  'Looks up an E.164 number in every list. Definer: only the owner may read lists and their key; the caller learns '
  'only about a number that it knows.';

create function private.is_on_state_dnc_list(p_states text[], p_listed text[], p_as_of timestamptz,
  p_max_days integer default 31)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select case
      when cardinality(p_listed) > 0 then true
      when exists (
        select from private.dnc_list_states o
        where o.state = any (p_states) and not exists (
          select from private.dnc_lists l
          where l.kind = 'state' and l.state = o.state and l.obtained_at <= p_as_of
            and l.obtained_at > p_as_of - make_interval(days => p_max_days))) then null
      else false end);
end
$$;
comment on function private.is_on_state_dnc_list(text[], text[], timestamptz, integer) is
  'The fact dnc.state_listed: true on any state''s list; null (unknown) when the person could be in a state with a '
  'list of its own of which there is no copy, or none newer than p_max_days; otherwise false. Definer: only the '
  'owner may read the lists.';
revoke execute on function private.look_up_dnc(text, uuid),
  private.is_on_state_dnc_list(text[], text[], timestamptz, integer)
  from pipeline_writer;
