create type public.campaign_status as enum
  ('new', 'queued', 'active', 'replied', 'paused', 'booked', 'completed', 'opted_out', 'invalid');
comment on type public.campaign_status is 'Outreach status of a lead, in the order of life; see sql/STATES.md.';
create type public.lead_status as enum ('new', 'working', 'qualified', 'nurture', 'won', 'lost');
comment on type public.lead_status is 'The broker''s own status of the lead, set by hand.';

-- The columns that leads, staging rows and the rows of a resolve have in common.
create type private.lead_fields as (
  -- identity
  mak text,
  county_fips text,
  apn text,
  addr_hash bytea,
  -- the property
  situs_house_number text,
  situs_street text,
  situs_unit text,
  situs_city text,
  situs_state text,
  situs_zip text,
  -- the owner
  owner_1_first text,
  owner_1_last text,
  owner_2_first text,
  owner_2_last text,
  owner_full text,
  mailing_street text,
  mailing_unit text,
  mailing_city text,
  mailing_state text,
  mailing_zip text,
  -- identity
  apn_segments text
);
comment on type private.lead_fields is 'Facts of a lead that a list can supply.';

create table public.leads (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  like private.lead_fields,
  addr_hash_version smallint,
  time_zone text,
  attributes jsonb not null default '{}',
  melissa_payload jsonb,
  -- summary of consent; the evidence is in consents
  consent boolean not null default false,
  consented_at timestamptz,
  consent_method text,
  -- verification
  email_verified boolean not null default false,
  phone_verified boolean not null default false,
  email_verification_codes text[] not null default '{}',
  phone_verification_codes text[] not null default '{}',
  phone_bidx bytea,
  -- work
  status public.lead_status not null default 'new',
  assigned_broker_id uuid,
  lead_score smallint not null default 0,
  campaign_id uuid,
  campaign_status public.campaign_status not null default 'new',
  added_to_campaign_at timestamptz,
  current_sequence_step smallint not null default 0,
  last_reply_at timestamptz,
  vapi_call_id text,
  call_attempt_count integer not null default 0,
  -- provenance
  source_id uuid,
  created_upload_id uuid,
  source_trust smallint not null default 100,
  observed_at timestamptz not null default now(),
  field_sources jsonb not null default '{}',
  edited_fields text[] not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint lead_assigned_within_its_org foreign key (org_id, assigned_broker_id)
    references public.brokers (org_id, id) on delete set null (assigned_broker_id),
  constraint consent_requires_timestamp check (not consent or consented_at is not null),
  constraint lead_score_range check (lead_score between 0 and 100),
  constraint mak_is_ten_digits check (mak ~ '^[0-9]{10}$'),
  constraint apn_is_normalised check (apn ~ '^[A-Z0-9]{1,40}$'),
  constraint apn_segments_are_those_of_the_apn
    check (apn_segments is null or apn is not null and apn_segments ~ '^[A-Z0-9]+(-[A-Z0-9]+)+$'),
  constraint county_fips_has_five_digits check (county_fips ~ '^[0-9]{5}$'),
  constraint addr_hash_has_its_version check ((addr_hash is null) = (addr_hash_version is null)),
  constraint queued_lead_has_a_campaign
    check (campaign_status not in ('queued', 'active', 'paused')
      or (campaign_id is not null and added_to_campaign_at is not null)),
  constraint replied_lead_has_a_reply check (campaign_status <> 'replied' or last_reply_at is not null),
  constraint attributes_are_an_object check (jsonb_typeof(attributes) = 'object'),
  constraint call_attempts_are_not_negative check (call_attempt_count >= 0 and current_sequence_step >= 0)
);
comment on table public.leads is
  'One property, or one person or business without a property key, that the org may contact.';
comment on column public.leads.mak is 'Melissa Address Key, 10 digits. The strongest identity key.';
comment on column public.leads.apn is
  'Assessor''s parcel number without punctuation, upper case.';
comment on column public.leads.apn_segments is
  'Its segments without leading zeros, joined by hyphens; null when the list wrote none. Segments, or else the number '
  'without them, are unique within the county.';
comment on column public.leads.addr_hash is
  'SHA-256 of the normalised situs address. Further addresses of the same property are in lead_addresses.';
comment on column public.leads.addr_hash_version is 'Version of the normaliser that computed addr_hash.';
comment on column public.leads.attributes is 'Columns of the list that have no field of their own.';
comment on column public.leads.melissa_payload is 'Response of the verification vendor, without contact values.';
comment on column public.leads.phone_bidx is
  'Blind index of the first phone, for finding the lead of a reply; follows contact_points.';
comment on column public.leads.source_trust is 'Trust of the source of all fields that field_sources does not list.';
comment on column public.leads.observed_at is 'Observation time of all fields that field_sources does not list.';
comment on column public.leads.field_sources is
  '{"field": [trust, observed_at]} for fields that differ from source_trust and observed_at.';
comment on column public.leads.edited_fields is 'Fields that a person edited; imports never overwrite them.';
comment on column public.leads.time_zone is
  'IANA time zone of the property if its state has only one; null when the gate has to determine it.';

create unique index leads_mak_key on public.leads (org_id, mak) where mak is not null;
create unique index leads_parcel_key on public.leads (org_id, county_fips, coalesce(apn_segments, apn))
  where county_fips is not null and apn is not null;
-- For numbers without separators that look for one with them.
create index leads_parcel_digits_idx on public.leads (org_id, county_fips, apn) where apn_segments is not null;
-- Several parcels, and several owners without a parcel, may share an address. Only a lead without any other identity
-- owns its address.
create unique index leads_addr_hash_key on public.leads (org_id, addr_hash)
  where mak is null and (county_fips is null or apn is null) and owner_1_first is null and owner_1_last is null
    and owner_2_first is null and owner_2_last is null and owner_full is null;
create index leads_addr_hash_idx on public.leads (org_id, addr_hash) where addr_hash is not null;
-- For addresses with holes.
create index leads_street_idx on public.leads (org_id, situs_house_number, private.street_stem(situs_street))
  where situs_house_number is not null;
create index leads_feed_hot_idx on public.leads (org_id, lead_score desc, id)
  where campaign_status = 'new' and phone_verified;
create index leads_replied_lookup_idx on public.leads (org_id, campaign_id, last_reply_at desc)
  where campaign_status = 'replied';
create index leads_active_phone_idx on public.leads (org_id, phone_bidx)
  where campaign_status in ('queued', 'active', 'replied', 'paused', 'booked');
create index leads_last_reply_idx on public.leads (org_id, last_reply_at desc) where last_reply_at is not null;
create index leads_broker_idx on public.leads (org_id, assigned_broker_id, lead_score desc, id)
  where assigned_broker_id is not null;
create index leads_upload_idx on public.leads (org_id, source_id, created_upload_id) where source_id is not null;
create index leads_campaign_idx on public.leads (org_id, campaign_id, campaign_status) where campaign_id is not null;

create trigger _100_set_updated_at before update on public.leads
  for each row execute function private.set_updated_at();

create function public.set_added_to_campaign_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.added_to_campaign_at := coalesce(new.added_to_campaign_at, now());
  return new;
end
$$;
comment on function public.set_added_to_campaign_at() is
  'Trigger: sets the time at which a lead enters a campaign, unless the writer (who has the clock) supplied one.';
create trigger _200_set_added_to_campaign_at_on_insert before insert on public.leads
  for each row when (new.campaign_status in ('queued', 'active') and new.added_to_campaign_at is null)
  execute function public.set_added_to_campaign_at();
create trigger _200_set_added_to_campaign_at before update of campaign_status on public.leads
  for each row when (old.campaign_status = 'new' and new.campaign_status in ('queued', 'active')
    and new.added_to_campaign_at is null)
  execute function public.set_added_to_campaign_at();

create table public.lead_addresses (
  org_id uuid not null,
  addr_hash bytea not null,
  lead_id uuid not null,
  created_upload_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, addr_hash, lead_id),
  constraint address_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade
);
comment on table public.lead_addresses is
  'Further addresses of a property whose stronger key (MAK or parcel) came with more than one: a parcel with '
  'several street numbers.';
create index lead_addresses_lead_idx on public.lead_addresses (org_id, lead_id);
create index lead_addresses_upload_idx on public.lead_addresses (org_id, created_upload_id);
