create function private.claim_for_org(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz
) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_org public.orgs;
  v_today date;
  v_senders private.sender_capacity[];
  v_room jsonb;
  v_had jsonb;
  v_left integer := p_limit;
  v_claimed uuid[] := '{}'::uuid[];
  v_seen uuid[] := '{}'::uuid[];
  v_runs uuid[];
  v_more uuid[];
  v_new public.messages[];
  v_moved jsonb;
  v_skips jsonb;
  v_pair record;
  v_most integer;
  v_waited boolean;
  v_picks private.due_step[];
  k private.due_step;
  s private.sender_capacity;
  v_from integer[];
  v_place integer[];
  v_why jsonb[];
  v_open integer[];
  v_asked integer[];
  v_keys text[];
  v_requests jsonb;
  v_answer record;
  v_went public.messages[];
  i integer;
  n integer;
  m public.messages;
  v_ids uuid[];
begin
  foreach m.channel in array array(select distinct x from unnest(p_channels) x order by 1) loop
    perform private.lock_limits(p_org_id, m.channel);
  end loop;
  select o.* into strict v_org from public.orgs o where o.id = p_org_id;
  v_today := (p_as_of at time zone v_org.time_zone)::date;
  v_senders := array(select x from private.sender_capacities(p_org_id, p_channels, v_today, p_as_of) x);
  select coalesce(jsonb_object_agg(t.scope || ' ' || t.key,
    private.throttle_capacity(t.org_id, t.scope, t.key, t.per_minute, t.per_day, p_as_of)), '{}')
  into v_room from public.throttles t where t.org_id = p_org_id;
  v_had := v_room;

  -- What waits for another attempt, and what people and the machine answered.
  v_ids := array(
    select x.id from public.messages x
    where x.org_id = p_org_id and x.state = 'retrying' and x.retry_at <= p_as_of and x.channel = any (p_channels)
      and x.sender_id in (select (y.s).id from unnest(v_senders) y where y.room > 0)
    order by x.retry_at, x.id limit v_left
    for no key update skip locked);
  select count(*) > 0 into v_waited from public.messages x where x.org_id = p_org_id and x.id = any (v_ids) and x.decision_id is null;
  if v_waited then
    perform private.lock_contact_values(p_org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
    from public.messages x where x.org_id = p_org_id and x.id = any (v_ids) and x.decision_id is null;
  end if;
  for m in select x.* from public.messages x where x.org_id = p_org_id and x.id = any (v_ids) order by x.retry_at, x.id loop
    i := private.choose_sender(v_senders, m.sender_id, m.channel, m.lead_id);
    continue when i is null or coalesce((v_room ->> 'org org')::integer, 1) <= 0
      or coalesce((v_room ->> ('domain ' || ((v_senders[i]).s).domain))::integer, 1) <= 0;
    if (v_senders[i]).probe and not private.reserve_probe(p_org_id, m.provider, ((v_senders[i]).s).account, p_as_of) then
      v_senders[i].room := 0;
      continue;
    end if;
    if m.decision_id is null then
      if not private.decide_message(m, (v_senders[i]).s, p_as_of) then
        perform private.record_costs(p_org_id, array[m.id], p_as_of) from public.messages x
        where x.org_id = p_org_id and x.id = m.id and x.state = 'cancelled';
        continue;
      end if;
    end if;
    update public.messages x set state = 'sending', lease_token = p_lease_token, lease_until = p_as_of + interval '2 minutes',
      claimed_at = coalesce(x.claimed_at, p_as_of), retry_at = null, requested_at = null
    where x.org_id = p_org_id and x.id = m.id;
    v_senders[i].room := (v_senders[i]).room - 1;
    v_room := private.consume_capacity(v_room, array['org org', 'domain ' || ((v_senders[i]).s).domain]);
    v_claimed := v_claimed || m.id;
    v_left := v_left - 1;
  end loop;

  for v_round in 1..4 loop
    exit when v_left <= 0;
    v_runs := '{}';
    for v_pair in
      select c.id as campaign_id, ch.channel
      from public.campaigns c
      cross join unnest(p_channels) ch (channel)
      cross join lateral (select r.next_at from public.sequence_runs r
        where r.org_id = c.org_id and r.campaign_id = c.id and r.next_channel = ch.channel and r.state = 'active' and r.next_at <= p_as_of
        order by r.next_at limit 1) d
      where c.org_id = p_org_id and c.state = 'running'
      order by d.next_at, c.id, ch.channel
    loop
      v_most := least(v_left - cardinality(v_runs), (v_room ->> 'org org')::integer, (v_room ->> ('campaign ' || v_pair.campaign_id))::integer,
        (select sum(x.room) from unnest(v_senders) x where (x.s).channel = v_pair.channel));
      continue when coalesce(v_most, 0) <= 0;
      select coalesce(array_agg(x.id), '{}') into v_more from (
        select r.id from public.sequence_runs r
        join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
        where r.org_id = p_org_id and r.campaign_id = v_pair.campaign_id and r.next_channel = v_pair.channel
          and r.state = 'active' and r.next_at <= p_as_of and r.id <> all (v_seen)
        order by r.next_at, r.id limit v_most
        for no key update of r, l skip locked) x;
      v_runs := v_runs || v_more;
    end loop;
    exit when cardinality(v_runs) = 0;
    v_seen := v_seen || v_runs;
    v_new := '{}'; v_moved := '[]'; v_skips := '[]';

    v_picks := array(select x from private.load_due_steps(p_org_id, v_runs) x);
    -- Waited for once, all together and in order: who waits again while holding some could wait in a circle.
    if v_waited then
      v_picks := array(select x from unnest(v_picks) x where private.try_lock_contact_values(p_org_id, x.lead_id, coalesce(x.bidx, '{}')));
    else
      perform private.lock_contact_values(p_org_id, array_agg(x.lead_id), array_agg(b.bidx))
      from unnest(v_picks) x cross join unnest(x.bidx) b (bidx);
      v_waited := true;
    end if;

    -- Who has room, by the order in which they became due.
    v_open := '{}'; v_from := '{}'; v_place := '{}'; v_why := '{}';
    for n in 1..cardinality(v_picks) loop
      k := v_picks[n];
      v_from[n] := private.choose_sender(v_senders, k.sender_id, k.channel, k.lead_id);
      s := v_senders[v_from[n]];
      v_keys := array['org org', 'campaign ' || k.campaign_id, 'domain ' || (s.s).domain];
      v_place[n] := 0;
      v_why[n] := jsonb_build_object('run_id', k.run_id, 'step', k.step, 'channel', k.channel, 'at', p_as_of);
      if k.done or k.points is null then
        v_skips := v_skips || (v_why[n] || jsonb_build_object('rules', array[case when k.done then 'already_sent' else 'no_contact_point' end]));
      elsif k.template_id is null or s is null or not private.has_capacity(v_room, v_keys)
        or (s.probe and not private.reserve_probe(p_org_id, (s.s).provider, (s.s).account, p_as_of))
      then
        -- Out of the way of those who have room.
        v_moved := v_moved || (v_why[n] || jsonb_build_object('rules', array[case when k.template_id is null then 'step_has_no_template' else 'no_capacity' end],
          'next_at', p_as_of + (1 + private.hash_fraction(k.lead_id::text))
            * case when k.template_id is null then interval '30 minutes' else interval '30 seconds' end));
      else
        v_senders[v_from[n]].room := case when s.probe then 0 else s.room - 1 end;
        v_room := private.consume_capacity(v_room, v_keys);
        v_open := v_open || n;
      end if;
    end loop;

    -- The best contact of each, then the next of those whom the gate refused it.
    while cardinality(v_open) > 0 loop
      v_asked := '{}'; v_requests := '[]'; v_went := '{}';
      foreach n in array v_open loop
        k := v_picks[n];
        s := v_senders[v_from[n]];
        loop
          v_place[n] := v_place[n] + 1;
          exit when v_place[n] > cardinality(k.points) or private.has_capacity(v_room, array['mailbox ' || k.mailboxes[v_place[n]]]);
          v_why[n] := v_why[n] || jsonb_build_object('rules', coalesce(v_why[n] -> 'rules', '[]') || '["no_capacity"]');
        end loop;
        if v_place[n] <= cardinality(k.points) then
          v_room := private.consume_capacity(v_room, array['mailbox ' || k.mailboxes[v_place[n]]]);
          v_asked := v_asked || n;
          v_requests := v_requests || jsonb_build_object('lead_id', k.lead_id, 'contact_point_id', k.points[v_place[n]], 'channel', k.channel,
            'purpose', k.purpose, 'message', private.message_facts(k.channel, 'sequence', k.purpose, k.matter, s.s), 'campaign_id', k.campaign_id);
        else
          v_senders[v_from[n]].room := s.room + 1;
          v_room := private.consume_capacity(v_room, array['org org', 'campaign ' || k.campaign_id, 'domain ' || (s.s).domain], -1);
          if v_why[n] -> 'rules' ? 'no_capacity' then
            v_moved := v_moved || (v_why[n] || jsonb_build_object('next_at', p_as_of + (1 + private.hash_fraction(k.lead_id::text)) * interval '30 seconds'));
          elsif (v_why[n] ->> 'next_allowed_at') is not null then
            -- Not all who wait for the same hour at the same minute.
            v_moved := v_moved || (v_why[n] || jsonb_build_object('next_at', private.fit_to_window((v_why[n] ->> 'next_allowed_at')::timestamptz, k.send_from,
              k.send_until, k.business, v_org.time_zone, v_org.holidays, private.hash_fraction(k.lead_id::text || k.step), interval '20 minutes')));
          else
            v_skips := v_skips || v_why[n];
          end if;
        end if;
      end loop;
      exit when cardinality(v_asked) = 0;
      v_open := '{}';
      for v_answer in select d.n, d.answer as g from private.gate_decide_many(p_org_id, v_requests, p_as_of) d loop
        n := v_asked[v_answer.n];
        k := v_picks[n];
        s := v_senders[v_from[n]];
        if v_answer.g -> 'allow' = 'true' then
          m := null;
          m.org_id := p_org_id; m.id := gen_random_uuid(); m.lead_id := k.lead_id; m.campaign_id := k.campaign_id;
          m.sequence_id := k.sequence_id; m.run_id := k.run_id; m.step := k.step; m.channel := k.channel;
          m.kind := 'sequence'; m.purpose := k.purpose; m.variant := k.variant; m.template_id := k.template_id; m.matter := k.matter;
          m.contact_point_id := k.points[v_place[n]]; m.value_bidx := k.bidx[v_place[n]];
          m.sender_id := (s.s).id; m.provider := (s.s).provider; m.state := 'sending';
          m.lease_token := p_lease_token; m.lease_until := p_as_of + interval '2 minutes'; m.attempts := 0;
          m.decision_id := (v_answer.g ->> 'decision_id')::bigint; m.correlation_id := k.correlation_id;
          m.reserved_usd := nullif((s.s).cost_usd, 0); m.reserved_on := case when m.reserved_usd is not null then v_today end;
          m.created_at := p_as_of; m.claimed_at := p_as_of;
          v_went := v_went || m;
        else
          v_room := private.consume_capacity(v_room, array['mailbox ' || k.mailboxes[v_place[n]]], -1);
          v_why[n] := v_why[n] || jsonb_strip_nulls(jsonb_build_object(
            'decision_id', coalesce(v_why[n] -> 'decision_id', v_answer.g -> 'decision_id'),
            'next_allowed_at', least((v_why[n] ->> 'next_allowed_at')::timestamptz, (v_answer.g ->> 'next_allowed_at')::timestamptz),
            'rules', (select jsonb_agg(distinct r) from (select jsonb_array_elements_text(v_why[n] -> 'rules') as r
              union select x ->> 'rule' from jsonb_array_elements(v_answer.g -> 'reasons') x) y)));
          v_open := v_open || n;
        end if;
      end loop;
      insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, subject, campaign_id, lead_id, decision_id)
      select p_org_id, w.value_bidx, w.channel, 'outbound', p_as_of, w.matter, w.campaign_id, w.lead_id, w.decision_id from unnest(v_went) w;
      v_new := v_new || v_went;
    end loop;

    insert into public.messages select n.* from unnest(v_new) n;
    update public.sequence_runs r set message_id = n.id, next_at = null, refusal = null
    from unnest(v_new) n where r.org_id = p_org_id and r.id = n.run_id;
    update public.sequence_runs r set next_at = (x ->> 'next_at')::timestamptz, refusal = x - '{run_id,next_at}'::text[]
    from jsonb_array_elements(v_moved) x where r.org_id = p_org_id and r.id = (x ->> 'run_id')::uuid;
    if v_skips <> '[]' then
      perform private.skip_steps(p_org_id, v_skips, p_as_of);
    end if;
    v_ids := array(select n.id from unnest(v_new) n);
    insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd)
    select p_org_id, n.sender_id, v_today, sum(n.reserved_usd) from unnest(v_new) n where n.reserved_usd is not null
    group by n.sender_id order by n.sender_id
    on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd;
    v_claimed := v_claimed || v_ids;
    v_left := v_left - cardinality(v_ids);
  end loop;

  perform private.consume_throttle(p_org_id, 'sender', ((x).s).id::text, ((x).s).per_minute, ((x).s).per_day, (x).had - (x).room, p_as_of)
  from unnest(v_senders) x where (x).had > (x).room and not coalesce((x).probe, false);
  perform private.consume_throttle(p_org_id, t.scope, t.key, t.per_minute, t.per_day,
    (v_had ->> (t.scope || ' ' || t.key))::integer - (v_room ->> (t.scope || ' ' || t.key))::integer, p_as_of)
  from public.throttles t where t.org_id = p_org_id and v_room ? (t.scope || ' ' || t.key);
  return v_claimed;
end
$$;
comment on function private.claim_for_org(uuid, integer, text[], uuid, timestamptz) is
  'The claim of one org: messages whose retry has come, then due steps by campaign and channel, in the order in which they became due. Returns the ids of the messages, which hold the lease.';

create function public.claim_due_steps(
  p_limit integer, p_channel text default null, p_as_of timestamptz default now(), p_org_id uuid default null
) returns setof public.messages
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  v_token constant uuid := gen_random_uuid();
  v_channels constant text[] := case when p_channel is null then '{email,sms,voice_ai}'::text[] else array[p_channel] end;
  v_left integer := least(greatest(p_limit, 0), 500);
  -- The longest waiting ones, one after the other by id: claims that take several orgs never wait in a circle.
  v_orgs constant uuid[] := array(
    select x from (select o from private.due_orgs(v_channels, p_as_of, p_org_id) o limit greatest(p_limit, 0)) y (x) order by x);
  v_claimed uuid[];
begin
  for i in 1..cardinality(v_orgs) loop
    exit when v_left <= 0;
    -- Each org its part, so that the long queue of one does not hold up the others.
    v_claimed := private.claim_for_org(v_orgs[i], ceil(v_left::numeric / (cardinality(v_orgs) - i + 1))::integer, v_channels, v_token, p_as_of);
    v_left := v_left - cardinality(v_claimed);
    return query
      select m.* from unnest(v_claimed) with ordinality c (id, n)
      join public.messages m on m.org_id = v_orgs[i] and m.id = c.id order by c.n;
  end loop;
end
$$;
comment on function public.claim_due_steps(integer, text, timestamptz, uuid) is
  'Claims up to p_limit (500) messages that are due: asks the gate, writes attempt and ledger row (`sending`, leased for two minutes) and returns them with one lease token. What the gate refuses waits for its hour, tries the next contact, or is left out with its reasons; what throttles, budgets and circuits hold back stays due. Commit before private.begin_requests. Raises SL423 outside read committed.';
revoke execute on function public.claim_due_steps(integer, text, timestamptz, uuid) from public, anon, authenticated;
grant execute on function public.claim_due_steps(integer, text, timestamptz, uuid) to pipeline_writer;
