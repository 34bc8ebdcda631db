-- The page Settings, section Sources. Secrets are shown when they are made (rotate_source_secret), never again.

create function public.list_source_settings(p_org_id uuid, p_limit integer default 50, p_after text default null)
returns table (id uuid, key text, name text, active boolean, trust smallint, preset text, default_state text,
  default_city text, default_county text, max_part_bytes integer, parts_per_minute integer, version text,
  secrets jsonb, last_upload_at timestamptz, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_after, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return query
  select s.id, s.key, s.name, s.active, s.trust, s.preset, s.default_state, s.default_city, s.default_county,
    s.max_part_bytes, s.parts_per_minute, private.row_version(s.updated_at), (
      select coalesce(jsonb_agg(jsonb_build_object('made_at', x.created_at, 'ends_at', x.expires_at)
        order by x.created_at desc, x.id desc), '[]')
      from private.source_secrets x
      where x.org_id = s.org_id and x.source_id = s.id and (x.expires_at is null or x.expires_at > now())),
    (select max(u.received_at) from public.uploads u where u.org_id = s.org_id and u.source_id = s.id),
    jsonb_build_array(s.name, s.id)::text
  from public.sources s
  where s.org_id = p_org_id
    and (v_after is null or (s.name, s.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, s.id limit private.page_size(p_limit);
end
$$;
comment on function public.list_source_settings(uuid, integer, text) is
  'Sources of an org by name, with when their valid secrets were made and end, never the secrets. For owners, admins '
  'and the service. Raises SL111 and SL801. Definer: secrets belong to the owner.';

create function public.save_source(p_org_id uuid, p_source_id uuid, p_version text, p_values jsonb)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  s public.sources;
  v_new constant boolean := p_source_id is null;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.check_setting_names(p_values, '{key,name,active,trust,preset,default_state,default_city,'
    'default_county,max_part_bytes,parts_per_minute}');
  if v_new then
    s.active := true; s.trust := 50; s.max_part_bytes := 33554432; s.parts_per_minute := 120;
    s.key := p_values ->> 'key';
  else
    select x.* into s from public.sources x where x.org_id = p_org_id and x.id = p_source_id for no key update;
    if not found then
      raise exception 'source not found' using errcode = 'SL843';
    elsif private.row_version(s.updated_at) is distinct from p_version then
      raise exception 'somebody changed this source meanwhile: look at it again' using errcode = 'SL842';
    elsif coalesce(p_values ->> 'key', s.key) <> s.key then
      perform private.refuse_setting('the key of a source never changes: uploads name it');
    end if;
  end if;
  if exists (select from jsonb_each_text(p_values) e where case
    when e.key in ('trust', 'max_part_bytes', 'parts_per_minute') then coalesce(e.value, '') !~ '^[0-9]{1,8}$'
    when e.key = 'active' then coalesce(e.value, '') not in ('true', 'false')
    else length(e.value) > 200 end) then
    perform private.refuse_setting('trust, bytes and requests are whole numbers; texts have at most 200 characters');
  end if;
  s := jsonb_populate_record(s, p_values - 'key');
  s.name := btrim(s.name);
  if length(coalesce(s.name, '')) not between 1 and 200 then
    perform private.refuse_setting('a source has a name of 1 to 200 characters');
  end if;
  begin
    if v_new then
      insert into public.sources (org_id, key, name, active, trust, preset, default_state, default_city,
        default_county, max_part_bytes, parts_per_minute)
      values (p_org_id, s.key, s.name, s.active, s.trust, s.preset, s.default_state, s.default_city, s.default_county,
        s.max_part_bytes, s.parts_per_minute)
      returning * into s;
    else
      update public.sources x set name = s.name, active = s.active, trust = s.trust, preset = s.preset,
        default_state = s.default_state, default_city = s.default_city, default_county = s.default_county,
        max_part_bytes = s.max_part_bytes, parts_per_minute = s.parts_per_minute
      where x.org_id = p_org_id and x.id = p_source_id
      returning x.* into s;
    end if;
  exception
    when unique_violation then
      perform private.refuse_setting('this key is taken: choose another');
    when check_violation or not_null_violation then
      perform private.refuse_setting(case
        when sqlerrm ~ 'key' then 'a key has 3 to 63 small letters, digits, - and _'
        when sqlerrm ~ 'trust' then 'trust is 0 to 100'
        when sqlerrm ~ 'part_size' then 'the largest part is 1024 to 33554432 bytes'
        when sqlerrm ~ 'part_rate' then 'requests a minute are at least one'
        else 'the state is a code like CA' end);
  end;
  return jsonb_build_object('id', s.id, 'version', private.row_version(s.updated_at));
end
$$;
comment on function public.save_source(uuid, uuid, text, jsonb) is
  'Adds a source (without p_source_id; it has no secret yet) or changes one: p_values {key, name, active, trust, preset, '
  'default_state, default_city, default_county, max_part_bytes, parts_per_minute}. p_version: of the source that was '
  'read. Returns {id, version}. For owners, admins and the service. Raises SL111, SL841 (not valid), SL842 (changed '
  'meanwhile) and SL843 (not found). Definer: one check for all callers.';

revoke execute on function public.list_source_settings(uuid, integer, text),
  public.save_source(uuid, uuid, text, jsonb) from public, anon;
grant execute on function public.list_source_settings(uuid, integer, text),
  public.save_source(uuid, uuid, text, jsonb) to authenticated, service_role;
