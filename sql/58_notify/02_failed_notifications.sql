create function private.fail_notification(p_notification_id uuid, p_error text, p_as_of timestamptz default now())
  returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_org uuid;
begin
  update public.notifications n set state = 'failed', failed_at = p_as_of
  where n.id = p_notification_id and n.state = 'pending'
  returning n.org_id into v_org;
  perform private.record_dead_letter(v_org, 'notify', jsonb_build_object('notification_id', p_notification_id),
    'notification could not be delivered', p_error, null, p_as_of) where v_org is not null;
end
$$;
comment on function private.fail_notification(uuid, text, timestamptz) is
  'Gives up on a notification: failed, with a dead letter.';

create function public.replay_notification(p_org_id uuid, p_notification_id uuid, p_as_of timestamptz default now())
  returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}'))) then
    raise exception 'failed notification not found' using errcode = 'SL604';
  end if;
  update public.notifications n set state = 'pending', failed_at = null
  where n.org_id = p_org_id and n.id = p_notification_id and n.state = 'failed';
  if not found then
    raise exception 'failed notification not found' using errcode = 'SL604';
  end if;
  perform private.resolve_dead_letter('notify', jsonb_build_object('notification_id', p_notification_id), p_as_of);
  perform private.send_job('notify', jsonb_build_object('notification_id', p_notification_id),
    p_notification_id::text);
  return true;
end
$$;
comment on function public.replay_notification(uuid, uuid, timestamptz) is
  'Sends a failed notification again and closes its dead letter. For owners, admins and the service. Definer: '
  'checks the caller, then acts as the pipeline. Raises SL604.';
revoke execute on function public.replay_notification(uuid, uuid, timestamptz) from public, anon;
grant execute on function public.replay_notification(uuid, uuid, timestamptz) to authenticated, service_role;
