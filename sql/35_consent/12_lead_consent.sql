-- leads.consent, consented_at and consent_method summarise public.consents. Any other write to them (an import, a
-- manual edit in SQL) is recorded as an unproven consent.

create function private.effective_consents(p_org_id uuid, p_lead_ids uuid[], p_as_of timestamptz default now())
returns table (lead_id uuid, consent_id bigint, channels text[], ended text)
language sql stable set search_path = '' as $$
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
  -- Row by row through the indexes: the planner may know nothing of the sizes of an import.
  facts as materialized (
    select f.lead_id, c.* from family f
    cross join lateral (
      select x.id, x.action, x.channels, x.value_bidx, x.occurred_at, x.is_unproven, x.is_keyword, x.upload_id
      from public.consents x where x.org_id = p_org_id and x.lead_id = f.member_id
      offset 0
    ) c
    union
    select p.lead_id, c.*
    from (select distinct unnest(p_lead_ids) as lead_id) i
    cross join lateral (
      select x.lead_id, x.value_bidx from public.contact_points x
      where x.org_id = p_org_id and x.lead_id = i.lead_id
      offset 0
    ) p
    cross join lateral (
      select x.id, x.action, x.channels, x.value_bidx, x.occurred_at, x.is_unproven, x.is_keyword, x.upload_id
      from public.consents x where x.org_id = p_org_id and x.value_bidx = p.value_bidx
      offset 0
    ) c
  ),
  -- One join for all leads: looking up the revocations for each consent would grow with their product.
  judged as materialized (
    select g.lead_id, g.id, ch, bool_or(r.lead_id is not null) as revoked
    from facts g
    cross join unnest(g.channels) ch
    left join facts r on r.lead_id = g.lead_id and r.action = 'revoke'
      -- The channels of an unproven consent are uncertain: any revocation, earlier or later, ends all of it.
      and (g.is_unproven or (ch = any (r.channels) and (r.occurred_at >= g.occurred_at
        or (g.is_keyword and not r.is_keyword))))
      and (r.value_bidx = g.value_bidx or r.value_bidx is null or g.value_bidx is null)
    where g.action = 'grant'
    group by g.lead_id, g.id, ch
  ),
  standing as materialized (
    select j.lead_id, j.id, coalesce(array_agg(j.ch order by j.ch) filter (where not j.revoked), '{}') as channels
    from judged j group by j.lead_id, j.id
  )
  select g.lead_id, g.id, s.channels,
    case
      when g.occurred_at + make_interval(months => (o.settings ->> 'consent_months')::integer) <= p_as_of
        then 'expired'
      when g.is_unproven and (select u.state = 'undone' from public.uploads u where u.org_id = p_org_id
        and u.id = g.upload_id) then 'undone'
    end
  from facts g
  join standing s on s.lead_id = g.lead_id and s.id = g.id
  join public.orgs o on o.id = p_org_id
$$;
comment on function private.effective_consents(uuid, uuid[], timestamptz) is
  'Every consent that applies to the leads (their own, those of leads merged into them, those of their phones and '
  'e-mails), the channels of it that no revocation has ended, and whether it has expired or its upload was undone.';

create function private.sync_lead_consents(p_org_id uuid, p_lead_ids uuid[],
  p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_count integer;
begin
  -- Derived values are not recorded as an edit.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.syncing_consents', 'yes', true);
  with standing as materialized (
    select s.lead_id, cardinality(s.channels) > 0 as stands, c.occurred_at, c.method, c.id
    from private.effective_consents(p_org_id, p_lead_ids, p_as_of) s
    join public.consents c on c.org_id = p_org_id and c.id = s.consent_id
    where s.ended is null
  ),
  best as (
    -- The latest consent in effect; otherwise the latest revoked one, which marks the revocation.
    select distinct on (i.id) i.id, coalesce(s.stands, false) as consent, s.occurred_at, s.method
    from unnest(p_lead_ids) i (id)
    left join standing s on s.lead_id = i.id
    order by i.id, s.stands desc nulls last, s.occurred_at desc, s.id desc
  )
  update public.leads l
  set consent = b.consent, consented_at = b.occurred_at, consent_method = b.method
  from best b
  where l.org_id = p_org_id and l.id = b.id
    and (l.consent, l.consented_at, l.consent_method) is distinct from (b.consent, b.occurred_at, b.method);
  get diagnostics v_count = row_count;
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.syncing_consents', '', true);
  return v_count;
end
$$;
comment on function private.sync_lead_consents(uuid, uuid[], timestamptz) is
  'Derives consent, consented_at and consent_method of the leads from public.consents; returns how many changed. '
  'Consent on any channel counts; the gate checks the channel. Definer: nobody may edit consent directly.';
revoke execute on function private.sync_lead_consents(uuid, uuid[], timestamptz) from public;

create function private.tg_consents__sync_leads() returns trigger
language plpgsql security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
begin
  perform private.sync_lead_consents(x.org_id, array_agg(x.lead_id), max(x.recorded_at))
  from (
    -- A new unproven consent only repeats the lead's own columns: it matters only beside other consents.
    select n.org_id, n.lead_id, n.recorded_at from new_rows n
    where n.lead_id is not null
      and (not n.is_unproven or exists (select from public.consents c
        where c.org_id = n.org_id and c.lead_id = n.lead_id and c.id <> n.id))
    union
    select n.org_id, p.lead_id, n.recorded_at from new_rows n
    cross join lateral (
      select c.lead_id from public.contact_points c where c.org_id = n.org_id and c.value_bidx = n.value_bidx offset 0
    ) p
    union
    select n.org_id, m.survivor_id, n.recorded_at from new_rows n
    cross join lateral (
      select c.survivor_id from public.lead_merges c
      where c.org_id = n.org_id and c.merged_id = n.lead_id and c.undone_at is null
      offset 0
    ) m
  ) x
  group by x.org_id;
  return null;
end
$$;
comment on function private.tg_consents__sync_leads() is
  'Trigger: updates leads from their consents. Definer: as sync_lead_consents.';
create trigger _200_follow after insert on public.consents
  referencing new table as new_rows for each statement execute function private.tg_consents__sync_leads();

-- A phone that is imported again brings its revocations back.
create function private.tg_contact_points__sync_consents() returns trigger
language plpgsql security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
begin
  -- Most lists come to an org where no contact has consents of its own.
  if not exists (
    select from (select distinct n.org_id from new_rows n) o
    where exists (select from public.consents c where c.org_id = o.org_id and c.value_bidx is not null)
  ) then
    return null;
  end if;
  perform private.sync_lead_consents(n.org_id, array_agg(distinct n.lead_id))
  from new_rows n
  cross join lateral (
    select from public.consents c where c.org_id = n.org_id and c.value_bidx = n.value_bidx limit 1
  ) c
  group by n.org_id;
  return null;
end
$$;
comment on function private.tg_contact_points__sync_consents() is
  'Trigger: updates the lead of a new contact point that has consents or revocations on record. Definer: as '
  'sync_lead_consents.';
create trigger _200_follow_consents after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__sync_consents();
create trigger _200_follow_consents_on_update after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__sync_consents();

create function private.expire_consents(p_as_of timestamptz default now(),
  p_limit integer default 5000) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer := 0;
  v record;
begin
  for v in
    select x.org_id, array_agg(x.id) as ids
    from (
      select l.org_id, l.id
      from public.orgs o
      join public.leads l on l.org_id = o.id
        and l.consent and l.consented_at + make_interval(months => (
          o.settings ->> 'consent_months')::integer) <= p_as_of
      limit p_limit
    ) x
    group by x.org_id
  loop
    v_count := v_count + private.sync_lead_consents(v.org_id, v.ids, p_as_of);
  end loop;
  return v_count;
end
$$;
comment on function private.expire_consents(timestamptz, integer) is
  'Removes consent from leads whose last consent is older than the org''s consent_months; returns how many. For a '
  'daily run. Definer: as sync_lead_consents.';
create index leads_consented_idx on public.leads (org_id, consented_at) where consent;

create function private.tg_orgs__sync_consents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.sync_lead_consents(new.id, array_agg(l.id)) from public.leads l
  where l.org_id = new.id and exists (select from public.consents c where c.org_id = l.org_id and c.lead_id = l.id);
  return null;
end
$$;
comment on function private.tg_orgs__sync_consents() is
  'Trigger: applies a changed consent_months at once. Definer: as sync_lead_consents.';
create trigger _300_follow_consents after update of settings on public.orgs
  for each row when (old.settings -> 'consent_months' is distinct from new.settings -> 'consent_months')
  execute function private.tg_orgs__sync_consents();

grant execute on function private.effective_consents(uuid, uuid[], timestamptz) to service_role;
grant execute on function private.sync_lead_consents(uuid, uuid[], timestamptz),
  private.expire_consents(timestamptz, integer) to pipeline_writer, service_role;
