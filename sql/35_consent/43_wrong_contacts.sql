-- "Wrong number": the phone or e-mail is not the owner's. It ends for that owner's leads, now and when a list has it
-- again. Other contacts and other owners keep theirs.

create table public.wrong_contacts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  value_bidx bytea not null,
  lead_id uuid not null,
  kind public.contact_kind not null,
  source text not null,
  at timestamptz not null,
  primary key (org_id, value_bidx, lead_id),
  constraint wrong_contact_says_its_source check (length(btrim(source)) > 0)
);
comment on table public.wrong_contacts is
  'Phones and e-mails that are not those of the lead''s owner, as the person reached there said. Insert-only.';
comment on column public.wrong_contacts.lead_id is 'The lead at the time; it may have been merged or deleted since.';
create index wrong_contacts_lead_idx on public.wrong_contacts (org_id, lead_id);
create trigger _100_append_only before update or delete on public.wrong_contacts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.wrong_contacts
  for each statement execute function private.refuse_change();
alter table public.wrong_contacts enable row level security;
revoke all on public.wrong_contacts from anon, authenticated, service_role;
grant select (org_id, lead_id, kind, source, at) on public.wrong_contacts to authenticated, service_role;
grant select, insert on public.wrong_contacts to pipeline_writer;
create policy select_members on public.wrong_contacts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.wrong_contacts for select to pipeline_writer using (true);
create policy insert_writer on public.wrong_contacts for insert to pipeline_writer with check (true);

create function private.is_wrong_contact(p_org_id uuid, p_value_bidx bytea, p_lead_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    with recursive family (id) as (
      select p_lead_id
      union
      select m.merged_id from family f
      join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
    )
    select from public.wrong_contacts w
    where w.org_id = p_org_id and w.value_bidx = p_value_bidx
      and (w.lead_id in (select f.id from family f) or coalesce(private.owners_ever_agree(
        p_org_id, w.lead_id, p_lead_id, w.at), false)));
end
$$;
comment on function private.is_wrong_contact(uuid, bytea, uuid) is
  'Whether a value was called wrong for the lead, for one merged into it, or for another lead of the same owner.';

create function private.record_wrong_contact(p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind,
  p_lead_id uuid, p_source text, p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_lead constant uuid := coalesce(
    (select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.lead_id = p_lead_id),
    (select min(c.lead_id::text)::uuid from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx));
  v_leads uuid[];
begin
  if v_lead is null then
    return 0;
  end if;
  perform set_config('sluice.actor', 'system', true);
  insert into public.wrong_contacts (org_id, value_bidx, lead_id, kind, source, at)
  values (p_org_id, p_value_bidx, v_lead, p_kind, p_source, p_as_of)
  on conflict do nothing;
  with lost as (
    update public.contact_points c set invalid_at = p_as_of, verified = false
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.invalid_at is null
      and private.is_wrong_contact(p_org_id, p_value_bidx, c.lead_id)
    returning c.lead_id
  )
  select array_agg(distinct x.lead_id order by x.lead_id) into v_leads from lost x;
  if v_leads is not null then
    perform private.refresh_verification(p_org_id, v_leads);
    update public.leads l set campaign_status = 'invalid'
    where l.org_id = p_org_id and l.id = any (v_leads)
      and l.campaign_status in ('new', 'queued', 'active', 'paused', 'completed')
      and not exists (select from public.contact_points c
        where c.org_id = p_org_id and c.lead_id = l.id and c.invalid_at is null);
  end if;
  -- Nobody we know is reached there, unless a lead of another owner has it too.
  if not exists (select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.invalid_at is null) then
    perform private.suppress_value(p_org_id, p_value_bidx, p_kind, ch, 'wrong_contact', p_source, p_as_of)
    from unnest(private.channels_for_kind(p_kind)) ch;
  end if;
  perform set_config('sluice.actor', v_actor, true);
  return coalesce(cardinality(v_leads), 0);
end
$$;
comment on function private.record_wrong_contact(uuid, bytea, public.contact_kind, uuid, text, timestamptz) is
  'Records that a phone or e-mail is not the owner''s: it becomes invalid for the leads of that owner, and suppressed '
  'where no lead of another owner has it. A lead without any contact left becomes invalid. Returns how many leads lost '
  'it. Definer: the caller may not edit campaign states.';
revoke execute on function private.record_wrong_contact(uuid, bytea, public.contact_kind, uuid, text, timestamptz)
  from public;
grant execute on function private.record_wrong_contact(uuid, bytea, public.contact_kind, uuid, text, timestamptz)
  to pipeline_writer;

-- Without sequential scans: of a table that was small at the last analyze, the planner would read all for each value.
create function private.tg_contact_points__stay_wrong() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  v record;
begin
  -- Most lists come to an org where nothing was called wrong.
  if not exists (
    select from (select distinct n.org_id from new_rows n) o
    where exists (select from public.wrong_contacts w where w.org_id = o.org_id)
  ) then
    return null;
  end if;
  -- Few values are wrong: they are found first, so that an import does not join all its contact points again.
  for v in
    with called_wrong as materialized (
      select n.org_id, n.id, n.value_bidx, n.lead_id
      from new_rows n
      cross join lateral (
        select from public.wrong_contacts w where w.org_id = n.org_id and w.value_bidx = n.value_bidx limit 1
      ) w
      where n.invalid_at is null
    )
    select c.org_id, c.id from called_wrong c
    where private.is_wrong_contact(c.org_id, c.value_bidx, c.lead_id) order by c.id
  loop
    update public.contact_points c set invalid_at = now(), verified = false where c.org_id = v.org_id and c.id = v.id;
  end loop;
  return null;
end
$$;
comment on function private.tg_contact_points__stay_wrong() is
  'Trigger: a contact that was called wrong is invalid when a list has it again for the same owner. Definer: reads '
  'wrong_contacts without the policies.';
create trigger _260_stay_wrong after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__stay_wrong();

create function private.tg_contact_points__keep_wrong() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if private.is_wrong_contact(new.org_id, new.value_bidx, new.lead_id) then
    new.invalid_at := old.invalid_at;
    new.verified := false;
  end if;
  return new;
end
$$;
comment on function private.tg_contact_points__keep_wrong() is
  'Trigger: no verification makes a contact valid that was called wrong. Definer: as stay_wrong.';
create trigger _150_keep_wrong before update of invalid_at on public.contact_points
  for each row when (old.invalid_at is not null and new.invalid_at is null)
  execute function private.tg_contact_points__keep_wrong();
