begin;
select no_plan();

select is(private.normalise_state(raw), expected, claim)
from (values
  ('CA', 'CA', 'a code is accepted'), ('ca', 'CA', 'a code in lower case is accepted'),
  ('Calif.', 'CA', 'an old abbreviation is accepted'), ('california', 'CA', 'a name is accepted'),
  ('N.Y.', 'NY', 'dots are ignored'), ('NEW  YORK', 'NY', 'repeated blanks count as one'),
  ('D.C.', 'DC', 'the District of Columbia is accepted'), ('West Virginia', 'WV', 'West Virginia is not Virginia'),
  ('PR', 'PR', 'a territory is accepted'), ('Ontario', null, 'a Canadian province is rejected'),
    ('XX', null, 'an unknown code is rejected'),
  ('A ', null, 'one letter is rejected'), ('', null, 'empty text is rejected'), (null, null, 'null stays null')
) as cases (raw, expected, claim);

select * from finish();
rollback;
