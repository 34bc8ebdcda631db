-- Merging two leads: the survivor takes over messages and runs. If both have an active run, that of the campaign
-- status which the merged lead keeps continues, and the other ends.

create function private.tg_lead_merges__move_messages() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_theirs boolean;
  v_live uuid[];
begin
  select private.campaign_rank(m.campaign_status) > private.campaign_rank(s.campaign_status) into v_theirs
  from public.leads s, public.leads m
  where s.org_id = new.org_id and s.id = new.survivor_id and m.org_id = new.org_id and m.id = new.merged_id;
  v_live := array(select r.id from public.sequence_runs r
    where r.org_id = new.org_id and r.lead_id = case when v_theirs then new.survivor_id else new.merged_id end
      and r.state in ('active', 'paused')
    for no key update);
  update public.sequence_runs r set state = 'stopped', ended_at = new.merged_at, end_reason = 'merged',
    next_at = null, message_id = null,
    paused_at = null, paused_by = null
  where r.org_id = new.org_id and r.id = any (v_live);
  perform private.cancel_waiting(new.org_id, v_live, 'merged', new.merged_at);
  update public.sequence_runs r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, r.lead_id)
  where r.org_id = new.org_id and r.lead_id = new.merged_id;
  update public.messages m set lead_id = new.survivor_id, merged_from = coalesce(m.merged_from, m.lead_id)
  where m.org_id = new.org_id and m.lead_id = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_messages() is
  'Trigger: moves runs and messages to the surviving lead before the other is deleted. Definer: resolving an '
  'import does not grant rights on sending.';
create trigger _100_move_messages after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_messages();

create function private.tg_lead_merges__restore_messages() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.messages m set lead_id = new.merged_id, merged_from = null
  where m.org_id = new.org_id and m.lead_id = new.survivor_id and m.merged_from = new.merged_id;
  update public.sequence_runs r set lead_id = new.merged_id, merged_from = null
  where r.org_id = new.org_id and r.lead_id = new.survivor_id and r.merged_from = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__restore_messages() is
  'Trigger: undoing a merge returns its runs and messages to the other lead. Definer: as for the merge.';
create trigger _200_restore_messages after update of undone_at on public.lead_merges
  for each row when (old.undone_at is null and new.undone_at is not null) execute
    function private.tg_lead_merges__restore_messages();
