-- Reports of an upload for the status page, the client and the desk.

create function private.lines_before(p_upload_id uuid) returns table (part integer, before integer)
language sql stable set search_path = '' as $$
  select p.part, coalesce(sum(coalesce(o.lines, p.lines)) over (order by p.part
    rows between unbounded preceding and 1 preceding), 0)::integer
  from public.upload_parts p
  left join public.upload_parts o
    on o.upload_id = p.duplicate_of_upload_id and o.sha256 = p.sha256 and o.org_id = p.org_id
  where p.upload_id = p_upload_id
$$;
comment on function private.lines_before(uuid) is
  'Lines of the file before each part of an upload, as far as the earlier parts are staged: added to a line of the '
  'part, they give the line of the file.';
revoke execute on function private.lines_before(uuid) from public;
grant execute on function private.lines_before(uuid) to authenticated, service_role, pipeline_writer;

create function private.warning_lines(p_upload_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(w.code, w.lines), '{}')
  from (
    select l.code, jsonb_agg(l.line order by l.line) as lines
    from (
      select w.key as code, b.before + x.line::integer as line,
        row_number() over (partition by w.key order by p.part, x.line::integer) as position
      from public.upload_parts p
      join private.lines_before(p_upload_id) b on b.part = p.part
      cross join lateral jsonb_each(p.warning_lines) w
      cross join lateral jsonb_array_elements_text(w.value) x (line)
      where p.upload_id = p_upload_id
        -- Behind a part that is not staged, the lines before a part are not known.
        and p.part <= coalesce((select min(e.part) from public.upload_parts e
          where e.upload_id = p_upload_id and e.state in ('received', 'staging')), p.part)
    ) l
    where l.position <= 5
    group by l.code
  ) w
$$;
comment on function private.warning_lines(uuid) is
  'The first five lines of the file with each warning of an upload: {code: [line]}.';
revoke execute on function private.warning_lines(uuid) from public;
grant execute on function private.warning_lines(uuid) to authenticated, service_role, pipeline_writer;

create function public.upload_status(p_upload_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'upload_id', u.id,
    'source', s.key,
    'state', u.state,
    'dry_run', u.dry_run,
    'filename', u.filename,
    'rerun_of', u.rerun_of_upload_id,
    'parts_expected', u.parts_expected,
    'parts', coalesce(p.parts, '[]'),
    'progress', case
      when u.state in ('completed', 'failed', 'undone') then 1
      when coalesce(u.parts_expected, p.count, 0) = 0 then 0
      else round(coalesce(p.weight, 0) / greatest(u.parts_expected, p.count), 3) end,
    'counts', coalesce(p.counts, '{}'),
    'skipped', coalesce((
      select jsonb_build_object('parts', count(*), 'rows', coalesce(sum(o.received), 0),
        'uploads', jsonb_agg(distinct x.duplicate_of_upload_id))
      from public.upload_parts x
      left join public.upload_parts o on o.upload_id = x.duplicate_of_upload_id and o.part = x.part
      where x.upload_id = u.id and x.state = 'duplicate'), '{}'),
    -- Whether something newer may have changed leads of this upload; like private.is_superseded, for members.
    'superseded', not u.dry_run and exists (
      select from public.uploads n join public.upload_parts q on q.upload_id = n.id
      where n.org_id = u.org_id and n.id <> u.id and n.received_at >= u.received_at and not n.dry_run
        and coalesce(n.observed_at, n.received_at) >= u.received_at and n.rerun_of_upload_id is distinct from u.id
        and (q.state in ('received', 'staging', 'staged') or q.state = 'resolved' and q.updated + q.merged > 0)),
    'warnings', coalesce((
      select jsonb_object_agg(w.code, w.n) from (
        select e.key as code, sum(e.value::integer) as n
        from public.upload_parts x cross join lateral jsonb_each_text(x.warnings) e
        where x.upload_id = u.id group by e.key) w), '{}'),
    'warning_lines', private.warning_lines(u.id),
    'shared_keys', coalesce((
      select jsonb_agg(jsonb_build_object('kind', k.kind, 'value', k.value, 'rows', k.rows, 'places', k.places,
        'owners', k.owners, 'first_lines', k.first_lines) order by k.rows desc, k.value)
      from (
        select x.* from public.upload_shared_keys x where x.org_id = u.org_id and x.upload_id = u.id
        order by x.rows desc, x.value limit 10) k), '[]'),
    'dialect', u.dialect,
    'mapping', u.mapping,
    'timings', jsonb_build_object(
      'received_at', u.received_at, 'staged_at', p.staged_at, 'resolved_at', p.resolved_at, 'completed_at',
        u.completed_at,
      'seconds', round(extract(epoch from coalesce(u.completed_at, p.resolved_at) - u.received_at), 3)),
    'correlation_id', u.correlation_id,
    'error', u.error)
  from public.uploads u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as count,
      sum(case x.state when 'received' then 0.05 when 'staging' then 0.2 when 'staged' then 0.5 else 1 end) as weight,
      max(x.staged_at) as staged_at, max(x.resolved_at) as resolved_at,
      jsonb_agg(jsonb_build_object('part', x.part, 'state', x.state, 'bytes', x.bytes,
        'sha256', encode(x.sha256, 'hex'), 'rows', x.received, 'error', x.error)
        || case when x.duplicate_of_upload_id is null then '{}'
          else jsonb_build_object('duplicate_of', x.duplicate_of_upload_id) end order by x.part) as parts,
      jsonb_build_object('received', sum(x.received), 'staged', sum(x.staged), 'created', sum(x.created),
        'updated', sum(x.updated), 'unchanged', sum(x.unchanged), 'merged', sum(x.merged),
        'conflict', sum(x.conflict), 'rejected', sum(x.rejected)) as counts
    from public.upload_parts x where x.upload_id = u.id
  ) p on true
  where u.id = p_upload_id
$$;
comment on function public.upload_status(uuid) is
  'State, progress (0 to 1), counts, skipped parts, warnings with their first lines, overused keys (the first ten), '
  'column mapping and timings (seconds) of an upload, as JSON; null when the caller may not see it. superseded: '
  'something newer may have changed its leads, so the same content may be sent again.';
revoke execute on function public.upload_status(uuid) from public, anon;
grant execute on function public.upload_status(uuid) to authenticated, service_role, pipeline_writer;

create function private.reject_rows(p_upload_id uuid, p_after_part integer, p_after_line integer, p_limit integer)
returns table (part integer, line integer, code text, detail text, raw jsonb)
language sql stable set search_path = '' as $$
  select r.part, r.line, r.code, r.detail, private.decrypt_value(r.raw, private.org_key(r.org_id, r.key_id))::jsonb
  from public.upload_rejects r
  where r.upload_id = p_upload_id and (r.part, r.line) > (p_after_part, p_after_line)
  order by r.part, r.line
  limit p_limit
$$;
comment on function private.reject_rows(uuid, integer, integer, integer) is
  'Rejected rows of an upload in order, after (part, line): keyset pages for the download. raw is the array of '
  'original fields.';
grant execute on function private.reject_rows(uuid, integer, integer, integer) to pipeline_writer;
