-- A property with two owners in one upload, and a row with only a contact: whoever's name came last decides nothing.
begin;
\ir ../support/deliver.sql
select no_plan();

create function pg_temp.outcome(p_rows jsonb) returns text language plpgsql as $$
declare
  v text;
begin
  v := pg_temp.deliver(p_rows);
  v := v || (select string_agg(x.s, ' | ' order by x.s) from (
    select concat_ws(' ', coalesce(l.mak, '-'), string_agg(right(c.masked, 4), ',' order by c.masked)) as s
    from public.leads l join public.contact_points c on c.org_id = l.org_id and c.lead_id = l.id
    group by l.id, l.mak) x);
  raise exception 'undone' using errcode = '09000', detail = v;
exception when sqlstate '09000' then
  return v;
end
$$;
create temporary table given (row_no integer, r jsonb);
insert into given values
  (1, '{"mak":"4123456781","full":"REED BO","phone":"310-555-0101","street":"5 Hill Ave"}'),
  (2, '{"mak":"4123456781","city":"","zip":"","full":"MOSS ANN","phone":"310-555-0103"}'),
  (3, '{"city":"","zip":"","full":"MOSS ANN","phone":"310-555-0101","email":"a@example.com"}');

select is(count(distinct o.outcome), 1::bigint, string_agg(distinct o.outcome, ' and '))
from (
  select pg_temp.outcome(jsonb_build_array(a.r, b.r, c.r)) as outcome
  from given a, given b, given c
  where a.row_no <> b.row_no and c.row_no not in (a.row_no, b.row_no)
) o;
select is(pg_temp.outcome((select jsonb_agg(r order by row_no) from given)),
  'c1 u0 =0 m2 x0 r04123456781 0101,0103,.com', 'the row belongs to the property that an agreeing owner has');

select * from finish();
rollback;
