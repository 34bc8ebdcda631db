-- Suppressions of phones 1 to 9 (555-010n) and consents that may lift them; after support/cast.sql.
\set org '''a0000000-0000-4000-8000-000000000000'''
create function cast_.bidx(p_value text) returns bytea
language sql as $$ select private.blind_index(p_value, private.blind_key('a0000000-0000-4000-8000-000000000000')) $$;
create function cast_.held(p_value text) returns text
language sql as $$
  select coalesce(string_agg(ch, ' ' order by ch), 'free') from unnest('{sms,voice_manual,voice_ai}'::text[]) ch
  where private.is_suppressed('a0000000-0000-4000-8000-000000000000', cast_.bidx(p_value), ch)
$$;
create function cast_.suppress(p_n integer, p_channel text, p_reason text, p_at timestamptz) returns boolean
language sql as $$ select private.suppress_value('a0000000-0000-4000-8000-000000000000',
  cast_.bidx('+1213555010' || p_n), 'phone', p_channel, p_reason, 'test', p_at) $$;
create function cast_.consent(p_n integer, p_channels text[], p_at timestamptz, p_unproven boolean default false,
  p_keyword boolean default false, p_action text default 'grant') returns bigint
language sql as $$
  insert into public.consents (org_id, lead_id, value_bidx, kind, action, type, channels, revoked_scope, is_unproven,
    is_keyword, method, occurred_at, recorded_by)
  values ('a0000000-0000-4000-8000-000000000000', cast_.lead('a' || p_n), cast_.bidx('+1213555010' || p_n), 'phone',
    p_action::public.consent_action,
    case p_action when 'grant' then 'pec' end, p_channels, case p_action when 'revoke' then 'channel' end, p_unproven,
      p_keyword, 'test', p_at, 'system') returning id
$$;
create function cast_.lift(p_consent bigint) returns integer language sql
  as $$ select private.lift_suppressions('a0000000-0000-4000-8000-000000000000', p_consent) $$;
