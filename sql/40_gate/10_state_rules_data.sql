-- One row per state and inhabited territory; zones are filled by 15_area_code_zones_data.sql.
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

update public.state_rules set mobile_ban = true, consent_lifts_mobile_ban = true, source = 'A.R.S. 44-1278(B)(3)',
  verification = 'quoted_by_third_party',
  notes = 'Unsolicited sales calls to mobiles are unlawful at any hour. Express consent that names seller and number '
    'makes a call solicited; a relationship alone does not.'
where state = 'AZ';
update public.state_rules set zip_over_area_code = true,
  notes = 'Area code 907 has two zones: all of Alaska but the western Aleutians keeps Alaska time.'
where state = 'AK';
update public.state_rules set mobile_ban = true, source = 'N.J.S.A. 56:8-130', verification = 'secondary_only',
  notes = 'Unsolicited telemarketing to mobiles is prohibited. The act has an existing-customer exception, which the '
    'gate does not use.'
where state = 'NJ';
update public.state_rules set call_needs_written_consent = true, automated_needs_written_consent = true,
  area_code_presumed = true,
  source = 'Conn. Gen. Stat. 42-288, 42-288a; P.A. 23-98', verification = 'primary_text_seen',
  notes = 'Written consent for any telephonic sales call, text or media message (definition seen). Rebuttable '
    'presumption for its area codes (section title seen).'
where state = 'CT';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = 'Fla. Stat. 501.059(8)(a), (8)(d), (10)(c)', verification = 'primary_text_seen',
  notes = 'Written consent for automated selection or dialling. After STOP by text the sender has 15 days before a '
    'suit; the gate stops at once.'
where state = 'FL';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = '15 O.S. 775C.3', verification = 'secondary_only',
    notes = 'Automated selection or dialling; any Oklahoma area code.'
where state = 'OK';
update public.state_rules set automated_needs_written_consent = true, source = 'Md. Com. Law 14-4502(a)',
  verification = 'secondary_only'
where state = 'MD';
update public.state_rules set automated_needs_written_consent = true, area_code_presumed = true,
  source = 'RCW 19.190, 19.158.110, 80.36.390', verification = 'secondary_only',
  notes = 'Commercial texts need consent (damages changed by ESHB 2274, 2026-06-11). After a request no call for at '
    'least a year; the gate keeps five.'
where state = 'WA';
update public.state_rules set area_code_presumed = true, internal_list_years_text = 10,
  source = 'Va. Code 59.1-511, 59.1-514; SB 1339 (2026-01-01)', verification = 'secondary_only',
  notes = 'The area code defines the covered call. Text opt-outs must be honoured for ten years (one source).'
where state = 'VA';
update public.state_rules set area_code_presumed = true, source = 'S.C. Code 37-21-30',
  verification = 'quoted_by_third_party',
  notes = 'The area code defines the covered call.' where state = 'SC';
update public.state_rules set emergency_ban = true, source = 'La. R.S. 45:844.31; LPSC R-29617',
  verification = 'primary_text_seen',
  notes = 'Total ban while the emergency lasts; exemptions are suspended.' where state = 'LA';
update public.state_rules set emergency_ban = true, source = 'N.Y. Gen. Bus. Law 399-z(5-a)',
  verification = 'secondary_only',
  notes = 'Ban in the declared area.' where state = 'NY';
update public.state_rules set source = 'ORS 646.563, HB 3865 (2025 c.580)', verification = 'quoted_by_third_party',
  notes = 'Exception for relationships of 18 months, not used for the state''s cap and hours. Identify the caller and '
    'the purpose at the start, also in the first text.'
where state = 'OR';

update public.state_rules r set registration = v.registration
from (values
  ('AK', 'Register 30 days before a campaign (AS 45.63.010).'), ('AL', 'Registration.'), ('CO', 'Registration.'),
  ('DC', 'Registration.'), ('ID', 'Registration; state purpose, trade name and goods before anything else.'),
  ('MS', 'Registration.'), ('NJ', 'Registration.'), ('OH', 'Registration.'), ('RI', 'Registration.'),
    ('TN', 'Annual registration.'),
  ('TX', 'Registration under ch. 302, texts since SB 140 (2025-09-01).'), ('UT', 'Registration.'),
  ('VT', 'Registration before any call; criminal penalty (9 V.S.A. 2464a).'), ('WA', 'Registration.'),
  ('WI', 'Registration under conditions.')
) v(state, registration)
where r.state = v.state;
