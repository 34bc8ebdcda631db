-- Collects the facts of gate_evaluate from the tables, for one contact or for all of a claim, in one statement whose
-- plan is cached. Phone and e-mail are decrypted into the facts only for the duration of the call;
-- private.redact_facts removes them before anything is stored or shown.

create function private.line_type_of(p_codes text[]) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_code text;
  v_one text;
  v_type text;
begin
  foreach v_code in array p_codes loop
    v_one := case when v_code = 'PS07' then 'mobile' when v_code = 'PS08' then 'landline' when v_code = 'PS09'
      then 'nonFixedVoip'
      when v_code = any ('{mobile,landline,fixedVoip,nonFixedVoip,personal,tollFree,premium,sharedCost,uan,voicemail,'
        'pager}') then v_code end;
    if v_one <> v_type then
      return 'unknown';
    end if;
    v_type := coalesce(v_one, v_type);
  end loop;
  return coalesce(v_type, 'unknown');
end
$$;
comment on function private.line_type_of(text[]) is
  'Line type from the verification codes of a phone; unknown for none and for contradictory codes. A VoIP line of '
  'unknown kind counts as non-fixed.';

create function private.org_of_lead(p_lead_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    -- One probe per org: an index of leads by id alone would slow down every import.
    select o.id from public.orgs o
    where exists (select from public.leads l where l.org_id = o.id and l.id = p_lead_id) limit 1);
end
$$;
comment on function private.org_of_lead(uuid) is
  'The org of a lead; null when the lead does not exist. Definer: reads across orgs.';
revoke execute on function private.org_of_lead(uuid) from pipeline_writer;

create type private.contact_facts as (
  n integer, lead_id uuid, contact_point_id bigint, value_bidx bytea, kind public.contact_kind, channel text,
    purpose text,
  message jsonb, campaign_id uuid, invalid_at timestamptz, campaign_status public.campaign_status, litigator boolean,
  suppressions jsonb, facts jsonb, wish_since timestamptz);
comment on type private.contact_facts is
  'The records about the nth requested contact: the facts for gate_evaluate, and the data for check_decision_rules.';

create function private.collect_contact_facts(
  p_org_id uuid, p_requests jsonb, p_as_of timestamptz, p_store boolean default true, p_outbound boolean default true
) returns setof private.contact_facts
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org public.orgs;
  v_key integer;
  v_secret text;
  v_load bigint;
  v_emergencies jsonb;
  v_house jsonb;
  v_reassigned boolean;
  v_wishes boolean;
  v_unread boolean;
  v_ruled uuid;
begin
  select x.* into v_org from public.orgs x where x.id = p_org_id;
  v_key := private.active_key_id(p_org_id, 'data');
  v_secret := private.org_key(p_org_id, v_key);
  v_load := coalesce((select max(l.id) from private.dnc_loads l), 0);
  v_emergencies := (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
    where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of));
  v_house := case when v_org.settings ? 'consent_months'
    then jsonb_build_object('house', jsonb_build_object('consent_max_age_months',
      (v_org.settings ->> 'consent_months')::integer)) else '{}' end;
  v_reassigned := exists (select from public.reassigned_checks r where r.org_id = p_org_id);
  -- Read once for all contacts: gate_evaluate looks for rules of the org only where it is named.
  v_ruled := (select r.org_id from public.org_gate_rules r where r.org_id = p_org_id limit 1);
  v_wishes := exists (select from private.possible_wishes w where w.org_id = p_org_id);
  v_unread := exists (select from private.unread_contacts u where u.org_id = p_org_id);
  return query
  with recursive asked as materialized (
    select r.n::integer as n, (r.x ->> 'lead_id')::uuid as lead_id,
      (r.x ->> 'contact_point_id')::bigint as contact_point_id,
      r.x ->> 'channel' as channel, r.x ->> 'purpose' as purpose,
        coalesce(nullif(r.x -> 'message', 'null'), '{}') as message,
      (r.x ->> 'campaign_id')::uuid as campaign_id
    from jsonb_array_elements(p_requests) with ordinality r (x, n)
  ),
  family (lead_id, id) as (
    select a.lead_id, a.lead_id from asked a
    union
    select f.lead_id, m.merged_id
    from family f
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
  ),
  families as (select f.lead_id, array_agg(f.id) as ids from family f group by f.lead_id)
  select a.n, a.lead_id, a.contact_point_id, c.value_bidx, c.kind, a.channel, a.purpose, a.message, a.campaign_id,
    c.invalid_at, l.campaign_status, coalesce((s.s).litigator, false), held.why,
    jsonb_build_object(
      'org_id', v_ruled, 'channel', a.channel, 'purpose', a.purpose, 'seller',
        coalesce(v_org.settings ->> 'seller', v_org.name),
      'state', l.situs_state, 'postal_code', l.situs_zip,
      'addresses', case when l.mailing_state is null and l.mailing_zip is null then '[]'
        else jsonb_build_array(jsonb_build_object('state', l.mailing_state, 'postal_code', l.mailing_zip)) end,
      'phone', case when c.kind = 'phone' then v.value end, 'email', case when c.kind = 'email' then v.value end,
      'line_type', case when c.kind = 'phone' then private.line_type_of(c.codes) end,
      'consent', given.consent,
      'dnc', case when c.kind = 'phone' then jsonb_build_object(
          'federal_listed', (s.s).federal_listed, 'scrubbed_at', (s.s).registry_obtained_at,
          'state_listed', private.is_on_state_dnc_list(array[l.situs_state, l.mailing_state] || z.states,
            (s.s).states_listed, p_as_of),
          'states_listed', (s.s).states_listed, 'list_ids', (s.s).list_ids, 'load_id', (s.s).load_id, 'looked_up_at',
            (s.s).scrubbed_at,
          'internal_request_at', greatest(held.requested_at, (s.s).internal_at)) else '{}' end
        || jsonb_build_object('lookup_error', null, 'events', held.events,
          'email_unsubscribed_at', case when c.kind = 'email' then held.requested_at end),
      'history', history.contacts,
      'unread_since', case when v_unread then private.unread_since(p_org_id, a.lead_id) end,
      'reassigned', case when v_reassigned and c.kind = 'phone' then private.reassigned_answer(p_org_id, c.value_bidx,
        p_as_of) end,
      'message', case when a.message = '{}' then a.message else (
        select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(a.message) m
        where m.key in ('subject', 'message_kind', 'sent_as', 'marketing_content', 'confirmations_already_sent',
          'postal_address_in_body',
          'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')) end,
      'emergencies', v_emergencies) || v_house,
    case when v_wishes then private.possible_wish_since(p_org_id, a.lead_id) end
  from asked a
  join families fam on fam.lead_id = a.lead_id
  join public.leads l on l.org_id = p_org_id and l.id = a.lead_id
  join public.contact_points c on c.org_id = p_org_id and c.lead_id = a.lead_id and c.id = a.contact_point_id
  cross join lateral (
    select private.decrypt_value(c.value_cipher, case when c.key_id = v_key then v_secret
      else private.org_key(p_org_id, c.key_id) end) as value
    offset 0) v
  left join public.area_code_zones z on c.kind = 'phone' and z.area_code = substr(v.value, 3, 3)
  left join private.phone_scrubs known on known.org_id = p_org_id and known.value_bidx = c.value_bidx
    and known.load_id = v_load
  cross join lateral (
    select case when c.kind <> 'phone' then null when known.load_id is not null then known
      else private.scrub_phone(p_org_id, c.value_bidx, v.value, p_as_of, p_store) end as s
    offset 0) s
  -- The active suppressions: the person's latest request, reports of mail providers, and the reason for each.
  cross join lateral (
    select max(h.created_at) filter (where h.reason not in ('bounce', 'complaint', 'litigator')) as requested_at,
      coalesce(jsonb_agg(distinct case h.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where h.kind = 'email' and h.reason in ('bounce', 'complaint')), '[]') as events,
      coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'reason', h.reason, 'source', h.source, 'at', h.created_at)
        order by h.created_at), '[]') as why
    from public.suppressions h
    where h.org_id = p_org_id and h.value_bidx = c.value_bidx and (h.channel is null or h.channel = a.channel)
      and not exists (select from public.suppression_lifts x
        where x.org_id = h.org_id and x.suppression_id = h.id and x.channel = a.channel)) held
  -- The best grant on record and the latest revocation that covers the channel. An unproven consent counts only where
  -- nothing was ever revoked; the typed name of a signature is not included.
  cross join lateral (
    with events as materialized (
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.value_bidx = c.value_bidx and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
      union all
      -- A row without a value applies to every contact of its lead.
      select e.id, e.action, e.type, e.is_unproven, e.is_keyword, e.occurred_at, e.upload_id, e.seller, e.value_bidx,
        e.automated_disclosed, e.not_condition_of_purchase, e.signature, e.method
      from public.consents e
      where e.org_id = p_org_id and e.lead_id = any (fam.ids) and e.value_bidx is null and a.channel = any (e.channels)
        and e.occurred_at <= p_as_of
    ),
    -- START reverses the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_unproven
          and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id
          and u.state = 'undone' and g.is_unproven)
        and not exists (select from revoked r where g.is_unproven or (g.is_keyword and not r.is_keyword))
      order by g.is_unproven, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_unproven', g.is_unproven,
      'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_unproven and private.is_typed_signature(g.signature),
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The row's channels are its scope, so for this channel it covers everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case
        when r.id is not null then 'all' end) as consent
    from (values (1)) one left join granted g on true left join revoked r on true) given
  -- The last thousand contacts with the value, for whatever lead or campaign. The request of an inbound message is
  -- represented by a standard phrase; its own words are not included.
  cross join lateral (
    select coalesce(jsonb_agg(case when t.subject is null and t.keyword is null
      then jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at)
      else jsonb_strip_nulls(jsonb_build_object('channel', t.channel, 'direction', t.direction, 'at', t.at, 'subject',
        t.subject,
        'body', case t.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out'
          then 'please stop texting me' end)) end), '[]') as contacts
    from (
      select y.channel, y.direction, y.at, y.subject, y.keyword from public.contact_attempts y
      where y.org_id = p_org_id and y.value_bidx = c.value_bidx and (p_outbound or y.direction = 'inbound')
      order by y.at desc limit 1000) t) history
  order by a.n;
end
$$;
comment on function private.collect_contact_facts(uuid, jsonb, timestamptz, boolean, boolean) is
  'All records that bear on the contacts [{lead_id, contact_point_id, channel, purpose, message, campaign_id}], in '
  'this order; missing contacts are omitted. Of a message, only facts known to the gate are included. p_store stores '
  'a looked-up do-not-call status, p_outbound false omits our own attempts. Definer: only the owner may read keys, '
  'lists and statuses.';
revoke execute on function private.collect_contact_facts(uuid, jsonb, timestamptz, boolean, boolean)
  from pipeline_writer;

create function private.redact_facts(p_facts jsonb) returns jsonb
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return p_facts - '{phone,email,org_id,channel,purpose}'::text[]
    || case when jsonb_typeof(p_facts -> 'phone') = 'string'
      then jsonb_build_object('area_code', substr(p_facts ->> 'phone', 3, 3)) else '{}' end
    || case when jsonb_typeof(p_facts -> 'email') = 'string'
      then jsonb_build_object('email_domain', split_part(p_facts ->> 'email', '@', 2)) else '{}' end;
end
$$;
comment on function private.redact_facts(jsonb) is
  'Facts as they may be stored: the area code of a phone, the domain of an e-mail; facts with a column of their own '
  'are omitted.';
