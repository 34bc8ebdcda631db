begin;
select no_plan();

select is(private.normalise_phone(raw), expected, claim)
from (values
  ('(310) 555-0142', '+13105550142', 'punctuation falls away'),
  ('310.555.0142', '+13105550142', 'dots part the groups'),
  ('310 555 0142', '+13105550142', 'blanks part the groups'),
  ('3105550142', '+13105550142', 'ten digits are enough'),
  ('13105550142', '+13105550142', 'a leading 1 is the country'),
  ('+1 310 555 0142', '+13105550142', '+1 is the country'),
  ('+13105550142', '+13105550142', 'E.164 comes out unchanged'),
  ('1-310-555-0142', '+13105550142', '1- is the country'),
  ('310-555-0142 x123', '+13105550142', 'an extension with x is dropped'),
  ('310-555-0142 ext. 4', '+13105550142', 'an extension with ext. is dropped'),
  ('310-555-0142#12', '+13105550142', 'an extension with # is dropped'),
  ('tel: 310-555-0142', '+13105550142', 'a label in front is dropped'),
  ('3105550142.0', '+13105550142', 'a spreadsheet''s .0 is healed'),
  ('2029580065.00', '+12029580065', 'a spreadsheet''s .00 is healed'),
  ('13105550142.0', '+13105550142', 'a .0 after eleven digits is healed'),
  (' 310 555 0142 ', '+13105550142', 'padding falls away'),
  ('2262649', null, 'seven digits have no area code and are refused'),
  ('555-0142', null, 'seven digits with a hyphen are refused'),
  ('9115550142', null, 'N11 is no area code'),
  ('3104110142', null, 'N11 is no exchange'),
  ('1105550142', null, 'an area code does not begin with 1'),
  ('0105550142', null, 'an area code does not begin with 0'),
  ('3101550142', null, 'an exchange does not begin with 1'),
  ('3100550142', null, 'an exchange does not begin with 0'),
  ('2222222222', null, 'one repeated digit is refused'),
  ('0000000000', null, 'zeros are refused'),
  ('+44 20 7946 0958', null, 'another country is refused'),
  ('+3105550142', null, 'plus and ten digits is another country'),
  ('23105550142', null, 'eleven digits that do not begin with 1 are refused'),
  ('310555014212', null, 'twelve digits are refused'),
  ('3.10555E+09', null, 'scientific notation has lost digits'),
  ('call me', null, 'words are refused'),
  ('310-555-0142 or 310-555-0143', null, 'two numbers in one field are refused'),
  ('', null, 'empty text is refused'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
