-- A sending campaign of org A; after support/cast.sql, decide.sql and feed.sql. It is Wednesday, 2026-11-18, 10:00
-- in Los Angeles (cast_.noon()). One e-mail, text and call per lead, three business days apart.
insert into public.senders (org_id, id, channel, provider, name, address, postal_address, authenticated_at) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000e1', 'email', 'sendgrid', 'Org A', 'hello@mail.example.com',
    '1 Main St, Los Angeles, CA 90001', '2026-11-01Z');
insert into public.senders (org_id, id, channel, provider, name, address, assistant_id) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000e2', 'sms', 'twilio', 'Org A', '+12135550150', null),
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000e3', 'voice_ai', 'vapi', 'Org A', '+12135550151', 'assistant');
create function cast_.sender(p_channel text) returns uuid language sql as $$
  select ('a0000000-0000-4000-8000-0000000000e' || array_position('{email,sms,voice_ai}', p_channel))::uuid
$$;

insert into public.templates (org_id, id, name, channel, subject, text_body) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000d1', 'hello', 'email',
    'Your home on {{ property.street | default: "hand" }}',
    'Hello {{ lead.first_name | default: "there" }}. {{ sender.name }}, {{ sender.postal_address }}. {{ '
      'unsubscribe_url }}');
insert into public.templates (org_id, id, name, channel, text_body) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000d2', 'text', 'sms',
    '{{ sender.name }}: still thinking of selling? Reply STOP to end.'),
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000d3', 'call', 'voice_ai',
    'This is {{ sender.name }}. Say stop calling and we will not call again.');
insert into public.sequences (org_id, id, name) values (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1',
  'Three touches');
insert into public.sequence_steps (org_id, sequence_id, step, channel, delay) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 1, 'email', '0'),
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 2, 'sms', '3 days'),
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 3, 'voice_ai', '3 days');
insert into public.step_variants (org_id, sequence_id, step, template_id) values
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 1, 'a0000000-0000-4000-8000-0000000000d1'),
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 2, 'a0000000-0000-4000-8000-0000000000d2'),
  (cast_.org(), 'a0000000-0000-4000-8000-0000000000c1', 3, 'a0000000-0000-4000-8000-0000000000d3');
update public.campaigns set sequence_id = 'a0000000-0000-4000-8000-0000000000c1' where org_id = cast_.org();

-- Lead n with an e-mail address of its own, in the campaign, its step due at p_due; with a phone if asked for.
create function cast_.runner(p_n integer, p_step integer default 1, p_due timestamptz default cast_.noon(),
  p_phone boolean default false, p_email boolean default true)
returns uuid language plpgsql as $$
declare
  v_lead constant uuid := cast_.nth(p_n);
begin
  perform set_config('sluice.actor', 'system', true);
  insert into public.leads (org_id, id, situs_state, situs_zip, owner_1_first, owner_1_last, source_id, campaign_id,
    campaign_status, added_to_campaign_at)
  values (cast_.org(), v_lead, 'CA', '90001', 'JO', 'AMES', 'a0000000-0000-4000-8000-00000000005c', cast_.campaign(),
    'queued', cast_.noon() - interval '1 day');
  if p_email then
    perform cast_.add_contact(v_lead, 'email', 'lead' || p_n || '@example.com');
  end if;
  if p_phone then
    perform cast_.add_contact(v_lead, 'phone', '+121355501' || lpad((p_n % 100)::text, 2, '0'));
    insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, purpose, type, shown_text,
      text_sha256, text_version,
      seller, automated_disclosed, not_condition_of_purchase, method, signature, occurred_at, recorded_by)
    select cast_.org(), v_lead, c.value_bidx, 'phone', 'grant', '{sms,voice_manual,voice_ai}', 'marketing', 'pewc',
      'Org A may text me.', sha256('Org A may text me.'), 1, 'Org A', true, true, 'consent form', 'Jo Ames',
        '2026-06-01T12:00Z', 'person'
    from public.contact_points c where c.lead_id = v_lead and c.kind = 'phone';
  end if;
  insert into public.sequence_runs (org_id, id, campaign_id, lead_id, sequence_id, next_step, next_channel, next_at,
    started_at)
  select cast_.org(), overlay(v_lead::text placing 'e' from 1 for 1)::uuid, cast_.campaign(), v_lead, s.sequence_id,
    s.step, s.channel, p_due, p_due
  from public.sequence_steps s where s.sequence_id = 'a0000000-0000-4000-8000-0000000000c1' and s.step = p_step;
  perform set_config('sluice.actor', '', true);
  return v_lead;
end
$$;
-- Claims with the worker's role and returns the leads: `1 2`.
create function cast_.claim(p_limit integer default 100, p_as_of timestamptz default cast_.noon(), p_channel text
  default null) returns text language plpgsql as $$
declare
  v_answer text;
begin
  set local role pipeline_writer;
  select coalesce(string_agg(right(m.lead_id::text, 12)::integer::text, ' ' order by m.lead_id), 'none') into
    v_answer
  from public.claim_due_steps(p_limit, p_channel, p_as_of, cast_.org()) m;
  reset role;
  return v_answer;
end
$$;
-- Begins the requests of claimed messages and returns the outcome per lead: `1 go 2 ["opted_out"]`.
create function cast_.begin(p_as_of timestamptz default cast_.noon()) returns text language plpgsql as $$
declare
  v_answer text;
begin
  set local role pipeline_writer;
  select coalesce(string_agg(right(m.lead_id::text, 12)::integer || ' ' || coalesce(b.request ->> 'cancelled', 'go'),
    ' ' order by m.lead_id, m.id), 'none') into v_answer
  from (select distinct x.lease_token from public.messages x where x.state = 'sending') t
  cross join lateral private.begin_requests(cast_.org(), array(select x.id from public.messages x where x.lease_token
    = t.lease_token), t.lease_token, p_as_of) b
  join public.messages m on m.id = b.message_id;
  reset role;
  return v_answer;
end
$$;
-- Settles the requested messages with one outcome and returns how many.
create function cast_.settle(p_outcome jsonb default '{"result": "accepted"}', p_as_of timestamptz default
  cast_.noon()) returns integer language plpgsql as $$
declare
  v_answer integer;
begin
  set local role pipeline_writer;
  select coalesce(sum(private.settle_messages(cast_.org(), t.lease_token, t.outcomes, p_as_of)), 0) into v_answer
    from (
    select m.lease_token, jsonb_agg(jsonb_build_object('message_id', m.id, 'provider_id', 'p-' || m.id) || p_outcome)
      as outcomes
    from public.messages m where m.state in ('sending', 'unconfirmed') and m.requested_at is not null group by 1) t;
  reset role;
  return v_answer;
end
$$;
-- Applies a provider's report.
create function cast_.event(p_id uuid, p_kind text, p_at timestamptz default cast_.noon(), p_detail jsonb default
  '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  set local role pipeline_writer;
  v_answer := private.apply_message_event(cast_.org(), p_id, p_kind, p_at, p_detail);
  reset role;
  return v_answer;
end
$$;
create function cast_.message(p_n integer, p_step integer default 1) returns uuid language sql as $$
  select m.id from public.messages m where m.lead_id = cast_.nth(p_n) and m.step is not distinct from p_step
    order by m.state = 'cancelled', m.created_at desc, m.id limit 1
$$;
create function cast_.state(p_n integer, p_step integer default 1) returns text language sql as $$
  select m.state::text from public.messages m where m.id = cast_.message(p_n, p_step)
$$;
-- The state of a lead: run, next step, campaign status: `active 2 queued`.
create function cast_.lead_state(p_n integer) returns text language sql as $$
  select concat_ws(' ', r.state, r.next_step, l.campaign_status) from public.leads l
  left join lateral (select * from public.sequence_runs r where r.lead_id = l.id order by r.started_at desc,
    r.id limit 1) r on true
  where l.id = cast_.nth(p_n)
$$;
-- The worker's role may call the functions above.
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;
