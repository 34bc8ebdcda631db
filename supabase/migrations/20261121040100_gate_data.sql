-- Built from sql/41_gate_data by `npm run db:build`; edit there.

-- sql/41_gate_data/10_state_rules.sql

-- One row per state and inhabited territory; zones are filled by 21_area_code_zones.sql.
insert into public.state_rules (state, name, reviewed_on)
select left(item, 2), substr(item, 4), date '2026-11-21'
from regexp_split_to_table(
  'AL Alabama,AK Alaska,AZ Arizona,AR Arkansas,CA California,CO Colorado,CT Connecticut,DE Delaware,'
  'DC District of Columbia,FL Florida,GA Georgia,HI Hawaii,ID Idaho,IL Illinois,IN Indiana,IA Iowa,KS Kansas,'
  'KY Kentucky,LA Louisiana,ME Maine,MD Maryland,MA Massachusetts,MI Michigan,MN Minnesota,MS Mississippi,'
  'MO Missouri,MT Montana,NE Nebraska,NV Nevada,NH New Hampshire,NJ New Jersey,NM New Mexico,NY New York,'
  'NC North Carolina,ND North Dakota,OH Ohio,OK Oklahoma,OR Oregon,PA Pennsylvania,RI Rhode Island,'
  'SC South Carolina,SD South Dakota,TN Tennessee,TX Texas,UT Utah,VT Vermont,VA Virginia,WA Washington,'
  'WV West Virginia,WI Wisconsin,WY Wyoming,PR Puerto Rico,VI U.S. Virgin Islands,GU Guam,'
  'MP Northern Mariana Islands,AS American Samoa', ',') item;

update public.state_rules set mobile_ban = true, source = 'A.R.S. 44-1278(B)(3)', verification = 'quoted_by_third_party',
  notes = 'Unsolicited sales calls to mobiles are unlawful at any hour. A signed agreement that names the seller makes a call solicited; a relationship alone does not, here.'
where state = 'AZ';
update public.state_rules set mobile_ban = true, source = 'N.J.S.A. 56:8-130', verification = 'secondary_only',
  notes = 'Unsolicited telemarketing to mobiles is barred. The act knows an existing-customer exception, which the gate does not use.'
where state = 'NJ';
update public.state_rules set call_needs_written_consent = true, automated_needs_written_consent = true, area_code_presumed = true,
  source = 'Conn. Gen. Stat. 42-288, 42-288a; P.A. 23-98', verification = 'primary_text_seen',
  notes = 'Written consent for any telephonic sales call, text or media message (definition seen). Rebuttable presumption for its area codes (section title seen).'
where state = 'CT';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = 'Fla. Stat. 501.059(8)(a), (8)(d), (10)(c)', verification = 'primary_text_seen',
  notes = 'Written consent for automated selection or dialling. After STOP by text the sender has 15 days before a suit; the gate stops at once.'
where state = 'FL';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = '15 O.S. 775C.3', verification = 'secondary_only', notes = 'Automated selection or dialling; any Oklahoma area code.'
where state = 'OK';
update public.state_rules set automated_needs_written_consent = true, source = 'Md. Com. Law 14-4502(a)', verification = 'secondary_only'
where state = 'MD';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = 'RCW 19.190, 19.158.110, 80.36.390', verification = 'secondary_only',
  notes = 'Commercial texts need consent (damages changed by ESHB 2274, 2026-06-11). After a request no call for at least a year; the gate keeps five.'
where state = 'WA';
update public.state_rules set area_code_presumed = true, internal_list_years_text = 10,
  source = 'Va. Code 59.1-511, 59.1-514; SB 1339 (2026-01-01)', verification = 'secondary_only',
  notes = 'The area code defines the covered call. Text opt-outs are honoured ten years (one source).'
where state = 'VA';
update public.state_rules set area_code_presumed = true, source = 'S.C. Code 37-21-30', verification = 'quoted_by_third_party',
  notes = 'The area code defines the covered call.' where state = 'SC';
update public.state_rules set emergency_ban = true, source = 'La. R.S. 45:844.31; LPSC R-29617', verification = 'primary_text_seen',
  notes = 'Total ban while the emergency lasts; exemptions are suspended.' where state = 'LA';
update public.state_rules set emergency_ban = true, source = 'N.Y. Gen. Bus. Law 399-z(5-a)', verification = 'secondary_only',
  notes = 'Ban in the declared area.' where state = 'NY';
update public.state_rules set source = 'ORS 646.563, HB 3865 (2025 c.580)', verification = 'quoted_by_third_party',
  notes = 'Exception for relationships of 18 months, not used for the state''s cap and hours. Say who calls and why at the start, in the first text too.'
where state = 'OR';

update public.state_rules r set registration = v.registration
from (values
  ('AK', 'Register 30 days before a campaign (AS 45.63.010).'), ('AL', 'Registration.'), ('CO', 'Registration.'),
  ('DC', 'Registration.'), ('ID', 'Registration; say purpose, trade name and goods before anything else.'),
  ('MS', 'Registration.'), ('NJ', 'Registration.'), ('OH', 'Registration.'), ('RI', 'Registration.'), ('TN', 'Annual registration.'),
  ('TX', 'Registration under ch. 302, texts since SB 140 (2025-09-01).'), ('UT', 'Registration.'),
  ('VT', 'Registration before any call; criminal penalty (9 V.S.A. 2464a).'), ('WA', 'Registration.'),
  ('WI', 'Registration under conditions.')
) v(state, registration)
where r.state = v.state;

-- sql/41_gate_data/11_calling_laws.sql

-- Calling hours by law; `windows` becomes rows of public.calling_windows.
-- Reviewed 2026-11-21 against stored public copies; verification says how good each is.
with seed (law, state, channel_classes, windows, cap_count, cap_hours, cap_same_subject, reaches_texts,
  restates_federal, also_standard_time, source, verification, effective_from, effective_to, notes) as (values
  ('US.hours', 'US', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'yes', false, false, '47 CFR 64.1200(c)(1); 16 CFR 310.4(c)', 'quoted_by_third_party',
    null, null, 'Floor everywhere, on the called party’s clock. Written for solicitations; whether consent lifts the hours is before the FCC, so the gate keeps them with consent too. Literally "before 8 a.m. or after 9 p.m.": 21:00:00 itself is refused here. That texts are calls is an FCC reading which courts need not follow.'),
  ('AK.hours', 'AK', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no state hours rule (AS 45.63, 45.50.475)', 'federal_default',
    null, null, 'Register 30 days before a campaign (AS 45.63.010).'),
  ('AL.hours', 'AL', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=closed holiday=closed',
    null, null, false, 'unclear', false, false, 'Ala. Admin. Code r. 770-X-5-.17(2)', 'quoted_by_third_party',
    null, null, 'Public Service Commission rule on live solicitations to consumers.'),
  ('ALL.hours', 'ALL', '{email}', 'all=00:00-24:00',
    null, null, false, 'no', false, false, '15 U.S.C. 7701-7713 (CAN-SPAM)', 'secondary_only',
    null, null, ''),
  ('AR.hours', 'AR', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'Ark. Code 4-99-405(3) imports 16 CFR 310.4', 'quoted_by_third_party',
    null, null, 'The Arkansas act takes over the federal telemarketing hours.'),
  ('AZ.hours', 'AZ', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'A.R.S. 44-1278(B)(6) imports 47 CFR 64.1200', 'quoted_by_third_party',
    null, null, 'The hours are the federal ones; the ban on unsolicited calls to mobiles is in state_rules.'),
  ('CA.hours', 'CA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule', 'federal_default',
    null, null, 'No hours for live calls; announcing devices have a row of their own.'),
  ('CA.automated', 'CA', '{voice_automated}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'no', false, false, 'Cal. Pub. Util. Code 2872', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('CO.hours', 'CO', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (C.R.S. 6-1-304, 6-1-904)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('CT.hours', 'CT', '{voice,sms}', 'mon_fri=09:00-20:00 sat=09:00-20:00 sun=09:00-20:00',
    null, null, false, 'yes', false, false, 'Conn. Gen. Stat. 42-288a(c), P.A. 23-98', 'quoted_by_third_party',
    null, null, 'Texts and media messages are telephonic sales calls. Written consent is in state_rules.'),
  ('DC.hours', 'DC', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'D.C. Code 22-3226.08', 'quoted_by_third_party',
    null, null, ''),
  ('DE.hours', 'DE', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (6 Del. C. ch. 25A)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('FL.hours', 'FL', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, true, 'unclear', false, false, 'Fla. Stat. 501.616(6)(a),(b)', 'primary_text_seen',
    null, null, 'Three a day on one subject, from whatever number. No Sunday rule in the text seen; one public repository has one.'),
  ('GA.hours', 'GA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule (O.C.G.A. 46-5-27)', 'federal_default',
    null, null, 'No hours for live calls.'),
  ('GA.automated', 'GA', '{voice_automated}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'no', false, false, 'O.C.G.A. 46-5-23', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. A permit is needed.'),
  ('HI.hours', 'HI', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'HRS 481P-3(8)', 'quoted_by_third_party',
    null, null, ''),
  ('IA.hours', 'IA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no governing act found', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('ID.hours', 'ID', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (Idaho Code 48-1001 to 48-1010)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('IL.hours', 'IL', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, '815 ILCS 413/15(a)', 'quoted_by_third_party',
    null, null, 'Tables differ (8 or 9 a.m.); the statute quoted for live calls says 8. Nine belongs to the autodialler act.'),
  ('IL.automated', 'IL', '{voice_automated}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'no', false, false, '815 ILCS 305', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('IN.hours', 'IN', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule (IC 24-4.7)', 'federal_default',
    null, null, 'Own no-call list. Two time zones.'),
  ('IN.automated', 'IN', '{voice_automated}', 'mon_fri=09:00-20:00 sat=09:00-20:00 sun=09:00-20:00',
    null, null, false, 'no', false, false, 'IC 24-5-14-8', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('KS.hours', 'KS', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (K.S.A. 50-670)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('KY.hours', 'KY', '{voice,sms}', 'mon_fri=10:00-21:00 sat=10:00-21:00 sun=10:00-21:00',
    null, null, false, 'unclear', false, false, 'KRS 367.46955(16)', 'quoted_by_third_party',
    null, null, 'Calls to a residence. Say what is sold within 30 s (367.46953). Two time zones.'),
  ('KY.automated', 'KY', '{voice_automated}', 'mon_fri=10:00-21:00 sat=10:00-21:00 sun=10:00-21:00',
    null, null, false, 'no', false, false, 'KRS 367.461(2)(e) 8 to 9 with consent, narrowed by 367.46955(16)', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is.'),
  ('LA.hours', 'LA', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=closed holiday=closed',
    null, null, false, 'yes', false, false, 'LPSC General Order R-29617 s.V(A)(2); La. R.S. 45:844.31', 'quoted_by_third_party',
    null, null, 'Everything stops while an emergency is declared and the commission reports to the operations centre.'),
  ('MA.hours', 'MA', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    null, null, false, 'unclear', false, false, 'M.G.L. c.159C s.3; 201 CMR 12.02(2)', 'quoted_by_third_party',
    null, null, ''),
  ('MD.hours', 'MD', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, true, 'unclear', false, false, 'Md. Com. Law 14-4502(c)', 'quoted_by_third_party',
    null, null, 'Three a day on one subject.'),
  ('ME.hours', 'ME', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no live-call hours rule (10 M.R.S. 1499-B)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('ME.automated', 'ME', '{voice_automated}', 'mon_fri=09:00-17:00 sat=closed sun=closed',
    1, 8, false, 'no', false, false, '10 M.R.S. 1498(3)', 'quoted_by_third_party',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. One call in eight hours.'),
  ('MI.hours', 'MI', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'unclear', false, false, 'MCL 750.540e(1)(f)', 'quoted_by_third_party',
    null, null, 'A criminal statute with an intent element: contested. SB 351 was pending in 2025.'),
  ('MN.hours', 'MN', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'unclear', false, false, 'Minn. Stat. 325E.30', 'quoted_by_third_party',
    null, null, 'Other tables give the federal hours; the quoted text says 9.'),
  ('MO.hours', 'MO', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'RSMo 407.1076(5)', 'quoted_by_third_party',
    null, null, ''),
  ('MS.hours', 'MS', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=closed',
    null, null, false, 'yes', false, true, 'Miss. Code 77-3-723(1)', 'quoted_by_third_party',
    null, null, 'The text says Central Standard Time; 77-3-603(a) would allow until 9 p.m., the narrower is used. The holiday ban is repealed.'),
  ('MT.hours', 'MT', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'MCA 30-14-1412(1)(d)', 'quoted_by_third_party',
    null, null, ''),
  ('NC.hours', 'NC', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.C.G.S. 75-102(f)', 'quoted_by_third_party',
    null, null, ''),
  ('ND.hours', 'ND', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.D.C.C. 51-28-05', 'quoted_by_third_party',
    null, null, ''),
  ('NE.hours', 'NE', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'live calls: federal', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('NE.automated', 'NE', '{voice_automated}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=13:00-21:00 holiday=13:00-21:00',
    null, null, false, 'no', false, false, 'Neb. Rev. Stat. 86-248; 291 NAC 11-003', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. Sundays and holidays from 13:00 for prerecorded calls.'),
  ('NH.hours', 'NH', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (RSA 359-E)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('NJ.hours', 'NJ', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.J.S.A. 56:8-128(c)', 'quoted_by_third_party',
    null, null, 'One public repository gives 9 to 8 under 56:8-130; the quoted 56:8-128(c) gives 8 to 9. The mobile ban is in state_rules.'),
  ('NM.hours', 'NM', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=09:00-21:00',
    null, null, false, 'unclear', false, false, 'NMSA 57-12-22(B)(5)', 'quoted_by_third_party',
    null, null, 'Counts when the call is received.'),
  ('NV.hours', 'NV', '{voice,sms}', 'mon_fri=09:00-20:00 sat=09:00-20:00 sun=09:00-20:00',
    null, null, false, 'yes', false, false, 'NRS 598.0918(3)', 'quoted_by_third_party',
    null, null, 'One survey finds no hours law; another quotes this one with the official page. Taken as binding.'),
  ('NY.hours', 'NY', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'N.Y. Gen. Bus. Law 399-z(2)', 'quoted_by_third_party',
    null, null, 'Ban during a declared emergency: 399-z(5-a), told second hand.'),
  ('OH.hours', 'OH', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule (R.C. ch. 4719)', 'federal_default',
    null, null, 'No stricter state rule was found.'),
  ('OK.hours', 'OK', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, true, 'yes', false, false, '15 O.S. 775C.4(A)', 'quoted_by_third_party',
    null, null, 'Three a day on one subject, texts too.'),
  ('OR.hours.2026', 'OR', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    3, 24, false, 'yes', false, false, 'ORS 646.563(1)(b), HB 3865 (2025 c.580)', 'quoted_by_third_party',
    '2026-01-01', null, 'Texts included; the act makes an exception for relationships of 18 months, which the gate does not use here. Until 2025 the day ended at 21:00. Malheur County is Mountain.'),
  ('OR.hours.old', 'OR', '{voice}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'no', true, false, 'ORS 646.563 before HB 3865', 'secondary_only',
    null, '2025-12-31', 'Until 2025; texts only by the federal rule.'),
  ('PA.hours.old', 'PA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00 holiday=closed',
    null, null, false, 'unclear', false, false, '73 P.S. 2245(a)(1),(10) before Act 47', 'quoted_by_third_party',
    null, '2026-10-17', 'Thirteen legal holidays.'),
  ('PA.hours.2026', 'PA', '{voice,sms}', 'mon_fri=09:00-19:00 sat=09:00-19:00 sun=closed holiday=closed',
    null, null, false, 'yes', false, false, '73 P.S. 2245(a), Act 47 of 2026 (SB 992)', 'secondary_only',
    '2026-10-18', null, 'Enactment on 2026-07-20 and effect on 2026-10-18 rest on a Senate press release and two independent repositories; the act was not seen.'),
  ('PR.hours', 'PR', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, '47 CFR 64.1200(c)(1)', 'federal_default',
    null, null, 'Only the federal rule was found.'),
  ('RI.hours', 'RI', '{voice,sms}', 'mon_fri=09:00-18:00 sat=10:00-17:00 sun=closed holiday=closed',
    null, null, false, 'unclear', false, false, 'R.I. Gen. Laws 5-61-2(2), 5-61-3.6(a)', 'quoted_by_third_party',
    null, null, 'Unsolicited sales calls to residential, mobile and paging numbers. State and federal holidays.'),
  ('SC.hours', 'SC', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'S.C. Code 37-21-30', 'quoted_by_third_party',
    null, null, 'Covers numbers with a South Carolina area code.'),
  ('SD.hours', 'SD', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=closed',
    null, null, false, 'unclear', false, false, 'SDCL 37-30A-3(2)', 'secondary_only',
    null, null, 'Hours told by one secondary table; the section itself was quoted for its scope only.'),
  ('SD.automated', 'SD', '{voice_automated}', 'mon_fri=09:00-21:00 sat=closed sun=closed',
    null, null, false, 'no', false, false, 'SDCL 37-30-28 (weekday)', 'secondary_only',
    null, null, 'Only if an AI or prerecorded call is an announcing device under the act; the gate assumes it is. Saturday was not confirmed, so it is closed.'),
  ('TN.hours', 'TN', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'yes', true, false, 'T.C.A. 65-4-402', 'quoted_by_third_party',
    null, null, 'Do-not-call and do-not-text register; annual registration. Two time zones.'),
  ('TX.hours', 'TX', '{voice,sms}', 'mon_fri=09:00-21:00 sat=09:00-21:00 sun=12:00-21:00',
    null, null, false, 'unclear', false, false, 'Tex. Bus. & Com. Code 301.051(b)(2)', 'quoted_by_third_party',
    null, null, 'Literally after 9 a.m. and, on Sundays, after noon; the opening second itself is allowed here. Residential numbers, consumer goods. Whether the section reaches texts is contested.'),
  ('UT.hours', 'UT', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=closed holiday=closed',
    null, null, false, 'unclear', false, false, 'Utah Code 13-25a-103(3)', 'quoted_by_third_party',
    null, null, 'Written for calls without prior express consent; the gate keeps the hours with consent too.'),
  ('VA.hours', 'VA', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'yes', true, false, 'Va. Code 59.1-511', 'quoted_by_third_party',
    null, null, 'Any number with a Virginia area code. Texts by SB 1339 from 2026-01-01.'),
  ('VT.hours', 'VT', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'no hours rule found', 'federal_default',
    null, null, 'Register before the first call: criminal penalty.'),
  ('WA.hours', 'WA', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    null, null, false, 'unclear', false, false, 'RCW 19.158.040(2), 19.158.110(4); RCW 80.36.390', 'primary_text_seen',
    null, null, 'Counts when the call is received. Identify within 30 s, end the call within 10 s when asked; texts: RCW 19.190.'),
  ('WI.hours', 'WI', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'Wis. Admin. Code ATCP 127.16(3)', 'secondary_only',
    null, null, ''),
  ('WV.hours', 'WV', '{voice,sms}', 'mon_fri=08:00-21:00 sat=08:00-21:00 sun=08:00-21:00',
    null, null, false, 'unclear', true, false, 'W. Va. Code 46A-6F-601(a)(4)', 'quoted_by_third_party',
    null, null, ''),
  ('WY.hours', 'WY', '{voice,sms}', 'mon_fri=08:00-20:00 sat=08:00-20:00 sun=08:00-20:00',
    null, null, false, 'unclear', false, false, 'Wyo. Stat. 40-12-302(d)', 'quoted_by_third_party',
    null, null, '')
), laws as (
  insert into public.calling_laws (law, state, channel_classes, cap_count, cap_hours, cap_same_subject, reaches_texts,
    restates_federal, also_standard_time, source, verification, effective_from, effective_to, reviewed_on, notes)
  select law, state, channel_classes::text[], cap_count::smallint, cap_hours::smallint, cap_same_subject, reaches_texts,
    restates_federal, also_standard_time, source, verification::public.rule_verification, effective_from::date,
    effective_to::date, date '2026-11-21', notes
  from seed
)
insert into public.calling_windows (law, state, channel_class, weekday_group, start_local, end_local, effective, also_standard_time, binding)
select s.law, s.state, c.channel_class, split_part(w.item, '=', 1),
  case when span <> 'closed' then split_part(span, '-', 1)::time end,
  case when span <> 'closed' then split_part(span, '-', 2)::time end,
  daterange(s.effective_from::date, s.effective_to::date, '[]'), s.also_standard_time, not s.restates_federal
from seed s
cross join lateral unnest(s.channel_classes::text[]) c(channel_class)
cross join lateral regexp_split_to_table(s.windows, ' ') w(item)
cross join lateral (select split_part(w.item, '=', 2)) p(span);

update public.state_rules r set capped = true
where exists (select from public.calling_laws l where l.state = r.state and l.cap_count is not null);

-- sql/41_gate_data/12_holidays.sql

-- Lists change; where one is uncertain the day is kept as a holiday, which only closes more.
insert into public.holidays (state, name, kind, month, day, nth, weekday, years, observed, source, verification)
select s.state, h.name, h.kind, h.month, h.day, h.nth, h.weekday, 'all', s.observed, s.source, s.verification::public.rule_verification
from (values
  ('US', 'nearest_weekday', '5 U.S.C. 6103', 'from_memory'),
  ('AL', 'nearest_weekday', 'Ala. Code 1-3-8: Sunday moves to Monday, Saturday to Friday', 'secondary_only'),
  ('LA', 'nearest_weekday', 'La. R.S. 1:55', 'from_memory'),
  ('NE', 'nearest_weekday', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('PA', 'sunday_to_monday', '44 P.S. 11; 2019 list', 'secondary_only'),
  ('RI', 'sunday_to_monday', 'R.I. Gen. Laws 25-1-1 and federal holidays', 'secondary_only'),
  ('UT', 'nearest_weekday', 'Utah Code 63G-1-301', 'from_memory')
) s(state, observed, source, verification)
cross join (values
  ('New Year''s Day', 'fixed', 1, 1, null::smallint, null::smallint),
  ('Martin Luther King Jr. Day', 'nth_weekday', 1, null, 3, 1),
  ('Washington''s Birthday', 'nth_weekday', 2, null, 3, 1),
  ('Memorial Day', 'last_weekday', 5, null, null, 1),
  ('Juneteenth', 'fixed', 6, 19, null, null),
  ('Independence Day', 'fixed', 7, 4, null, null),
  ('Labor Day', 'nth_weekday', 9, null, 1, 1),
  ('Columbus Day', 'nth_weekday', 10, null, 2, 1),
  ('Veterans Day', 'fixed', 11, 11, null, null),
  ('Thanksgiving Day', 'nth_weekday', 11, null, 4, 4),
  ('Christmas Day', 'fixed', 12, 25, null, null)
) h(name, kind, month, day, nth, weekday);

insert into public.holidays (state, name, kind, month, day, nth, weekday, plus_days, years, observed, source, verification) values
  ('AL', 'Mardi Gras', 'easter', null, -47, null, null, 0, 'all', 'none', 'Ala. Code 1-3-8 (Baldwin and Mobile counties)', 'from_memory'),
  ('AL', 'Confederate Memorial Day', 'nth_weekday', 4, null, 4, 1, 0, 'all', 'none', 'Ala. Code 1-3-8', 'from_memory'),
  ('AL', 'Jefferson Davis'' Birthday', 'nth_weekday', 6, null, 1, 1, 0, 'all', 'none', 'Ala. Code 1-3-8', 'from_memory'),
  ('LA', 'Battle of New Orleans', 'fixed', 1, 8, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'Mardi Gras', 'easter', null, -47, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'Good Friday', 'easter', null, -2, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'Huey P. Long Day', 'fixed', 8, 30, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'All Saints'' Day', 'fixed', 11, 1, null, null, 0, 'all', 'none', 'La. R.S. 1:55', 'secondary_only'),
  ('LA', 'General Election Day', 'election_day', null, null, null, null, 0, 'even', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('LA', 'Inauguration Day', 'fixed', 1, 20, null, null, 0, 'after_leap', 'sunday_to_monday', 'La. R.S. 1:55 (Baton Rouge)', 'from_memory'),
  ('LA', 'Acadian Day', 'nth_weekday', 11, null, 4, 4, 1, 'all', 'none', 'La. R.S. 1:55', 'from_memory'),
  ('NE', 'Arbor Day', 'last_weekday', 4, null, null, 5, 0, 'all', 'none', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('NE', 'Day after Thanksgiving', 'nth_weekday', 11, null, 4, 4, 1, 'all', 'none', 'Neb. Rev. Stat. 62-301', 'from_memory'),
  ('PA', 'Good Friday', 'easter', null, -2, null, null, 0, 'all', 'none', '2019 list at dnc.com', 'secondary_only'),
  ('PA', 'Flag Day', 'fixed', 6, 14, null, null, 0, 'all', 'sunday_to_monday', '2019 list at dnc.com', 'secondary_only'),
  ('PA', 'Election Day', 'election_day', null, null, null, null, 0, 'all', 'none', '2019 list at dnc.com', 'secondary_only'),
  ('RI', 'Victory Day', 'nth_weekday', 8, null, 2, 1, 0, 'all', 'none', 'R.I. Gen. Laws 25-1-1', 'secondary_only'),
  ('RI', 'Election Day', 'election_day', null, null, null, null, 0, 'even', 'none', 'R.I. Gen. Laws 25-1-1', 'from_memory'),
  ('UT', 'Juneteenth (day off)', 'nearest_monday', 6, 19, null, null, 0, 'all', 'none', 'Utah Code 63G-1-301', 'from_memory'),
  ('UT', 'Pioneer Day', 'fixed', 7, 24, null, null, 0, 'all', 'nearest_weekday', 'Utah Code 63G-1-301', 'secondary_only');

-- Federal holidays on a Saturday are taken on Friday; the Rhode Island law counts state and federal days.
update public.holidays set observed = 'nearest_weekday' where state = 'RI' and kind = 'fixed';

insert into public.holiday_dates (state, on_date, holiday)
select d.state, d.on_date, d.holiday
from generate_series(1999, 2100) y
cross join lateral private.us_holiday_dates(y) d
where d.on_date between date '2000-01-01' and date '2099-12-31';

-- sql/41_gate_data/13_gate_rules.sql

-- The reasons that gate_evaluate gives.
insert into public.gate_rules (rule, concern, title, channels, heals, waivable, source, verification, effective_from, reviewed_on, notes)
select v.rule, v.concern, v.title, case v.on_channels
    when 'all' then '{email,sms,voice_manual,voice_ai}' when 'email' then '{email}' when 'phone' then '{sms,voice_manual,voice_ai}'
    when 'auto' then '{sms,voice_ai}' when 'calls' then '{voice_manual}' else '{sms}' end::text[],
  v.heals, v.waivable, v.source, v.verification::public.rule_verification, v.effective_from::date, date '2026-11-21', v.notes
from (values
  -- Facts and the contact point itself
  ('facts_unreadable', 'facts', 'The facts are no object', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('fact_unreadable', 'facts', 'A fact that matters cannot be read', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, 'The detail names the fact.'),
  ('as_of_outside_rules', 'facts', 'The instant lies outside the years that the rules cover', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('email_missing', 'contact', 'No e-mail address', 'email', false, false, 'policy', 'house_policy', null, ''),
  ('email_invalid', 'contact', 'The e-mail address is not valid', 'email', false, false, 'policy', 'house_policy', null, ''),
  ('phone_missing', 'contact', 'No phone number', 'phone', false, false, 'policy', 'house_policy', null, ''),
  ('phone_invalid', 'contact', 'No E.164 number of the United States', 'phone', false, false, 'policy', 'house_policy', null, ''),
  ('phone_not_us', 'contact', 'A number outside the United States', 'phone', false, false, 'policy: no rules are known there', 'house_policy', null, 'Canada and the Caribbean share the country code and are told apart by area code; so is an area code that is not in the table.'),
  ('line_type_barred', 'contact', 'Toll-free, premium, shared-cost, pager, voicemail or company number', 'phone', false, false, '47 U.S.C. 227(b)(1)(A)(iii)', 'quoted_by_third_party', null, 'Services for which the called party pays, and pagers; the rest is policy.'),
  ('landline_cannot_text', 'contact', 'A landline cannot receive texts', 'sms', false, false, 'policy', 'house_policy', null, ''),
  -- What the person said
  ('opted_out', 'opt_out', 'A message from the person asks to stop this channel', 'all', false, false, '47 CFR 64.1200(a)(10); CTIA; T-Mobile Code of Conduct 2.11', 'quoted_by_third_party', '2025-04-11', 'Any reasonable means. A text ends texts and automated calls, a call all phone channels, a mail e-mail, and whatever its words name. The law gives ten business days, the gate takes none. START takes back only the keyword STOP.'),
  ('consent_revoked', 'opt_out', 'Consent was revoked for this channel', 'all', false, false, '47 CFR 64.1200(a)(10); DA 26-12', 'quoted_by_third_party', '2025-04-11', 'That one revocation reaches every topic is waived until 2027-01-31; the gate ends the whole channel already. A revocation of unknown scope or date reaches everything.'),
  ('internal_list', 'opt_out', 'The person asked not to be called', 'phone', false, false, '47 CFR 64.1200(d)(6); Va. Code 59.1-514 (texts, ten years)', 'quoted_by_third_party', null, 'Five years, ten for texts to Virginia. After the term the request stands until a newer signed consent, unless the org has counsel''s word (internal_list_ends). Applies to messages about a matter, too.'),
  ('confirmation_by_text_only', 'opt_out', 'An opt-out is confirmed by text', 'all', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_without_opt_out', 'opt_out', 'There is no opt-out to confirm', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_too_late', 'opt_out', 'More than five minutes after the opt-out', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, 'Later ones would have to be justified; the gate does not.'),
  ('confirmation_already_sent', 'opt_out', 'One confirmation was sent, or it is not known that none was', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  ('confirmation_with_marketing', 'opt_out', 'A confirmation carries no marketing', 'sms', false, false, '47 CFR 64.1200(a)(12)', 'secondary_only', null, ''),
  -- Consent
  ('consent_missing', 'consent', 'No consent on record', 'auto', false, false, '47 CFR 64.1200(a)(1)-(2), (f)(9); FCC 24-17', 'quoted_by_third_party', null, 'AI voices are artificial voices. Texts go out by platform, so they are treated as automated: FL, OK, MD and WA say so outright, CTIA and Twilio ask for it everywhere. A message about a matter needs consent without the form.'),
  ('relationship_is_no_consent', 'consent', 'A business relationship does not replace written consent', 'auto', false, false, '47 CFR 64.1200(a)(2)', 'quoted_by_third_party', null, ''),
  ('consent_not_written', 'consent', 'Consent is oral or implied', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_undated', 'consent', 'Nobody knows when consent was given', 'auto', false, false, '16 CFR 310.5(a)(8)', 'secondary_only', null, ''),
  ('consent_in_the_future', 'consent', 'Consent is dated after the contact', 'auto', false, false, 'policy', 'house_policy', null, ''),
  ('consent_for_another_seller', 'consent', 'Consent does not name this seller', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, 'The one-seller-at-a-time rule was vacated on 2025-01-24; that the seller is named was always asked.'),
  ('consent_without_this_number', 'consent', 'Consent does not cover this number', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_unsigned', 'consent', 'Consent is not signed', 'auto', false, false, '47 CFR 64.1200(f)(9); E-SIGN', 'secondary_only', null, 'A pre-checked box is no signature.'),
  ('consent_condition_of_purchase', 'consent', 'Not shown that consent was no condition of a purchase', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('consent_without_automation', 'consent', 'Consent does not speak of automated calls or texts', 'auto', false, false, '47 CFR 64.1200(f)(9)', 'secondary_only', null, ''),
  ('house_consent_stale', 'consent', 'Consent is older than the org accepts', 'auto', false, true, 'policy: consent_max_age_months', 'house_policy', null, 'No federal expiry is known. Off unless the org sets it; 12 to 18 months is common.'),
  ('state_written_consent', 'consent', 'The state wants written consent for any sales call', 'calls', false, false, 'Conn. Gen. Stat. 42-288a', 'primary_text_seen', null, 'Definition seen.'),
  ('state_mobile_ban', 'consent', 'The state bars unsolicited sales calls to mobiles', 'phone', false, true, 'A.R.S. 44-1278(B)(3); N.J.S.A. 56:8-130', 'quoted_by_third_party', null, 'A signed agreement lifts it. Lines that are not known to be landlines count as mobile.'),
  -- Do-not-call lists
  ('dnc_lookup_failed', 'dnc', 'The lists could not be looked up', 'all', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('dnc_unknown', 'dnc', 'Nothing is known about do-not-call lists', 'phone', false, false, '47 CFR 64.1200(c)(2)', 'quoted_by_third_party', null, ''),
  ('dnc_federal', 'dnc', 'The national registry lists the number', 'phone', false, false, '47 CFR 64.1200(c)(2); 16 CFR 310.4(b)(1)(iii)', 'quoted_by_third_party', null, 'Lifted by a signed agreement with this number, or by a relationship for hand-dialled calls.'),
  ('dnc_federal_unknown', 'dnc', 'Not known whether the national registry lists the number', 'phone', false, false, '47 CFR 64.1200(c)(2)', 'quoted_by_third_party', null, ''),
  ('dnc_state', 'dnc', 'A state list has the number', 'phone', false, false, 'state lists', 'secondary_only', null, 'A relationship does not lift it here: the terms differ by state and were not verified.'),
  ('dnc_state_unknown', 'dnc', 'Not known whether a state list has the number', 'phone', false, false, 'state lists', 'secondary_only', null, ''),
  ('dnc_never_scrubbed', 'dnc', 'Never checked against a dated copy of the registry', 'phone', false, false, '47 CFR 64.1200(c)(2)(i)(D)', 'quoted_by_third_party', null, ''),
  ('dnc_scrub_stale', 'dnc', 'The registry copy is older than 31 days', 'phone', false, false, '47 CFR 64.1200(c)(2)(i)(D); 16 CFR 310.4(b)(3)(iv)', 'primary_text_seen', null, 'Exactly 31 days old is still good. An org may ask for less.'),
  ('dnc_scrub_unreadable', 'dnc', 'The date of the registry copy cannot be', 'phone', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('relationship_ended', 'dnc', 'The relationship that would lift the registry is over, undated or another seller''s', 'phone', false, false, '47 CFR 64.1200(f)(5)', 'quoted_by_third_party', null, '18 calendar months from a purchase, 3 from an inquiry. Comes beside the listing that it would have lifted.'),
  -- E-mail
  ('email_unsubscribed', 'email', 'The person unsubscribed', 'email', false, false, '15 U.S.C. 7704(a)(4); Gmail and Yahoo: two days', 'secondary_only', null, 'Ten business days by law; at once here. Messages about a matter may go on by law (7702(17)); an org may stop them too (unsubscribe_ends_transactional).'),
  ('email_spam_report', 'email', 'The person reported spam', 'email', false, false, 'mailbox providers', 'secondary_only', null, ''),
  ('email_bounced', 'email', 'The address bounced', 'email', false, false, 'mailbox providers', 'secondary_only', null, 'Blocks and soft bounces are temporary and do not count.'),
  ('email_event_unknown', 'email', 'An event of unknown meaning is on record', 'email', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  ('email_lists_unknown', 'email', 'Not known whether the person unsubscribed', 'email', false, false, '15 U.S.C. 7704(a)(4)', 'secondary_only', null, ''),
  ('email_without_postal_address', 'email', 'No postal address in the body', 'email', false, false, '15 U.S.C. 7704(a)(5)', 'secondary_only', null, ''),
  ('email_without_unsubscribe', 'email', 'No way to unsubscribe in the body', 'email', false, false, '15 U.S.C. 7704(a)(3)', 'secondary_only', null, ''),
  ('email_without_one_click', 'email', 'No one-click unsubscribe though over 5,000 a day, or the volume is unknown', 'email', false, true, 'RFC 8058; Gmail sender guidelines', 'quoted_by_third_party', null, ''),
  ('email_unauthenticated', 'email', 'The sending domain is not known to be authenticated', 'email', false, false, 'Gmail sender guidelines', 'secondary_only', null, ''),
  -- Hours
  ('federal_hours', 'hours', 'Outside 8 a.m. to 9 p.m. where the person is', 'phone', true, false, '47 CFR 64.1200(c)(1); 16 CFR 310.4(c)', 'quoted_by_third_party', null, 'From calling_windows, state US. 08:00:00 is allowed, 21:00:00 is not. Kept with consent, too. Solicitations only.'),
  ('state_hours', 'hours', 'Outside the hours of a state', 'phone', true, true, 'calling_laws', 'quoted_by_third_party', null, 'From calling_windows; the source and its quality stand in calling_laws.'),
  ('state_day_closed', 'hours', 'A state allows nothing on this weekday', 'phone', true, true, 'calling_laws', 'quoted_by_third_party', null, ''),
  ('state_holiday', 'hours', 'A state restricts legal holidays', 'phone', true, true, 'calling_laws, holidays', 'quoted_by_third_party', null, ''),
  ('house_hours', 'hours', 'Outside the org''s own hours', 'phone', true, true, 'policy: calling_hours', 'house_policy', null, ''),
  -- How often
  ('state_cap', 'caps', 'A state''s cap on attempts is reached', 'phone', true, false, 'Fla. Stat. 501.616(6)(b); 15 O.S. 775C.4; Md. Com. Law 14-4502(c); ORS 646.563; 10 M.R.S. 1498', 'quoted_by_third_party', null, 'Three in 24 hours (FL, OK, MD on the same subject; OR whatever it is), one automated call in 8 hours (ME). Calls and texts count together, inbound and e-mail do not.'),
  ('house_cap', 'caps', 'The house''s cap on attempts is reached', 'phone', true, true, 'policy: max_attempts_24h (6 unless tightened), max_attempts_7d, max_attempts_total', 'house_policy', null, ''),
  ('history_unknown', 'caps', 'A state counts attempts and nothing is known about them', 'phone', false, false, 'policy: unknown refuses', 'house_policy', null, ''),
  -- Places
  ('emergency', 'places', 'An emergency is declared where the person could be', 'phone', false, false, 'La. R.S. 45:844.31 and LPSC R-29617; N.Y. Gen. Bus. Law 399-z(5-a)', 'primary_text_seen', null, 'The list of states is an input; the gate obeys it for any state, with consent too.'),
  ('house_state_closed', 'places', 'The org does not contact people in this state', 'phone', false, true, 'policy: deny_states', 'house_policy', null, ''),
  ('house_channel_closed', 'places', 'The org does not use this channel', 'all', false, true, 'policy: deny_channels', 'house_policy', null, '')
) v(rule, concern, title, on_channels, heals, waivable, source, verification, effective_from, notes);

-- sql/41_gate_data/20_zip_zones.sql

-- Made by scripts/gate/build-zones.ts. A line: zones|states|reason|prefixes, where a bare 3-digit prefix
-- stands for itself and 123:0145 for the ZIPs 12301 and 12345.
insert into public.zip_zones (prefix, zones, states, reason)
select left(item, 3) || substr(item, 3 + 2 * n, case when n = 0 then 0 else 2 end),
  string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table('
America/New_York|NY||005 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143 144 145 146 147 148 149
America/Puerto_Rico|PR||006 007 009
America/St_Thomas|VI||008
America/New_York|MA||010 011 012 013 014 015 016 017 018 019 020 021 022 023 024 025 026 027 055
America/New_York|MA,RI||028
America/New_York|RI||029 028:0102040607080912131415161718222324252627282930313233353637383940414252575859606263646571727374757677787980818283858687888991929394959698
America/New_York|NH||030 031 032 033 034 036 037 035:61707475768081828384858688899092939598 038:01020309101112131415161718192021222324252627303233353637383940414243444546474849505152535455565758596061626465666768697071727374757882838485868790949697
America/New_York|ME,NH,VT||035
America/New_York|ME,NH||038 035:79
America/New_York|NH,VT||035:97
America/New_York|ME||039 040 041 042 043 044 045 046 047 048 049 038:04
America/New_York|VT||050 051 052 053 054 056 057 058 059
America/New_York|CT||060 061 062 064 065 066 067 068 069 063:203031323334353638394049505153545557596065707172737475767778798082838485878889
America/New_York|CT,NY||063
America/New_York|NJ||070 071 072 073 074 075 076 077 078 079 080 081 082 083 084 085 086 087 088 089
America/New_York|PA||150 151 152 153 154 155 156 157 158 159 160 161 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177 178 179 180 181 182 183 184 185 186 187 188 189 190 191 193 194 195 196
America/New_York|DE||197 198 199
America/New_York|DC,MD,VA||200 202 203 205
America/New_York|DC||569 888 200:01020304050607080910111213151617181920242627293032333536373839404243444547495253555657596062636465667173769091 202:0102030408101112131516171819202122232426272829303537394041424445505460687089 203:0306181940707273747576808890919298 204:0102030405070810111213141516171819202122232425262728293133343536373940414244475156606372 205:00030405060708091015202122232425262728293031333435363839404142434446474849515253545557596065667071727375767779808185869091939497
America/New_York|VA||220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 200:416970 201:01020304050608091011121315161718192021222428293031323436373839404142434446474849515253555658596063646566676869707172757677788081828485868788899091929495969798 202:06 203:01103050 204:06 205:98 246:0102030506070809121314192022242728303134353739404146474951565758
America/New_York|MD||206 207 208 209 210 211 212 214 215 216 217 218 219 200:58 202:0733 203:8995 205:8899
America/New_York|VA,WV||201 246
America/New_York|DC,VA||204
America/New_York|WV||247 248 249 250 251 252 253 254 255 256 257 258 259 260 261 262 263 264 265 266 267 268
America/New_York|NC||270 271 272 273 274 275 276 277 278 279 280 281 282 283 284 285 286 287 288 289
America/New_York|SC||290 291 292 293 294 295 296 297 298 299
America/New_York|GA||300 302 303 304 305 306 307 308 309 310 311 312 313 314 315 316 317 318 398 399 301:010203040506070809101112131415161718192021222324252627293233343537383940414243444546474849505152535456576061626468697071727375767778798082838485878889 319:010203040607080914179395979899
America/New_York|AL,GA||301 319
America/New_York|FL||320 321 322 323 326 327 328 329 330 331 332 333 334 335 336 337 338 339 341 342 344 346 347 349 324:57
America/Chicago,America/New_York|FL||324
America/Chicago|FL||325 324:0102030405060708091011121317202122232425262728303132333435373839404243444546474849525559606162636466
America/Chicago,America/New_York|FL|touches counties in two zones|324:5665
America/Chicago|FL|Pensacola, Escambia County FL is Central|325:01
America/Chicago|AL||350 351 352 354 355 356 357 358 359 360 361 362 363 364 365 366 367 369 368:0102030430313249505152535556585960616265666971747579
America/Chicago,America/New_York|AL||368
America/Chicago,America/New_York|AL|touches counties in two zones|368:546367687077
America/New_York|AL||368:72
America/Chicago|TN||370 371 372 375 380 381 382 384 373:010506131824272830343539404245484952555657596065667475767880828387888994969798 377:23 383:0102030508101113141516171820212427282930313233343637383940414243444546474851525556575859616263656667686970717274757677787980818287888990919293 385:010203050641424344454748495051525354555657585960626364656768697071727374757778798081828385878889
America/Chicago,America/New_York|TN||373 374 378 385
America/New_York|TN||379 373:020304070809101112141516172022232526293133364143505153546162636469707173848591 374:0103040607080910111214151621222450 376:0102040514151617182021254041434445505657585960626364656980818283848687889091929499 377:0105070809101113141516171921222425272930313233373842434445485354555657606263646566697071727374777879 378:010203040607091011131415161819202122242526282930314041434546474849515253576061626364656667686970717273747677787980818285868788909192
America/Chicago,America/New_York|TN|touches counties in two zones|373:21323767777981 374:0519 378:54 385:04
America/Chicago,America/New_York|TN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|373:3847 377:26
America/New_York|TN|Chattanooga, Hamilton County TN is Eastern|374:02
America/New_York|TN,VA||376 377:52
America/Chicago,America/New_York|TN,VA||377
America/Chicago|MS,TN||383
America/Chicago|MS||386 387 389 390 391 392 393 394 395 396 397 388:01020304202124252627282933343538394143444647484950515556575859606263646566686970717374757677787980
America/Chicago|AL,MS||388
America/Chicago,America/New_York|KY||400 401 425 427
America/New_York|KY||403 404 405 406 407 408 410 411 412 413 414 415 416 417 418 459 400:03040607081011121314192022232631323336374045464748495051525556575859606162636566676869707175767778 401:0407080910172122295055596062656677 409:02030613141521232730323539404143444649515355586264727779818283889597 425:01020316193341535864656667 426:31343538474953 427:010219243240485888 452:75
America/Chicago,America/New_York|KY|touches counties in two zones|400:09 401:154042465761717576 425:283944 426:42 427:16182833435764
America/Kentucky/Louisville|KY||402 400:18252741 401:18
America/Chicago|KY||421 423 424 401:111943444552537078 420:010203202122232425272829313233353637383940414445474849505153545556586061636466697071767881828385868788 422:0102040607101114151617192021323436404152545659616265667374757680858688 426:29 427:13151720212226294142464953545559626582
America/New_York|KY,TN||409
America/Chicago|KY,TN||420 422
America/Chicago|KY|Bowling Green, Warren County KY is Central|421:01
America/Chicago|KY|Owensboro, Daviess County KY is Central|423:01
America/Kentucky/Monticello|KY||425:18
America/Chicago,America/New_York|KY,TN||426
America/Chicago|KY,TN|Albany, Clinton County KY is Central|426:02
America/Chicago,America/Kentucky/Monticello|KY|touches counties in two zones|426:0333
America/Chicago,America/New_York|KY|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|427:127684
America/New_York|OH||430 431 432 433 434 435 436 437 438 439 440 441 442 443 444 445 446 447 448 449 450 451 453 454 455 456 457 458 452:0102030405060708091112131415161718192022232425262729303132333435363738394041424344454647484950515253545558626367
America/New_York|KY,OH||452
America/Indiana/Indianapolis|IN||460 461 462 466 467 468 472 473 474 478 465:0102040607081013141516172426272830363738394042434445465053555661626567707172738081829095 469:01020304101112131415161719202122232628293031323335363738394041424345464750515253575859616265677071747577787980828486878889909192949598 470:03061012161721232430313334353637394142 471:020820253865677077 479:010203040506070916171820212324252628293032334041444950525455586062656667686970717475808182838687888990919293949697
America/Chicago,America/Indiana/Indianapolis|IN||463 465 479
America/Chicago|IN||464 477 463:010203040708101112192021222324252740414245464748495052555660616568717273757677798081828384859091929394 475:3136375052567779 476:011011121315161718202930313437383947484954657083 479:2243516364
America/Indiana/Indianapolis,America/Indiana/Knox|IN|touches counties in two zones|463:6674 465:113163 469:68
America/Chicago|IN|Gary, Lake County IN is Central|464:02
America/Indiana/Knox|IN||465:32
America/Indiana/Indianapolis,America/Indiana/Knox|IN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|465:34
America/Chicago,America/Indiana/Indianapolis|IN|touches counties in two zones|465:525474 479:424859777895
America/Indiana/Indianapolis,America/Indiana/Knox|IN||469
America/Indiana/Knox,America/Indiana/Winamac|IN|touches counties in two zones|469:6096
America/Indiana/Winamac|IN||469:85
America/New_York|IN||470
America/Indiana/Vevay|IN||470:1119203843
America/Indiana/Tell_City,America/Kentucky/Louisville|IN||471
America/Kentucky/Louisville|IN||471:0406071011121415171922242629303132333435364142434446475051606162636466729099
America/Indiana/Marengo|IN||471:162340457475
America/Indiana/Marengo,America/Indiana/Tell_City|IN|touches counties in two zones|471:18 475:76
America/Indiana/Tell_City,America/New_York|IN|touches counties in two zones|471:37
America/Indiana/Petersburg,America/Indiana/Tell_City|IN||475
America/Indiana/Vincennes|IN||475:011216192122242728293542454647495357586162687375788081919697
America/Indiana/Tell_City,America/Indiana/Vincennes|IN|touches counties in two zones|475:13
America/Indiana/Tell_City|IN||475:14152025517488
America/Chicago,America/Indiana/Vincennes|IN|touches counties in two zones|475:233241 476:33
America/Indiana/Petersburg|IN||475:6484859098
America/Chicago,America/Indiana/Petersburg|IN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|475:67
America/Indiana/Indianapolis,America/Indiana/Tell_City|IN|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|475:86
America/Chicago,America/Indiana/Petersburg|IN,KY||476
America/Chicago,America/Indiana/Petersburg|IN|touches counties in two zones|476:19406066
America/Chicago|IN,KY||476:35
America/Chicago|IN|Evansville, Vanderburgh County IN is Central|477:08
America/Chicago,America/Indiana/Winamac|IN|touches counties in two zones|479:4657
America/Detroit|MI||480 481 482 483 484 485 486 487 488 489 490 491 492 493 494 495 496 497 498:050608141617181920222526272933353637383940414953545561626465666871727880838485919495 499:010508101213161718192122252930313442454648505253555860616263657071
America/Detroit,America/Menominee|MI||498 499
America/Detroit,America/Menominee|MI|boundary ZIP: a ring of 5 to 10 km around its centre crosses the line|498:01
America/Menominee|MI||498:0212152131344547485258637073747677818687929396 499:020311152027353859646869
America/Detroit,America/Menominee|MI|touches counties in two zones|498:0779 499:4767
America/Chicago|IA||500 501 502 503 504 505 506 507 508 509 511 512 514 515 520 521 522 523 524 526 527 528 510:020304050607080910111214151618192022232425262728293031333435363738394041444546474849505152535455565860616263 513:01313334384041424345464750515455575863646566 516:0103303132363738394546474849505152535456 525:013031333435363740434448495051525354555657606162636566676869707172747677808183848586889091939495
America/Chicago|IA,SD||510
America/Chicago|IA,MN||513 560 561:29
America/Chicago|IA,MO||516 525
America/Chicago|WI||530 531 532 534 535 537 538 539 540 541 542 543 544 546 547 548 549 545:01111213141517192021242526272930313234363738394142434546474850525455565758596061626364656668
America/Chicago|MI,WI||545
America/Chicago|MN||550 551 553 554 556 557 558 559 563 564 565 566 567 560:01020307091011131416171920212223242526282930313233343536373941424344454647485051525455565758606263656869717273747578808182838485878889909193969798 561:0110111314151617181920212223252728313234373839404142434546474950515253555657585960616265666768697071727374757678808183858687 562:01070809101112141516182021222324252627282930313235363739404143444548495152535556575860626364656667707173747677787980818283848587888991929394959697
America/Chicago|IA,MN,SD||561
America/Chicago|MN,SD||562 570 561:364464
America/Chicago|SD||571 572 573 574 570:010203040506071012131415161718202122242527282931323334353637383940414243454647484950515253545557585961626364656667697071727375767778 575:2022232829313334363840414448555962636468697071727679808485 576:31324648
America/Chicago,America/Denver|SD||575
America/Chicago,America/Denver|SD|Pierre is Central, Fort Pierre across the river Mountain|575:01
America/Denver|SD||575:21374347515253677477 576:2021222325263033343639404144495051525657585961 577:0102030609141618192022253032353738414445474850515254555658596061626364666769707273757679808283858788909192939499
America/Chicago,America/Denver|SD|touches counties in two zones|575:326066 576:01
America/Chicago,America/Denver|ND,SD||576 586
America/Denver|ND,SD||576:38424560 586:234953
America/Denver|MT,SD,WY||577
America/Denver|SD,WY||827 577:17
America/Denver|MT,SD||577:24
America/Chicago|ND,SD||580 584
America/Chicago|ND||581 582 583 580:01020405060708091112131516171821272931323335363840424345464748495152535456575859606162636465676869717274757677787981 584:0102051516182021222324252628293031333840414243444548515254555658606163646667727475767778798081828384868788909294959697 585:01020304050607212428313238404244495258596061657072737576777981 587:010203040507101112131618212223252730313334353637404144464850525556585960616263656869707172737576787981828384858788899092939495 588:01020330313335384344454749525356
America/Chicago,America/Denver|ND||585 587 588
America/Denver,America/North_Dakota/New_Salem|ND|touches counties in two zones|585:20356369 586:3138
America/North_Dakota/Beulah|ND||585:2341457180
America/Chicago,America/Denver|ND|touches counties in two zones|585:2968 586:213440 587:57 588:54
America/North_Dakota/Center|ND||585:30
America/Denver|ND||585:336264 586:0102202226273032363941424344454647505152545556
America/North_Dakota/New_Salem|ND||585:5466
America/Denver,America/North_Dakota/Beulah|ND|touches counties in two zones|586:25
America/Denver|MT||590 591 593 594 595 596 597 599 592:0111121314151718192223252630314041424344474850525354555657585960616263737476 598:01020304060708122021232425262728293031323334353740414243444546485153545556585960636465666768707172737475
America/Denver|MT,ND||592
America/Denver|ID,MT||598
America/Chicago|IL||600 601 602 603 604 605 606 607 608 609 610 611 612 613 614 615 616 617 618 619 620 622 623 624 625 626 627 628 629
America/Chicago|MO||630 631 633 634 635 637 638 639 640 641 644 645 646 647 648 649 650 651 652 653 654 655 656 658 636:012021222324252627282930313233363738404548505153545556606263646566707475 657:020405060708101112131415172021222324252627283031323435373839404142444546475253545556575960626465666768697071727374757778798183848586878889909193
America/Chicago|IL,MO||636
America/Chicago|AR,MO||657 726
America/Chicago|KS||660 661 662 664 666 667 668 669 670 671 672 673 674 675 676 665:01020305060708091012141516171820212223242627283132333435363738394042434446474849505254 677:013031343637383940434445474849515253565764 678:01313435373839404142434446495051535455596062636465676869707176778082 679:010551525354
America/Chicago|KS,NE||665 689
America/Chicago,America/Denver|KS||677 678
America/Chicago,America/Denver|KS|touches counties in two zones|677:324161 678:6178
America/Denver|KS||677:33355862 678:365779
America/Chicago|KS,OK||679
America/Chicago|NE||680 681 683 684 685 686 688 687:0102101113141516171820222324252627282930313233343536383940414243454647484951525355565758596061636465666768697071737476777879808183848586878889909192 689:0102202223242526272829303233343536373839404142434445464748495052545556575859606164666769707172737475767779808182 690:012022242526282932343638394042434446 691:0103202330323842435157637071 692:101417
America/Chicago|NE,SD||687
America/Chicago,America/Denver|NE||690 691
America/Denver|NE||690:21232730333741 691:212225272829313340414445464748495052535456606268 692:111819 693:0131333435363940414345464748505152535455565758606163656667
America/Chicago,America/Denver|NE|touches counties in two zones|690:45 691:3435556165666769 692:2021
America/Chicago,America/Denver|NE,SD||692
America/Chicago,America/Denver|NE,SD|touches counties in two zones|692:0112
America/Denver|NE,SD||693 692:16
America/Chicago|LA||700 701 703 704 705 706 707 708 710 711 712 713 714
America/Chicago|AR||716 718 719 720 721 722 723 724 725 727 728 729 717:0111202122242526283031404243444547485051525354585962636465667072 726:010211131516171923242628293031323334353638394041424345485051535455575859606162636668697072757779808283858687
America/Chicago|AR,LA||717
America/Chicago|OK||730 731 734 735 736 737 738 740 741 743 744 745 746 747 748 749 739:01313233383942444546475051
America/Chicago|TX||733 750 751 752 753 754 756 757 758 759 760 761 762 763 764 765 766 767 768 769 770 772 773 774 775 776 777 778 779 780 781 782 783 784 785 786 787 788 789 790 791 792 793 794 795 796 797 739:60 755:010304050750515455585960616263646566676869707172737499 798:303132344243454648525455
America/Chicago,America/Denver|OK,TX||739
America/Chicago,America/Denver|OK|Kenton OK keeps Mountain time by custom|739:37
America/Chicago|OK,TX||739:49
America/Chicago|AR,TX||755
America/Chicago,America/Denver|NM,TX||798
America/Denver|TX||798:2136384953 799:01020304050607081011121314151617182023242526272829303132343536373840414243444546474849505152535455586061687678809596979899
America/Denver|NM,TX||799 880 884 798:35
America/Chicago,America/Denver|TX|Dell City, Hudspeth County TX is Mountain|798:37
America/Denver|TX|Fort Hancock, Hudspeth County TX is Mountain|798:39
America/Chicago,America/Denver|TX|touches counties in two zones|798:47
America/Denver|TX|Sierra Blanca, Hudspeth County TX is Mountain|798:51
America/Denver|CO||800 801 802 803 804 805 806 807 808 809 810 812 813 814 815 816 811:01022021222324252628293031323335363840414344464748495152545557
America/Denver|CO,NM||811
America/Denver|CO,WY||820
America/Denver|WY||821 822 823 824 825 826 828 830 820:0102030506070910505152535455585960617071727381828384 827:1011121415161718202123252729303132 829:0102222325293132333435363738394142434445 831:01101213141516181921222324262728 834:14
America/Denver|UT,WY||829
America/Denver|ID,WY||831
America/Boise|ID||832 837 833:0102031112131416182021222324252728303233343536373840414344464748495052535455 834:0102030405062021222324252728293133343536384041424344454648495051525455606263646566676869 836:02040506071011121516171922232426272829303132333435363738394142434445464748505152535556576061666970727677808687
America/Boise|ID,UT||833
America/Boise|ID,WY||834
America/Boise,America/Los_Angeles|ID||835 836
America/Los_Angeles|ID||838 835:01202324252630313335363739404142434445464852535455
America/Boise,America/Los_Angeles|ID|touches counties in two zones|835:224749 836:5471
America/Denver|UT||840 841 842 843 844 846 847 845:0110111213151618202122232526282930313233343537394042
America/Denver|AZ,UT||845
America/Phoenix|AZ||850 851 852 853 855 856 857 863 864 859:021112222326282931333435394142 860:010203051115161718212223242529323638464752
America/Denver,America/Phoenix|AZ||859
America/Denver,America/Phoenix|AZ|touches counties in two zones|859:0120242527303236373840 860:042028313335405354 865:02101220
America/Denver,America/Phoenix|AZ,UT||860
America/Denver,America/Phoenix|AZ|Hopi land inside the Navajo Nation: no DST there, DST around it|860:3034394243
America/Denver,America/Phoenix|AZ,UT|touches counties in two zones|860:44
America/Denver,America/Phoenix|AZ|Tuba City and Moenkopi: Navajo and Hopi|860:45
America/Denver,America/Phoenix|AZ,NM||865
America/Denver|AZ||865:0305060708111435384044454756
America/Denver|AZ,NM||865:04
America/Denver|AZ,NM|Window Rock: the Navajo Nation keeps DST|865:15
America/Denver|NM||870 871 873 874 875 876 877 878 879 881 882 883 880:01020304050607080911121320212223242526272829303132333436383940414243444546474849515253545556586162657281 884:0110111415161718192122242627313334353639
America/Los_Angeles,America/Phoenix|NV||890
America/Los_Angeles|NV||891 893 895 897 890:010203040506070809101112131415161718192021222325262728293031323334363739404142434445464748495253546061677074778184858687 894:02030405060708091011121314151819202122232425262728293031323334353637384041424445464748495051526096 898:01020315202122232628303132333435
America/Los_Angeles,America/Phoenix|NV|touches counties in two zones|890:24
America/Los_Angeles|CA,NV||894
America/Denver,America/Los_Angeles|NV,UT||898
America/Denver,America/Los_Angeles|NV|Jackpot keeps Mountain time by custom|898:25
America/Denver,America/Los_Angeles|NV,UT|West Wendover keeps Mountain time, its county Pacific|898:83
America/Los_Angeles|CA||900 902 903 904 905 906 907 908 910 911 912 913 914 915 916 917 918 919 920 921 922 923 924 925 926 927 928 930 931 932 933 934 935 936 937 938 939 940 941 943 944 945 946 947 948 949 950 951 952 953 954 955 956 957 958 959 960 961
Pacific/Honolulu,Pacific/Pago_Pago|AS,HI||967
Pacific/Honolulu|HI||967:010304050607080910121314151617181920212225262728293031323334373839404142434445464748495051525354555657596061626364656667686970717273747677787980818283848586888990919293959697 968:01020304050607080910111213141516171819202122232425262830363738394041434446474849505354575859606163
Pacific/Pago_Pago|AS||967:99
Pacific/Honolulu,Pacific/Wake|HI||968
Pacific/Wake|HI||968:98
Pacific/Saipan|GU,MP||969
Pacific/Guam|GU||969:10121315161719212328293132
Pacific/Saipan|MP||969:505152
America/Los_Angeles|OR||970 971 972 973 974 975 977 978 976:01020304202122232425262730323334363738394041 979:0405
America/Los_Angeles|CA,OR||976
America/Boise,America/Los_Angeles|ID,OR||979
America/Boise|OR||979:0102030608091113171820
America/Boise,America/Los_Angeles|OR|touches counties in two zones|979:07
America/Boise|ID,OR||979:10
America/Boise|OR|Ontario, Malheur County OR is Mountain|979:14
America/Los_Angeles|WA||980 981 982 983 984 985 986 988 989 990 992 994 991:0102030405091011131415161718192122232425262930313334353637383940414344464748495051525354555657585960616364666769707173747679808185 993:0102202122232426282930333536373841434445464748495052535456575960616371
America/Los_Angeles|ID,WA||991
America/Los_Angeles|OR,WA||993
America/Adak,America/Anchorage|AK||995
America/Anchorage|AK||996 997 995:010203040506070809101113141516171819202122232429304045484950515255565758596465666768697172737475767778798085868788899099
America/Adak|AK|Adak is west of 169°30′ W: Hawaii-Aleutian with DST|995:46
America/Adak,America/Nome|AK|touches counties in two zones|995:47
America/Nome|AK||995:53546163818391 996:04091420223032384150586062667181859092 997:3639425059616266697278838485
America/Yakutat|AK||996:89
America/Juneau|AK||998
America/Sitka|AK||999 998:30333536
America/Metlakatla|AK||999:26
', '\n') line
cross join lateral regexp_split_to_array(line, '\|') part
cross join lateral regexp_split_to_table(part[4], ' ') item
cross join lateral generate_series(
  case when length(item) = 3 then 0 else 1 end, case when length(item) = 3 then 0 else (length(item) - 4) / 2 end) n
where line <> '';

-- sql/41_gate_data/21_area_code_zones.sql

-- Made by scripts/gate/build-zones.ts. A line: zones|states|reason|area codes.
insert into public.area_code_zones (area_code, zones, states, reason)
select code, string_to_array(part[1], ','), string_to_array(part[2], ','), nullif(part[3], '')
from regexp_split_to_table('
America/New_York|NJ||201 551 609 640 732 848 856 862 908 973
America/New_York|DC||202 771
America/New_York|CT||203 475 860 959
America/Chicago|AL||205 251 256 334 659 938
America/Los_Angeles|WA||206 253 360 425 509 564
America/New_York|ME||207
America/Boise,America/Los_Angeles|ID|Idaho: the panhandle is Pacific; no zone for the whole code|208
America/Los_Angeles|CA||209 213 279 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951
America/Chicago|TX||210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979
America/New_York|NY||212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934
America/New_York|PA||215 223 267 272 412 445 484 570 582 610 717 724 814 835 878
America/New_York|OH||216 220 234 283 326 330 380 419 440 513 567 614 740 937
America/Chicago|IL||217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872
America/Chicago|MN||218 320 507 612 651 763 952
America/Chicago|IN|north-west Indiana is Central; the package says New York|219
America/Chicago|LA||225 318 337 504 985
America/New_York|MD||227 240 301 410 443 667
America/Chicago|MS||228 601 662 769
America/New_York|GA||229 404 470 478 678 706 762 770 912 943
America/New_York|MI||231 248 269 313 517 586 616 734 810 947 989
America/Chicago|MO||235 314 417 557 573 636 660 816 975
America/New_York|FL||239 305 321 324 352 386 407 561 645 656 727 728 754 772 786 813 863 904 941 954
America/New_York|NC||252 336 472 704 743 828 910 919 980 984
America/New_York|IN||260 317 463 765
America/Chicago|WI||262 274 353 414 534 608 715 920
America/Chicago,America/New_York|KY|western Kentucky is Central, Elizabethtown Eastern|270
America/New_York|VA||276 434 540 571 686 703 757 804 826 948
America/New_York|DE||302
America/Denver|CO||303 719 720 748 970 983
America/New_York|WV||304 681
America/Denver|WY||307
America/Chicago,America/Denver|NE|the Nebraska panhandle is Mountain|308
America/Los_Angeles|CA|no name for the whole code|310
America/Chicago|KS||316 913
America/Chicago|IA||319 515 563 641 712
America/Chicago|AR||327 479 501 870
America/New_York|MA||339 351 413 508 617 774 781 857 978
America/St_Thomas|VI||340
America/Chicago,America/New_York|KY|overlay of 270|364
America/Denver|UT||385 435 801
America/New_York|RI||401
America/Chicago|NE||402 531
America/Chicago|OK||405 539 572 580 918
America/Denver|MT||406
America/Chicago,America/New_York|TN|Chattanooga and the north-east are Eastern, Sequatchie valley Central|423
America/New_York|OH|overlay of 440, not in the package|436
America/Chicago,America/New_York|FL|overlay of 850|448
America/Chicago|LA|overlay of 318, not in the package|457
America/Boise,America/Los_Angeles|OR|overlay of 541|458
America/Phoenix|AZ||480 520 602 623
America/New_York|KY||502 859
America/Los_Angeles|OR||503 971
America/Denver|NM||505 575
America/Boise,America/Los_Angeles|OR|Malheur County OR is Mountain|541
America/Chicago,America/Indiana/Indianapolis|IN|Starke County IN is Central|574
America/New_York|NH||603
America/Chicago,America/Denver|SD|South Dakota has two zones|605
America/Chicago,America/New_York|KY|Clinton County KY is Central|606
America/Chicago|TN||615 629 731 901 931
America/Chicago,America/Denver|KS|Greeley and Hamilton counties KS are Mountain|620
America/Chicago|TX|Houston overlay, not in the package|621
America/New_York|NY|overlay of 716, not in the package|624
Pacific/Saipan|MP||670
Pacific/Guam|GU||671
Pacific/Pago_Pago|AS||684
America/New_York|FL|Orlando overlay; the package says Chicago|689
America/Chicago,America/Denver|ND|south-west North Dakota is Mountain|701
America/Los_Angeles|NV||702 725
America/Chicago,America/New_York|TN|overlay of 423, not in the package|729
America/Denver,America/Los_Angeles|NV|West Wendover NV is Mountain|775
America/Chicago,America/Denver|KS|Sherman and Wallace counties KS are Mountain|785
America/Puerto_Rico|PR||787 939
America/New_York|VT||802
America/New_York|SC||803 821 839 843 854 864
Pacific/Honolulu|HI||808
America/Chicago,America/Indiana/Indianapolis|IN|Evansville is Central|812
America/Los_Angeles|CA|overlay of 530, not in the package|837
America/Chicago,America/New_York|FL|Florida panhandle: Pensacola Central, Tallahassee Eastern|850
America/Chicago|IL|overlay of 309, not in the package|861
America/New_York|TN||865
America/Detroit,America/Menominee|MI|four Michigan counties are Central|906
America/Adak,America/Anchorage|AK||907
America/Denver|TX||915
America/Denver,America/Phoenix|AZ|the Navajo Nation keeps DST|928
America/Chicago,America/Indiana/Indianapolis|IN|overlay of 812|930
America/Boise,America/Los_Angeles|ID||986
', '\n') line
cross join lateral regexp_split_to_array(line, '\|') part
cross join lateral regexp_split_to_table(part[4], ' ') code
where line <> '';

update public.state_rules r set zones = string_to_array(part[2], ',')
from regexp_split_to_table('AL|America/Chicago AK|America/Anchorage,America/Adak AZ|America/Phoenix,America/Denver AR|America/Chicago CA|America/Los_Angeles CO|America/Denver CT|America/New_York DE|America/New_York DC|America/New_York FL|America/New_York,America/Chicago GA|America/New_York HI|Pacific/Honolulu ID|America/Boise,America/Los_Angeles IL|America/Chicago IN|America/Indiana/Indianapolis,America/Chicago IA|America/Chicago KS|America/Chicago,America/Denver KY|America/Kentucky/Louisville,America/Chicago LA|America/Chicago ME|America/New_York MD|America/New_York MA|America/New_York MI|America/Detroit,America/Menominee MN|America/Chicago MS|America/Chicago MO|America/Chicago MT|America/Denver NE|America/Chicago,America/Denver NV|America/Los_Angeles,America/Denver NH|America/New_York NJ|America/New_York NM|America/Denver NY|America/New_York NC|America/New_York ND|America/Chicago,America/Denver OH|America/New_York OK|America/Chicago OR|America/Los_Angeles,America/Boise PA|America/New_York RI|America/New_York SC|America/New_York SD|America/Chicago,America/Denver TN|America/Chicago,America/New_York TX|America/Chicago,America/Denver UT|America/Denver VT|America/New_York VA|America/New_York WA|America/Los_Angeles WV|America/New_York WI|America/Chicago WY|America/Denver PR|America/Puerto_Rico VI|America/St_Thomas GU|Pacific/Guam MP|Pacific/Saipan AS|Pacific/Pago_Pago', ' ') item
cross join lateral regexp_split_to_array(item, '\|') part
where r.state = part[1];

-- sql/41_gate_data/90_rule_set.sql

-- Changing any rule needs a new row here: `select private.gate_data_hash()` after the change gives its hash.
insert into public.rule_sets (released_on, revision, data_hash, reviewed_by, notes) values
  ('2026-11-21', 1, '1b4ecd1550eb8927b8d0e4495ef45ec7c2b22393b091ab51ac11cf65af094670',
    'Sluice maintainers, not counsel', 'First release: 50 states, DC and territories.');
