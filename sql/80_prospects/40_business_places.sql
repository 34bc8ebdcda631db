-- Places of providers: their ids, which may be kept, and which business each one is. What a provider shows of a place is
-- kept for a day at most, apart from the businesses, so that a run that was interrupted does not pay for it again.

create type public.business_place_state as enum ('new', 'read', 'left_out', 'gone');
comment on type public.business_place_state is 'In the order of life; see sql/STATES.md.';

create table public.business_places (
  org_id uuid not null references public.orgs (id) on delete cascade,
  provider text not null,
  place_id text not null,
  universe_id uuid,
  category text not null,
  path text not null,
  state public.business_place_state not null default 'new',
  reason text,
  business_id uuid,
  match jsonb,
  attempts smallint not null default 0,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  read_at timestamptz,
  primary key (org_id, provider, place_id),
  constraint place_is_of_a_universe_of_its_org foreign key (org_id, universe_id)
    references public.universes (org_id, id) on delete set null (universe_id),
  constraint place_is_a_business_of_its_org foreign key (org_id, business_id)
    references public.businesses (org_id, id) on delete set null (business_id),
  constraint read_place_has_its_time check ((state = 'new') = (read_at is null)),
  constraint place_that_is_left_out_has_a_reason check (state <> 'left_out' or reason is not null)
);
comment on table public.business_places is
  'Ids of places at providers, in which cell of which universe they were found, and their business.';
comment on column public.business_places.reason is
  'Why it is left out (outside, closed, chain, domain, word, no_website, unreadable: …), or was not read yet.';
comment on column public.business_places.match is
  'How the place of the provider agrees with the business: {confidence, bits, levels}.';
create index business_places_new_idx on public.business_places (org_id, universe_id, category, path) where state = 'new';
create index business_places_universe_idx on public.business_places (org_id, universe_id);
create index business_places_business_idx on public.business_places (org_id, business_id) where business_id is not null;
create trigger _010_require_pack before insert or update on public.business_places
  for each row execute function private.tg_require_pack('prospects');

create table public.place_displays (
  org_id uuid not null,
  provider text not null,
  place_id text not null,
  name text not null default 'display',
  value_cipher bytea not null,
  key_id integer not null,
  terms text not null references public.data_terms (terms) on delete restrict,
  obtained_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (org_id, provider, place_id),
  constraint display_is_of_a_place_of_its_org foreign key (org_id, provider, place_id)
    references public.business_places (org_id, provider, place_id) on delete cascade,
  constraint display_is_kept_for_a_day check (expires_at > obtained_at and expires_at <= obtained_at + interval '1 day'),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.place_displays is
  'What a provider shows of a place, encrypted, until its terms end it; a task erases what has ended every ten minutes.';
comment on column public.place_displays.name is 'The name by which provider_terms knows it.';
create index place_displays_expiry_idx on public.place_displays (expires_at);
create index place_displays_key_idx on public.place_displays (key_id, org_id);
create index place_displays_terms_idx on public.place_displays (terms);
create trigger _010_require_pack before insert or update on public.place_displays
  for each row execute function private.tg_require_pack('prospects');
create trigger _100_apply_terms before insert or update on public.place_displays
  for each row execute function private.tg_lead_facts__apply_terms();

alter table public.business_places enable row level security;
alter table public.place_displays enable row level security;
revoke all on public.business_places, public.place_displays from anon, authenticated, service_role;
grant select on public.business_places to authenticated, service_role;
grant select, insert, update on public.business_places to pipeline_writer;
grant select, insert, update, delete on public.place_displays to pipeline_writer;
create policy select_members on public.business_places for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_writer on public.business_places for select to pipeline_writer using (true);
create policy insert_writer on public.business_places for insert to pipeline_writer with check (true);
create policy update_writer on public.business_places for update to pipeline_writer using (true) with check (true);
create policy select_writer on public.place_displays for select to pipeline_writer using (true);
create policy insert_writer on public.place_displays for insert to pipeline_writer with check (true);
create policy update_writer on public.place_displays for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.place_displays for delete to pipeline_writer using (true);

create function private.keep_display(p_org_id uuid, p_provider text, p_place_id text, p_display jsonb,
  p_as_of timestamptz) returns void
language sql volatile set search_path = '' as $$
  insert into public.place_displays (org_id, provider, place_id, value_cipher, key_id, terms, obtained_at, expires_at)
  select p_org_id, p_provider, p_place_id, private.encrypt_value(p_display::text, private.org_key(p_org_id, k.id)), k.id,
    '', p_as_of, p_as_of + interval '1 day'
  from private.active_key_id(p_org_id, 'data') k (id)
  on conflict (org_id, provider, place_id) do update set value_cipher = excluded.value_cipher, key_id = excluded.key_id,
    obtained_at = excluded.obtained_at, expires_at = excluded.expires_at
$$;
comment on function private.keep_display(uuid, text, text, jsonb, timestamptz) is
  'Keeps what a provider shows of a place, until its terms end it.';

create function private.sweep_displays(p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  delete from public.place_displays d where d.expires_at <= p_as_of;
  get diagnostics v_count = row_count;
  delete from public.business_facts f where f.expires_at <= p_as_of;
  return v_count;
end
$$;
comment on function private.sweep_displays(timestamptz) is
  'Erases what providers show of places, and facts of businesses, whose time is over; returns how many of the first. '
  'Definer: retention belongs to the owner, and needs no pack.';
revoke execute on function private.sweep_displays(timestamptz) from pipeline_writer;

create function private.match_place(p_org_id uuid, p_display jsonb, p_location jsonb, p_business_id uuid default null)
returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_blind constant bytea := private.blind_key(p_org_id);
  v_phones constant bytea[] := array(select private.blind_index(x.phone, v_blind)
    from (select private.normalise_phone(p_display ->> 'phone') as phone) x where x.phone is not null);
  v_address record;
  n public.businesses;
  v_best record;
begin
  n.name := p_display ->> 'name';
  n.name_key := private.business_name_key(n.name);
  n.website_domain := private.website_host(p_display ->> 'website');
  n.latitude := (p_location ->> 'latitude')::double precision;
  n.longitude := (p_location ->> 'longitude')::double precision;
  select c.name into n.chain from public.business_chains c where c.name_key = n.name_key;
  if p_display ->> 'street' is not null then
    select * into v_address from private.parse_address(p_display ->> 'street', null, p_display ->> 'city',
      p_display ->> 'state', p_display ->> 'zip');
    n.house_number := v_address.situs_house_number;
    n.street_key := private.street_stem(v_address.situs_street);
    n.unit := v_address.situs_unit;
    n.zip := v_address.situs_zip;
  end if;
  select x.id, x.found into v_best from (
    select b.id, b.created_at, private.compare_businesses(n, b, v_phones, array(select p.value_bidx
      from public.business_contacts p where p.org_id = b.org_id and p.business_id = b.id and p.kind = 'phone')) as found
    from public.businesses b
    where b.org_id = p_org_id and (b.id = p_business_id or p_business_id is null and (b.website_domain = n.website_domain
      or b.zip = n.zip and b.house_number = n.house_number
      or b.id in (select p.business_id from public.business_contacts p
        where p.org_id = p_org_id and p.value_bidx = any (v_phones))))
    limit 200) x
  order by (x.found -> 'same')::boolean desc, (x.found ->> 'bits')::numeric desc, x.created_at, x.id limit 1;
  if v_best.id is null or p_business_id is null and not (v_best.found -> 'same')::boolean then
    return null;
  end if;
  return jsonb_build_object('business_id', v_best.id, 'match', v_best.found || jsonb_build_object('confidence',
    round(1 / (1 + power(2::numeric, -greatest(-30, least(30, (v_best.found ->> 'bits')::numeric)))), 4)));
end
$$;
comment on function private.match_place(uuid, jsonb, jsonb, uuid) is
  'Which business a place is, by what its provider shows of it, which is not stored: {business_id, match}; null: none. '
  'With p_business_id, how it agrees with that one.';
