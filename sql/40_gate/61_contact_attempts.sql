create table public.contact_attempts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  channel text not null,
  direction text not null,
  at timestamptz not null,
  subject text,
  campaign_id uuid,
  lead_id uuid,
  decision_id bigint,
  keyword text,
  primary key (org_id, id),
  constraint attempt_channel_is_known check (channel in ('email', 'sms', 'voice_manual', 'voice_ai')),
  constraint attempt_direction_is_known check (direction in ('outbound', 'inbound')),
  constraint only_the_person_uses_keywords check (keyword is null or direction = 'inbound'),
  constraint keyword_is_known check (keyword in ('stop', 'opt_out', 'start'))
);
comment on table public.contact_attempts is
  'Every contact with a phone or e-mail, by value: the basis of the caps, across leads and campaigns. Outreach '
  'inserts the row in the transaction of its claim, before it sends. Insert-only; no message texts.';
comment on column public.contact_attempts.subject is
  'The subject matter: some states count by it; null counts as the same as any.';
comment on column public.contact_attempts.keyword is
  'The request of an inbound message: stop (the keyword, which START reverses), opt_out (in words, which START does '
  'not reverse), start.';
create index contact_attempts_value_idx on public.contact_attempts (org_id, value_bidx, at desc);
create index contact_attempts_lead_idx on public.contact_attempts (org_id, lead_id, at desc);
create index contact_attempts_day_idx on public.contact_attempts (org_id, at) where direction = 'outbound';
create trigger _100_append_only before update or delete on public.contact_attempts
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.contact_attempts
  for each statement execute function private.refuse_change();

alter table public.contact_attempts enable row level security;
revoke all on public.contact_attempts from anon, authenticated, service_role;
grant select (org_id, id, channel, direction, at, subject, campaign_id, lead_id, decision_id, keyword)
  on public.contact_attempts to authenticated;
grant select, insert on public.contact_attempts to pipeline_writer, service_role;
create policy select_members on public.contact_attempts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.contact_attempts for select to pipeline_writer using (true);
create policy insert_writer on public.contact_attempts for insert to pipeline_writer with check (true);
