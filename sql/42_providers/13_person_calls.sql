-- Questions about a person: who lives there, which phone is theirs. Nobody asks them about people who must not be
-- contacted, whoever calls, and a lead costs no more than its org allows.

create table private.person_endpoints (
  provider text not null,
  endpoint text not null,
  primary key (provider, endpoint)
);
comment on table private.person_endpoints is
  'Endpoints whose answers are new contacts of a person. begin_calls asks refuse_person_call before each.';
alter table private.person_endpoints enable row level security;
grant select on private.person_endpoints to pipeline_writer;
create policy select_writer on private.person_endpoints for select to pipeline_writer using (true);

create function private.is_never_contacted(p_org_id uuid, p_lead_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select not exists (select from public.leads l
      where l.org_id = p_org_id and l.id = p_lead_id and l.campaign_status <> 'opted_out')
    or exists (select from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id and private.is_suppressed(p_org_id, c.value_bidx, 'all'))
    or exists (select from public.consents r
      where r.org_id = p_org_id and r.lead_id = p_lead_id and r.revoked_scope = 'person'
        and not exists (select from public.consents g
          where g.org_id = r.org_id and g.lead_id = r.lead_id and g.action = 'grant' and not g.is_unproven
            and not g.is_keyword and g.occurred_at > r.occurred_at))
$$;
comment on function private.is_never_contacted(uuid, uuid) is
  'Whether the person of a lead must not be contacted at all: opted out, objected, or suppressed on all channels under '
  'any contact. Also true for a lead that is gone. Definer: the writer reads consents and suppressions of its org only '
  'by way of functions.';
revoke execute on function private.is_never_contacted(uuid, uuid) from public;
grant execute on function private.is_never_contacted(uuid, uuid) to pipeline_writer;

create function private.trace_cap(p_org_id uuid) returns numeric
language sql stable security definer set search_path = '' as $$
  select coalesce((o.settings ->> 'trace_cap_usd')::numeric, 1) from public.orgs o where o.id = p_org_id
$$;
comment on function private.trace_cap(uuid) is
  'What questions about the person of a lead may cost in half a year, in dollars. Definer: reads the org.';
revoke execute on function private.trace_cap(uuid) from public;
grant execute on function private.trace_cap(uuid) to pipeline_writer;

create function private.person_cost(p_org_id uuid, p_lead_id uuid, p_as_of timestamptz default now()) returns numeric
language sql stable set search_path = '' as $$
  select coalesce((
      select sum(c.cost_usd) from public.provider_calls c
      join private.person_endpoints e on e.provider = c.provider and e.endpoint = c.endpoint
      where c.org_id = p_org_id and c.lead_id = p_lead_id and c.at > p_as_of - interval '180 days'), 0)
    + coalesce((
      select sum(r.cost_usd) from private.call_reservations r
      join private.person_endpoints e on e.provider = r.provider and e.endpoint = r.endpoint
      where r.org_id = p_org_id and r.lead_id = p_lead_id), 0)
$$;
comment on function private.person_cost(uuid, uuid, timestamptz) is
  'What questions about the person of a lead have cost within 180 days, with those whose answer is unknown.';

create function private.refuse_person_call(p_org_id uuid, p_lead_id uuid, p_cost_usd numeric,
  p_as_of timestamptz default now()) returns text
language sql stable set search_path = '' as $$
  select case
    when p_lead_id is null or private.is_never_contacted(p_org_id, p_lead_id) then 'never_contact'
    when p_cost_usd > 0
      and p_cost_usd + private.person_cost(p_org_id, p_lead_id, p_as_of) > private.trace_cap(p_org_id)
      then 'over_lead_cap'
  end
$$;
comment on function private.refuse_person_call(uuid, uuid, numeric, timestamptz) is
  'Why a question about the person of a lead is not asked: never_contact (also without a lead, of which nobody could '
  'say), over_lead_cap; null: it may be.';
