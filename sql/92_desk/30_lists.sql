-- The page Lists: uploads by members, their reports, the mapping of columns.

create function public.source_for_upload(p_key text)
returns table (source_id uuid, org_id uuid, max_part_bytes integer, parts_per_minute integer)
language sql stable security definer set search_path = '' as $$
  with named as (
    select s.* from public.sources s
    where s.active and s.org_id = any (private.my_org_ids('{owner,admin}')) and (s.key = p_key
      or s.id = case when p_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_key::uuid end)
  )
  -- Two orgs of one person may have the same key: neither is meant more than the other.
  select n.id, n.org_id, n.max_part_bytes, n.parts_per_minute from named n where (select count(*) from named) = 1
$$;
comment on function public.source_for_upload(text) is
  'The source with the key or id and its limits (bytes, requests a minute), for owners and admins of its org who upload in a '
  'browser; no row for all others, or where several of their orgs have the key. Definer: one answer for unknown sources and those of others.';

create function public.begin_member_upload(p_key text, p_webhook_id text, p_upload_id uuid default null,
  p_part integer default 1)
returns table (source_id uuid, org_id uuid, max_part_bytes integer, parts_per_minute integer)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v record;
begin
  select s.* into v from public.source_for_upload(p_key) s;
  if not found then
    return;
  end if;
  if p_part = 1 then
    perform private.record_audit(v.org_id, 'upload.sent', p_upload_id::text, jsonb_strip_nulls(jsonb_build_object(
      'source_id', v.source_id, 'webhook_id', left(p_webhook_id, 256))));
  end if;
  return query select v.source_id, v.org_id, v.max_part_bytes, v.parts_per_minute;
end
$$;
comment on function public.begin_member_upload(text, text, uuid, integer) is
  'As source_for_upload, and writes the first part of an upload to the audit log under the name of the member. csv-upload '
  'calls it before it accepts a part. Definer: the log belongs to the owner.';

create function public.list_uploads(p_org_id uuid, p_source_id uuid default null, p_limit integer default 50,
  p_before timestamptz default null, p_before_id uuid default null)
returns table (id uuid, source_id uuid, source text, kind text, state public.upload_state, dry_run boolean,
  filename text, received_at timestamptz, completed_at timestamptz, undone_at timestamptz, rerun_of uuid, parts bigint,
  parts_expected integer, received bigint, staged bigint, created bigint, updated bigint, unchanged bigint,
  merged bigint, conflict bigint, rejected bigint, open_conflicts bigint, error text)
language sql stable set search_path = '' as $$
  select u.id, u.source_id, s.name, u.kind, u.state, u.dry_run, u.filename, u.received_at, u.completed_at, u.undone_at,
    u.rerun_of_upload_id, coalesce(p.parts, 0), u.parts_expected, p.received, p.staged, p.created, p.updated,
    p.unchanged, p.merged, p.conflict, p.rejected,
    (select count(*) from public.lead_conflicts c where c.org_id = u.org_id and c.upload_id = u.id and c.state = 'open'),
    u.error
  from (
    select x.* from public.uploads x
    where x.org_id = p_org_id and (p_source_id is null or x.source_id = p_source_id)
      and (p_before is null or (x.received_at, x.id)
        < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by x.received_at desc, x.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)) u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as parts, sum(x.received) as received, sum(x.staged) as staged, sum(x.created) as created,
      sum(x.updated) as updated, sum(x.unchanged) as unchanged, sum(x.merged) as merged, sum(x.conflict) as conflict,
      sum(x.rejected) as rejected
    from public.upload_parts x where x.upload_id = u.id) p on true
  order by u.received_at desc, u.id desc
$$;
comment on function public.list_uploads(uuid, uuid, integer, timestamptz, uuid) is
  'Uploads that the caller may see, newest first, with their counts; p_before and p_before_id: received_at and id of the '
  'last row of the page before. upload_status has the details of one.';

create function public.list_rejects(p_upload_id uuid, p_limit integer default 50, p_after_part integer default 0,
  p_after_line integer default 0)
returns table (part integer, line integer, file_line integer, code text, detail text, replayed_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role((select u.org_id from public.uploads u where u.id = p_upload_id), '{owner,admin,viewer}');
  return query
  select r.part, r.line, b.before + r.line, r.code, r.detail, r.replayed_at
  from public.upload_rejects r left join private.lines_before(p_upload_id) b on b.part = r.part
  where r.upload_id = p_upload_id and (r.part, r.line) > (coalesce(p_after_part, 0), coalesce(p_after_line, 0))
  order by r.part, r.line limit private.page_size(p_limit);
end
$$;
comment on function public.list_rejects(uuid, integer, integer, integer) is
  'Rows of an upload that became no lead, with the line in the file and the reason; p_after_part and p_after_line: of the '
  'last row of the page before. The rows themselves are in csv-upload/ID/rejects.csv, which is logged. For owners, '
  'admins, viewers and the service. Raises SL111. Definer: one check for all callers.';

create function public.source_columns(p_source_id uuid)
returns table (header text, target text, how text, set_by_hand boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  s public.sources;
begin
  select x.* into s from public.sources x where x.id = p_source_id;
  perform private.require_role(s.org_id, '{owner,admin,viewer}');
  return query
  with last as (
    select u.mapping from public.uploads u
    where u.org_id = s.org_id and u.source_id = s.id and u.mapping <> '[]' order by u.received_at desc limit 1
  ), read as (
    select m.x ->> 'header' as header, m.x ->> 'field' as field, m.x ->> 'how' as how, m.n
    from last l cross join lateral jsonb_array_elements(l.mapping) with ordinality m (x, n)
  )
  select coalesce(r.header, k.key), case when k.key is not null then k.value #>> '{}' else r.field end,
    case when k.key is not null then 'column_map' else r.how end, k.key is not null
  from read r full join jsonb_each(s.column_map) k (key, value) on k.key = r.header
  order by r.n nulls last, 1;
end
$$;
comment on function public.source_columns(uuid) is
  'Columns of the last list of a source with the target of each (null: left out), how it was found, and whether the '
  'column map of the source says so. For owners, admins, viewers and the service. Raises SL111. Definer: one check for '
  'all callers.';

create function public.map_columns(p_source_id uuid, p_entries jsonb, p_seen jsonb default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  s public.sources;
begin
  select x.* into s from public.sources x where x.id = p_source_id for no key update;
  perform private.require_role(s.org_id, '{owner,admin}');
  if jsonb_typeof(p_entries) is distinct from 'object' then
    raise exception 'the entries are an object: header to target, or null' using errcode = 'SL207';
  elsif p_seen is not null and p_seen <> s.column_map then
    raise exception 'somebody changed the column map meanwhile: read it again' using errcode = 'SL213';
  end if;
  update public.sources x set column_map = x.column_map || p_entries where x.id = p_source_id
  returning x.* into s;
  return s.column_map;
end
$$;
comment on function public.map_columns(uuid, jsonb, jsonb) is
  'Adds entries to the column map of a source, {"Their Header": "street"}; null leaves the column out. Returns the map. '
  'p_seen: the map as it was read. Uploads that came before are read again with rerun_upload. For owners, admins and '
  'the service. Raises SL111, SL207 (unknown target) and SL213 (changed meanwhile). Definer: one check for all callers.';

revoke execute on function public.source_for_upload(text), public.begin_member_upload(text, text, uuid, integer),
  public.list_uploads(uuid, uuid, integer, timestamptz, uuid), public.list_rejects(uuid, integer, integer, integer),
  public.source_columns(uuid), public.map_columns(uuid, jsonb, jsonb) from public, anon;
grant execute on function public.source_for_upload(text), public.begin_member_upload(text, text, uuid, integer),
  public.list_uploads(uuid, uuid, integer, timestamptz, uuid), public.list_rejects(uuid, integer, integer, integer),
  public.source_columns(uuid), public.map_columns(uuid, jsonb, jsonb)
  to authenticated, service_role;
