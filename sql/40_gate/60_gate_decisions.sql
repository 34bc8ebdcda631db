-- Every decision with its facts and outcome: the evidence for a legal inquiry years later.

create table public.gate_decisions (
  org_id uuid not null,
  id bigint generated always as identity,
  decided_at timestamptz not null default now(),
  lead_id uuid not null,
  contact_point_id bigint not null,
  value_bidx bytea,
  channel text not null,
  purpose text not null,
  campaign_id uuid,
  as_of timestamptz not null,
  allow boolean not null,
  rules text[] not null,
  reasons jsonb not null,
  next_allowed_at timestamptz,
  zones text[] not null,
  states text[] not null,
  rule_version text not null,
  facts jsonb not null,
  primary key (org_id, decided_at, id),
  constraint decision_has_reasons_or_allows check (allow = (cardinality(rules) = 0)),
  constraint decision_facts_are_an_object check (jsonb_typeof(facts) = 'object')
) partition by range (decided_at);
comment on table public.gate_decisions is
  'Every answer of gate_decide: append-only, kept five years, written by gate_decide alone. Without contact values: '
  'the facts identify the contact point by id and blind index. Partitioned by month.';
comment on column public.gate_decisions.decided_at is
  'When it was decided and stored; as_of is the instant that it applies to.';
comment on column public.gate_decisions.facts is
  'The facts given to gate_evaluate, without phone and e-mail; area_code is kept, because zones and states follow '
  'from it.';
comment on column public.gate_decisions.rules is 'Rule ids of the reasons; see gate_rules and decision_rules.';
create index gate_decisions_lead_idx on public.gate_decisions (org_id, lead_id, decided_at desc);
create index gate_decisions_id_idx on public.gate_decisions (org_id, id);

create table private.gate_decisions_other partition of public.gate_decisions default;
comment on table private.gate_decisions_other is
  'Default partition for months without one, so that no decision is lost.';
alter table private.gate_decisions_other enable row level security;

-- A row trigger is copied to every partition, a statement trigger is not.
create trigger _100_append_only before update or delete on public.gate_decisions
  for each row execute function private.refuse_change();
create trigger _100_refuse_truncate before truncate on public.gate_decisions
  for each statement execute function private.refuse_change();

alter table public.gate_decisions enable row level security;
revoke all on public.gate_decisions from anon, authenticated, service_role;
grant select on public.gate_decisions to authenticated, service_role, pipeline_writer;
create policy select_members on public.gate_decisions for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_record_of(org_id, lead_id)));
create policy select_writer on public.gate_decisions for select to pipeline_writer using (true);

create function private.ensure_decision_partitions(p_as_of timestamptz default now(), p_months integer default 3)
returns integer
language sql volatile security definer set search_path = '' as $$
  select private.ensure_month_partitions('gate_decisions', 'decided_at', this.month,
    this.month + make_interval(months => p_months), false)
  from (select date_trunc('month', p_as_of at time zone 'UTC') as month) this
$$;
comment on function private.ensure_decision_partitions(timestamptz, integer) is
  'Creates the monthly partitions up to p_months ahead; returns how many were missing. A month with rows in the '
  'default partition stays there. Definer: only the owner may create partitions.';

revoke execute on function private.ensure_decision_partitions(timestamptz, integer) from pipeline_writer;
