-- Audits of websites, by org and domain: they know nothing of businesses. The table is also the queue of the audit
-- worker, so that the core has no queue of a pack.

create type public.website_audit_state as enum ('queued', 'running', 'done', 'failed');
comment on type public.website_audit_state is
  'In the order of life; failed: the first page could not be read, and the audit says why. See sql/STATES.md.';

create table public.website_audits (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  domain text not null,
  url text not null,
  state public.website_audit_state not null default 'queued',
  requested_at timestamptz not null default now(),
  requested_by uuid,
  attempts smallint not null default 0,
  started_at timestamptz,
  lease_until timestamptz,
  finished_at timestamptz,
  fresh_until timestamptz,
  found_url text,
  code text,
  reason text,
  took_ms integer,
  peak_mib integer,
  primary key (org_id, id),
  constraint audited_domain_is_in_lower_case check (domain = lower(domain) and length(domain) between 1 and 253),
  constraint audited_url_is_short check (length(url) <= 2000 and length(found_url) <= 2000),
  constraint waiting_audit_has_not_started check ((state = 'queued') = (started_at is null)),
  constraint running_audit_has_a_lease check ((state = 'running') = (lease_until is not null)),
  constraint finished_audit_has_its_times check ((state in ('done', 'failed')) = (finished_at is not null)
    and (finished_at is null) = (fresh_until is null)),
  constraint failed_audit_has_a_reason check ((state = 'failed') = (reason is not null)
    and (code is null) = (reason is null)),
  constraint audit_is_attempted_a_few_times check (attempts between 0 and 3)
);
comment on table public.website_audits is
  'Audits of websites. Requested through request_website_audit, run by the audit worker.';
comment on column public.website_audits.attempts is 'Workers that took it; one that dies lets its lease run out.';
comment on column public.website_audits.fresh_until is
  'Until then a request for the domain is answered with this audit.';
comment on column public.website_audits.found_url is 'Where the first page was found, after redirects.';
comment on column public.website_audits.code is
  'Why it failed: dns, refused, reset, timeout, tls, redirects, not_public, robots, status, not_html, empty, stopped '
  'or failed; reason says it in words.';
comment on column public.website_audits.peak_mib is 'Most memory of its processes together.';
create unique index website_audits_open_key on public.website_audits (org_id, domain)
  where state in ('queued', 'running');
create index website_audits_domain_idx on public.website_audits (org_id, domain, finished_at desc);
create index website_audits_waiting_idx on public.website_audits (requested_at)
  where state in ('queued', 'running');
create trigger _010_require_pack before insert or update on public.website_audits
  for each row execute function private.tg_require_pack('prospects');

create table public.website_audit_parts (
  org_id uuid not null references public.orgs (id) on delete cascade,
  audit_id uuid not null,
  part text not null,
  result jsonb,
  error text,
  took_ms integer not null,
  recorded_at timestamptz not null default now(),
  primary key (org_id, audit_id, part),
  constraint part_is_of_an_audit_of_its_org foreign key (org_id, audit_id)
    references public.website_audits (org_id, id) on delete cascade,
  constraint audit_part_is_known check (part in ('page', 'links', 'browser', 'lighthouse')),
  constraint audit_part_has_a_result_or_an_error check ((result is null) <> (error is null)),
  constraint audit_part_is_an_object check (jsonb_typeof(result) = 'object')
);
comment on table public.website_audit_parts is
  'What each part of an audit measured, kept as soon as it is done. No contact values: only whether there are any.';
comment on column public.website_audit_parts.result is
  '{measures: {name: {value, url, details}}, technologies, source, notes}. A measure that is missing was not measured.';
create trigger _010_require_pack before insert or update on public.website_audit_parts
  for each row execute function private.tg_require_pack('prospects');

create table public.website_findings (
  org_id uuid not null references public.orgs (id) on delete cascade,
  audit_id uuid not null,
  rule text not null,
  rule_version integer not null,
  position smallint not null,
  category text not null,
  title text not null,
  cost text not null,
  impact numeric(4, 2) not null,
  confidence numeric(3, 2) not null,
  effort smallint not null,
  priority numeric(5, 2) not null,
  evidence jsonb not null,
  primary key (org_id, audit_id, rule),
  constraint finding_is_of_an_audit_of_its_org foreign key (org_id, audit_id)
    references public.website_audits (org_id, id) on delete cascade,
  constraint finding_has_evidence check (evidence ? 'url' and evidence ? 'value' and evidence ? 'threshold'),
  constraint finding_impact_is_up_to_10 check (impact between 0 and 10),
  constraint finding_confidence_is_a_share check (confidence between 0 and 1),
  constraint finding_effort_is_up_to_5 check (effort between 1 and 5)
);
comment on table public.website_findings is
  'Faults of a website, the most worthwhile first: priority is impact × confidence ÷ effort.';
comment on column public.website_findings.position is 'From 1, in the order of priority.';
comment on column public.website_findings.cost is 'What it costs the business, in plain words.';
comment on column public.website_findings.evidence is '{url, measure, value, threshold, details}.';
create trigger _010_require_pack before insert or update on public.website_findings
  for each row execute function private.tg_require_pack('prospects');

alter table public.website_audits enable row level security;
alter table public.website_audit_parts enable row level security;
alter table public.website_findings enable row level security;
revoke all on public.website_audits, public.website_audit_parts, public.website_findings
  from anon, authenticated, service_role;
grant select on public.website_audits, public.website_audit_parts, public.website_findings
  to authenticated, service_role, pipeline_writer;
create policy select_members on public.website_audits for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_members on public.website_audit_parts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_members on public.website_findings for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_writer on public.website_audits for select to pipeline_writer using (true);
create policy select_writer on public.website_audit_parts for select to pipeline_writer using (true);
create policy select_writer on public.website_findings for select to pipeline_writer using (true);
