-- What providers say about a property, as of a date. History is kept: a later value is a further row.

create function private.property_hash(p_street text, p_unit text, p_city text, p_state text, p_zip text,
  p_county_fips text, p_apn text) returns bytea
language sql stable parallel safe set search_path = '' as $$
  select coalesce(case when a.situs_house_number is not null then a.addr_hash end,
    case when p_county_fips ~ '^[0-9]{5}$' and private.normalise_apn(p_apn) is not null then
      sha256(convert_to('p1|' || p_county_fips || '|' || private.normalise_apn(p_apn), 'UTF8')) end,
    a.addr_hash)
  from private.parse_address(p_street, p_unit, p_city, p_state, p_zip) a
$$;
comment on function private.property_hash(text, text, text, text, text, text, text) is
  'One hash of a property, whoever delivered it: that of its normalised address (private.address_hash) where it has a '
  'house number, else SHA-256 of p1|county FIPS|parcel number without punctuation, else that of the address. Null '
  'where neither is known.';
revoke execute on function private.property_hash(text, text, text, text, text, text, text) from public;
grant execute on function private.property_hash(text, text, text, text, text, text, text)
  to pipeline_writer, service_role;

create table public.property_facts (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  property_hash bytea not null,
  provider text not null,
  name text not null,
  as_of date not null,
  entry text not null default '',
  amount_usd numeric(14, 2),
  details jsonb not null default '{}',
  terms text not null references public.data_terms (terms) on delete restrict,
  obtained_at timestamptz not null,
  expires_at timestamptz,
  merged_from uuid,
  primary key (org_id, id),
  constraint property_fact_is_kept_once unique (org_id, lead_id, provider, name, as_of, entry),
  constraint property_fact_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint property_fact_is_known check (name in ('value', 'equity', 'mortgage', 'sale', 'foreclosure')),
  constraint property_amount_is_not_negative check (amount_usd >= 0 or name = 'equity'),
  constraint property_details_are_short check (jsonb_typeof(details) = 'object' and length(details::text) <= 1000),
  constraint property_entry_is_short check (length(entry) <= 60),
  constraint property_fact_expires_after_it_came check (expires_at > obtained_at)
);
comment on table public.property_facts is
  'Value, equity, mortgages, sales and foreclosures of a lead''s property, each as of a date, from a provider under its '
  'terms. Rows of other dates are never replaced.';
comment on column public.property_facts.property_hash is 'private.property_hash of what the provider named.';
comment on column public.property_facts.as_of is 'Date of the valuation, the deed or the event.';
comment on column public.property_facts.entry is 'Tells apart several facts of one date: the number of a document.';
comment on column public.property_facts.details is 'Numbers and codes, such as low, high and term. Never names.';
comment on column public.property_facts.merged_from is 'The lead that it was about before a merge.';
create index property_facts_hash_idx on public.property_facts (org_id, property_hash);
create index property_facts_expiry_idx on public.property_facts (expires_at) where expires_at is not null;
create index property_facts_terms_idx on public.property_facts (terms);
create trigger _100_apply_terms before insert or update of provider, name, obtained_at, expires_at, terms
  on public.property_facts for each row execute function private.tg_lead_facts__apply_terms();

alter table public.property_facts enable row level security;
revoke all on public.property_facts from anon, authenticated, service_role;
grant select (org_id, id, lead_id, provider, name, as_of, entry, amount_usd, details, terms, obtained_at, expires_at)
  on public.property_facts to authenticated;
grant select on public.property_facts to service_role;
grant select, insert, update, delete on public.property_facts to pipeline_writer;
create policy select_members on public.property_facts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id))
    and (expires_at is null or expires_at > now()));
create policy select_writer on public.property_facts for select to pipeline_writer using (true);
create policy insert_writer on public.property_facts for insert to pipeline_writer with check (true);
create policy update_writer on public.property_facts for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.property_facts for delete to pipeline_writer using (true);

create function private.tg_lead_merges__move_property_facts() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.undone_at is null then
    update public.property_facts f set lead_id = new.survivor_id, merged_from = coalesce(f.merged_from, f.lead_id)
    where f.org_id = new.org_id and f.lead_id = new.merged_id
      and not exists (select from public.property_facts s where s.org_id = f.org_id and s.lead_id = new.survivor_id
        and s.provider = f.provider and s.name = f.name and s.as_of = f.as_of and s.entry = f.entry);
  else
    update public.property_facts f set lead_id = new.merged_id, merged_from = nullif(f.merged_from, new.merged_id)
    where f.org_id = new.org_id and f.lead_id = new.survivor_id
      and f.merged_from = any (private.leads_within(new.org_id, new.merged_id));
  end if;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_property_facts() is
  'Trigger: facts of the property follow the lead into a merge and back. Definer: as move_facts.';
create trigger _220_move_property_facts after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_property_facts();
create trigger _230_restore_property_facts after update of undone_at on public.lead_merges
  for each row when (old.undone_at is null and new.undone_at is not null)
  execute function private.tg_lead_merges__move_property_facts();
