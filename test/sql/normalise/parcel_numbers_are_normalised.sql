begin;
select no_plan();

select is(private.normalise_apn(raw), expected, claim)
from (values
  ('4285-027-001', '4285027001', 'hyphens are removed'),
  ('4285 027 001', '4285027001', 'blanks are removed'),
  ('12-34-567-a', '1234567A', 'letters are upper-cased'),
  ('123.45.679', '12345679', 'dots between groups are removed'),
  ('2029580065.00', '2029580065', 'a spreadsheet''s .00 is removed'),
  ('2029580065.0', '2029580065', 'a spreadsheet''s .0 is removed'),
  ('0012345', '0012345', 'leading zeros are kept'),
  ('12-3.00', '12300', 'a .00 after a short or grouped number is kept, because it may be a group'),
  ('2.02958E+09', null, 'scientific notation is rejected, because digits are lost'),
  ('2E+09', null, 'scientific notation without a point is rejected'),
  ('12E4567', '12E4567', 'a letter E inside is not an exponent'),
  ('000-000-000', null, 'zeros are rejected'),
  ('N/A', null, 'N/A is rejected'),
  ('unknown', null, 'a placeholder is rejected'),
  ('---', null, 'punctuation alone is rejected'),
  (repeat('9', 41), null, 'more than forty characters are rejected'),
  ('', null, 'empty text is rejected'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
