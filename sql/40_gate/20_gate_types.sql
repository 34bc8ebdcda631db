create type private.gate_refusal as (rule text, detail text, ends_at timestamptz);
comment on type private.gate_refusal is
  'One reason for a refusal. ends_at: when this reason alone would end; infinity: time does not end it; -infinity: '
  'when the hours next open.';

-- The facts as read: a value that could not be read is null here and named in `unreadable`.
create type private.gate_facts as (
  channel text,
  purpose text,                 -- marketing, transactional or confirmation
  as_of timestamptz,
  line_type text,
  phone_state text,             -- ok, missing, invalid, foreign, toll_free, premium; null for e-mail
  email_state text,             -- ok, missing, invalid; null for phones
  zones text[],
  states text[],
  everywhere boolean,           -- the location is unknown
  unreadable text[],
  -- combined rules of these states
  mobile_ban_in text,
  written_consent_in text,
  list_years int,
  ebr_lifts_state_list boolean,
  capped boolean,
  -- consent
  consent_type text,
  consent_faults text[],        -- rule ids: unmet requirements of written consent to automated marketing
  consent_at timestamptz,
  written_consent boolean,      -- prior express written consent, complete
  written_for_calls boolean,    -- the same without the disclosure of automated calls
  signed_agreement boolean,     -- signed, names seller and number: lifts the registries
  given_consent boolean,        -- at least prior express consent
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
  -- rules of the org
  house jsonb,
  unread boolean,               -- a message from the person is not processed yet
  unsolicited_ban_in text,      -- states whose ban on calls to mobiles ends with express consent
  -- the latest answer of a register of reassigned numbers
  reassigned_answer text,       -- yes, no or no_data_available; null: none
  reassigned_at timestamptz,    -- when it was asked for
  reassigned_since date,        -- reassigned since this date?
  reassigned_failed boolean     -- a later question was not answered
);
comment on type private.gate_facts is
  'The facts about one contact, read once and checked by the functions gate_check_*.';

create function private.normalise_spacing(p_text text) returns text
language sql immutable parallel safe as $$
  select nullif(btrim(regexp_replace(lower(p_text), '\s+', ' ', 'g')), '')
$$;
comment on function private.normalise_spacing(text) is
  'Lower case with single spaces, to compare names of sellers and subjects; null when empty.';
