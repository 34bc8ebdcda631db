-- The first call of every page, and the lists of small things that pages choose from.

create function public.desk_me()
returns table (org_id uuid, org_name text, time_zone text, role public.member_role, user_id uuid, email text,
  broker_id uuid, broker_name text)
language sql stable set search_path = '' as $$
  select m.org_id, o.name, o.time_zone, m.role, m.user_id, auth.jwt() ->> 'email', b.id, b.name
  from public.members m
  join public.orgs o on o.id = m.org_id
  left join public.brokers b on b.org_id = m.org_id and b.user_id = m.user_id
  where m.user_id = (select auth.uid())
  order by o.name, m.org_id
  limit 200
$$;
comment on function public.desk_me() is 'The orgs of the caller, with the role and the broker record there.';

create function public.saved_views_of(p_org_id uuid, p_page text)
returns table (id uuid, name text, query text)
language sql stable set search_path = '' as $$
  select v.id, v.name, v.query from public.saved_views v
  where v.org_id = p_org_id and v.user_id = (select auth.uid()) and v.page = p_page
  order by v.name, v.id
  limit 100
$$;
comment on function public.saved_views_of(uuid, text) is 'The caller''s own views of a page, by name.';

create function public.save_view(p_org_id uuid, p_page text, p_name text, p_query text) returns uuid
language sql volatile set search_path = '' as $$
  insert into public.saved_views (org_id, page, name, query) values (p_org_id, p_page, btrim(p_name), p_query)
  on conflict on constraint view_is_named_once do update set query = excluded.query
  returning id
$$;
comment on function public.save_view(uuid, text, text, text) is
  'Keeps the filters of a page under a name; the same name is overwritten. Returns its id.';

create function public.drop_view(p_id uuid) returns boolean
language sql volatile set search_path = '' as $$
  with gone as (delete from public.saved_views v where v.id = p_id and v.user_id = (select auth.uid()) returning 1)
  select exists (select from gone)
$$;
comment on function public.drop_view(uuid) is 'Removes a view of the caller; whether there was one.';

create function public.list_sources(p_org_id uuid, p_limit integer default 200, p_cursor text default null)
returns table (source_id uuid, key text, name text, cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  return query
  select s.id, s.key, s.name, jsonb_build_array(s.name, s.id)::text from public.sources s
  where s.org_id = p_org_id and (v_after is null or (s.name, s.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, s.id limit private.page_size(p_limit);
end
$$;
comment on function public.list_sources(uuid, integer, text) is
  'The sources of an org by name, to upload a list for. Raises SL801.';

revoke execute on function public.desk_me(), public.saved_views_of(uuid, text),
  public.save_view(uuid, text, text, text), public.drop_view(uuid), public.list_sources(uuid, integer, text)
  from public, anon;
grant execute on function public.desk_me(), public.saved_views_of(uuid, text),
  public.save_view(uuid, text, text, text), public.drop_view(uuid), public.list_sources(uuid, integer, text)
  to authenticated;
