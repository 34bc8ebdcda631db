-- An org without an owner has nobody who could make one.
create function private.tg_members__keep_an_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Two owners who leave at once: the second waits here and then sees that the first has gone. The org's own
  -- end takes its members along.
  perform from public.orgs o where o.id = old.org_id for no key update;
  if found and not exists (select from public.members m where m.org_id = old.org_id and m.role = 'owner') then
    raise exception 'the last owner of an org can neither leave nor step down' using errcode = 'SL102';
  end if;
  return null;
end
$$;
comment on function private.tg_members__keep_an_owner() is
  'Trigger: an org that has an owner keeps one (SL102). Definer: counts owners without the policies.';
create trigger _100_keep_an_owner_on_delete after delete on public.members
  for each row when (old.role = 'owner') execute function private.tg_members__keep_an_owner();
create trigger _100_keep_an_owner_on_update after update on public.members
  for each row when (old.role = 'owner' and (new.role <> 'owner' or new.org_id <> old.org_id))
  execute function private.tg_members__keep_an_owner();
