create view public.funnel with (security_invoker = true) as
select o.id as org_id, k.kind, coalesce(e.quantity, 0) as quantity, e.first_at, e.last_at
from public.orgs o
cross join unnest(enum_range(null::public.pipeline_event_kind)) k (kind)
left join (
  select p.org_id, p.kind, sum(p.quantity) as quantity, min(p.at) as first_at, max(p.at) as last_at
  from public.pipeline_events p
  group by p.org_id, p.kind
) e on e.org_id = o.id and e.kind = k.kind;
comment on view public.funnel is
  'The funnel: how many leads reached each step, one row per org and step, in the order of kind. A broker counts '
  'own leads only.';
revoke all on public.funnel from anon, authenticated;
grant select on public.funnel to authenticated, service_role;
