begin;
select no_plan();

-- Partitions for months that no current database has.
select is(private.ensure_decision_partitions('2001-03-15Z', 1), 2, 'each month gets a partition');
select is(private.ensure_decision_partitions('2001-03-15Z', 1), 0, 'a partition is created once');
select is(private.drop_old_months('2006-03-31T23:59Z'), 0,
  'a month is kept until its last decision is five years old');
select is(private.drop_old_months('2006-04-01T00:00Z'), 1,
  'a month is dropped when its last decision is five years old');

select * from finish();
rollback;
