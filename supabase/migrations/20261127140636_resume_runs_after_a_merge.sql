-- resume runs after a merge: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."lead_merges"
  ADD COLUMN "ended_runs" jsonb;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__move_messages()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
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
  update public.lead_merges x set ended_runs = (
    select jsonb_agg(jsonb_build_object('id', r.id, 'state', r.state, 'next_at', r.next_at, 'paused_at', r.paused_at,
      'paused_by', r.paused_by))
    from public.sequence_runs r where r.org_id = new.org_id and r.id = any (v_live))
  where x.org_id = new.org_id and x.id = new.id and v_live <> '{}';
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
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__restore_messages()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.messages m set lead_id = new.merged_id, merged_from = null
  where m.org_id = new.org_id and m.lead_id = new.survivor_id and m.merged_from = new.merged_id;
  update public.sequence_runs r set lead_id = new.merged_id, merged_from = null
  where r.org_id = new.org_id and r.lead_id = new.survivor_id and r.merged_from = new.merged_id;
  -- A run that the merge ended goes on, unless its lead or the person has ended everything since. A step whose message
  -- was under way is due again, and skipped if it was sent.
  update public.sequence_runs r set state = (e.x ->> 'state')::public.sequence_run_state,
    ended_at = null, end_reason = null, next_at = coalesce((e.x ->> 'next_at')::timestamptz, new.undone_at),
    paused_at = (e.x ->> 'paused_at')::timestamptz, paused_by = e.x ->> 'paused_by'
  from jsonb_array_elements(new.ended_runs) e (x)
  join public.leads s on s.org_id = new.org_id and s.id = new.survivor_id
    and s.campaign_status not in ('opted_out', 'invalid', 'replied', 'booked')
  where r.org_id = new.org_id and r.id = (e.x ->> 'id')::uuid and r.state = 'stopped' and r.end_reason = 'merged'
    and exists (select from public.leads l where l.org_id = r.org_id and l.id = r.lead_id
      and l.campaign_status in ('queued', 'active', 'paused'))
    and not exists (select from public.sequence_runs o where o.org_id = r.org_id and o.lead_id = r.lead_id
      and o.state in ('active', 'paused'));
  return null;
end
$function$;

COMMENT ON COLUMN "public"."lead_merges"."ended_runs" IS 'Sequence runs that the merge ended, as they were: [{id, state, next_at, paused_at, paused_by}]. An undo resumes them.';

COMMENT ON FUNCTION "private"."tg_lead_merges__restore_messages"() IS 'Trigger: undoing a merge returns its runs and messages to the other lead, and resumes the run that the merge ended. Definer: as for the merge.';
