-- Consent texts and links to the form by name; after support/cast.sql.
\set org '''a0000000-0000-4000-8000-000000000000'''
insert into public.consent_texts (org_id, version, seller, title, body, channels, automated_disclosed,
  not_condition_of_purchase) values
  (:org, 1, 'Org A', 'Calls', 'I agree that Org A may call me.', '{voice_manual}', false, false),
  (:org, 2, 'Org A', 'Texts', 'I agree that Org A may send automated texts and e-mail. No condition of purchase.',
    '{sms,voice_ai,email}', true, true);

create temp table nonces (name text primary key, nonce text);
grant all on nonces to pipeline_writer;
create function cast_.issue(p_name text, p_lead text, p_channels text[], p_version integer default 2,
  p_as_of timestamptz default '2026-11-21 12:00Z') returns void
language sql as $$
  insert into pg_temp.nonces select p_name, private.issue_consent_token('a0000000-0000-4000-8000-000000000000',
    cast_.lead(p_lead), p_channels, p_version, '1 hour', p_as_of => p_as_of)
$$;
create function cast_.nonce(p_name text) returns text language sql
  as $$ select nonce from pg_temp.nonces where name = p_name $$;
create function cast_.submit(p_name text, p_change jsonb default '{}',
  p_as_of timestamptz default '2026-11-21 12:30Z') returns text
language sql as $$
  select private.submit_consent(coalesce(cast_.nonce(p_name), p_name),
    jsonb_build_object('channels', array['sms'], 'agree', true, 'signature', 'Ann Ames',
    'time_zone', 'America/Los_Angeles', 'text_sha256', encode(sha256((select body from public.consent_texts
      where org_id = 'a0000000-0000-4000-8000-000000000000' and version = 2)::bytea), 'hex')) || p_change,
    'https://example.com/consent', '203.0.113.7', 'Browser/1', p_as_of => p_as_of)
$$;

-- The worker issues two links for lead a1 and one for lead a3.
set local role pipeline_writer;
insert into nonces select 'used', private.issue_consent_token(:org, 'a0000000-0000-4000-8000-0000000001ea',
  '{sms,email}', 2, '1 hour', p_as_of => '2026-11-21 12:00Z');
reset role;
select cast_.issue('other', 'a1', '{sms}'), cast_.issue('merged', 'a3', '{sms}') \g /dev/null
