-- Parents of the rows that arrive in bulk, checked once a statement instead of once a row: a foreign key's
-- trigger costs more than the insert itself (docs/performance.md). The guarantee is the same: the distinct
-- parents are looked up and held with a key-share lock, so none can vanish before commit, and deleting a
-- parent takes its children along. Plans are kept for the session, and a table that was empty a moment ago is taken
-- for small: where leads or contact points are looked up, it is row by row and held to the index, which is right
-- for one row and for many. As a join it may become a comparison of each with each.

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
    raise exception 'a lead needs an org, and a source of that org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_leads__check_parents() is
  'Trigger: every lead has its org, and its source (if any) belongs to that org. Raises 23503. Definer: locks parents that the writer may only read.';
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
    raise exception 'a contact point needs a lead of its org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_contact_points__check_lead() is
  'Trigger: every contact point has its lead, in the same org. Raises 23503. Definer: locks the leads.';
create trigger _100_check_lead after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_lead();
create trigger _100_check_lead_on_update after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_lead();

create function private.tg_leads__take_children() returns trigger
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
comment on function private.tg_leads__take_children() is 'Trigger: contact points go with their lead. Definer: whoever may delete the lead need not own its contacts.';
create trigger _100_take_children after delete on public.leads
  referencing old table as old_rows for each statement execute function private.tg_leads__take_children();

create function private.tg_orgs__take_children() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.actor', 'system', true);
  delete from public.leads l where l.org_id = old.id;
  -- Uploads go before the keys that they are encrypted with.
  delete from public.sources s where s.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__take_children() is 'Trigger: leads and uploads go with their org. Definer: as above.';
create trigger _100_take_children before delete on public.orgs
  for each row execute function private.tg_orgs__take_children();

create function private.tg_sources__leave_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set source_id = null where l.org_id = old.org_id and l.source_id = old.id;
  return old;
end
$$;
comment on function private.tg_sources__leave_leads() is 'Trigger: leads outlive their source. Definer: as above.';
create trigger _100_leave_leads before delete on public.sources
  for each row execute function private.tg_sources__leave_leads();
