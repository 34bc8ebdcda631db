begin;
select no_plan();

select is(private.normalise_zip(raw) || coalesce('+' || private.normalise_zip4(raw), ''), expected, claim)
from (values
  ('90401', '90401', 'five digits are a ZIP'),
  ('90401-1234', '90401+1234', 'ZIP+4 with a hyphen'),
  ('904011234', '90401+1234', 'ZIP+4 without a hyphen'),
  ('90401 1234', '90401+1234', 'ZIP+4 with a blank'),
  ('1234', '01234', 'one lost zero is restored'),
  ('501', '00501', 'two lost zeros are restored'),
  ('7001.0', '07001', 'a spreadsheet''s .0 is removed'),
  ('1234-5678', '01234+5678', 'the lost zero of a ZIP+4 is restored'),
  ('12345678', '01234+5678', 'eight digits are a ZIP+4 without its leading zero'),
  ('90401-12', '90401+0012', 'lost zeros of the last four digits are restored'),
  ('90401-', '90401', 'a hyphen without further digits is removed'),
  ('90401-0000', '90401', '0000 after the ZIP is removed'),
  ('''90401', '90401', 'an apostrophe that marks text is removed'),
  (' 90401 ', '90401', 'padding is removed'),
  ('12', null, 'two digits are rejected'),
  ('00000', null, 'zeros are rejected'),
  ('123456', null, 'six digits are rejected'),
  ('SW1A 1AA', null, 'a foreign code is rejected'),
  ('9.04E+04', null, 'scientific notation is rejected'),
  ('', null, 'empty text is rejected'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
