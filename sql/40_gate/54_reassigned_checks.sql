-- Questions whether a number was given to somebody else since its owner agreed, and their answers: the record with
-- which 47 CFR 64.1200(m) is proven. The worker asks (sql/55_delivery/51_reassigned_questions.sql).

create table public.reassigned_checks (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  value_bidx bytea not null,
  lead_id uuid not null,
  since date not null,
  answer text,
  provider text not null,
  account text not null,
  request_id text,
  error text,
  asked_at timestamptz not null,
  answered_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint reassigned_answer_is_known check (answer in ('yes', 'no', 'no_data_available')),
  constraint reassigned_check_has_answer_or_error check ((answer is null) = (error is not null))
);
comment on table public.reassigned_checks is
  'Each question to a register of reassigned numbers, with its answer. Append-only, and kept as long as the org '
  'exists, like the consents that it protects.';
comment on column public.reassigned_checks.value_bidx is
  'Blind index of the phone: who has the number and the org''s key can prove that it was asked about.';
comment on column public.reassigned_checks.since is
  'The date asked about: the day of the consent where days begin last (Hawaii), so never a later day.';
comment on column public.reassigned_checks.request_id is 'The provider''s id of the request.';
comment on column public.reassigned_checks.error is
  'Why there is no answer: the provider''s code, or http_503, timeout.';
create index reassigned_checks_value_idx on public.reassigned_checks (org_id, value_bidx, asked_at desc);
create index reassigned_checks_lead_idx on public.reassigned_checks (org_id, lead_id);
create trigger _100_append_only before update or delete on public.reassigned_checks
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.reassigned_checks
  for each statement execute function private.refuse_change();

alter table public.reassigned_checks enable row level security;
revoke all on public.reassigned_checks from anon, authenticated, service_role;
grant select on public.reassigned_checks to service_role, pipeline_writer;
grant select (org_id, id, lead_id, since, answer, provider, account, request_id, error, asked_at, answered_at)
  on public.reassigned_checks to authenticated;
create policy select_members on public.reassigned_checks for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.reassigned_checks for select to pipeline_writer using (true);

create table private.reassigned_questions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  value_bidx bytea not null,
  lead_id uuid not null,
  contact_point_id bigint not null,
  since date not null,
  wanted_at timestamptz not null,
  next_at timestamptz not null,
  attempts integer not null default 0,
  primary key (org_id, value_bidx)
);
comment on table private.reassigned_questions is
  'Phones about which the worker has to ask: filled by refused decisions, emptied by answers.';
comment on column private.reassigned_questions.next_at is
  'When to ask. A worker that asks sets it to the time at which another one may, and a failure to a later one.';
create index reassigned_questions_due_idx on private.reassigned_questions (next_at);
alter table private.reassigned_questions enable row level security;

create function private.reassigned_answer(p_org_id uuid, p_value_bidx bytea, p_as_of timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('check_id', a.id, 'answer', a.answer, 'asked_at', a.asked_at, 'since', a.since,
    'failed', coalesce(f.asked_at > a.asked_at, f.asked_at is not null))
  from (select) one
  left join lateral (
    select r.id, r.answer, r.asked_at, r.since from public.reassigned_checks r
    where r.org_id = p_org_id and r.value_bidx = p_value_bidx and r.asked_at <= p_as_of and r.answer is not null
    order by r.asked_at desc, r.id desc limit 1) a on true
  left join lateral (
    select r.asked_at from public.reassigned_checks r
    where r.org_id = p_org_id and r.value_bidx = p_value_bidx and r.asked_at <= p_as_of and r.answer is null
    order by r.asked_at desc limit 1) f on true
  where a.id is not null or f.asked_at is not null
$$;
comment on function private.reassigned_answer(uuid, bytea, timestamptz) is
  'The fact `reassigned` of a phone: the latest answer, and whether a later question failed; null if none was asked.';
