-- Time to the first answer: tasks to answer that were made in the period, by the broker whom the lead has now, also
-- where the lead has no reply of its own (it was merged, or the reply was erased).
begin;
\ir ../support/cast.sql
select no_plan();
\set org '''a0000000-0000-4000-8000-000000000000'''

insert into public.tasks (org_id, lead_id, kind, created_at, done_at)
select :org, cast_.lead(x.lead), x.kind, x.made::timestamptz, x.done::timestamptz
from (values
  ('a1', 'answer_reply', '2026-03-02 10:00+00', '2026-03-02 10:10+00'),
  ('a1', 'answer_reply', '2026-03-03 10:00+00', '2026-03-03 10:30+00'),
  ('a1', 'call_back', '2026-03-03 11:00+00', '2026-03-03 12:00+00'),
  ('a1', 'answer_reply', '2026-05-03 10:00+00', '2026-05-03 19:00+00'),
  ('a2', 'answer_reply', '2026-03-04 10:00+00', null)) x (lead, kind, made, done);
update public.leads set last_reply_at = '2026-03-02 10:00+00' where id = cast_.lead('a1');

create function pg_temp.times(p_who text) returns text language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(concat_ws(' ', case broker_id
      when 'a0000000-0000-4000-8000-0000000000b1' then 'broker' else 'colleague' end, replies, answered,
      median_minutes, p90_minutes, waiting), ', ' order by broker_id)
    from public.answer_times('a0000000-0000-4000-8000-000000000000', '2026-03-01', '2026-03-31') $q$))
$$;
select is(pg_temp.times('owner'), 'broker 2 2 20.0 28.0 0, colleague 1 0 1',
  'the owner sees each broker: with and without a reply on the lead, and nothing of other months or kinds');
select is(pg_temp.times('broker'), 'broker 2 2 20.0 28.0 0', 'a broker sees own leads only');
select is(pg_temp.times('colleague'), 'colleague 1 0 1', 'and so does another one');
select is(left(pg_temp.times(who), 5), 'SL111', 'a ' || who || ' sees nothing')
from unnest('{rival,stranger}'::text[]) who;

select * from finish();
rollback;
