-- Replies and bookings of org A's people; after support/cast.sql.
create function cast_.org() returns uuid language sql as $$ select 'a0000000-0000-4000-8000-000000000000'::uuid $$;
create function cast_.reply(p_from text, p_text text, p_key text, p_at timestamptz default '2026-11-23T18:00Z',
  p_more jsonb default '{}') returns text
language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_reply_event(cast_.org(), 'twilio',
    jsonb_build_object('key', p_key, 'at', p_at, 'channel', 'sms', 'from', p_from, 'text', p_text) || p_more, p_at) t
$$;
grant usage on schema cast_ to pipeline_writer;
grant execute on all functions in schema cast_ to pipeline_writer;
create function cast_.book(p_action text, p_uid text, p_more jsonb default '{}') returns text language sql as $$
  select concat_ws(' ', t.lead_id, t.outcome) from private.apply_booking_event(cast_.org(), 'calcom',
    jsonb_build_object('action', p_action, 'uid', p_uid,
    'at', '2026-11-23T21:00Z', 'starts_at', '2026-11-25T18:00Z', 'ends_at', '2026-11-25T18:30Z') || p_more,
      '2026-11-23T21:00Z') t
$$;
