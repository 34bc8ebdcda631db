begin;
\ir ../support/cast.sql
\ir ../support/decide.sql
\ir ../support/feed.sql
\ir ../support/sending.sql
select no_plan();

-- The second phone.
select cast_.runner(31, 2, cast_.noon(), true), cast_.add_contact(cast_.nth(31), 'phone', '+12135550177') \g /dev/null
update public.contact_points set position = 2 where lead_id = cast_.nth(31) and masked = '***-***-0177';
insert into public.consents (org_id, lead_id, value_bidx, kind, action, channels, purpose, type, shown_text,
  text_sha256, text_version,
  seller, automated_disclosed, not_condition_of_purchase, method, signature, occurred_at, recorded_by)
select c.org_id, c.lead_id, c.value_bidx, 'phone', 'grant', '{sms}', 'marketing', 'pewc', 'Org A may text me.',
  sha256('Org A may text me.'), 1, 'Org A', true, true,
  'consent form', 'Jo Ames', '2026-06-01T12:00Z', 'person' from public.contact_points c
    where c.masked = '***-***-0177';
insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source)
select c.org_id, c.value_bidx, 'phone', 'sms', 'stop_keyword', 'test' from public.contact_points c
  where c.lead_id = cast_.nth(31) and c.position = 1 and c.kind = 'phone';
select is(cast_.claim(), '31', 'the next phone is used when the first is suppressed');
select is((select c.masked from public.messages m join public.contact_points c on c.id = m.contact_point_id
  where m.id = cast_.message(31, 2)), '***-***-0177', 'the text goes to the second phone');
select is((select count(*)::integer from public.gate_decisions where lead_id = cast_.nth(31)), 2,
  'both decisions are stored');
select is((select count(*)::integer from public.contact_attempts where lead_id = cast_.nth(31)), 1,
  'one contact attempt is recorded');

select * from finish();
rollback;
