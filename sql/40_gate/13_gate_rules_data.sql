-- The reasons that gate_evaluate can give.
insert into public.gate_rules (rule, concern, title, channels, is_temporary, waivable, source, verification, effective_from, reviewed_on, notes)
select v.rule, v.concern, v.title, case v.on_channels
    when 'all' then '{email,sms,voice_manual,voice_ai}' when 'email' then '{email}' when 'phone' then '{sms,voice_manual,voice_ai}'
    when 'auto' then '{sms,voice_ai}' when 'calls' then '{voice_manual}' else '{sms}' end::text[],
  v.is_temporary, v.waivable, v.source, v.verification::public.rule_verification, v.effective_from::date, date '2026-11-21', v.notes
from (values
  -- Facts and the contact point itself
  ('facts_unreadable', 'facts', 'The facts are not a JSON object', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('fact_unreadable', 'facts', 'A required fact is unreadable', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, 'The detail names the fact.'),
  ('as_of_outside_rules', 'facts', 'The instant is outside the years that the rules cover', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('email_missing', 'contact', 'No e-mail address', 'email', false, false, 'policy', 'house_policy', null, ''),
  ('email_invalid', 'contact', 'The e-mail address is invalid', 'email', false, false, 'policy', 'house_policy', null, ''),
  ('phone_missing', 'contact', 'No phone number', 'phone', false, false, 'policy', 'house_policy', null, ''),
  ('phone_invalid', 'contact', 'Not a valid E.164 number of the United States', 'phone', false, false, 'policy', 'house_policy', null, ''),
  ('phone_not_us', 'contact', 'A number outside the United States', 'phone', false, false, 'policy: no rules are known there', 'house_policy', null, 'Canada and the Caribbean share the country code and are distinguished by area code; so are area codes that are not in the table.'),
  ('line_type_barred', 'contact', 'Toll-free, premium, shared-cost, pager, voicemail or company number', 'phone', false, false, '47 U.S.C. 227(b)(1)(A)(iii)', 'quoted_by_third_party', null, 'Services for which the called party pays, and pagers; the rest is policy.'),
  ('landline_cannot_text', 'contact', 'A landline cannot receive texts', 'sms', false, false, 'policy', 'house_policy', null, ''),
  -- Opt-outs
  ('opted_out', 'opt_out', 'A message from the person opts out of this channel', 'all', false, false, '47 CFR 64.1200(a)(10); CTIA; T-Mobile Code of Conduct 2.11', 'quoted_by_third_party', '2025-04-11', 'Any reasonable means. A text ends texts and automated calls, a call ends all phone channels, an e-mail ends e-mail, and channels named in its words are added. The law allows ten business days; the gate stops at once. START reverses only the keyword STOP.'),
  ('consent_revoked', 'opt_out', 'Consent was revoked for this channel', 'all', false, false, '47 CFR 64.1200(a)(10); DA 26-12', 'quoted_by_third_party', '2025-04-11', 'The rule that one revocation covers every topic is waived until 2027-01-31; the gate already ends the whole channel. A revocation of unknown scope or date covers everything.'),
  ('internal_list', 'opt_out', 'The person asked not to be called', 'phone', false, false, '47 CFR 64.1200(d)(6); Va. Code 59.1-514 (texts, ten years)', 'quoted_by_third_party', null, 'Five years, ten for texts to Virginia. After the term the request applies until a newer signed consent, unless counsel approved otherwise (internal_list_ends). Also applies to messages about a matter.'),
  ('confirmation_by_text_only', 'opt_out', 'An opt-out may be confirmed only by text', 'all', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_without_opt_out', 'opt_out', 'There is no opt-out to confirm', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_too_late', 'opt_out', 'More than five minutes after the opt-out', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, 'The law allows later confirmations with a justification; the gate does not.'),
  ('confirmation_already_sent', 'opt_out', 'A confirmation was sent, or may have been sent', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_with_marketing', 'opt_out', 'A confirmation must not contain marketing', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  -- Consent
  ('consent_missing', 'consent', 'No consent on record', 'auto', false, false, '47 CFR 64.1200(a)(1)-(2), (f)(9); FCC 24-17', 'quoted_by_third_party', null, 'AI voices are artificial voices. Texts are sent by platform, so they count as automated: FL, OK, MD and WA say so explicitly, CTIA and Twilio require it everywhere. A message about a matter requires consent without the form.'),
  ('relationship_is_no_consent', 'consent', 'A business relationship does not replace written consent', 'auto', false, false, '47 CFR 64.1200(a)(2)', 'quoted_by_third_party', null, ''),
  ('consent_not_written', 'consent', 'Consent is oral or implied', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_undated', 'consent', 'The date of the consent is unknown', 'auto', false, false, '16 CFR 310.5(a)(8)', 'secondary_only', null, ''),
  ('consent_in_the_future', 'consent', 'Consent is dated after the contact', 'auto', false, false, 'policy', 'house_policy', null, ''),
  ('consent_for_another_seller', 'consent', 'Consent does not name this seller', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, 'The one-seller-at-a-time rule was vacated on 2025-01-24; naming the seller was always required.'),
  ('consent_without_this_number', 'consent', 'Consent does not cover this number', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_unsigned', 'consent', 'Consent is not signed', 'auto', false, false, '47 CFR 64.1200(f)(9); E-SIGN', 'secondary_only', null, 'A pre-checked box is not a signature.'),
  ('consent_condition_of_purchase', 'consent', 'Not shown that consent was not a condition of purchase', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_without_automation', 'consent', 'Consent does not disclose automated calls or texts', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('house_consent_stale', 'consent', 'Consent is older than the org accepts', 'auto', false, true, 'policy: consent_max_age_months', 'house_policy', null, 'No federal expiry is known. Off unless the org sets it; 12 to 18 months is common.'),
  ('state_written_consent', 'consent', 'The state requires written consent for any sales call', 'calls', false, false, 'Conn. Gen. Stat. 42-288a', 'primary_text_seen', null, 'Definition seen.'),
  ('state_mobile_ban', 'consent', 'The state prohibits unsolicited sales calls to mobiles', 'phone', false, true, 'A.R.S. 44-1278(B)(3); N.J.S.A. 56:8-130', 'quoted_by_third_party', null, 'A signed agreement lifts it. Lines that are not known to be landlines count as mobile.'),
  -- Do-not-call lists
  ('dnc_lookup_failed', 'dnc', 'The do-not-call lookup failed', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('dnc_unknown', 'dnc', 'The do-not-call status is unknown', 'phone', false, false, '47 CFR 64.1200(c)(2)', 'quoted_by_third_party', null, ''),
  ('dnc_federal', 'dnc', 'The number is on the national registry', 'phone', false, false, '47 CFR 64.1200(c)(2); 16 CFR 310.4(b)(1)(iii)', 'quoted_by_third_party', null, 'Lifted by a signed agreement with this number, or by a relationship for hand-dialled calls.'),
  ('dnc_federal_unknown', 'dnc', 'Unknown whether the number is on the national registry', 'phone', false, false, '47 CFR 64.1200(c)(2)', 'quoted_by_third_party', null, ''),
  ('dnc_state', 'dnc', 'The number is on a state list', 'phone', false, false, 'state lists', 'secondary_only', null, 'A relationship does not lift a state list: the terms differ by state and were not verified.'),
  ('dnc_state_unknown', 'dnc', 'Unknown whether the number is on a state list', 'phone', false, false, 'state lists', 'secondary_only', null, ''),
  ('dnc_never_scrubbed', 'dnc', 'Never checked against a dated copy of the registry', 'phone', false, false, '47 CFR 64.1200(c)(2)(i)(D)', 'quoted_by_third_party', null, ''),
  ('dnc_scrub_stale', 'dnc', 'The registry copy is older than 31 days', 'phone', false, false, '47 CFR 64.1200(c)(2)(i)(D); 16 CFR 310.4(b)(3)(iv)', 'primary_text_seen', null, 'A copy exactly 31 days old is still valid. An org may set a shorter limit.'),
  ('dnc_scrub_unreadable', 'dnc', 'The date of the registry copy is impossible', 'phone', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('relationship_ended', 'dnc', 'The relationship that would lift the registry has ended, has no date or is with another seller', 'phone', false, false, '47 CFR 64.1200(f)(5)', 'quoted_by_third_party', null, '18 calendar months from a purchase, 3 from an inquiry. Given together with the listing that it would have lifted.'),
  -- E-mail
  ('email_unsubscribed', 'email', 'The person unsubscribed', 'email', false, false, '15 U.S.C. 7704(a)(4); Gmail and Yahoo: two days', 'secondary_only', null, 'Ten business days by law; at once here. The law allows messages about a matter to continue (7702(17)); an org may stop them too (unsubscribe_ends_transactional).'),
  ('email_spam_report', 'email', 'The person reported spam', 'email', false, false, 'mailbox providers', 'secondary_only', null, ''),
  ('email_bounced', 'email', 'The address bounced', 'email', false, false, 'mailbox providers', 'secondary_only', null, 'Blocks and soft bounces are temporary and do not count.'),
  ('email_event_unknown', 'email', 'An e-mail event of unknown meaning is on record', 'email', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('email_lists_unknown', 'email', 'Unknown whether the person unsubscribed', 'email', false, false, '15 U.S.C. 7704(a)(4)', 'secondary_only', null, ''),
  ('email_without_postal_address', 'email', 'No postal address in the body', 'email', false, false, '15 U.S.C. 7704(a)(5)', 'secondary_only', null, ''),
  ('email_without_unsubscribe', 'email', 'No way to unsubscribe in the body', 'email', false, false, '15 U.S.C. 7704(a)(3)', 'secondary_only', null, ''),
  ('email_without_one_click', 'email', 'No one-click unsubscribe above 5,000 e-mails a day, or at an unknown volume', 'email', false, true, 'RFC 8058; Gmail sender guidelines', 'quoted_by_third_party', null, ''),
  ('email_unauthenticated', 'email', 'The sending domain is not known to be authenticated', 'email', false, false, 'Gmail sender guidelines', 'secondary_only', null, ''),
  -- Hours
  ('federal_hours', 'hours', 'Outside 8 a.m. to 9 p.m. where the person is', 'phone', true, false, '47 CFR 64.1200(c)(1); 16 CFR 310.4(c)', 'quoted_by_third_party', null, 'From calling_windows, state US. 08:00:00 is allowed, 21:00:00 is not. Applies with consent, too. Solicitations only.'),
  ('state_hours', 'hours', 'Outside the hours of a state', 'phone', true, true, 'calling_laws', 'quoted_by_third_party', null, 'From calling_windows; the source and its verification are in calling_laws.'),
  ('state_day_closed', 'hours', 'The state allows no contact on this weekday', 'phone', true, true, 'calling_laws', 'quoted_by_third_party', null, ''),
  ('state_holiday', 'hours', 'The state restricts contact on legal holidays', 'phone', true, true, 'calling_laws, holidays', 'quoted_by_third_party', null, ''),
  ('house_hours', 'hours', 'Outside the org''s own hours', 'phone', true, true, 'policy: calling_hours', 'house_policy', null, ''),
  -- Frequency
  ('state_cap', 'caps', 'The cap of a state on attempts is reached', 'phone', true, false, 'Fla. Stat. 501.616(6)(b); 15 O.S. 775C.4; Md. Com. Law 14-4502(c); ORS 646.563; 10 M.R.S. 1498', 'quoted_by_third_party', null, 'Three in 24 hours (FL, OK, MD on the same subject; OR on any subject), one automated call in 8 hours (ME). Calls and texts count together; inbound contacts and e-mail do not.'),
  ('house_cap', 'caps', 'The org''s own cap on attempts is reached', 'phone', true, true, 'policy: max_attempts_24h (6 unless tightened), max_attempts_7d, max_attempts_total', 'house_policy', null, ''),
  ('history_unknown', 'caps', 'The state limits the number of attempts, and the history is unknown', 'phone', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  -- Places
  ('emergency', 'places', 'An emergency is declared where the person could be', 'phone', false, false, 'La. R.S. 45:844.31 and LPSC R-29617; N.Y. Gen. Bus. Law 399-z(5-a)', 'primary_text_seen', null, 'The list of states is an input; the gate applies it to any state, with consent too.'),
  ('house_state_closed', 'places', 'The org does not contact people in this state', 'phone', false, true, 'policy: deny_states', 'house_policy', null, ''),
  ('house_channel_closed', 'places', 'The org does not use this channel', 'all', false, true, 'policy: deny_channels', 'house_policy', null, '')
) v(rule, concern, title, on_channels, is_temporary, waivable, source, verification, effective_from, notes);
