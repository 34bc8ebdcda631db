create table public.org_gate_rules (
  org_id uuid not null references public.orgs (id) on delete cascade,
  key text not null,
  value jsonb not null,
  loosens boolean not null generated always as (key in ('waive', 'internal_list_ends')) stored,
  counsel text,
  reason text not null,
  reviewed_on date not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, key),
  constraint org_rule_key_is_known check (key in (
    'calling_hours', 'max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months',
    'scrub_max_age_days', 'deny_states', 'deny_channels', 'hours_for_transactional', 'unsubscribe_ends_transactional',
    'internal_list_ends', 'waive', 'reassigned_check_days')),
  constraint loosening_names_its_counsel check (
    key not in ('waive', 'internal_list_ends') or length(btrim(coalesce(counsel, ''))) >= 3),
  constraint org_rule_says_why check (length(btrim(reason)) >= 3),
  constraint org_rule_value_fits_its_key check (case
    when key in ('max_attempts_24h', 'max_attempts_7d', 'max_attempts_total', 'consent_max_age_months')
      then jsonb_typeof(value) = 'number' and value::text ~ '^[0-9]{1,4}$'
    when key = 'reassigned_check_days' then jsonb_typeof(value) = 'number' and value::text ~ '^([1-9]|[12][0-9]|3[01])$'
    when key = 'scrub_max_age_days' then jsonb_typeof(value) = 'number' and value::text ~ '^([0-9]|[12][0-9]|3[01])$'
    when key in ('deny_states', 'deny_channels', 'waive') then jsonb_typeof(value) = 'array'
    when key = 'calling_hours' then jsonb_typeof(value) = 'object'
      and value ->> 'start' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$' and value ->> 'end' ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'
      and value ->> 'start' < value ->> 'end'
    else jsonb_typeof(value) = 'boolean' end)
);
comment on table public.org_gate_rules is
  'An org''s own rules in addition to the law. They can only tighten, except for two keys, which require the name of '
  'the counsel who approved them: waive (rule ids marked waivable in gate_rules) and internal_list_ends (an internal '
  'request ends with its legal term).';
comment on column public.org_gate_rules.value is
  'calling_hours {"start":"09:00","end":"20:00","closed":["sat","sun"]}; max_attempts_*, *_age_* and '
  'reassigned_check_days a number; '
  'deny_states ["FL"], deny_channels ["voice_ai"], waive ["rule"]; the rest true or false.';

create trigger _100_set_updated_at before update on public.org_gate_rules
  for each row execute function private.set_updated_at();

alter table public.org_gate_rules enable row level security;
grant select on public.org_gate_rules to authenticated, pipeline_writer;
grant all on public.org_gate_rules to service_role;
create policy select_members on public.org_gate_rules for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_writer on public.org_gate_rules for select to pipeline_writer using (true);
