-- "Never contact me": everything, on every contact point of the person, also those that are imported or merged later.
-- The revocation with the scope person is the record; this file applies it.

create function private.owner_name(p_org_id uuid, p_lead_id uuid) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(nullif(btrim(l.owner_full), ''), nullif(btrim(concat_ws(' ', l.owner_1_first, l.owner_1_last)), ''))
    from public.leads l where l.org_id = p_org_id and l.id = p_lead_id);
end
$$;
comment on function private.owner_name(uuid, uuid) is 'The name of a lead''s owner as lists have it; null if unknown.';

create function private.owner_name_at(p_org_id uuid, p_lead_id uuid, p_at timestamptz) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  -- The first change since has what was there before; an erased one has nothing to compare.
  v_old constant jsonb := (
    select jsonb_object_agg(f.key, case when jsonb_typeof(f.value) = 'array' then f.value -> 0 end)
    from (
      select distinct on (x.key) x.key, x.value
      from public.lead_changes h cross join lateral jsonb_each(h.changes) x
      where h.org_id = p_org_id and h.lead_id = p_lead_id and h.action = 'updated' and h.changed_at >= p_at
        and x.key in ('owner_1_first', 'owner_1_last', 'owner_full')
      order by x.key, h.id
    ) f);
begin
  if v_old is null then
    return private.owner_name(p_org_id, p_lead_id);
  end if;
  return (
    select coalesce(nullif(btrim(n.owner_full), ''), nullif(btrim(concat_ws(' ', n.owner_1_first, n.owner_1_last)), ''))
    from public.leads l
    cross join lateral jsonb_populate_record(l, v_old) n
    where l.org_id = p_org_id and l.id = p_lead_id);
end
$$;
comment on function private.owner_name_at(uuid, uuid, timestamptz) is
  'The name that a lead''s owner had at a time, from the history; null if unknown, erased or deleted. Definer: callers '
  'may not read the history.';
revoke execute on function private.owner_name_at(uuid, uuid, timestamptz) from public;
grant execute on function private.owner_name_at(uuid, uuid, timestamptz) to pipeline_writer;

create function private.owners_ever_agree(p_org_id uuid, p_a uuid, p_b uuid, p_since timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_a constant text := private.owner_name(p_org_id, p_a);
  v_b constant text := private.owner_name(p_org_id, p_b);
begin
  -- The history is read only where it can change the answer.
  if private.names_agree(v_a, v_b) then
    return true;
  end if;
  return (
    select case when bool_or(x.agree) then true when bool_and(x.agree is not null) then false end
    from (
      select private.names_agree(a.name, b.name) as agree
      from (select v_a as name union select private.owner_name_at(p_org_id, p_a, p_since)) a
      cross join (select v_b as name union select private.owner_name_at(p_org_id, p_b, p_since)) b
    ) x);
end
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

-- Looked up row by row through the indexes: an org may have many refusals, and most imports meet none of them. Each
-- time planned for the sizes of that moment. A look-up by lead must not imply the conditions of the partial indexes by
-- value: their estimate is always one row, whatever part of the key is known.
create function private.refuse_contacts(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns void
language plpgsql volatile security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_refused uuid[];
  v_since timestamptz;
  v_values bytea[];
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
    cross join lateral (
      select x.merged_id from public.lead_merges x
      where x.org_id = p_org_id and x.survivor_id = f.member_id and x.undone_at is null
      offset 0
    ) m
  ),
  own as materialized (
    select f.lead_id, c.value_bidx, c.at
    from family f
    cross join lateral (
      select x.value_bidx, least(x.occurred_at, x.recorded_at) as at from public.consents x
      where x.org_id = p_org_id and x.lead_id = f.member_id and (x.revoked_scope = 'person') is true
      offset 0
    ) c
    where c.value_bidx is not null
  ),
  -- New leads with a contact that refused.
  met as materialized (
    select i.id as lead_id, c.*
    from (select distinct unnest(p_lead_ids) as id) i
    cross join lateral (
      select x.value_bidx from public.contact_points x where x.org_id = p_org_id and x.lead_id = i.id offset 0
    ) p
    cross join lateral (
      select x.value_bidx, x.lead_id as of_lead, x.occurred_at, x.method, x.upload_id,
        least(x.occurred_at, x.recorded_at) as at
      from public.consents x
      where x.org_id = p_org_id and x.value_bidx = p.value_bidx and x.revoked_scope = 'person'
      offset 0
    ) c
  ),
  -- A consent that came later has lifted it.
  refused as materialized (
    select v.value_bidx
    from (select o.value_bidx from own o union select m.value_bidx from met m) v
    cross join lateral (
      -- As private.is_suppressed does for all channels.
      select bool_or(not exists (select from public.suppression_lifts f
        where f.org_id = x.org_id and f.suppression_id = x.id)) as now
      from public.suppressions x
      where x.org_id = p_org_id and x.value_bidx = v.value_bidx and x.channel is null
      offset 0
    ) s
    where s.now
  ),
  -- They are the same person unless the names contradict. A lead agrees with itself.
  pairs as materialized (
    select d.lead_id, d.of_lead, d.at,
      private.owners_ever_agree(p_org_id, d.of_lead, d.lead_id, d.at) is not false as is_one
    from (
      select distinct m.lead_id, m.of_lead, m.at from met m join refused using (value_bidx)
      where m.of_lead <> m.lead_id
      offset 0
    ) d
  ),
  refusals as (
    select o.lead_id, o.at from own o join refused using (value_bidx)
    union
    select m.lead_id, m.at from met m join refused using (value_bidx)
    left join pairs p on p.lead_id = m.lead_id and p.of_lead = m.of_lead and p.at = m.at
    where coalesce(p.is_one, true)
      -- The writer may be the owner of any lead that had the phone or e-mail: each has a row without a value. A list
      -- has one for each lead that it marks, with its values.
      or m.upload_id is null and exists (
        select from public.consents k
        where k.org_id = p_org_id and (k.revoked_scope = 'person') is true and k.value_bidx is null
          and k.upload_id is null and k.occurred_at = m.occurred_at and k.method = m.method
          and private.owners_ever_agree(p_org_id, k.lead_id, m.lead_id, least(k.occurred_at, k.recorded_at))
            is not false)
  )
  select array_agg(distinct r.lead_id), min(r.at) into v_refused, v_since from refusals r;
  if v_refused is null then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  -- Their other contacts, but for those of other owners, and what a consent has freed since.
  select array_agg(c.value_bidx) into v_values
  from (
    select o.value_bidx, min(l.id::text)::uuid as lead_id
    from unnest(v_refused) l (id)
    cross join lateral (
      select x.value_bidx from public.contact_points x where x.org_id = p_org_id and x.lead_id = l.id offset 0
    ) o
    group by o.value_bidx
  ) c
  cross join lateral (
    select max(x.created_at) as last_at,
      bool_or(x.channel is null and not exists (select from public.suppression_lifts f
        where f.org_id = x.org_id and f.suppression_id = x.id)) as is_suppressed
    from public.suppressions x where x.org_id = p_org_id and x.value_bidx = c.value_bidx
    offset 0
  ) s
  -- In this order: the question whether it is shared costs most.
  where case when s.is_suppressed then false
      else not private.is_shared_contact(p_org_id, c.value_bidx, c.lead_id, v_since) end
    and not exists (
      select from public.consents g
      where g.org_id = p_org_id and g.value_bidx = c.value_bidx and g.action = 'grant' and not g.is_unproven
        and not g.is_keyword and g.occurred_at > s.last_at);
  if v_values is not null then
    perform private.suppress_contacts(p_org_id, v_values, 'opt_out', 'refusal', p_as_of);
  end if;
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
