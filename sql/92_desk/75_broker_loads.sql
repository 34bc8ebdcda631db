-- How full each broker is, for the page Settings.

create function public.list_broker_loads(p_org_id uuid)
returns table (broker_id uuid, name text, has_login boolean, active boolean, capacity integer, licensed_states text[],
  open_leads bigint)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select b.id, b.name, b.user_id is not null, b.active, b.capacity, b.licensed_states, (
    select count(*) from public.leads l
    where l.org_id = b.org_id and l.assigned_broker_id = b.id
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked'))
  from public.brokers b where b.org_id = p_org_id
  order by b.name, b.id limit 500;
end
$$;
comment on function public.list_broker_loads(uuid) is
  'Brokers of an org by name, those without a login, too, with the open leads that count towards their capacity. For '
  'owners, admins, viewers and the service. Raises SL111. Definer: one check for all callers.';
revoke execute on function public.list_broker_loads(uuid) from public, anon;
grant execute on function public.list_broker_loads(uuid) to authenticated, service_role;
