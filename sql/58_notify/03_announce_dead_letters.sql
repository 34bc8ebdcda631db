-- A dead letter is of use when somebody hears of it.

create function private.tg_pipeline_dlq__announce() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- That a notification did not arrive would take the same way.
  if new.org_id is not null and new.source <> 'notify' then
    perform private.announce(new.org_id, 'dead_letter.filed',
      jsonb_build_object('dead_letter_id', new.id, 'source', new.source), new.created_at);
  end if;
  return null;
end
$$;
comment on function private.tg_pipeline_dlq__announce() is
  'Trigger: announces a dead letter, but for one about an announcement. Definer: whoever files it has no rights on notifications.';
create trigger _300_announce after insert on public.pipeline_dlq
  for each row execute function private.tg_pipeline_dlq__announce();
