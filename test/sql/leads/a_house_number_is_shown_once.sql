-- The street line for people has the house number once, however the lead came in.
begin;
select plan(6);
select is(private.street_line(number, street, unit), line, coalesce(line, 'nothing known'))
from (values ('125', '125 Connors St', '516', '125 Connors St 516'), ('125', 'Connors St', null, '125 Connors St'),
  ('12', '125 Connors St', null, '12 125 Connors St'), ('10a', '10A Elm St', null, '10A Elm St'),
  (null, 'Elm St', null, 'Elm St'), (null, null, null, null)) x (number, street, unit, line);
select * from finish();
rollback;
