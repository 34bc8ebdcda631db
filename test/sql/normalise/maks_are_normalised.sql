begin;
select no_plan();

select is(private.normalise_mak(raw), expected, claim)
from (values
  ('8008006245', '8008006245', 'ten digits are a MAK'),
  (' 8008006245 ', '8008006245', 'padding is removed'),
  ('8008006245.0', '8008006245', 'a spreadsheet''s .0 is removed'),
  ('800800624', null, 'nine digits are rejected'),
  ('80080062450', null, 'eleven digits are rejected'),
  ('800800624A', null, 'letters are rejected'),
  ('0000000000', null, 'zeros are rejected'),
  (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
