create function private.claim_for_org(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz
) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_org public.orgs;
  v_today date;
  v_senders private.sender_room[];
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
  v_pick record;
  v_most integer;
  i integer;
  m public.messages;
  g jsonb;
  v_ids uuid[];
begin
  foreach m.channel in array array(select distinct x from unnest(p_channels) x order by 1) loop
    perform private.lock_limits(p_org_id, m.channel);
  end loop;
  select o.* into strict v_org from public.orgs o where o.id = p_org_id;
  v_today := (p_as_of at time zone v_org.time_zone)::date;
  v_senders := array(select x from private.sender_rooms(p_org_id, p_channels, v_today, p_as_of) x);
  select coalesce(jsonb_object_agg(t.scope || ' ' || t.key,
    private.throttle_room(t.org_id, t.scope, t.key, t.per_minute, t.per_day, p_as_of)), '{}')
  into v_room from public.throttles t where t.org_id = p_org_id;
  v_had := v_room;

  -- What waits for another attempt, and what people and the machine answered.
  for m in
    select x.* from public.messages x
    where x.org_id = p_org_id and x.state = 'retrying' and x.retry_at <= p_as_of and x.channel = any (p_channels)
      and x.sender_id in (select (y.s).id from unnest(v_senders) y where y.room > 0)
    order by x.retry_at, x.id limit v_left
    for no key update skip locked
  loop
    i := private.pick_sender(v_senders, m.sender_id, m.channel, m.lead_id);
    continue when i is null or coalesce((v_room ->> 'org org')::integer, 1) <= 0
      or coalesce((v_room ->> ('domain ' || ((v_senders[i]).s).domain))::integer, 1) <= 0;
    if (v_senders[i]).probe and not private.take_probe(p_org_id, m.provider, ((v_senders[i]).s).account, p_as_of) then
      v_senders[i].room := 0;
      continue;
    end if;
    if m.decision_id is null then
      continue when not private.decide_answer(m, (v_senders[i]).s, p_as_of);
    end if;
    update public.messages x set state = 'sending', lease_token = p_lease_token, lease_until = p_as_of + interval '2 minutes',
      claimed_at = coalesce(x.claimed_at, p_as_of), retry_at = null, calling_at = null
    where x.org_id = p_org_id and x.id = m.id;
    v_senders[i].room := (v_senders[i]).room - 1;
    v_room := private.take_room(v_room, array['org org', 'domain ' || ((v_senders[i]).s).domain]);
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
        order by r.next_at limit v_most
        for no key update of r, l skip locked) x;
      v_runs := v_runs || v_more;
    end loop;
    exit when cardinality(v_runs) = 0;
    v_seen := v_seen || v_runs;
    v_new := '{}'; v_moved := '[]'; v_skips := '[]';

    perform private.lock_contacts(p_org_id, array_agg(r.lead_id), array_agg(c.value_bidx))
    from public.sequence_runs r
    join public.contact_points c on c.org_id = r.org_id and c.lead_id = r.lead_id and c.invalid_at is null
      and (c.kind = 'email') = (r.next_channel = 'email')
    where r.org_id = p_org_id and r.id = any (v_runs);

    for v_pick in select * from private.due_picks(p_org_id, v_runs) p order by p.values[1], p.run_id loop
      if v_pick.done or v_pick.points is null then
        v_skips := v_skips || jsonb_build_object('run_id', v_pick.run_id, 'step', v_pick.step, 'channel', v_pick.channel, 'at', p_as_of,
          'rules', array[case when v_pick.done then 'sent_already' else 'no_contact_point' end]);
        continue;
      end if;
      i := private.pick_sender(v_senders, v_pick.sender_id, v_pick.channel, v_pick.lead_id);
      if v_pick.template_id is null or i is null
        or 0 >= any (array[(v_room ->> 'org org')::integer, (v_room ->> ('campaign ' || v_pick.campaign_id))::integer,
          (v_room ->> ('domain ' || ((v_senders[i]).s).domain))::integer, (v_room ->> ('mailbox ' || v_pick.mailboxes[1]))::integer])
        or ((v_senders[i]).probe and not private.take_probe(p_org_id, ((v_senders[i]).s).provider, ((v_senders[i]).s).account, p_as_of))
      then
        -- Out of the way of those who have room.
        v_moved := v_moved || jsonb_build_object('run_id', v_pick.run_id,
          'next_at', p_as_of + (1 + private.share_of(v_pick.run_id::text)) * case when v_pick.template_id is null then interval '30 minutes' else interval '30 seconds' end,
          'refusal', jsonb_build_object('at', p_as_of, 'step', v_pick.step, 'channel', v_pick.channel,
            'rules', array[case when v_pick.template_id is null then 'step_has_no_template' else 'no_room' end]));
        continue;
      end if;
      m := null;
      g := private.decide_step(p_org_id, v_pick.lead_id, v_pick.points, v_pick.values, v_pick.mailboxes, v_pick.channel, v_pick.purpose,
        private.message_facts(v_pick.channel, 'sequence', v_pick.purpose, v_pick.matter, (v_senders[i]).s), v_pick.campaign_id, v_room, p_as_of);
      if g -> 'allow' = 'true' then
        m.org_id := p_org_id; m.id := gen_random_uuid(); m.lead_id := v_pick.lead_id; m.campaign_id := v_pick.campaign_id;
        m.sequence_id := v_pick.sequence_id; m.run_id := v_pick.run_id; m.step := v_pick.step; m.channel := v_pick.channel;
        m.kind := 'sequence'; m.purpose := v_pick.purpose; m.variant := v_pick.variant; m.template_id := v_pick.template_id;
        m.contact_point_id := (g ->> 'contact_point_id')::bigint; m.value_bidx := v_pick.values[(g ->> 'n')::integer];
        m.sender_id := ((v_senders[i]).s).id; m.provider := ((v_senders[i]).s).provider; m.state := 'sending';
        m.lease_token := p_lease_token; m.lease_until := p_as_of + interval '2 minutes'; m.attempts := 0;
        m.decision_id := (g ->> 'decision_id')::bigint; m.correlation_id := v_pick.correlation_id;
        m.reserved_usd := nullif(((v_senders[i]).s).cost_usd, 0); m.reserved_on := case when m.reserved_usd is not null then v_today end;
        m.created_at := p_as_of; m.claimed_at := p_as_of;
        v_new := v_new || m;
        v_senders[i].room := case when (v_senders[i]).probe then 0 else (v_senders[i]).room - 1 end;
        v_room := private.take_room(v_room, array['org org', 'campaign ' || v_pick.campaign_id, 'domain ' || ((v_senders[i]).s).domain,
          'mailbox ' || v_pick.mailboxes[(g ->> 'n')::integer]]);
      elsif (g ->> 'next_allowed_at') is not null then
        v_moved := v_moved || jsonb_build_object('run_id', v_pick.run_id,
          -- Not all who wait for the same hour at the same minute.
          'next_at', private.put_in_window((g ->> 'next_allowed_at')::timestamptz, v_pick.send_from, v_pick.send_until, v_pick.business,
            v_org.time_zone, v_org.holidays, private.share_of(v_pick.run_id::text || v_pick.step), interval '20 minutes'),
          'refusal', (g - 'allow') || jsonb_build_object('at', p_as_of, 'step', v_pick.step, 'channel', v_pick.channel));
      else
        v_skips := v_skips || ((g - '{allow,next_allowed_at}'::text[]) || jsonb_build_object('run_id', v_pick.run_id, 'step', v_pick.step,
          'channel', v_pick.channel, 'at', p_as_of));
      end if;
    end loop;

    insert into public.messages select n.* from unnest(v_new) n;
    update public.sequence_runs r set message_id = n.id, next_at = null, refusal = null
    from unnest(v_new) n where r.org_id = p_org_id and r.id = n.run_id;
    update public.sequence_runs r set next_at = (x ->> 'next_at')::timestamptz, refusal = x -> 'refusal'
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

  perform private.take_throttle(p_org_id, 'sender', ((x).s).id::text, ((x).s).per_minute, ((x).s).per_day, (x).had - (x).room, p_as_of)
  from unnest(v_senders) x where (x).had > (x).room and not coalesce((x).probe, false);
  perform private.take_throttle(p_org_id, t.scope, t.key, t.per_minute, t.per_day,
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
language plpgsql volatile set search_path = '' as $$
declare
  v_token constant uuid := gen_random_uuid();
  v_channels constant text[] := case when p_channel is null then '{email,sms,voice_ai}'::text[] else array[p_channel] end;
  v_left integer := least(greatest(p_limit, 0), 500);
  v_orgs constant uuid[] := array(select private.due_orgs(v_channels, p_as_of, p_org_id));
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
  'Claims up to p_limit (500) messages that are due: asks the gate, writes attempt and ledger row (`sending`, leased for two minutes) and returns them with one lease token. What the gate refuses waits for its hour, tries the next contact, or is left out with its reasons; what throttles, budgets and circuits hold back stays due. Commit before private.begin_calls. Raises SL423 outside read committed.';
revoke execute on function public.claim_due_steps(integer, text, timestamptz, uuid) from public, anon, authenticated;
grant execute on function public.claim_due_steps(integer, text, timestamptz, uuid) to pipeline_writer;
