create function private.is_typed_signature(p_text text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  -- A mark without a letter (a blank that is not a space, a dash, a date) is not a name.
  select coalesce(p_text ~ '^[^0-9]*([[:alpha:]]|[\u00c0-\u1fff\u2c00-\ud7ff])'
    and lower(btrim(p_text)) not in ('false', 'none', 'no', 'null', 'missing', 'unsigned', 'unknown', 'n/a', 'oral',
      'verbal')
    and lower(p_text) !~ 'pre.?(checked|ticked|selected)', false)
$$;
comment on function private.is_typed_signature(text) is
  'Whether text can be a name that somebody typed as a signature: it has a letter, does not begin with a digit before '
  'it, and does not say that there is no signature.';

create function private.gate_read_consent(inout c private.gate_facts, p_consent jsonb, p_seller text, p_phone text)
language plpgsql immutable as $$
declare
  v_type text;
  v_seller boolean;
  v_phone boolean;
  v_signed boolean;
  v_fault text[] := '{}'::text[];
  v_via text;
  v_scope text;
  v_reach text[];
  v_last timestamptz;
begin
  c.consent_faults := '{consent_missing}';
  c.written_consent := false; c.written_for_calls := false; c.signed_agreement := false; c.given_consent := false;
  c.revoked := false;
  if coalesce(jsonb_typeof(p_consent), 'null') = 'null' then
    return;
  elsif jsonb_typeof(p_consent) <> 'object' then
    c.unreadable := c.unreadable || 'consent'::text;
    return;
  end if;
  v_type := case when jsonb_typeof(p_consent -> 'type') = 'string' then p_consent ->> 'type' end;
  c.consent_type := case when v_type in ('none', 'pec', 'pewc', 'ebr_purchase', 'ebr_inquiry') then v_type
    else 'none' end;
  v_seller := coalesce(p_seller = private.normalise_spacing(
    case when jsonb_typeof(p_consent -> 'seller') = 'string' then p_consent ->> 'seller' end), false);
  -- A flag, or the number itself.
  v_phone := coalesce(p_consent -> 'phone_covered' = 'true' or p_consent ->> 'phone_covered' = p_phone, false);
  v_signed := coalesce(p_consent -> 'signature' = 'true', false)
    or coalesce(jsonb_typeof(p_consent -> 'signature') = 'string', false)
      and private.is_typed_signature(p_consent ->> 'signature');

  -- Revocation first: a revocation without a date counts as made.
  if coalesce(jsonb_typeof(p_consent -> 'revoked_at'), 'null') <> 'null'
    or (not p_consent ? 'revoked_at' and coalesce(p_consent ->> 'revoked_via', '') <> '') then
    c.revoked_at := coalesce(private.read_instant(p_consent -> 'revoked_at'), 'infinity');
    v_via := lower(coalesce(p_consent ->> 'revoked_via', ''));
    v_scope := lower(coalesce(p_consent ->> 'revoked_scope', ''));
    v_reach := case
      when v_scope not in ('channel', 'matter') then '{email,sms,voice_manual,voice_ai}'
      when v_via ~ '(^|[^a-z])(sms|text|stop|mms)' then '{sms,voice_ai}'
      when v_via ~ '(^|[^a-z])(voice|call|phone|spoken|oral|verbal|telephone|agent)' then '{sms,voice_manual,voice_ai}'
      when v_via ~ 'unsubscribe|one.?click' then '{email}'
      -- Any reasonable means: an e-mail or a form can also end texts and automated calls.
      when v_via ~ '(mail|web|form|link)' then '{email,sms,voice_ai}'
      else '{email,sms,voice_manual,voice_ai}' end::text[];
    c.revoked := c.channel is null or c.channel = any (v_reach);
  end if;

  if c.consent_type in ('pec', 'pewc') then
    c.consent_at := private.read_instant(p_consent -> 'obtained_at');
    -- A grant later than the revocation is a new consent.
    if c.revoked and c.consent_at > c.revoked_at then
      c.revoked := false;
    end if;
    if c.consent_at is null then v_fault := v_fault || 'consent_undated'::text; end if;
    if c.consent_at > c.as_of then v_fault := v_fault || 'consent_in_the_future'::text; end if;
    if not v_seller then v_fault := v_fault || 'consent_for_another_seller'::text; end if;
    if not v_phone then v_fault := v_fault || 'consent_without_this_number'::text; end if;
    if c.revoked then v_fault := v_fault || 'consent_revoked'::text; end if;
    if c.consent_at + make_interval(months => (c.house ->> 'consent_max_age_months')::int) < c.as_of then
      v_fault := v_fault || 'house_consent_stale'::text;
    end if;
    c.given_consent := v_fault = '{}';
    if not v_signed then v_fault := v_fault || 'consent_unsigned'::text; end if;
    c.signed_agreement := v_fault = '{}';
    if p_consent -> 'not_condition_of_purchase' is distinct from 'true' then
      v_fault := v_fault || 'consent_condition_of_purchase'::text;
    end if;
    if c.consent_type <> 'pewc' then v_fault := 'consent_not_written'::text || v_fault; end if;
    c.written_for_calls := v_fault = '{}';
    if p_consent -> 'automated_disclosed' is distinct from 'true' then
      v_fault := v_fault || 'consent_without_automation'::text;
    end if;
    c.written_consent := v_fault = '{}';
    c.consent_faults := v_fault;
  elsif c.consent_type in ('ebr_purchase', 'ebr_inquiry') then
    v_last := private.read_instant(case c.consent_type
      when 'ebr_purchase' then p_consent -> 'last_transaction_at' else p_consent -> 'last_inquiry_at' end);
    c.consent_faults := '{relationship_is_no_consent}';
    -- Calendar months in UTC; the last second of the last day counts.
    if v_seller and not c.revoked and v_last <= c.as_of then
      c.ebr_from := v_last;
      c.ebr_until := (v_last at time zone 'UTC'
        + case c.consent_type when 'ebr_purchase' then interval '18 months'
          else interval '3 months' end) at time zone 'UTC';
      -- Giving this number in the course of a matter is consent to messages about it.
      c.given_consent := v_phone and c.ebr_until >= c.as_of;
    end if;
    if not v_seller then c.consent_faults := c.consent_faults || 'consent_for_another_seller'::text; end if;
    if c.revoked then c.consent_faults := c.consent_faults || 'consent_revoked'::text; end if;
  elsif c.revoked then
    c.consent_faults := '{consent_missing,consent_revoked}';
  end if;
end
$$;
comment on function private.gate_read_consent(private.gate_facts, jsonb, text, text) is
  'Reads the fact `consent`: its type, which requirements of written consent to automated marketing it does not '
  'meet, whether it is revoked for this channel, and how long a relationship lasts.';
