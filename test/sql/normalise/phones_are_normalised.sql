begin;
select no_plan();

select is(private.normalise_phone(raw), expected, claim)
from (values
  ('(310) 555-0142', '+13105550142', 'punctuation is removed'),
  ('310.555.0142', '+13105550142', 'dots separate the groups'),
  ('310 555 0142', '+13105550142', 'blanks separate the groups'),
  ('3105550142', '+13105550142', 'ten digits are enough'),
  ('13105550142', '+13105550142', 'a leading 1 is the country code'),
  ('+1 310 555 0142', '+13105550142', '+1 is the country code'),
  ('+13105550142', '+13105550142', 'E.164 comes out unchanged'),
  ('1-310-555-0142', '+13105550142', '1- is the country code'),
  ('310-555-0142 x123', '+13105550142', 'an extension with x is removed'),
  ('310-555-0142 ext. 4', '+13105550142', 'an extension with ext. is removed'),
  ('310-555-0142#12', '+13105550142', 'an extension with # is removed'),
  ('tel: 310-555-0142', '+13105550142', 'a label in front is removed'),
  ('3105550142.0', '+13105550142', 'a spreadsheet''s .0 is removed'),
  ('2029580065.00', '+12029580065', 'a spreadsheet''s .00 is removed'),
  ('13105550142.0', '+13105550142', 'a .0 after eleven digits is removed'),
  (' 310 555 0142 ', '+13105550142', 'padding is removed'),
  ('2262649', null, 'seven digits without an area code are rejected'),
  ('555-0142', null, 'seven digits with a hyphen are rejected'),
  ('9115550142', null, 'N11 as area code is rejected'),
  ('3104110142', null, 'N11 as exchange is rejected'),
  ('1105550142', null, 'an area code that begins with 1 is rejected'),
  ('0105550142', null, 'an area code that begins with 0 is rejected'),
  ('3101550142', null, 'an exchange that begins with 1 is rejected'),
  ('3100550142', null, 'an exchange that begins with 0 is rejected'),
  ('2222222222', null, 'one repeated digit is rejected'),
  ('0000000000', null, 'zeros are rejected'),
  ('+44 20 7946 0958', null, 'another country is rejected'),
  ('+3105550142', null, 'plus and ten digits is rejected as another country'),
  ('23105550142', null, 'eleven digits that do not begin with 1 are rejected'),
  ('310555014212', null, 'twelve digits are rejected'),
  ('3.10555E+09', null, 'scientific notation is rejected, because digits are lost'),
  ('call me', null, 'words are rejected'),
  ('310-555-0142 or 310-555-0143', null, 'two numbers in one field are rejected'),
  ('', null, 'empty text is rejected'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
