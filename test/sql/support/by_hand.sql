-- Runs :statement as somebody types it, outside of any function, and compares how it ended with :expected; for \ir.
\set ON_ERROR_STOP 0
\set LAST_ERROR_MESSAGE ''
savepoint by_hand;
:statement ;
\set outcome :SQLSTATE
\set ON_ERROR_STOP 1
rollback to by_hand;
select is(:'outcome' || ' ' || case :'outcome' when '00000' then 'written' else :'LAST_ERROR_MESSAGE' end, :'expected',
  :'statement');
