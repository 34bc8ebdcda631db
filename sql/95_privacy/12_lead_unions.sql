-- Merges and splits of a lead, for its page: what happened, and what can be undone.

create function private.lead_title(p_org_id uuid, p_lead_id uuid) returns text
language sql stable set search_path = '' as $$
  select concat_ws(', ', private.owner_name(p_org_id, l.id),
    nullif(private.street_line(l.situs_house_number, l.situs_street, l.situs_unit), ''))
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
$$;
comment on function private.lead_title(uuid, uuid) is 'Owner and address of a lead; null when it is gone.';
revoke execute on function private.lead_title(uuid, uuid) from public, pipeline_writer;

create function public.lead_unions(p_org_id uuid, p_lead_id uuid, p_limit integer default 20,
  p_cursor text default null)
returns table (kind text, id bigint, at timestamptz, by_whom text, reason text, other_lead_id uuid, other text,
  undone_at timestamptz, may_undo boolean, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_may constant boolean := private.may_answer_conflicts(p_org_id);
begin
  -- The other lead was never the broker's to see.
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  with found as (
    select 'merge' as kind, m.id, m.merged_at as at, m.merged_by as by_user, m.upload_id, m.reason,
      m.merged_id as other_id,
      concat_ws(', ', coalesce(nullif(concat_ws(' ', m.merged_row ->> 'owner_1_first', m.merged_row ->> 'owner_1_last'),
        ''), m.merged_row ->> 'owner_full'), nullif(private.street_line(m.merged_row ->> 'situs_house_number',
        m.merged_row ->> 'situs_street', m.merged_row ->> 'situs_unit'), '')) as other,
      m.undone_at,
      v_may and m.undone_at is null and m.upload_id is null and m.survivor_changes is not null
        -- That would be the split again.
        and m.reason <> 'a split was undone' as may_undo
    from public.lead_merges m where m.org_id = p_org_id and m.survivor_id = p_lead_id
    union all
    select 'split', s.id, s.split_at, s.split_by, null, s.reason, o.id, private.lead_title(p_org_id, o.id), s.undone_at,
      v_may and s.undone_at is null and 2 = (select count(*) from public.leads l
        where l.org_id = p_org_id and l.id in (s.lead_id, s.new_lead_id))
    from public.lead_splits s
    cross join lateral (select case when s.lead_id = p_lead_id then s.new_lead_id else s.lead_id end) o (id)
    where s.org_id = p_org_id and p_lead_id in (s.lead_id, s.new_lead_id)
  )
  select f.kind, f.id, f.at, coalesce(private.member_name(p_org_id, f.by_user),
      case when f.upload_id is not null then 'an upload' else 'Sluice' end),
    f.reason, f.other_id, nullif(f.other, ''), f.undone_at, f.may_undo, jsonb_build_array(f.at, f.kind, f.id)::text
  from found f
  where exists (select from public.leads l where l.org_id = p_org_id and l.id = p_lead_id)
    and (v_after is null or (f.at, f.kind, f.id)
      < ((v_after ->> 0)::timestamptz, v_after ->> 1, (v_after ->> 2)::bigint))
  order by f.at desc, f.kind desc, f.id desc limit private.page_size(p_limit);
end
$$;
comment on function public.lead_unions(uuid, uuid, integer, text) is
  'Leads that were merged into this one, and its splits, the latest first; may_undo: the caller may call undo_merge or '
  'undo_split with the id. For owners, admins, viewers and the service. Raises SL111 and SL801. Definer: members may not '
  'read the rows of merged leads.';

revoke execute on function public.lead_unions(uuid, uuid, integer, text) from public, anon;
grant execute on function public.lead_unions(uuid, uuid, integer, text) to authenticated, service_role;
