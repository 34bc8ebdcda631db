-- "Never contact", kept by value and not by lead: whatever is imported, merged, undone or replayed later, the value
-- stays suppressed. Rows are only added.

create table public.suppressions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  kind public.contact_kind not null,
  channel text,
  reason text not null,
  source text not null,
  nth integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint value_is_suppressed_once_per_channel unique nulls not distinct (org_id, value_bidx, channel, nth),
  constraint suppressed_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint suppression_says_why check (length(btrim(reason)) > 0 and length(btrim(source)) > 0)
);
comment on table public.suppressions is
  'Phones and e-mails that the org never contacts, by blind index. Insert-only; the first reason and time are kept.';
comment on column public.suppressions.channel is 'email, sms, voice_manual or voice_ai; null means all of them.';
comment on column public.suppressions.reason is
  'Why: stop_keyword (START reverses it), opt_out, unsubscribe, complaint, bounce, litigator, request …';
comment on column public.suppressions.nth is
  'Counts repeated suppressions: after a consent, or for a reason that no keyword lifts.';
comment on column public.suppressions.source is 'Origin: a reply, a webhook, an import, a person.';

create function private.tg_suppressions__only_grow() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- Suppressions are deleted only together with their org.
  if tg_op = 'DELETE' and not exists (select from public.orgs o where o.id = old.org_id) then
    return old;
  end if;
  raise exception 'suppressions are append-only' using errcode = 'SL502';
end
$$;
comment on function private.tg_suppressions__only_grow() is
  'Trigger: rejects updates and deletions (SL502). Definer: looks up the org without the policies.';
create trigger _100_only_grow before update or delete on public.suppressions
  for each row execute function private.tg_suppressions__only_grow();
create trigger _100_refuse_truncate before truncate on public.suppressions
  for each statement execute function private.tg_suppressions__only_grow();

create function private.tg_suppressions__opt_out_leads() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  v_actor text := current_setting('sluice.actor', true);
  v_clock text := current_setting('sluice.as_of', true);
  v record;
begin
  -- The effects on a lead are dated like the suppression.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of',
    (select max(n.created_at) from new_rows n)::text, true);
  for v in
    select n.org_id, array_agg(distinct c.lead_id) as leads
    from new_rows n
    cross join lateral (
      select p.lead_id from public.contact_points p where p.org_id = n.org_id and p.value_bidx = n.value_bidx offset 0
    ) c
    where n.channel is null
    group by n.org_id
  loop
    update public.leads l set campaign_status = 'opted_out'
    where l.org_id = v.org_id and l.id = any (v.leads) and l.campaign_status <> 'opted_out';
  end loop;
  perform set_config('sluice.actor', coalesce(v_actor, ''), true),
    set_config('sluice.as_of', coalesce(v_clock, ''), true);
  return null;
end
$$;
comment on function private.tg_suppressions__opt_out_leads() is
  'Trigger: a suppression on all channels opts out every lead with the value. It waits for a feed that has locked '
  'the lead, and a feed skips leads that it has locked, so one of the two always sees the other. Definer: the writer '
  'may not edit campaign states.';
create trigger _200_opt_out_leads after insert on public.suppressions
  referencing new table as new_rows for each statement execute function private.tg_suppressions__opt_out_leads();

alter table public.suppressions enable row level security;
revoke all on public.suppressions from anon, authenticated;
grant select on public.suppressions to authenticated;
grant select, insert on public.suppressions to pipeline_writer;
create policy select_admins on public.suppressions for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.suppressions for select to pipeline_writer using (true);
create policy insert_writer on public.suppressions for insert to pipeline_writer with check (true);
