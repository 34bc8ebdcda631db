-- Built from sql/20_leads by `npm run db:build`; edit there.

-- sql/20_leads/01_sources.sql

create table public.sources (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  key text not null,
  name text not null,
  active boolean not null default true,
  trust smallint not null default 50,
  column_map jsonb not null default '{}',
  preset text,
  default_state text,
  default_city text,
  default_county text,
  max_part_bytes integer not null default 33554432,
  parts_per_minute integer not null default 120,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint source_key_is_unique unique (key),
  constraint source_belongs_to_its_org unique (org_id, id),
  constraint source_key_is_a_slug check (key ~ '^[a-z0-9][a-z0-9_-]{2,62}$'),
  constraint source_trust_range check (trust between 0 and 100),
  constraint column_map_is_an_object check (jsonb_typeof(column_map) = 'object'),
  constraint part_size_range check (max_part_bytes between 1024 and 33554432),
  constraint part_rate_is_positive check (parts_per_minute > 0),
  constraint default_state_is_a_usps_code check (default_state ~ '^[A-Z]{2}$')
);
comment on table public.sources is 'Where leads come from: a list vendor, a web form, a partner.';
comment on column public.sources.key is 'Public name of the source in upload URLs; unique in the whole project.';
comment on column public.sources.trust is
  '0 to 100. When two sources disagree about a field, an equally or more trusted one may overwrite it.';
comment on column public.sources.column_map is
  'Maps the source''s headers to our fields, {"Their Header": "street"}; null ignores the column.';
comment on column public.sources.preset is
  'Name of a built-in column preset; null derives the mapping from the headers.';
comment on column public.sources.default_state is
  'Default for rows without a state (a county list often omits it); the same for city and county.';
comment on column public.sources.max_part_bytes is 'Largest accepted body, in bytes as received (at most 32 MiB).';
comment on column public.sources.parts_per_minute is 'Rate limit of accepted requests for this source.';
create trigger _100_set_updated_at before update on public.sources
  for each row execute function private.set_updated_at();

create table private.source_secrets (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  source_id uuid not null,
  key_id integer not null references private.org_keys (id) on delete restrict,
  secret bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  constraint secret_belongs_to_its_source foreign key (org_id, source_id)
    references public.sources (org_id, id) on delete cascade
);
comment on table private.source_secrets is
  'Signing secrets (whsec_ form), encrypted. The newest is the current one; older ones are valid until they expire.';
create index source_secrets_source_idx on private.source_secrets (org_id, source_id, created_at desc);
create index source_secrets_key_idx on private.source_secrets (key_id);
alter table private.source_secrets enable row level security;

create table private.source_rates (
  source_id uuid primary key references public.sources (id) on delete cascade,
  minute timestamptz not null,
  requests integer not null
);
comment on table private.source_rates is 'Number of requests of each source in the current minute.';
alter table private.source_rates enable row level security;

create function public.rotate_source_secret(p_source_id uuid, p_overlap interval default '24 hours')
returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org uuid;
  v_key integer;
  v_secret text := 'whsec_' || encode(extensions.gen_random_bytes(32), 'base64');
begin
  select s.org_id into v_org from public.sources s
  where s.id = p_source_id
    and (private.is_trusted_caller() or s.org_id = any (private.my_org_ids('{owner,admin}')));
  if v_org is null then
    raise exception 'source not found' using errcode = 'SL201';
  end if;
  update private.source_secrets x set expires_at = least(x.expires_at, now() + p_overlap)
  where x.org_id = v_org and x.source_id = p_source_id;
  v_key := private.active_key_id(v_org, 'data');
  insert into private.source_secrets (org_id, source_id, key_id, secret)
  values (v_org, p_source_id, v_key, private.encrypt_value(v_secret, private.org_key(v_org, v_key)));
  return v_secret;
end
$$;
comment on function public.rotate_source_secret(uuid, interval) is
  'Creates a new signing secret for a source and returns it, this once. Earlier secrets stay valid for the overlap. '
  'For owners and admins, or the service. Definer: secrets are not readable. Raises SL201.';
revoke execute on function public.rotate_source_secret(uuid, interval) from public, anon;
grant execute on function public.rotate_source_secret(uuid, interval) to authenticated, service_role;

create function private.source_for_key(p_key text, p_as_of timestamptz default now())
returns table (source_id uuid, org_id uuid, secrets text[], max_part_bytes integer, parts_per_minute integer)
language sql stable security definer set search_path = '' as $$
  select s.id, s.org_id,
    coalesce(array(
      select private.decrypt_value(x.secret, private.org_key(x.org_id, x.key_id))
      from private.source_secrets x
      where x.org_id = s.org_id and x.source_id = s.id
        and (x.expires_at is null or x.expires_at > p_as_of)
      order by x.created_at desc, x.id desc
    ), '{}'),
    s.max_part_bytes, s.parts_per_minute
  from public.sources s
  where s.key = p_key and s.active
$$;
comment on function private.source_for_key(text, timestamptz) is
  'Data with which the upload endpoint checks a signature: secrets in plain text, newest first. No row for an '
  'unknown or inactive source. Definer: only the owner reads the keys that encrypt secrets.';
grant execute on function private.source_for_key(text, timestamptz) to pipeline_writer;

create function private.consume_rate_token(p_source_id uuid, p_limit integer, p_as_of timestamptz default now())
returns integer
language sql volatile security definer set search_path = '' as $$
  insert into private.source_rates as r (source_id, minute, requests)
  values (p_source_id, date_trunc('minute', p_as_of), 1)
  on conflict (source_id) do update set
    requests = case when r.minute = excluded.minute then r.requests + 1 else 1 end,
    minute = excluded.minute
  returning case when r.requests <= p_limit then 0
    else greatest(1, ceil(extract(epoch from r.minute + interval '1 minute' - p_as_of)))::integer end
$$;
comment on function private.consume_rate_token(uuid, integer, timestamptz) is
  'Counts a request: 0 when allowed, else the number of seconds to wait (Retry-After). Definer: callers may not '
  'edit the counter.';
grant execute on function private.consume_rate_token(uuid, integer, timestamptz) to pipeline_writer;

alter table public.sources enable row level security;
grant select on public.sources to authenticated;
grant insert (org_id, key, name, active, trust, column_map, preset, default_state, default_city, default_county,
  max_part_bytes, parts_per_minute),
  update (name, active, trust, column_map, preset, default_state, default_city, default_county, max_part_bytes,
    parts_per_minute)
  on public.sources to authenticated;
grant select on public.sources to pipeline_writer;
create policy select_members on public.sources for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy insert_admins on public.sources for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy update_admins on public.sources for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[]));
create policy select_writer on public.sources for select to pipeline_writer using (true);

-- sql/20_leads/02_leads.sql

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
  mailing_zip text
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
  'Assessor''s parcel number without punctuation, upper case; unique only within its county.';
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
create unique index leads_parcel_key on public.leads (org_id, county_fips, apn) where county_fips is not null
  and apn is not null;
create unique index leads_addr_hash_key on public.leads (org_id, addr_hash) where addr_hash is not null;
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
  for each row when (new.campaign_status in ('queued', 'active')) execute function public.set_added_to_campaign_at();
create trigger _200_set_added_to_campaign_at before update of campaign_status on public.leads
  for each row when (old.campaign_status = 'new' and new.campaign_status in ('queued', 'active'))
  execute function public.set_added_to_campaign_at();

create table public.lead_addresses (
  org_id uuid not null,
  addr_hash bytea not null,
  lead_id uuid not null,
  created_upload_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, addr_hash),
  constraint address_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade
);
comment on table public.lead_addresses is
  'Further addresses of a property whose stronger key (MAK or parcel) came with more than one: a parcel with '
  'several street numbers.';
create index lead_addresses_lead_idx on public.lead_addresses (org_id, lead_id);
create index lead_addresses_upload_idx on public.lead_addresses (org_id, created_upload_id);

-- sql/20_leads/03_contact_points.sql

create type public.contact_kind as enum ('phone', 'email');
comment on type public.contact_kind is 'How a contact point is reached.';

create table public.contact_points (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  kind public.contact_kind not null,
  value_bidx bytea not null,
  value_cipher bytea not null,
  key_id integer not null,
  masked text not null,
  label text,
  position smallint not null default 1,
  verified boolean not null default false,
  codes text[] not null default '{}',
  invalid_at timestamptz,
  created_upload_id uuid,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint contact_point_is_unique_per_lead unique (org_id, lead_id, value_bidx)
);
comment on table public.contact_points is
  'One phone or e-mail of a lead: encrypted (value_cipher, key_id), found by value_bidx, shown by '
  'contact_points_revealed.';
comment on column public.contact_points.value_bidx is
  'Blind index of the E.164 phone or lower-case e-mail, keyed per org.';
comment on column public.contact_points.position is 'Order in the list: 1 is the first choice of its kind.';
comment on column public.contact_points.codes is 'Result codes of the latest verification that returned any.';
comment on column public.contact_points.key_id is
  'Key of the org in private.org_keys. There is no foreign key: it would cost a look-up per imported row, and keys '
  'are never deleted while the org exists.';
create index contact_points_value_idx on public.contact_points (org_id, value_bidx);

create table public.verification_code_map (
  provider text not null,
  channel text not null,
  code text not null,
  is_verified boolean not null,
  is_invalid boolean not null default false,
  is_uncertain boolean not null default false,
  meaning text not null default '',
  primary key (provider, channel, code),
  constraint channel_is_known check (channel in ('email', 'phone', 'address')),
  constraint code_says_one_thing check (is_verified::integer + is_invalid::integer + is_uncertain::integer <= 1)
);
comment on table public.verification_code_map is
  'Meaning of a verification provider''s result code for a contact point. An unlisted code verifies nothing.';
comment on column public.verification_code_map.is_invalid is
  'The code says that the value cannot be reached, or must not be used (a trap, a throwaway address).';
comment on column public.verification_code_map.is_uncertain is
  'The code says that the value could not be confirmed; it outweighs a verifying code in the same result.';

create table private.pii_access_log (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  lead_id uuid not null,
  user_id uuid,
  db_role text not null default current_user,
  accessed_at timestamptz not null default now(),
  values_shown smallint not null
);
comment on table private.pii_access_log is 'Log of who was shown the contact values of which lead, and when.';
create index pii_access_log_lead_idx on private.pii_access_log (org_id, lead_id, accessed_at desc);
alter table private.pii_access_log enable row level security;
create trigger _100_append_only before update or delete or truncate on private.pii_access_log
  for each statement execute function private.refuse_change();

-- sql/20_leads/04_history.sql

create table public.lead_changes (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  action text not null,
  changes jsonb,
  upload_id uuid,
  actor_id uuid,
  actor text not null,
  changed_at timestamptz not null default now(),
  primary key (org_id, id),
  constraint action_is_known check (action in ('created', 'updated', 'deleted'))
);
comment on table public.lead_changes is
  'Every change of a lead with its author (a person or an upload). Survives the lead.';
comment on column public.lead_changes.changes is
  '{"field": [old, new]} for an update; the whole row for a deletion; null for a creation.';
comment on column public.lead_changes.actor is 'upload, member or system: the author of the change.';
comment on column public.lead_changes.actor_id is
  'The signed-in user, also where the system acts for them (an undo); null for the pipeline and direct database '
  'sessions.';
create index lead_changes_lead_idx on public.lead_changes (org_id, lead_id);
create index lead_changes_upload_idx on public.lead_changes (org_id, upload_id) where action <> 'created';

create table public.lead_merges (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  survivor_id uuid not null,
  merged_id uuid not null,
  merged_row jsonb not null,
  merged_contacts bigint[] not null default '{}',
  merged_addresses bytea[] not null default '{}',
  upload_id uuid,
  reason text not null,
  merged_at timestamptz not null default now(),
  undone_at timestamptz,
  primary key (org_id, id)
);
comment on table public.lead_merges is 'Each merge of two leads, with all the data needed to undo it.';
comment on column public.lead_merges.merged_row is 'The whole row of the lead that was merged into the survivor.';
comment on column public.lead_merges.merged_contacts is 'Ids of the contact points that moved to the survivor.';
create index lead_merges_survivor_idx on public.lead_merges (org_id, survivor_id);
create index lead_merges_merged_idx on public.lead_merges (org_id, merged_id);
create index lead_merges_upload_idx on public.lead_merges (org_id, upload_id);

-- sql/20_leads/05_lead_triggers.sql

-- Rules that apply to every writer of a lead: Studio, the API, a function, psql. The pipeline sets `sluice.actor`
-- (upload or system) for its transaction, and so do functions that act for a signed-in user (undo_upload,
-- close_conflict: they write as their owner). A member's direct write is always a member's edit, whatever the setting
-- says; without the setting the writer is a person in a direct database session.

create function private.fact_of_column(p_column text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case
    when p_column like 'owner\_1\_%' then 'owner_1'
    when p_column like 'owner\_2\_%' then 'owner_2'
    when p_column like 'mailing\_%' then 'mailing'
    when p_column like 'situs\_%' then 'situs'
    else p_column
  end
$$;
comment on function private.fact_of_column(text) is 'The fact that a column of leads belongs to.';

create function private.current_actor() returns text
language sql stable set search_path = '' as $$
  select case
    when current_user in ('anon', 'authenticated') then 'member'
    else coalesce(nullif(current_setting('sluice.actor', true), ''), 'member')
  end
$$;
comment on function private.current_actor() is
  'upload, system or member: the author of the writes in this transaction.';

create function private.tg_leads__derive_keys() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  a record;
begin
  new.mak := private.normalise_mak(new.mak);
  new.apn := private.normalise_apn(new.apn);
  select * into a from private.parse_address(new.situs_street, new.situs_unit, new.situs_city, new.situs_state,
    new.situs_zip);
  new.addr_hash := a.addr_hash;
  new.addr_hash_version := case when a.addr_hash is not null then private.address_hash_version() end;
  if a.addr_hash is not null then
    new.situs_house_number := a.situs_house_number;
    new.situs_street := coalesce(a.situs_street, new.situs_street);
    new.situs_unit := coalesce(a.situs_unit, new.situs_unit);
    new.situs_city := coalesce(a.situs_city, new.situs_city);
    new.situs_state := coalesce(a.situs_state, new.situs_state);
    new.situs_zip := coalesce(a.situs_zip, new.situs_zip);
  end if;
  new.county_fips := private.county_fips(new.county_fips, null, new.situs_state, new.situs_zip);
  return new;
end
$$;
comment on function private.tg_leads__derive_keys() is
  'Trigger: identity keys of a lead written by hand go through the same normalisers as imported ones. Definer: '
  'members may not call the normalisers.';
create trigger _300_derive_keys before insert on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    or current_user in ('anon', 'authenticated')) execute function private.tg_leads__derive_keys();
create trigger _300_derive_keys_on_update
  before update of mak, apn, county_fips, addr_hash, situs_street, situs_unit, situs_city, situs_state,
    situs_zip on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    or current_user in ('anon', 'authenticated')) execute function private.tg_leads__derive_keys();

create function private.tg_leads__note_edits() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.edited_fields := array(
    select distinct f from (
      select unnest(old.edited_fields) as f
      union all
      select private.fact_of_column(n.key)
      from jsonb_each(to_jsonb(new)) n
      join jsonb_each(to_jsonb(old)) o using (key)
      where n.value <> o.value
        and n.key ~ '^(owner_|mailing_|situs_|attributes$|lead_score$|consent)'
    ) e order by f);
  return new;
end
$$;
comment on function private.tg_leads__note_edits() is
  'Trigger: records which facts a person edited, so that no import overwrites them. Definer: members may not call '
  'fact_of_column.';
create trigger _400_note_edits before update on public.leads
  for each row when (coalesce(current_setting('sluice.actor', true), '') = ''
    or current_user in ('anon', 'authenticated')) execute function private.tg_leads__note_edits();

-- One statement-level trigger per command: a bulk write costs one insert into the history. The plan is cached for the
-- session and made for the few rows of the first statement; a nested loop over old and new rows would be quadratic in
-- a later bulk update. With the penalty for nested loops, the plan would look expensive enough for JIT compilation.
create function private.tg_leads__record_changes() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off set jit = off as $$
declare
  v_upload uuid := nullif(current_setting('sluice.upload_id', true), '')::uuid;
  v_actor text := private.current_actor();
  v_user uuid := auth.uid();
begin
  if v_actor <> 'upload' then
    v_upload := null;
  end if;
  if tg_op = 'INSERT' then
    insert into public.lead_changes (org_id, lead_id, action, upload_id, actor_id, actor)
    select n.org_id, n.id, 'created', v_upload, v_user, v_actor from new_rows n;
  elsif tg_op = 'DELETE' then
    insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor)
    select o.org_id, o.id, 'deleted', to_jsonb(o), v_upload, v_user, v_actor from old_rows o;
  else
    insert into public.lead_changes (org_id, lead_id, action, changes, upload_id, actor_id, actor)
    select p.org_id, p.id, 'updated', d.changes, v_upload, v_user, v_actor
    from (
      select n.org_id, n.id, to_jsonb(o) as was, to_jsonb(n) - '{updated_at,field_sources,edited_fields}'::text[] as is
      from new_rows n
      join old_rows o on o.org_id = n.org_id and o.id = n.id
      offset 0
    ) p
    cross join lateral (
      select jsonb_object_agg(x.key, jsonb_build_array(p.was -> x.key, x.value)) as changes
      from jsonb_each(p.is) x
      where x.value <> p.was -> x.key
    ) d
    where d.changes is not null;
  end if;
  return null;
end
$$;
comment on function private.tg_leads__record_changes() is
  'Trigger: records every creation, change and deletion of a lead in lead_changes. Definer: callers may not write '
  'the history.';
create trigger _500_record_inserts after insert on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__record_changes();
create trigger _500_record_updates after update on public.leads
  referencing old table as old_rows new table as new_rows for each statement
    execute function private.tg_leads__record_changes();
create trigger _500_record_deletes after delete on public.leads
  referencing old table as old_rows for each statement execute function private.tg_leads__record_changes();

create trigger _100_append_only before update or delete or truncate on public.lead_changes
  for each statement execute function private.refuse_change();

-- sql/20_leads/06_check_parents.sql

-- Parents of bulk rows are checked once per statement instead of once per row: a foreign key's trigger costs more
-- than the insert itself (docs/performance.md). The guarantee is the same: the distinct parents are locked with a
-- key-share lock, so none can disappear before commit, and deleting a parent deletes its children. Plans are cached
-- for the session, and the planner assumes that a recently empty table is small. Leads and contact points are
-- therefore looked up row by row through the index, which works for one row and for many; a join might compare every
-- row with every other.

create function private.tg_leads__check_parents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (
    select from (select distinct n.org_id from new_rows n) p
    where not exists (select from public.orgs o where o.id = p.org_id for key share)
  ) or exists (
    select from (select distinct n.org_id, n.source_id from new_rows n where n.source_id is not null) p
    where not exists (select from public.sources s where s.org_id = p.org_id and s.id = p.source_id for key share)
  ) then
    raise exception 'a lead requires an existing org and a source of that org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_leads__check_parents() is
  'Trigger: every lead has an existing org, and its source (if any) belongs to that org. Raises 23503. Definer: '
  'locks parents that the writer may only read.';
create trigger _100_check_parents after insert on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__check_parents();
create trigger _100_check_parents_on_update after update on public.leads
  referencing new table as new_rows for each statement execute function private.tg_leads__check_parents();

create function private.tg_contact_points__check_lead() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  if exists (
    select from (select distinct n.org_id, n.lead_id from new_rows n) p
    where not exists (select from public.leads l where l.org_id = p.org_id and l.id = p.lead_id for key share)
  ) then
    raise exception 'a contact point requires a lead of the same org' using errcode = 'foreign_key_violation';
  end if;
  return null;
end
$$;
comment on function private.tg_contact_points__check_lead() is
  'Trigger: every contact point has a lead in the same org. Raises 23503. Definer: locks the leads.';
create trigger _100_check_lead after insert on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_lead();
create trigger _100_check_lead_on_update after update on public.contact_points
  referencing new table as new_rows for each statement execute function private.tg_contact_points__check_lead();

create function private.tg_leads__delete_children() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  delete from public.contact_points c
  where c.ctid = any (array(
    select x.ctid from old_rows o
    cross join lateral (
      select p.ctid from public.contact_points p where p.org_id = o.org_id and p.lead_id = o.id offset 0
    ) x));
  return null;
end
$$;
comment on function private.tg_leads__delete_children() is
  'Trigger: deletes the contact points of deleted leads. Definer: a role that may delete the lead may lack rights '
  'on its contacts.';
create trigger _100_delete_children after delete on public.leads
  referencing old table as old_rows for each statement execute function private.tg_leads__delete_children();

create function private.tg_orgs__delete_children() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.actor', 'system', true);
  delete from public.leads l where l.org_id = old.id;
  -- Uploads first, then the keys that they are encrypted with.
  delete from public.sources s where s.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_children() is
  'Trigger: deletes the leads and uploads of a deleted org. Definer: a role that may delete the org may lack rights '
  'on its rows.';
create trigger _100_delete_children before delete on public.orgs
  for each row execute function private.tg_orgs__delete_children();

create function private.tg_sources__detach_leads() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set source_id = null where l.org_id = old.org_id and l.source_id = old.id;
  return old;
end
$$;
comment on function private.tg_sources__detach_leads() is
  'Trigger: keeps the leads of a deleted source. Definer: a role that may delete the source may lack rights on its '
  'leads.';
create trigger _100_detach_leads before delete on public.sources
  for each row execute function private.tg_sources__detach_leads();

-- sql/20_leads/07_lead_policies.sql

-- Read and write rights on leads. Owners, admins and viewers see the whole org; a broker sees the assigned leads.
-- Columns that no person may change by hand (identity keys, scores, consent, campaign state, verification) are not
-- granted.

alter table public.leads enable row level security;
alter table public.lead_addresses enable row level security;
alter table public.contact_points enable row level security;
alter table public.lead_changes enable row level security;
alter table public.lead_merges enable row level security;
alter table public.verification_code_map enable row level security;

grant select on public.leads, public.lead_addresses, public.lead_changes, public.lead_merges,
  public.verification_code_map to authenticated;
grant select (org_id, id, lead_id, kind, masked, label, position, verified, codes, invalid_at, created_upload_id,
  created_at)
  on public.contact_points to authenticated;
grant insert (org_id, apn, county_fips, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip, attributes, status, assigned_broker_id)
  on public.leads to authenticated;
grant update (owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip, attributes, status, assigned_broker_id)
  on public.leads to authenticated;
grant select, insert, update, delete on public.leads, public.lead_addresses, public.contact_points to pipeline_writer;
grant select, insert, update on public.lead_merges to pipeline_writer;
grant select on public.lead_changes, public.verification_code_map to pipeline_writer;

create function private.sees_lead(p_org_id uuid, p_lead_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.leads l
    where l.org_id = p_org_id and l.id = p_lead_id
      and (l.org_id = any (private.my_org_ids('{owner,admin,viewer}'))
        or (l.assigned_broker_id = any (private.my_broker_ids()) and l.org_id = any (private.my_org_ids()))))
$$;
comment on function private.sees_lead(uuid, uuid) is
  'Whether the signed-in user may see the lead. For rows that belong to a lead. Definer: the policies themselves '
  'call it.';
revoke execute on function private.sees_lead(uuid, uuid) from public;
grant execute on function private.sees_lead(uuid, uuid), private.current_actor()
  to authenticated, service_role, pipeline_writer;

create policy select_members on public.leads for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids())::uuid[])));
create policy insert_workers on public.leads for insert to authenticated
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids('{broker}'))::uuid[])));
create policy update_workers on public.leads for update to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids('{broker}'))::uuid[])))
  with check (org_id = any ((select private.my_org_ids('{owner,admin}'))::uuid[])
    or (assigned_broker_id = any ((select private.my_broker_ids())::uuid[])
      and org_id = any ((select private.my_org_ids('{broker}'))::uuid[])));
create policy select_writer on public.leads for select to pipeline_writer using (true);
create policy insert_writer on public.leads for insert to pipeline_writer with check (true);
create policy update_writer on public.leads for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.leads for delete to pipeline_writer using (true);

create policy select_members on public.lead_addresses for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]) and private.sees_lead(org_id, lead_id));
create policy select_writer on public.lead_addresses for select to pipeline_writer using (true);
create policy insert_writer on public.lead_addresses for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_addresses for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.lead_addresses for delete to pipeline_writer using (true);

create policy select_members on public.contact_points for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]) and private.sees_lead(org_id, lead_id));
create policy select_writer on public.contact_points for select to pipeline_writer using (true);
create policy insert_writer on public.contact_points for insert to pipeline_writer with check (true);
create policy update_writer on public.contact_points for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.contact_points for delete to pipeline_writer using (true);

create policy select_members on public.lead_changes for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.lead_changes for select to pipeline_writer using (true);

create policy select_members on public.lead_merges for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.lead_merges for select to pipeline_writer using (true);
create policy insert_writer on public.lead_merges for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_merges for update to pipeline_writer using (true) with check (true);

create policy select_everybody on public.verification_code_map for select
  to authenticated, pipeline_writer using (true);

-- sql/20_leads/08_verification_codes.sql

-- Meaning of the result codes of the verification providers, read strictly: a code verifies a value only if it
-- confirms this very value. Line types, corrected spellings and unlisted codes verify nothing. Uncertain codes report
-- an inconclusive check (mailbox unknown, a server that accepts everything, a partial number): a domain may be valid
-- (ES01) while the mailbox is still unknown. Invalid codes mark values that cannot be reached and values that must
-- not be used: throwaway and trap mailboxes, known complainers, and the wireless mail domains of the FCC's list
-- (ES04; commercial mail to them needs express prior authorization, 47 CFR 64.3100).
--
-- A list does not always name the provider of a code. Equal codes of two providers are therefore treated alike, and
-- NeverBounce's bare numbers (0 to 4) are left out, because a lone digit is ambiguous. The seed only adds rows, so an
-- operator's change to a code stays.

insert into public.verification_code_map (provider, channel, code, is_verified, is_invalid, is_uncertain,
  meaning) values
  ('melissa', 'phone', 'PS01', true, false, false, 'valid number'),
  ('melissa', 'phone', 'PS02', false, false, true, 'first seven digits match, the line itself is not confirmed'),
  ('melissa', 'phone', 'PS03', false, false, false, 'area code corrected to fit the ZIP'),
  ('melissa', 'phone', 'PS06', false, false, false, 'area code replaced after a split'),
  ('melissa', 'phone', 'PS07', false, false, false, 'assigned as a cellular line'),
  ('melissa', 'phone', 'PS08', false, false, false, 'assigned as a land line'),
  ('melissa', 'phone', 'PS09', false, false, false, 'assigned as a VoIP line'),
  ('melissa', 'phone', 'PS10', false, false, false, 'residential'),
  ('melissa', 'phone', 'PS11', false, false, false, 'business'),
  ('melissa', 'phone', 'PS12', false, false, false, 'small or home office'),
  ('melissa', 'phone', 'PE01', false, true, false, 'no such number'),
  ('melissa', 'phone', 'PE02', false, false, false, 'no number was given'),
  ('melissa', 'phone', 'PE03', false, true, false, 'too many or too few digits'),
  ('melissa', 'phone', 'PE04', false, false, true, 'several area codes possible'),
  ('melissa', 'phone', 'PE05', false, true, false, 'no such prefix'),
  ('melissa', 'phone', 'DA30', false, false, false, 'number added by the provider'),
  ('melissa', 'phone', 'VR02', false, false, false, 'person and phone belong together'),
  ('melissa', 'phone', 'VR04', false, false, false, 'address and phone belong together'),
  ('melissa', 'phone', 'VR06', false, false, false, 'phone and e-mail belong together'),
  ('melissa', 'phone', 'VR08', false, false, false, 'organisation and phone belong together'),
  ('melissa', 'phone', 'VS30', false, false, false, 'phone not found at the provider'),
  ('melissa', 'phone', 'VS31', false, false, false, 'an earlier phone of the person'),
  ('melissa', 'email', 'ES01', true, false, false, 'valid address'),
  ('melissa', 'email', 'ES02', false, true, false, 'invalid address'),
  ('melissa', 'email', 'ES03', false, false, true, 'mailbox unknown'),
  ('melissa', 'email', 'ES04', false, true, false, 'wireless domain of the FCC''s list'),
  ('melissa', 'email', 'ES05', false, true, false, 'throwaway domain'),
  ('melissa', 'email', 'ES06', false, true, false, 'spam trap domain'),
  ('melissa', 'email', 'ES07', false, false, true, 'the server accepts every address'),
  ('melissa', 'email', 'ES08', false, false, false, 'role address'),
  ('melissa', 'email', 'ES10', false, false, false, 'syntax corrected'),
  ('melissa', 'email', 'ES11', false, false, false, 'top-level domain corrected'),
  ('melissa', 'email', 'ES12', false, false, false, 'domain spelling corrected'),
  ('melissa', 'email', 'ES13', false, false, false, 'domain replaced by its successor'),
  ('melissa', 'email', 'ES21', true, false, false, 'mailbox found among verified ones'),
  ('melissa', 'email', 'ES32', false, true, false, 'phishing domain'),
  ('melissa', 'email', 'ES33', false, true, false, 'scam domain'),
  ('melissa', 'email', 'ES34', false, true, false, 'malware domain'),
  ('melissa', 'email', 'ES35', false, true, false, 'malicious domain'),
  ('melissa', 'email', 'ES36', false, true, false, 'spam trap mailbox'),
  ('melissa', 'email', 'ES37', false, false, false, 'seen in a data breach'),
  ('melissa', 'email', 'EE01', false, true, false, 'syntax error'),
  ('melissa', 'email', 'EE02', false, true, false, 'no such domain'),
  ('melissa', 'email', 'EE03', false, true, false, 'no mail server'),
  ('melissa', 'email', 'EE04', false, true, false, 'no such mailbox'),
  ('melissa', 'email', 'DA40', false, false, false, 'address added by the provider'),
  ('melissa', 'email', 'VR03', false, false, false, 'person and e-mail belong together'),
  ('melissa', 'email', 'VR05', false, false, false, 'address and e-mail belong together'),
  ('melissa', 'email', 'VR06', false, false, false, 'phone and e-mail belong together'),
  ('melissa', 'email', 'VR09', false, false, false, 'organisation and e-mail belong together'),
  ('melissa', 'email', 'VS40', false, false, false, 'e-mail not found at the provider'),
  ('melissa', 'email', 'VS41', false, false, false, 'an earlier e-mail of the person'),
  ('melissa', 'address', 'AS01', true, false, false, 'fully verified'),
  ('melissa', 'address', 'AS02', false, false, false, 'building verified, unit missing or wrong'),
  ('melissa', 'address', 'AS03', false, false, false, 'real, but not in the USPS data'),
  ('melissa', 'address', 'AS09', false, false, false, 'foreign'),
  ('melissa', 'address', 'AS10', false, false, false, 'commercial mail receiving agency'),
  ('melissa', 'address', 'AS12', false, false, false, 'the owner has moved'),
  ('melissa', 'address', 'AS13', false, false, false, 'renumbered (LACS)'),
  ('melissa', 'address', 'AS16', false, false, false, 'vacant'),
  ('melissa', 'address', 'AS17', false, false, false, 'no USPS delivery'),
  ('melissa', 'address', 'AS20', false, false, false, 'USPS delivery only'),
  ('melissa', 'address', 'AE01', false, true, false, 'no such postal code'),
  ('melissa', 'address', 'AE02', false, true, false, 'no such street'),
  ('melissa', 'address', 'AE03', false, false, false, 'parts contradict each other'),
  ('melissa', 'address', 'AE04', false, true, false, 'not deliverable'),
  ('melissa', 'address', 'AE05', false, false, false, 'several addresses match'),
  ('melissa', 'address', 'AE07', false, false, false, 'too little was given'),
  ('melissa', 'address', 'AE08', false, false, false, 'no such unit'),
  ('melissa', 'address', 'AE09', false, false, false, 'unit missing'),
  ('melissa', 'address', 'AE10', false, true, false, 'no such house number'),
  ('melissa', 'address', 'AE11', false, false, false, 'house number missing'),
  ('melissa', 'address', 'AE12', false, true, false, 'no such box'),
  ('melissa', 'address', 'AE13', false, false, false, 'box number missing'),
  ('melissa', 'address', 'AE21', false, false, false, 'no such MAK'),
  ('melissa', 'address', 'AV21', false, false, false, 'verified to the state only'),
  ('melissa', 'address', 'AV22', false, false, false, 'verified to the city only'),
  ('melissa', 'address', 'AV23', false, false, false, 'verified to the street only'),
  ('melissa', 'address', 'AV24', true, false, false, 'verified to the building'),
  ('melissa', 'address', 'AV25', true, false, false, 'verified to the unit'),
  ('zerobounce', 'email', 'valid', true, false, false, 'valid'),
  ('zerobounce', 'email', 'alias_address', false, false, false, 'forwards to another mailbox'),
  ('zerobounce', 'email', 'leading_period_removed', false, false, false, 'valid without its leading period'),
  ('zerobounce', 'email', 'alternate', false, false, false, 'a secondary address'),
  ('zerobounce', 'email', 'invalid', false, true, false, 'invalid'),
  ('zerobounce', 'email', 'does_not_accept_mail', false, true, false, 'the domain only sends'),
  ('zerobounce', 'email', 'failed_syntax_check', false, true, false, 'syntax error'),
  ('zerobounce', 'email', 'possible_typo', false, true, false, 'misspelt domain'),
  ('zerobounce', 'email', 'mailbox_not_found', false, true, false, 'no such mailbox'),
  ('zerobounce', 'email', 'no_dns_entries', false, true, false, 'the domain has no DNS entries'),
  ('zerobounce', 'email', 'mailbox_quota_exceeded', false, true, false, 'mailbox full'),
  ('zerobounce', 'email', 'unroutable_ip_address', false, true, false, 'the domain points nowhere'),
  ('zerobounce', 'email', 'catch-all', false, false, true, 'the server accepts every address'),
  ('zerobounce', 'email', 'accept_all', false, false, true, 'the server accepts every address'),
  ('zerobounce', 'email', 'spamtrap', false, true, false, 'spam trap'),
  ('zerobounce', 'email', 'abuse', false, true, false, 'known complainer'),
  ('zerobounce', 'email', 'do_not_mail', false, true, false, 'not to be written to'),
  ('zerobounce', 'email', 'disposable', false, true, false, 'throwaway mailbox'),
  ('zerobounce', 'email', 'toxic', false, true, false, 'made by bots or for abuse'),
  ('zerobounce', 'email', 'role_based', false, false, false, 'role address'),
  ('zerobounce', 'email', 'role_based_catch_all', false, false, true,
    'role address at a server that accepts every address'),
  ('zerobounce', 'email', 'role_based_accept_all', false, false, true,
    'role address at a server that accepts every address'),
  ('zerobounce', 'email', 'global_suppression', false, true, false, 'on public suppression lists'),
  ('zerobounce', 'email', 'possible_trap', false, true, false, 'probably a spam trap'),
  ('zerobounce', 'email', 'unknown', false, false, true, 'could not be checked'),
  ('zerobounce', 'email', 'antispam_system', false, false, false, 'could not be checked: anti-spam system'),
  ('zerobounce', 'email', 'greylisted', false, false, false, 'could not be checked: greylisted'),
  ('zerobounce', 'email', 'timeout_exceeded', false, false, false, 'could not be checked: too slow'),
  ('zerobounce', 'email', 'failed_smtp_connection', false, false, false, 'could not be checked: connection refused'),
  ('zerobounce', 'email', 'forcible_disconnect', false, false, false, 'could not be checked: disconnected'),
  ('zerobounce', 'email', 'mail_server_did_not_respond', false, false, false, 'could not be checked: no answer'),
  ('zerobounce', 'email', 'mail_server_temporary_error', false, false, false, 'could not be checked: temporary error'),
  ('zerobounce', 'email', 'exception_occurred', false, false, false, 'could not be checked: error'),
  ('neverbounce', 'email', 'valid', true, false, false, 'valid'),
  ('neverbounce', 'email', 'invalid', false, true, false, 'invalid'),
  ('neverbounce', 'email', 'disposable', false, true, false, 'throwaway mailbox'),
  ('neverbounce', 'email', 'catchall', false, false, true, 'the server accepts every address'),
  ('neverbounce', 'email', 'unknown', false, false, true, 'could not be checked'),
  ('neverbounce', 'email', 'bad_syntax', false, true, false, 'syntax error'),
  ('neverbounce', 'email', 'bad_dns', false, true, false, 'the domain has no DNS entries'),
  ('neverbounce', 'email', 'disposable_email', false, true, false, 'throwaway mailbox'),
  ('neverbounce', 'email', 'spamtrap_network', false, true, false, 'spam trap'),
  ('neverbounce', 'email', 'accepts_all', false, false, true, 'the server accepts every address'),
  ('neverbounce', 'email', 'role_account', false, false, false, 'role address'),
  ('neverbounce', 'email', 'smtp_connectable', false, false, false, 'the mail server answers'),
  ('twilio', 'phone', 'mobile', false, false, false, 'mobile line'),
  ('twilio', 'phone', 'landline', false, false, false, 'land line'),
  ('twilio', 'phone', 'fixedVoip', false, false, false, 'VoIP with an address'),
  ('twilio', 'phone', 'nonFixedVoip', false, false, false, 'VoIP without an address'),
  ('twilio', 'phone', 'personal', false, false, false, 'personal number'),
  ('twilio', 'phone', 'tollFree', false, false, false, 'toll-free'),
  ('twilio', 'phone', 'premium', false, false, false, 'premium rate'),
  ('twilio', 'phone', 'sharedCost', false, false, false, 'shared cost'),
  ('twilio', 'phone', 'uan', false, false, false, 'universal access number'),
  ('twilio', 'phone', 'voicemail', false, false, false, 'voicemail only'),
  ('twilio', 'phone', 'pager', false, false, false, 'pager'),
  ('twilio', 'phone', 'unknown', false, false, false, 'line type unknown')
on conflict (provider, channel, code) do nothing;

-- sql/20_leads/09_revealed_contacts.sql

-- Contact values in plain text, for members who may see the lead, with a log entry for every read.

create function public.reveal_contact_points(p_lead_ids uuid[])
returns table (org_id uuid, lead_id uuid, id bigint, kind public.contact_kind, value text, label text,
  verified boolean, "position" smallint)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
begin
  insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
  select c.org_id, c.lead_id, auth.uid(), session_user, count(*)
  from public.contact_points c
  where c.lead_id = any (p_lead_ids) and (private.is_trusted_caller() or private.sees_lead(c.org_id, c.lead_id))
  group by c.org_id, c.lead_id;
  return query
    select c.org_id, c.lead_id, c.id, c.kind,
      private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)),
      c.label, c.verified, c.position
    from public.contact_points c
    where c.lead_id = any (p_lead_ids) and (private.is_trusted_caller() or private.sees_lead(c.org_id, c.lead_id))
    order by c.lead_id, c.kind, c.position, c.id;
end
$$;
comment on function public.reveal_contact_points(uuid[]) is
  'Phones and e-mails of leads in plain text. Leads that the caller may not see return no rows. Logs every call in '
  'private.pii_access_log. Definer: callers have no rights on keys and log.';

revoke execute on function public.reveal_contact_points(uuid[]) from public, anon;
grant execute on function public.reveal_contact_points(uuid[]) to authenticated, service_role;

-- lead_id is the lead's own column, so that a filter on it applies before anything is decrypted and logged.
create view public.contact_points_revealed with (security_invoker = true) as
select l.org_id, l.id as lead_id, r.id, r.kind, r.value, r.label, r.verified, r.position
from public.leads l
cross join lateral public.reveal_contact_points(array[l.id]) r;
comment on view public.contact_points_revealed is
  'Phones and e-mails in plain text for the leads that the caller may see; logs each read. Filter by lead (where '
  'lead_id in (...)).';
revoke all on public.contact_points_revealed from anon, authenticated;
grant select on public.contact_points_revealed to authenticated, service_role;
