-- The claim: what is due, within what limits let out, asked of the gate, written to the ledger; all in one
-- transaction, so that either a message is in the ledger with its decision and its attempt, or nothing happened.

create function private.message_facts(
  p_channel text, p_kind text, p_purpose text, p_matter text, p_sender public.senders, p_confirmations integer default null
) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'subject', p_matter,
    'message_kind', case when p_kind = 'confirmation' then 'opt_out_confirmation' else p_purpose end,
    'marketing_content', p_purpose = 'marketing',
    'confirmations_already_sent', p_confirmations))
    -- A template without them is not saved, and nothing is sent without them (private.check_rendered).
    || case when p_channel = 'email' then jsonb_build_object(
      'postal_address_in_body', length(btrim(coalesce((p_sender).postal_address, ''))) > 0,
      'unsubscribe_link', true, 'list_unsubscribe_post', true,
      'from_authenticated', (p_sender).authenticated_at is not null) else '{}' end
$$;
comment on function private.message_facts(text, text, text, text, public.senders, integer) is
  'The facts of a message as the gate reads them, from its template and sender.';

create type private.sender_capacity as (s public.senders, room integer, had integer, probe boolean, score double precision);
comment on type private.sender_capacity is 'A sender and how many messages it may still take in this claim; probe: it is the one that finds out whether the provider answers again.';

create function private.sender_capacities(p_org_id uuid, p_channels text[], p_local_date date, p_as_of timestamptz)
returns setof private.sender_capacity
language plpgsql stable set search_path = '' as $$
begin
  return query
  select s, least(r.room, r.circuit_capacity), least(r.room, r.circuit_capacity), r.circuit_capacity = 1, null::double precision
  from public.senders s
  left join private.provider_spend d on d.org_id = s.org_id and d.sender_id = s.id and d.local_date = p_local_date
  cross join lateral (
    select least(1000000,
        private.throttle_capacity(s.org_id, 'sender', s.id::text, s.per_minute, s.per_day, p_as_of),
        case
          when s.daily_budget_usd is null then null
          when s.cost_usd > 0 then greatest(0, floor((s.daily_budget_usd - coalesce(d.spent_usd + d.reserved_usd, 0)) / s.cost_usd))::integer
          when coalesce(d.spent_usd + d.reserved_usd, 0) >= s.daily_budget_usd then 0 end) as room,
      private.circuit_capacity(s.org_id, s.provider, s.account, p_as_of) as circuit_capacity) r
  where s.org_id = p_org_id and s.state = 'active' and s.channel = any (p_channels)
  order by s.id;
end
$$;
comment on function private.sender_capacities(uuid, text[], date, timestamptz) is
  'The active senders of an org and what throttle, budget and circuit leave each of them.';

create function private.due_orgs(p_channels text[], p_as_of timestamptz, p_org_id uuid default null) returns setof uuid
language plpgsql stable set search_path = '' as $$
begin
  return query
  select o.id from public.orgs o
  cross join lateral (
    select min(d.at) as at from (
      select (select r.next_at from public.sequence_runs r
        where r.org_id = c.org_id and r.campaign_id = c.id and r.next_channel = ch and r.state = 'active' and r.next_at is not null
        order by r.next_at limit 1) as at
      from public.campaigns c cross join unnest(p_channels) ch
      where c.org_id = o.id and c.state = 'running'
      union all
      select (select m.retry_at from public.messages m
        where m.org_id = o.id and m.channel = ch and m.state = 'retrying' order by m.retry_at limit 1)
      from unnest(p_channels) ch) d) x
  where (p_org_id is null or o.id = p_org_id) and x.at <= p_as_of
  order by x.at;
end
$$;
comment on function private.due_orgs(text[], timestamptz, uuid) is 'Orgs with something due, the longest waiting first.';

create function private.choose_sender(p_senders private.sender_capacity[], p_sender_id uuid, p_channel text, p_lead_id uuid) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (
    select x.n::integer from unnest(p_senders) with ordinality x (s, room, had, probe, score, n)
    where (x.s).channel = p_channel and x.room > 0 and (p_sender_id is null or (x.s).id = p_sender_id)
    order by private.hash_fraction(p_lead_id::text || (x.s).id), x.n limit 1);
end
$$;
comment on function private.choose_sender(private.sender_capacity[], uuid, text, uuid) is
  'Place in p_senders of the one for a lead: the named one, or of those with room the one that the lead''s hash prefers, so that a person mostly sees one number. Null when none has room.';

create function private.consume_capacity(p_room jsonb, p_keys text[], p_count integer default 1) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_key text;
begin
  if p_room <> '{}' then
    foreach v_key in array p_keys loop
      if p_room ? v_key then
        p_room := jsonb_set(p_room, array[v_key], to_jsonb((p_room ->> v_key)::integer - p_count));
      end if;
    end loop;
  end if;
  return p_room;
end
$$;
comment on function private.consume_capacity(jsonb, text[], integer) is 'So many messages less in the throttles named; those without a limit are not in p_room.';

create function private.has_capacity(p_room jsonb, p_keys text[]) returns boolean
language sql immutable parallel safe as $$
  select p_room = '{}' or not exists (select from unnest(p_keys) x where (p_room ->> x)::integer <= 0)
$$;
comment on function private.has_capacity(jsonb, text[]) is 'Whether none of the throttles named is full.';

create type private.due_step as (run_id uuid, lead_id uuid, campaign_id uuid, sequence_id uuid, step smallint, channel text, purpose text,
  sender_id uuid, send_from time, send_until time, business boolean, correlation_id uuid, variant text, template_id uuid, matter text,
  done boolean, points bigint[], bidx bytea[], mailboxes text[]);
comment on type private.due_step is 'The next step of a run: what it would send, and to which contacts, the best first.';

create function private.load_due_steps(p_org_id uuid, p_run_ids uuid[]) returns setof private.due_step
language plpgsql stable set search_path = '' as $$
begin
  return query
  select r.id, r.lead_id, r.campaign_id, r.sequence_id, r.next_step, s.channel, s.purpose, s.sender_id, s.send_from, s.send_until,
    s.delay_kind = 'business', r.correlation_id, v.variant, v.template_id, v.matter,
    -- By this run, or by that of a lead that was united with this one.
    -- With its limit a probe each; an exists would be answered for the whole ledger at once.
    (select m.id from public.messages m where m.org_id = r.org_id and m.lead_id = r.lead_id and m.campaign_id = r.campaign_id
      and m.step = r.next_step and m.channel = s.channel and m.kind = 'sequence' and m.state <> 'cancelled' limit 1) is not null,
    k.points, k.bidx, k.mailboxes
  from public.sequence_runs r
  join public.sequence_steps s on s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step
  left join lateral (
    select x.variant, x.template_id, x.matter from (
      select w.variant, w.template_id, t.matter, sum(w.share) over (order by w.variant) as upto, sum(w.share) over () as total
      from public.step_variants w join public.templates t on t.org_id = w.org_id and t.id = w.template_id and t.channel = s.channel
      where w.org_id = s.org_id and w.sequence_id = s.sequence_id and w.step = s.step) x
    where x.upto > x.total * private.hash_fraction(s.sequence_id::text || s.step || r.lead_id) order by x.variant limit 1) v on true
  left join lateral (
    select array_agg(c.id order by c.n) as points, array_agg(c.value_bidx order by c.n) as bidx,
      array_agg(case when s.channel = 'email' then split_part(c.masked, '@', 2) end order by c.n) as mailboxes
    from (
      select p.id, p.value_bidx, p.masked,
        row_number() over (order by p.verified desc, s.channel = 'sms' and private.line_type_of(p.codes) = 'landline', p.position, p.id) as n
      from public.contact_points p
      where p.org_id = r.org_id and p.lead_id = r.lead_id and p.invalid_at is null and (p.kind = 'email') = (s.channel = 'email')) c
    where c.n <= 5) k on true
  where r.org_id = p_org_id and r.id = any (p_run_ids)
  order by r.next_at, r.id;
end
$$;
comment on function private.load_due_steps(uuid, uuid[]) is
  'What the next steps of runs would send and to which contacts, the best first: verified ones, no landline for a text, then the order of the list. The variant follows from a hash of the lead.';

create function private.recheck_decisions(p_org_id uuid, p_decision_ids bigint[], p_as_of timestamptz default now())
returns table (decision_id bigint, allow boolean, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids bigint[];
  v_requests jsonb;
begin
  perform private.lock_contact_points(p_org_id, array_agg(d.lead_id), array_agg(d.contact_point_id))
  from public.gate_decisions d where d.org_id = p_org_id and d.id = any (p_decision_ids);
  select array_agg(d.id order by d.id), jsonb_agg(jsonb_build_object('lead_id', d.lead_id, 'contact_point_id', d.contact_point_id, 'channel', d.channel,
    'purpose', d.purpose, 'message', d.facts -> 'message', 'campaign_id', d.campaign_id) order by d.id)
  into v_ids, v_requests
  from public.gate_decisions d
  join public.contact_points c on c.org_id = d.org_id and c.lead_id = d.lead_id and c.id = d.contact_point_id
  where d.org_id = p_org_id and d.id = any (p_decision_ids) and d.allow;
  return query
  select i.id, coalesce((j.answer -> 'allow')::boolean, false),
    -- Without an answer the lead or its contact is gone.
    case when j.n is null then '{contact_gone}' else array(select distinct r ->> 'rule' from jsonb_array_elements(j.answer -> 'reasons') r order by 1) end,
    (j.answer ->> 'next_allowed_at')::timestamptz
  from unnest(p_decision_ids) i (id)
  left join unnest(v_ids) with ordinality v (id, n) on v.id = i.id
  left join private.decide_contacts(p_org_id, coalesce(v_requests, '[]'), p_as_of, 'refusals', false) j on j.n = v.n;
end
$$;
comment on function private.recheck_decisions(uuid, bigint[], timestamptz) is
  'public.gate_still_allows for a batch: whether what was decided still holds, the rules that speak against it now, and when it would. Our own attempts do not count, refusals are stored. Definer: facts and decisions are the owner''s.';

create function private.count_confirmations(p_org_id uuid, p_value_bidx bytea, p_but uuid, p_as_of timestamptz) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from public.messages m
    where m.org_id = p_org_id and m.value_bidx = p_value_bidx and m.kind = 'confirmation' and m.id <> p_but
      and m.state not in ('cancelled', 'failed') and m.created_at > p_as_of - interval '5 minutes');
end
$$;
comment on function private.count_confirmations(uuid, bytea, uuid, timestamptz) is
  'Confirmations of an opt-out that the value got, or may have got, within the five minutes in which one may be sent; p_but is the one that is asked for.';

create function private.decide_message(p_message public.messages, p_sender public.senders, p_as_of timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  m constant public.messages := p_message;
  g jsonb;
begin
  perform private.lock_contact_values(m.org_id, array[m.lead_id], array[m.value_bidx]);
  g := public.gate_decide(m.lead_id, m.contact_point_id, m.channel, m.purpose, p_as_of,
    private.message_facts(m.channel, m.kind, m.purpose, null, p_sender, private.count_confirmations(m.org_id, m.value_bidx, m.id, p_as_of)), m.campaign_id);
  if g -> 'allow' = 'true' then
    insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, decision_id)
    values (m.org_id, m.value_bidx, m.channel, 'outbound', p_as_of, m.campaign_id, m.lead_id, (g ->> 'decision_id')::bigint);
    update public.messages x set decision_id = (g ->> 'decision_id')::bigint where x.org_id = m.org_id and x.id = m.id;
    return true;
  end if;
  update public.messages x set
    refused = (select jsonb_agg(r -> 'rule') from jsonb_array_elements(g -> 'reasons') r),
    -- What confirms may not wait.
    state = case when m.kind = 'confirmation' or (g ->> 'next_allowed_at') is null then 'cancelled' else 'retrying' end::public.message_state,
    cancelled_at = case when m.kind = 'confirmation' or (g ->> 'next_allowed_at') is null then p_as_of end,
    retry_at = case when m.kind <> 'confirmation' then (g ->> 'next_allowed_at')::timestamptz end
  where x.org_id = m.org_id and x.id = m.id;
  return false;
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  update public.messages x set refused = '["contact_gone"]', state = 'cancelled', cancelled_at = p_as_of, retry_at = null
  where x.org_id = m.org_id and x.id = m.id;
  return false;
end
$$;
comment on function private.decide_message(public.messages, public.senders, timestamptz) is
  'Asks the gate for a message that no step made. Allowed: decision and attempt are written; refused: it waits for its hour, or is cancelled with the rules.';
