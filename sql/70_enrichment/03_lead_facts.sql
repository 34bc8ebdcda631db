-- What providers say about a lead or one of its contact points.

create table public.lead_facts (
  org_id uuid not null,
  id bigint generated always as identity,
  lead_id uuid not null,
  contact_point_id bigint,
  provider text not null,
  name text not null,
  value jsonb,
  value_cipher bytea,
  key_id integer,
  terms text not null references public.data_terms (terms) on delete restrict,
  obtained_at timestamptz not null,
  expires_at timestamptz,
  merged_from uuid,
  primary key (org_id, id),
  constraint fact_is_kept_once unique nulls not distinct (org_id, lead_id, contact_point_id, provider, name),
  constraint fact_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint fact_has_a_name check (name ~ '^[a-z0-9_]{1,60}$'),
  constraint fact_has_one_value check (num_nonnulls(value, value_cipher) = 1),
  constraint encrypted_fact_has_its_key check ((value_cipher is null) = (key_id is null)),
  constraint fact_expires_after_it_came check (expires_at > obtained_at),
  constraint data_key_is_of_its_org foreign key (key_id, org_id)
    references private.org_keys (id, org_id) on delete restrict
);
comment on table public.lead_facts is
  'Values from providers, each with its terms and its end. Facts about the person are encrypted; facts about the '
  'property are public record and plain.';
comment on column public.lead_facts.value is 'A plain value: codes, numbers, dates, ids. Never a contact value or name.';
comment on column public.lead_facts.expires_at is
  'From then on the value is not used, and the next sweep erases it; null: as long as the lead. Set from the terms; an '
  'earlier time may be given.';
comment on column public.lead_facts.merged_from is 'The lead that it was about before a merge.';
create index lead_facts_expiry_idx on public.lead_facts (expires_at) where expires_at is not null;
create index lead_facts_key_idx on public.lead_facts (key_id, org_id) where key_id is not null;
create index lead_facts_terms_idx on public.lead_facts (terms);

create function private.tg_lead_facts__apply_terms() returns trigger
language plpgsql set search_path = '' as $$
declare
  t public.data_terms;
begin
  select d.* into t from public.provider_terms p join public.data_terms d on d.terms = p.terms
  where p.provider = new.provider and p.name in (new.name, '*')
  order by p.name = '*' limit 1;
  if not found then
    raise exception 'no terms are known for % of %', new.name, new.provider using errcode = 'SL701';
  elsif not t.may_store then
    raise exception '% of % may not be stored: %', new.name, new.provider, t.meaning using errcode = 'SL701';
  end if;
  new.terms := t.terms;
  if t.keep is not null then
    new.expires_at := least(new.expires_at, new.obtained_at + t.keep);
  end if;
  return new;
end
$$;
comment on function private.tg_lead_facts__apply_terms() is
  'Trigger: a fact has the terms of its provider and ends when they say, or earlier. Raises SL701 for one that may not '
  'be stored, or whose terms are unknown.';
create trigger _100_apply_terms before insert or update of provider, name, obtained_at, expires_at, terms
  on public.lead_facts for each row execute function private.tg_lead_facts__apply_terms();

alter table public.lead_facts enable row level security;
revoke all on public.lead_facts from anon, authenticated, service_role;
grant select (org_id, id, lead_id, contact_point_id, provider, name, value, terms, obtained_at, expires_at)
  on public.lead_facts to authenticated;
grant select on public.lead_facts to service_role;
grant select, insert, update, delete on public.lead_facts to pipeline_writer;
create policy select_members on public.lead_facts for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or private.sees_lead(org_id, lead_id))
    and (expires_at is null or expires_at > now()));
create policy select_writer on public.lead_facts for select to pipeline_writer using (true);
create policy insert_writer on public.lead_facts for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_facts for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.lead_facts for delete to pipeline_writer using (true);

create function private.record_facts(p_org_id uuid, p_provider text, p_facts jsonb,
  p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_key text;
  v_count integer;
begin
  if p_facts @? '$[*].secret' then
    v_key := private.org_key(p_org_id, v_key_id);
  end if;
  insert into public.lead_facts as f (org_id, lead_id, contact_point_id, provider, name, value, value_cipher, key_id,
    terms, obtained_at, expires_at)
  select p_org_id, x.lead_id, x.contact_point_id, p_provider, x.name, x.value,
    private.encrypt_value(x.secret #>> '{}', v_key), case when x.secret is not null then v_key_id end, '',
    coalesce(x.obtained_at, p_as_of), x.expires_at
  from jsonb_to_recordset(p_facts) x (lead_id uuid, contact_point_id bigint, name text, value jsonb, secret jsonb,
    obtained_at timestamptz, expires_at timestamptz)
  where exists (select from public.leads l where l.org_id = p_org_id and l.id = x.lead_id)
  order by x.lead_id, x.contact_point_id, x.name
  on conflict (org_id, lead_id, contact_point_id, provider, name) do update set value = excluded.value,
    value_cipher = excluded.value_cipher, key_id = excluded.key_id, obtained_at = excluded.obtained_at,
    expires_at = excluded.expires_at
    where f.obtained_at <= excluded.obtained_at;
  get diagnostics v_count = row_count;
  delete from private.fact_renewals r using jsonb_to_recordset(p_facts) x (lead_id uuid, contact_point_id bigint,
    name text)
  where r.org_id = p_org_id and r.provider = p_provider and r.lead_id = x.lead_id and r.name = x.name
    and r.contact_point_id is not distinct from x.contact_point_id;
  return v_count;
end
$$;
comment on function private.record_facts(uuid, text, jsonb, timestamptz) is
  'Stores facts [{lead_id, contact_point_id, name, value or secret, obtained_at, expires_at}] in place of older ones of '
  'the same name; secret: a value about the person, which is encrypted. Returns how many were newer. Raises SL701.';
