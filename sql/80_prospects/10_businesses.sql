-- Businesses, with lasting facts only: from their own websites, bought data and members, each with its provenance.

create table public.businesses (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text not null,
  name_key text not null,
  website_domain text,
  street text,
  house_number text,
  street_key text,
  unit text,
  city text,
  state text,
  zip text,
  latitude double precision,
  longitude double precision,
  chain text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint business_has_a_name check (length(btrim(name)) between 1 and 200),
  constraint website_domain_is_a_host check (website_domain ~ '^[a-z0-9.-]{1,253}(:[0-9]{1,5})?$'),
  constraint position_is_whole check (num_nonnulls(latitude, longitude) in (0, 2)),
  constraint latitude_is_on_earth check (latitude between -90 and 90),
  constraint longitude_is_on_earth check (longitude between -180 and 180)
);
comment on table public.businesses is
  'Businesses of an org. Nothing here comes from Google or Yelp: see business_places and place_displays.';
comment on column public.businesses.name_key is 'The name without its form, punctuation and case, for matching.';
comment on column public.businesses.website_domain is
  'Host of its website without www, with a port where it has one; audits are keyed by it.';
comment on column public.businesses.street_key is 'The stem of its street, for matching.';
comment on column public.businesses.chain is 'The chain or franchise that it belongs to; null: it is on its own.';
create index businesses_domain_idx on public.businesses (org_id, website_domain) where website_domain is not null;
create index businesses_name_idx on public.businesses (org_id, name_key);
create index businesses_street_idx on public.businesses (org_id, zip, house_number) where house_number is not null;
create trigger _010_require_pack before insert or update on public.businesses
  for each row execute function private.tg_require_pack('prospects');
create trigger _100_set_updated_at before update on public.businesses
  for each row execute function private.set_updated_at();

create table public.business_contacts (
  org_id uuid not null,
  id bigint generated always as identity,
  business_id uuid not null,
  kind public.contact_kind not null,
  value_bidx bytea not null,
  value_cipher bytea not null,
  key_id integer not null,
  masked text not null,
  provider text not null,
  source_url text,
  obtained_at timestamptz not null,
  primary key (org_id, id),
  constraint contact_is_kept_once_per_business unique (org_id, business_id, value_bidx),
  constraint contact_is_of_a_business_of_its_org foreign key (org_id, business_id)
    references public.businesses (org_id, id) on delete cascade,
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.business_contacts is
  'Phones and e-mails that businesses publish, encrypted and found by value_bidx as those of leads are. Only of '
  'providers whose terms let contacts be kept.';
create index business_contacts_value_idx on public.business_contacts (org_id, value_bidx);
create index business_contacts_key_idx on public.business_contacts (key_id, org_id);
create trigger _010_require_pack before insert or update on public.business_contacts
  for each row execute function private.tg_require_pack('prospects');

create table public.business_facts (
  org_id uuid not null,
  id bigint generated always as identity,
  business_id uuid not null,
  provider text not null,
  name text not null,
  value jsonb not null,
  terms text not null references public.data_terms (terms) on delete restrict,
  source_url text,
  obtained_at timestamptz not null,
  expires_at timestamptz,
  primary key (org_id, id),
  constraint business_fact_is_kept_once unique (org_id, business_id, provider, name),
  constraint business_fact_is_of_its_org foreign key (org_id, business_id)
    references public.businesses (org_id, id) on delete cascade,
  constraint business_fact_has_a_name check (name ~ '^[a-z0-9_]{1,60}$'),
  constraint business_fact_expires_after_it_came check (expires_at > obtained_at)
);
comment on table public.business_facts is
  'What is known about businesses, each fact with its provider, page, terms and end. No contact values.';
create index business_facts_expiry_idx on public.business_facts (expires_at) where expires_at is not null;
create index business_facts_terms_idx on public.business_facts (terms);
create trigger _010_require_pack before insert or update on public.business_facts
  for each row execute function private.tg_require_pack('prospects');
create trigger _100_apply_terms before insert or update of provider, name, obtained_at, expires_at, terms
  on public.business_facts for each row execute function private.tg_lead_facts__apply_terms();

create function private.tg_business_contacts__apply_terms() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not coalesce((select d.may_store and d.keep is null
      from public.provider_terms p join public.data_terms d on d.terms = p.terms
      where p.provider = new.provider and p.name in ('contact', '*') order by p.name = '*' limit 1), false)
  then
    raise exception 'contacts of % may not be kept', new.provider using errcode = 'SL701';
  end if;
  return new;
end
$$;
comment on function private.tg_business_contacts__apply_terms() is
  'Trigger: a contact is kept only where the terms of its provider have no end. Raises SL701.';
create trigger _100_apply_terms before insert or update of provider on public.business_contacts
  for each row execute function private.tg_business_contacts__apply_terms();

alter table public.businesses enable row level security;
alter table public.business_contacts enable row level security;
alter table public.business_facts enable row level security;
revoke all on public.businesses, public.business_contacts, public.business_facts
  from anon, authenticated, service_role;
grant select on public.businesses, public.business_facts to authenticated, service_role;
grant select (org_id, id, business_id, kind, masked, provider, source_url, obtained_at) on public.business_contacts
  to authenticated;
grant select, insert, update, delete on public.businesses, public.business_contacts, public.business_facts
  to pipeline_writer;
create policy select_members on public.businesses for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_members on public.business_contacts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_members on public.business_facts for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[])
    and (expires_at is null or expires_at > now()));
create policy select_writer on public.businesses for select to pipeline_writer using (true);
create policy insert_writer on public.businesses for insert to pipeline_writer with check (true);
create policy update_writer on public.businesses for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.businesses for delete to pipeline_writer using (true);
create policy select_writer on public.business_contacts for select to pipeline_writer using (true);
create policy insert_writer on public.business_contacts for insert to pipeline_writer with check (true);
create policy update_writer on public.business_contacts for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.business_contacts for delete to pipeline_writer using (true);
create policy select_writer on public.business_facts for select to pipeline_writer using (true);
create policy insert_writer on public.business_facts for insert to pipeline_writer with check (true);
create policy update_writer on public.business_facts for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.business_facts for delete to pipeline_writer using (true);
