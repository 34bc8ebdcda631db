-- A position belongs to an address: where the lead gets another one, nobody uses the old position until a run asks again.

create function private.tg_leads__forget_position() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.lead_facts f
  where f.org_id = new.org_id and f.lead_id = new.id and f.contact_point_id is null
    and f.name in ('location', 'place_id', 'unlocated');
  return null;
end
$$;
comment on function private.tg_leads__forget_position() is
  'Trigger: erases position and place id of a lead whose address changed. Definer: whoever may edit leads has no rights '
  'on facts.';
create trigger _500_forget_position
  after update of situs_house_number, situs_street, situs_city, situs_state, situs_zip on public.leads
  for each row when (old.situs_house_number is distinct from new.situs_house_number
    or old.situs_street is distinct from new.situs_street or old.situs_city is distinct from new.situs_city
    or old.situs_state is distinct from new.situs_state or old.situs_zip is distinct from new.situs_zip)
  execute function private.tg_leads__forget_position();
