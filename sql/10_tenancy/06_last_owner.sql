-- An org without an owner has no member who could appoint one.
create function private.tg_members__keep_an_owner() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- When two owners leave at once, the second transaction waits here and then sees that the first owner is gone.
  -- Deleting the org itself deletes its members too.
  perform from public.orgs o where o.id = old.org_id for no key update;
  if found and not exists (select from public.members m where m.org_id = old.org_id and m.role = 'owner') then
    raise exception 'an org must keep at least one owner' using errcode = 'SL102';
  end if;
  return null;
end
$$;
comment on function private.tg_members__keep_an_owner() is
  'Trigger: an org keeps at least one owner (SL102). Definer: counts owners regardless of policies.';
create trigger _100_keep_an_owner_on_delete after delete on public.members
  for each row when (old.role = 'owner') execute function private.tg_members__keep_an_owner();
create trigger _100_keep_an_owner_on_update after update on public.members
  for each row when (old.role = 'owner' and (new.role <> 'owner' or new.org_id <> old.org_id))
  execute function private.tg_members__keep_an_owner();
