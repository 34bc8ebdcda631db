-- How full each broker is, for the page Settings.

create function public.list_broker_loads(p_org_id uuid, p_limit integer default 200, p_cursor text default null)
returns table (broker_id uuid, name text, has_login boolean, active boolean, capacity integer, licensed_states text[],
  open_leads bigint, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select b.id, b.name, b.user_id is not null, b.active, b.capacity, b.licensed_states, (
    select count(*) from public.leads l
    where l.org_id = b.org_id and l.assigned_broker_id = b.id
      and l.campaign_status in ('queued', 'active', 'replied', 'paused', 'booked')),
    jsonb_build_array(b.name, b.id)::text
  from public.brokers b
  where b.org_id = p_org_id and (v_after is null or (b.name, b.id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by b.name, b.id limit private.page_size(p_limit);
end
$$;
comment on function public.list_broker_loads(uuid, integer, text) is
  'Brokers of an org by name, those without a login, too, with the open leads that count towards their capacity. For '
  'owners, admins, viewers and the service. Raises SL111 and SL801. Definer: one check for all callers.';
revoke execute on function public.list_broker_loads(uuid, integer, text) from public, anon;
grant execute on function public.list_broker_loads(uuid, integer, text) to authenticated, service_role;
