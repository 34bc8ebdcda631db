create function private.is_suppressed(p_org_id uuid, p_value_bidx bytea, p_channel text default null) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from public.suppressions s
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx
      and (s.channel is null or p_channel is null or s.channel = p_channel)
      and (select case
          when p_channel = 'all' or s.channel is not null then count(*) = 0
          when p_channel is null then count(*) < case s.kind when 'phone' then 3 else 1 end
          else count(*) filter (where l.channel = p_channel) = 0 end
        from public.suppression_lifts l
        where l.org_id = s.org_id and l.suppression_id = s.id));
end
$$;
comment on function private.is_suppressed(uuid, bytea, text) is
  'Whether a value is suppressed on a channel and no later consent has lifted that. Without a channel: on any; with '
  '''all'': on all channels at once.';
grant execute on function private.is_suppressed(uuid, bytea, text) to service_role;

create function private.suppress_value(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_channel text, p_reason text, p_source text,
  p_as_of timestamptz default now()
) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(p_value_bidx, 'hex'), 2));
  -- One active suppression is enough, except that one which START can lift does not replace one which it cannot.
  if exists (
    select from public.suppressions s
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.channel is not distinct from p_channel
      and (s.reason <> 'stop_keyword' or p_reason = 'stop_keyword')
      and (s.reason in ('bounce', 'complaint', 'litigator') or p_reason not in ('bounce', 'complaint', 'litigator'))
      and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
  then
    return false;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, created_at, nth)
  select p_org_id, p_value_bidx, p_kind, p_channel, p_reason, p_source, p_as_of,
    coalesce(max(s.nth), 0) + 1
  from public.suppressions s
  where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.channel is not distinct from p_channel;
  return true;
end
$$;
comment on function private.suppress_value(uuid, bytea, public.contact_kind, text, text, text, timestamptz) is
  'Suppresses a value on a channel (null: on all); false when it already was, for an equally lasting reason. On all '
  'channels, every lead with the value opts out.';

create function private.suppress_contacts(
  p_org_id uuid, p_values bytea[], p_reason text, p_source text, p_as_of timestamptz default now()
) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off as $$
begin
  -- A lift waits, as in suppress_value. The locks of a whole import would not fit into memory: there a lift that begins
  -- at the same moment frees nothing.
  if cardinality(p_values) <= 100 then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v.value, 'hex'), 2))
    from unnest(p_values) v (value) order by v.value;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, created_at, nth)
  select p_org_id, v.value, c.kind, null, p_reason, p_source, p_as_of, coalesce(s.nth, 0) + 1
  from (select distinct unnest(p_values) as value) v
  cross join lateral (
    select x.kind from public.contact_points x where x.org_id = p_org_id and x.value_bidx = v.value limit 1
  ) c
  cross join lateral (
    select max(x.nth) as nth, bool_or(x.reason <> 'stop_keyword'
      and not exists (select from public.suppression_lifts l
        where l.org_id = x.org_id and l.suppression_id = x.id)) as is_suppressed
    from public.suppressions x where x.org_id = p_org_id and x.value_bidx = v.value and x.channel is null
    offset 0
  ) s
  where s.is_suppressed is not true
  on conflict do nothing;
end
$$;
comment on function private.suppress_contacts(uuid, bytea[], text, text, timestamptz) is
  'Suppresses phones and e-mails of leads on all channels, for a reason that a consent can lift; those that are '
  'suppressed already stay as they are.';

create function private.lift_suppressions(p_org_id uuid, p_consent_id bigint,
  p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  c public.consents;
  v_count integer;
begin
  select x.* into strict c from public.consents x where x.org_id = p_org_id and x.id = p_consent_id;
  if c.value_bidx is null then
    return 0;
  end if;
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(c.value_bidx, 'hex'), 2));
  insert into public.suppression_lifts (org_id, suppression_id, channel, consent_id, lifted_at)
  select s.org_id, s.id, ch, c.id, p_as_of
  from public.suppressions s cross join unnest(c.channels) ch
  where s.org_id = p_org_id and s.value_bidx = c.value_bidx and private.can_lift_suppression(s, c, ch)
    and not private.was_revoked_since(c, ch)
  on conflict do nothing;
  get diagnostics v_count = row_count;
  if v_count > 0 then
    perform set_config('sluice.actor', 'system', true);
    update public.leads l set campaign_status = 'new'
    where l.campaign_status = 'opted_out'
      and (l.org_id, l.id) in (select p.org_id, p.lead_id from public.contact_points p where p.org_id = p_org_id
        and p.value_bidx = c.value_bidx)
      and not exists (
        select from public.contact_points p
        where p.org_id = l.org_id and p.lead_id = l.id and p.invalid_at is null
          and private.is_suppressed(p.org_id, p.value_bidx));
    perform set_config('sluice.actor', v_actor, true);
  end if;
  return v_count;
end
$$;
comment on function private.lift_suppressions(uuid, bigint, timestamptz) is
  'Lifts the suppressions that a consent outranks; returns how many (suppression, channel) pairs. A lead whose '
  'valid contacts are all free again can be fed again. Definer: the caller may not edit campaign states.';
revoke execute on function private.lift_suppressions(uuid, bigint, timestamptz) from public;
grant execute on function private.lift_suppressions(uuid, bigint, timestamptz) to pipeline_writer;

-- The rows decide whether a lead may become new again, not the role that writes.
create function private.tg_leads__stay_opted_out() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.campaign_status <> 'new'
    or exists (select from public.contact_points p
      where p.org_id = new.org_id and p.lead_id = new.id and p.invalid_at is null
        and private.is_suppressed(p.org_id, p.value_bidx))
    or not exists (
      select from public.contact_points p
      join public.suppressions s on s.org_id = p.org_id and s.value_bidx = p.value_bidx
      join public.suppression_lifts l on l.org_id = s.org_id and l.suppression_id = s.id
      where p.org_id = new.org_id and p.lead_id = new.id)
  then
    raise exception 'a lead that opted out can be reopened only by a new consent' using errcode = 'SL403';
  end if;
  return new;
end
$$;
comment on function private.tg_leads__stay_opted_out() is
  'Trigger: an opted-out lead may only become new, and only after consents have lifted its suppressions (SL403). '
  'Definer: reads suppressions without the policies.';
create trigger _150_stay_opted_out before update of campaign_status on public.leads
  for each row when (old.campaign_status = 'opted_out' and new.campaign_status <> 'opted_out')
  execute function private.tg_leads__stay_opted_out();
