-- Merging leads by hand, and undoing it. The survivor takes over contact points, consents, messages, replies and runs
-- (triggers of lead_merges); an opt-out of either survives, also an undo.

create function public.merge_leads(
  p_org_id uuid, p_survivor_id uuid, p_merged_id uuid, p_as_of timestamptz default now()
) returns bigint
language plpgsql volatile security definer set search_path = '' as $$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
    or p_survivor_id = p_merged_id
    or 2 <> (select count(*) from public.leads l
      where l.org_id = p_org_id and l.id in (p_survivor_id, p_merged_id)) then
    raise exception 'lead not found' using errcode = 'SL321';
  end if;
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  perform set_config('sluice.actor', 'system', true);
  return private.merge_with_undo(p_org_id, p_survivor_id, p_merged_id, 'merged by hand', auth.uid(), p_as_of);
end
$$;
comment on function public.merge_leads(uuid, uuid, uuid, timestamptz) is
  'Merges p_merged_id into p_survivor_id and returns the id of the merge, for undo_merge. Owners, admins and the '
  'service. Raises SL321 and SL301. Definer: members have no rights on identities.';

create function public.undo_merge(p_org_id uuid, p_merge_id bigint, p_as_of timestamptz default now()) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  m public.lead_merges;
  v_back jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')) then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into m from public.lead_merges x
    join public.leads l on l.org_id = x.org_id and l.id = x.survivor_id
    where x.org_id = p_org_id and x.id = p_merge_id and x.undone_at is null and x.upload_id is null
      and x.survivor_changes is not null
    for update;
  end if;
  if m.id is null then
    raise exception 'merge not found, or it cannot be undone' using errcode = 'SL322';
  end if;
  perform set_config('sluice.actor', 'system', true);
  -- What the merge changed and nobody changed since. A lead that is opted out stays so.
  select jsonb_object_agg(c.key, c.value -> 0) into v_back
  from public.leads l cross join lateral jsonb_each(m.survivor_changes) c
  where l.org_id = p_org_id and l.id = m.survivor_id and to_jsonb(l) -> c.key is not distinct from c.value -> 1
    and not (l.campaign_status = 'opted_out' and c.key in ('campaign_status', 'campaign_id', 'added_to_campaign_at',
      'current_sequence_step'));
  if v_back is not null then
    execute format('update public.leads l set (%1$s) = (select %1$s from '
      || 'jsonb_populate_record(l, $1)) where l.org_id = $2 and l.id = $3',
      (select string_agg(quote_ident(k), ', ') || case when count(*) = 1 then ', updated_at' else '' end
        from jsonb_object_keys(v_back) k))
    using v_back, p_org_id, m.survivor_id;
  end if;
  -- The address of the merged lead was the survivor's further address.
  delete from public.lead_addresses a
  where a.org_id = p_org_id and a.lead_id = m.survivor_id
    and encode(a.addr_hash, 'hex') = ltrim(m.merged_row ->> 'addr_hash', '\x');
  perform private.restore_merged(p_org_id, m.id, p_as_of);
  return m.merged_id;
end
$$;
comment on function public.undo_merge(uuid, bigint, timestamptz) is
  'Undoes a merge that a person made: the merged lead returns with its contact points, runs and history, and the '
  'survivor gets back what the merge changed unless it was changed since. Returns the id of the lead. Owners, admins '
  'and the service. Raises SL322. Definer: as merge_leads.';

revoke execute on function public.merge_leads(uuid, uuid, uuid, timestamptz),
  public.undo_merge(uuid, bigint, timestamptz) from public, anon;
grant execute on function public.merge_leads(uuid, uuid, uuid, timestamptz),
  public.undo_merge(uuid, bigint, timestamptz) to authenticated, service_role;
