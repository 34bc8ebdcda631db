-- A lead is given to a broker by hand; campaigns that assign brokers do it by themselves.

create function public.assign_lead(p_org_id uuid, p_lead_id uuid, p_broker_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_org_id = any (private.my_org_ids('{owner,admin}')) is not true then
    raise exception 'org not found, or your role does not allow this: it takes owner or admin' using errcode = 'SL111';
  end if;
  if p_broker_id is not null and not exists (
      select from public.brokers b where b.org_id = p_org_id and b.id = p_broker_id) then
    raise exception 'broker not found' using errcode = 'SL116';
  end if;
  update public.leads l set assigned_broker_id = p_broker_id where l.org_id = p_org_id and l.id = p_lead_id;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL511';
  end if;
end
$$;
comment on function public.assign_lead(uuid, uuid, uuid) is
  'Gives a lead to a broker of the org, or to nobody (null). The history of the lead keeps who did it. For owners and '
  'admins. Raises SL111, SL116 (broker not found), SL511 (lead not found), SL106.';
revoke execute on function public.assign_lead(uuid, uuid, uuid) from public, anon;
grant execute on function public.assign_lead(uuid, uuid, uuid) to authenticated;
