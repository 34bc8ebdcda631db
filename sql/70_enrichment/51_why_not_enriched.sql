-- Why providers were not asked about a lead, or will not be asked again yet, in words.

create function private.why_refused(p_reason text) returns text
language sql immutable parallel safe as $$
  select case p_reason
    when 'over_budget' then 'the budget of the provider is used up'
    when 'no_budget' then 'the org has no budget for the provider'
    when 'over_cap' then 'it would cost more than was confirmed'
    when 'over_lead_cap' then 'the lead has cost as much as the org allows'
    when 'never_contact' then 'the person must not be contacted'
    when 'unconfirmed' then 'an earlier call may have been charged'
    when 'circuit_open' then 'the provider or its account fails'
    when 'limit' then 'the provider allows no more calls at the moment'
    when 'in_flight' then 'the same question is being asked'
    when 'no_answer' then 'the provider did not answer'
    when 'malformed' then 'the answer could not be read'
    when 'out_of_credit' then 'the account at the provider has no credits left'
    when 'auth' then 'the provider refuses the keys'
    else replace(p_reason, '_', ' ') end
$$;
comment on function private.why_refused(text) is 'A reason of enrichment_items or of begin_calls in words.';

create function private.why_not_enriched_at(p_lead_id uuid, p_kind text, p_as_of timestamptz)
returns table (kind text, reason text, provider text, contact text, explanation text, until timestamptz)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_lead public.leads;
  v_today date;
  v_zone text;
begin
  select l.* into v_lead from public.orgs o join public.leads l on l.org_id = o.id and l.id = p_lead_id;
  select private.org_date(o.id, p_as_of), o.time_zone into v_today, v_zone
  from public.orgs o where o.id = v_lead.org_id;
  return query
  with kinds as (
    select k.kind, k.contact_kind from public.enrichment_kinds k where p_kind is null or k.kind = p_kind
  ), providers as (
    select distinct p.kind, p.provider from private.enrichment_providers p join kinds k using (kind)
    -- Of skip traces, the steps of the org; without any, those that need none.
    where p.kind <> 'trace' or exists (select from public.trace_steps s
        where s.org_id = v_lead.org_id and s.provider = p.provider and s.active)
      or not p.needs_step and not exists (select from public.trace_steps s where s.org_id = v_lead.org_id)
  ), contacts as (
    select k.kind, c.id, c.masked, c.invalid_at, c.value_bidx, c.kind as contact_kind
    from kinds k
    join public.contact_points c on c.org_id = v_lead.org_id and c.lead_id = v_lead.id
      -- Questions about the person are refused for any contact, those about a contact only for it.
      and (k.contact_kind is null or c.kind = k.contact_kind)
  ), calls as materialized (
    select p.kind, c.provider, c.at, c.outcome, c.contact_point_id, c.input_bidx, c.endpoint, c.cost_usd, c.code
    from public.provider_calls c
    join private.enrichment_providers p on p.provider = c.provider and p.endpoint = c.endpoint
    join kinds k on k.kind = p.kind
    where c.org_id = v_lead.org_id and c.lead_id = v_lead.id
  ), items as (
    select distinct on (r.kind) r.kind, r.id, r.state as run_state, r.reason as run_reason, i.state, i.reason, i.next_at
    from private.enrichment_items i
    join public.enrichment_runs r on r.org_id = i.org_id and r.id = i.run_id
    join kinds k on k.kind = r.kind
    where i.org_id = v_lead.org_id and i.lead_id = v_lead.id
    order by r.kind, r.created_at desc, r.id
  ), asked as (
    -- Answers whose time is not over.
    select k.kind, f.provider, c.masked as contact, f.obtained_at,
      case when f.name in ('trace', 'address') then f.obtained_at + interval '180 days' else f.expires_at end as until,
      case f.name when 'verification' then f.value ->> 'verdict' when 'address' then f.value ->> 'result' when 'trace' then f.value ->> 'result'
        when 'location' then 'located' else 'no certain position' end as word, f.contact_point_id
    from kinds k
    join public.lead_facts f on f.org_id = v_lead.org_id and f.lead_id = v_lead.id
      and f.name = any (case k.kind when 'trace' then '{trace}' when 'verify_address' then '{address}' when 'geocode' then '{location,unlocated}'
        else case when k.contact_kind is not null then '{verification}' else '{}' end end::text[])
    left join public.contact_points c on c.org_id = f.org_id and c.lead_id = f.lead_id and c.id = f.contact_point_id
    where exists (select from providers p where p.kind = k.kind and p.provider = f.provider)
      and (k.contact_kind is null or c.kind = k.contact_kind)
      and case when f.name in ('trace', 'address') then f.obtained_at + interval '180 days' else f.expires_at end
        > p_as_of
  ), found (rank, kind, reason, provider, contact, explanation, until) as (
    select 0, k.kind, 'opted_out', null::text, null::text, 'The person opted out: nothing is asked about them.',
      null::timestamptz
    from kinds k where v_lead.campaign_status = 'opted_out'
    union all
    select 1, k.kind, 'objected', null, null, 'The person revoked their consent: nothing is asked about them.', null
    from kinds k
    where k.contact_kind is null and v_lead.campaign_status <> 'opted_out'
      and private.is_never_contacted(v_lead.org_id, v_lead.id)
      and not exists (select from contacts c
        where c.kind = k.kind and private.is_suppressed(v_lead.org_id, c.value_bidx, 'all'))
    union all
    select 1, c.kind, 'suppressed', null, c.masked,
      c.masked || ' is suppressed' || coalesce(' since ' || to_char(s.created_at at time zone v_zone, 'YYYY-MM-DD')
        || ' (' || replace(s.reason, '_', ' ') || ')', '') || ': nothing is asked about it.', null
    from contacts c
    join kinds k on k.kind = c.kind
    cross join lateral (
      select x.created_at, x.reason from public.suppressions x
      where x.org_id = v_lead.org_id and x.value_bidx = c.value_bidx
        and (x.channel is null or k.contact_kind = 'email' and x.channel = 'email')
        and not exists (select from public.suppression_lifts l
          where l.org_id = x.org_id and l.suppression_id = x.id)
      order by x.created_at limit 1) s
    union all
    select distinct on (c.kind, c.provider) 1, c.kind, 'forbidden_person', c.provider, null,
      format('%s answered on %s that the person objected to such questions: nobody asks again.', c.provider,
        to_char(c.at at time zone v_zone, 'YYYY-MM-DD')), null
    from calls c where c.outcome = 'forbidden_person'
    union all
    select 2, k.kind, 'no_contact', null, null,
      format('The lead has no %s.', case k.contact_kind when 'phone' then 'phone' else 'e-mail address' end), null
    from kinds k
    where k.contact_kind is not null and not exists (select from contacts c where c.kind = k.kind)
    union all
    select 2, c.kind, 'known_wrong', null, c.masked,
      format('%s is known to be wrong since %s.', c.masked, to_char(c.invalid_at at time zone v_zone, 'YYYY-MM-DD')), null
    from contacts c join kinds k on k.kind = c.kind
    where k.contact_kind is not null and c.invalid_at is not null
    union all
    select 2, k.kind, 'no_address', null, null, case
      when k.kind in ('geocode', 'verify_address') then 'The lead has no address with a house number, and a ZIP or a city and state.'
      else 'The lead has neither a whole address (street, and a ZIP or a city and state) nor a county with a parcel '
        || 'number.' end, null
    from kinds k
    where k.kind in ('trace', 'property', 'geocode', 'verify_address') and not coalesce(
      v_lead.situs_street is not null and (v_lead.situs_house_number is not null or k.kind = 'trace')
        and (v_lead.situs_zip is not null or v_lead.situs_city is not null and v_lead.situs_state is not null)
      or k.kind in ('trace', 'property') and v_lead.county_fips is not null and v_lead.apn is not null, false)
    union all
    select 2, k.kind, 'no_owner', null, null, 'The lead has no owner''s name, so nobody could say whose phone it is.', null
    from kinds k
    where k.kind = 'trace' and num_nonnulls(v_lead.owner_1_last, v_lead.owner_2_last, v_lead.owner_full) = 0
    union all
    select 2, k.kind, 'good_contact', null, null, 'The lead has a good contact already, which is what a trace looks for.',
      null
    from kinds k where k.kind = 'trace' and private.has_good_contact(v_lead.org_id, v_lead.id)
    union all
    select 2, k.kind, 'has_key', null, null, 'The lead has its address key already.', null
    from kinds k where k.kind = 'verify_address' and v_lead.mak is not null
    union all
    select 3, k.kind, 'no_step', null, null, 'None of the org''s steps of skip traces is on (sluice trace steps).', null
    from kinds k
    where k.kind = 'trace' and exists (select from public.trace_steps s where s.org_id = v_lead.org_id)
      and not exists (select from public.trace_steps s where s.org_id = v_lead.org_id and s.active)
    union all
    select 3, k.kind, 'over_lead_cap', null, null,
      format('Questions about this person have cost $%s in 180 days, and the org allows $%s.',
        trim_scale(private.person_cost(v_lead.org_id, v_lead.id, p_as_of)), trim_scale(private.trace_cap(v_lead.org_id))),
      null
    from kinds k
    where k.kind = 'trace'
      and private.person_cost(v_lead.org_id, v_lead.id, p_as_of) >= private.trace_cap(v_lead.org_id)
    union all
    select 3, p.kind, case when b.limits = 0 then 'no_budget' else 'over_budget' end, p.provider, null,
      case when b.limits = 0 then format('The org has no budget for %s: calls that cost something are not made.', p.provider)
        else format('The budget for %s is used up.', p.provider) end, b.until
    from providers p
    cross join lateral (
      select count(*) as limits, max(x.again) filter (where x.spent >= x.limit_usd) as until
      from (
        select b.limit_usd, coalesce(s.spent_usd + s.reserved_usd, 0) as spent,
          (case b.period when 'day' then v_today + 1
            else (date_trunc('month', v_today) + interval '1 month')::date end)::timestamp at time zone v_zone as again
        from public.provider_budgets b
        left join private.call_spend s on s.org_id = b.org_id and s.provider = b.provider and s.period = b.period
          and s.starts_on = case b.period when 'day' then v_today else date_trunc('month', v_today)::date end
        where b.org_id = v_lead.org_id and b.provider = p.provider) x) b
    where b.limits = 0 or b.until is not null
    union all
    select distinct on (p.kind, p.provider) 3, p.kind, 'account_closed', p.provider, null,
      format('%s or the account there failed, and is tried again later.', p.provider), c.retry_at
    from providers p
    join private.provider_circuits c on c.org_id = v_lead.org_id and c.provider = p.provider || ' data'
    where c.retry_at > p_as_of
    union all
    select 4, a.kind, 'already_asked', a.provider, a.contact,
      format('%s was asked%s on %s (%s), and is not asked again until %s.', a.provider, ' about ' || a.contact,
        to_char(a.obtained_at at time zone v_zone, 'YYYY-MM-DD'), replace(a.word, '_', ' '),
        to_char(a.until at time zone v_zone, 'YYYY-MM-DD')), a.until
    from asked a
    union all
    select 4, e.kind, case when r.state = 'in_flight' and r.lease_until > p_as_of then 'in_flight' else 'unconfirmed' end,
      r.provider, null, case when r.state = 'in_flight' and r.lease_until > p_as_of
        then format('%s is being asked.', r.provider)
        else format('A call to %s on %s had no answer and may have been charged: it is not repeated before somebody looks '
          'at the invoice (sluice provider reconcile).', r.provider, to_char(r.reserved_at at time zone v_zone,
          'YYYY-MM-DD')) end, null
    from private.call_reservations r
    join private.enrichment_providers e on e.provider = r.provider and e.endpoint = r.endpoint
    join kinds k on k.kind = e.kind
    where r.org_id = v_lead.org_id and r.lead_id = v_lead.id
    union all
    (select distinct on (c.kind, c.provider, c.contact_point_id) 5, c.kind, 'cached', c.provider, p.masked,
      format('The answer of %s of %s is kept until %s: asking again costs nothing, and brings the same.', c.provider,
        to_char(a.answered_at at time zone v_zone, 'YYYY-MM-DD'), to_char(a.expires_at at time zone v_zone,
        'YYYY-MM-DD')), a.expires_at
    from calls c
    join private.provider_answers a on a.org_id = v_lead.org_id and a.provider = c.provider and a.endpoint = c.endpoint
      and a.input_bidx = c.input_bidx and a.expires_at > p_as_of and a.outcome <> 'forbidden_person'
    left join public.contact_points p on p.org_id = v_lead.org_id and p.lead_id = v_lead.id and p.id = c.contact_point_id
    where not exists (select from asked x where x.kind = c.kind and x.provider = c.provider
      and x.contact_point_id is not distinct from c.contact_point_id)
    order by c.kind, c.provider, c.contact_point_id, a.expires_at desc)
    union all
    select 6, i.kind, case when i.run_state in ('planned', 'paused', 'cancelled', 'failed') then 'run_' || i.run_state
        else coalesce(i.reason, 'run_waits') end, null, null,
      case i.run_state
        when 'planning' then format('Run %s has no forecast yet.', i.id)
        when 'planned' then format('Run %s waits for a confirmation (sluice enrich confirm).', i.id)
        when 'paused' then format('Run %s is paused: %s.', i.id, private.why_refused(i.run_reason))
        when 'cancelled' then format('Run %s was cancelled before it reached the lead.', i.id)
        when 'failed' then format('Run %s failed: %s.', i.id, i.run_reason)
        else format(case when i.state = 'failed' then 'Run %s asked about the lead and failed: %s.'
          else 'Run %s will ask about the lead: %s.' end, i.id,
          case when i.reason is null then 'it waits for its turn' else private.why_refused(i.reason) end) end,
      case when i.next_at > p_as_of then i.next_at end
    from items i where i.state in ('waiting', 'failed')
  ), told as (
    select * from found
    union all
    select 9, k.kind, 'never_planned', null, null,
      format('No run has had this lead: plan one with sluice enrich %s.', k.kind), null
    from kinds k
    where not exists (select from found f where f.kind = k.kind and f.rank <> 3)
      and not exists (select from items i where i.kind = k.kind)
  )
  select t.kind, t.reason, t.provider, t.contact, t.explanation, t.until from told t
  order by t.kind, t.rank, t.provider, t.contact, t.until;
end
$$;
comment on function private.why_not_enriched_at(uuid, text, timestamptz) is
  'Why providers are not asked about a lead at that time, by kind of run (null: all), the most decisive reason first: '
  'opted_out, objected, suppressed, forbidden_person; no_contact, known_wrong, no_address, no_owner, good_contact, has_key; '
  'no_step, over_lead_cap, no_budget, over_budget, account_closed; already_asked, in_flight, unconfirmed; cached; how a '
  'run stands; or never_planned. Contacts are masked; until: when the reason ends by itself.';
revoke execute on function private.why_not_enriched_at(uuid, text, timestamptz) from pipeline_writer;

create function public.why_not_enriched(p_lead_id uuid, p_kind text default null)
returns table (kind text, reason text, provider text, contact text, explanation text, until timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from public.orgs o join public.leads l on l.org_id = o.id and l.id = p_lead_id
    where private.is_trusted_caller() or private.sees_lead(l.org_id, l.id))
  then
    raise exception 'lead not found' using errcode = 'SL421';
  end if;
  if p_kind is not null and not exists (select from public.enrichment_kinds k where k.kind = p_kind) then
    raise exception 'no run has the kind %: known are %', p_kind,
      (select string_agg(k.kind, ', ' order by k.kind) from public.enrichment_kinds k) using errcode = 'SL703';
  end if;
  return query select w.* from private.why_not_enriched_at(p_lead_id, p_kind, now()) w;
end
$$;
comment on function public.why_not_enriched(uuid, text) is
  'Why a lead was not traced, verified or enriched, in words, as private.why_not_enriched_at says; for members who may '
  'see the lead, and the service. Raises SL421, SL703. Definer: calls and suppressions are not readable to all who see '
  'the lead.';
revoke execute on function public.why_not_enriched(uuid, text) from public, anon;
grant execute on function public.why_not_enriched(uuid, text) to authenticated, service_role;
