-- What persons have answered about conflicts. It holds for later uploads.

create table public.conflict_rules (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  address text not null,
  buildings bytea[] not null,
  county_fips text,
  note text,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  constraint rule_has_a_building check (cardinality(buildings) > 0),
  constraint county_fips_has_five_digits check (county_fips ~ '^[0-9]{5}$')
);
comment on table public.conflict_rules is
  'Buildings whose conflicts are all answered with own, now and in later uploads.';
comment on column public.conflict_rules.address is 'The address as the person gave it.';
comment on column public.conflict_rules.buildings is
  'Address hashes without a unit: by ZIP, and by city and state, as far as the address has them.';
comment on column public.conflict_rules.county_fips is 'If set, only rows in this county.';

create table public.conflict_answers (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  identity bytea not null,
  row_keys text not null,
  answer public.conflict_answer not null,
  lead_id uuid,
  not_lead_ids uuid[] not null default '{}',
  conflict_id bigint,
  rule_id bigint,
  answered_at timestamptz not null default now(),
  answered_by uuid,
  primary key (org_id, id),
  constraint row_has_one_answer unique (org_id, identity),
  constraint answer_names_its_lead check (case answer when 'same' then lead_id is not null when 'dismiss' then
    lead_id is null else true end),
  constraint answer_follows_a_rule_of_its_org foreign key (org_id, rule_id)
    references public.conflict_rules (org_id, id) on delete set null (rule_id)
);
comment on table public.conflict_answers is
  'Remembered answers: later uploads apply them to the same row (same keys, same owner) without a new conflict.';
comment on column public.conflict_answers.identity is 'Which row: private.row_identity.';
comment on column public.conflict_answers.row_keys is
  'The part of the identity that is no name: private.row_keys. A resolve looks answers up by it.';
comment on column public.conflict_answers.lead_id is
  'same: the lead of the row. own: the lead that was made for it; null until it is made again. The lead may have been '
  'merged since (private.current_lead).';
comment on column public.conflict_answers.not_lead_ids is 'own: the leads that the row does not belong to.';
create index conflict_answers_keys_idx on public.conflict_answers (org_id, row_keys);
create index conflict_answers_lead_idx on public.conflict_answers (org_id, lead_id);
create index conflict_answers_rule_idx on public.conflict_answers (org_id, rule_id);

alter table public.conflict_rules enable row level security;
alter table public.conflict_answers enable row level security;
grant select (org_id, id, address, county_fips, note, created_at, created_by) on public.conflict_rules
  to authenticated;
grant select (org_id, id, answer, lead_id, not_lead_ids, conflict_id, rule_id, answered_at, answered_by)
  on public.conflict_answers to authenticated;
grant select on public.conflict_rules to pipeline_writer;
grant select, insert, update on public.conflict_answers to pipeline_writer;
create policy select_members on public.conflict_rules for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.conflict_rules for select to pipeline_writer using (true);
create policy select_members on public.conflict_answers for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.conflict_answers for select to pipeline_writer using (true);
create policy insert_writer on public.conflict_answers for insert to pipeline_writer with check (true);
create policy update_writer on public.conflict_answers for update to pipeline_writer using (true) with check (true);
