-- A list that marks a number as do-not-call or as that of a litigator is believed: the number is suppressed by value as
-- soon as it is staged, before any lead with it exists. Undoing the upload does not lift that.

create function private.tg_leads_staging_contacts__suppress() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- A litigator is never contacted; a do-not-call mark closes the channels of that number, and not those of its lead.
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, nth)
  select p.org_id, n.value_bidx, n.kind, c.channel, min(n.refused), 'list ' || min(s.key) || ', upload ' || p.upload_id,
    coalesce((select max(x.nth) from public.suppressions x where x.org_id = p.org_id and x.value_bidx = n.value_bidx
      and x.channel is not distinct from c.channel), 0) + 1
  from new_rows n
  join public.upload_parts p on p.id = n.part_id
  join public.uploads u on u.id = p.upload_id and not u.dry_run
  join public.sources s on s.id = u.source_id
  cross join lateral unnest(case n.refused when 'litigator' then '{null}'::text[]
    else private.channels_for_kind(n.kind) end) c (channel)
  where n.refused is not null
    and not exists (select from public.suppressions x
      where x.org_id = p.org_id and x.value_bidx = n.value_bidx and x.channel is not distinct from c.channel
        and (n.refused <> 'litigator' or x.reason in ('bounce', 'complaint', 'litigator'))
        and x.reason <> 'stop_keyword'
        and not exists (select from public.suppression_lifts l
          where l.org_id = x.org_id and l.suppression_id = x.id))
  group by p.org_id, p.upload_id, n.value_bidx, n.kind, c.channel
  on conflict do nothing;
  return null;
end
$$;
comment on function private.tg_leads_staging_contacts__suppress() is
  'Trigger: suppresses values that a list marks as do-not-call or litigator, with the list as source, except in a dry '
  'run. Definer: the staging step may not look up lifts of every org.';
create trigger _100_suppress after insert on private.leads_staging_contacts
  referencing new table as new_rows for each statement execute function private.tg_leads_staging_contacts__suppress();
