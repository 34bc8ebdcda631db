-- address keys: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "public"."match_candidates"
  DROP CONSTRAINT "origin_is_known";

CREATE OR REPLACE FUNCTION private.addresses_to_verify (
  p_org_id   uuid,
  p_provider text,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id  uuid,
    question jsonb
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select l.id, jsonb_build_object(
    'name', coalesce(l.owner_full, nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), '')),
    -- Lists write the number into the street, people who edit a lead may not.
    'street', concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ') then
      l.situs_house_number end, l.situs_street, 'Unit ' || l.situs_unit),
    'city', l.situs_city, 'state', l.situs_state, 'zip', l.situs_zip)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids) and l.mak is null
    and l.situs_house_number is not null and l.situs_street is not null
    and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not null)
    -- Nothing is bought about somebody who is never contacted.
    and not private.is_never_contacted(p_org_id, l.id)
    and not exists (select from public.lead_facts f
      where f.org_id = l.org_id and f.lead_id = l.id and f.provider = p_provider and f.name = 'address'
        and f.obtained_at > p_as_of - interval '180 days')
  order by array_position(p_lead_ids, l.id)
$function$;

CREATE OR REPLACE FUNCTION private.record_address (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_provider text,
  p_codes    text[],
  p_mak      text,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS text
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_mak constant text := private.normalise_mak(p_mak);
  v_verdict text;
  v_word text;
  v_other uuid;
  l public.leads;
begin
  select case when bool_or(m.is_invalid) then 'invalid' when bool_or(m.is_uncertain) then 'uncertain'
    when bool_or(m.is_verified) then 'verified' else 'unknown' end into v_verdict
  from public.verification_code_map m
  where m.provider = p_provider and m.channel = 'address' and m.level = '' and m.code = any (p_codes);
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  if not found then
    return 'gone';
  end if;
  if v_verdict = 'verified' and v_mak is not null and l.mak is null then
    select x.id into v_other from public.leads x where x.org_id = p_org_id and x.mak = v_mak;
  end if;
  v_word := case
    -- The key of a building is no key of one of its units, and that of a corrected street none of the one on record.
    when v_verdict <> 'verified' then v_verdict
    when v_mak is null then 'no_key'
    when l.mak = v_mak then 'same_key'
    when l.mak is not null then 'other_key'
    when v_other is null then 'key_found'
    -- Two parcels are never one, whatever the key says: nothing changes, and a person can see it.
    when (select private.parcel_key(o.county_fips, o.apn, o.apn_segments)
        <> private.parcel_key(l.county_fips, l.apn, l.apn_segments)
      from public.leads o where o.org_id = p_org_id and o.id = v_other) then 'other_parcel'
    else 'may_be_one' end;
  perform set_config('sluice.actor', 'system', true);
  if v_word = 'key_found' then
    update public.leads x set mak = v_mak where x.org_id = p_org_id and x.id = p_lead_id;
  elsif v_word = 'may_be_one' then
    -- Less than an org may let be merged by itself: the key says that the property is one, not that the owner is.
    if private.suggest_match(p_org_id, p_lead_id, v_other, '{"the same Melissa address key"}', 3, 'provider', p_as_of)
      is null
    then
      v_word := 'different';
    end if;
  end if;
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id,
    'name', 'address', 'value', jsonb_strip_nulls(jsonb_build_object('verdict', v_verdict, 'result', v_word, 'codes',
      to_jsonb(p_codes), 'mak', v_mak, 'other_lead_id', v_other)), 'obtained_at', p_as_of)), p_as_of);
  -- Codes that are not listed, and keys that contradict ours, are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select p_org_id, p_provider, 'address', x.path, x.problem, p_as_of, p_as_of
  from (
    select c.code as path, 'unknown code' as problem from (select distinct unnest(p_codes) as code) c
    where c.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
      where m.provider = p_provider and m.channel = 'address' and m.code = c.code and m.level = '')
    union all
    select 'mak', replace(v_word, '_', ' ') where v_word in ('other_key', 'other_parcel')) x
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  perform set_config('sluice.actor', v_actor, true);
  return v_word;
end
$function$;

CREATE OR REPLACE FUNCTION private.why_not_enriched_at (
  p_lead_id uuid,
  p_kind    text,
  p_as_of   timestamp with time zone
)
  RETURNS TABLE (
    kind        text,
    reason      text,
    provider    text,
    contact     text,
    explanation text,
    until       timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

ALTER TABLE "public"."match_candidates"
  ADD CONSTRAINT "origin_is_known" CHECK ((origin = ANY (ARRAY['finder'::text, 'upload'::text, 'split'::text, 'person'::text, 'provider'::text])))
  NOT VALID;

COMMENT ON COLUMN "public"."match_candidates"."origin" IS 'finder: the search compared the leads. upload: a row fits both. split: a person split the lead. person: a person named the pair. provider: a data provider gave both the same address key.';

COMMENT ON FUNCTION "private"."addresses_to_verify"(uuid, text, uuid[], timestamp with time zone) IS 'Questions {name, street, city, state, zip} about leads without an address key, in their order: those with a whole address whose owner may be contacted, and about whom the provider was not asked within 180 days. Definer: reads suppressions without the policies.';

COMMENT ON FUNCTION "private"."record_address"(uuid, uuid, text, text[], text, timestamp with time zone) IS 'Records the result codes of an address and its key, as verification_code_map has them. A key of a verified address fills that of the lead (key_found); where another lead has it, the pair is a candidate (may_be_one), unless a person decided before (different) or their parcels differ (other_parcel). Other results: invalid, uncertain, unknown, no_key, same_key, other_key (the lead keeps its own), gone. Never merges. Definer: leads and facts are written without the policies of members.';

COMMENT ON FUNCTION "private"."why_not_enriched_at"(uuid, text, timestamp with time zone) IS 'Why providers are not asked about a lead at that time, by kind of run (null: all), the most decisive reason first: opted_out, objected, suppressed, forbidden_person; no_contact, known_wrong, no_address, no_owner, good_contact, has_key; no_step, over_lead_cap, no_budget, over_budget, account_closed; already_asked, in_flight, unconfirmed; cached; how a run stands; or never_planned. Contacts are masked; until: when the reason ends by itself.';

REVOKE ALL ON FUNCTION "private"."addresses_to_verify"(uuid, text, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."addresses_to_verify"(uuid, text, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."record_address"(uuid, uuid, text, text[], text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_address"(uuid, uuid, text, text[], text, timestamp WITH time zone) TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.enrichment_kinds (kind, meaning, renews, contact_kind) values
  ('verify_address', 'whether addresses exist and belong to their owners, and their address keys', null, null)
on conflict (kind) do update set meaning = excluded.meaning, renews = excluded.renews, contact_kind = excluded.contact_kind;

insert into private.enrichment_providers (kind, provider, endpoint) values
  ('verify_address', 'melissa', 'personator')
on conflict (endpoint, kind, provider) do nothing;

insert into public.verification_code_map (provider, channel, code, level, is_verified, is_invalid, is_uncertain, meaning) values
  ('melissa', 'address', 'AC01', '', 'false', 'false', 'false', 'postal code changed'),
  ('melissa', 'address', 'AC02', '', 'false', 'false', 'true', 'state changed'),
  ('melissa', 'address', 'AC03', '', 'false', 'false', 'false', 'city changed'),
  ('melissa', 'address', 'AC04', '', 'false', 'false', 'false', 'alternate address changed to the base address'),
  ('melissa', 'address', 'AC05', '', 'false', 'false', 'false', 'alias of the street changed'),
  ('melissa', 'address', 'AC06', '', 'false', 'false', 'false', 'address lines swapped'),
  ('melissa', 'address', 'AC07', '', 'false', 'false', 'false', 'address and company swapped'),
  ('melissa', 'address', 'AC08', '', 'false', 'false', 'false', 'ZIP+4 changed'),
  ('melissa', 'address', 'AC09', '', 'false', 'false', 'false', 'part of the city changed'),
  ('melissa', 'address', 'AC10', '', 'false', 'false', 'true', 'street name changed'),
  ('melissa', 'address', 'AC11', '', 'false', 'false', 'true', 'street type changed'),
  ('melissa', 'address', 'AC12', '', 'false', 'false', 'true', 'street direction changed'),
  ('melissa', 'address', 'AC13', '', 'false', 'false', 'false', 'kind of unit changed'),
  ('melissa', 'address', 'AC14', '', 'false', 'false', 'true', 'unit number changed'),
  ('melissa', 'address', 'AC20', '', 'false', 'false', 'true', 'house number changed'),
  ('melissa', 'address', 'AS14', '', 'false', 'false', 'true', 'suite added'),
  ('melissa', 'address', 'AS15', '', 'false', 'false', 'true', 'apartment added'),
  ('melissa', 'address', 'AS18', '', 'false', 'false', 'true', 'delivery points could not be checked'),
  ('melissa', 'address', 'AS23', '', 'false', 'false', 'false', 'unit that the building does not need'),
  ('melissa', 'address', 'AS24', '', 'false', 'false', 'false', 'not reached by the carrier'),
  ('melissa', 'address', 'AS25', '', 'false', 'false', 'false', 'ZIP of one addressee'),
  ('melissa', 'address', 'AS27', '', 'false', 'false', 'false', 'phantom route'),
  ('melissa', 'address', 'NS01', '', 'false', 'false', 'false', 'name parsed'),
  ('melissa', 'address', 'NS02', '', 'false', 'false', 'false', 'name not parsed'),
  ('melissa', 'address', 'NS03', '', 'false', 'false', 'false', 'given name spelling corrected'),
  ('melissa', 'address', 'NS04', '', 'false', 'false', 'false', 'second given name spelling corrected'),
  ('melissa', 'address', 'NS05', '', 'false', 'false', 'false', 'given name known'),
  ('melissa', 'address', 'NS06', '', 'false', 'false', 'false', 'family name known'),
  ('melissa', 'address', 'NS07', '', 'false', 'false', 'false', 'second given name known'),
  ('melissa', 'address', 'NS08', '', 'false', 'false', 'false', 'second family name known'),
  ('melissa', 'address', 'NE01', '', 'false', 'false', 'false', 'name of an unknown form'),
  ('melissa', 'address', 'NE02', '', 'false', 'false', 'false', 'several given names'),
  ('melissa', 'address', 'NE03', '', 'false', 'false', 'false', 'rude word in the name'),
  ('melissa', 'address', 'NE04', '', 'false', 'false', 'false', 'suspicious word in the name'),
  ('melissa', 'address', 'NE05', '', 'false', 'false', 'false', 'the name is a company'),
  ('melissa', 'address', 'NE06', '', 'false', 'false', 'false', 'the name has characters that are not letters'),
  ('melissa', 'address', 'VR01', '', 'false', 'false', 'false', 'person and address belong together'),
  ('melissa', 'address', 'VR07', '', 'false', 'false', 'false', 'organisation and address belong together'),
  ('melissa', 'address', 'VS00', '', 'false', 'false', 'false', 'address not found at the provider'),
  ('melissa', 'address', 'VS01', '', 'false', 'false', 'false', 'an earlier address of the person'),
  ('melissa', 'address', 'VS02', '', 'false', 'false', 'false', 'the address agrees in part'),
  ('melissa', 'address', 'VS12', '', 'false', 'false', 'false', 'the family name agrees'),
  ('melissa', 'address', 'VS13', '', 'false', 'false', 'false', 'the given name agrees'),
  ('melissa', 'address', 'VS22', '', 'false', 'false', 'false', 'the company name agrees in part')
on conflict (channel, code, level, provider) do update set is_verified = excluded.is_verified, is_invalid = excluded.is_invalid, is_uncertain = excluded.is_uncertain, meaning = excluded.meaning;
