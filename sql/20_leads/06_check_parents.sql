-- Parents of bulk rows are checked once per statement instead of once per row: a foreign key's trigger costs more
-- than the insert itself (docs/performance.md). The guarantee is the same: the distinct parents are locked with a
-- key-share lock, so none can disappear before commit, and deleting a parent deletes its children. Plans are cached
-- for the session, and the planner assumes that a recently empty table is small. Leads and contact points are
-- therefore looked up row by row through the index, which works for one row and for many; a join might compare every
-- row with every other.

create function private.tg_leads__check_parents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from (select distinct n.org_id from new_rows n) p
    where not exists (select from public.orgs o where o.id = p.org_id for key share)
  ) or exists (
    select from (select distinct n.org_id, n.source_id from new_rows n where n.source_id is not null) p
    where not exists (select from public.sources s where s.org_id = p.org_id and s.id = p.source_id for key share)
  ) then
    raise exception 'a lead requires an existing org and a source of that org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_leads__check_parents() is
  'Trigger: every lead has an existing org, and its source (if any) belongs to that org. Raises 23503. Definer: '
  'locks parents that the writer may only read.';
create trigger _100_check_parents after insert on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__check_parents();
create trigger _100_check_parents_on_update after update on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__check_parents();

create function private.tg_contact_points__check_lead() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  if exists (
    select from (select distinct n.org_id, n.lead_id from new_rows n) p
    where not exists (select from public.leads l where l.org_id = p.org_id and l.id = p.lead_id for key share)
  ) then
    raise exception 'a contact point requires a lead of the same org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_contact_points__check_lead() is
  'Trigger: every contact point has a lead in the same org. Raises 23503. Definer: locks the leads.';
create trigger _100_check_lead after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_lead();
create trigger _100_check_lead_on_update after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_lead();

create function private.tg_contact_points__check_key() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from (select distinct n.org_id, n.key_id from new_rows n) p
    where not exists (select from private.org_keys k where k.org_id = p.org_id and k.id = p.key_id for key share)
  ) then
    raise exception 'a contact point requires a key of its org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_contact_points__check_key() is
  'Trigger: the key of every contact point exists, and cannot be destroyed before this transaction ends. Raises 23503. '
  'Definer: locks the keys.';
create trigger _150_check_key after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_key();
create trigger _150_check_key_on_update after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_key();

create function private.tg_lead_merges__check_keys() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from (
      select distinct (c ->> 'key_id')::integer as key_id from jsonb_array_elements(new.merged_row -> 'contact_points') c
    ) p
    where not exists (select from private.org_keys k where k.org_id = new.org_id and k.id = p.key_id for key share)
  ) then
    raise exception 'a merged contact point requires a key of its org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_lead_merges__check_keys() is
  'Trigger: the contact points that a merge keeps for its undo have existing keys. Raises 23503. Definer: locks the '
  'keys.';
create trigger _050_check_keys after insert or update of merged_row on public.lead_merges
  for each row execute function private.tg_lead_merges__check_keys();

create function private.tg_leads__delete_children() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  delete from public.contact_points c
  where c.ctid = any (array(
    select x.ctid from old_rows o
    cross join lateral (
      select p.ctid from public.contact_points p where p.org_id = o.org_id and p.lead_id = o.id offset 0
    ) x));
  return null;
end
$$;
comment on function private.tg_leads__delete_children() is
  'Trigger: deletes the contact points of deleted leads. Definer: a role that may delete the lead may lack rights '
  'on its contacts.';
create trigger _100_delete_children after delete on public.leads
  referencing old table as old_rows for each statement execute function private.tg_leads__delete_children();

create function private.tg_orgs__delete_children() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.actor', 'system', true);
  delete from public.leads l where l.org_id = old.id;
  -- Uploads first, then the keys that they are encrypted with.
  delete from public.sources s where s.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_children() is
  'Trigger: deletes the leads and uploads of a deleted org. Definer: a role that may delete the org may lack rights '
  'on its rows.';
create trigger _100_delete_children before delete on public.orgs
  for each row execute function private.tg_orgs__delete_children();

create function private.tg_sources__detach_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set source_id = null where l.org_id = old.org_id and l.source_id = old.id;
  return old;
end
$$;
comment on function private.tg_sources__detach_leads() is
  'Trigger: keeps the leads of a deleted source. Definer: a role that may delete the source may lack rights on its '
  'leads.';
create trigger _100_detach_leads before delete on public.sources
  for each row execute function private.tg_sources__detach_leads();
