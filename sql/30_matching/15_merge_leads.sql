-- Merging two leads that are one property or person. Reversible: lead_merges keeps the whole merged lead and the ids
-- of everything that moved.

create function private.campaign_rank(p_status public.campaign_status) returns integer
language sql immutable parallel safe set search_path = '' as $$
  select array_position(array['new', 'completed', 'queued', 'active', 'paused', 'replied', 'booked', 'invalid',
    'opted_out'], p_status::text)
$$;
comment on function private.campaign_rank(public.campaign_status) is
  'Decides which status a merged lead keeps: the higher rank. An opt-out outranks everything.';

create function private.survivor_of(p_org_id uuid, p_lead_ids uuid[]) returns uuid[]
language sql stable set search_path = '' as $$
  select array_agg(l.id order by (l.mak is null), (l.apn is null or l.county_fips is null), (l.addr_hash is null),
    l.created_at, l.id)
  from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
$$;
comment on function private.survivor_of(uuid, uuid[]) is
  'The leads in order of survival: strongest key first, then the oldest, then the smallest id. Never arbitrary.';

create function private.merge_leads(
  p_org_id uuid, p_survivor_id uuid, p_merged_id uuid, p_upload_id uuid, p_reason text,
  p_as_of timestamptz default now()
) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  s public.leads;
  m public.leads;
  v_won jsonb;
  v_contacts bigint[];
  v_addresses bytea[];
  v_id bigint;
begin
  select * into strict s from public.leads l where l.org_id = p_org_id and l.id = p_survivor_id for update;
  select * into strict m from public.leads l where l.org_id = p_org_id and l.id = p_merged_id for update;
  if s.mak <> m.mak or private.parcel_key(s.county_fips, s.apn, s.apn_segments)
    <> private.parcel_key(m.county_fips, m.apn, m.apn_segments) then
    raise exception 'leads % and % are different properties', s.id, m.id using errcode = 'SL301';
  end if;

  with moved as (
    update public.contact_points c set lead_id = s.id
    where c.org_id = p_org_id and c.lead_id = m.id
      and not exists (select from public.contact_points o
        where o.org_id = p_org_id and o.lead_id = s.id and o.value_bidx = c.value_bidx)
    returning c.id
  )
  select coalesce(array_agg(id), '{}') into v_contacts from moved;
  with moved as (
    update public.lead_addresses a set lead_id = s.id
    where a.org_id = p_org_id and a.lead_id = m.id
      and not exists (select from public.lead_addresses o
        where o.org_id = p_org_id and o.lead_id = s.id and o.addr_hash = a.addr_hash)
    returning a.addr_hash
  )
  select coalesce(array_agg(addr_hash), '{}') into v_addresses from moved;

  insert into public.lead_merges (org_id, survivor_id, merged_id, merged_row, merged_contacts, merged_addresses,
    upload_id, reason, merged_at)
  values (p_org_id, s.id, m.id,
    to_jsonb(m) || jsonb_build_object('contact_points', (
      select coalesce(jsonb_agg(to_jsonb(c)), '[]') from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = m.id)),
    v_contacts, v_addresses, p_upload_id, p_reason, p_as_of)
  returning id into v_id;
  delete from public.leads l where l.org_id = p_org_id and l.id = m.id;

  v_won := private.survive(private.lead_facts(s), private.lead_facts(m), s.field_sources, s.edited_fields,
    s.source_trust, s.observed_at, m.source_trust, m.observed_at);
  update public.leads l set
    mak = coalesce(s.mak, m.mak),
    county_fips = case when k.parcel_theirs then m.county_fips else s.county_fips end,
    apn = case when k.parcel_theirs then m.apn else s.apn end,
    apn_segments = case when k.parcel_theirs then m.apn_segments else s.apn_segments end,
    addr_hash = coalesce(s.addr_hash, m.addr_hash),
    addr_hash_version = case when s.addr_hash is null then m.addr_hash_version else s.addr_hash_version end,
    situs_house_number = case when k.situs_theirs then m.situs_house_number else s.situs_house_number end,
    situs_street = case when k.situs_theirs then m.situs_street else s.situs_street end,
    situs_unit = case when k.situs_theirs then m.situs_unit else s.situs_unit end,
    situs_city = case when k.situs_theirs then m.situs_city else s.situs_city end,
    situs_state = case when k.situs_theirs then m.situs_state else s.situs_state end,
    situs_zip = case when k.situs_theirs then m.situs_zip else s.situs_zip end,
    owner_1_first = case when v_won ? 'owner_1' then m.owner_1_first else s.owner_1_first end,
    owner_1_last = case when v_won ? 'owner_1' then m.owner_1_last else s.owner_1_last end,
    owner_2_first = case when v_won ? 'owner_2' then m.owner_2_first else s.owner_2_first end,
    owner_2_last = case when v_won ? 'owner_2' then m.owner_2_last else s.owner_2_last end,
    owner_full = case when v_won ? 'owner_full' then m.owner_full else s.owner_full end,
    mailing_street = case when v_won ? 'mailing' then m.mailing_street else s.mailing_street end,
    mailing_unit = case when v_won ? 'mailing' then m.mailing_unit else s.mailing_unit end,
    mailing_city = case when v_won ? 'mailing' then m.mailing_city else s.mailing_city end,
    mailing_state = case when v_won ? 'mailing' then m.mailing_state else s.mailing_state end,
    mailing_zip = case when v_won ? 'mailing' then m.mailing_zip else s.mailing_zip end,
    attributes = m.attributes || s.attributes,
    consent = case when s.consented_at is null then m.consent else s.consent end,
    consented_at = coalesce(s.consented_at, m.consented_at),
    consent_method = case when s.consented_at is null then m.consent_method else s.consent_method end,
    lead_score = greatest(s.lead_score, m.lead_score),
    assigned_broker_id = coalesce(s.assigned_broker_id, m.assigned_broker_id),
    campaign_id = case when k.theirs then m.campaign_id else s.campaign_id end,
    campaign_status = case when k.theirs then m.campaign_status else s.campaign_status end,
    added_to_campaign_at = case when k.theirs then m.added_to_campaign_at else s.added_to_campaign_at end,
    current_sequence_step = case when k.theirs then m.current_sequence_step else s.current_sequence_step end,
    last_reply_at = greatest(s.last_reply_at, m.last_reply_at),
    call_attempt_count = s.call_attempt_count + m.call_attempt_count
  from (
    select private.campaign_rank(m.campaign_status) > private.campaign_rank(s.campaign_status) as theirs,
      num_nonnulls(m.county_fips, m.apn) > num_nonnulls(s.county_fips, s.apn)
        and (num_nonnulls(m.county_fips, m.apn) = 2 or num_nonnulls(s.county_fips, s.apn) = 0) as parcel_theirs,
      (s.addr_hash is null and m.addr_hash is not null)
        or num_nonnulls(s.situs_street, s.situs_city, s.situs_state, s.situs_zip) = 0 as situs_theirs
  ) k
  where l.org_id = p_org_id and l.id = s.id;
  if s.addr_hash <> m.addr_hash then
    insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
    values (p_org_id, m.addr_hash, s.id, p_upload_id, p_as_of)
    on conflict (org_id, addr_hash, lead_id) do nothing;
  end if;
  perform private.refresh_verification(p_org_id, array[s.id]);
  return v_id;
end
$$;
comment on function private.merge_leads(uuid, uuid, uuid, uuid, text, timestamptz) is
  'Merges p_merged_id into p_survivor_id and returns the id of the record in lead_merges. Raises SL301 when their '
  'MAKs or parcels differ.';
