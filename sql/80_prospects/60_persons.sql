-- What the pack has of a person: contacts that businesses publish. A sole trader's are personal data.

create function private.erase_business_contacts(p_org_id uuid, p_values bytea[]) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_businesses uuid[];
  v_contacts integer;
begin
  with gone as (
    delete from public.business_contacts c where c.org_id = p_org_id and c.value_bidx = any (p_values)
    returning c.business_id
  )
  select array_agg(distinct g.business_id), count(*) into v_businesses, v_contacts from gone g;
  -- What a provider shows may have the value, too, and cannot be searched.
  if v_contacts > 0 then
    delete from public.place_displays d using public.business_places p
    where d.org_id = p_org_id and p.org_id = d.org_id and p.provider = d.provider and p.place_id = d.place_id
      and p.business_id = any (v_businesses);
  end if;
  return jsonb_build_object('contacts', v_contacts);
end
$$;
comment on function private.erase_business_contacts(uuid, bytea[]) is
  'Deletes the contacts of businesses with these keyed values, also while the pack is off: {contacts}. The business '
  'stays. Definer: erasure needs no pack and no right on the tables.';

create function private.export_business_contacts(p_org_id uuid, p_values bytea[]) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('business', b.name, 'kind', c.kind, 'value',
    private.decrypt_value(c.value_cipher, private.org_key(p_org_id, c.key_id)), 'provider', c.provider, 'page',
    c.source_url, 'obtained_at', c.obtained_at) order by c.id), '[]')
  from public.business_contacts c join public.businesses b on b.org_id = c.org_id and b.id = c.business_id
  where c.org_id = p_org_id and c.value_bidx = any (p_values)
$$;
comment on function private.export_business_contacts(uuid, bytea[]) is
  'The contacts of businesses with these keyed values, plain, with where they are from. For the export of a person. '
  'Definer: as erase_business_contacts.';
revoke execute on function private.erase_business_contacts(uuid, bytea[]),
  private.export_business_contacts(uuid, bytea[]) from public, pipeline_writer;

create function private.tg_orgs__delete_businesses() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.businesses b where b.org_id = old.id;
  delete from public.business_places p where p.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_businesses() is
  'Trigger: deletes businesses and places of a deleted org before its keys, to which their contacts and displays refer. '
  'Definer: a role that may delete the org may lack rights on them.';
create trigger _050_delete_businesses before delete on public.orgs
  for each row execute function private.tg_orgs__delete_businesses();
