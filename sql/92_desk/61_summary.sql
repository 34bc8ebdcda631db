-- What waits for the caller: the numbers beside the pages in the navigation.

create function public.desk_summary(p_org_id uuid)
returns table (replies integer, tasks integer, conflicts integer)
language sql stable set search_path = '' as $$
  select (select count(*)::integer from public.desk_inbox('open', p_org_id, p_limit => 100)),
    (select count(*)::integer from public.desk_tasks('due', p_org_id, 100)),
    (select count(*)::integer from (
      select from public.lead_conflicts c
      where c.org_id = p_org_id and c.state = 'open' and p_org_id = any (private.my_org_ids('{owner,admin}'))
      limit 100) x)
$$;
comment on function public.desk_summary(uuid) is
  'How many replies and calls nobody answers yet, tasks of the caller that are due, and, for owners and admins, open '
  'conflicts there are: each up to 100. Zeros for other callers.';
revoke execute on function public.desk_summary(uuid) from public, anon;
grant execute on function public.desk_summary(uuid) to authenticated;
