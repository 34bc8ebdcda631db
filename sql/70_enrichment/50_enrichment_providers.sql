-- Which endpoints a kind of run may ask, so that the database can explain why nothing was asked.

create table private.enrichment_providers (
  kind text not null references public.enrichment_kinds (kind) on delete cascade,
  provider text not null,
  endpoint text not null,
  primary key (kind, provider, endpoint)
);
comment on table private.enrichment_providers is
  'The endpoints that each kind of run may ask. A test compares it with the registries of the code.';
alter table private.enrichment_providers enable row level security;
create index enrichment_providers_endpoint_idx on private.enrichment_providers (provider, endpoint);

insert into private.enrichment_providers (kind, provider, endpoint) values
  ('property', 'attom', 'valuation'),
  ('property', 'attom', 'mortgage'),
  ('property', 'attom', 'sales'),
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
