-- undo after rerun: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.undo_upload (
  p_upload_id uuid,
  p_as_of     timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  u public.uploads;
  v_rerun uuid;
  v_kept jsonb;
  v_more jsonb;
  v_reverted integer;
  v_unmerged integer;
  v_deleted integer;
begin
  select x.* into u from public.uploads x
  where x.id = p_upload_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}')));
  if not found then
    raise exception 'upload not found' using errcode = 'SL203';
  end if;
  perform pg_advisory_xact_lock(hashtextextended(u.org_id::text, 1));
  select x.* into strict u from public.uploads x where x.id = p_upload_id for update;
  if u.state not in ('completed', 'failed') or exists (
      select from public.upload_parts p where p.upload_id = u.id and p.state in ('received', 'staging', 'staged')) then
    raise exception 'upload % is %: only a finished upload can be undone', u.id, u.state using errcode = 'SL206';
  end if;
  select r.id into v_rerun from public.uploads r
  where r.org_id = u.org_id and r.rerun_of_upload_id = u.id and r.state not in ('undone', 'failed')
  order by r.received_at desc limit 1;
  if found then
    raise exception 'upload % was read again: undo upload % first', u.id, v_rerun using errcode = 'SL209',
      detail = v_rerun;
  end if;
  perform set_config('sluice.actor', 'system', true);

  delete from public.lead_addresses a where a.org_id = u.org_id and a.created_upload_id = u.id;
  select coalesce(jsonb_agg(jsonb_build_object('lead_id', r.lead_id, 'reason', r.reason))
    filter (where r.reason is not null), '[]'),
    count(*) filter (where r.reverted)
  into v_kept, v_reverted
  from private.revert_changes(u.org_id, u.id) r;
  v_unmerged := private.unmerge_leads(u.org_id, u.id, p_as_of);

  with gone as (
    delete from public.contact_points c using public.leads l
    where l.org_id = u.org_id and l.id = c.lead_id and c.org_id = u.org_id and c.created_upload_id = u.id
      and l.created_upload_id is distinct from u.id and l.campaign_status = 'new'
    returning c.lead_id
  )
  select v_reverted + count(distinct g.lead_id) filter (where g.lead_id not in (
      select x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
        and x.action = 'updated'))
  into v_reverted from gone g;
  perform private.refresh_verification(u.org_id, array(
    select distinct x.lead_id from public.lead_changes x where x.org_id = u.org_id and x.upload_id = u.id
      and x.action = 'updated'));

  select coalesce(jsonb_agg(jsonb_build_object('lead_id', l.id, 'reason', k.reason)), '[]') into v_more
  from public.leads l cross join lateral (select private.reason_to_keep(l, u.id) as reason) k
  where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id and k.reason is not null;
  with gone as (
    delete from public.leads l
    where l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
      and private.reason_to_keep(l, u.id) is null
    returning l.id
  )
  select count(*) into v_deleted from gone;

  perform private.withdraw_conflict_rows(u.org_id, u.id, p_as_of);
  update public.pipeline_dlq d
  set resolved_at = p_as_of, last_error = left(concat_ws('; ', d.last_error, 'the upload was undone'), 2000)
  where d.org_id = u.org_id and d.resolved_at is null and d.source in ('rejects', 'stage-part', 'resolve-upload')
    and (d.payload ->> 'upload_id' = u.id::text or d.payload ->> 'part_id' in (
      select p.id::text from public.upload_parts p where p.upload_id = u.id));
  delete from public.ingest_replay_guard g where g.upload_id = u.id;
  -- Uploads that skipped parts because this one had them read them after all.
  perform private.unskip_part(p.id) from public.upload_parts p
  join public.uploads x on x.id = p.upload_id and x.state <> 'undone'
  where p.org_id = u.org_id and p.duplicate_of_upload_id = u.id and p.state = 'duplicate'
  order by p.upload_id, p.part;
  update public.uploads x set state = 'undone', undone_at = p_as_of, completed_at = coalesce(x.completed_at, p_as_of)
  where x.id = u.id;
  return jsonb_build_object(
    'undone', jsonb_build_object('deleted', v_deleted, 'reverted', v_reverted, 'unmerged', v_unmerged),
    'kept', v_kept || v_more);
end
$function$;

COMMENT ON FUNCTION "public"."undo_upload"(uuid, timestamp with time zone) IS 'Undoes what an upload created and changed; returns {undone: {deleted, reverted, unmerged}, kept: [{lead_id, reason}]}. The content may then be uploaded again. For owners, admins and the service. Raises SL203 (no such upload), SL206 (not finished), SL209 (read again since). Definer: deletes leads, which members may not do otherwise.';
