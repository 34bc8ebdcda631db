-- From rows to the facts of gate_evaluate. Phone and e-mail are decrypted into the facts for the length of a
-- call; private.facts_without_values takes them out before anything is stored or shown. These functions run a
-- query each and are called once a decision: PL/pgSQL keeps their plans, where an SQL function would be planned anew
-- at every call, which costs more than running it.

create function private.line_type_of(p_codes text[]) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (
    select case
      when cardinality(array_remove(array_agg(distinct t), null)) = 1 then max(t)
      else 'unknown' end
    from (
      select case
        when c in ('mobile', 'landline', 'fixedVoip', 'nonFixedVoip', 'personal', 'tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager') then c
        when c = 'PS07' then 'mobile'
        when c = 'PS08' then 'landline'
        when c = 'PS09' then 'nonFixedVoip' end as t
      from unnest(p_codes) c) x);
end
$$;
comment on function private.line_type_of(text[]) is
  'Line type out of the verification codes of a phone; codes that contradict each other, and none, are unknown. A VoIP line of unknown kind counts as the one that moves about.';

create function private.consent_facts(p_org_id uuid, p_lead_id uuid, p_value_bidx bytea, p_channel text, p_as_of timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with recursive family (id) as (
      select p_lead_id
      union
      select m.merged_id from family f
      join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
    ),
    events as materialized (
      select c.* from public.consents c
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and p_channel = any (c.channels) and c.occurred_at <= p_as_of
      union all
      -- What names no value is about every contact of its lead.
      select c.* from family f
      join public.consents c on c.org_id = p_org_id and c.lead_id = f.id and c.value_bidx is null
      where p_channel = any (c.channels) and c.occurred_at <= p_as_of
    ),
    -- START takes back the keyword STOP and nothing else.
    revoked as materialized (
      select r.* from events r
      where r.action = 'revoke' and not (r.is_keyword and exists (
        select from events g where g.action = 'grant' and g.is_keyword and not g.is_claim and g.occurred_at > r.occurred_at))
      order by r.occurred_at desc, r.id desc limit 1
    ),
    granted as (
      select g.* from events g
      where g.action = 'grant'
        and not exists (select from public.uploads u where u.org_id = p_org_id and u.id = g.upload_id and u.state = 'undone' and g.is_claim)
        and not exists (select from revoked r where g.is_claim or (g.is_keyword and not r.is_keyword))
      order by g.is_claim, coalesce(g.occurred_at > (select r.occurred_at from revoked r), true) desc,
        array_position('{pewc,pec,ebr_purchase,ebr_inquiry}', g.type), g.occurred_at desc, g.id desc limit 1
    )
    select jsonb_build_object('type', coalesce(g.type, 'none'), 'consent_id', g.id, 'is_claim', g.is_claim, 'obtained_at', g.occurred_at,
      'seller', g.seller, 'phone_covered', g.value_bidx is not null,
      'automated_disclosed', coalesce(g.automated_disclosed, false),
      'not_condition_of_purchase', coalesce(g.not_condition_of_purchase, false),
      'signature', not g.is_claim and length(btrim(coalesce(g.signature, ''))) > 0,
      'last_transaction_at', case when g.type = 'ebr_purchase' then g.occurred_at end,
      'last_inquiry_at', case when g.type = 'ebr_inquiry' then g.occurred_at end,
      -- The channels of the row are what it reaches, so for this channel it reaches everything.
      'revocation_id', r.id, 'revoked_at', r.occurred_at, 'revoked_via', r.method, 'revoked_scope', case when r.id is not null then 'all' end)
    from (values (1)) one left join granted g on true left join revoked r on true);
end
$$;
comment on function private.consent_facts(uuid, uuid, bytea, text, timestamptz) is
  'The fact `consent`: the best grant on record for a value on a channel and the latest revocation that reaches it. A claim counts only where nothing was ever revoked; the typed name of a signature stays behind.';

create function private.suppression_facts(p_org_id uuid, p_value_bidx bytea, p_channel text) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'requested_at', max(s.created_at) filter (where s.reason not in ('bounce', 'complaint', 'litigator')),
      'events', coalesce(jsonb_agg(distinct case s.reason when 'complaint' then 'spamreport' else 'bounce' end)
        filter (where s.kind = 'email' and s.reason in ('bounce', 'complaint')), '[]'),
      'why', coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'reason', s.reason, 'source', s.source, 'at', s.created_at) order by s.created_at), '[]'))
    from public.suppressions s
    where s.org_id = p_org_id and s.value_bidx = p_value_bidx and (s.channel is null or s.channel = p_channel)
      and not exists (select from public.suppression_lifts l
        where l.org_id = s.org_id and l.suppression_id = s.id and l.channel = p_channel));
end
$$;
comment on function private.suppression_facts(uuid, bytea, text) is
  'The suppressions of a value that stand on a channel: when the person asked last, what mail providers reported, and why each.';

create function private.history_facts(p_org_id uuid, p_value_bidx bytea, p_outbound boolean) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('channel', a.channel, 'direction', a.direction, 'at', a.at,
      'subject', a.subject, 'body', case a.keyword when 'stop' then 'STOP' when 'start' then 'START' when 'opt_out' then 'please stop texting me' end))), '[]')
    from (
      select * from public.contact_attempts a
      where a.org_id = p_org_id and a.value_bidx = p_value_bidx and (p_outbound or a.direction = 'inbound')
      order by a.at desc limit 1000
    ) a);
end
$$;
comment on function private.history_facts(uuid, bytea, boolean) is
  'The fact `history`: the last thousand contacts with a value, whatever lead or campaign they were for. What an inbound message asked stands as its plainest words; the words themselves are not here.';

create function private.org_of_lead(p_lead_id uuid) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    -- One probe per org: an index of leads by id alone would cost every import.
    select o.id from public.orgs o
    where exists (select from public.leads l where l.org_id = o.id and l.id = p_lead_id) limit 1);
end
$$;
comment on function private.org_of_lead(uuid) is 'The org that has the lead; null when none has. Definer: asks across orgs.';
revoke execute on function private.org_of_lead(uuid) from pipeline_writer;

create type private.contact_case as (facts jsonb, own jsonb, lead public.leads, contact public.contact_points);
comment on type private.contact_case is 'What is on record for one contact: the facts for gate_evaluate, the grounds of the further reasons, and whom it is about.';

create function private.collect_facts(
  p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_purpose text, p_as_of timestamptz, p_message jsonb,
  p_store boolean default true, p_outbound boolean default true
) returns private.contact_case
language plpgsql volatile security definer set search_path = '' as $$
declare
  facts jsonb;
  own jsonb;
  lead public.leads;
  contact public.contact_points;
  o public.orgs;
  s private.phone_scrubs;
  v_value text;
  v_held jsonb;
  v_states text[];
  v_dnc jsonb := '{}'::jsonb;
begin
  select l.* into lead from public.leads l where l.org_id = private.org_of_lead(p_lead_id) and l.id = p_lead_id;
  if not found then
    raise exception 'there is no lead %', p_lead_id using errcode = 'SL421';
  end if;
  select c.* into contact from public.contact_points c
  where c.org_id = lead.org_id and c.lead_id = lead.id and c.id = p_contact_point_id;
  if not found then
    raise exception 'lead % has no contact point %', p_lead_id, p_contact_point_id using errcode = 'SL422';
  end if;
  select x.* into o from public.orgs x where x.id = lead.org_id;
  v_value := private.decrypt_value(contact.value_cipher, private.org_key(contact.org_id, contact.key_id));
  v_held := private.suppression_facts(lead.org_id, contact.value_bidx, p_channel);

  if contact.kind = 'phone' then
    s := private.scrub_phone(lead.org_id, contact.value_bidx, v_value, p_as_of, p_store);
    select array_remove(array[lead.situs_state, lead.mailing_state] || a.states, null) into v_states
    from (values (1)) one left join public.area_code_zones a on a.area_code = substr(v_value, 3, 3);
    v_dnc := jsonb_build_object('federal_listed', s.federal_listed, 'scrubbed_at', s.registry_obtained_at,
      'state_listed', private.state_list_answer(v_states, s.states_listed, p_as_of), 'states_listed', s.states_listed,
      'list_ids', s.list_ids, 'load_id', s.load_id, 'looked_up_at', s.scrubbed_at,
      'internal_request_at', greatest((v_held ->> 'requested_at')::timestamptz, s.internal_at));
  end if;
  facts := jsonb_build_object(
    'org_id', lead.org_id, 'channel', p_channel, 'purpose', p_purpose, 'seller', coalesce(o.settings ->> 'seller', o.name),
    'state', lead.situs_state, 'postal_code', lead.situs_zip,
    'addresses', case when lead.mailing_state is null and lead.mailing_zip is null then '[]'
      else jsonb_build_array(jsonb_build_object('state', lead.mailing_state, 'postal_code', lead.mailing_zip)) end,
    'phone', case when contact.kind = 'phone' then v_value end, 'email', case when contact.kind = 'email' then v_value end,
    'line_type', case when contact.kind = 'phone' then private.line_type_of(contact.codes) end,
    'consent', private.consent_facts(lead.org_id, lead.id, contact.value_bidx, p_channel, p_as_of),
    'dnc', v_dnc || jsonb_build_object('lookup_error', null, 'events', v_held -> 'events',
      'email_unsubscribed_at', case when contact.kind = 'email' then v_held -> 'requested_at' end),
    'history', private.history_facts(lead.org_id, contact.value_bidx, p_outbound),
    'message', (select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each(p_message) m
      where m.key in ('subject', 'message_kind', 'marketing_content', 'confirmations_already_sent', 'postal_address_in_body',
        'unsubscribe_link', 'list_unsubscribe_post', 'from_authenticated', 'daily_volume_to_gmail')),
    'emergencies', (select coalesce(jsonb_agg(distinct e.state), '[]') from public.emergencies e
      where e.declared_at <= p_as_of and (e.ended_at is null or e.ended_at > p_as_of)))
    || case when o.settings ? 'consent_months'
      then jsonb_build_object('house', jsonb_build_object('consent_max_age_months', (o.settings ->> 'consent_months')::integer)) else '{}' end;
  own := jsonb_build_object('suppressions', v_held -> 'why', 'litigator', coalesce(s.litigator, false),
    'lead_cap', o.settings -> 'lead_attempts_24h', 'org_cap', o.settings -> 'org_attempts_24h');
  return row(facts, own, lead, contact)::private.contact_case;
end
$$;
comment on function private.collect_facts(uuid, bigint, text, text, timestamptz, jsonb, boolean, boolean) is
  'Everything on record that bears on a contact. facts go to gate_evaluate; own are the grounds of the further reasons. Of p_message only the facts that the gate knows are taken. p_store keeps a looked-up do-not-call status, p_outbound false leaves out our own attempts. Definer: keys, lists and statuses are the owner''s. Raises SL421, SL422.';
revoke execute on function private.collect_facts(uuid, bigint, text, text, timestamptz, jsonb, boolean, boolean) from pipeline_writer;

create function private.facts_without_values(p_facts jsonb) returns jsonb
language sql immutable parallel safe as $$
  select p_facts - '{phone,email,org_id,channel,purpose}'::text[]
    || case when jsonb_typeof(p_facts -> 'phone') = 'string' then jsonb_build_object('area_code', substr(p_facts ->> 'phone', 3, 3)) else '{}' end
    || case when jsonb_typeof(p_facts -> 'email') = 'string' then jsonb_build_object('email_domain', split_part(p_facts ->> 'email', '@', 2)) else '{}' end
$$;
comment on function private.facts_without_values(jsonb) is
  'Facts as they may be stored: of a phone the area code, of an e-mail the domain; what has a column of its own is left out.';
