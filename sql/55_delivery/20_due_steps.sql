-- What is due, and what it would send to whom.

create function private.message_facts(
  p_channel text, p_kind text, p_purpose text, p_matter text, p_sender public.senders, p_confirmations integer default
    null
) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'subject', p_matter,
    -- A person answers, or asked for it: a possible wish that waits does not hold it up.
    'sent_as', case when p_kind = 'help' or (p_kind = 'manual' and p_purpose = 'transactional') then p_kind end,
    'message_kind', case when p_kind = 'confirmation' then 'opt_out_confirmation' else p_purpose end,
    'marketing_content', p_purpose = 'marketing',
    'confirmations_already_sent', p_confirmations))
    -- A template without these cannot be saved, and no message without them is sent (private.check_rendered).
    || case when p_channel = 'email' then jsonb_build_object(
      'postal_address_in_body', length(btrim(coalesce((p_sender).postal_address, ''))) > 0,
      'unsubscribe_link', true, 'list_unsubscribe_post', true,
      'from_authenticated', (p_sender).authenticated_at is not null) else '{}' end
$$;
comment on function private.message_facts(text, text, text, text, public.senders, integer) is
  'The facts about a message that the gate reads, from its template and sender.';

create function private.due_orgs(p_channels text[], p_as_of timestamptz, p_org_id uuid default null) returns setof uuid
language plpgsql stable set search_path = '' as $$
begin
  return query
  select o.id from public.orgs o
  cross join lateral (
    select min(d.at) as at from (
      select (select r.next_at from public.sequence_runs r
        where r.org_id = c.org_id and r.campaign_id = c.id and r.next_channel = ch and r.state = 'active'
          and r.next_at is not null
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
comment on function private.due_orgs(text[], timestamptz, uuid) is
  'Orgs with due steps or retries, the longest waiting first.';

create type private.due_step as (run_id uuid, lead_id uuid, campaign_id uuid, sequence_id uuid, step smallint,
  channel text, purpose text,
  sender_id uuid, send_from time, send_until time, business boolean, correlation_id uuid, variant text,
    template_id uuid, matter text,
  done boolean, points bigint[], bidx bytea[], mailboxes text[]);
comment on type private.due_step is
  'The next step of a run: what it would send, and to which contacts, the best first.';

create function private.load_due_steps(p_org_id uuid, p_run_ids uuid[]) returns setof private.due_step
language plpgsql stable set search_path = '' as $$
begin
  return query
  select r.id, r.lead_id, r.campaign_id, r.sequence_id, r.next_step, s.channel, s.purpose, s.sender_id, s.send_from,
    s.send_until,
    s.delay_kind = 'business', r.correlation_id, v.variant, v.template_id, v.matter,
    -- By this run, or by that of a lead merged into this one. The offset and the limit make it one probe of the index
    -- of leads per run; an exists would be planned as a scan of the whole ledger, and all conditions in one query as a
    -- scan of the step where statistics are old.
    (select m.id
      from (select x.* from public.messages x where x.org_id = r.org_id and x.lead_id = r.lead_id offset 0) m
      where m.campaign_id = r.campaign_id and m.step = r.next_step and m.channel = s.channel and m.kind = 'sequence'
        and m.state <> 'cancelled' limit 1) is not null,
    k.points, k.bidx, k.mailboxes
  from (select x.* from public.sequence_runs x where x.org_id = p_org_id and x.id = any (p_run_ids) offset 0) r
  join public.sequence_steps s on s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step
  left join lateral (
    select x.variant, x.template_id, x.matter from (
      select w.variant, w.template_id, t.matter, sum(w.share) over (order by w.variant) as upto, sum(w.share) over
        () as total
      from public.step_variants w join public.templates t on t.org_id = w.org_id and t.id = w.template_id
        and t.channel = s.channel
      where w.org_id = s.org_id and w.sequence_id = s.sequence_id and w.step = s.step) x
    where x.upto > x.total * private.hash_fraction(s.sequence_id::text || s.step || r.lead_id) order by x.variant
      limit 1) v on true
  left join lateral (
    select array_agg(c.id order by c.n) as points, array_agg(c.value_bidx order by c.n) as bidx,
      array_agg(case when s.channel = 'email' then split_part(c.masked, '@', 2) end order by c.n) as mailboxes
    from (
      select p.id, p.value_bidx, p.masked,
        row_number() over (order by p.verified desc, s.channel = 'sms' and private.line_type_of(p.codes) = 'landline',
          private.contact_order(p)) as n
      from public.contact_points p
      where p.org_id = r.org_id and p.lead_id = r.lead_id and p.invalid_at is null
        and (p.kind = 'email') = (s.channel = 'email')) c
    where c.n <= 5) k on true
  order by r.next_at, r.id;
end
$$;
comment on function private.load_due_steps(uuid, uuid[]) is
  'What the next steps of runs would send, and to which contacts, the best first: verified ones, landlines last '
  'for texts, then the order of the list. The variant follows from a hash of the lead.';
