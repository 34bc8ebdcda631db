-- Replies that may opt out, and suppressions in force; after support/cast.sql.
\set org '''a0000000-0000-4000-8000-000000000000'''
create function cast_.bidx(p_value text) returns bytea
language sql as $$ select private.blind_index(p_value, private.blind_key('a0000000-0000-4000-8000-000000000000')) $$;
create function cast_.held(p_value text) returns text
language sql as $$
  select coalesce(string_agg(ch, ' ' order by ch), 'free') from unnest('{email,sms,voice_manual,voice_ai}'::text[]) ch
  where private.is_suppressed('a0000000-0000-4000-8000-000000000000', cast_.bidx(p_value), ch)
$$;
create function cast_.reply(p_n integer, p_body text, p_at timestamptz, p_channel text default 'sms',
  p_provider text default null, p_model boolean default false, p_reading jsonb default null) returns jsonb
language sql as $$
  select private.record_reply_opt_out('a0000000-0000-4000-8000-000000000000', cast_.bidx('+1213555010' || p_n),
    'phone', p_channel, p_body, p_provider, p_model, p_reading, p_as_of => p_at)
$$;
create function cast_.status(p_lead text) returns text language sql
  as $$ select campaign_status::text from public.leads where id = cast_.lead(p_lead) $$;
