-- What people say about pairs of businesses: the same, which merges them, or not, which no later matching lifts.

create table public.business_distinctions (
  org_id uuid not null,
  business_id uuid not null,
  other_id uuid not null,
  decided_at timestamptz not null default now(),
  decided_by uuid,
  primary key (org_id, business_id, other_id),
  constraint distinction_is_kept_once check (business_id < other_id),
  constraint distinguished_business_is_of_its_org foreign key (org_id, business_id)
    references public.businesses (org_id, id) on delete cascade,
  constraint other_business_is_of_its_org foreign key (org_id, other_id)
    references public.businesses (org_id, id) on delete cascade
);
comment on table public.business_distinctions is 'Pairs of businesses of which a person said that they are not the same.';
create index business_distinctions_other_idx on public.business_distinctions (org_id, other_id);
create trigger _010_require_pack before insert or update on public.business_distinctions
  for each row execute function private.tg_require_pack('prospects');
alter table public.business_distinctions enable row level security;
revoke all on public.business_distinctions from anon, authenticated, service_role;
grant select on public.business_distinctions to authenticated, service_role, pipeline_writer;
create policy select_members on public.business_distinctions for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
    and org_id = any ((select private.orgs_with_pack('prospects'))::uuid[]));
create policy select_writer on public.business_distinctions for select to pipeline_writer using (true);

create function public.list_business_pairs(p_org_id uuid, p_limit integer default 50)
returns table (business_id uuid, name text, other_id uuid, other_name text, bits numeric, levels jsonb)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  perform private.require_pack(p_org_id, 'prospects');
  return query
  with pairs as (
    select distinct least(a.business_id, b.business_id) as a, greatest(a.business_id, b.business_id) as b
    from public.business_contacts a
    join public.business_contacts b on b.org_id = a.org_id and b.value_bidx = a.value_bidx
      and b.business_id > a.business_id
    where a.org_id = p_org_id
    union
    select least(a.id, b.id), greatest(a.id, b.id) from public.businesses a
    join public.businesses b on b.org_id = a.org_id and b.id > a.id and (b.website_domain = a.website_domain
      or b.zip = a.zip and b.house_number = a.house_number and b.street_key = a.street_key)
    where a.org_id = p_org_id
  ), compared as (
    select x.a, x.b, l.name as a_name, r.name as b_name, private.compare_businesses(l, r,
      array(select c.value_bidx from public.business_contacts c where c.org_id = p_org_id and c.business_id = x.a
        and c.kind = 'phone'),
      array(select c.value_bidx from public.business_contacts c where c.org_id = p_org_id and c.business_id = x.b
        and c.kind = 'phone')) as found
    from pairs x
    join public.businesses l on l.org_id = p_org_id and l.id = x.a
    join public.businesses r on r.org_id = p_org_id and r.id = x.b
    where not exists (select from public.business_distinctions d where d.org_id = p_org_id and d.business_id = x.a
      and d.other_id = x.b)
  )
  select c.a, c.a_name, c.b, c.b_name, (c.found ->> 'bits')::numeric, c.found -> 'levels' from compared c
  where (c.found ->> 'bits')::numeric >= (select w.bits - 10 from public.business_match_weights w
    where w.field = 'decision')
  order by (c.found ->> 'bits')::numeric desc, c.a, c.b limit private.page_size(p_limit);
end
$$;
comment on function public.list_business_pairs(uuid, integer) is
  'Pairs of businesses that share a contact, a website or an address and may be one, likely ones first; without those '
  'that a person told apart. For owners, admins, viewers and the service. Raises SL111 and SL141. Definer: compares '
  'blind indexes, which members may not read.';

create function public.answer_business_pair(p_org_id uuid, p_business_id uuid, p_other_id uuid, p_same boolean)
returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_gone public.businesses;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.require_pack(p_org_id, 'prospects');
  if p_business_id = p_other_id or p_same is null or (select count(*) from (
      select from public.businesses b where b.org_id = p_org_id and b.id in (p_business_id, p_other_id)
      for update) x) < 2
  then
    raise exception 'two businesses of the org, and an answer, are required' using errcode = 'SL715';
  end if;
  if not p_same then
    insert into public.business_distinctions (org_id, business_id, other_id, decided_by)
    values (p_org_id, least(p_business_id, p_other_id), greatest(p_business_id, p_other_id), (select auth.uid()))
    on conflict do nothing;
    perform private.record_audit(p_org_id, 'business.told_apart', p_business_id::text,
      jsonb_build_object('other_id', p_other_id));
    return;
  end if;
  if exists (select from public.business_distinctions d where d.org_id = p_org_id
    and d.business_id = least(p_business_id, p_other_id) and d.other_id = greatest(p_business_id, p_other_id))
  then
    raise exception 'a person said that the two are not the same' using errcode = 'SL715';
  end if;
  update public.business_contacts c set business_id = p_business_id
  where c.org_id = p_org_id and c.business_id = p_other_id and not exists (select from public.business_contacts k
    where k.org_id = p_org_id and k.business_id = p_business_id and k.value_bidx = c.value_bidx);
  update public.business_facts f set business_id = p_business_id
  where f.org_id = p_org_id and f.business_id = p_other_id and not exists (select from public.business_facts k
    where k.org_id = p_org_id and k.business_id = p_business_id and k.provider = f.provider and k.name = f.name);
  update public.business_places p set business_id = p_business_id
  where p.org_id = p_org_id and p.business_id = p_other_id;
  insert into public.business_distinctions (org_id, business_id, other_id, decided_at, decided_by)
  select p_org_id, least(x.id, p_business_id), greatest(x.id, p_business_id), x.decided_at, x.decided_by
  from (select case when d.business_id = p_other_id then d.other_id else d.business_id end as id, d.decided_at,
      d.decided_by from public.business_distinctions d
    where d.org_id = p_org_id and p_other_id in (d.business_id, d.other_id)) x
  where x.id <> p_business_id
  on conflict do nothing;
  delete from public.businesses b where b.org_id = p_org_id and b.id = p_other_id returning * into v_gone;
  update public.businesses b set website_domain = coalesce(b.website_domain, v_gone.website_domain),
    street = coalesce(b.street, v_gone.street), house_number = coalesce(b.house_number, v_gone.house_number),
    street_key = coalesce(b.street_key, v_gone.street_key), unit = coalesce(b.unit, v_gone.unit),
    city = coalesce(b.city, v_gone.city), state = coalesce(b.state, v_gone.state), zip = coalesce(b.zip, v_gone.zip),
    latitude = coalesce(b.latitude, v_gone.latitude), longitude = coalesce(b.longitude, v_gone.longitude)
  where b.org_id = p_org_id and b.id = p_business_id;
  perform private.record_audit(p_org_id, 'business.merged', p_business_id::text,
    jsonb_build_object('other_id', p_other_id));
end
$$;
comment on function public.answer_business_pair(uuid, uuid, uuid, boolean) is
  'Says whether two businesses are the same. true: contacts, facts and places of the other go to the first, which '
  'stays; its own values win. false: kept for ever, also through merges. For owners, admins and the service. Raises '
  'SL111, SL141 and SL715. Definer: businesses are written by functions only.';
revoke execute on function public.list_business_pairs(uuid, integer),
  public.answer_business_pair(uuid, uuid, uuid, boolean) from public, anon;
grant execute on function public.list_business_pairs(uuid, integer),
  public.answer_business_pair(uuid, uuid, uuid, boolean) to authenticated, service_role;
