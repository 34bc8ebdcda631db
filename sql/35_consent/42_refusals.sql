-- "Never contact me": everything, on every contact point of the person, also those that are imported or merged later.
-- The revocation with the scope person is the record; this file applies it.

create function private.owner_name(p_org_id uuid, p_lead_id uuid) returns text
language sql stable set search_path = '' as $$
  select coalesce(nullif(btrim(l.owner_full), ''), nullif(btrim(concat_ws(' ', l.owner_1_first, l.owner_1_last)), ''))
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
$$;
comment on function private.owner_name(uuid, uuid) is 'The name of a lead''s owner as lists have it; null if unknown.';

create function private.owner_name_at(p_org_id uuid, p_lead_id uuid, p_at timestamptz) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce(nullif(btrim(n.owner_full), ''), nullif(btrim(concat_ws(' ', n.owner_1_first, n.owner_1_last)), ''))
  from public.leads l
  cross join lateral (
    -- The first change since has what was there before; an erased one has nothing to compare.
    select coalesce(jsonb_object_agg(f.key, case when jsonb_typeof(f.value) = 'array' then f.value -> 0 end),
      '{}') as old
    from (
      select distinct on (x.key) x.key, x.value
      from public.lead_changes h cross join lateral jsonb_each(h.changes) x
      where h.org_id = p_org_id and h.lead_id = p_lead_id and h.action = 'updated' and h.changed_at >= p_at
        and x.key in ('owner_1_first', 'owner_1_last', 'owner_full')
      order by x.key, h.id
    ) f
  ) c
  cross join lateral jsonb_populate_record(l, c.old) n
  where l.org_id = p_org_id and l.id = p_lead_id
$$;
comment on function private.owner_name_at(uuid, uuid, timestamptz) is
  'The name that a lead''s owner had at a time, from the history; null if unknown, erased or deleted. Definer: callers '
  'may not read the history.';
revoke execute on function private.owner_name_at(uuid, uuid, timestamptz) from public;
grant execute on function private.owner_name_at(uuid, uuid, timestamptz) to pipeline_writer;

create function private.owners_ever_agree(p_org_id uuid, p_a uuid, p_b uuid, p_since timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select case when bool_or(x.agree) then true when bool_and(x.agree is not null) then false end
  from (
    select private.names_agree(a.name, b.name) as agree
    from (select private.owner_name(p_org_id, p_a) as name union select private.owner_name_at(p_org_id, p_a, p_since)) a
    cross join (
      select private.owner_name(p_org_id, p_b) as name union select private.owner_name_at(p_org_id, p_b, p_since)) b
  ) x
$$;
comment on function private.owners_ever_agree(uuid, uuid, uuid, timestamptz) is
  'private.names_agree for the owners of two leads, under the names that they had at a time or have now, so that no '
  'later edit ends a wish: true if any agree, false if all contradict, else null.';

create function private.is_shared_contact(p_org_id uuid, p_value_bidx bytea, p_lead_id uuid, p_since timestamptz)
returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.lead_id <> p_lead_id and c.invalid_at is null
      and private.owners_ever_agree(p_org_id, c.lead_id, p_lead_id, p_since) is false)
$$;
comment on function private.is_shared_contact(uuid, bytea, uuid, timestamptz) is
  'Whether a phone or e-mail of a lead is also that of a lead with another owner, now and at the time of the wish (an '
  'office phone): a wish from elsewhere does not end it for everybody.';

create function private.refuse_contacts(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_refused uuid[];
  v_since timestamptz;
begin
  -- Most orgs and imports have none.
  if not exists (select from public.consents c where c.org_id = p_org_id and c.revoked_scope = 'person') then
    return;
  end if;
  with recursive family (lead_id, member_id) as (
    select i.id, i.id from unnest(p_lead_ids) i (id)
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.member_id and m.undone_at is null
  ),
  refusals as (
    select f.lead_id, c.value_bidx, least(c.occurred_at, c.recorded_at) as at from family f
    join public.consents c on c.org_id = p_org_id and c.lead_id = f.member_id and c.revoked_scope = 'person'
    where c.value_bidx is not null
    union
    -- A new lead of the same person: one of its contacts refused, and the names do not contradict.
    select p.lead_id, c.value_bidx, least(c.occurred_at, c.recorded_at) from public.contact_points p
    join public.consents c on c.org_id = p.org_id and c.value_bidx = p.value_bidx and c.revoked_scope = 'person'
    where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)
      and (private.owners_ever_agree(p_org_id, c.lead_id, p.lead_id, least(c.occurred_at, c.recorded_at)) is not false
        -- The writer may be the owner of any lead that had the phone or e-mail: each has a row without a value.
        or exists (
          select from public.consents k
          where k.org_id = c.org_id and k.revoked_scope = 'person' and k.value_bidx is null
            and k.occurred_at = c.occurred_at and k.method = c.method
            and private.owners_ever_agree(p_org_id, k.lead_id, p.lead_id, least(k.occurred_at, k.recorded_at))
              is not false))
  )
  -- A consent that came later has lifted it.
  select array_agg(distinct r.lead_id), min(r.at) into v_refused, v_since from refusals r
  where private.is_suppressed(p_org_id, r.value_bidx, 'all');
  if v_refused is null then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, 'opt_out', 'refusal', p_as_of)
  from (select distinct on (o.value_bidx) o.value_bidx, o.kind, o.lead_id from public.contact_points o
    where o.org_id = p_org_id and o.lead_id = any (v_refused) order by o.value_bidx, o.lead_id) c
  where not private.is_suppressed(p_org_id, c.value_bidx, 'all')
    and not private.is_shared_contact(p_org_id, c.value_bidx, c.lead_id, v_since)
    -- What a consent has freed since stays free.
    and not exists (
      select from public.consents g
      where g.org_id = p_org_id and g.value_bidx = c.value_bidx and g.action = 'grant' and not g.is_unproven
        and not g.is_keyword
        and g.occurred_at > (select max(s.created_at) from public.suppressions s
          where s.org_id = p_org_id and s.value_bidx = c.value_bidx));
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_org_id and l.id = any (v_refused) and l.campaign_status <> 'opted_out';
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$$;
comment on function private.refuse_contacts(uuid, uuid[], timestamptz) is
  'Applies refusals ("never contact me") to the contact points that leads have now: those of leads that refused, and '
  'of leads with a contact that refused and no contradicting owner, under the names of then or now. Suppresses what is '
  'not shared with another owner, and opts the leads out. Definer: imports and merges may not edit campaign states.';
revoke execute on function private.refuse_contacts(uuid, uuid[], timestamptz) from public;
grant execute on function private.refuse_contacts(uuid, uuid[], timestamptz) to pipeline_writer;

create function private.tg_contact_points__refuse() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_org uuid;
begin
  for v_org in
    select o.org_id from (select distinct n.org_id from new_rows n) o
    where exists (select from public.consents c where c.org_id = o.org_id and c.revoked_scope = 'person')
  loop
    perform private.refuse_contacts(v_org, array(select distinct n.lead_id from new_rows n where n.org_id = v_org));
  end loop;
  return null;
end
$$;
comment on function private.tg_contact_points__refuse() is
  'Trigger: a new contact point of a person who refused everything is suppressed. Definer: as refuse_contacts.';
create trigger _250_refuse after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__refuse();

create function private.tg_lead_merges__refuse() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.refuse_contacts(new.org_id, array[new.survivor_id], new.merged_at);
  return null;
end
$$;
comment on function private.tg_lead_merges__refuse() is
  'Trigger: a merge unites refusals. Definer: as refuse_contacts.';
create trigger _150_refuse after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__refuse();
