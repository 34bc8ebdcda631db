-- What a provider's terms allow with what it says. Every sourced value has its terms and an end.

create table public.data_terms (
  terms text primary key,
  may_store boolean not null,
  keep interval,
  at_end text not null default 'erase',
  meaning text not null,
  constraint end_of_a_fact_is_known check (at_end in ('erase', 'renew')),
  constraint terms_have_a_name check (terms ~ '^[a-z0-9_]{1,40}$')
);
comment on table public.data_terms is 'Classes of terms under which values of providers may be kept.';
comment on column public.data_terms.may_store is 'False: to be shown at once and never stored.';
comment on column public.data_terms.keep is 'How long after it was obtained; null: as long as the lead.';
comment on column public.data_terms.at_end is
  'What the sweep does with an expired value. renew: it is erased, and asked for again.';

create table public.provider_terms (
  provider text not null,
  name text not null,
  terms text not null references public.data_terms (terms) on delete restrict,
  source text not null,
  primary key (provider, name)
);
comment on table public.provider_terms is
  'Which terms apply to a fact of a provider. name *: to all of its facts that have no row. A provider without rows '
  'can fill nothing.';
create index provider_terms_terms_idx on public.provider_terms (terms);

alter table public.data_terms enable row level security;
alter table public.provider_terms enable row level security;
revoke all on public.data_terms, public.provider_terms from anon, authenticated;
grant select on public.data_terms, public.provider_terms to authenticated, service_role, pipeline_writer;
create policy select_members on public.data_terms for select to authenticated using (true);
create policy select_members on public.provider_terms for select to authenticated using (true);
create policy select_writer on public.data_terms for select to pipeline_writer using (true);
create policy select_writer on public.provider_terms for select to pipeline_writer using (true);
