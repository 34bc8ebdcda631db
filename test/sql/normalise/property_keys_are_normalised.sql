begin;
select no_plan();

select is(private.normalise_apn(raw), expected, claim)
from (values
  ('4285-027-001', '4285027001', 'hyphens fall away'),
  ('4285 027 001', '4285027001', 'blanks fall away'),
  ('12-34-567-a', '1234567A', 'letters are capital'),
  ('123.45.678', '12345678', 'dots that part groups fall away'),
  ('2029580065.00', '2029580065', 'a spreadsheet''s .00 is healed'),
  ('2029580065.0', '2029580065', 'a spreadsheet''s .0 is healed'),
  ('0012345', '0012345', 'leading zeros are part of the number'),
  ('12-3.00', '12300', 'a .00 after a short or grouped number is kept: it may be a group'),
  ('2.02958E+09', null, 'scientific notation has lost digits'),
  ('2E+09', null, 'scientific notation without a point has lost digits'),
  ('12E4567', '12E4567', 'a letter E inside is no exponent'),
  ('000-000-000', null, 'zeros are no number'),
  ('N/A', null, 'N/A is no number'),
  ('unknown', null, 'a placeholder is no number'),
  ('---', null, 'punctuation is no number'),
  (repeat('9', 41), null, 'more than forty characters are refused'),
  ('', null, 'empty text is no number'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select is(private.normalise_mak(raw), expected, claim)
from (values
  ('8008006245', '8008006245', 'ten digits are a MAK'),
  (' 8008006245 ', '8008006245', 'padding falls away'),
  ('8008006245.0', '8008006245', 'a spreadsheet''s .0 is healed'),
  ('800800624', null, 'nine digits are none'),
  ('80080062450', null, 'eleven digits are none'),
  ('800800624A', null, 'letters are refused'),
  ('0000000000', null, 'zeros are none'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
