-- Built from sql/55_delivery by `npm run db:build`; edit there.

-- sql/55_delivery/01_messages.sql

-- The send ledger. A row is committed as `sending` before the provider request, so that after any crash the messages
-- that may have gone out are known.

create type public.message_state as enum
  ('sending', 'retrying', 'unconfirmed', 'sent', 'delivered', 'failed', 'bounced', 'cancelled');
comment on type public.message_state is 'In the order of life; see sql/STATES.md.';

create table public.messages (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  lead_id uuid not null,
  merged_from uuid,
  campaign_id uuid,
  sequence_id uuid,
  run_id uuid,
  step smallint,
  channel text not null,
  kind text not null default 'sequence',
  purpose text not null default 'marketing',
  variant text,
  template_id uuid,
  matter text,
  text_cipher bytea,
  key_id integer,
  in_reply_to text,
  contact_point_id bigint not null,
  value_bidx bytea not null,
  sender_id uuid not null,
  provider text not null,
  state public.message_state not null default 'sending',
  lease_token uuid,
  lease_until timestamptz,
  requested_at timestamptz,
  attempts smallint not null default 0,
  retry_at timestamptz,
  provider_id text,
  decision_id bigint,
  correlation_id uuid not null default gen_random_uuid(),
  cost_usd numeric(12, 6),
  reserved_usd numeric(12, 6),
  reserved_on date,
  error_code text,
  error_detail text,
  refused jsonb,
  created_at timestamptz not null default now(),
  claimed_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  deferred_at timestamptz,
  opened_at timestamptz,
  clicked_at timestamptz,
  machine_opened_at timestamptz,
  machine_clicked_at timestamptz,
  failed_at timestamptz,
  soft_bounced_at timestamptz,
  bounced_at timestamptz,
  complained_at timestamptz,
  unsubscribed_at timestamptz,
  cancelled_at timestamptz,
  primary key (org_id, id),
  constraint message_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete restrict,
  constraint message_belongs_to_a_run foreign key (org_id, run_id)
    references public.sequence_runs (org_id, id) on delete restrict,
  constraint message_channel_is_known check (channel in ('email', 'sms', 'voice_ai')),
  constraint message_kind_is_known check (kind in ('sequence', 'confirmation', 'help', 'manual')),
  constraint message_purpose_is_known check (purpose in ('marketing', 'transactional')),
  constraint sequence_message_names_its_step
    check ((kind = 'sequence') = (num_nulls(campaign_id, sequence_id, run_id, step, template_id, variant) = 0)),
  constraint message_text_is_encrypted check ((text_cipher is null) = (key_id is null) and (kind <> 'sequence'
    or text_cipher is null)),
  constraint leased_message_is_sending_or_unconfirmed
    check ((state in ('sending', 'unconfirmed')) = (lease_token is not null)
      and (lease_token is null) = (lease_until is null)),
  constraint claimed_message_has_its_time check (state in ('retrying', 'cancelled', 'failed')
    or claimed_at is not null),
  constraint retrying_message_has_its_time check ((state = 'retrying') = (retry_at is not null)),
  constraint unconfirmed_message_was_requested check (state <> 'unconfirmed' or requested_at is not null),
  constraint sent_message_has_its_time check (state not in ('sent', 'delivered', 'bounced') or sent_at is not null),
  constraint delivered_message_has_its_time check (state <> 'delivered' or delivered_at is not null),
  constraint failed_message_has_its_time check (state <> 'failed' or failed_at is not null),
  constraint bounced_message_has_its_time check ((state = 'bounced') = (bounced_at is not null)),
  constraint cancelled_message_has_its_time check ((state = 'cancelled') = (cancelled_at is not null)),
  constraint cancelled_message_was_never_sent check (state <> 'cancelled' or sent_at is null),
  constraint reserved_cost_names_its_day check ((reserved_usd is null) = (reserved_on is null))
);
comment on table public.messages is
  'The send ledger: one row per lead, campaign, step and channel, or per answer. It holds ids only; texts that '
  'come from no template are encrypted.';
comment on column public.messages.merged_from is
  'The lead for which it was claimed, if that lead was merged into lead_id later.';
comment on column public.messages.kind is
  'sequence: a step; confirmation: of an opt-out; help: the answer to HELP; manual: written by a broker.';
comment on column public.messages.matter is 'The subject matter, as its template states it.';
comment on column public.messages.text_cipher is
  'The text of a message that is not part of a sequence, encrypted with key_id.';
comment on column public.messages.in_reply_to is 'Id of the message or event that it answers.';
comment on column public.messages.lease_token is
  'The lease: only the worker with this token may begin, send and settle the message.';
comment on column public.messages.requested_at is
  'Set and committed just before the provider request; a message whose lease expires after that is unconfirmed.';
comment on column public.messages.attempts is 'Number of provider requests begun.';
comment on column public.messages.provider_id is 'The provider''s own id, by which its webhooks refer to the message.';
comment on column public.messages.decision_id is 'The decision of the gate that allowed the claim.';
comment on column public.messages.reserved_usd is
  'Expected cost, reserved in the sender''s budget of reserved_on until the message is sent or given up.';
comment on column public.messages.refused is 'Why it was cancelled: [rule].';
comment on column public.messages.opened_at is
  'Opened by a person, as far as can be told; opens and clicks of scanners have columns of their own.';
-- A merged lead keeps its own slot.
create unique index messages_once_per_step_key on public.messages (org_id, (coalesce(merged_from, lead_id)),
  campaign_id, step, channel)
  where kind = 'sequence' and state <> 'cancelled';
create index messages_lead_idx on public.messages (org_id, lead_id, created_at);
create index messages_run_idx on public.messages (org_id, run_id) where run_id is not null;
create unique index messages_provider_id_key on public.messages (org_id, provider, provider_id)
  where provider_id is not null;
create index messages_retry_idx on public.messages (org_id, channel, retry_at) where state = 'retrying';
create index messages_lease_idx on public.messages (lease_until) where state = 'sending';
create index messages_unconfirmed_idx on public.messages (lease_until) where state = 'unconfirmed';
create index messages_value_idx on public.messages (org_id, value_bidx, created_at) where kind <> 'sequence';
create index messages_merged_idx on public.messages (org_id, merged_from) where merged_from is not null;

alter table public.messages enable row level security;
revoke all on public.messages from anon, authenticated;
grant select (org_id, id, lead_id, campaign_id, sequence_id, run_id, step, channel, kind, purpose, variant,
  template_id, matter, in_reply_to,
    contact_point_id, sender_id, provider, state, requested_at, attempts, retry_at, provider_id, decision_id,
      correlation_id, cost_usd,
    error_code, error_detail, refused, created_at, claimed_at, sent_at, delivered_at, deferred_at, opened_at,
      clicked_at,
    machine_opened_at, machine_clicked_at, failed_at, soft_bounced_at, bounced_at, complained_at, unsubscribed_at,
      cancelled_at)
  on public.messages to authenticated;
grant select, insert, update on public.messages to pipeline_writer;
create policy select_members on public.messages for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id,
      lead_id)));
create policy select_writer on public.messages for select to pipeline_writer using (true);
create policy insert_writer on public.messages for insert to pipeline_writer with check (true);
create policy update_writer on public.messages for update to pipeline_writer using (true) with check (true);

create function private.tg_messages__check_state() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not (
    case old.state
      when 'sending' then true
      when 'retrying' then true
      when 'unconfirmed' then new.state in ('retrying', 'sent', 'delivered', 'failed', 'bounced')
      when 'sent' then new.state in ('delivered', 'failed', 'bounced')
      when 'failed' then new.state in ('delivered', 'bounced')
      when 'delivered' then new.state = 'bounced'
      else false end)
  then
    raise exception 'a % message cannot become %', old.state, new.state using errcode = 'SL531';
  end if;
  return new;
end
$$;
comment on function private.tg_messages__check_state() is
  'Trigger: allows only the transitions of the state machine. Final states stay, unless stronger evidence arrives. '
  'Raises SL531.';
create trigger _100_check_state before update of state on public.messages
  for each row when (old.state <> new.state) execute function private.tg_messages__check_state();

create function private.tg_orgs__delete_messages() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.messages m where m.org_id = old.id;
  delete from public.sequence_runs r where r.org_id = old.id;
  update public.campaigns c set sequence_id = null where c.org_id = old.id and c.sequence_id is not null;
  delete from public.sequences s where s.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__delete_messages() is
  'Trigger: deletes messages and runs together with their org, before the leads and campaigns that they refer to. '
  'Definer: no other role may delete messages.';
create trigger _050_delete_messages before delete on public.orgs
  for each row execute function private.tg_orgs__delete_messages();

-- sql/55_delivery/10_advance_runs.sql

-- How runs advance and end. Every transaction locks in the same order: leads, runs, messages, each by id, then
-- contact values.

create function private.lead_has_contact(p_org_id uuid, p_lead_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id
    and c.invalid_at is null);
end
$$;
comment on function private.lead_has_contact(uuid, uuid) is
  'Whether the lead can still be reached by any contact point.';

create function private.complete_leads(p_org_id uuid, p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
begin
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set campaign_status = case
    when private.lead_has_contact(l.org_id, l.id) then 'completed' else 'invalid' end::public.campaign_status
  where l.org_id = p_org_id and l.id = any (p_lead_ids) and l.campaign_status in ('queued', 'active', 'paused');
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.complete_leads(uuid, uuid[]) is
  'Marks leads whose sequence has ended as completed, or as invalid if no contact point is left. Leads that '
  'replied, booked or opted out keep their status.';

create function private.advance_runs(p_org_id uuid, p_run_ids uuid[], p_as_of timestamptz default now()) returns
  integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ended uuid[];
  v_count integer;
begin
  with next as materialized (
    select r.id, r.sent_count > 0 as said, o.time_zone, o.holidays, (
      select s from public.sequence_steps s
      where s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step > r.next_step order by s.step limit 1) as
        s
    from public.sequence_runs r
    join public.orgs o on o.id = r.org_id
    where r.org_id = p_org_id and r.id = any (p_run_ids)
  ), moved as (
    update public.sequence_runs r set
      message_id = null, refusal = null,
      next_step = coalesce((n.s).step, r.next_step), next_channel = coalesce((n.s).channel, r.next_channel),
      next_at = case when (n.s).step is not null then private.step_due_at(n.s, r.lead_id, p_as_of, n.time_zone,
        n.holidays) end,
      state = case when (n.s).step is not null then r.state when n.said then 'completed' else 'stopped' end,
      paused_at = case when (n.s).step is not null then r.paused_at end, paused_by = case when (n.s).step is not null
        then r.paused_by end,
      ended_at = case when (n.s).step is null then p_as_of end,
      end_reason = case when (n.s).step is null then case when n.said then 'completed'
        else 'nothing_could_be_sent' end end
    from next n
    where r.org_id = p_org_id and r.id = n.id and r.state in ('active', 'paused')
    returning r.lead_id, r.ended_at
  )
  select count(*), array_agg(m.lead_id) filter (where m.ended_at is not null) into v_count, v_ended from moved m;
  perform private.complete_leads(p_org_id, v_ended) where v_ended is not null;
  return v_count;
end
$$;
comment on function private.advance_runs(uuid, uuid[], timestamptz) is
  'Moves runs to their next step, due from p_as_of on, or ends them: completed, or stopped if no step could be '
  'sent. The lead of an ended run becomes completed, or invalid if no contact point is left. Returns the number of '
  'runs.';

create function private.skip_steps(p_org_id uuid, p_skips jsonb, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  update public.sequence_runs r set skipped = r.skipped || (s.x - 'run_id')
  from jsonb_array_elements(p_skips) s (x)
  where r.org_id = p_org_id and r.id = (s.x ->> 'run_id')::uuid and r.state in ('active', 'paused');
  return private.advance_runs(p_org_id, array(select (s.x ->> 'run_id')::uuid from jsonb_array_elements(p_skips) s
    (x)), p_as_of);
end
$$;
comment on function private.skip_steps(uuid, jsonb, timestamptz) is
  'Skips the next step of runs and records why: p_skips is [{run_id, step, channel, at, rules, decision_id}]. '
  'Returns the number of runs that moved on.';

-- sql/55_delivery/20_due_steps.sql

-- What is due, and what it would send to whom.

create function private.message_facts(
  p_channel text, p_kind text, p_purpose text, p_matter text, p_sender public.senders, p_confirmations integer default
    null
) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'subject', p_matter,
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
    -- By this run, or by that of a lead merged into this one. The limit makes it one index probe per run; an exists
    -- would be planned as a scan of the whole ledger.
    (select m.id from public.messages m where m.org_id = r.org_id and m.lead_id = r.lead_id
      and m.campaign_id = r.campaign_id
      and m.step = r.next_step and m.channel = s.channel and m.kind = 'sequence' and m.state <> 'cancelled' limit 1)
        is not null,
    k.points, k.bidx, k.mailboxes
  from public.sequence_runs r
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
          p.position, p.id) as n
      from public.contact_points p
      where p.org_id = r.org_id and p.lead_id = r.lead_id and p.invalid_at is null
        and (p.kind = 'email') = (s.channel = 'email')) c
    where c.n <= 5) k on true
  where r.org_id = p_org_id and r.id = any (p_run_ids)
  order by r.next_at, r.id;
end
$$;
comment on function private.load_due_steps(uuid, uuid[]) is
  'What the next steps of runs would send, and to which contacts, the best first: verified ones, landlines last '
  'for texts, then the order of the list. The variant follows from a hash of the lead.';

-- sql/55_delivery/21_sender_capacity.sql

-- How many messages throttles, budgets and circuit breakers still allow.

create type private.sender_capacity as (sender public.senders, capacity integer, initial_capacity integer,
  is_probe boolean);
comment on type private.sender_capacity is
  'A sender and how many more messages it may take in this claim; is_probe: the one that tests whether the '
  'provider answers again.';

create function private.sender_capacities(p_org_id uuid, p_channels text[], p_local_date date, p_as_of timestamptz)
returns setof private.sender_capacity
language plpgsql stable set search_path = '' as $$
begin
  return query
  select s, least(r.limit_capacity, r.circuit_capacity), least(r.limit_capacity, r.circuit_capacity),
    r.circuit_capacity = 1
  from public.senders s
  left join private.provider_spend d on d.org_id = s.org_id and d.sender_id = s.id and d.local_date = p_local_date
  cross join lateral (
    select least(1000000,
        private.throttle_capacity(s.org_id, 'sender', s.id::text, s.per_minute, s.per_day, p_as_of),
        case
          when s.daily_budget_usd is null then null
          when s.cost_usd > 0 then greatest(0, floor((s.daily_budget_usd - coalesce(d.spent_usd + d.reserved_usd, 0))
            / s.cost_usd))::integer
          when coalesce(d.spent_usd + d.reserved_usd, 0) >= s.daily_budget_usd then 0 end) as limit_capacity,
      private.circuit_capacity(s.org_id, s.provider, s.account, p_as_of) as circuit_capacity) r
  where s.org_id = p_org_id and s.state = 'active' and s.channel = any (p_channels)
  order by s.id;
end
$$;
comment on function private.sender_capacities(uuid, text[], date, timestamptz) is
  'The active senders of an org, with the capacity that throttle, budget and circuit breaker leave each of them.';

create function private.choose_sender(p_senders private.sender_capacity[], p_sender_id uuid, p_channel text,
  p_lead_id uuid) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (
    select x.n::integer from unnest(p_senders) with ordinality x (sender, capacity, initial_capacity, is_probe, n)
    where (x.sender).channel = p_channel and x.capacity > 0 and (p_sender_id is null or (x.sender).id = p_sender_id)
    order by private.hash_fraction(p_lead_id::text || (x.sender).id), x.n limit 1);
end
$$;
comment on function private.choose_sender(private.sender_capacity[], uuid, text, uuid) is
  'Index in p_senders of the sender for a lead: the one its step names, otherwise the one that the lead''s hash '
  'prefers among those with capacity, so that a person usually sees the same number. Null if none has capacity.';

create function private.consume_capacity(p_capacities jsonb, p_keys text[], p_count integer default 1) returns jsonb
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_key text;
begin
  if p_capacities <> '{}' then
    foreach v_key in array p_keys loop
      if p_capacities ? v_key then
        p_capacities := jsonb_set(p_capacities, array[v_key], to_jsonb((p_capacities ->> v_key)::integer - p_count));
      end if;
    end loop;
  end if;
  return p_capacities;
end
$$;
comment on function private.consume_capacity(jsonb, text[], integer) is
  'Subtracts p_count from the named throttles; those without a limit are not in p_capacities.';

create function private.has_capacity(p_capacities jsonb, p_keys text[]) returns boolean
language sql immutable parallel safe as $$
  select p_capacities = '{}' or not exists (select from unnest(p_keys) x where (p_capacities ->> x)::integer <= 0)
$$;
comment on function private.has_capacity(jsonb, text[]) is 'Whether all of the named throttles have capacity left.';

-- sql/55_delivery/22_decide_messages.sql

-- Asking the gate about messages outside of a step, and again just before the provider request.

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
  select array_agg(d.id order by d.id), jsonb_agg(jsonb_build_object('lead_id', d.lead_id, 'contact_point_id',
    d.contact_point_id, 'channel', d.channel,
    'purpose', d.purpose, 'message', d.facts -> 'message', 'campaign_id', d.campaign_id) order by d.id)
  into v_ids, v_requests
  from public.gate_decisions d
  join public.contact_points c on c.org_id = d.org_id and c.lead_id = d.lead_id and c.id = d.contact_point_id
  where d.org_id = p_org_id and d.id = any (p_decision_ids) and d.allow;
  return query
  select i.id, coalesce((j.answer -> 'allow')::boolean, false),
    -- No answer: the lead or its contact was deleted.
    case when j.n is null then '{contact_gone}' else array(select distinct r ->> 'rule'
      from jsonb_array_elements(j.answer -> 'reasons') r order by 1) end,
    (j.answer ->> 'next_allowed_at')::timestamptz
  from unnest(p_decision_ids) i (id)
  left join unnest(v_ids) with ordinality v (id, n) on v.id = i.id
  left join private.decide_contacts(p_org_id, coalesce(v_requests, '[]'), p_as_of, 'refusals', false) j on j.n = v.n;
end
$$;
comment on function private.recheck_decisions(uuid, bigint[], timestamptz) is
  'public.gate_still_allows for a batch: whether each decision still holds, the rules against it now, and when it '
  'would be allowed again. Ignores our own attempts; stores refusals. Definer: facts and decisions belong to the '
  'owner.';

create function private.count_confirmations(p_org_id uuid, p_value_bidx bytea, p_but uuid, p_as_of timestamptz)
  returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from public.messages m
    where m.org_id = p_org_id and m.value_bidx = p_value_bidx and m.kind = 'confirmation' and m.id <> p_but
      and m.state not in ('cancelled', 'failed') and m.created_at > p_as_of - interval '5 minutes');
end
$$;
comment on function private.count_confirmations(uuid, bytea, uuid, timestamptz) is
  'Opt-out confirmations that the value got, or may have got, within the five minutes in which one may be sent; '
  'p_but is the one in question.';

create function private.decide_message(p_message public.messages, p_sender public.senders, p_as_of timestamptz)
  returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  m constant public.messages := p_message;
  g jsonb;
begin
  perform private.lock_contact_values(m.org_id, array[m.lead_id], array[m.value_bidx]);
  g := public.gate_decide(m.lead_id, m.contact_point_id, m.channel, m.purpose, p_as_of,
    private.message_facts(m.channel, m.kind, m.purpose, null, p_sender, private.count_confirmations(m.org_id,
      m.value_bidx, m.id, p_as_of)), m.campaign_id);
  if g -> 'allow' = 'true' then
    insert into public.contact_attempts (org_id, value_bidx, channel, direction, at, campaign_id, lead_id, decision_id)
    values (m.org_id, m.value_bidx, m.channel, 'outbound', p_as_of, m.campaign_id, m.lead_id,
      (g ->> 'decision_id')::bigint);
    update public.messages x set decision_id = (g ->> 'decision_id')::bigint where x.org_id = m.org_id and x.id = m.id;
    return true;
  end if;
  update public.messages x set
    refused = (select jsonb_agg(r -> 'rule') from jsonb_array_elements(g -> 'reasons') r),
    -- A confirmation may not wait.
    state = case when m.kind = 'confirmation' or (g ->> 'next_allowed_at') is null then 'cancelled'
      else 'retrying' end::public.message_state,
    cancelled_at = case when m.kind = 'confirmation' or (g ->> 'next_allowed_at') is null then p_as_of end,
    retry_at = case when m.kind <> 'confirmation' then (g ->> 'next_allowed_at')::timestamptz end
  where x.org_id = m.org_id and x.id = m.id;
  return false;
exception when sqlstate 'SL421' or sqlstate 'SL422' then
  update public.messages x set refused = '["contact_gone"]', state = 'cancelled', cancelled_at = p_as_of,
    retry_at = null
  where x.org_id = m.org_id and x.id = m.id;
  return false;
end
$$;
comment on function private.decide_message(public.messages, public.senders, timestamptz) is
  'Asks the gate about a message that is not part of a sequence. Allowed: records the decision and the contact '
  'attempt. Refused: the message waits for the time that is allowed, or is cancelled with the rules.';

-- sql/55_delivery/23_claim_for_org.sql

-- The claim of one org, in one transaction: retries first, then due steps. Each round picks due runs, fits them to the
-- limits, asks the gate and writes to the ledger. Either a message is in the ledger with its decision and its contact
-- attempt, or nothing happened.

create type private.claim_candidate as (step private.due_step, sender_index integer, contact_index integer,
  refusal jsonb);
comment on type private.claim_candidate is
  'A due step whose sender has capacity. sender_index: place of the sender in the claim; contact_index: place of the '
  'contact being tried; refusal: the run, the step, and why earlier contacts were refused.';

create type private.claim_progress as (
  org_id uuid, time_zone text, holidays date[], local_date date, channels text[], lease_token uuid, as_of timestamptz,
  senders private.sender_capacity[], throttles jsonb, initial_throttles jsonb, remaining integer, message_ids uuid[],
  contacts_locked boolean, candidates private.claim_candidate[], messages public.messages[], deferred jsonb,
    skipped jsonb);
comment on type private.claim_progress is
  'A claim while it is made. senders and throttles: remaining capacity; remaining: how many more messages it may '
  'claim; message_ids: those claimed so far. The other fields belong to the current round: candidates, the '
  'messages the gate allowed, and the runs to defer or to move past their step.';

create function private.start_claim(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz
) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress;
  v_channel text;
begin
  foreach v_channel in array array(select distinct requested from unnest(p_channels) requested order by 1) loop
    perform private.lock_limits(p_org_id, v_channel);
  end loop;
  select o.time_zone, o.holidays, (p_as_of at time zone o.time_zone)::date
  into strict v_claim.time_zone, v_claim.holidays, v_claim.local_date
  from public.orgs o where o.id = p_org_id;
  v_claim.org_id := p_org_id;
  v_claim.channels := p_channels;
  v_claim.lease_token := p_lease_token;
  v_claim.as_of := p_as_of;
  v_claim.remaining := p_limit;
  v_claim.message_ids := '{}';
  v_claim.contacts_locked := false;
  v_claim.senders := array(
    select available from private.sender_capacities(p_org_id, p_channels, v_claim.local_date, p_as_of) available);
  select coalesce(jsonb_object_agg(t.scope || ' ' || t.key,
    private.throttle_capacity(t.org_id, t.scope, t.key, t.per_minute, t.per_day, p_as_of)), '{}')
  into v_claim.throttles from public.throttles t where t.org_id = p_org_id;
  v_claim.initial_throttles := v_claim.throttles;
  return v_claim;
end
$$;
comment on function private.start_claim(uuid, integer, text[], uuid, timestamptz) is
  'Locks the limits of the channels, and reads what they still allow: throttles, budgets and circuit breakers.';

create function private.claim_retries(p_claim private.claim_progress) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_senders private.sender_capacity[] := p_claim.senders;
  v_ids uuid[];
  v_message public.messages;
  v_sender private.sender_capacity;
  v_sender_index integer;
begin
  v_ids := array(
    select x.id from public.messages x
    where x.org_id = v_claim.org_id and x.state = 'retrying' and x.retry_at <= v_claim.as_of
      and x.channel = any (v_claim.channels)
      and x.sender_id in (select (available.sender).id from unnest(v_senders) available where available.capacity > 0)
    order by x.retry_at, x.id limit v_claim.remaining
    for no key update skip locked);
  select count(*) > 0 into v_claim.contacts_locked
  from public.messages x where x.org_id = v_claim.org_id and x.id = any (v_ids) and x.decision_id is null;
  if v_claim.contacts_locked then
    perform private.lock_contact_values(v_claim.org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
    from public.messages x where x.org_id = v_claim.org_id and x.id = any (v_ids) and x.decision_id is null;
  end if;
  for v_message in
    select x.* from public.messages x where x.org_id = v_claim.org_id and x.id = any (v_ids) order by x.retry_at, x.id
  loop
    v_sender_index := private.choose_sender(v_senders, v_message.sender_id, v_message.channel, v_message.lead_id);
    v_sender := v_senders[v_sender_index];
    continue when v_sender_index is null
      or not private.has_capacity(v_claim.throttles, array['org org', 'domain ' || (v_sender.sender).domain]);
    if v_sender.is_probe
      and not private.reserve_probe(v_claim.org_id, v_message.provider, (v_sender.sender).account, v_claim.as_of)
    then
      v_senders[v_sender_index].capacity := 0;
      continue;
    end if;
    if v_message.decision_id is null
      and not private.decide_message(v_message, v_sender.sender, v_claim.as_of)
    then
      perform private.record_costs(v_claim.org_id, array[x.id], v_claim.as_of) from public.messages x
      where x.org_id = v_claim.org_id and x.id = v_message.id and x.state = 'cancelled';
      continue;
    end if;
    update public.messages x set state = 'sending', lease_token = v_claim.lease_token,
      lease_until = v_claim.as_of + interval '2 minutes', claimed_at = coalesce(x.claimed_at, v_claim.as_of),
      retry_at = null, requested_at = null
    where x.org_id = v_claim.org_id and x.id = v_message.id;
    v_senders[v_sender_index].capacity := v_sender.capacity - 1;
    v_claim.throttles := private.consume_capacity(v_claim.throttles,
      array['org org', 'domain ' || (v_sender.sender).domain]);
    v_claim.message_ids := v_claim.message_ids || v_message.id;
    v_claim.remaining := v_claim.remaining - 1;
  end loop;
  v_claim.senders := v_senders;
  return v_claim;
end
$$;
comment on function private.claim_retries(private.claim_progress) is
  'Claims the messages whose retry is due, and answers that have not been decided yet: the gate decides those first.';

create function private.pick_due_runs(p_claim private.claim_progress, p_seen_run_ids uuid[]) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_run_ids uuid[] := array[]::uuid[];
  v_more uuid[];
  v_source record;
  v_limit integer;
begin
  for v_source in
    select c.id as campaign_id, requested.channel
    from public.campaigns c
    cross join unnest(p_claim.channels) requested (channel)
    cross join lateral (select r.next_at from public.sequence_runs r
      where r.org_id = c.org_id and r.campaign_id = c.id and r.next_channel = requested.channel and r.state = 'active'
        and r.next_at <= p_claim.as_of
      order by r.next_at limit 1) first_due
    where c.org_id = p_claim.org_id and c.state = 'running'
    order by first_due.next_at, c.id, requested.channel
  loop
    v_limit := least(p_claim.remaining - cardinality(v_run_ids), (p_claim.throttles ->> 'org org')::integer,
      (p_claim.throttles ->> ('campaign ' || v_source.campaign_id))::integer,
      (select sum(available.capacity) from unnest(p_claim.senders) available
        where (available.sender).channel = v_source.channel));
    continue when coalesce(v_limit, 0) <= 0;
    select coalesce(array_agg(due.id), '{}') into v_more from (
      select r.id from public.sequence_runs r
      join public.leads l on l.org_id = r.org_id and l.id = r.lead_id
      where r.org_id = p_claim.org_id and r.campaign_id = v_source.campaign_id and r.next_channel = v_source.channel
        and r.state = 'active' and r.next_at <= p_claim.as_of and r.id <> all (p_seen_run_ids)
      order by r.next_at, r.id limit v_limit
      for no key update of r, l skip locked) due;
    v_run_ids := v_run_ids || v_more;
  end loop;
  return v_run_ids;
end
$$;
comment on function private.pick_due_runs(private.claim_progress, uuid[]) is
  'Locks due runs by campaign and channel, the longest waiting first, as many as the limits may allow; skips runs '
  'that this claim has seen and those that others have locked.';

create function private.fit_to_limits(p_claim private.claim_progress, p_run_ids uuid[]) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_senders private.sender_capacity[] := p_claim.senders;
  v_throttles jsonb := p_claim.throttles;
  v_candidates private.claim_candidate[] := array[]::private.claim_candidate[];
  v_candidate private.claim_candidate;
  v_steps private.due_step[];
  v_step private.due_step;
  v_sender private.sender_capacity;
  v_sender_index integer;
  v_limit_keys text[];
  v_refusal jsonb;
begin
  v_claim.deferred := '[]';
  v_claim.skipped := '[]';
  v_steps := array(select due from private.load_due_steps(v_claim.org_id, p_run_ids) due);
  -- A claim waits for contacts once, for all of them and in order: waiting again while it holds some could deadlock.
  if v_claim.contacts_locked then
    v_steps := array(select due from unnest(v_steps) due
      where private.try_lock_contact_values(v_claim.org_id, due.lead_id, coalesce(due.bidx, '{}')));
  else
    perform private.lock_contact_values(v_claim.org_id, array_agg(due.lead_id), array_agg(contact.bidx))
    from unnest(v_steps) due cross join unnest(due.bidx) contact (bidx);
    v_claim.contacts_locked := true;
  end if;

  foreach v_step in array v_steps loop
    v_refusal := jsonb_build_object('run_id', v_step.run_id, 'step', v_step.step, 'channel', v_step.channel,
      'at', v_claim.as_of);
    if v_step.done or v_step.points is null then
      v_claim.skipped := v_claim.skipped || (v_refusal || jsonb_build_object('rules',
        array[case when v_step.done then 'already_sent' else 'no_contact_point' end]));
      continue;
    end if;
    v_sender_index := private.choose_sender(v_senders, v_step.sender_id, v_step.channel, v_step.lead_id);
    v_sender := v_senders[v_sender_index];
    v_limit_keys := array['org org', 'campaign ' || v_step.campaign_id, 'domain ' || (v_sender.sender).domain];
    if v_step.template_id is null or v_sender_index is null or not private.has_capacity(v_throttles, v_limit_keys)
      or (v_sender.is_probe and not private.reserve_probe(
        v_claim.org_id, (v_sender.sender).provider, (v_sender.sender).account, v_claim.as_of))
    then
      -- Deferred for a moment, so that steps with capacity come first.
      v_claim.deferred := v_claim.deferred || (v_refusal || jsonb_build_object(
        'rules', array[case when v_step.template_id is null then 'step_has_no_template' else 'no_capacity' end],
        'next_at', v_claim.as_of + (1 + private.hash_fraction(v_step.lead_id::text))
          * case when v_step.template_id is null then interval '30 minutes' else interval '30 seconds' end));
      continue;
    end if;
    v_senders[v_sender_index].capacity := case when v_sender.is_probe then 0 else v_sender.capacity - 1 end;
    v_throttles := private.consume_capacity(v_throttles, v_limit_keys);
    v_candidate.step := v_step;
    v_candidate.sender_index := v_sender_index;
    v_candidate.contact_index := 0;
    v_candidate.refusal := v_refusal;
    v_candidates := array_append(v_candidates, v_candidate);
  end loop;
  v_claim.senders := v_senders;
  v_claim.throttles := v_throttles;
  v_claim.candidates := v_candidates;
  return v_claim;
end
$$;
comment on function private.fit_to_limits(private.claim_progress, uuid[]) is
  'Gives the steps of due runs, in the order in which they became due, a sender and a share of the limits. A step '
  'that was sent already or has no contact is skipped; one without a template or capacity is deferred for a moment.';

create function private.try_next_contact(p_candidate private.claim_candidate, p_throttles jsonb)
returns private.claim_candidate
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_candidate private.claim_candidate := p_candidate;
  v_mailboxes constant text[] := (p_candidate.step).mailboxes;
begin
  loop
    v_candidate.contact_index := v_candidate.contact_index + 1;
    exit when v_candidate.contact_index > cardinality(v_mailboxes)
      or private.has_capacity(p_throttles, array['mailbox ' || v_mailboxes[v_candidate.contact_index]]);
    v_candidate.refusal := v_candidate.refusal || jsonb_build_object('rules',
      coalesce(v_candidate.refusal -> 'rules', '[]') || '["no_capacity"]');
  end loop;
  return v_candidate;
end
$$;
comment on function private.try_next_contact(private.claim_candidate, jsonb) is
  'Moves on to the next contact whose mailbox provider has capacity; past the last one where none has.';

create function private.add_refusal(p_refusal jsonb, p_decision jsonb) returns jsonb
language sql immutable parallel safe as $$
  select p_refusal || jsonb_strip_nulls(jsonb_build_object(
    'decision_id', coalesce(p_refusal -> 'decision_id', p_decision -> 'decision_id'),
    'next_allowed_at', least((p_refusal ->> 'next_allowed_at')::timestamptz,
      (p_decision ->> 'next_allowed_at')::timestamptz),
    'rules', (select jsonb_agg(distinct known.rule) from (
      select jsonb_array_elements_text(p_refusal -> 'rules') as rule
      union select reason ->> 'rule' from jsonb_array_elements(p_decision -> 'reasons') reason) known)))
$$;
comment on function private.add_refusal(jsonb, jsonb) is
  'Adds the rules of a decision to the refusal of a step; keeps its first decision and the earliest time that is '
  'allowed.';

create function private.next_try_at(
  p_candidate private.claim_candidate, p_time_zone text, p_holidays date[], p_as_of timestamptz
) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_step constant private.due_step := p_candidate.step;
  v_refusal constant jsonb := p_candidate.refusal;
begin
  if v_refusal -> 'rules' ? 'no_capacity' then
    return p_as_of + (1 + private.hash_fraction(v_step.lead_id::text)) * interval '30 seconds';
  elsif (v_refusal ->> 'next_allowed_at') is null then
    return null;
  end if;
  -- Spread over 20 minutes, so that not all that wait for the same hour are due in the same minute.
  return private.fit_to_window((v_refusal ->> 'next_allowed_at')::timestamptz, v_step.send_from, v_step.send_until,
    v_step.business, p_time_zone, p_holidays, private.hash_fraction(v_step.lead_id::text || v_step.step),
      interval '20 minutes');
end
$$;
comment on function private.next_try_at(private.claim_candidate, text, date[], timestamptz) is
  'When to try a step again that was refused for every contact; null when no contact will be allowed.';

create function private.new_message(
  p_claim private.claim_progress, p_candidate private.claim_candidate, p_sender public.senders, p_decision_id bigint
) returns public.messages
language plpgsql volatile set search_path = '' as $$
declare
  v_step constant private.due_step := p_candidate.step;
  v_message public.messages;
begin
  v_message.org_id := p_claim.org_id;
  v_message.id := gen_random_uuid();
  v_message.lead_id := v_step.lead_id;
  v_message.campaign_id := v_step.campaign_id;
  v_message.sequence_id := v_step.sequence_id;
  v_message.run_id := v_step.run_id;
  v_message.step := v_step.step;
  v_message.channel := v_step.channel;
  v_message.kind := 'sequence';
  v_message.purpose := v_step.purpose;
  v_message.variant := v_step.variant;
  v_message.template_id := v_step.template_id;
  v_message.matter := v_step.matter;
  v_message.contact_point_id := v_step.points[p_candidate.contact_index];
  v_message.value_bidx := v_step.bidx[p_candidate.contact_index];
  v_message.sender_id := p_sender.id;
  v_message.provider := p_sender.provider;
  v_message.state := 'sending';
  v_message.lease_token := p_claim.lease_token;
  v_message.lease_until := p_claim.as_of + interval '2 minutes';
  v_message.attempts := 0;
  v_message.decision_id := p_decision_id;
  v_message.correlation_id := v_step.correlation_id;
  v_message.reserved_usd := nullif(p_sender.cost_usd, 0);
  v_message.reserved_on := case when v_message.reserved_usd is not null then p_claim.local_date end;
  v_message.created_at := p_claim.as_of;
  v_message.claimed_at := p_claim.as_of;
  return v_message;
end
$$;
comment on function private.new_message(private.claim_progress, private.claim_candidate, public.senders, bigint) is
  'The ledger row for a step that the gate allowed: `sending`, leased for two minutes, its expected cost reserved.';

create function private.ask_gate(p_claim private.claim_progress) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_senders private.sender_capacity[] := p_claim.senders;
  v_throttles jsonb := p_claim.throttles;
  v_candidates private.claim_candidate[] := p_claim.candidates;
  v_header private.claim_progress;
  v_open integer[];
  v_asked integer[];
  v_requests jsonb;
  v_allowed public.messages[];
  v_messages public.messages[] := array[]::public.messages[];
  v_candidate private.claim_candidate;
  v_step private.due_step;
  v_sender public.senders;
  v_answer record;
  v_index integer;
  v_next_at timestamptz;
begin
  v_header.org_id := p_claim.org_id;
  v_header.local_date := p_claim.local_date;
  v_header.lease_token := p_claim.lease_token;
  v_header.as_of := p_claim.as_of;
  v_open := array(select generate_subscripts(v_candidates, 1));
  while cardinality(v_open) > 0 loop
    v_asked := '{}';
    v_requests := '[]';
    v_allowed := '{}';
    foreach v_index in array v_open loop
      v_candidate := private.try_next_contact(v_candidates[v_index], v_throttles);
      v_candidates[v_index] := v_candidate;
      v_step := v_candidate.step;
      v_sender := (v_senders[v_candidate.sender_index]).sender;
      if v_candidate.contact_index <= cardinality(v_step.points) then
        v_throttles := private.consume_capacity(v_throttles,
          array['mailbox ' || v_step.mailboxes[v_candidate.contact_index]]);
        v_asked := v_asked || v_index;
        v_requests := v_requests || jsonb_build_object('lead_id', v_step.lead_id,
          'contact_point_id', v_step.points[v_candidate.contact_index], 'channel', v_step.channel,
          'purpose', v_step.purpose, 'campaign_id', v_step.campaign_id,
          'message', private.message_facts(v_step.channel, 'sequence', v_step.purpose, v_step.matter, v_sender));
        continue;
      end if;
      -- No contact is left: the step returns its share of the limits.
      v_senders[v_candidate.sender_index].capacity := (v_senders[v_candidate.sender_index]).capacity + 1;
      v_throttles := private.consume_capacity(v_throttles,
        array['org org', 'campaign ' || v_step.campaign_id, 'domain ' || v_sender.domain], -1);
      v_next_at := private.next_try_at(v_candidate, v_claim.time_zone, v_claim.holidays, v_claim.as_of);
      if v_next_at is null then
        v_claim.skipped := v_claim.skipped || v_candidate.refusal;
      else
        v_claim.deferred := v_claim.deferred || (v_candidate.refusal || jsonb_build_object('next_at', v_next_at));
      end if;
    end loop;
    exit when cardinality(v_asked) = 0;
    v_open := '{}';
    for v_answer in
      select decided.n, decided.answer from private.gate_decide_many(v_claim.org_id, v_requests, v_claim.as_of) decided
    loop
      v_index := v_asked[v_answer.n];
      v_candidate := v_candidates[v_index];
      if v_answer.answer -> 'allow' = 'true' then
        v_allowed := array_append(v_allowed, private.new_message(v_header, v_candidate,
          (v_senders[v_candidate.sender_index]).sender, (v_answer.answer ->> 'decision_id')::bigint));
      else
        v_throttles := private.consume_capacity(v_throttles,
          array['mailbox ' || (v_candidate.step).mailboxes[v_candidate.contact_index]], -1);
        v_candidates[v_index].refusal := private.add_refusal(v_candidate.refusal, v_answer.answer);
        v_open := v_open || v_index;
      end if;
    end loop;
    -- Before the next question, so that the caps count these attempts.
    insert into public.contact_attempts
      (org_id, value_bidx, channel, direction, at, subject, campaign_id, lead_id, decision_id)
    select v_claim.org_id, a.value_bidx, a.channel, 'outbound', v_claim.as_of, a.matter, a.campaign_id, a.lead_id,
      a.decision_id
    from unnest(v_allowed) a;
    v_messages := v_messages || v_allowed;
  end loop;
  v_claim.senders := v_senders;
  v_claim.throttles := v_throttles;
  v_claim.candidates := '{}';
  v_claim.messages := v_messages;
  return v_claim;
end
$$;
comment on function private.ask_gate(private.claim_progress) is
  'Asks the gate about the best contact of each candidate, then about the next contact of those it refused, all in '
  'one batch each time. Allowed: a message and its contact attempt. Refused for every contact: deferred to the '
  'time that is allowed, or skipped.';

create function private.write_claim(p_claim private.claim_progress) returns private.claim_progress
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := p_claim;
  v_ids uuid[];
begin
  insert into public.messages select a.* from unnest(v_claim.messages) a;
  update public.sequence_runs r set message_id = a.id, next_at = null, refusal = null
  from unnest(v_claim.messages) a where r.org_id = v_claim.org_id and r.id = a.run_id;
  update public.sequence_runs r set next_at = (d ->> 'next_at')::timestamptz, refusal = d - '{run_id,next_at}'::text[]
  from jsonb_array_elements(v_claim.deferred) d where r.org_id = v_claim.org_id and r.id = (d ->> 'run_id')::uuid;
  if v_claim.skipped <> '[]' then
    perform private.skip_steps(v_claim.org_id, v_claim.skipped, v_claim.as_of);
  end if;
  insert into private.provider_spend as spend (org_id, sender_id, local_date, reserved_usd)
  select v_claim.org_id, a.sender_id, v_claim.local_date, sum(a.reserved_usd)
  from unnest(v_claim.messages) a where a.reserved_usd is not null
  group by a.sender_id order by a.sender_id
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = spend.reserved_usd + excluded.reserved_usd;
  v_ids := array(select a.id from unnest(v_claim.messages) a);
  v_claim.message_ids := v_claim.message_ids || v_ids;
  v_claim.remaining := v_claim.remaining - cardinality(v_ids);
  v_claim.messages := '{}';
  return v_claim;
end
$$;
comment on function private.write_claim(private.claim_progress) is
  'Writes a round: the messages and their runs, what is deferred or skipped, and the expected cost.';

create function private.consume_claimed_capacity(p_claim private.claim_progress) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.consume_throttle(p_claim.org_id, 'sender', (used.sender).id::text, (used.sender).per_minute,
    (used.sender).per_day, used.initial_capacity - used.capacity, p_claim.as_of)
  from unnest(p_claim.senders) used
  where used.initial_capacity > used.capacity and not coalesce(used.is_probe, false);
  perform private.consume_throttle(p_claim.org_id, t.scope, t.key, t.per_minute, t.per_day,
    (p_claim.initial_throttles ->> (t.scope || ' ' || t.key))::integer
      - (p_claim.throttles ->> (t.scope || ' ' || t.key))::integer, p_claim.as_of)
  from public.throttles t where t.org_id = p_claim.org_id and p_claim.throttles ? (t.scope || ' ' || t.key);
end
$$;
comment on function private.consume_claimed_capacity(private.claim_progress) is
  'Counts what the claim has used against the throttles of its senders and its org.';

create function private.claim_for_org(
  p_org_id uuid, p_limit integer, p_channels text[], p_lease_token uuid, p_as_of timestamptz
) returns uuid[]
language plpgsql volatile set search_path = '' as $$
declare
  v_claim private.claim_progress := private.start_claim(p_org_id, p_limit, p_channels, p_lease_token, p_as_of);
  v_seen_run_ids uuid[] := array[]::uuid[];
  v_run_ids uuid[];
begin
  v_claim := private.claim_retries(v_claim);
  -- What one round defers or skips makes room for others in the next.
  for v_round in 1..4 loop
    exit when v_claim.remaining <= 0;
    v_run_ids := private.pick_due_runs(v_claim, v_seen_run_ids);
    exit when cardinality(v_run_ids) = 0;
    v_seen_run_ids := v_seen_run_ids || v_run_ids;
    v_claim := private.fit_to_limits(v_claim, v_run_ids);
    v_claim := private.ask_gate(v_claim);
    v_claim := private.write_claim(v_claim);
  end loop;
  perform private.consume_claimed_capacity(v_claim);
  return v_claim.message_ids;
end
$$;
comment on function private.claim_for_org(uuid, integer, text[], uuid, timestamptz) is
  'Claims for one org: messages whose retry is due, then due steps by campaign and channel, in the order in which '
  'they became due. Returns the ids of the claimed messages.';

-- sql/55_delivery/24_claim_due_steps.sql

create function public.claim_due_steps(
  p_limit integer, p_channel text default null, p_as_of timestamptz default now(), p_org_id uuid default null
) returns setof public.messages
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  v_token constant uuid := gen_random_uuid();
  v_channels constant text[] := case when p_channel is null then '{email,sms,voice_ai}'::text[] else array[p_channel]
    end;
  v_left integer := least(greatest(p_limit, 0), 500);
  -- The orgs that have waited longest, locked in the order of their ids, so that claims of several orgs cannot
  -- deadlock.
  v_orgs constant uuid[] := array(
    select x from (select o from private.due_orgs(v_channels, p_as_of, p_org_id) o limit greatest(p_limit, 0)) y (x)
      order by x);
  v_claimed uuid[];
begin
  for i in 1..cardinality(v_orgs) loop
    exit when v_left <= 0;
    -- An equal share per org, so that the long queue of one org does not delay the others.
    v_claimed := private.claim_for_org(v_orgs[i], ceil(v_left::numeric / (cardinality(v_orgs) - i + 1))::integer,
      v_channels, v_token, p_as_of);
    v_left := v_left - cardinality(v_claimed);
    return query
      select m.* from unnest(v_claimed) with ordinality c (id, n)
      join public.messages m on m.org_id = v_orgs[i] and m.id = c.id order by c.n;
  end loop;
end
$$;
comment on function public.claim_due_steps(integer, text, timestamptz, uuid) is
  'Claims up to p_limit (at most 500) due messages: asks the gate, records the contact attempt and the ledger row '
  '(`sending`, leased for two minutes), and returns the rows with one lease token. A refused step waits for the '
  'time that is allowed, tries the next contact, or is skipped with its reasons; steps held back by throttles, '
  'budgets and circuit breakers stay due. Commit before private.begin_requests. Raises SL423 outside of read '
  'committed.';
revoke execute on function public.claim_due_steps(integer, text, timestamptz, uuid) from public, anon, authenticated;
grant execute on function public.claim_due_steps(integer, text, timestamptz, uuid) to pipeline_writer;

-- sql/55_delivery/25_begin_requests.sql

create function private.proper_name(p_name text) returns text
language sql immutable parallel safe as $$
  select case when p_name = upper(p_name) or p_name = lower(p_name) then initcap(lower(p_name)) else p_name end
$$;
comment on function private.proper_name(text) is 'JOHN becomes John; a name in mixed case stays as it is.';

create function private.build_requests(p_org_id uuid, p_message_ids uuid[]) returns table (message_id uuid,
  request jsonb)
language plpgsql stable set search_path = '' as $$
begin
  return query
  with keys as materialized (
    select k.id, private.org_key(p_org_id, k.id) as key
    from (
      select c.key_id as id from public.messages m join public.contact_points c on c.org_id = m.org_id
        and c.id = m.contact_point_id
      where m.org_id = p_org_id and m.id = any (p_message_ids)
      union
      select m.key_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids)
        and m.key_id is not null) k
  )
  select m.id, jsonb_build_object(
    'provider', m.provider, 'channel', m.channel, 'to', private.decrypt_value(c.value_cipher, ck.key), 'kind', m.kind,
      'purpose', m.purpose,
    'sender', jsonb_build_object('id', s.id, 'account', s.account, 'address', s.address, 'name', s.name, 'reply_to',
      s.reply_to,
      'messaging_service_sid', s.messaging_service_sid, 'phone_number_id', s.phone_number_id, 'assistant_id',
        s.assistant_id),
    'template', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'version', t.version,
      'subject', t.subject,
        'text', t.text_body, 'html', t.html_body)
      else jsonb_build_object('subject', case when m.channel = 'email' then '{{ sender.name }}' end, 'html', null,
        -- A text written by a person is not a template.
        'text', '{% raw %}' || replace(private.decrypt_value(m.text_cipher, mk.key), '{%', '{ %') || '{% endraw %}'
          || case when m.channel = 'email'
            then E'\n\n{{ sender.name }}\n{{ sender.postal_address }}\nUnsubscribe: {{ unsubscribe_url }}'
            else '' end) end,
    'variables', jsonb_build_object(
      'lead', jsonb_build_object('first_name', private.proper_name(l.owner_1_first), 'last_name',
        private.proper_name(l.owner_1_last),
        'full_name', private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''),
          l.owner_full))),
      -- An imported street line may include its house number.
      'property', jsonb_build_object('street',
        nullif(concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ')
        then l.situs_house_number end,
          private.proper_name(l.situs_street), l.situs_unit), ''),
        'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
      'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address, 'phone',
        coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
      'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name)),
    'unsubscribe_token', case when m.channel = 'email' then private.unsubscribe_token(m.org_id, m.value_bidx) end,
    'idempotency_key', m.id, 'correlation_id', m.correlation_id, 'campaign_id', m.campaign_id, 'lead_id', m.lead_id,
      'step', m.step,
    'attempt', m.attempts, 'categories', array_remove(array[m.kind, case when t.id is not null then t.name end,
      m.variant], null))
  from public.messages m
  join public.leads l on l.org_id = m.org_id and l.id = m.lead_id
  join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
  join keys ck on ck.id = c.key_id
  join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
  join public.orgs o on o.id = m.org_id
  left join public.templates t on t.org_id = m.org_id and t.id = m.template_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  left join keys mk on mk.id = m.key_id
  where m.org_id = p_org_id and m.id = any (p_message_ids);
end
$$;
comment on function private.build_requests(uuid, uuid[]) is
  'Everything a provider request needs, with contact values in plain text: only for the worker that owns the '
  'lease; never store or log it.';

create function private.begin_requests(
  p_org_id uuid, p_message_ids uuid[], p_lease_token uuid, p_as_of timestamptz default now()
) returns table (message_id uuid, request jsonb)
language plpgsql volatile set search_path = '' set jit = off as $$
#variable_conflict use_column
declare
  v_held uuid[];
  v_go uuid[];
  v_stop jsonb;
begin
  perform from public.sequence_runs r
  where r.org_id = p_org_id and r.id in (select x.run_id from public.messages x where x.org_id = p_org_id
    and x.id = any (p_message_ids))
  order by r.id for no key update;
  v_held := array(
    select x.id from public.messages x
    where x.org_id = p_org_id and x.id = any (p_message_ids) and x.state = 'sending' and x.lease_token = p_lease_token
      and x.lease_until > p_as_of and x.requested_at is null
    order by x.id for no key update);
  perform private.lock_contact_values(p_org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
  from public.messages x where x.org_id = p_org_id and x.id = any (v_held);

  v_stop := coalesce((
    select jsonb_agg(jsonb_build_object('id', x.id, 'run_id', x.run_id, 'refused', array['not_running'], 'next_at',
      p_as_of))
    from public.messages x
    join public.sequence_runs r on r.org_id = x.org_id and r.id = x.run_id
    join public.campaigns k on k.org_id = x.org_id and k.id = x.campaign_id
    where x.org_id = p_org_id and x.id = any (v_held) and x.kind = 'sequence' and (r.state <> 'active'
      or k.state <> 'running')), '[]');
  select array_agg(x.id) filter (where a.allow), v_stop || coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'run_id',
    x.run_id, 'refused', a.rules,
      'next_at', greatest(p_as_of, a.next_allowed_at))) filter (where not a.allow), '[]')
  into v_go, v_stop
  from private.recheck_decisions(p_org_id, array(select x.decision_id from public.messages x
    where x.org_id = p_org_id and x.id = any (v_held) and not exists (select from jsonb_array_elements(v_stop) s
      where s ->> 'id' = x.id::text)), p_as_of) a
  join public.messages x on x.org_id = p_org_id and x.id = any (v_held) and x.decision_id = a.decision_id;

  if v_stop <> '[]' then
    update public.messages x set state = 'cancelled', cancelled_at = p_as_of, refused = s.x -> 'refused',
      lease_token = null, lease_until = null
    from jsonb_array_elements(v_stop) s (x) where x.org_id = p_org_id and x.id = (s.x ->> 'id')::uuid;
    -- The step is due again: the next claim asks the gate anew and tries other contacts.
    update public.sequence_runs r set message_id = null, next_at = (s.x ->> 'next_at')::timestamptz,
      refusal = jsonb_build_object('at', p_as_of, 'step', r.next_step, 'channel', r.next_channel, 'rules',
        s.x -> 'refused')
    from jsonb_array_elements(v_stop) s (x)
    where r.org_id = p_org_id and r.id = (s.x ->> 'run_id')::uuid and r.message_id = (s.x ->> 'id')::uuid
      and r.state in ('active', 'paused');
    perform private.record_costs(p_org_id, array(select (s.x ->> 'id')::uuid from jsonb_array_elements(v_stop) s (x)),
      p_as_of);
  end if;
  update public.messages x set requested_at = p_as_of, attempts = x.attempts + 1 where x.org_id = p_org_id
    and x.id = any (v_go);
  return query
    select c.message_id, c.request from private.build_requests(p_org_id, v_go) c
    union all
    select (s.x ->> 'id')::uuid, jsonb_build_object('cancelled', s.x -> 'refused') from jsonb_array_elements(v_stop) s
      (x);
end
$$;
comment on function private.begin_requests(uuid, uuid[], uuid, timestamptz) is
  'Asks the gate once more and marks messages as requested; commit before sending the requests. Returns one row '
  'each: the request, or {"cancelled": [rules]}. Messages whose lease is lost, or that were requested already, '
  'give no row. Contains personal data: only for the worker that sends.';

create function private.record_costs(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns
  void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd, spent_usd, messages)
  select m.org_id, m.sender_id, coalesce(m.reserved_on, (p_as_of at time zone o.time_zone)::date),
    -coalesce(sum(m.reserved_usd), 0),
    coalesce(sum(coalesce(m.cost_usd, m.reserved_usd)) filter (where m.sent_at is not null), 0),
      count(*) filter (where m.sent_at is not null)
  from public.messages m join public.orgs o on o.id = m.org_id
  where m.org_id = p_org_id and m.id = any (p_message_ids) and (m.reserved_usd is not null or m.sent_at is not null)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd,
    spent_usd = d.spent_usd + excluded.spent_usd, messages = d.messages + excluded.messages;
end
$$;
comment on function private.record_costs(uuid, uuid[], timestamptz) is
  'Releases the reserved cost of messages, and books the actual cost of those that were sent: as the provider '
  'reported it, otherwise as expected. Call it once per message, when it is sent or given up.';

-- sql/55_delivery/30_record_outcomes.sql

-- Effects of messages that were sent, failed or bounced. Repeating one has no effect.

create function private.redact_contacts(p_text text) returns text
language sql immutable parallel safe as $$
  select left(regexp_replace(regexp_replace(p_text, '[^\s<>"'',;:]+@[^\s<>"'',;]+', '(address)', 'g'),
    '\+?[0-9][0-9 ().-]{5,}[0-9]', '(number)', 'g'), 500)
$$;
comment on function private.redact_contacts(text) is
  'A provider''s error text without phone numbers and e-mail addresses, so that it may be stored.';

create function private.record_sent(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns
  void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_runs uuid[];
begin
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select m.org_id, m.lead_id, 'sent', m.sent_at, m.correlation_id, jsonb_strip_nulls(jsonb_build_object('message_id',
    m.id,
    'campaign_id', m.campaign_id, 'step', m.step, 'channel', m.channel, 'kind', m.kind, 'variant', m.variant))
  from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids);
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set
    campaign_status = case when l.campaign_status = 'queued' and s.touched then 'active' else l.campaign_status end,
    current_sequence_step = greatest(l.current_sequence_step, s.step),
    vapi_call_id = coalesce(s.call_id, l.vapi_call_id), call_attempt_count = l.call_attempt_count + s.calls
  from (
    select m.lead_id, max(m.step) as step, bool_or(m.kind = 'sequence') as touched,
      count(*) filter (where m.channel = 'voice_ai') as calls, max(m.provider_id)
        filter (where m.channel = 'voice_ai') as call_id
    from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) and m.kind <> 'confirmation'
    group by m.lead_id) s
  where l.org_id = p_org_id and l.id = s.lead_id;
  perform set_config('sluice.actor', v_actor, true);
  with went as (
    update public.sequence_runs r set sent_count = r.sent_count + 1
    where r.org_id = p_org_id and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id
      and m.id = any (p_message_ids))
    returning r.id, r.message_id
  )
  select array_agg(w.id) into v_runs from went w where w.message_id = any (p_message_ids);
  perform private.advance_runs(p_org_id, v_runs, p_as_of);
  perform private.record_costs(p_org_id, p_message_ids, p_as_of);
end
$$;
comment on function private.record_sent(uuid, uuid[], timestamptz) is
  'Records messages that have just become sent: the pipeline event, the lead''s state and counters, the run''s '
  'next step. Call it once per message, with lead, run and message locked.';

create function private.record_failed(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns
  void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.record_costs(p_org_id, p_message_ids, p_as_of);
  perform private.skip_steps(p_org_id, coalesce((
    select jsonb_agg(jsonb_build_object('run_id', r.id, 'step', r.next_step, 'channel', r.next_channel, 'at', p_as_of,
      'message_id', r.message_id,
      'rules', array['provider_refused']))
    from public.sequence_runs r where r.org_id = p_org_id and r.message_id = any (p_message_ids)
      and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids))),
        '[]'), p_as_of);
end
$$;
comment on function private.record_failed(uuid, uuid[], timestamptz) is
  'Records messages that have just failed for good before they were sent: releases their cost and moves their runs '
  'past the step.';

create function private.record_contact_feedback(
  p_org_id uuid, p_value_bidx bytea, p_kind public.contact_kind, p_what text, p_channel text, p_source text,
  p_as_of timestamptz default now()
) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_leads uuid[];
begin
  perform set_config('sluice.actor', 'system', true);
  if p_what = 'invalid' then
    if p_kind = 'email' then
      perform private.suppress_value(p_org_id, p_value_bidx, p_kind, 'email', 'bounce', p_source, p_as_of);
    end if;
    with lost as (
      update public.contact_points c set invalid_at = p_as_of, verified = false
      where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.invalid_at is null
      returning c.lead_id
    )
    select array_agg(distinct x.lead_id order by x.lead_id) into v_leads from lost x;
    if v_leads is not null then
      perform private.refresh_verification(p_org_id, v_leads);
      update public.leads l set campaign_status = 'invalid'
      where l.org_id = p_org_id and l.id = any (v_leads) and l.campaign_status in ('new', 'queued', 'active',
        'paused', 'completed')
        and not private.lead_has_contact(l.org_id, l.id);
    end if;
  elsif p_what = 'complained' then
    -- A suppression for a complaint is permanent; nothing lifts it.
    if not exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = p_value_bidx
      and s.reason = 'complaint') then
      perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null, 'complaint',
        private.channels_for_kind(p_kind), false, p_as_of);
    end if;
  elsif p_what = 'unsubscribed' and not private.is_suppressed(p_org_id, p_value_bidx, p_channel) then
    perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null,
      case when p_channel = 'sms' then 'stop_keyword' else 'unsubscribe' end,
      case when p_channel = 'email' then '{email}'::text[] end, true, p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.record_contact_feedback(uuid, bytea, public.contact_kind, text, text, text, timestamptz) is
  'Records what a provider reports about a contact: invalid (marks the value wherever it occurs; suppresses an '
  'e-mail as bounced; a lead without contacts left becomes invalid), complained or unsubscribed (an opt-out by the '
  'person). Repeating it has no effect.';

-- sql/55_delivery/31_settle.sql

create function private.lock_messages(p_org_id uuid, p_message_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform from public.leads l
  where l.org_id = p_org_id and l.id in (select m.lead_id from public.messages m where m.org_id = p_org_id
    and m.id = any (p_message_ids))
  order by l.id for no key update;
  perform from public.sequence_runs r
  where r.org_id = p_org_id and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id
    and m.id = any (p_message_ids))
  order by r.id for no key update;
  perform from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) order by m.id for no key
    update;
end
$$;
comment on function private.lock_messages(uuid, uuid[]) is
  'Locks messages with their leads and runs, in the common lock order.';

create function private.retry_delay(p_attempts integer, p_retry_after double precision default null) returns interval
language sql volatile parallel safe as $$
  -- Full jitter: requests that failed together are not retried together.
  select make_interval(secs => greatest(coalesce(p_retry_after, 0), 1) + random() * least(3600,
    15 * 2 ^ least(p_attempts, 10)))
$$;
comment on function private.retry_delay(integer, double precision) is
  'Delay after a number of attempts: random, up to 15 s doubled per attempt and one hour at most, added to the '
  'delay in seconds that the provider asked for.';

create function private.settle_messages(
  p_org_id uuid, p_lease_token uuid, p_outcomes jsonb, p_as_of timestamptz default now()
) returns integer
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  v_ids constant uuid[] := array(select (x ->> 'message_id')::uuid from jsonb_array_elements(p_outcomes) x);
  v_sent uuid[];
  v_failed uuid[];
  v_given_up uuid[];
  v_count integer;
  v_settled jsonb;
begin
  perform private.lock_messages(p_org_id, v_ids);
  -- Where a webhook has settled the message already, only the id and the cost are missing.
  update public.messages m set provider_id = coalesce(m.provider_id, x ->> 'provider_id'),
    cost_usd = coalesce(m.cost_usd, (x ->> 'cost_usd')::numeric)
  from jsonb_array_elements(p_outcomes) x
  where m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid and x ->> 'result' = 'accepted'
    and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  with outcome as (
    select m.id, x, case when x ->> 'result' = 'retry' and m.attempts >= 6 and x -> 'called' is distinct from 'false'
      then 'refused' else x ->> 'result' end as becomes
    from jsonb_array_elements(p_outcomes) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    where m.state in ('sending', 'unconfirmed') and m.lease_token = p_lease_token and m.requested_at is not null
      and x ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
  ), settled as (
    update public.messages m set
      state = (case o.becomes when 'accepted' then 'sent' when 'refused' then 'failed' when 'retry' then 'retrying'
        else 'unconfirmed' end)::public.message_state,
      sent_at = case when o.becomes = 'accepted' then p_as_of end, failed_at = case when o.becomes = 'refused'
        then p_as_of end,
      retry_at = case when o.becomes = 'retry' then p_as_of + private.retry_delay(m.attempts,
        (o.x ->> 'retry_after_seconds')::double precision) end,
      requested_at = case when o.becomes <> 'retry' then m.requested_at end,
      attempts = m.attempts - case when o.becomes = 'retry' and o.x -> 'called' = 'false' then 1 else 0 end,
      lease_token = case when o.becomes = 'unknown' then m.lease_token end, lease_until = case when
        o.becomes = 'unknown' then m.lease_until end,
      provider_id = coalesce(o.x ->> 'provider_id', m.provider_id), cost_usd = coalesce((o.x ->> 'cost_usd')::numeric,
        m.cost_usd),
      error_code = case when o.becomes <> 'accepted' then o.x ->> 'code' end,
      error_detail = case when o.becomes <> 'accepted' then private.redact_contacts(o.x ->> 'detail') end
    from outcome o where m.org_id = p_org_id and m.id = o.id
    returning m.id, m.state, o.x
  )
  select array_agg(s.id) filter (where s.state = 'sent'), array_agg(s.id) filter (where s.state = 'failed'),
    array_agg(s.id) filter (where s.state = 'failed' and s.x ->> 'result' = 'retry'), count(*), jsonb_agg(s.x)
  into v_sent, v_failed, v_given_up, v_count, v_settled from settled s;
  if v_count = 0 then
    return 0;
  end if;

  perform private.record_sent(p_org_id, v_sent, p_as_of) where v_sent is not null;
  perform private.record_failed(p_org_id, v_failed, p_as_of) where v_failed is not null;
  perform private.record_dead_letter(p_org_id, 'message_failed', jsonb_build_object('message_id', m.id),
    coalesce(m.error_code, 'retries_used_up'),
    m.error_detail, m.correlation_id, p_as_of)
  from public.messages m where m.org_id = p_org_id and m.id = any (v_given_up);
  perform private.record_request_outcomes(p_org_id, c.provider, c.account, c.answered, c.failed, c.retry_after,
    p_as_of)
  from (
    select m.provider, s.account, count(*) filter (where x ->> 'result' in ('accepted', 'refused'))::integer as
      answered,
      count(*) filter (where x ->> 'result' in ('retry', 'unknown'))::integer as failed,
      make_interval(secs => max((x ->> 'retry_after_seconds')::double precision)) as retry_after
    from jsonb_array_elements(v_settled) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
    where x -> 'called' is distinct from 'false'
    group by 1, 2 order by 1, 2) c;
  perform private.record_contact_feedback(p_org_id, m.value_bidx, case m.channel when 'email' then 'email'
    else 'phone' end::public.contact_kind,
    x ->> 'contact', m.channel, m.provider || coalesce(' ' || (x ->> 'code'), ''), p_as_of)
  from jsonb_array_elements(v_settled) x
  join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
  where x ->> 'contact' in ('invalid', 'unsubscribed')
  order by m.value_bidx, m.id;
  return v_count;
end
$$;
comment on function private.settle_messages(uuid, uuid, jsonb, timestamptz) is
  'Records the outcomes of provider requests, for messages leased with the token: [{message_id, result, '
  'provider_id, cost_usd, code, detail, retry_after_seconds, contact, called}]. accepted: sent, and the run moves '
  'on; refused: failed; retry: again later, up to six requests, then failed with a dead letter; unknown: '
  'unconfirmed. contact: invalid or unsubscribed. called: false if no request was sent, which counts neither as an '
  'attempt nor against the provider''s health. Returns the number settled; repeating it settles none. May fail '
  'with 40P01; repeat it then.';

-- sql/55_delivery/32_unconfirmed.sql

-- After a crash: a message whose lease expired before the request is due again. After the request its outcome is
-- unknown, and it is never sent again unchecked.

create function private.expire_leases(p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  update public.messages m set
    state = case when m.requested_at is null then 'retrying' else 'unconfirmed' end::public.message_state,
    retry_at = case when m.requested_at is null then p_as_of end,
    lease_token = case when m.requested_at is not null then m.lease_token end,
    lease_until = case when m.requested_at is not null then m.lease_until end
  where (m.org_id, m.id) in (
    select x.org_id, x.id from public.messages x
    where x.state = 'sending' and x.lease_until <= p_as_of order by x.lease_until limit 1000 for no key update skip
      locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.expire_leases(timestamptz) is
  'Ends expired leases: messages not requested yet are due again, the others become unconfirmed. Returns how many, '
  '1000 at most.';

create function private.unconfirmed_messages(p_limit integer default 100, p_as_of timestamptz default now()) returns
  setof public.messages
language plpgsql stable set search_path = '' as $$
begin
  return query
  select m.* from public.messages m
  where m.state = 'unconfirmed' and m.lease_until <= p_as_of
    and not exists (select from public.pipeline_dlq d
      where d.source = 'message_unconfirmed' and d.resolved_at is null
        and d.payload = jsonb_build_object('message_id', m.id))
  order by m.lease_until limit p_limit;
end
$$;
comment on function private.unconfirmed_messages(integer, timestamptz) is
  'Unconfirmed messages, the oldest first, except those waiting for a person. Their lease has expired, so the '
  'worker that sent the request cannot settle them meanwhile.';

create function private.settle_unconfirmed(p_org_id uuid, p_message_id uuid, p_outcome jsonb, p_as_of timestamptz
  default now()) returns text
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  m public.messages;
begin
  perform private.lock_messages(p_org_id, array[p_message_id]);
  select x.* into m from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  if not found then
    return 'unknown';
  elsif m.state <> 'unconfirmed' then
    return m.state::text;
  end if;
  case p_outcome ->> 'result'
    when 'accepted' then
      update public.messages x set state = 'sent', sent_at = coalesce((p_outcome ->> 'sent_at')::timestamptz,
        m.requested_at), lease_token = null,
        lease_until = null, provider_id = coalesce(p_outcome ->> 'provider_id', x.provider_id),
          cost_usd = coalesce((p_outcome ->> 'cost_usd')::numeric, x.cost_usd)
      where x.org_id = p_org_id and x.id = p_message_id;
      perform private.record_sent(p_org_id, array[p_message_id], p_as_of);
    when 'absent' then
      update public.messages x set state = 'retrying', retry_at = p_as_of, requested_at = null, lease_token = null,
        lease_until = null
      where x.org_id = p_org_id and x.id = p_message_id;
    when 'refused' then
      update public.messages x set state = 'failed', failed_at = p_as_of, lease_token = null, lease_until = null,
        error_code = p_outcome ->> 'code', error_detail = private.redact_contacts(p_outcome ->> 'detail')
      where x.org_id = p_org_id and x.id = p_message_id;
      perform private.record_failed(p_org_id, array[p_message_id], p_as_of);
    else
      perform private.record_dead_letter(p_org_id, 'message_unconfirmed', jsonb_build_object('message_id', m.id),
        'unconfirmed',
        private.redact_contacts(p_outcome ->> 'detail'), m.correlation_id, p_as_of);
      return 'unconfirmed';
  end case;
  perform private.resolve_dead_letter('message_unconfirmed', jsonb_build_object('message_id', p_message_id), p_as_of);
  select x.state::text into m.error_code from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  return m.error_code;
end
$$;
comment on function private.settle_unconfirmed(uuid, uuid, jsonb, timestamptz) is
  'Records what the provider reports about an unconfirmed message, {result, provider_id, cost_usd, sent_at, code, '
  'detail}: accepted (it has the message), absent (it provably never got it: due again), refused, or anything '
  'else: waits for a person, with a dead letter message_unconfirmed. Returns the state.';

-- sql/55_delivery/40_message_events.sql

-- Later reports from providers. Each kind of report fills its timestamp once, and the state follows from the
-- timestamps: the same reports in any order and number leave the same row.

create function private.find_message(p_org_id uuid, p_provider text, p_provider_id text, p_message_id uuid default
  null) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_id uuid;
begin
  if p_message_id is not null then
    select m.id into v_id from public.messages m where m.org_id = p_org_id and m.id = p_message_id;
  end if;
  if v_id is null and p_provider_id is not null then
    select m.id into v_id from public.messages m
    where m.org_id = p_org_id and m.provider = p_provider
      and m.provider_id = p_provider_id;
  end if;
  return v_id;
end
$$;
comment on function private.find_message(uuid, text, text, uuid) is
  'The message that a provider refers to: by our own id if the report carries it, otherwise by the provider''s id. '
  'Null if the org has no such message.';

create function private.apply_message_event(
  p_org_id uuid, p_message_id uuid, p_kind text, p_at timestamptz, p_detail jsonb default '{}'
) returns text
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  o public.messages;
  m public.messages;
  v_machine constant boolean := coalesce(p_detail ->> 'machine' = 'true', false);
  v_gone constant boolean := p_kind in ('sent', 'delivered', 'deferred', 'opened', 'clicked', 'soft_bounced',
    'bounced', 'complained', 'unsubscribed');
  v_kind public.contact_kind;
begin
  perform private.lock_messages(p_org_id, array[p_message_id]);
  select x.* into o from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  if not found then
    return 'unknown';
  elsif o.state = 'cancelled' then
    return 'cancelled';
  end if;
  m := o;
  case p_kind
    when 'sent' then null;
    when 'delivered' then m.delivered_at := least(m.delivered_at, p_at);
    when 'deferred' then m.deferred_at := least(m.deferred_at, p_at);
    when 'opened' then
      if v_machine then m.machine_opened_at := least(m.machine_opened_at, p_at); else m.opened_at
        := least(m.opened_at, p_at); end if;
    when 'clicked' then
      if v_machine then m.machine_clicked_at := least(m.machine_clicked_at, p_at); else m.clicked_at
        := least(m.clicked_at, p_at); end if;
    when 'soft_bounced' then m.soft_bounced_at := least(m.soft_bounced_at, p_at);
    when 'bounced' then m.bounced_at := least(m.bounced_at, p_at);
    when 'complained' then m.complained_at := least(m.complained_at, p_at);
    when 'unsubscribed' then m.unsubscribed_at := least(m.unsubscribed_at, p_at);
    when 'failed' then m.failed_at := least(m.failed_at, p_at);
    else return 'ignored';
  end case;
  if v_gone then
    m.sent_at := least(m.sent_at, p_at);
  end if;
  m.provider_id := coalesce(m.provider_id, p_detail ->> 'provider_id');
  m.cost_usd := greatest(m.cost_usd, (p_detail ->> 'cost_usd')::numeric);
  if p_kind in ('failed', 'bounced', 'soft_bounced') then
    m.error_code := coalesce(m.error_code, p_detail ->> 'code');
    m.error_detail := coalesce(m.error_detail, private.redact_contacts(p_detail ->> 'detail'));
  end if;
  -- The strongest evidence decides.
  m.state := case
    when m.bounced_at is not null then 'bounced'
    when m.delivered_at is not null then 'delivered'
    when m.failed_at is not null then 'failed'
    when m.sent_at is not null then 'sent'
    else m.state end;
  if m.state not in ('sending', 'unconfirmed') then
    m.lease_token := null; m.lease_until := null;
  end if;
  if m.state <> 'retrying' then
    m.retry_at := null;
  end if;
  if m is distinct from o then
    update public.messages x set state = m.state, sent_at = m.sent_at, delivered_at = m.delivered_at,
      deferred_at = m.deferred_at,
      opened_at = m.opened_at, clicked_at = m.clicked_at, machine_opened_at = m.machine_opened_at,
        machine_clicked_at = m.machine_clicked_at,
      failed_at = m.failed_at, soft_bounced_at = m.soft_bounced_at, bounced_at = m.bounced_at,
        complained_at = m.complained_at,
      unsubscribed_at = m.unsubscribed_at, provider_id = m.provider_id, cost_usd = m.cost_usd,
        error_code = m.error_code,
      error_detail = m.error_detail, lease_token = m.lease_token, lease_until = m.lease_until, retry_at = m.retry_at
    where x.org_id = p_org_id and x.id = p_message_id;
    if o.sent_at is null and m.sent_at is not null then
      perform private.record_sent(p_org_id, array[p_message_id], p_at);
    elsif o.state in ('sending', 'retrying', 'unconfirmed') and m.state = 'failed' then
      perform private.record_failed(p_org_id, array[p_message_id], p_at);
    elsif o.sent_at is not null and m.cost_usd is distinct from o.cost_usd then
      insert into private.provider_spend as d (org_id, sender_id, local_date, spent_usd)
      select g.id, o.sender_id, coalesce(o.reserved_on, (o.sent_at at time zone g.time_zone)::date),
        m.cost_usd - coalesce(o.cost_usd, o.reserved_usd, 0)
      from public.orgs g where g.id = p_org_id
      on conflict (org_id, sender_id, local_date) do update set spent_usd = d.spent_usd + excluded.spent_usd;
    end if;
  end if;
  v_kind := case m.channel when 'email' then 'email' else 'phone' end::public.contact_kind;
  if p_kind = 'bounced' or p_detail ->> 'contact' = 'invalid' then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, 'invalid', m.channel,
      m.provider || coalesce(' ' || m.error_code, ''), p_at);
  elsif p_kind in ('complained', 'unsubscribed') or p_detail ->> 'contact' = 'unsubscribed' then
    perform private.record_contact_feedback(p_org_id, m.value_bidx, v_kind, case p_kind when 'complained' then p_kind
      else 'unsubscribed' end,
      m.channel, m.provider, p_at);
    perform private.stop_runs(p_org_id, m.lead_id, case p_kind when 'complained' then p_kind else 'unsubscribed' end,
      p_at);
    -- A lead that is not opted out by this has at least completed the campaign.
    perform private.complete_leads(p_org_id, array[m.lead_id]);
  end if;
  return m.state::text;
end
$$;
comment on function private.apply_message_event(uuid, uuid, text, timestamptz, jsonb) is
  'Applies a provider''s report: sent, delivered, deferred, opened, clicked, soft_bounced, bounced, complained, '
  'unsubscribed or failed; p_detail is {machine, provider_id, cost_usd, code, detail, contact}. Any order and '
  'number of reports gives the same result. A report that only a sent message can get proves that it was sent. '
  'Returns the state; unknown for a missing message, ignored for any other kind.';

-- sql/55_delivery/41_stop_and_control.sql

create function private.cancel_waiting(p_org_id uuid, p_run_ids uuid[], p_reason text, p_as_of timestamptz default
  now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  with gone as (
    update public.messages m set state = 'cancelled', cancelled_at = p_as_of, refused = jsonb_build_array(p_reason),
      lease_token = null,
      lease_until = null, retry_at = null
    where m.org_id = p_org_id and m.run_id = any (p_run_ids) and m.requested_at is null and m.state in ('sending',
      'retrying')
    returning m.id
  )
  select array_agg(g.id) into v_ids from gone g;
  perform private.record_costs(p_org_id, v_ids, p_as_of) where v_ids is not null;
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.cancel_waiting(uuid, uuid[], text, timestamptz) is
  'Cancels the messages of runs that were not requested yet; requests under way cannot be recalled. Returns how many.';

create function private.stop_runs(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now())
  returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  with stopped as (
    update public.sequence_runs r set state = 'stopped', ended_at = p_as_of, end_reason = p_reason, next_at = null,
      message_id = null,
      paused_at = null, paused_by = null
    where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
    returning r.id
  )
  select array_agg(s.id) into v_ids from stopped s;
  -- Includes runs that ended with a message still to be retried.
  perform private.cancel_waiting(p_org_id, array(select r.id from public.sequence_runs r where r.org_id = p_org_id
    and r.lead_id = p_lead_id), p_reason, p_as_of);
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.stop_runs(uuid, uuid, text, timestamptz) is
  'Ends the runs of a lead: after a reply, an opt-out, a booking, or the loss of its last contact. Cancels '
  'messages not requested yet; confirmations and answers are still sent. Returns the number of runs stopped; '
  'repeating it stops none.';

create function private.tg_leads__stop_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.stop_runs(new.org_id, new.id, new.campaign_status::text,
    coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  return null;
end
$$;
comment on function private.tg_leads__stop_runs() is
  'Trigger: stops the runs of a lead that opted out, became invalid, replied or booked, no matter which role '
  'recorded it. Definer: not every role that writes leads may write runs.';
create trigger _600_stop_runs after update of campaign_status on public.leads
  for each row when (old.campaign_status <> new.campaign_status and new.campaign_status in ('opted_out', 'invalid',
    'replied', 'booked'))
  execute function private.tg_leads__stop_runs();

create function private.pause_runs(p_org_id uuid, p_run_ids uuid[], p_by text, p_as_of timestamptz default now())
  returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.cancel_waiting(p_org_id, p_run_ids, 'paused', p_as_of);
  update public.sequence_runs r set state = 'paused', paused_at = p_as_of, paused_by = p_by,
    -- A message under way moves the run on once it is settled; otherwise the step is due when the run resumes.
    message_id = m.id, next_at = case when m.id is null then coalesce(r.next_at, p_as_of) end
  from public.sequence_runs o
  left join public.messages m on m.org_id = o.org_id and m.id = o.message_id and m.state <> 'cancelled'
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'active' and o.org_id = r.org_id and o.id = r.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.pause_runs(uuid, uuid[], text, timestamptz) is
  'Pauses active runs, for a lead or a campaign; returns how many.';

create function private.resume_runs(p_org_id uuid, p_run_ids uuid[], p_by text, p_as_of timestamptz default now())
  returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  update public.sequence_runs r set state = 'active', paused_at = null, paused_by = null,
    -- Steps that became due meanwhile are spread over the coming hours.
    next_at = case
      when r.next_at is null then null
      when r.next_at > p_as_of then r.next_at
      else private.fit_to_window(p_as_of, s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone,
        o.holidays,
        private.hash_fraction(r.lead_id::text || s.sequence_id || s.step), case when p_by = 'campaign'
          then interval '1 day' end) end
  from public.orgs o, public.sequence_steps s
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'paused' and r.paused_by = p_by
    and o.id = r.org_id
    and s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.resume_runs(uuid, uuid[], text, timestamptz) is
  'Resumes runs that were paused by p_by; returns how many.';

create function public.control_lead(
  p_org_id uuid, p_lead_id uuid, p_action text, p_reason text default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  r public.sequence_runs;
begin
  if p_action is null or p_action not in ('pause', 'resume', 'skip', 'stop') then
    raise exception 'unknown action %: use pause, resume, skip or stop', p_action using errcode = 'SL513';
  end if;
  perform from public.leads x
  where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))
      or (x.org_id = any (private.my_org_ids('{broker}')) and x.assigned_broker_id = any (private.my_broker_ids())))
  for no key update;
  if not found then
    raise exception 'lead % not found', p_lead_id using errcode = 'SL511';
  end if;
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.state in ('active', 'paused') for no key update;
  if not found then
    raise exception 'lead % has no active sequence run', p_lead_id using errcode = 'SL513';
  end if;
  perform set_config('sluice.actor', 'system', true);
  case p_action
    when 'pause' then
      perform private.pause_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.sequence_runs x set paused_by = 'lead' where x.org_id = p_org_id and x.id = r.id
        and x.paused_by = 'campaign';
      update public.leads x set campaign_status = 'paused'
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status in ('queued', 'active');
    when 'resume' then
      perform private.resume_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.leads x set campaign_status = case when r.sent_count > 0 then 'active'
        else 'queued' end::public.campaign_status
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status = 'paused';
      -- The run stays paused while its campaign is.
      perform private.pause_runs(p_org_id, array[r.id], 'campaign', p_as_of)
      from public.campaigns c where c.org_id = p_org_id and c.id = r.campaign_id and c.state = 'paused';
    when 'skip' then
      perform private.cancel_waiting(p_org_id, array[r.id], 'skipped', p_as_of);
      perform private.skip_steps(p_org_id, jsonb_build_array(jsonb_build_object('run_id', r.id, 'step', r.next_step,
        'channel', r.next_channel,
        'at', p_as_of, 'rules', array['skipped_by_person'], 'reason', p_reason, 'by', auth.uid())), p_as_of);
    when 'stop' then
      perform private.stop_runs(p_org_id, p_lead_id, coalesce(p_reason, 'stopped_by_person'), p_as_of);
      perform private.complete_leads(p_org_id, array[p_lead_id]);
  end case;
  perform set_config('sluice.actor', v_actor, true);
  select x.* into r from public.sequence_runs x where x.org_id = p_org_id and x.id = r.id;
  return jsonb_build_object('run_id', r.id, 'state', r.state, 'next_step', r.next_step, 'next_at', r.next_at,
    'message_id', r.message_id);
end
$$;
comment on function public.control_lead(uuid, uuid, text, text, timestamptz) is
  'Pauses, resumes or stops the sequence run of a lead, or skips its next step; returns {run_id, state, next_step, '
  'next_at, message_id}. Brokers control their own leads; owners, admins and the service all leads. A request '
  'under way is still sent. Definer: members may not write runs. Raises SL511 (no such lead), SL513 (unknown '
  'action, or no active run).';

create function private.control_runs_of_campaign(p_org_id uuid, p_campaign_id uuid, p_state public.campaign_state,
  p_as_of timestamptz) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_runs uuid[];
  v_leads uuid[];
  v_count integer;
begin
  -- Leads before runs: the common lock order.
  v_leads := array(
    select l.id from public.leads l
    where l.org_id = p_org_id and l.id in (select r.lead_id from public.sequence_runs r
      where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state in ('active', 'paused'))
    order by l.id for no key update);
  v_runs := array(
    select r.id from public.sequence_runs r
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state in ('active', 'paused') order by r.id for
      no key update);
  if p_state = 'paused' then
    return private.pause_runs(p_org_id, v_runs, 'campaign', p_as_of);
  elsif p_state = 'running' then
    return private.resume_runs(p_org_id, v_runs, 'campaign', p_as_of);
  end if;
  perform private.cancel_waiting(p_org_id, v_runs, 'campaign_finished', p_as_of);
  update public.sequence_runs r set state = 'stopped', ended_at = p_as_of, end_reason = 'campaign_finished',
    next_at = null, message_id = null,
    paused_at = null, paused_by = null
  where r.org_id = p_org_id and r.id = any (v_runs);
  get diagnostics v_count = row_count;
  perform private.complete_leads(p_org_id, v_leads);
  return v_count;
end
$$;
comment on function private.control_runs_of_campaign(uuid, uuid, public.campaign_state, timestamptz) is
  'Pauses, resumes or stops the runs of a campaign that was paused, resumed or finished; returns how many. '
  'Definer: the trigger calls it for members, who may not write runs.';
revoke execute on function private.control_runs_of_campaign(uuid, uuid, public.campaign_state, timestamptz)
  from pipeline_writer;

create function private.tg_campaigns__control_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.control_runs_of_campaign(new.org_id, new.id, new.state,
    coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  return null;
end
$$;
comment on function private.tg_campaigns__control_runs() is
  'Trigger: pausing, starting or finishing a campaign controls its runs; the clock is sluice.as_of if '
  'control_campaign set it. Definer: members may not write runs.';
create trigger _300_control_runs after update of state on public.campaigns
  for each row when (old.state <> new.state and old.state <> 'draft') execute
    function private.tg_campaigns__control_runs();

create function public.control_campaign(
  p_org_id uuid, p_campaign_id uuid, p_action text, p_reason text default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
begin
  perform from public.campaigns x
  where x.org_id = p_org_id and x.id = p_campaign_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))) for no key update;
  if not found then
    raise exception 'campaign % not found', p_campaign_id using errcode = 'SL512';
  elsif p_action is null or p_action not in ('pause', 'resume', 'stop') then
    raise exception 'unknown action %: use pause, resume or stop', p_action using errcode = 'SL513';
  end if;
  perform set_config('sluice.as_of', p_as_of::text, true);
  -- Repeating an action has no effect.
  update public.campaigns x set state = w.state
  from (select case p_action when 'pause' then 'paused' when 'resume' then 'running'
    else 'finished' end::public.campaign_state as state) w
  where x.org_id = p_org_id and x.id = p_campaign_id and x.state <> w.state;
  if found and p_action = 'stop' and p_reason is not null then
    update public.sequence_runs r set end_reason = p_reason
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state = 'stopped' and r.ended_at = p_as_of
      and r.end_reason = 'campaign_finished';
  end if;
  perform set_config('sluice.as_of', v_clock, true);
  return (select jsonb_build_object('campaign_id', x.id, 'state', x.state,
      'runs', (select coalesce(jsonb_object_agg(s.state, s.count), '{}') from (select r.state, count(*)
        from public.sequence_runs r
        where r.org_id = p_org_id and r.campaign_id = p_campaign_id group by 1) s))
    from public.campaigns x where x.org_id = p_org_id and x.id = p_campaign_id);
end
$$;
comment on function public.control_campaign(uuid, uuid, text, text, timestamptz) is
  'Pauses, resumes or stops a campaign with all its runs; returns {campaign_id, state, runs}. For owners, admins '
  'and the service. Definer: members may not write runs. Raises SL512 (no such campaign), SL513 (unknown action), '
  'SL501 (invalid transition).';
revoke execute on function public.control_lead(uuid, uuid, text, text, timestamptz), public.control_campaign(uuid,
  uuid, text, text, timestamptz) from public, anon;
grant execute on function public.control_lead(uuid, uuid, text, text, timestamptz), public.control_campaign(uuid,
  uuid, text, text, timestamptz)
  to authenticated, service_role, pipeline_writer;

-- sql/55_delivery/42_queue_message.sql

create function private.queue_message(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_kind text, p_text text,
    p_in_reply_to text default null,
  p_as_of timestamptz default now()
) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  m public.messages;
  s public.senders;
  v_key constant integer := private.active_key_id(p_org_id, 'data');
begin
  if p_kind is null or p_kind not in ('confirmation', 'help', 'manual') or length(btrim(coalesce(p_text, ''))) = 0 then
    raise exception 'only a confirmation, an answer to HELP or a manual message, with a text, can be queued' using
      errcode = 'SL532';
  end if;
  select c.org_id, c.id, c.value_bidx into m.org_id, m.contact_point_id, m.value_bidx from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.id = p_contact_point_id;
  -- The sender that wrote to the person last, otherwise one chosen by hash.
  select x.* into s from public.senders x
  where x.org_id = p_org_id and x.channel = p_channel and x.state = 'active'
  order by (
      select max(y.created_at) from public.messages y
      where y.org_id = p_org_id and y.lead_id = p_lead_id and y.channel = p_channel and y.sender_id = x.id) desc nulls
        last,
    private.hash_fraction(p_lead_id::text || x.id) limit 1;
  if m.org_id is null or s.id is null then
    raise exception 'contact point not found, or no active sender for %', p_channel using errcode = 'SL533';
  end if;
  -- One answer of a kind per message.
  perform pg_advisory_xact_lock(hashtextextended('sluice answer ' || p_org_id || coalesce(p_in_reply_to,
    gen_random_uuid()::text), 0));
  select x.id into m.id from public.messages x
  where x.org_id = p_org_id and x.value_bidx = m.value_bidx and x.kind = p_kind and x.kind <> 'sequence'
    and x.in_reply_to = p_in_reply_to
  order by x.created_at limit 1;
  if found then
    return m.id;
  end if;
  insert into public.messages as x (org_id, lead_id, campaign_id, channel, kind, purpose, text_cipher, key_id,
    in_reply_to, contact_point_id, value_bidx,
    sender_id, provider, state, retry_at, created_at, reserved_usd, reserved_on)
  select p_org_id, p_lead_id, l.campaign_id, p_channel, p_kind,
    case when p_kind = 'manual' and p_in_reply_to is null then 'marketing' else 'transactional' end,
    private.encrypt_value(p_text, private.org_key(p_org_id, v_key)), v_key, p_in_reply_to, m.contact_point_id,
      m.value_bidx,
    s.id, s.provider, 'retrying', p_as_of, p_as_of, nullif(s.cost_usd, 0), case when s.cost_usd > 0
      then (p_as_of at time zone o.time_zone)::date end
  from public.leads l join public.orgs o on o.id = l.org_id
  where l.org_id = p_org_id and l.id = p_lead_id
  returning x.* into m;
  perform private.decide_message(m, s, p_as_of);
  insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd)
  select x.org_id, x.sender_id, x.reserved_on, x.reserved_usd from public.messages x
  where x.org_id = m.org_id and x.id = m.id and x.state <> 'cancelled' and x.reserved_usd is not null
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd;
  return m.id;
end
$$;
comment on function private.queue_message(uuid, uuid, bigint, text, text, text, text, timestamptz) is
  'Queues a text in the ledger: the confirmation of an opt-out, the answer to HELP, or a broker''s own text '
  '(transactional if it answers a message, otherwise marketing). Asks the gate at once: if allowed, the next claim '
  'takes it; outside of the permitted hours it waits; if refused, it is cancelled with the rules. One answer of a '
  'kind is queued per p_in_reply_to. Returns the id. Raises SL532 (kind or text), SL533 (no contact or no sender).';

-- sql/55_delivery/43_merged_leads.sql

-- Merging two leads: the survivor takes over messages and runs. If both have an active run, that of the campaign
-- status which the merged lead keeps continues, and the other ends.

create function private.tg_lead_merges__move_messages() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_theirs boolean;
  v_live uuid[];
begin
  select private.campaign_rank(m.campaign_status) > private.campaign_rank(s.campaign_status) into v_theirs
  from public.leads s, public.leads m
  where s.org_id = new.org_id and s.id = new.survivor_id and m.org_id = new.org_id and m.id = new.merged_id;
  v_live := array(select r.id from public.sequence_runs r
    where r.org_id = new.org_id and r.lead_id = case when v_theirs then new.survivor_id else new.merged_id end
      and r.state in ('active', 'paused')
    for no key update);
  update public.sequence_runs r set state = 'stopped', ended_at = new.merged_at, end_reason = 'merged',
    next_at = null, message_id = null,
    paused_at = null, paused_by = null
  where r.org_id = new.org_id and r.id = any (v_live);
  perform private.cancel_waiting(new.org_id, v_live, 'merged', new.merged_at);
  update public.sequence_runs r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, r.lead_id)
  where r.org_id = new.org_id and r.lead_id = new.merged_id;
  update public.messages m set lead_id = new.survivor_id, merged_from = coalesce(m.merged_from, m.lead_id)
  where m.org_id = new.org_id and m.lead_id = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__move_messages() is
  'Trigger: moves runs and messages to the surviving lead before the other is deleted. Definer: resolving an '
  'import does not grant rights on sending.';
create trigger _100_move_messages after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__move_messages();

create function private.tg_lead_merges__restore_messages() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.messages m set lead_id = new.merged_id, merged_from = null
  where m.org_id = new.org_id and m.lead_id = new.survivor_id and m.merged_from = new.merged_id;
  update public.sequence_runs r set lead_id = new.merged_id, merged_from = null
  where r.org_id = new.org_id and r.lead_id = new.survivor_id and r.merged_from = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__restore_messages() is
  'Trigger: undoing a merge returns its runs and messages to the other lead. Definer: as for the merge.';
create trigger _200_restore_messages after update of undone_at on public.lead_merges
  for each row when (old.undone_at is null and new.undone_at is not null) execute
    function private.tg_lead_merges__restore_messages();

-- sql/55_delivery/50_opt_out_sync.sql

-- Synchronising opt-outs with providers, in both directions. The worker sends the requests; this file keeps track of
-- what has been read and reported.

create table private.opt_out_pulls (
  provider text not null,
  account text not null,
  list text not null,
  since timestamptz,
  began_at timestamptz not null,
  next_offset integer not null default 0,
  orgs uuid[] not null,
  entries bigint not null default 0,
  primary key (provider, account, list),
  constraint pull_offset_is_not_negative check (next_offset >= 0)
);
comment on table private.opt_out_pulls is
  'How far each list of a provider''s account has been read. Entries apply to every org that sends with the account.';
comment on column private.opt_out_pulls.since is 'Entries older than this have been read; null: none yet.';
comment on column private.opt_out_pulls.next_offset is 'Where an interrupted read continues; 0 between reads.';
comment on column private.opt_out_pulls.orgs is
  'The orgs that have all entries up to since. A new org causes a full read.';

create table private.opt_out_pushes (
  org_id uuid not null references public.orgs (id) on delete cascade,
  suppression_id bigint not null,
  provider text not null,
  account text not null,
  pushed_at timestamptz not null,
  refusal text,
  primary key (org_id, suppression_id, provider, account)
);
comment on table private.opt_out_pushes is
  'Suppressions that were reported to a provider, and its refusals. A suppression whose value belongs to no lead '
  'yet is reported once a lead has it.';
alter table private.opt_out_pulls enable row level security;
alter table private.opt_out_pushes enable row level security;

create function private.opt_out_accounts() returns table (provider text, account text)
language sql stable security definer set search_path = '' as $$
  select distinct s.provider, s.account from public.senders s where s.channel in ('email', 'sms') order by 1, 2
$$;
comment on function private.opt_out_accounts() is
  'The provider accounts with which orgs send e-mails and texts. Definer: reads across orgs.';

create function private.orgs_of_account(p_provider text, p_account text) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(distinct s.org_id order by s.org_id), '{}') from public.senders s
  where s.provider = p_provider and s.account = p_account and s.channel in ('email', 'sms')
$$;
comment on function private.orgs_of_account(text, text) is
  'Orgs with a sender of the account. Definer: reads across orgs.';

create function private.start_opt_out_sync(p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- The worker that started it has died: the next one takes over.
  update private.daily_runs r set state = 'failed', finished_at = p_as_of, retry_after = p_as_of, error = 'abandoned'
  where r.task = 'opt_out_sync' and r.state = 'running' and r.started_at < p_as_of - interval '1 hour';
  return private.start_daily_run('opt_out_sync', '02:00', p_as_of);
end
$$;
comment on function private.start_opt_out_sync(timestamptz) is
  'Whether the caller should synchronise opt-outs now: once a day from 02:00 in Los Angeles, by one worker. '
  'Definer: no role may edit the ledger of daily tasks.';

create function private.finish_opt_out_sync(p_detail jsonb, p_error text, p_as_of timestamptz default now()) returns
  void
language sql volatile security definer set search_path = '' as $$
  select private.finish_daily_run('opt_out_sync', p_as_of, clock_timestamp(), p_detail, p_error)
$$;
comment on function private.finish_opt_out_sync(jsonb, text, timestamptz) is
  'Finishes what start_opt_out_sync started; after an error it is retried. Definer: as above.';

create function private.begin_opt_out_pull(p_provider text, p_account text, p_list text, p_as_of timestamptz default
  now())
returns table (since timestamptz, next_offset integer)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_orgs constant uuid[] := private.orgs_of_account(p_provider, p_account);
begin
  if v_orgs = '{}' then
    return;
  end if;
  return query
  insert into private.opt_out_pulls as p (provider, account, list, began_at, orgs)
  values (p_provider, p_account, p_list, p_as_of, v_orgs)
  on conflict (provider, account, list) do update set
    since = case when v_orgs <@ p.orgs then p.since end,
    next_offset = case when v_orgs <@ p.orgs then p.next_offset else 0 end,
    began_at = case when v_orgs <@ p.orgs and p.next_offset > 0 then p.began_at else p_as_of end,
    orgs = v_orgs
  -- One day of overlap: the provider's clock may differ, and listing an entry takes time.
  returning p.since - interval '1 day', p.next_offset;
end
$$;
comment on function private.begin_opt_out_pull(text, text, text, timestamptz) is
  'From which time and offset to read a provider''s list; no row if no org sends with the account. Definer: reads '
  'are tracked across orgs.';

create function private.store_pulled_opt_outs(p_provider text, p_account text, p_list text, p_entries jsonb,
  p_next_offset integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_reason constant text := case p_list when 'unsubscribes' then 'unsubscribe' when 'spam_reports' then 'complaint'
    else 'bounce' end;
  v_source constant text := p_provider || ' ' || p_list;
  v_count integer := 0;
  v record;
begin
  for v in
    select distinct on (o.id, x.bidx) o.id as org_id, x.bidx, x.at
    from unnest(private.orgs_of_account(p_provider, p_account)) o (id)
    cross join lateral (
      select private.blind_index(n.email, k.key) as bidx, to_timestamp((e ->> 'created')::bigint) as at
      from (select private.blind_key(o.id) as key) k
      cross join jsonb_array_elements(p_entries) e
      cross join lateral (select private.normalise_email(e ->> 'email') as email) n
      where n.email is not null
    ) x
    where not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason and s.created_at >= x.at)
      -- Nor existing suppressions, nor those that a newer consent outranks.
      and not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason
          and not exists (select from public.suppression_lifts l where l.org_id = s.org_id
            and l.suppression_id = s.id))
      and (v_reason <> 'unsubscribe' or not exists (select from public.consents c
        where c.org_id = o.id and c.value_bidx = x.bidx and c.action = 'grant' and not c.is_unproven
          and c.occurred_at > x.at))
    order by o.id, x.bidx, x.at desc
  loop
    if v_reason = 'unsubscribe' then
      perform private.record_opt_out(v.org_id, v.bidx, 'email', 'email', v_source, null, v_reason, '{email}', true,
        v.at);
    else
      perform private.suppress_value(v.org_id, v.bidx, 'email', 'email', v_reason, v_source, v.at);
    end if;
    v_count := v_count + 1;
  end loop;
  update private.opt_out_pulls p set entries = p.entries + jsonb_array_length(p_entries),
    next_offset = coalesce(p_next_offset, 0),
    since = case when p_next_offset is null then p.began_at else p.since end
  where p.provider = p_provider and p.account = p_account and p.list = p_list;
  return v_count;
end
$$;
comment on function private.store_pulled_opt_outs(text, text, text, jsonb, integer) is
  'Stores a page of a provider''s list [{email, created (seconds)}] for every org that sends with the account: '
  'unsubscribes as revocations, spam reports as complaints, the others as bounces. Returns how many were new. '
  'p_next_offset null: the last page. Definer: reads are tracked across orgs.';

create function private.opt_outs_to_push(p_provider text, p_account text, p_limit integer)
returns table (org_id uuid, suppression_id bigint, value text, opted_out_at timestamptz, sender text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
  with due as materialized (
    select s.org_id, s.id, s.created_at, c.lead_id, c.value_cipher, c.key_id, f.sender
    from (
      select x.org_id, x.channel, min(coalesce(x.messaging_service_sid, x.address)) as sender
      from public.senders x where x.provider = p_provider and x.account = p_account and x.channel in ('email', 'sms')
      group by x.org_id, x.channel) f
    join public.suppressions s on s.org_id = f.org_id
      and s.kind = case f.channel when 'email' then 'email' else 'phone' end::public.contact_kind
      and coalesce(s.channel, 'sms') in ('email', 'sms')
      -- The provider knows what it reported itself; a bounce or a litigator is not the person's own request.
      and s.reason not in ('bounce', 'complaint', 'litigator') and s.source not like p_provider || ' %'
      and not exists (select from private.opt_out_pushes p where p.org_id = s.org_id and p.suppression_id = s.id
        and p.provider = p_provider and p.account = p_account)
      and private.is_suppressed(s.org_id, s.value_bidx, f.channel)
    cross join lateral (
      select c.lead_id, c.value_cipher, c.key_id from public.contact_points c
      where c.org_id = s.org_id and c.value_bidx = s.value_bidx order by c.id limit 1) c
    order by s.org_id, s.id limit p_limit
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select d.org_id, d.lead_id, null, session_user, count(*)::smallint from due d group by d.org_id, d.lead_id
  )
  select d.org_id, d.id, private.decrypt_value(d.value_cipher, private.org_key(d.org_id, d.key_id)), d.created_at,
    d.sender
  from due d;
end
$$;
comment on function private.opt_outs_to_push(text, text, integer) is
  'Suppressions that were not yet reported to a provider, with the value in plain text and the '
  'org''s sender; every access is logged. Definer: keys belong to the owner.';

create function private.record_pushed_opt_outs(p_provider text, p_account text, p_pushed jsonb, p_as_of timestamptz
  default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_count integer;
begin
  insert into private.opt_out_pushes (org_id, suppression_id, provider, account, pushed_at, refusal)
  select (x ->> 'org_id')::uuid, (x ->> 'suppression_id')::bigint, p_provider, p_account, p_as_of, x ->> 'refusal'
  from jsonb_array_elements(p_pushed) x
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.record_pushed_opt_outs(text, text, jsonb, timestamptz) is
  'Records [{org_id, suppression_id, refusal}] as reported to the provider. Definer: no role may edit the list.';
revoke execute on function private.opt_out_accounts(), private.orgs_of_account(text, text),
  private.start_opt_out_sync(timestamptz), private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb,
    integer),
  private.opt_outs_to_push(text, text, integer), private.record_pushed_opt_outs(text, text, jsonb, timestamptz)
    from public;
grant execute on function private.opt_out_accounts(), private.start_opt_out_sync(timestamptz),
  private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb,
    integer),
  private.opt_outs_to_push(text, text, integer), private.record_pushed_opt_outs(text, text, jsonb, timestamptz)
    to pipeline_writer;
