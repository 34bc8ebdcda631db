-- A list that marks a phone, an e-mail or a person as not to be contacted is believed: the values are suppressed as soon
-- as they are staged, before any lead with them exists. Undoing the upload, or a later list without the mark, lifts
-- nothing.

-- Plans are cached, perhaps since nothing was suppressed: without the settings, each value would read all suppressions.
create function private.tg_leads_staging_contacts__suppress() returns trigger
language plpgsql security definer
set search_path = ''
set enable_seqscan = off
set enable_nestloop = on
as $$
begin
  -- Most lists mark nobody.
  if not exists (select from new_rows n where n.refused is not null) then
    return null;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, nth)
  select v.org_id, v.value_bidx, v.kind, v.channel, r.reason, v.source, coalesce(x.nth, 0) + 1
  from (
    select p.org_id, n.value_bidx, n.kind, c.channel, 'list ' || min(s.key) || ', upload ' || p.upload_id as source,
      (array_agg(f.reason order by f.rank))[1] as reason,
      (array_agg(f.reason order by f.rank) filter (where f.reason in ('bounce', 'complaint', 'litigator')))[1]
        as lasting
    from (select m.part_id, m.value_bidx, m.kind, m.refused from new_rows m where m.refused is not null) n
    join private.listed_refusals() f on f.refused = n.refused
    join public.upload_parts p on p.id = n.part_id
    join public.uploads u on u.id = p.upload_id and not u.dry_run
    join public.sources s on s.id = u.source_id
    cross join lateral unnest(case n.kind when 'phone' then f.phone else f.email end) c (channel)
    group by p.org_id, p.upload_id, n.value_bidx, n.kind, c.channel
  ) v
  cross join lateral (
    select max(s.nth) as nth,
      bool_or(s.reason <> 'stop_keyword' and a.is_active) as is_suppressed,
      bool_or(s.reason in ('bounce', 'complaint', 'litigator') and a.is_active) as is_lasting
    from public.suppressions s
    cross join lateral (
      select not exists (select from public.suppression_lifts l
        where l.org_id = s.org_id and l.suppression_id = s.id) as is_active
    ) a
    where s.org_id = v.org_id and s.value_bidx = v.value_bidx and s.channel is not distinct from v.channel
    offset 0
  ) x
  -- Once is enough, unless the mark is of those that no keyword lifts.
  cross join lateral (
    select case when x.is_lasting then null when x.is_suppressed then v.lasting else v.reason end as reason
  ) r
  where r.reason is not null
  on conflict do nothing;
  return null;
end
$$;
comment on function private.tg_leads_staging_contacts__suppress() is
  'Trigger: suppresses values that a list marks (private.listed_refusals), with the list as source, except in a dry '
  'run. Definer: the staging step may not look up lifts of every org.';
create trigger _100_suppress after insert on private.leads_staging_contacts
  referencing new table as new_rows for each statement execute function private.tg_leads_staging_contacts__suppress();

create function private.refuse_listed_leads(p_upload public.uploads, p_lead_ids uuid[], p_as_of timestamptz)
returns void
language plpgsql volatile security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_method constant text := 'list ' || (select s.key from public.sources s where s.id = p_upload.source_id);
begin
  -- For the lead, so that it also applies to contacts that are imported later, and for each value that is suppressed.
  -- The same mark again adds nothing, except after a consent.
  insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
    revoked_scope, method, occurred_at, recorded_by, source_id, upload_id, recorded_at)
  select l.org_id, l.id, c.id, c.value_bidx, c.kind, c.masked, 'revoke',
    case when c.id is null then '{email,sms,voice_manual,voice_ai}' else private.channels_for_kind(c.kind) end,
    'person', v_method, p_as_of, 'upload', p_upload.source_id, p_upload.id, p_as_of
  from unnest(p_lead_ids) i (id)
  cross join lateral (
    select x.org_id, x.id from public.leads x where x.org_id = p_upload.org_id and x.id = i.id offset 0
  ) l
  cross join lateral (
    select null::bigint as id, null::bytea as value_bidx, null::public.contact_kind as kind, null::text as masked
    union all
    select k.id, k.value_bidx, k.kind, k.masked from public.contact_points k
    where k.org_id = p_upload.org_id and k.lead_id = l.id
    offset 0
  ) c
  cross join lateral (
    select c.id is null or bool_or(not exists (select from public.suppression_lifts f
      where f.org_id = s.org_id and f.suppression_id = s.id)) as is_refused
    from public.suppressions s
    where s.org_id = p_upload.org_id and s.value_bidx = c.value_bidx and s.channel is null
    offset 0
  ) s
  cross join lateral (
    select bool_or(not exists (select from public.consents g
      where g.org_id = l.org_id and g.lead_id = l.id and g.action = 'grant' and not g.is_unproven
        and g.id > r.id)) as is_known
    from public.consents r
    where r.org_id = p_upload.org_id and r.lead_id = l.id and (r.revoked_scope = 'person') is true
      and r.value_bidx is not distinct from c.value_bidx
    offset 0
  ) r
  where s.is_refused and r.is_known is not true;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_upload.org_id and l.id = any (p_lead_ids) and l.campaign_status <> 'opted_out';
  perform private.refuse_contacts(p_upload.org_id, p_lead_ids, p_as_of);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$$;
comment on function private.refuse_listed_leads(public.uploads, uuid[], timestamptz) is
  'Leads whose rows a list marks as not to be contacted at all: records the refusal of the person, opts them out and '
  'suppresses their contacts. Definer: imports may not edit campaign states.';
revoke execute on function private.refuse_listed_leads(public.uploads, uuid[], timestamptz) from public;
grant execute on function private.refuse_listed_leads(public.uploads, uuid[], timestamptz) to pipeline_writer;

create function private.tg_leads_staging__refuse_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v record;
begin
  -- All leads of a slice at once: one by one they would cost a look-up of refusals each.
  for v in
    select u, array_agg(distinct n.lead_id) as leads
    from new_rows n join public.uploads u on u.org_id = n.org_id and u.id = n.upload_id
    where n.do_not_contact and n.lead_id is not null
    group by u.org_id, u.id
  loop
    perform private.refuse_listed_leads(v.u, v.leads, now());
  end loop;
  return null;
end
$$;
comment on function private.tg_leads_staging__refuse_leads() is
  'Trigger: rows that the list marks as not to be contacted have become leads, or were added to some. Definer: as '
  'refuse_listed_leads.';
create trigger _100_refuse_leads after update on public.leads_staging
  referencing new table as new_rows for each statement execute function private.tg_leads_staging__refuse_leads();
