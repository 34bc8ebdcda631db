-- Which endpoints a kind of run may ask, so that the database can explain why nothing was asked.

create table private.enrichment_providers (
  kind text not null references public.enrichment_kinds (kind) on delete cascade,
  provider text not null,
  endpoint text not null,
  needs_step boolean not null default false,
  primary key (kind, provider, endpoint)
);
comment on table private.enrichment_providers is
  'The endpoints that each kind of run may ask. A test compares it with the registries of the code.';
comment on column private.enrichment_providers.needs_step is
  'An org asks it only with a step of its own (trace_steps).';
alter table private.enrichment_providers enable row level security;
create index enrichment_providers_endpoint_idx on private.enrichment_providers (provider, endpoint);

insert into private.enrichment_providers (kind, provider, endpoint) values
  ('property', 'attom', 'valuation'),
  ('property', 'attom', 'mortgage'),
  ('property', 'attom', 'sales'),
  ('property', 'attom', 'equity'),
  ('property', 'attom', 'foreclosures'),
  ('property', 'melissa', 'property'),
  ('geocode', 'google', 'geocode'),
  ('trace', 'batchdata', 'skip_trace'),
  ('verify_address', 'melissa', 'personator'),
  ('verify_email', 'zerobounce', 'validate'),
  ('verify_email', 'neverbounce', 'single_check'),
  ('verify_email', 'melissa', 'global_email'),
  ('verify_email', 'melissa', 'global_email_express'),
  ('verify_phone', 'melissa', 'global_phone'),
  ('verify_phone', 'melissa', 'global_phone_express'),
  ('verify_phone', 'twilio', 'line_type_intelligence')
on conflict do nothing;
insert into private.enrichment_providers (kind, provider, endpoint, needs_step) values
  ('trace', 'melissa', 'append', true)
on conflict do nothing;
