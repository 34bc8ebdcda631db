-- Rules are data: every row states its source, how well that was verified and when it was last reviewed. Not legal
-- advice, as docs/gate.md says.

create type public.rule_verification as enum (
  'primary_text_seen', 'quoted_by_third_party', 'secondary_only', 'federal_default', 'from_memory', 'house_policy');
comment on type public.rule_verification is
  'How well a rule was verified, best first: official text seen; quoted by a third party that names the official '
  'page; secondary sources only; no stricter rule found; from memory; our own policy.';

create table public.rule_sets (
  released_on date not null,
  revision smallint not null default 1,
  version text not null generated always as (
    lpad(extract(year from released_on)::int::text, 4, '0') || '-'
      || lpad(extract(month from released_on)::int::text, 2, '0')
    || '-' || lpad(extract(day from released_on)::int::text, 2, '0') || '.' || revision) stored,
  data_hash text not null,
  reviewed_by text not null,
  notes text not null default '',
  primary key (released_on, revision),
  constraint rule_set_version_is_unique unique (version),
  constraint revision_counts_from_one check (revision >= 1)
);
comment on table public.rule_sets is
  'One row per reviewed release of the rule data. The newest is in force; its version is stored with every decision.';
comment on column public.rule_sets.data_hash is
  'private.gate_data_hash() at release: a test compares it with the tables, so data cannot change without a new '
  'version.';

create table public.gate_rules (
  rule text primary key,
  concern text not null,
  title text not null,
  channels text[] not null default '{email,sms,voice_manual,voice_ai}',
  is_temporary boolean not null default false,
  waivable boolean not null default false,
  source text not null,
  verification public.rule_verification not null,
  effective_from date,
  effective_to date,
  reviewed_on date not null,
  notes text not null default '',
  constraint gate_rule_id_is_snake_case check (rule ~ '^[a-z][a-z0-9_]*$'),
  constraint gate_rule_channels_are_known check (channels <@ '{email,sms,voice_manual,voice_ai}'),
  constraint gate_rule_starts_before_it_ends check (effective_to >= effective_from)
);
comment on table public.gate_rules is
  'Every reason that gate_evaluate can give, by its stable id: its meaning, the law or policy behind it and how well '
  'that was verified.';
comment on column public.gate_rules.is_temporary is
  'Whether time alone can end this refusal, so that it may carry a next_allowed_at.';
comment on column public.gate_rules.waivable is
  'Whether an org may waive it on the advice of a named counsel: our own policies, and contested readings of the law.';

alter table public.rule_sets enable row level security;
alter table public.gate_rules enable row level security;
revoke all on public.rule_sets, public.gate_rules from service_role;
grant select on public.rule_sets, public.gate_rules to authenticated, service_role, pipeline_writer;
create policy select_everybody on public.rule_sets for select to authenticated, pipeline_writer using (true);
create policy select_everybody on public.gate_rules for select to authenticated, pipeline_writer using (true);
