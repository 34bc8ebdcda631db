-- A drawn sequence of org A; after support/sending.sql: a mail; replied within two days: a text a day later; otherwise
-- clicked within a day: hand over; otherwise a call. The campaign follows it.
create function cast_.drawn_node(p_node text, p_more text) returns jsonb language sql as $$
  select jsonb_build_object('node', p_node) || case when p_more::jsonb ? 'channel' then jsonb_build_object('variants',
    jsonb_build_array(jsonb_build_object('template_id', 'a0000000-0000-4000-8000-0000000000d' ||
    array_position('{email,sms,voice_ai}', p_more::jsonb ->> 'channel')))) else '{}' end || p_more::jsonb
$$;
create function cast_.drawn() returns jsonb language sql as $$
  select jsonb_build_array(
    cast_.drawn_node('Mail', '{"channel": "email", "next": {"to": "Replied?"}}'),
    cast_.drawn_node('Replied?', '{"kind": "branch", "event": "replied", "within": "2 days",
      "yes": {"to": "Text", "delay": "1 day"}, "no": {"to": "Clicked?"}}'),
    cast_.drawn_node('Clicked?', '{"kind": "branch", "event": "clicked", "within": "1 day",
      "yes": {"to": "Broker"}, "no": {"to": "Call"}}'),
    cast_.drawn_node('Text', '{"channel": "sms"}'),
    cast_.drawn_node('Broker', '{"kind": "hand_over", "note": "Opened the offer"}'),
    cast_.drawn_node('Call', '{"channel": "voice_ai"}'))
$$;
create function cast_.save_drawn(p_steps jsonb, p_version integer default null, p_who text default 'owner',
  p_dry_run boolean default false) returns text language sql as $$
  select cast_.ask(p_who, format('select public.save_sequence(%L, ''Drawn'', %L, %L, %L)', cast_.org(), p_steps,
    p_version, p_dry_run))
$$;
-- Lead n begins the drawn sequence: its mail is claimed, requested and sent at p_at.
create function cast_.drawn_runner(p_n integer, p_at timestamptz default cast_.noon()) returns void language plpgsql
  as $$
begin
  perform cast_.runner(p_n, 1, p_at, true);
  update public.sequence_runs r set sequence_id = q.id, next_step = q.first_step
  from public.sequences q where r.lead_id = cast_.nth(p_n) and q.name = 'Drawn'
    and q.version = (select max(version) from public.sequences where name = 'Drawn');
end
$$;
create function cast_.send_all(p_at timestamptz default cast_.noon()) returns void language plpgsql as $$
begin
  perform cast_.claim(p_as_of => p_at), cast_.begin(p_at), cast_.settle(p_as_of => p_at);
end
$$;
-- Where lead n is: `active Replied? 11-20 10:00`, or how it ended: `completed handed_over Broker`.
create function cast_.where_is(p_n integer) returns text language sql as $$
  select concat_ws(' ', r.state, r.end_reason, private.step_name(s), to_char(r.next_at at time zone
    'America/Los_Angeles', 'MM-DD HH24:MI'))
  from public.sequence_runs r join public.sequence_steps s on s.org_id = r.org_id and s.sequence_id = r.sequence_id
    and s.step = r.next_step
  where r.lead_id = cast_.nth(p_n) order by r.started_at desc limit 1
$$;
create function cast_.walk(p_at timestamptz) returns integer language sql as $$
  select private.walk_due_runs(p_at)
$$;
create function cast_.replies(p_n integer, p_at timestamptz, p_request text default 'none') returns void
  language plpgsql as $$
begin
  set local role pipeline_writer;
  perform private.mark_leads_replied(cast_.org(), array[cast_.nth(p_n)], p_at, jsonb_build_object('channel', 'sms',
    'request', p_request));
  reset role;
end
$$;
grant execute on all functions in schema cast_ to pipeline_writer;
