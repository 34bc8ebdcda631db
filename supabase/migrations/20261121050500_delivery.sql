-- Built from sql/55_delivery by `npm run db:build`; edit there.

-- sql/55_delivery/01_messages.sql

-- The ledger of what is sent. A row is committed as `sending` before the provider is called: whatever dies after
-- that, it is known what may have gone out.

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
  constraint message_of_words_has_them_encrypted check ((text_cipher is null) = (key_id is null) and (kind <> 'sequence' or text_cipher is null)),
  constraint leased_message_is_sending_or_unconfirmed
    check ((state in ('sending', 'unconfirmed')) = (lease_token is not null) and (lease_token is null) = (lease_until is null)),
  constraint claimed_message_has_its_time check (state in ('retrying', 'cancelled', 'failed') or claimed_at is not null),
  constraint retrying_message_knows_when check ((state = 'retrying') = (retry_at is not null)),
  constraint unconfirmed_message_was_requested check (state <> 'unconfirmed' or requested_at is not null),
  constraint only_what_was_called_was_sent check (state not in ('sent', 'delivered', 'bounced') or sent_at is not null),
  constraint delivered_message_has_its_time check (state <> 'delivered' or delivered_at is not null),
  constraint failed_message_has_its_time check (state <> 'failed' or failed_at is not null),
  constraint bounced_message_has_its_time check ((state = 'bounced') = (bounced_at is not null)),
  constraint cancelled_message_has_its_time check ((state = 'cancelled') = (cancelled_at is not null)),
  constraint cancelled_message_was_never_sent check (state <> 'cancelled' or sent_at is null),
  constraint reserved_cost_names_its_day check ((reserved_usd is null) = (reserved_on is null))
);
comment on table public.messages is
  'The ledger of sending: one row per lead, campaign, step and channel, or per answer. Ids only; words that no template holds are encrypted.';
comment on column public.messages.merged_from is 'The lead that it was claimed for, where that was united with lead_id since.';
comment on column public.messages.kind is 'sequence: a step; confirmation: of an opt-out; help: the answer to HELP; manual: a broker''s words.';
comment on column public.messages.matter is 'What it is about, as its template says.';
comment on column public.messages.text_cipher is 'The words of what is no sequence message, encrypted with key_id.';
comment on column public.messages.in_reply_to is 'Id of the message or event that it answers.';
comment on column public.messages.lease_token is 'Who holds it: only the claimer with this token begins, sends and settles.';
comment on column public.messages.requested_at is 'Set and committed just before the provider is called; a lease that ends after it leaves the message in doubt.';
comment on column public.messages.attempts is 'Calls of the provider that were begun.';
comment on column public.messages.provider_id is 'The provider''s own id, by which its webhooks name the message.';
comment on column public.messages.decision_id is 'The decision of the gate that let it be claimed.';
comment on column public.messages.reserved_usd is 'What it was expected to cost: held against the sender''s budget of reserved_on until it is sent or given up.';
comment on column public.messages.refused is 'Why it was cancelled: [rule].';
comment on column public.messages.opened_at is 'By a person as far as one can tell; scanners'' opens and clicks have columns of their own.';
-- A lead that was united with another keeps its own slot.
create unique index messages_once_per_step_key on public.messages (org_id, (coalesce(merged_from, lead_id)), campaign_id, step, channel)
  where kind = 'sequence' and state <> 'cancelled';
create index messages_lead_idx on public.messages (org_id, lead_id, created_at);
create index messages_run_idx on public.messages (org_id, run_id) where run_id is not null;
create unique index messages_provider_id_key on public.messages (org_id, provider, provider_id) where provider_id is not null;
create index messages_retry_idx on public.messages (org_id, channel, retry_at) where state = 'retrying';
create index messages_lease_idx on public.messages (lease_until) where state = 'sending';
create index messages_unconfirmed_idx on public.messages (lease_until) where state = 'unconfirmed';
create index messages_value_idx on public.messages (org_id, value_bidx, created_at) where kind <> 'sequence';
create index messages_merged_idx on public.messages (org_id, merged_from) where merged_from is not null;

alter table public.messages enable row level security;
revoke all on public.messages from anon, authenticated;
grant select (org_id, id, lead_id, campaign_id, sequence_id, run_id, step, channel, kind, purpose, variant, template_id, matter, in_reply_to,
    contact_point_id, sender_id, provider, state, requested_at, attempts, retry_at, provider_id, decision_id, correlation_id, cost_usd,
    error_code, error_detail, refused, created_at, claimed_at, sent_at, delivered_at, deferred_at, opened_at, clicked_at,
    machine_opened_at, machine_clicked_at, failed_at, soft_bounced_at, bounced_at, complained_at, unsubscribed_at, cancelled_at)
  on public.messages to authenticated;
grant select, insert, update on public.messages to pipeline_writer;
create policy select_members on public.messages for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]) or private.sees_lead(org_id, lead_id)));
create policy select_writer on public.messages for select to pipeline_writer using (true);
create policy insert_writer on public.messages for insert to pipeline_writer with check (true);
create policy update_writer on public.messages for update to pipeline_writer using (true) with check (true);

create function private.tg_messages__keep_ends() returns trigger
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
    raise exception 'a message that is % does not become %', old.state, new.state using errcode = 'SL531';
  end if;
  return new;
end
$$;
comment on function private.tg_messages__keep_ends() is
  'Trigger: a message takes only the steps of its state machine; what has ended stays, but for stronger evidence. Raises SL531.';
create trigger _100_keep_ends before update of state on public.messages
  for each row when (old.state <> new.state) execute function private.tg_messages__keep_ends();

create function private.tg_orgs__take_sending() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from public.messages m where m.org_id = old.id;
  delete from public.sequence_runs r where r.org_id = old.id;
  update public.campaigns c set sequence_id = null where c.org_id = old.id and c.sequence_id is not null;
  delete from public.sequences s where s.org_id = old.id;
  return old;
end
$$;
comment on function private.tg_orgs__take_sending() is
  'Trigger: messages and runs go with their org, before the leads and campaigns that they hold. Definer: nobody deletes messages.';
create trigger _050_take_sending before delete on public.orgs
  for each row execute function private.tg_orgs__take_sending();

-- sql/55_delivery/10_advance_runs.sql

-- How runs go on and end. Locks are taken in one order everywhere: leads, then runs, then messages, each by id,
-- then the values of contacts.

create function private.lead_has_contact(p_org_id uuid, p_lead_id uuid) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (select from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id and c.invalid_at is null);
end
$$;
comment on function private.lead_has_contact(uuid, uuid) is 'Whether anything is left by which the lead can be reached.';

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
  'Leads whose sequence has ended: completed, or invalid where nothing reaches them. Who answered, booked or opted out stays so.';

create function private.advance_runs(p_org_id uuid, p_run_ids uuid[], p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ended uuid[];
  v_count integer;
begin
  with next as materialized (
    select r.id, r.sent_count > 0 as said, o.time_zone, o.holidays, (
      select s from public.sequence_steps s
      where s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step > r.next_step order by s.step limit 1) as s
    from public.sequence_runs r
    join public.orgs o on o.id = r.org_id
    where r.org_id = p_org_id and r.id = any (p_run_ids)
  ), moved as (
    update public.sequence_runs r set
      message_id = null, refusal = null,
      next_step = coalesce((n.s).step, r.next_step), next_channel = coalesce((n.s).channel, r.next_channel),
      next_at = case when (n.s).step is not null then private.step_due_at(n.s, r.lead_id, p_as_of, n.time_zone, n.holidays) end,
      state = case when (n.s).step is not null then r.state when n.said then 'completed' else 'stopped' end,
      paused_at = case when (n.s).step is not null then r.paused_at end, paused_by = case when (n.s).step is not null then r.paused_by end,
      ended_at = case when (n.s).step is null then p_as_of end,
      end_reason = case when (n.s).step is null then case when n.said then 'completed' else 'nothing_could_be_sent' end end
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
  'Takes runs to their next step, due from p_as_of on, or to their end: completed, or stopped where not one step could be sent. The lead is then completed, or invalid where nothing reaches it. Returns how many.';

create function private.skip_steps(p_org_id uuid, p_skips jsonb, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  update public.sequence_runs r set skipped = r.skipped || (s.x - 'run_id')
  from jsonb_array_elements(p_skips) s (x)
  where r.org_id = p_org_id and r.id = (s.x ->> 'run_id')::uuid and r.state in ('active', 'paused');
  return private.advance_runs(p_org_id, array(select (s.x ->> 'run_id')::uuid from jsonb_array_elements(p_skips) s (x)), p_as_of);
end
$$;
comment on function private.skip_steps(uuid, jsonb, timestamptz) is
  'Leaves the next step of runs out and keeps why: p_skips is [{run_id, step, channel, at, rules, decision_id}]. Returns how many runs went on.';

-- sql/55_delivery/20_claim.sql

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

create type private.sender_room as (s public.senders, room integer, had integer, probe boolean, score double precision);
comment on type private.sender_room is 'A sender and how many messages it may still take in this claim; probe: it is the one that finds out whether the provider answers again.';

create function private.sender_rooms(p_org_id uuid, p_channels text[], p_local_date date, p_as_of timestamptz)
returns setof private.sender_room
language plpgsql stable set search_path = '' as $$
begin
  return query
  select s, least(r.room, r.circuit_room), least(r.room, r.circuit_room), r.circuit_room = 1, null::double precision
  from public.senders s
  left join private.provider_spend d on d.org_id = s.org_id and d.sender_id = s.id and d.local_date = p_local_date
  cross join lateral (
    select least(1000000,
        private.throttle_room(s.org_id, 'sender', s.id::text, s.per_minute, s.per_day, p_as_of),
        case
          when s.daily_budget_usd is null then null
          when s.cost_usd > 0 then greatest(0, floor((s.daily_budget_usd - coalesce(d.spent_usd + d.reserved_usd, 0)) / s.cost_usd))::integer
          when coalesce(d.spent_usd + d.reserved_usd, 0) >= s.daily_budget_usd then 0 end) as room,
      private.circuit_room(s.org_id, s.provider, s.account, p_as_of) as circuit_room) r
  where s.org_id = p_org_id and s.state = 'active' and s.channel = any (p_channels)
  order by s.id;
end
$$;
comment on function private.sender_rooms(uuid, text[], date, timestamptz) is
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

create function private.pick_sender(p_senders private.sender_room[], p_sender_id uuid, p_channel text, p_lead_id uuid) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (
    select x.n::integer from unnest(p_senders) with ordinality x (s, room, had, probe, score, n)
    where (x.s).channel = p_channel and x.room > 0 and (p_sender_id is null or (x.s).id = p_sender_id)
    order by private.share_of(p_lead_id::text || (x.s).id), x.n limit 1);
end
$$;
comment on function private.pick_sender(private.sender_room[], uuid, text, uuid) is
  'Place in p_senders of the one for a lead: the named one, or of those with room the one that the lead''s hash prefers, so that a person mostly sees one number. Null when none has room.';

create function private.take_room(p_room jsonb, p_keys text[], p_count integer default 1) returns jsonb
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
comment on function private.take_room(jsonb, text[], integer) is 'So many messages less in the throttles named; those without a limit are not in p_room.';

create function private.has_room(p_room jsonb, p_keys text[]) returns boolean
language sql immutable parallel safe as $$
  select p_room = '{}' or not exists (select from unnest(p_keys) x where (p_room ->> x)::integer <= 0)
$$;
comment on function private.has_room(jsonb, text[]) is 'Whether none of the throttles named is full.';

create type private.due_pick as (run_id uuid, lead_id uuid, campaign_id uuid, sequence_id uuid, step smallint, channel text, purpose text,
  sender_id uuid, send_from time, send_until time, business boolean, correlation_id uuid, variant text, template_id uuid, matter text,
  done boolean, points bigint[], bidx bytea[], mailboxes text[]);
comment on type private.due_pick is 'The next step of a run: what it would send, and to which contacts, the best first.';

create function private.due_picks(p_org_id uuid, p_run_ids uuid[]) returns setof private.due_pick
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
    where x.upto > x.total * private.share_of(s.sequence_id::text || s.step || r.lead_id) order by x.variant limit 1) v on true
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
comment on function private.due_picks(uuid, uuid[]) is
  'What the next steps of runs would send and to which contacts, the best first: verified ones, no landline for a text, then the order of the list. The variant follows from a hash of the lead.';

create function private.still_allowed(p_org_id uuid, p_decision_ids bigint[], p_as_of timestamptz default now())
returns table (decision_id bigint, allow boolean, rules text[], next_allowed_at timestamptz)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_ids bigint[];
  v_requests jsonb;
begin
  perform private.hold_contacts(p_org_id, array_agg(d.lead_id), array_agg(d.contact_point_id))
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
  left join private.judge_contacts(p_org_id, coalesce(v_requests, '[]'), p_as_of, 'refusals', false) j on j.n = v.n;
end
$$;
comment on function private.still_allowed(uuid, bigint[], timestamptz) is
  'public.gate_still_allows for a batch: whether what was decided still holds, the rules that speak against it now, and when it would. Our own attempts do not count, refusals are stored. Definer: facts and decisions are the owner''s.';

create function private.confirmations_of(p_org_id uuid, p_value_bidx bytea, p_but uuid, p_as_of timestamptz) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from public.messages m
    where m.org_id = p_org_id and m.value_bidx = p_value_bidx and m.kind = 'confirmation' and m.id <> p_but
      and m.state not in ('cancelled', 'failed') and m.created_at > p_as_of - interval '5 minutes');
end
$$;
comment on function private.confirmations_of(uuid, bytea, uuid, timestamptz) is
  'Confirmations of an opt-out that the value got, or may have got, within the five minutes in which one may be sent; p_but is the one that is asked for.';

create function private.decide_answer(p_message public.messages, p_sender public.senders, p_as_of timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  m constant public.messages := p_message;
  g jsonb;
begin
  perform private.lock_contacts(m.org_id, array[m.lead_id], array[m.value_bidx]);
  g := public.gate_decide(m.lead_id, m.contact_point_id, m.channel, m.purpose, p_as_of,
    private.message_facts(m.channel, m.kind, m.purpose, null, p_sender, private.confirmations_of(m.org_id, m.value_bidx, m.id, p_as_of)), m.campaign_id);
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
comment on function private.decide_answer(public.messages, public.senders, timestamptz) is
  'Asks the gate for a message that no step made. Allowed: decision and attempt are written; refused: it waits for its hour, or is cancelled with the rules.';

-- sql/55_delivery/21_claim_for_org.sql

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
  v_most integer;
  v_waited boolean;
  v_picks private.due_pick[];
  k private.due_pick;
  s private.sender_room;
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
  v_senders := array(select x from private.sender_rooms(p_org_id, p_channels, v_today, p_as_of) x);
  select coalesce(jsonb_object_agg(t.scope || ' ' || t.key,
    private.throttle_room(t.org_id, t.scope, t.key, t.per_minute, t.per_day, p_as_of)), '{}')
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
    perform private.lock_contacts(p_org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
    from public.messages x where x.org_id = p_org_id and x.id = any (v_ids) and x.decision_id is null;
  end if;
  for m in select x.* from public.messages x where x.org_id = p_org_id and x.id = any (v_ids) order by x.retry_at, x.id loop
    i := private.pick_sender(v_senders, m.sender_id, m.channel, m.lead_id);
    continue when i is null or coalesce((v_room ->> 'org org')::integer, 1) <= 0
      or coalesce((v_room ->> ('domain ' || ((v_senders[i]).s).domain))::integer, 1) <= 0;
    if (v_senders[i]).probe and not private.take_probe(p_org_id, m.provider, ((v_senders[i]).s).account, p_as_of) then
      v_senders[i].room := 0;
      continue;
    end if;
    if m.decision_id is null then
      if not private.decide_answer(m, (v_senders[i]).s, p_as_of) then
        perform private.book_costs(p_org_id, array[m.id], p_as_of) from public.messages x
        where x.org_id = p_org_id and x.id = m.id and x.state = 'cancelled';
        continue;
      end if;
    end if;
    update public.messages x set state = 'sending', lease_token = p_lease_token, lease_until = p_as_of + interval '2 minutes',
      claimed_at = coalesce(x.claimed_at, p_as_of), retry_at = null, requested_at = null
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
        order by r.next_at, r.id limit v_most
        for no key update of r, l skip locked) x;
      v_runs := v_runs || v_more;
    end loop;
    exit when cardinality(v_runs) = 0;
    v_seen := v_seen || v_runs;
    v_new := '{}'; v_moved := '[]'; v_skips := '[]';

    v_picks := array(select x from private.due_picks(p_org_id, v_runs) x);
    -- Waited for once, all together and in order: who waits again while holding some could wait in a circle.
    if v_waited then
      v_picks := array(select x from unnest(v_picks) x where private.try_contacts(p_org_id, x.lead_id, coalesce(x.bidx, '{}')));
    else
      perform private.lock_contacts(p_org_id, array_agg(x.lead_id), array_agg(b.bidx))
      from unnest(v_picks) x cross join unnest(x.bidx) b (bidx);
      v_waited := true;
    end if;

    -- Who has room, by the order in which they became due.
    v_open := '{}'; v_from := '{}'; v_place := '{}'; v_why := '{}';
    for n in 1..cardinality(v_picks) loop
      k := v_picks[n];
      v_from[n] := private.pick_sender(v_senders, k.sender_id, k.channel, k.lead_id);
      s := v_senders[v_from[n]];
      v_keys := array['org org', 'campaign ' || k.campaign_id, 'domain ' || (s.s).domain];
      v_place[n] := 0;
      v_why[n] := jsonb_build_object('run_id', k.run_id, 'step', k.step, 'channel', k.channel, 'at', p_as_of);
      if k.done or k.points is null then
        v_skips := v_skips || (v_why[n] || jsonb_build_object('rules', array[case when k.done then 'sent_already' else 'no_contact_point' end]));
      elsif k.template_id is null or s is null or not private.has_room(v_room, v_keys)
        or (s.probe and not private.take_probe(p_org_id, (s.s).provider, (s.s).account, p_as_of))
      then
        -- Out of the way of those who have room.
        v_moved := v_moved || (v_why[n] || jsonb_build_object('rules', array[case when k.template_id is null then 'step_has_no_template' else 'no_room' end],
          'next_at', p_as_of + (1 + private.share_of(k.lead_id::text))
            * case when k.template_id is null then interval '30 minutes' else interval '30 seconds' end));
      else
        v_senders[v_from[n]].room := case when s.probe then 0 else s.room - 1 end;
        v_room := private.take_room(v_room, v_keys);
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
          exit when v_place[n] > cardinality(k.points) or private.has_room(v_room, array['mailbox ' || k.mailboxes[v_place[n]]]);
          v_why[n] := v_why[n] || jsonb_build_object('rules', coalesce(v_why[n] -> 'rules', '[]') || '["no_room"]');
        end loop;
        if v_place[n] <= cardinality(k.points) then
          v_room := private.take_room(v_room, array['mailbox ' || k.mailboxes[v_place[n]]]);
          v_asked := v_asked || n;
          v_requests := v_requests || jsonb_build_object('lead_id', k.lead_id, 'contact_point_id', k.points[v_place[n]], 'channel', k.channel,
            'purpose', k.purpose, 'message', private.message_facts(k.channel, 'sequence', k.purpose, k.matter, s.s), 'campaign_id', k.campaign_id);
        else
          v_senders[v_from[n]].room := s.room + 1;
          v_room := private.take_room(v_room, array['org org', 'campaign ' || k.campaign_id, 'domain ' || (s.s).domain], -1);
          if v_why[n] -> 'rules' ? 'no_room' then
            v_moved := v_moved || (v_why[n] || jsonb_build_object('next_at', p_as_of + (1 + private.share_of(k.lead_id::text)) * interval '30 seconds'));
          elsif (v_why[n] ->> 'next_allowed_at') is not null then
            -- Not all who wait for the same hour at the same minute.
            v_moved := v_moved || (v_why[n] || jsonb_build_object('next_at', private.put_in_window((v_why[n] ->> 'next_allowed_at')::timestamptz, k.send_from,
              k.send_until, k.business, v_org.time_zone, v_org.holidays, private.share_of(k.lead_id::text || k.step), interval '20 minutes')));
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
          v_room := private.take_room(v_room, array['mailbox ' || k.mailboxes[v_place[n]]], -1);
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

-- sql/55_delivery/22_begin_requests.sql

create function private.proper_name(p_name text) returns text
language sql immutable parallel safe as $$
  select case when p_name = upper(p_name) or p_name = lower(p_name) then initcap(lower(p_name)) else p_name end
$$;
comment on function private.proper_name(text) is 'JOHN as John; what is written in both cases stays as it is.';

create function private.request_of_messages(p_org_id uuid, p_message_ids uuid[]) returns table (message_id uuid, call jsonb)
language plpgsql stable set search_path = '' as $$
begin
  return query
  with keys as materialized (
    select k.id, private.org_key(p_org_id, k.id) as key
    from (
      select c.key_id as id from public.messages m join public.contact_points c on c.org_id = m.org_id and c.id = m.contact_point_id
      where m.org_id = p_org_id and m.id = any (p_message_ids)
      union
      select m.key_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) and m.key_id is not null) k
  )
  select m.id, jsonb_build_object(
    'provider', m.provider, 'channel', m.channel, 'to', private.decrypt_value(c.value_cipher, ck.key), 'kind', m.kind, 'purpose', m.purpose,
    'sender', jsonb_build_object('id', s.id, 'account', s.account, 'address', s.address, 'name', s.name, 'reply_to', s.reply_to,
      'messaging_service_sid', s.messaging_service_sid, 'phone_number_id', s.phone_number_id, 'assistant_id', s.assistant_id),
    'template', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name, 'version', t.version, 'subject', t.subject,
        'text', t.text_body, 'html', t.html_body)
      else jsonb_build_object('subject', case when m.channel = 'email' then '{{ sender.name }}' end, 'html', null,
        -- A person's words are no template.
        'text', '{% raw %}' || replace(private.decrypt_value(m.text_cipher, mk.key), '{%', '{ %') || '{% endraw %}'
          || case when m.channel = 'email' then E'\n\n{{ sender.name }}\n{{ sender.postal_address }}\nUnsubscribe: {{ unsubscribe_url }}' else '' end) end,
    'variables', jsonb_build_object(
      'lead', jsonb_build_object('first_name', private.proper_name(l.owner_1_first), 'last_name', private.proper_name(l.owner_1_last),
        'full_name', private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''), l.owner_full))),
      -- The line of an import holds its house number already.
      'property', jsonb_build_object('street', nullif(concat_ws(' ', case when not starts_with(l.situs_street, l.situs_house_number || ' ') then l.situs_house_number end,
          private.proper_name(l.situs_street), l.situs_unit), ''),
        'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
      'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address, 'phone', coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
      'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name)),
    'unsubscribe_token', case when m.channel = 'email' then private.unsubscribe_token(m.org_id, m.value_bidx) end,
    'idempotency_key', m.id, 'correlation_id', m.correlation_id, 'campaign_id', m.campaign_id, 'lead_id', m.lead_id, 'step', m.step,
    'attempt', m.attempts, 'categories', array_remove(array[m.kind, case when t.id is not null then t.name end, m.variant], null))
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
comment on function private.request_of_messages(uuid, uuid[]) is
  'All that the provider''s call needs, with contact values in plain: for the sender that holds the lease, never to be stored or logged.';

create function private.begin_requests(
  p_org_id uuid, p_message_ids uuid[], p_lease_token uuid, p_as_of timestamptz default now()
) returns table (message_id uuid, call jsonb)
language plpgsql volatile set search_path = '' set jit = off as $$
#variable_conflict use_column
declare
  v_held uuid[];
  v_go uuid[];
  v_stop jsonb;
begin
  perform from public.sequence_runs r
  where r.org_id = p_org_id and r.id in (select x.run_id from public.messages x where x.org_id = p_org_id and x.id = any (p_message_ids))
  order by r.id for no key update;
  v_held := array(
    select x.id from public.messages x
    where x.org_id = p_org_id and x.id = any (p_message_ids) and x.state = 'sending' and x.lease_token = p_lease_token
      and x.lease_until > p_as_of and x.requested_at is null
    order by x.id for no key update);
  perform private.lock_contacts(p_org_id, array_agg(x.lead_id), array_agg(x.value_bidx))
  from public.messages x where x.org_id = p_org_id and x.id = any (v_held);

  v_stop := coalesce((
    select jsonb_agg(jsonb_build_object('id', x.id, 'run_id', x.run_id, 'refused', array['not_running'], 'next_at', p_as_of))
    from public.messages x
    join public.sequence_runs r on r.org_id = x.org_id and r.id = x.run_id
    join public.campaigns k on k.org_id = x.org_id and k.id = x.campaign_id
    where x.org_id = p_org_id and x.id = any (v_held) and x.kind = 'sequence' and (r.state <> 'active' or k.state <> 'running')), '[]');
  select array_agg(x.id) filter (where a.allow), v_stop || coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'run_id', x.run_id, 'refused', a.rules,
      'next_at', greatest(p_as_of, a.next_allowed_at))) filter (where not a.allow), '[]')
  into v_go, v_stop
  from private.still_allowed(p_org_id, array(select x.decision_id from public.messages x
    where x.org_id = p_org_id and x.id = any (v_held) and not exists (select from jsonb_array_elements(v_stop) s where s ->> 'id' = x.id::text)), p_as_of) a
  join public.messages x on x.org_id = p_org_id and x.id = any (v_held) and x.decision_id = a.decision_id;

  if v_stop <> '[]' then
    update public.messages x set state = 'cancelled', cancelled_at = p_as_of, refused = s.x -> 'refused', lease_token = null, lease_until = null
    from jsonb_array_elements(v_stop) s (x) where x.org_id = p_org_id and x.id = (s.x ->> 'id')::uuid;
    -- The step is due again: then the gate is asked anew, and other contacts are tried.
    update public.sequence_runs r set message_id = null, next_at = (s.x ->> 'next_at')::timestamptz,
      refusal = jsonb_build_object('at', p_as_of, 'step', r.next_step, 'channel', r.next_channel, 'rules', s.x -> 'refused')
    from jsonb_array_elements(v_stop) s (x)
    where r.org_id = p_org_id and r.id = (s.x ->> 'run_id')::uuid and r.message_id = (s.x ->> 'id')::uuid and r.state in ('active', 'paused');
    perform private.book_costs(p_org_id, array(select (s.x ->> 'id')::uuid from jsonb_array_elements(v_stop) s (x)), p_as_of);
  end if;
  update public.messages x set requested_at = p_as_of, attempts = x.attempts + 1 where x.org_id = p_org_id and x.id = any (v_go);
  return query
    select c.message_id, c.call from private.request_of_messages(p_org_id, v_go) c
    union all
    select (s.x ->> 'id')::uuid, jsonb_build_object('cancelled', s.x -> 'refused') from jsonb_array_elements(v_stop) s (x);
end
$$;
comment on function private.begin_requests(uuid, uuid[], uuid, timestamptz) is
  'Asks the gate once more and marks messages as calling; commit before the provider is called. One row each: the call, or {"cancelled": [rules]}. A message whose lease is lost, or that is calling already, gives no row. Personal data: for the sender alone.';

create function private.book_costs(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd, spent_usd, messages)
  select m.org_id, m.sender_id, coalesce(m.reserved_on, (p_as_of at time zone o.time_zone)::date), -coalesce(sum(m.reserved_usd), 0),
    coalesce(sum(coalesce(m.cost_usd, m.reserved_usd)) filter (where m.sent_at is not null), 0), count(*) filter (where m.sent_at is not null)
  from public.messages m join public.orgs o on o.id = m.org_id
  where m.org_id = p_org_id and m.id = any (p_message_ids) and (m.reserved_usd is not null or m.sent_at is not null)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd,
    spent_usd = d.spent_usd + excluded.spent_usd, messages = d.messages + excluded.messages;
end
$$;
comment on function private.book_costs(uuid, uuid[], timestamptz) is
  'Frees what was reserved for messages, and books what the sent ones cost, as far as known what the provider says, else what was expected. Call it once a message, when it is sent or given up.';

-- sql/55_delivery/30_effects.sql

-- What follows from a message that went out, that failed, or that came back. Each of them does nothing the second time.

create function private.without_values(p_text text) returns text
language sql immutable parallel safe as $$
  select left(regexp_replace(regexp_replace(p_text, '[^\s<>"'',;:]+@[^\s<>"'',;]+', '(address)', 'g'), '\+?[0-9][0-9 ().-]{5,}[0-9]', '(number)', 'g'), 500)
$$;
comment on function private.without_values(text) is 'What a provider said, less phones and e-mails, so that it may be kept.';

create function private.note_sent(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_runs uuid[];
begin
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select m.org_id, m.lead_id, 'sent', m.sent_at, m.correlation_id, jsonb_strip_nulls(jsonb_build_object('message_id', m.id,
    'campaign_id', m.campaign_id, 'step', m.step, 'channel', m.channel, 'kind', m.kind, 'variant', m.variant))
  from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids);
  perform set_config('sluice.actor', 'system', true);
  update public.leads l set
    campaign_status = case when l.campaign_status = 'queued' and s.touched then 'active' else l.campaign_status end,
    current_sequence_step = greatest(l.current_sequence_step, s.step),
    vapi_call_id = coalesce(s.call_id, l.vapi_call_id), call_attempt_count = l.call_attempt_count + s.calls
  from (
    select m.lead_id, max(m.step) as step, bool_or(m.kind = 'sequence') as touched,
      count(*) filter (where m.channel = 'voice_ai') as calls, max(m.provider_id) filter (where m.channel = 'voice_ai') as call_id
    from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) and m.kind <> 'confirmation'
    group by m.lead_id) s
  where l.org_id = p_org_id and l.id = s.lead_id;
  perform set_config('sluice.actor', v_actor, true);
  with went as (
    update public.sequence_runs r set sent_count = r.sent_count + 1
    where r.org_id = p_org_id and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids))
    returning r.id, r.message_id
  )
  select array_agg(w.id) into v_runs from went w where w.message_id = any (p_message_ids);
  perform private.advance_runs(p_org_id, v_runs, p_as_of);
  perform private.book_costs(p_org_id, p_message_ids, p_as_of);
end
$$;
comment on function private.note_sent(uuid, uuid[], timestamptz) is
  'Messages that have just become sent: the event of the funnel, the lead''s state and counters, the run''s next step. Call it once a message, with lead, run and message locked.';

create function private.note_failed(p_org_id uuid, p_message_ids uuid[], p_as_of timestamptz default now()) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.book_costs(p_org_id, p_message_ids, p_as_of);
  perform private.skip_steps(p_org_id, coalesce((
    select jsonb_agg(jsonb_build_object('run_id', r.id, 'step', r.next_step, 'channel', r.next_channel, 'at', p_as_of, 'message_id', r.message_id,
      'rules', array['provider_refused']))
    from public.sequence_runs r where r.org_id = p_org_id and r.message_id = any (p_message_ids)
      and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids))), '[]'), p_as_of);
end
$$;
comment on function private.note_failed(uuid, uuid[], timestamptz) is
  'Messages that have just failed for good before they went out: their cost is given back, and their runs go on without the step.';

create function private.note_contact_lost(
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
      where l.org_id = p_org_id and l.id = any (v_leads) and l.campaign_status in ('new', 'queued', 'active', 'paused', 'completed')
        and not private.lead_has_contact(l.org_id, l.id);
    end if;
  elsif p_what = 'complained' then
    -- 'complaint' stays for good; nothing lifts it.
    if not exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = p_value_bidx and s.reason = 'complaint') then
      perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null, 'complaint', private.channels_of(p_kind), false, p_as_of);
    end if;
  elsif p_what = 'unsubscribed' and not private.is_suppressed(p_org_id, p_value_bidx, p_channel) then
    perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null,
      case when p_channel = 'sms' then 'stop_keyword' else 'unsubscribe' end,
      case when p_channel = 'email' then '{email}'::text[] end, true, p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.note_contact_lost(uuid, bytea, public.contact_kind, text, text, text, timestamptz) is
  'A contact that the provider says is gone: invalid (the value is marked wherever it is; an e-mail is suppressed as bounced; a lead that nothing reaches any more is invalid), complained or unsubscribed (an opt-out as from the person). Again changes nothing.';

-- sql/55_delivery/31_settle.sql

create function private.lock_sending(p_org_id uuid, p_message_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform from public.leads l
  where l.org_id = p_org_id and l.id in (select m.lead_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids))
  order by l.id for no key update;
  perform from public.sequence_runs r
  where r.org_id = p_org_id and r.id in (select m.run_id from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids))
  order by r.id for no key update;
  perform from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) order by m.id for no key update;
end
$$;
comment on function private.lock_sending(uuid, uuid[]) is 'Locks messages with their leads and runs, in the order that all keep.';

create function private.retry_wait(p_attempts integer, p_retry_after double precision default null) returns interval
language sql volatile parallel safe as $$
  -- Full jitter: whoever failed together does not come back together.
  select make_interval(secs => greatest(coalesce(p_retry_after, 0), 1) + random() * least(3600, 15 * 2 ^ least(p_attempts, 10)))
$$;
comment on function private.retry_wait(integer, double precision) is
  'How long to wait after so many attempts: at random up to 15 s doubled each time, an hour at most, after what the provider asked for in seconds.';

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
  perform private.lock_sending(p_org_id, v_ids);
  -- What a webhook has settled already lacks only what the answer tells.
  update public.messages m set provider_id = coalesce(m.provider_id, x ->> 'provider_id'), cost_usd = coalesce(m.cost_usd, (x ->> 'cost_usd')::numeric)
  from jsonb_array_elements(p_outcomes) x
  where m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid and x ->> 'result' = 'accepted'
    and m.state in ('sent', 'delivered', 'failed', 'bounced') and m.requested_at is not null;

  with outcome as (
    select m.id, x, case when x ->> 'result' = 'retry' and m.attempts >= 6 and x -> 'called' is distinct from 'false' then 'refused' else x ->> 'result' end as becomes
    from jsonb_array_elements(p_outcomes) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    where m.state in ('sending', 'unconfirmed') and m.lease_token = p_lease_token and m.requested_at is not null
      and x ->> 'result' in ('accepted', 'refused', 'retry', 'unknown')
  ), settled as (
    update public.messages m set
      state = (case o.becomes when 'accepted' then 'sent' when 'refused' then 'failed' when 'retry' then 'retrying' else 'unconfirmed' end)::public.message_state,
      sent_at = case when o.becomes = 'accepted' then p_as_of end, failed_at = case when o.becomes = 'refused' then p_as_of end,
      retry_at = case when o.becomes = 'retry' then p_as_of + private.retry_wait(m.attempts, (o.x ->> 'retry_after_seconds')::double precision) end,
      requested_at = case when o.becomes <> 'retry' then m.requested_at end,
      attempts = m.attempts - case when o.becomes = 'retry' and o.x -> 'called' = 'false' then 1 else 0 end,
      lease_token = case when o.becomes = 'unknown' then m.lease_token end, lease_until = case when o.becomes = 'unknown' then m.lease_until end,
      provider_id = coalesce(o.x ->> 'provider_id', m.provider_id), cost_usd = coalesce((o.x ->> 'cost_usd')::numeric, m.cost_usd),
      error_code = case when o.becomes <> 'accepted' then o.x ->> 'code' end,
      error_detail = case when o.becomes <> 'accepted' then private.without_values(o.x ->> 'detail') end
    from outcome o where m.org_id = p_org_id and m.id = o.id
    returning m.id, m.state, o.x
  )
  select array_agg(s.id) filter (where s.state = 'sent'), array_agg(s.id) filter (where s.state = 'failed'),
    array_agg(s.id) filter (where s.state = 'failed' and s.x ->> 'result' = 'retry'), count(*), jsonb_agg(s.x)
  into v_sent, v_failed, v_given_up, v_count, v_settled from settled s;
  if v_count = 0 then
    return 0;
  end if;

  perform private.note_sent(p_org_id, v_sent, p_as_of) where v_sent is not null;
  perform private.note_failed(p_org_id, v_failed, p_as_of) where v_failed is not null;
  perform private.record_dead_letter(p_org_id, 'message_failed', jsonb_build_object('message_id', m.id), coalesce(m.error_code, 'retries_used_up'),
    m.error_detail, m.correlation_id, p_as_of)
  from public.messages m where m.org_id = p_org_id and m.id = any (v_given_up);
  perform private.record_request_outcomes(p_org_id, c.provider, c.account, c.answered, c.failed, c.retry_after, p_as_of)
  from (
    select m.provider, s.account, count(*) filter (where x ->> 'result' in ('accepted', 'refused'))::integer as answered,
      count(*) filter (where x ->> 'result' in ('retry', 'unknown'))::integer as failed,
      make_interval(secs => max((x ->> 'retry_after_seconds')::double precision)) as retry_after
    from jsonb_array_elements(v_settled) x
    join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
    join public.senders s on s.org_id = m.org_id and s.id = m.sender_id
    where x -> 'called' is distinct from 'false'
    group by 1, 2 order by 1, 2) c;
  perform private.note_contact_lost(p_org_id, m.value_bidx, case m.channel when 'email' then 'email' else 'phone' end::public.contact_kind,
    x ->> 'contact', m.channel, m.provider || coalesce(' ' || (x ->> 'code'), ''), p_as_of)
  from jsonb_array_elements(v_settled) x
  join public.messages m on m.org_id = p_org_id and m.id = (x ->> 'message_id')::uuid
  where x ->> 'contact' in ('invalid', 'unsubscribed')
  order by m.value_bidx, m.id;
  return v_count;
end
$$;
comment on function private.settle_messages(uuid, uuid, jsonb, timestamptz) is
  'What the provider''s calls came to, for messages that the token holds: [{message_id, result, provider_id, cost_usd, code, detail, retry_after_seconds, contact, called}]. accepted: sent, the run goes on; refused: failed; retry: again later, up to six calls, then failed with a dead letter; unknown: in doubt. contact: invalid or unsubscribed. called: false where the provider was never called, which is no attempt and says nothing of its health. Returns how many were settled; again settles none. May fail with 40P01, and is then to be repeated.';

-- sql/55_delivery/32_unconfirmed.sql

-- After a crash: a message whose lease ran out before the call is simply due again; after it, nobody knows, and
-- it is never blindly sent once more.

create function private.reclaim_messages(p_as_of timestamptz default now()) returns integer
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
    where x.state = 'sending' and x.lease_until <= p_as_of order by x.lease_until limit 1000 for no key update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.reclaim_messages(timestamptz) is
  'Messages whose lease ran out: those that were not calling yet are due again, the others are in doubt. Returns how many, a thousand at most.';

create function private.unconfirmed_messages(p_limit integer default 100, p_as_of timestamptz default now()) returns setof public.messages
language plpgsql stable set search_path = '' as $$
begin
  return query
  select m.* from public.messages m
  where m.state = 'unconfirmed' and m.lease_until <= p_as_of
    and not exists (select from public.pipeline_dlq d
      where d.source = 'message_in_doubt' and d.resolved_at is null and d.payload = jsonb_build_object('message_id', m.id))
  order by m.lease_until limit p_limit;
end
$$;
comment on function private.unconfirmed_messages(integer, timestamptz) is
  'Messages of which nobody knows whether they went out, the oldest first; without those that wait for a person. Their lease is over, so that whoever made the call cannot settle it any more meanwhile.';

create function private.settle_unconfirmed(p_org_id uuid, p_message_id uuid, p_outcome jsonb, p_as_of timestamptz default now()) returns text
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  m public.messages;
begin
  perform private.lock_sending(p_org_id, array[p_message_id]);
  select x.* into m from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  if not found then
    return 'unknown';
  elsif m.state <> 'unconfirmed' then
    return m.state::text;
  end if;
  case p_outcome ->> 'result'
    when 'accepted' then
      update public.messages x set state = 'sent', sent_at = coalesce((p_outcome ->> 'sent_at')::timestamptz, m.requested_at), lease_token = null,
        lease_until = null, provider_id = coalesce(p_outcome ->> 'provider_id', x.provider_id), cost_usd = coalesce((p_outcome ->> 'cost_usd')::numeric, x.cost_usd)
      where x.org_id = p_org_id and x.id = p_message_id;
      perform private.note_sent(p_org_id, array[p_message_id], p_as_of);
    when 'absent' then
      update public.messages x set state = 'retrying', retry_at = p_as_of, requested_at = null, lease_token = null, lease_until = null
      where x.org_id = p_org_id and x.id = p_message_id;
    when 'refused' then
      update public.messages x set state = 'failed', failed_at = p_as_of, lease_token = null, lease_until = null,
        error_code = p_outcome ->> 'code', error_detail = private.without_values(p_outcome ->> 'detail')
      where x.org_id = p_org_id and x.id = p_message_id;
      perform private.note_failed(p_org_id, array[p_message_id], p_as_of);
    else
      perform private.record_dead_letter(p_org_id, 'message_in_doubt', jsonb_build_object('message_id', m.id), 'unconfirmed',
        private.without_values(p_outcome ->> 'detail'), m.correlation_id, p_as_of);
      return 'unconfirmed';
  end case;
  update public.pipeline_dlq d set resolved_at = p_as_of
  where d.source = 'message_in_doubt' and d.resolved_at is null and d.payload = jsonb_build_object('message_id', p_message_id);
  select x.state::text into m.error_code from public.messages x where x.org_id = p_org_id and x.id = p_message_id;
  return m.error_code;
end
$$;
comment on function private.settle_unconfirmed(uuid, uuid, jsonb, timestamptz) is
  'What the provider says of a message in doubt, {result, provider_id, cost_usd, sent_at, code, detail}: accepted (it has it), absent (it provably never got it: due again), refused, or anything else: it waits for a person, with a dead letter message_in_doubt. Returns the state.';

-- sql/55_delivery/40_message_events.sql

-- What providers report later. Each report fills the first time of its kind, and the state follows from what is
-- known: the same reports in any order and number leave the same row.

create function private.find_message(p_org_id uuid, p_provider text, p_provider_id text, p_message_id uuid default null) returns uuid
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
      -- SendGrid's events append to the id that its answer gave.
      and m.provider_id in (p_provider_id, case when p_provider = 'sendgrid' then split_part(p_provider_id, '.', 1) end)
    order by length(m.provider_id) desc limit 1;
  end if;
  return v_id;
end
$$;
comment on function private.find_message(uuid, text, text, uuid) is
  'The message that a provider means: by our own id, which it carries, else by its id. Null when there is none in the org.';

create function private.apply_message_event(
  p_org_id uuid, p_message_id uuid, p_kind text, p_at timestamptz, p_detail jsonb default '{}'
) returns text
language plpgsql volatile set search_path = '' set jit = off as $$
declare
  o public.messages;
  m public.messages;
  v_machine constant boolean := coalesce(p_detail ->> 'machine' = 'true', false);
  v_gone constant boolean := p_kind in ('sent', 'delivered', 'deferred', 'opened', 'clicked', 'soft_bounced', 'bounced', 'complained', 'unsubscribed');
  v_kind public.contact_kind;
begin
  perform private.lock_sending(p_org_id, array[p_message_id]);
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
      if v_machine then m.machine_opened_at := least(m.machine_opened_at, p_at); else m.opened_at := least(m.opened_at, p_at); end if;
    when 'clicked' then
      if v_machine then m.machine_clicked_at := least(m.machine_clicked_at, p_at); else m.clicked_at := least(m.clicked_at, p_at); end if;
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
    m.error_detail := coalesce(m.error_detail, private.without_values(p_detail ->> 'detail'));
  end if;
  -- From weak to strong evidence.
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
    update public.messages x set state = m.state, sent_at = m.sent_at, delivered_at = m.delivered_at, deferred_at = m.deferred_at,
      opened_at = m.opened_at, clicked_at = m.clicked_at, machine_opened_at = m.machine_opened_at, machine_clicked_at = m.machine_clicked_at,
      failed_at = m.failed_at, soft_bounced_at = m.soft_bounced_at, bounced_at = m.bounced_at, complained_at = m.complained_at,
      unsubscribed_at = m.unsubscribed_at, provider_id = m.provider_id, cost_usd = m.cost_usd, error_code = m.error_code,
      error_detail = m.error_detail, lease_token = m.lease_token, lease_until = m.lease_until, retry_at = m.retry_at
    where x.org_id = p_org_id and x.id = p_message_id;
    if o.sent_at is null and m.sent_at is not null then
      perform private.note_sent(p_org_id, array[p_message_id], p_at);
    elsif o.state in ('sending', 'retrying', 'unconfirmed') and m.state = 'failed' then
      perform private.note_failed(p_org_id, array[p_message_id], p_at);
    elsif o.sent_at is not null and m.cost_usd is distinct from o.cost_usd then
      insert into private.provider_spend as d (org_id, sender_id, local_date, spent_usd)
      select g.id, o.sender_id, coalesce(o.reserved_on, (o.sent_at at time zone g.time_zone)::date), m.cost_usd - coalesce(o.cost_usd, o.reserved_usd, 0)
      from public.orgs g where g.id = p_org_id
      on conflict (org_id, sender_id, local_date) do update set spent_usd = d.spent_usd + excluded.spent_usd;
    end if;
  end if;
  v_kind := case m.channel when 'email' then 'email' else 'phone' end::public.contact_kind;
  if p_kind = 'bounced' or p_detail ->> 'contact' = 'invalid' then
    perform private.note_contact_lost(p_org_id, m.value_bidx, v_kind, 'invalid', m.channel, m.provider || coalesce(' ' || m.error_code, ''), p_at);
  elsif p_kind in ('complained', 'unsubscribed') or p_detail ->> 'contact' = 'unsubscribed' then
    perform private.note_contact_lost(p_org_id, m.value_bidx, v_kind, case p_kind when 'complained' then p_kind else 'unsubscribed' end,
      m.channel, m.provider, p_at);
    perform private.stop_runs(p_org_id, m.lead_id, case p_kind when 'complained' then p_kind else 'unsubscribed' end, p_at);
    -- Who is not out by the opt-out itself is at least through with this campaign.
    perform private.complete_leads(p_org_id, array[m.lead_id]);
  end if;
  return m.state::text;
end
$$;
comment on function private.apply_message_event(uuid, uuid, text, timestamptz, jsonb) is
  'A provider''s report: sent, delivered, deferred, opened, clicked, soft_bounced, bounced, complained, unsubscribed, failed; p_detail {machine, provider_id, cost_usd, code, detail, contact}. Any order and number end the same. Whatever only a message that went out can get proves that it went out. Returns the state; unknown, or ignored for another kind.';

-- sql/55_delivery/41_stop_and_control.sql

create function private.cancel_waiting(p_org_id uuid, p_run_ids uuid[], p_reason text, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  with gone as (
    update public.messages m set state = 'cancelled', cancelled_at = p_as_of, refused = jsonb_build_array(p_reason), lease_token = null,
      lease_until = null, retry_at = null
    where m.org_id = p_org_id and m.run_id = any (p_run_ids) and m.requested_at is null and m.state in ('sending', 'retrying')
    returning m.id
  )
  select array_agg(g.id) into v_ids from gone g;
  perform private.book_costs(p_org_id, v_ids, p_as_of) where v_ids is not null;
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.cancel_waiting(uuid, uuid[], text, timestamptz) is
  'Cancels the messages of runs that are not calling yet; what is on its way cannot be called back. Returns how many.';

create function private.stop_runs(p_org_id uuid, p_lead_id uuid, p_reason text, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[];
begin
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id for no key update;
  with stopped as (
    update public.sequence_runs r set state = 'stopped', ended_at = p_as_of, end_reason = p_reason, next_at = null, message_id = null,
      paused_at = null, paused_by = null
    where r.org_id = p_org_id and r.lead_id = p_lead_id and r.state in ('active', 'paused')
    returning r.id
  )
  select array_agg(s.id) into v_ids from stopped s;
  -- Also of runs that ended with a message still to be sent again.
  perform private.cancel_waiting(p_org_id, array(select r.id from public.sequence_runs r where r.org_id = p_org_id and r.lead_id = p_lead_id), p_reason, p_as_of);
  return coalesce(cardinality(v_ids), 0);
end
$$;
comment on function private.stop_runs(uuid, uuid, text, timestamptz) is
  'Ends what a lead is sent: a reply, an opt-out, the loss of its last contact, a booking. Messages that are not calling yet are cancelled; confirmations and answers go out. Returns how many runs were stopped; again stops none.';

create function private.tg_leads__stop_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.stop_runs(new.org_id, new.id, new.campaign_status::text,
    coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  return null;
end
$$;
comment on function private.tg_leads__stop_runs() is
  'Trigger: a lead that opted out, cannot be reached, answered or booked gets no further step, whoever wrote it down. Definer: not every writer of leads writes runs.';
create trigger _600_stop_runs after update of campaign_status on public.leads
  for each row when (old.campaign_status <> new.campaign_status and new.campaign_status in ('opted_out', 'invalid', 'replied', 'booked'))
  execute function private.tg_leads__stop_runs();

create function private.pause_runs(p_org_id uuid, p_run_ids uuid[], p_by text, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  perform private.cancel_waiting(p_org_id, p_run_ids, 'paused', p_as_of);
  update public.sequence_runs r set state = 'paused', paused_at = p_as_of, paused_by = p_by,
    -- What is on its way goes on to the next step when it is settled; else the step is due when the run goes on.
    message_id = m.id, next_at = case when m.id is null then coalesce(r.next_at, p_as_of) end
  from public.sequence_runs o
  left join public.messages m on m.org_id = o.org_id and m.id = o.message_id and m.state <> 'cancelled'
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'active' and o.org_id = r.org_id and o.id = r.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.pause_runs(uuid, uuid[], text, timestamptz) is 'Pauses active runs, for lead or campaign; returns how many.';

create function private.resume_runs(p_org_id uuid, p_run_ids uuid[], p_by text, p_as_of timestamptz default now()) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  update public.sequence_runs r set state = 'active', paused_at = null, paused_by = null,
    -- What became due meanwhile is spread over the hours that come.
    next_at = case
      when r.next_at is null then null
      when r.next_at > p_as_of then r.next_at
      else private.put_in_window(p_as_of, s.send_from, s.send_until, s.delay_kind = 'business', o.time_zone, o.holidays,
        private.share_of(r.lead_id::text || s.sequence_id || s.step), case when p_by = 'campaign' then interval '1 day' end) end
  from public.orgs o, public.sequence_steps s
  where r.org_id = p_org_id and r.id = any (p_run_ids) and r.state = 'paused' and r.paused_by = p_by and o.id = r.org_id
    and s.org_id = r.org_id and s.sequence_id = r.sequence_id and s.step = r.next_step;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.resume_runs(uuid, uuid[], text, timestamptz) is 'Lets runs go on that were paused by the same; returns how many.';

create function public.control_lead(
  p_org_id uuid, p_lead_id uuid, p_action text, p_reason text default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  r public.sequence_runs;
begin
  if p_action is null or p_action not in ('pause', 'resume', 'skip', 'stop') then
    raise exception 'a lead can be told to pause, resume, skip or stop, not %', p_action using errcode = 'SL513';
  end if;
  perform from public.leads x
  where x.org_id = p_org_id and x.id = p_lead_id
    and (private.is_trusted_caller() or x.org_id = any (private.my_org_ids('{owner,admin}'))
      or (x.org_id = any (private.my_org_ids('{broker}')) and x.assigned_broker_id = any (private.my_broker_ids())))
  for no key update;
  if not found then
    raise exception 'there is no lead % to steer', p_lead_id using errcode = 'SL511';
  end if;
  select x.* into r from public.sequence_runs x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.state in ('active', 'paused') for no key update;
  if not found then
    raise exception 'lead % is in no sequence', p_lead_id using errcode = 'SL513';
  end if;
  perform set_config('sluice.actor', 'system', true);
  case p_action
    when 'pause' then
      perform private.pause_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.sequence_runs x set paused_by = 'lead' where x.org_id = p_org_id and x.id = r.id and x.paused_by = 'campaign';
      update public.leads x set campaign_status = 'paused'
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status in ('queued', 'active');
    when 'resume' then
      perform private.resume_runs(p_org_id, array[r.id], 'lead', p_as_of);
      update public.leads x set campaign_status = case when r.sent_count > 0 then 'active' else 'queued' end::public.campaign_status
      where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status = 'paused';
      -- A campaign that is paused meanwhile holds it.
      perform private.pause_runs(p_org_id, array[r.id], 'campaign', p_as_of)
      from public.campaigns c where c.org_id = p_org_id and c.id = r.campaign_id and c.state = 'paused';
    when 'skip' then
      perform private.cancel_waiting(p_org_id, array[r.id], 'skipped', p_as_of);
      perform private.skip_steps(p_org_id, jsonb_build_array(jsonb_build_object('run_id', r.id, 'step', r.next_step, 'channel', r.next_channel,
        'at', p_as_of, 'rules', array['skipped_by_person'], 'reason', p_reason, 'by', auth.uid())), p_as_of);
    when 'stop' then
      perform private.stop_runs(p_org_id, p_lead_id, coalesce(p_reason, 'stopped_by_person'), p_as_of);
      perform private.complete_leads(p_org_id, array[p_lead_id]);
  end case;
  perform set_config('sluice.actor', v_actor, true);
  select x.* into r from public.sequence_runs x where x.org_id = p_org_id and x.id = r.id;
  return jsonb_build_object('run_id', r.id, 'state', r.state, 'next_step', r.next_step, 'next_at', r.next_at, 'message_id', r.message_id);
end
$$;
comment on function public.control_lead(uuid, uuid, text, text, timestamptz) is
  'Pauses, resumes or stops the sequence of a lead, or skips its next step; returns {run_id, state, next_step, next_at, message_id}. A broker steers own leads, owners, admins and the service all. What is calling already goes out. Definer: members write no runs. Raises SL511 (no such lead), SL513 (no such action, or in no sequence).';

create function private.control_runs_of_campaign(p_org_id uuid, p_campaign_id uuid, p_state public.campaign_state, p_as_of timestamptz) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_runs uuid[];
  v_leads uuid[];
  v_count integer;
begin
  -- Leads before runs, as everywhere.
  v_leads := array(
    select l.id from public.leads l
    where l.org_id = p_org_id and l.id in (select r.lead_id from public.sequence_runs r
      where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state in ('active', 'paused'))
    order by l.id for no key update);
  v_runs := array(
    select r.id from public.sequence_runs r
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state in ('active', 'paused') order by r.id for no key update);
  if p_state = 'paused' then
    return private.pause_runs(p_org_id, v_runs, 'campaign', p_as_of);
  elsif p_state = 'running' then
    return private.resume_runs(p_org_id, v_runs, 'campaign', p_as_of);
  end if;
  perform private.cancel_waiting(p_org_id, v_runs, 'campaign_finished', p_as_of);
  update public.sequence_runs r set state = 'stopped', ended_at = p_as_of, end_reason = 'campaign_finished', next_at = null, message_id = null,
    paused_at = null, paused_by = null
  where r.org_id = p_org_id and r.id = any (v_runs);
  get diagnostics v_count = row_count;
  perform private.complete_leads(p_org_id, v_leads);
  return v_count;
end
$$;
comment on function private.control_runs_of_campaign(uuid, uuid, public.campaign_state, timestamptz) is
  'Takes the runs of a campaign along when it pauses, goes on or finishes; returns how many. Definer: called by the trigger for members, who write no runs.';
revoke execute on function private.control_runs_of_campaign(uuid, uuid, public.campaign_state, timestamptz) from pipeline_writer;

create function private.tg_campaigns__control_runs() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.control_runs_of_campaign(new.org_id, new.id, new.state,
    coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  return null;
end
$$;
comment on function private.tg_campaigns__control_runs() is
  'Trigger: whoever pauses, starts or finishes a campaign steers its runs; the clock is sluice.as_of where control_campaign set it. Definer: as what it calls.';
create trigger _300_steer_runs after update of state on public.campaigns
  for each row when (old.state <> new.state and old.state <> 'draft') execute function private.tg_campaigns__control_runs();

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
    raise exception 'there is no campaign % to steer', p_campaign_id using errcode = 'SL512';
  elsif p_action is null or p_action not in ('pause', 'resume', 'stop') then
    raise exception 'a campaign can be told to pause, resume or stop, not %', p_action using errcode = 'SL513';
  end if;
  perform set_config('sluice.as_of', p_as_of::text, true);
  -- To say it twice is to say it once.
  update public.campaigns x set state = w.state
  from (select case p_action when 'pause' then 'paused' when 'resume' then 'running' else 'finished' end::public.campaign_state as state) w
  where x.org_id = p_org_id and x.id = p_campaign_id and x.state <> w.state;
  if found and p_action = 'stop' and p_reason is not null then
    update public.sequence_runs r set end_reason = p_reason
    where r.org_id = p_org_id and r.campaign_id = p_campaign_id and r.state = 'stopped' and r.ended_at = p_as_of and r.end_reason = 'campaign_finished';
  end if;
  perform set_config('sluice.as_of', v_clock, true);
  return (select jsonb_build_object('campaign_id', x.id, 'state', x.state,
      'runs', (select coalesce(jsonb_object_agg(s.state, s.count), '{}') from (select r.state, count(*) from public.sequence_runs r
        where r.org_id = p_org_id and r.campaign_id = p_campaign_id group by 1) s))
    from public.campaigns x where x.org_id = p_org_id and x.id = p_campaign_id);
end
$$;
comment on function public.control_campaign(uuid, uuid, text, text, timestamptz) is
  'Pauses, resumes or stops a campaign with all its runs; returns {campaign_id, state, runs}. For owners, admins and the service. Definer: members write no runs. Raises SL512 (no such campaign), SL513 (no such action), SL501 (a step that its state machine lacks).';
revoke execute on function public.control_lead(uuid, uuid, text, text, timestamptz), public.control_campaign(uuid, uuid, text, text, timestamptz) from public, anon;
grant execute on function public.control_lead(uuid, uuid, text, text, timestamptz), public.control_campaign(uuid, uuid, text, text, timestamptz)
  to authenticated, service_role, pipeline_writer;

-- sql/55_delivery/42_queue_message.sql

create function private.queue_message(
  p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_channel text, p_kind text, p_text text, p_in_reply_to text default null,
  p_as_of timestamptz default now()
) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  m public.messages;
  s public.senders;
  v_key constant integer := private.active_key_id(p_org_id, 'data');
begin
  if p_kind is null or p_kind not in ('confirmation', 'help', 'manual') or length(btrim(coalesce(p_text, ''))) = 0 then
    raise exception 'a confirmation, an answer to HELP or a person''s words can be queued' using errcode = 'SL532';
  end if;
  select c.org_id, c.id, c.value_bidx into m.org_id, m.contact_point_id, m.value_bidx from public.contact_points c
  where c.org_id = p_org_id and c.lead_id = p_lead_id and c.id = p_contact_point_id;
  -- From the number that the person knows, else from one that is theirs by hash.
  select x.* into s from public.senders x
  where x.org_id = p_org_id and x.channel = p_channel and x.state = 'active'
  order by (
      select max(y.created_at) from public.messages y
      where y.org_id = p_org_id and y.lead_id = p_lead_id and y.channel = p_channel and y.sender_id = x.id) desc nulls last,
    private.share_of(p_lead_id::text || x.id) limit 1;
  if m.org_id is null or s.id is null then
    raise exception 'the lead has no such contact, or the org no sender for %', p_channel using errcode = 'SL533';
  end if;
  -- The same answer to the same message is one answer.
  perform pg_advisory_xact_lock(hashtextextended('sluice answer ' || p_org_id || coalesce(p_in_reply_to, gen_random_uuid()::text), 0));
  select x.id into m.id from public.messages x
  where x.org_id = p_org_id and x.value_bidx = m.value_bidx and x.kind = p_kind and x.kind <> 'sequence' and x.in_reply_to = p_in_reply_to
  order by x.created_at limit 1;
  if found then
    return m.id;
  end if;
  insert into public.messages as x (org_id, lead_id, campaign_id, channel, kind, purpose, text_cipher, key_id, in_reply_to, contact_point_id, value_bidx,
    sender_id, provider, state, retry_at, created_at, reserved_usd, reserved_on)
  select p_org_id, p_lead_id, l.campaign_id, p_channel, p_kind,
    case when p_kind = 'manual' and p_in_reply_to is null then 'marketing' else 'transactional' end,
    private.encrypt_value(p_text, private.org_key(p_org_id, v_key)), v_key, p_in_reply_to, m.contact_point_id, m.value_bidx,
    s.id, s.provider, 'retrying', p_as_of, p_as_of, nullif(s.cost_usd, 0), case when s.cost_usd > 0 then (p_as_of at time zone o.time_zone)::date end
  from public.leads l join public.orgs o on o.id = l.org_id
  where l.org_id = p_org_id and l.id = p_lead_id
  returning x.* into m;
  perform private.decide_answer(m, s, p_as_of);
  insert into private.provider_spend as d (org_id, sender_id, local_date, reserved_usd)
  select x.org_id, x.sender_id, x.reserved_on, x.reserved_usd from public.messages x
  where x.org_id = m.org_id and x.id = m.id and x.state <> 'cancelled' and x.reserved_usd is not null
  on conflict (org_id, sender_id, local_date) do update set reserved_usd = d.reserved_usd + excluded.reserved_usd;
  return m.id;
end
$$;
comment on function private.queue_message(uuid, uuid, bigint, text, text, text, text, timestamptz) is
  'Puts words into the ledger: the confirmation of an opt-out, an answer to HELP, or a broker''s own (transactional where they answer a message, else marketing). The gate is asked at once: allowed, the next claim takes it; outside hours, it waits; refused, it is cancelled with the rules, and the row says so. The same kind of answer to the same p_in_reply_to is queued once. Returns the id. Raises SL532 (kind or text), SL533 (no contact or no sender).';

-- sql/55_delivery/43_united_leads.sql

-- Two leads that become one: the survivor takes the messages and runs along; where both are in a sequence, that of
-- the status that the united lead keeps goes on, and the other ends.

create function private.tg_lead_merges__carry_sending() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_theirs boolean;
  v_live uuid[];
begin
  select private.campaign_rank(m.campaign_status) > private.campaign_rank(s.campaign_status) into v_theirs
  from public.leads s, public.leads m
  where s.org_id = new.org_id and s.id = new.survivor_id and m.org_id = new.org_id and m.id = new.merged_id;
  v_live := array(select r.id from public.sequence_runs r
    where r.org_id = new.org_id and r.lead_id = case when v_theirs then new.survivor_id else new.merged_id end and r.state in ('active', 'paused')
    for no key update);
  update public.sequence_runs r set state = 'stopped', ended_at = new.merged_at, end_reason = 'united', next_at = null, message_id = null,
    paused_at = null, paused_by = null
  where r.org_id = new.org_id and r.id = any (v_live);
  perform private.cancel_waiting(new.org_id, v_live, 'united', new.merged_at);
  update public.sequence_runs r set lead_id = new.survivor_id, merged_from = coalesce(r.merged_from, r.lead_id)
  where r.org_id = new.org_id and r.lead_id = new.merged_id;
  update public.messages m set lead_id = new.survivor_id, merged_from = coalesce(m.merged_from, m.lead_id)
  where m.org_id = new.org_id and m.lead_id = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__carry_sending() is
  'Trigger: runs and messages go to the lead that stays, before the other is deleted. Definer: resolving an import is not sending.';
create trigger _100_carry_sending after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__carry_sending();

create function private.tg_lead_merges__give_back_sending() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.messages m set lead_id = new.merged_id, merged_from = null
  where m.org_id = new.org_id and m.lead_id = new.survivor_id and m.merged_from = new.merged_id;
  update public.sequence_runs r set lead_id = new.merged_id, merged_from = null
  where r.org_id = new.org_id and r.lead_id = new.survivor_id and r.merged_from = new.merged_id;
  return null;
end
$$;
comment on function private.tg_lead_merges__give_back_sending() is
  'Trigger: a union that is taken back gives the other lead its runs and messages again. Definer: as the way there.';
create trigger _200_give_back_sending after update of undone_at on public.lead_merges
  for each row when (old.undone_at is null and new.undone_at is not null) execute function private.tg_lead_merges__give_back_sending();

-- sql/55_delivery/50_opt_out_sync.sql

-- Opt-outs in step with the providers: what people told the provider comes in, what they told us goes out. The
-- worker calls the provider; what to ask for, and what has been told, is kept here.

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
  'How far each list of a provider''s account has been read. Its entries are taken for every org that sends with the account.';
comment on column private.opt_out_pulls.since is 'Entries older than this are taken; null: none yet.';
comment on column private.opt_out_pulls.next_offset is 'Where a reading that was stopped goes on; 0 between readings.';
comment on column private.opt_out_pulls.orgs is 'The orgs that have all entries up to since. One that is new here is a reason to read everything again.';

create table private.opt_out_pushes (
  org_id uuid not null references public.orgs (id) on delete cascade,
  suppression_id bigint not null,
  provider text not null,
  account text not null,
  pushed_at timestamptz not null,
  refusal text,
  primary key (org_id, suppression_id, provider, account)
);
comment on table private.opt_out_pushes is 'Which suppression a provider has been told, and what it said against it. A suppression whose value no lead has waits for one.';
alter table private.opt_out_pulls enable row level security;
alter table private.opt_out_pushes enable row level security;

create function private.opt_out_accounts() returns table (provider text, account text)
language sql stable security definer set search_path = '' as $$
  select distinct s.provider, s.account from public.senders s where s.channel in ('email', 'sms') order by 1, 2
$$;
comment on function private.opt_out_accounts() is 'The accounts that orgs write with. Definer: asks across orgs.';

create function private.orgs_that_send_with(p_provider text, p_account text) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(distinct s.org_id order by s.org_id), '{}') from public.senders s
  where s.provider = p_provider and s.account = p_account and s.channel in ('email', 'sms')
$$;
comment on function private.orgs_that_send_with(text, text) is 'Orgs with a sender of the account. Definer: asks across orgs.';

create function private.start_opt_out_sync(p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- A worker that died in it: the next one takes over.
  update private.daily_runs r set state = 'failed', finished_at = p_as_of, retry_after = p_as_of, error = 'abandoned'
  where r.task = 'opt_out_sync' and r.state = 'running' and r.started_at < p_as_of - interval '1 hour';
  return private.start_daily_run('opt_out_sync', '02:00', p_as_of);
end
$$;
comment on function private.start_opt_out_sync(timestamptz) is
  'Whether the caller is to synchronise opt-outs now: once a day from two o''clock in Los Angeles, by one worker. Definer: the ledger is nobody''s to edit.';

create function private.finish_opt_out_sync(p_detail jsonb, p_error text, p_as_of timestamptz default now()) returns void
language sql volatile security definer set search_path = '' as $$
  select private.finish_daily_run('opt_out_sync', p_as_of, clock_timestamp(), p_detail, p_error)
$$;
comment on function private.finish_opt_out_sync(jsonb, text, timestamptz) is 'Closes what start_opt_out_sync opened; with an error it is tried again. Definer: as above.';

create function private.begin_opt_out_pull(p_provider text, p_account text, p_list text, p_as_of timestamptz default now())
returns table (since timestamptz, next_offset integer)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_orgs constant uuid[] := private.orgs_that_send_with(p_provider, p_account);
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
  -- A day twice: the provider's clock and the time it takes to list an entry are not ours.
  returning p.since - interval '1 day', p.next_offset;
end
$$;
comment on function private.begin_opt_out_pull(text, text, text, timestamptz) is
  'From when and where on to read a list of a provider; no row when no org sends with the account. Definer: reading is kept across orgs.';

create function private.store_pulled_opt_outs(p_provider text, p_account text, p_list text, p_entries jsonb, p_next_offset integer) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_reason constant text := case p_list when 'unsubscribes' then 'unsubscribe' when 'spam_reports' then 'complaint' else 'bounce' end;
  v_source constant text := p_provider || ' ' || p_list;
  v_count integer := 0;
  v record;
begin
  for v in
    select distinct on (o.id, x.bidx) o.id as org_id, x.bidx, x.at
    from unnest(private.orgs_that_send_with(p_provider, p_account)) o (id)
    cross join lateral (
      select private.blind_index(n.email, k.key) as bidx, to_timestamp((e ->> 'created')::bigint) as at
      from (select private.blind_key(o.id) as key) k
      cross join jsonb_array_elements(p_entries) e
      cross join lateral (select private.normalise_email(e ->> 'email') as email) n
      where n.email is not null
    ) x
    where not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason and s.created_at >= x.at)
      -- Nor what stands already, nor what a newer consent outranks.
      and not exists (select from public.suppressions s
        where s.org_id = o.id and s.value_bidx = x.bidx and s.reason = v_reason
          and not exists (select from public.suppression_lifts l where l.org_id = s.org_id and l.suppression_id = s.id))
      and (v_reason <> 'unsubscribe' or not exists (select from public.consents c
        where c.org_id = o.id and c.value_bidx = x.bidx and c.action = 'grant' and not c.is_unproven and c.occurred_at > x.at))
    order by o.id, x.bidx, x.at desc
  loop
    if v_reason = 'unsubscribe' then
      perform private.record_opt_out(v.org_id, v.bidx, 'email', 'email', v_source, null, v_reason, '{email}', true, v.at);
    else
      perform private.suppress_value(v.org_id, v.bidx, 'email', 'email', v_reason, v_source, v.at);
    end if;
    v_count := v_count + 1;
  end loop;
  update private.opt_out_pulls p set entries = p.entries + jsonb_array_length(p_entries), next_offset = coalesce(p_next_offset, 0),
    since = case when p_next_offset is null then p.began_at else p.since end
  where p.provider = p_provider and p.account = p_account and p.list = p_list;
  return v_count;
end
$$;
comment on function private.store_pulled_opt_outs(text, text, text, jsonb, integer) is
  'Takes a page of a provider''s list [{email, created (seconds)}]: unsubscribes as revocations, spam reports as complaints, the others as bounces, for every org that sends with the account; returns how many were news. p_next_offset null: it was the last page. Definer: reading is kept across orgs.';

create function private.opt_outs_to_push(p_provider text, p_account text, p_limit integer)
returns table (org_id uuid, suppression_id bigint, value text, opted_out_at timestamptz, sender text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
  with due as materialized (
    select s.org_id, s.id, s.created_at, c.lead_id, c.value_cipher, c.key_id, f.sender
    from (
      select x.org_id, min(coalesce(x.messaging_service_sid, x.address)) as sender
      from public.senders x where x.provider = p_provider and x.account = p_account and x.channel in ('email', 'sms') group by x.org_id) f
    join public.suppressions s on s.org_id = f.org_id
      and s.kind = case p_provider when 'sendgrid' then 'email' else 'phone' end::public.contact_kind
      and coalesce(s.channel, 'sms') in ('email', 'sms')
      -- What a provider told us it knows; a bounce or a lawsuit is not what the person asked for.
      and s.reason not in ('bounce', 'complaint', 'litigator') and s.source not like p_provider || ' %'
      and not exists (select from private.opt_out_pushes p where p.org_id = s.org_id and p.suppression_id = s.id
        and p.provider = p_provider and p.account = p_account)
      and private.is_suppressed(s.org_id, s.value_bidx, case p_provider when 'sendgrid' then 'email' else 'sms' end)
    cross join lateral (
      select c.lead_id, c.value_cipher, c.key_id from public.contact_points c
      where c.org_id = s.org_id and c.value_bidx = s.value_bidx order by c.id limit 1) c
    order by s.org_id, s.id limit p_limit
  ),
  looked as (
    insert into private.pii_access_log (org_id, lead_id, user_id, db_role, values_shown)
    select d.org_id, d.lead_id, null, session_user, count(*)::smallint from due d group by d.org_id, d.lead_id
  )
  select d.org_id, d.id, private.decrypt_value(d.value_cipher, private.org_key(d.org_id, d.key_id)), d.created_at, d.sender
  from due d;
end
$$;
comment on function private.opt_outs_to_push(text, text, integer) is
  'Opt-outs that stand and that a provider (sendgrid, twilio) has not been told, with the value in plain and the org''s sender; each look is logged. Definer: keys are the owner''s.';

create function private.opt_outs_pushed(p_provider text, p_account text, p_pushed jsonb, p_as_of timestamptz default now()) returns integer
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
comment on function private.opt_outs_pushed(text, text, jsonb, timestamptz) is
  'Notes [{org_id, suppression_id, refusal}] as told to the provider. Definer: the list is nobody''s to edit.';
revoke execute on function private.opt_out_accounts(), private.orgs_that_send_with(text, text), private.start_opt_out_sync(timestamptz), private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb, integer),
  private.opt_outs_to_push(text, text, integer), private.opt_outs_pushed(text, text, jsonb, timestamptz) from public;
grant execute on function private.opt_out_accounts(), private.start_opt_out_sync(timestamptz), private.finish_opt_out_sync(jsonb, text, timestamptz),
  private.begin_opt_out_pull(text, text, text, timestamptz), private.store_pulled_opt_outs(text, text, text, jsonb, integer),
  private.opt_outs_to_push(text, text, integer), private.opt_outs_pushed(text, text, jsonb, timestamptz) to pipeline_writer;
