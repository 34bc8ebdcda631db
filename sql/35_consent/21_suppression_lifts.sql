-- Suppressions are never deleted. A later consent can outrank one, channel by channel, as a row of its own; the next
-- reason suppresses the value again.

-- Both tables are append-only and the trigger below looks them up, so there is no foreign key to either.
create table public.suppression_lifts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  suppression_id bigint not null,
  channel text not null,
  consent_id bigint not null,
  lifted_at timestamptz not null,
  primary key (org_id, suppression_id, channel),
  constraint lifted_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai'))
);
comment on table public.suppression_lifts is
  'Which suppression a later consent outranks, on which channel, and since when. Insert-only.';
create index suppression_lifts_consent_idx on public.suppression_lifts (org_id, consent_id);
create trigger _100_append_only before update or delete on public.suppression_lifts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.suppression_lifts
  for each statement execute function private.refuse_change();

create function private.can_lift_suppression(p_suppression public.suppressions, p_consent public.consents,
  p_channel text) returns boolean
language sql immutable set search_path = '' as $$
  select p_consent.action = 'grant' and not p_consent.is_unproven
    and p_consent.org_id = p_suppression.org_id and p_consent.value_bidx = p_suppression.value_bidx
    and p_consent.occurred_at > p_suppression.created_at
    and p_channel = any (p_consent.channels)
    and coalesce(p_suppression.channel = p_channel, true)
    and case when p_consent.is_keyword then p_suppression.reason = 'stop_keyword'
      else p_suppression.reason not in ('bounce', 'complaint', 'litigator') end
$$;
comment on function private.can_lift_suppression(public.suppressions, public.consents, text) is
  'Whether a consent outranks a suppression on a channel: later, proven and of the same value. START outranks only a '
  'STOP; nothing outranks a bounce, a complaint or a litigator.';

create function private.was_revoked_since(p_consent public.consents, p_channel text) returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return exists (
    select from public.consents r
    where r.org_id = p_consent.org_id and r.value_bidx = p_consent.value_bidx and r.action = 'revoke'
      and r.revoked_scope <> 'matter' and r.occurred_at >= p_consent.occurred_at and p_channel = any (r.channels));
end
$$;
comment on function private.was_revoked_since(public.consents, text) is
  'Whether the person asked to stop after the consent was given. A suppression keeps the time of the first wish '
  'alone: a document from between two wishes, recorded after both, must not lift it. Definer: reads consents without '
  'the policies.';
revoke execute on function private.was_revoked_since(public.consents, text) from public;
grant execute on function private.was_revoked_since(public.consents, text) to pipeline_writer;

create function private.tg_suppression_lifts__check() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (
    select from public.suppressions s join public.consents c on c.org_id = s.org_id and c.id = new.consent_id
    where s.org_id = new.org_id and s.id = new.suppression_id and private.can_lift_suppression(s, c, new.channel)
      and not private.was_revoked_since(c, new.channel)) then
    raise exception 'no later consent outranks this suppression' using errcode = 'SL402';
  end if;
  return new;
end
$$;
comment on function private.tg_suppression_lifts__check() is
  'Trigger: rejects lifts that can_lift_suppression does not allow, or after a later wish (SL402). Definer: reads '
  'both tables without the '
  'policies.';
create trigger _200_check before insert on public.suppression_lifts
  for each row execute function private.tg_suppression_lifts__check();

alter table public.suppression_lifts enable row level security;
revoke all on public.suppression_lifts from anon, authenticated, service_role;
grant select on public.suppression_lifts to authenticated, service_role;
grant select, insert on public.suppression_lifts to pipeline_writer;
create policy select_admins on public.suppression_lifts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.suppression_lifts for select to pipeline_writer using (true);
create policy insert_writer on public.suppression_lifts for insert to pipeline_writer with check (true);
revoke execute on function private.can_lift_suppression(public.suppressions, public.consents, text) from public;
