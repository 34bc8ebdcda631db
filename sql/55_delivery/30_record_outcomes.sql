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
  v_listed uuid[];
  v_drawn uuid[];
  v_others uuid[];
  v_ended uuid[];
  v_written uuid[];
begin
  insert into public.pipeline_events (org_id, lead_id, kind, at, correlation_id, detail)
  select m.org_id, m.lead_id, 'sent', m.sent_at, m.correlation_id, jsonb_strip_nulls(jsonb_build_object('message_id',
    m.id,
    'campaign_id', m.campaign_id, 'step', m.step, 'channel', m.channel, 'kind', m.kind, 'variant', m.variant))
  from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids);
  -- Runs that wait for one of these messages move on; a run that went on meanwhile only counts it.
  select array_agg(r.id) filter (where r.message_id = any (p_message_ids) and q.first_step is null),
    array_agg(r.id order by r.id) filter (where r.message_id = any (p_message_ids) and q.first_step is not null),
    array_agg(r.id) filter (where (r.message_id = any (p_message_ids) and q.first_step is null) is not true)
  into v_listed, v_drawn, v_others
  from public.sequence_runs r
  join public.sequences q on q.org_id = r.org_id and q.id = r.sequence_id
  where r.org_id = p_org_id and r.id = any (array(select m.run_id from public.messages m where m.org_id = p_org_id
    and m.id = any (p_message_ids)));
  update public.sequence_runs r set sent_count = r.sent_count + 1
  where r.org_id = p_org_id and r.id = any (v_others);
  v_ended := (private.advance_listed_runs(p_org_id, v_listed, 1, p_as_of)).ended_leads;
  perform set_config('sluice.actor', 'system', true);
  with written as (
    -- One write of each lead, for what was sent and for a run that ended with it.
    update public.leads l set
      campaign_status = case
        when l.id = any (v_ended) and l.campaign_status in ('queued', 'active', 'paused')
          then case when (select true from public.contact_points c where c.org_id = l.org_id and c.lead_id = l.id
            and c.invalid_at is null limit 1) then 'completed' else 'invalid' end
        when l.campaign_status = 'queued' and s.touched then 'active'
        else l.campaign_status::text end::public.campaign_status,
      current_sequence_step = greatest(l.current_sequence_step, s.step),
      vapi_call_id = coalesce(s.call_id, l.vapi_call_id), call_attempt_count = l.call_attempt_count + s.calls
    from (
      select m.lead_id, max(m.step) as step, bool_or(m.kind = 'sequence') as touched,
        count(*) filter (where m.channel = 'voice_ai') as calls, max(m.provider_id)
          filter (where m.channel = 'voice_ai') as call_id
      from public.messages m where m.org_id = p_org_id and m.id = any (p_message_ids) and m.kind <> 'confirmation'
      group by m.lead_id) s
    where l.org_id = p_org_id and l.id = s.lead_id
    returning l.id
  )
  select coalesce(array_agg(w.id), '{}') into v_written from written w;
  perform set_config('sluice.actor', v_actor, true);
  -- A run may have another lead than its message where leads were merged.
  perform private.complete_leads(p_org_id, array(select x from unnest(v_ended) x where x <> all (v_written)))
  where not v_ended <@ v_written;
  perform private.walk_run(p_org_id, x, 'next', p_as_of) from unnest(v_drawn) x;
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
  elsif p_what = 'cannot_text' then
    -- A landline, for example: calls still reach the person.
    perform private.suppress_value(p_org_id, p_value_bidx, p_kind, 'sms', 'bounce', p_source, p_as_of);
  elsif p_what = 'complained' then
    -- A suppression for a complaint is permanent; nothing lifts it.
    if not exists (select from public.suppressions s where s.org_id = p_org_id and s.value_bidx = p_value_bidx
      and s.reason = 'complaint') then
      perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null, 'complaint',
        private.channels_for_kind(p_kind), p_as_of => p_as_of);
    end if;
  elsif p_what = 'unsubscribed' and not private.is_suppressed(p_org_id, p_value_bidx, p_channel) then
    perform private.record_opt_out(p_org_id, p_value_bidx, p_kind, p_channel, p_source, null,
      case when p_channel = 'sms' then 'stop_keyword' else 'unsubscribe' end,
      case when p_channel = 'email' then '{email}'::text[] end, p_scope => case when p_channel = 'email'
        then 'channels' end, p_provider_confirms => true, p_as_of => p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true);
end
$$;
comment on function private.record_contact_feedback(uuid, bytea, public.contact_kind, text, text, text, timestamptz) is
  'Records what a provider reports about a contact: invalid (marks the value wherever it occurs; suppresses an '
  'e-mail as bounced; a lead without contacts left becomes invalid), cannot_text (ends texts only), complained or unsubscribed (an opt-out by the '
  'person). Repeating it has no effect.';
