-- Everything about one lead in one list. Each source gives its latest rows behind the cursor, by an index.

create function private.actor_name(p_org_id uuid, p_user_id uuid, p_actor text default null) returns text
language sql stable set search_path = '' as $$
  select case when p_user_id = (select auth.uid()) then 'you'
    when p_user_id is not null then private.member_name(p_org_id, p_user_id) else p_actor end
$$;
comment on function private.actor_name(uuid, uuid, text)
  is 'Who did it: you, the name of a member, or the part of the system.';
revoke execute on function private.actor_name(uuid, uuid, text) from pipeline_writer;
grant execute on function private.actor_name(uuid, uuid, text) to authenticated;

create function public.desk_timeline(p_org_id uuid, p_lead_id uuid, p_kinds text[] default null,
  p_limit integer default 50, p_cursor text default null)
returns table (at timestamptz, kind text, id text, title text, actor text, channel text, contact text, detail jsonb,
  cursor text)
language plpgsql stable set search_path = '' as $$
#variable_conflict use_column
declare
  v_limit constant integer := private.page_size(p_limit);
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
  v_at constant timestamptz := coalesce((v_after ->> 0)::timestamptz, 'infinity');
  v_kind constant text := coalesce(v_after ->> 1, '~');
  v_id constant text := coalesce(v_after ->> 2, '~');
  v_kinds constant text[] := coalesce(p_kinds, '{event,change,message,call,reply,task,booking,consent,suppression,'
    'decision,merge,reveal}');
begin
  -- Nothing without the lead, although some of its records survive it.
  perform from public.leads l where l.org_id = p_org_id and l.id = p_lead_id;
  if not found then
    return;
  end if;
  return query
  select x.at, x.kind, x.id, x.title, x.actor, x.channel, x.contact, jsonb_strip_nulls(x.detail),
    jsonb_build_array(x.at, x.kind, x.id)::text
  from (
    (select e.at, 'event' as kind, e.id::text as id, case e.kind when 'uploaded' then 'Came with an upload'
        when 'staged' then 'Read from a list' when 'deduped' then 'Joined with another row'
        when 'verified' then 'Contact verified' when 'fed' then 'Fed to a campaign' when 'sent' then 'Contacted'
        when 'replied' then 'Replied' else 'Booked an appointment' end as title, 'system' as actor,
      e.detail ->> 'channel' as channel, null::text as contact, e.detail as detail
    from public.pipeline_events e
    where 'event' = any (v_kinds) and e.org_id = p_org_id and e.lead_id = p_lead_id and e.at <= v_at
      and (e.at, 'event', e.id::text) < (v_at, v_kind, v_id)
    order by e.at desc, e.id::text desc limit v_limit)
    union all
    (select c.changed_at, 'change', c.id::text, case c.action when 'created' then 'Lead created'
        else 'Changed: ' || coalesce((select string_agg(replace(f, '_', ' '), ', ' order by f)
          from jsonb_object_keys(c.changes) f), 'nothing') end,
      private.actor_name(c.org_id, c.actor_id, c.actor), null, null,
      jsonb_build_object('changes', c.changes, 'upload_id', c.upload_id)
    from public.lead_changes c
    where 'change' = any (v_kinds) and c.org_id = p_org_id and c.lead_id = p_lead_id and c.changed_at <= v_at
      and (c.changed_at, 'change', c.id::text) < (v_at, v_kind, v_id)
    order by c.changed_at desc, c.id::text desc limit v_limit)
    union all
    (select m.at, 'message', m.message_id::text, initcap(replace(m.state::text, '_', ' ')) || ': ' || case m.kind
        when 'sequence' then coalesce(m.template, 'step ' || m.step) when 'manual' then 'answer of a member'
        else m.kind end,
      'system', m.channel, m.contact, jsonb_build_object('campaign', m.campaign, 'step', m.step, 'variant', m.variant,
        'subject', m.subject, 'state', m.state, 'delivered_at', m.delivered_at, 'opened_at', m.opened_at,
        'clicked_at', m.clicked_at, 'bounced_at', m.bounced_at, 'refused', m.refused, 'cost_usd', m.cost_usd,
        'decision_id', m.decision_id, 'sender', m.sender)
    from public.lead_messages m
    where 'message' = any (v_kinds) and m.org_id = p_org_id and m.lead_id = p_lead_id and m.at <= v_at
      and (m.at, 'message', m.message_id::text) < (v_at, v_kind, v_id)
    order by m.at desc, m.message_id::text desc limit v_limit)
    union all
    (select k.at, 'call', k.id::text, case when k.direction = 'inbound' then 'The person called'
        when k.outcome is not null then 'Call: ' || replace(k.outcome::text, '_', ' ')
        when k.answered then 'Automated call, answered' else 'Automated call, not answered' end,
      private.actor_name(k.org_id, k.called_by, k.provider), case k.provider when 'hand' then 'voice_manual'
        else case k.direction when 'inbound' then 'voice_manual' else 'voice_ai' end end, p.masked,
      jsonb_build_object('seconds', k.seconds, 'ended_reason', k.ended_reason, 'has_transcript', k.has_transcript,
        'against_gate', nullif(k.recorded_against_gate, false), 'decision_id', k.decision_id)
    from public.calls k
    left join public.contact_points p on p.org_id = k.org_id and p.id = k.contact_point_id
    where 'call' = any (v_kinds) and k.org_id = p_org_id and k.lead_id = p_lead_id and k.at <= v_at
      and (k.at, 'call', k.id::text) < (v_at, v_kind, v_id)
    order by k.at desc, k.id::text desc limit v_limit)
    union all
    (select r.at, 'reply', r.id::text, case r.request when 'opt_out' then 'Asked us to stop'
        when 'wrong_contact' then 'Said that it is a wrong number' when 'help' then 'Asked for help'
        when 'opt_in' then 'Asked us to start again' else 'Replied' end || coalesce(': ' || replace(r.label::text,
          '_',
          ' '), ''),
      'person', r.channel, p.masked, jsonb_build_object('label', r.label, 'labelled_by', r.labelled_by, 'answered_at',
        r.answered_at, 'has_text', r.has_text)
    from public.replies r
    left join public.contact_points p on p.org_id = r.org_id and p.id = r.contact_point_id
    where 'reply' = any (v_kinds) and r.org_id = p_org_id and r.lead_id = p_lead_id and r.at <= v_at
      and (r.at, 'reply', r.id::text) < (v_at, v_kind, v_id)
    order by r.at desc, r.id::text desc limit v_limit)
    union all
    (select t.created_at, 'task', t.id::text, private.task_words(t.kind, t.detail),
      private.actor_name(t.org_id, t.created_by, 'system'), null, null, jsonb_build_object('kind', t.kind, 'due_at',
        t.due_at, 'done_at', t.done_at, 'done_by', private.actor_name(t.org_id, t.done_by), 'assigned_to',
        private.actor_name(t.org_id, t.assigned_to), 'number', t.number, 'has_note', t.has_note)
    from public.tasks t
    where 'task' = any (v_kinds) and t.org_id = p_org_id and t.lead_id = p_lead_id and t.created_at <= v_at
      and (t.created_at, 'task', t.id::text) < (v_at, v_kind, v_id)
    order by t.created_at desc, t.id::text desc limit v_limit)
    union all
    (select coalesce(b.made_at, b.moved_at, b.cancelled_at), 'booking', b.id::text, 'Appointment ' || b.state,
      b.provider, null, null, jsonb_build_object('starts_at', b.starts_at, 'ends_at', b.ends_at, 'state', b.state,
        'cancelled_at', b.cancelled_at)
    from public.bookings b
    where 'booking' = any (v_kinds) and b.org_id = p_org_id and b.lead_id = p_lead_id
      and (coalesce(b.made_at, b.moved_at, b.cancelled_at), 'booking', b.id::text) < (v_at, v_kind, v_id)
    order by 1 desc, b.id::text desc limit v_limit)
    union all
    (select d.at, case when d.kind in ('consent', 'revocation') then 'consent' else 'suppression' end,
      concat_ws(' ', d.kind, d.contact_point_id, array_to_string(d.channels, ',')),
      case d.kind when 'consent' then 'Gave consent' when 'revocation' then 'Took consent back'
        when 'suppression' then 'Suppressed: ' || d.why when 'lift' then 'Suppression lifted'
        else 'Wrong number or address' end, coalesce(d.recorded_by, 'system'), null, d.contact,
      jsonb_build_object('channels', d.channels, 'why', d.why, 'source', d.source, 'is_active', d.is_active)
    from public.desk_consents(p_org_id, p_lead_id) d
    where v_kinds && '{consent,suppression}'
      and case when d.kind in ('consent', 'revocation') then 'consent' else 'suppression' end = any (v_kinds)
      and (d.at, case when d.kind in ('consent', 'revocation') then 'consent' else 'suppression' end,
        concat_ws(' ', d.kind, d.contact_point_id, array_to_string(d.channels, ','))) < (v_at, v_kind, v_id)
    order by d.at desc, 2 desc, 3 desc limit v_limit)
    union all
    (select d.decided_at, 'decision', d.decision_id::text, initcap(d.verdict) || ' by the rules', 'system', d.channel,
      d.contact, jsonb_build_object('reasons', d.reasons, 'campaign', d.campaign, 'next_allowed_at',
        d.next_allowed_at)
    from public.desk_why(p_org_id, p_lead_id, v_limit, case when v_at < 'infinity'
      then jsonb_build_array(v_at, 9223372036854775807)::text end) d
    where 'decision' = any (v_kinds) and (d.decided_at, 'decision', d.decision_id::text) < (v_at, v_kind, v_id)
    order by d.decided_at desc, d.decision_id::text desc limit v_limit)
    union all
    (select g.merged_at, 'merge', g.id::text, 'Another lead was merged into this one',
      private.actor_name(g.org_id, g.merged_by, 'upload'), null, null, jsonb_build_object('merged_id', g.merged_id,
        'reason', g.reason, 'undone_at', g.undone_at, 'merge_id', g.id)
    from public.lead_merges g
    where 'merge' = any (v_kinds) and g.org_id = p_org_id and g.survivor_id = p_lead_id and g.merged_at <= v_at
      and (g.merged_at, 'merge', g.id::text) < (v_at, v_kind, v_id)
    order by g.merged_at desc, g.id::text desc limit v_limit)
    union all
    (select v.accessed_at, 'reveal', v.id::text, 'Plain values shown: ' || coalesce(v.subject, 'contacts'),
      private.actor_name(v.org_id, v.user_id, v.db_role), null, null, jsonb_build_object('values', v.values_shown,
        'reason', v.reason)
    from private.pii_access_log v
    where 'reveal' = any (v_kinds) and v.org_id = p_org_id and v.lead_id = p_lead_id and v.accessed_at <= v_at
      and (v.accessed_at, 'reveal', v.id::text) < (v_at, v_kind, v_id)
    order by v.accessed_at desc, v.id::text desc limit v_limit)
  ) x (at, kind, id, title, actor, channel, contact, detail)
  where x.at is not null
  order by x.at desc, x.kind desc, x.id desc
  limit v_limit;
end
$$;
comment on function public.desk_timeline(uuid, uuid, text[], integer, text) is
  'One list of everything about a lead, the latest first: event, change, message, call, reply, task, booking, '
  'consent, suppression, decision, merge and reveal (those that the caller may see). p_kinds limits it. No rows for '
  'a lead that the caller may not see. Raises SL801.';
revoke execute on function public.desk_timeline(uuid, uuid, text[], integer, text) from public, anon;
grant execute on function public.desk_timeline(uuid, uuid, text[], integer, text) to authenticated;
