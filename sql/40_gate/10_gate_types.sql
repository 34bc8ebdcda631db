create type private.gate_refusal as (rule text, detail text, heals_at timestamptz);
comment on type private.gate_refusal is
  'One reason against. heals_at: when this reason alone would end; infinity: time does not end it; -infinity: when the hours open next.';

-- The facts as read: whatever could not be read is null here and named in `unreadable`.
create type private.gate_case as (
  channel text,
  purpose text,                 -- marketing, transactional or confirmation
  as_of timestamptz,
  line_type text,
  phone_state text,             -- ok, missing, invalid, foreign, toll_free, premium; null for e-mail
  email_state text,             -- ok, missing, invalid; null for phones
  zones text[],
  states text[],
  everywhere boolean,           -- nothing says where the person is
  unreadable text[],
  -- what the rules of these states say together
  mobile_ban_in text,
  written_consent_in text,
  list_years int,
  ebr_lifts_state_list boolean,
  capped boolean,
  -- consent
  consent_type text,
  consent_faults text[],        -- rule ids: what is missing for written consent to automated marketing
  consent_at timestamptz,
  written_consent boolean,      -- PEWC, complete
  written_for_calls boolean,    -- the same without the words on automated calls
  signed_agreement boolean,     -- signed, names seller and number: lifts the registries
  given_consent boolean,        -- prior express consent at least
  revoked boolean,              -- for this channel
  revoked_at timestamptz,
  ebr_from timestamptz,
  ebr_until timestamptz,
  -- lists
  dnc_known boolean,
  federal_listed boolean,
  state_listed boolean,
  internal_requested boolean,
  internal_at timestamptz,
  scrub_said boolean,
  scrubbed_at timestamptz,
  lookup_failed boolean,
  unsubscribed boolean,
  email_events text[],
  -- history
  history_known boolean,
  attempt_at timestamptz[],
  attempt_channel text[],
  attempt_subject text[],
  opted_out boolean,            -- by an inbound message, for this channel
  opted_out_at timestamptz,     -- the latest opt-out of any kind
  -- message
  subject text,
  message jsonb,
  emergencies text[],
  -- house rules
  house jsonb
);
comment on type private.gate_case is 'What gate_evaluate knows about one contact, read once and checked by the functions gate_check_*.';

create function private.read_instant(p_value jsonb) returns timestamptz
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text;
begin
  if jsonb_typeof(p_value) is distinct from 'string' then
    return null;
  end if;
  v_text := p_value #>> '{}';
  if v_text !~ '^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|z|[+-]\d\d(:?\d\d)?)?)?$' then
    return null;
  end if;
  -- Times are UTC by contract: what names no offset is UTC, and the session's zone never matters.
  if length(v_text) = 10 then
    v_text := v_text || 'T00:00:00Z';
  elsif v_text !~ '(Z|z|[+-]\d\d(:?\d\d)?)$' or v_text !~ ':\d\d' or length(v_text) < 17 then
    v_text := v_text || 'Z';
  end if;
  return v_text::timestamptz;
exception when datetime_field_overflow or invalid_datetime_format or invalid_parameter_value then
  return null;
end
$$;
comment on function private.read_instant(jsonb) is
  'ISO 8601 to an instant, or null when it is no readable time. A date alone is its first instant; without an offset it is UTC.';

create function private.same_words(p_text text) returns text
language sql immutable parallel safe as $$
  select nullif(btrim(regexp_replace(lower(p_text), '\s+', ' ', 'g')), '')
$$;
comment on function private.same_words(text) is 'Lower case with single blanks, to compare names of sellers and subjects; empty is null.';
