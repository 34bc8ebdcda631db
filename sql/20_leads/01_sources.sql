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
  constraint source_key_is_unique_in_its_org unique (org_id, key),
  constraint source_belongs_to_its_org unique (org_id, id),
  constraint source_key_is_a_slug check (key ~ '^[a-z0-9][a-z0-9_-]{2,62}$'),
  constraint source_trust_range check (trust between 0 and 100),
  constraint column_map_is_an_object check (jsonb_typeof(column_map) = 'object'),
  constraint part_size_range check (max_part_bytes between 1024 and 33554432),
  constraint part_rate_is_positive check (parts_per_minute > 0),
  constraint default_state_is_a_usps_code check (default_state ~ '^[A-Z]{2}$')
);
comment on table public.sources is 'Where leads come from: a list vendor, a web form, a partner.';
comment on column public.sources.key is 
  'Name of the source in upload URLs, unique in its org. Where orgs share one, the signature tells whose it is.';
comment on column public.sources.trust is
  '0 to 100. When two sources disagree about a field, an equally or more trusted one may overwrite it.';
comment on column public.sources.column_map is
  'Maps the source''s headers to targets (mapping_targets), {"Their Header": "street"}; null ignores the column.';
comment on column public.sources.preset is
  'Name of a built-in column preset; null derives the mapping from the headers.';
comment on column public.sources.default_state is
  'Default for rows without a state (a county list often omits it); the same for city and county.';
comment on column public.sources.max_part_bytes is 'Largest accepted body, in bytes as received (at most 32 MiB).';
comment on column public.sources.parts_per_minute is 'Rate limit of accepted requests for this source.';
-- Signed requests name no org.
create index sources_key_idx on public.sources (key);
create trigger _100_set_updated_at before update on public.sources
  for each row execute function private.set_updated_at();

create table private.source_secrets (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  source_id uuid not null,
  key_id integer not null,
  secret bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  constraint secret_belongs_to_its_source foreign key (org_id, source_id)
    references public.sources (org_id, id) on delete cascade,
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table private.source_secrets is
  'Signing secrets (whsec_ form), encrypted. The newest is the current one; older ones are valid until they expire.';
create index source_secrets_source_idx on private.source_secrets (org_id, source_id, created_at desc);
create index source_secrets_key_idx on private.source_secrets (key_id, org_id);
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

create function private.derive_secret(p_secret text, p_purpose text) returns text
language sql immutable set search_path = '' as $$
  select 'whsec_' || encode(extensions.hmac(convert_to(p_purpose, 'UTF8'),
    decode(regexp_replace(p_secret, '^whsec_', ''), 'base64'), 'sha256'), 'base64')
$$;
comment on function private.derive_secret(text, text) is
  'A secret for one purpose: its signatures are valid for nothing else, and it does not reveal the secret that it is '
  'derived from. deriveSecret in edge-functions/_shared/platform/crypto/signature.ts computes the same.';

create function public.source_webhook_secret(p_source_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_secret text;
begin
  perform private.require_aal2();
  select private.derive_secret(private.decrypt_value(x.secret, private.org_key(x.org_id, x.key_id)),
    'sluice webhooks/generic') into v_secret
  from public.sources s
  join private.source_secrets x on x.org_id = s.org_id and x.source_id = s.id
  where s.id = p_source_id
    and (private.is_trusted_caller() or s.org_id = any (private.my_org_ids('{owner,admin}')))
    and (x.expires_at is null or x.expires_at > now())
  order by x.created_at desc, x.id desc
  limit 1;
  if v_secret is null then
    raise exception 'source or its secret not found' using errcode = 'SL201';
  end if;
  return v_secret;
end
$$;
comment on function public.source_webhook_secret(uuid) is
  'Secret with which a third party signs deliveries to the webhook endpoint generic?source=KEY: derived from the '
  'newest secret of the source, and valid for no upload. Rotating the source''s secret changes it, too. For owners and '
  'admins, or the service. Definer: secrets are not readable. Raises SL201.';
revoke execute on function public.source_webhook_secret(uuid) from public, anon;
grant execute on function public.source_webhook_secret(uuid) to authenticated, service_role;

create function public.source_leads_access(p_source_id uuid, out secret text, out api_key text)
language plpgsql stable security definer set search_path = '' as $$
declare
  v_secret text;
begin
  perform private.require_aal2();
  select private.decrypt_value(x.secret, private.org_key(x.org_id, x.key_id)) into v_secret
  from public.sources s
  join private.source_secrets x on x.org_id = s.org_id and x.source_id = s.id
  where s.id = p_source_id
    and (private.is_trusted_caller() or s.org_id = any (private.my_org_ids('{owner,admin}')))
    and (x.expires_at is null or x.expires_at > now())
  order by x.created_at desc, x.id desc
  limit 1;
  if v_secret is null then
    raise exception 'source or its secret not found' using errcode = 'SL201';
  end if;
  secret := private.derive_secret(v_secret, 'sluice leads');
  api_key := 'slk_' || translate(rtrim(regexp_replace(private.derive_secret(v_secret, 'sluice leads key'),
    '^whsec_', ''), '='), '+/', '-_');
end
$$;
comment on function public.source_leads_access(uuid) is
  'The secret that signs requests to the leads endpoint, and the API key that may be sent instead. Both are derived from '
  'the newest secret of the source, are valid for that endpoint only, and change when the secret is rotated. For owners '
  'and admins, or the service. Definer: secrets are not readable. Raises SL201.';
revoke execute on function public.source_leads_access(uuid) from public, anon;
grant execute on function public.source_leads_access(uuid) to authenticated, service_role;

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
  'Data with which the upload endpoint checks a signature: secrets in plain text, newest first. A row for each active '
  'source with the key, of any org. Definer: only the owner reads the keys that encrypt secrets.';
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
