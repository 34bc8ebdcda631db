begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
\ir ../support/score.sql
select no_plan();

set local sluice.actor = 'system';
update public.leads l set phone_verified = true, lead_score = 90, phone_bidx = (
  select c.value_bidx from public.contact_points c where c.lead_id = l.id and c.kind = 'phone' limit 1);
update public.contact_points set verified = true;
update public.leads set lead_score = 80 where id = cast_.lead('a2');
-- One broker with two leads.
update public.leads set assigned_broker_id = (select l.assigned_broker_id from public.leads l
  where l.id = cast_.lead('a1')) where id = cast_.lead('a2');
set local sluice.actor = '';
select cast_.fit(cast_.lead('a1'), 10), cast_.fit(cast_.lead('a2'), 70) \g /dev/null
select public.refresh_contactable_leads(p_force => true) \g /dev/null
create function pg_temp.shown(p_who text, p_view text) returns text
language sql as $$
  select cast_.ask(p_who, format($q$ select string_agg(distinct x.lead_score::text, ' ' order by x.lead_score::text)
    from (select v.lead_id, v.lead_score from %s v) x where x.lead_id in (%L, %L) $q$, p_view, cast_.lead('a1'),
    cast_.lead('a2')))
$$;

select is(pg_temp.shown(who, v), '80 90', format('without rules, %s shows the score of the lists', v))
from (values ('owner', 'public.contactable_leads'), ('broker', 'public.my_leads'), ('owner', 'public.lead_outlook'))
  x (who, v);
select is(cast_.ask('broker', $$ select array_agg(m.lead_score order by m.n)
  from (select l.lead_score, row_number() over () as n from (select * from public.my_leads
    order by lead_score desc, lead_id limit 5) l) m $$), '{90,80}', 'and my_leads orders by it');

select cast_.put_score(cast_.org()) \g /dev/null
select public.activate_score(cast_.org(), 1) \g /dev/null
select private.score_leads(cast_.org()) \g /dev/null
select public.refresh_contactable_leads(p_force => true) \g /dev/null
select is(pg_temp.shown(who, v), '10 70', format('with rules, %s shows their score', v))
from (values ('owner', 'public.contactable_leads'), ('broker', 'public.contactable_leads'),
  ('broker', 'public.my_leads'), ('broker', 'public.lead_outlook'), ('owner', 'public.lead_outlook')) x (who, v);
select is(cast_.ask('broker', $$ select array_agg(m.lead_score order by m.n)
  from (select l.lead_score, row_number() over () as n from (select * from public.my_leads
    order by lead_score desc, lead_id limit 5) l) m $$), '{70,10}', 'and my_leads orders by it');
select is(cast_.ask('broker', 'select count(*) from public.my_leads'), '2', 'each lead is shown once');
select is(cast_.ask('broker', 'select array_agg(distinct d.lead_score order by d.lead_score) from public.my_day() d'),
  '{10,70}', 'my_day shows it, too');

select public.switch_score_off(cast_.org()) \g /dev/null
select is(pg_temp.shown('broker', 'public.my_leads'), '80 90', 'switched off, the score of the lists is back');
select is(cast_.ask('broker', 'select count(*) from public.my_leads'), '2', 'and each lead is shown once');

select * from finish();
rollback;
