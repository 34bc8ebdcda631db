-- Search by name, address, ZIP, phone and e-mail. A phone or e-mail is looked up by its blind index, whole, and each
-- look-up is logged as a reveal is: whoever asks learns whether we know the person.

create function private.search_name(p_last text, p_first text, p_full text) returns text
language sql immutable parallel safe as $$
  select lower(left(coalesce(p_last || coalesce(' ' || p_first, ''), p_full), 100))
$$;
comment on function private.search_name(text, text, text) is
  'What a search by name compares: the last name and the first, otherwise the whole name.';
revoke execute on function private.search_name(text, text, text) from public;
grant execute on function private.search_name(text, text, text) to authenticated, pipeline_writer, service_role;
create index leads_search_name_idx on public.leads
  (org_id, (private.search_name(owner_1_last, owner_1_first, owner_full)) collate "C", id)
  where owner_1_last is not null or owner_full is not null;
create index leads_place_idx on public.leads (org_id, situs_zip, county_fips, id) where situs_zip is not null;
-- The map by score reads this index alone.
create index leads_score_place_idx on public.leads (org_id, lead_score, county_fips, situs_zip)
  where situs_zip is not null;
create index leads_worked_idx on public.leads (org_id, status, id) where status <> 'new';

create function private.search_kind(p_query text) returns text
language sql immutable parallel safe as $$
  select case when q = '' then 'filter' when q ~ '^\S+@\S+$' then 'email'
    when q ~ '^[0-9]{5}(-[0-9]{4})?$' then 'zip'
    when q !~ '[[:alpha:]]' and length(regexp_replace(q, '[^0-9]', '', 'g')) between 10 and 15 then 'phone'
    when q ~ '^[0-9]+[0-9A-Za-z-]*\s+\S' then 'address' else 'name' end
  from (select btrim(coalesce(p_query, '')) as q) x
$$;
comment on function private.search_kind(text) is 'What somebody searches for: name, address, zip, phone, email, or '
  'nothing.';

create function private.escape_like(p_text text) returns text
language sql immutable parallel safe as $$
  select replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_')
$$;
comment on function private.escape_like(text) is 'A text as LIKE compares it word for word.';

create function private.log_lookup(p_org_id uuid, p_lead_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_limit integer;
begin
  perform pg_advisory_xact_lock(hashtextextended(format('reveal %s %s', p_org_id, auth.uid()), 0));
  select coalesce((o.settings ->> 'reveals_per_hour')::integer, 120) into v_limit from public.orgs o
  where o.id = p_org_id;
  if not private.is_trusted_caller() and (
    select count(distinct a.accessed_at) from private.pii_access_log a
    where a.org_id = p_org_id and a.user_id = auth.uid() and a.subject = 'search'
      and a.accessed_at > now() - interval '1 hour') >= v_limit then
    raise exception 'at most % phones and e-mail addresses are looked up within an hour', v_limit
      using errcode = 'SL803';
  end if;
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown, subject, reason)
  select p_org_id, x.id, auth.uid(), session_user, 0, 'search', 'look-up of a phone or e-mail address'
  from (select unnest(p_lead_ids) as id union all select null where coalesce(cardinality(p_lead_ids), 0) = 0) x;
end
$$;
comment on function private.log_lookup(uuid, uuid[]) is
  'Logs a look-up by value, with the leads that it found. Raises SL803 over the hourly limit (reveals_per_hour). '
  'Definer: the log belongs to the owner.';

create function private.desk_condition(p_org_id uuid, p_filter jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_column text;
  -- What the policies of leads say, for the planner: whoever does not see the org sees the leads of own brokers.
  v_where text := format('l.org_id = %L', p_org_id)
    || case when p_org_id = any (private.my_org_ids('{owner,admin,viewer}')) then ''
      else format(' and l.assigned_broker_id = any (%L)', private.my_broker_ids()) end;
begin
  -- Literals, so that the planner sees which index of few rows fits.
  foreach v_column in array '{status,campaign_status,county_fips,situs_zip,situs_state,campaign_id}'::text[] loop
    if p_filter ? v_column then
      v_where := v_where || format(' and l.%I = %L', v_column, p_filter ->> v_column);
    end if;
  end loop;
  if p_filter ? 'broker_id' then
    v_where := v_where || format(' and l.assigned_broker_id = %L', p_filter ->> 'broker_id');
  end if;
  if p_filter ? 'min_score' and private.has_scores(p_org_id) then
    v_where := v_where || format(' and coalesce((select s.score from public.lead_scores s where s.org_id = l.org_id '
      'and s.lead_id = l.id), l.lead_score) >= %L', p_filter ->> 'min_score');
  elsif p_filter ? 'min_score' then
    v_where := v_where || format(' and l.lead_score >= %L', p_filter ->> 'min_score');
  end if;
  return v_where;
end
$$;
comment on function private.desk_condition(uuid, jsonb) is
  'The condition on leads l of an org: what the caller may see, and the filters.';

create function private.find_for_desk(p_org_id uuid, p_query text, p_filter jsonb, p_after jsonb, p_limit integer)
returns table (lead_id uuid, place text)
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_query constant text := btrim(coalesce(p_query, ''));
  v_kind constant text := private.search_kind(p_query);
  v_whole constant boolean := p_org_id = any (private.my_org_ids('{owner,admin,viewer}'));
  v_brokers uuid[] := private.my_broker_ids();
  v_place constant text := coalesce(p_after ->> 0, '');
  v_id constant uuid := coalesce((p_after ->> 1)::uuid, '00000000-0000-0000-0000-000000000000');
  v_words text[];
  v_prefix text;
  v_value text;
  v_found uuid[];
  v_where text;
  v_sql text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  end if;
  v_where := private.desk_condition(p_org_id, p_filter);
  if v_kind in ('phone', 'email') then
    v_value := case v_kind when 'email' then private.normalise_email(v_query)
      else private.normalise_phone(v_query) end;
    v_found := array(select c.lead_id from public.contact_points c
      where v_value is not null and c.org_id = p_org_id and c.value_bidx = private.contact_index(p_org_id, v_value));
    v_sql := format('select l.id, '''' from public.leads l where l.id = any ($4) and %s and l.id > $6 '
      'order by l.id limit $7', v_where);
  elsif v_kind = 'zip' then
    v_sql := format('select l.id, l.situs_zip from public.leads l where l.situs_zip = left($5, 5) and %s '
      'and l.id > $6 order by l.id limit $7', v_where);
    v_prefix := v_query;
  elsif v_kind = 'address' then
    v_words := regexp_split_to_array(upper(regexp_replace(v_query, '[^0-9A-Za-z ]', ' ', 'g')), '\s+');
    v_prefix := '%' || array_to_string(v_words[2:], '%') || '%';
    v_sql := format('select l.id, l.situs_street from public.leads l where l.situs_house_number = $8 '
      'and l.addr_hash is not null and upper(concat_ws('' '', l.situs_street, l.situs_unit, l.situs_city, '
      'l.situs_state, l.situs_zip)) like $5 and %s and (l.situs_street, l.id) > ($9, $6) '
      'order by l.situs_street, l.id limit $7', v_where);
  elsif v_kind = 'name' then
    -- The position is no comparison of rows: that would be where a scan of the index begins.
    v_words := regexp_split_to_array(lower(v_query), '[\s,]+');
    v_prefix := private.escape_like(array_to_string(v_words, ' ')) || '%';
    v_sql := format($q$
      select x.id, x.place from (
        (select l.id, %2$s as place from public.leads l
        where (l.owner_1_last is not null or l.owner_full is not null)
          and %2$s like $5
          and %2$s >= $9 and (%2$s > $9 or l.id > $6) and %1$s
        order by %2$s, l.id limit $7)
        union
        (select l.id, %2$s from public.leads l
        where $8 is not null and (l.owner_1_last is not null or l.owner_full is not null)
          and %2$s like $8
          and %2$s >= $9 and (%2$s > $9 or l.id > $6) and %1$s
        order by %2$s, l.id limit $7)) x
      order by x.place, x.id limit $7$q$, v_where,
      'private.search_name(l.owner_1_last, l.owner_1_first, l.owner_full) collate "C"');
  else
    v_sql := format('select l.id, '''' from public.leads l where %s and l.id > $6 order by l.id limit $7', v_where);
  end if;
  for lead_id, place in execute v_sql using p_org_id, null::text, null::text, v_found, v_prefix, v_id, p_limit,
    case v_kind when 'address' then v_words[1] when 'name' then case when cardinality(v_words) > 1 then
      -- "Jo Ames" is listed under Ames.
      private.escape_like(v_words[cardinality(v_words)]) || '% '
        || private.escape_like(array_to_string(v_words[:cardinality(v_words) - 1], ' ')) || '%' end end, v_place
  loop
    return next;
  end loop;
  if v_kind in ('phone', 'email') then
    perform private.log_lookup(p_org_id, array(select l.id from public.leads l
      where l.org_id = p_org_id and l.id = any (v_found) and (v_whole or l.assigned_broker_id = any (v_brokers))));
  end if;
end
$$;
comment on function private.find_for_desk(uuid, text, jsonb, jsonb, integer) is
  'The leads of an org that the caller may see and that a search finds, in the order of its keyset. Raises SL803. '
  'Definer: as desk_search.';
revoke execute on function private.search_kind(text), private.escape_like(text), private.log_lookup(uuid, uuid[]),
  private.desk_condition(uuid, jsonb), private.find_for_desk(uuid, text, jsonb, jsonb, integer) from pipeline_writer;

create function private.check_desk_filter(p_filter jsonb) returns void
language plpgsql stable set search_path = '' as $$
begin
  if jsonb_typeof(coalesce(p_filter, '{}')) <> 'object' or exists (select from jsonb_object_keys(p_filter) k
    where k not in ('status', 'campaign_status', 'county_fips', 'situs_zip', 'situs_state', 'campaign_id',
      'broker_id', 'min_score')) then
    raise exception 'filters are status, campaign_status, county_fips, situs_zip, situs_state, campaign_id, '
      'broker_id and min_score' using errcode = 'SL802';
  end if;
  perform (p_filter ->> 'status')::public.lead_status, (p_filter ->> 'campaign_status')::public.campaign_status,
    (p_filter ->> 'campaign_id')::uuid, (p_filter ->> 'broker_id')::uuid, (p_filter ->> 'min_score')::integer;
exception when invalid_text_representation or numeric_value_out_of_range then
  raise exception 'a filter has a value that does not exist' using errcode = 'SL802';
end
$$;
comment on function private.check_desk_filter(jsonb) is 'Raises SL802 for an unknown filter or value.';
revoke execute on function private.check_desk_filter(jsonb) from pipeline_writer;

create function public.desk_search(p_query text default '', p_filter jsonb default '{}', p_org_id uuid default null,
  p_limit integer default 20, p_cursor text default null)
returns table (org_id uuid, lead_id uuid, owner_full text, address text, situs_city text, situs_state text,
  situs_zip text, county_fips text, lead_score smallint, status public.lead_status,
  campaign_status public.campaign_status, broker_id uuid, broker text, matched text, cursor text)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_org constant uuid := coalesce(p_org_id, (private.my_org_ids())[1]);
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.check_desk_filter(p_filter);
  return query
  select l.org_id, l.id, coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), l.situs_city, l.situs_state,
    l.situs_zip, l.county_fips, coalesce(s.score, l.lead_score), l.status, l.campaign_status, l.assigned_broker_id,
    b.name, private.search_kind(p_query), jsonb_build_array(f.place, l.id)::text
  from private.find_for_desk(v_org, p_query, coalesce(p_filter, '{}'), v_after, private.page_size(p_limit))
    with ordinality f (lead_id, place, n)
  join public.leads l on l.org_id = v_org and l.id = f.lead_id and private.sees_lead(v_org, f.lead_id)
  left join public.lead_scores s on s.org_id = l.org_id and s.lead_id = l.id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  order by f.n;
end
$$;
comment on function public.desk_search(text, jsonb, uuid, integer, text) is
  'Finds leads that the caller may see by the beginning of a name, an address that begins with its number, a ZIP '
  'code, or a whole phone or e-mail address, which is logged; p_filter narrows it: status, campaign_status, '
  'county_fips, situs_zip, situs_state, campaign_id, broker_id, min_score. Without a query, all leads in a fixed '
  'order. Names are in alphabetical order. Raises SL801, SL802, SL803 (too many look-ups). Definer: the policies of '
  'leads keep comparisons from the indexes; only leads that sees_lead shows come back.';

create function private.count_for_desk(p_org_id uuid, p_filter jsonb, p_by text, p_limit integer)
returns table (place text, leads bigint)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_custom_plan as $$
declare
  v_column constant text := case p_by when 'zip' then 'situs_zip' else 'county_fips' end;
  v_where text;
begin
  if not p_org_id = any (private.my_org_ids()) then
    return;
  elsif p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))
    and p_filter - '{campaign_status,county_fips,situs_zip,situs_state}'::text[] = '{}' then
    return query
    select x.place, sum(x.leads)::bigint
    from (
      select c.leads, c.situs_zip, c.county_fips, c.situs_state, c.campaign_status,
        case p_by when 'zip' then c.situs_zip else c.county_fips end as place
      from private.place_counts c where c.org_id = p_org_id
      union all
      select d.leads, d.situs_zip, d.county_fips, d.situs_state, d.campaign_status,
        case p_by when 'zip' then d.situs_zip else d.county_fips end
      from private.place_deltas d where d.org_id = p_org_id) x
    where x.place is not null and (p_filter ->> 'situs_zip' is null or x.situs_zip = p_filter ->> 'situs_zip')
      and (p_filter ->> 'county_fips' is null or x.county_fips = p_filter ->> 'county_fips')
      and (p_filter ->> 'situs_state' is null or x.situs_state = p_filter ->> 'situs_state')
      and (p_filter ->> 'campaign_status' is null or x.campaign_status::text = p_filter ->> 'campaign_status')
    group by 1 having sum(x.leads) > 0 order by 2 desc, 1 limit p_limit;
    return;
  end if;
  v_where := private.desk_condition(p_org_id, p_filter);
  return query execute format('select l.%1$I, count(*) from public.leads l where l.situs_zip is not null '
    'and l.%1$I is not null and %2$s group by 1 order by 2 desc, 1 limit $1', v_column, v_where) using p_limit;
end
$$;
comment on function private.count_for_desk(uuid, jsonb, text, integer) is
  'How many leads that the caller may see are in each county or ZIP code. By place and state of outreach alone they '
  'are counted already (private.place_counts); otherwise the leads are. Definer: as find_for_desk.';
revoke execute on function private.count_for_desk(uuid, jsonb, text, integer) from pipeline_writer;

create function public.desk_map(p_filter jsonb default '{}', p_org_id uuid default null, p_by text default 'county',
  p_limit integer default 500)
returns table (place text, name text, state text, leads bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.check_desk_filter(p_filter);
  if p_by is null or p_by not in ('county', 'zip') then
    raise exception 'count by county or zip' using errcode = 'SL802';
  end if;
  return query
  select c.place, y.name, coalesce(y.state, z.state), c.leads
  from private.count_for_desk(coalesce(p_org_id, (private.my_org_ids())[1]), coalesce(p_filter, '{}'), p_by,
    least(greatest(coalesce(p_limit, 500), 1), 5000)) c
  left join public.us_counties y on p_by = 'county' and y.fips = c.place
  left join lateral (select u.state from public.zip_counties x join public.us_counties u on u.fips = x.fips
    where p_by = 'zip' and x.zip = c.place limit 1) z on true
  order by c.leads desc, c.place;
end
$$;
comment on function public.desk_map(jsonb, uuid, text, integer) is
  'How many leads that the caller may see are in each county or ZIP code (p_by), the fullest first, with the filters '
  'of desk_search; leads without a ZIP code are not counted. Raises SL802. Definer: as desk_search.';
revoke execute on function public.desk_search(text, jsonb, uuid, integer, text),
  public.desk_map(jsonb, uuid, text, integer) from public, anon;
grant execute on function public.desk_search(text, jsonb, uuid, integer, text),
  public.desk_map(jsonb, uuid, text, integer) to authenticated;
