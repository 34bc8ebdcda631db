create view public.provider_usage with (security_invoker = true) as
select c.org_id, c.provider, c.endpoint, (c.at at time zone o.time_zone)::date as day,
  count(*) filter (where not c.cached) as calls, count(*) filter (where c.cached) as cached,
  round(count(*) filter (where c.cached)::numeric / count(*), 4) as cache_share, sum(c.cost_usd) as cost_usd,
  count(*) filter (where c.outcome = 'ok') as ok, count(*) filter (where c.outcome = 'empty') as empty,
  count(*) filter (where c.outcome not in ('ok', 'empty')) as failed,
  percentile_disc(0.95) within group (order by c.duration_ms) filter (where not c.cached) as p95_ms
from public.provider_calls c
join public.orgs o on o.id = c.org_id
group by c.org_id, c.provider, c.endpoint, (c.at at time zone o.time_zone)::date;
comment on view public.provider_usage is
  'Data calls by org, provider, endpoint and local date: made, answered by the cache, their cost, outcomes and the time '
  'that 95 % of them took at most. Refused calls are in provider_budget_status.';
revoke all on public.provider_usage from anon, authenticated;
grant select on public.provider_usage to authenticated, service_role;

create view public.provider_unit_costs with (security_invoker = true) as
with months as (
  select c.org_id, date_trunc('month', c.at at time zone o.time_zone)::date as month, sum(c.cost_usd) as cost_usd,
    count(distinct c.lead_id) as leads
  from public.provider_calls c join public.orgs o on o.id = c.org_id
  group by 1, 2
), verified as (
  select e.org_id, date_trunc('month', e.at at time zone o.time_zone)::date as month,
    count(distinct e.detail ->> 'contact_point_id') as contacts
  from public.pipeline_events e join public.orgs o on o.id = e.org_id
  where e.kind = 'verified' and e.detail ? 'contact_point_id'
  group by 1, 2
), booked as (
  select b.org_id, date_trunc('month', b.made_at at time zone o.time_zone)::date as month, count(*) as bookings
  from public.bookings b join public.orgs o on o.id = b.org_id
  where b.made_at is not null
  group by 1, 2
)
select m.org_id, m.month, m.cost_usd, m.leads, round(m.cost_usd / nullif(m.leads, 0), 6) as cost_per_lead,
  coalesce(v.contacts, 0) as verified_contacts,
  round(m.cost_usd / nullif(v.contacts, 0), 6) as cost_per_verified_contact,
  coalesce(b.bookings, 0) as bookings, round(m.cost_usd / nullif(b.bookings, 0), 6) as cost_per_booking
from months m
left join verified v on v.org_id = m.org_id and v.month = m.month
left join booked b on b.org_id = m.org_id and b.month = m.month;
comment on view public.provider_unit_costs is
  'What data calls cost per month of the org: per lead that was asked about, per contact that a provider verified, per '
  'booking that was made. Null where there was none.';
revoke all on public.provider_unit_costs from anon, authenticated;
grant select on public.provider_unit_costs to authenticated, service_role;
