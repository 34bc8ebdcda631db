-- Consents that members record; after support/cast.sql and decide.sql.
create function cast_.sheet(p_change jsonb default '{}') returns jsonb language sql as $$
  select jsonb_strip_nulls(jsonb_build_object('method', 'paper', 'type', 'pewc', 'channels',
    '["sms", "voice_ai"]'::jsonb, 'occurred_at', '2026-11-01T10:00:00-07:00',
    'text', 'I agree that Org A may send automated texts. No condition of purchase.', 'seller', 'Org A', 'signature',
      'Ann Ames',
    'automated_disclosed', true, 'not_condition_of_purchase', true, 'evidence', 'scan 17, folder Ames',
      'evidence_sha256', repeat('ab', 32)) || p_change)
$$;
create function cast_.record(p_who text, p_change jsonb default '{}', p_lead text default 'a1',
  p_kind public.contact_kind default 'phone') returns text language sql as $$
  select cast_.run(p_who, format('select public.record_consent(%L, %L, %L, %L)', cast_.org_of(p_lead),
    cast_.lead(p_lead), cast_.contact(p_lead, p_kind), cast_.sheet(p_change)))
$$;
