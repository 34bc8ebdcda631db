-- Dead letters are announced, so that somebody notices them.

create function private.tg_pipeline_dlq__announce() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- It was announced when it failed first, and is again when a person has to look.
  if new.replays > 0 and new.retry_after is not null then
    return null;
  end if;
  -- An alarm concerns every org.
  if new.org_id is null and new.source in ('schedule', 'worker') then
    perform private.announce(o.id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at,
      new.correlation_id)
    from public.orgs o;
  end if;
  -- An announcement of a failed notification would fail, too.
  if new.org_id is not null and new.source <> 'notify' then
    perform private.announce(new.org_id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at,
      new.correlation_id);
  end if;
  return null;
end
$$;
comment on function private.tg_pipeline_dlq__announce() is
  'Trigger: announces a dead letter, except one about a notification or one that failed again and is retried by '
  'itself, and an alarm to every org. Definer: roles that '
  'write dead letters have no rights on notifications.';
create trigger _300_announce after insert on public.pipeline_dlq
  for each row execute function private.tg_pipeline_dlq__announce();
