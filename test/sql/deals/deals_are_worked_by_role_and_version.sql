begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
create function pg_temp.open(p_who text, p_lead text, p_values text default '{}') returns text language sql as $$
  select cast_.ask(p_who, format('select public.open_deal(%L, %L, %L) ->> ''deal_id''',
    (select case when p_who = 'rival' then 'b' else 'a' end) || '0000000-0000-4000-8000-000000000000',
    cast_.lead(p_lead), p_values))
$$;
create function pg_temp.change(p_who text, p_deal text, p_version int, p_values text) returns text language sql as $$
  select cast_.ask(p_who, format('select public.change_deal(%L, %L, %s, %L) ->> ''version''',
    'a0000000-0000-4000-8000-000000000000', p_deal, p_version, p_values))
$$;
create function pg_temp.stage(p_name text) returns text language sql as $$
  select jsonb_build_object('stage_id', s.id)::text from public.deal_stages s
  where s.org_id = 'a0000000-0000-4000-8000-000000000000' and s.name = p_name
$$;

-- Opening.
select pg_temp.open('broker', 'a1', '{"price_usd": 500000, "commission_usd": 15000}') as deal \gset
select matches(:'deal'::text, '^[0-9a-f-]{36}$', 'a broker opens a deal with an own lead');
select is(pg_temp.open(who, lead), answer, format('%s and %s', who, lead))
from (values ('broker', 'a2', 'SL821 lead not found'),
  ('viewer', 'a1', 'SL111 org not found, or your role does not allow this: it takes owner or admin or broker'),
  ('stranger', 'a1', 'SL111 org not found, or your role does not allow this: it takes owner or admin or broker'),
  ('rival', 'a1', 'SL821 lead not found'), ('owner', 'b1', 'SL821 lead not found')) x (who, lead, answer);
select is(pg_temp.open('broker', 'a1', '{"broker_id": "a0000000-0000-4000-8000-0000000000b2"}'),
  'SL822 only an owner or admin can give a deal to another broker', 'a broker opens no deal for another broker');
select is(pg_temp.open('owner', 'a1', said), answer, said)
from (values ('{"price_usd": -1}',
  'SL822 a value of the deal is not valid: new row for relation "deals" violates check '
    || 'constraint "deal_amounts_are_not_negative"'),
  ('{"price_usd": "NaN"}', 'SL822 a value of the deal is not valid: new row for relation "deals" violates check '
    || 'constraint "deal_amounts_are_numbers"'),
  ('{"price_usd": "much"}', 'SL822 a value of the deal is not valid: invalid input syntax for type numeric: "much"'),
  ('{"price_usd": 10, "commission_usd": 11}', 'SL822 a value of the deal is not valid: new row for relation "deals" '
    || 'violates check constraint "commission_is_not_above_the_price"'),
  ('{"arv_usd": 1}', 'SL822 a value of the deal is not valid: new row for relation "deals" violates check constraint '
    || '"only_a_flip_has_its_figures"'),
  ('{"org_id": "b0000000-0000-4000-8000-000000000000"}', 'SL822 not a value of a deal: org_id'),
  ('{"stage_id": "a0000000-0000-4000-8000-000000000000"}', 'SL822 stage not found')) x (said, answer);

-- Changing.
select is(pg_temp.change(who, :'deal', 1, '{"note": "x"}'), answer, who || ' changes it')
from (values ('colleague', 'SL821 deal not found, or you may not change it'),
  ('viewer', 'SL821 deal not found, or you may not change it'),
  ('rival', 'SL821 deal not found, or you may not change it'), ('broker', '2')) x (who, answer);
select is(pg_temp.change('owner', :'deal', 1, '{"note": "y"}'),
  'SL824 somebody changed the deal meanwhile: it has version 2', 'who read an older version is told');
select is(pg_temp.change('broker', :'deal', 2, pg_temp.stage('Lost')), 'SL823 say why the deal was lost',
  'a lost deal has a reason');
select is(cast_.run('owner', format('update public.deals set price_usd = 1 where id = %L', :'deal')),
  '42501 permission denied for table deals', 'there is no way around the version');
delete from public.members where user_id = (select user_id from cast_.people where who = 'colleague');
select is(cast_.ask(who, format('select count(*) || '' '' || (select count(*) from public.list_deals(%L)) || '' '' ||
  (select sum(deals) from public.deal_board(%L)) from public.deals', :'org', :'org')), answer, who || ' sees deals')
from (values ('broker', '1 1 1'), ('owner', '1 1 1'), ('viewer', '1 1 1'), ('colleague', null), ('rival', null))
  x (who, answer);
select is(cast_.ask(who, format('select concat_ws('' '',
  (select count(*) from public.list_deals(%1$L, p_deal_id => %2$L)),
  (select count(*) from public.list_deals(%1$L, p_deal_id => gen_random_uuid())),
  (select count(*) from public.list_deals(%1$L, p_kind => ''listing'')),
  (select count(*) from public.list_deals(%1$L, p_kind => ''flip'')))', :'org', :'deal')), answer,
  who || ' finds the deal by its id and kind')
from (values ('broker', '1 0 1 0'), ('viewer', '1 0 1 0'), ('rival', '0 0 0 0')) x (who, answer);

-- The funnel and the way back.
create function pg_temp.funnel() returns text language sql as $$
  select coalesce(string_agg(kind || ' ' || n, ', ' order by kind), 'none') from (
    select c.kind, sum(c.quantity) as n from private.pipeline_counts('a0000000-0000-4000-8000-000000000000',
      '-infinity',
      'infinity') c where c.kind >= 'booked' group by 1 having sum(c.quantity) <> 0) x
$$;
select is(pg_temp.change('broker', :'deal', 2, pg_temp.stage('Appointment')), '3', 'an appointment');
select is(pg_temp.funnel(), 'booked 1', 'a booked deal is in the funnel');
select is(pg_temp.change('broker', :'deal', 3, pg_temp.stage('Closed')), '4', 'the deal is closed');
select is(pg_temp.funnel(), 'booked 1, closed 1', 'a closed deal is in the funnel');
select is(cast_.ask('owner', format('select sum(quantity) from public.funnel where org_id = %L and kind = ''closed''',
  :'org')), '1', 'and in the view');
select isnt((select closed_on from public.deals where id = :'deal'), null, 'it has its date');
select is(pg_temp.change('broker', :'deal', 4, pg_temp.stage('Under contract')), '5', 'the deal goes back');
select is(pg_temp.funnel(), 'booked 1', 'and takes back what it made');
select is((select closed_on from public.deals where id = :'deal'), null, 'with its date');
select is(pg_temp.change('broker', :'deal', 5, pg_temp.stage('Closed')), '6', 'the deal is closed again');
select is(pg_temp.funnel(), 'booked 1, closed 1', 'and counts once');
select is(pg_temp.change('broker', :'deal', 6, (pg_temp.stage('Lost')::jsonb
  || '{"lost_reason": "fell through"}')::text), '7',
  'a closed deal is lost after all');
select is(pg_temp.funnel(), 'booked 1', 'and counts no more');
select is(pg_temp.change('broker', :'deal', 7, pg_temp.stage('Interested')), '8', 'and is begun again');
select is(pg_temp.funnel(), 'none', 'the appointment is taken back, too');
select is(pg_temp.change('broker', :'deal', 8, (pg_temp.stage('Lost')::jsonb
  || '{"lost_reason": "fell through"}')::text), '9', 'the deal is lost');

-- The history.
select is(cast_.ask('broker', format($$ select string_agg(action || ' ' || coalesce((select string_agg(k, '+' order
  by k)
  from jsonb_object_keys(changes) k), ''), ', ' order by id) from public.deal_history(%L, %L) where id in (select id
  from public.deal_history(%L, %L) order by id limit 2) $$, :'org', :'deal', :'org', :'deal')),
  'opened broker_id+commission_usd+kind+lead_id+price_usd+stage_id+title, changed note', 'each change is an event');
select is((select changes from public.deal_events where changes ? 'note'), '{"note": true}', 'without the text');
select is((select count(*) from public.deal_events where user_id is distinct from (select user_id from cast_.people
  where who = 'broker')), 0::bigint, 'with who did it');
select is(cast_.run('owner', 'delete from public.deal_events'), '42501 permission denied for table deal_events',
  'members delete no event');
select throws_ok('update public.deal_events set action = ''x''', 'SL002', null, 'nobody changes an event');
select throws_ok('delete from public.deal_events', 'SL002', null, 'nobody deletes one');

-- Stages.
select is(cast_.ask(who, format('select public.save_deal_stage(%L, null, %L, 7) ->> ''version''', :'org', 'Waiting')),
  answer, who || ' adds a stage')
from (values ('broker', 'SL111 org not found, or your role does not allow this: it takes owner or admin'),
  ('rival', 'SL111 org not found, or your role does not allow this: it takes owner or admin'), ('admin', '1'))
  x (who, answer);
select is(cast_.ask('admin',
  format('select public.save_deal_stage(%L, %L, %L, 7, p_outcome => ''won'', p_version => 1)',
  :'org', pg_temp.stage('Lost')::jsonb ->> 'stage_id', 'Lost')),
  'SL822 deals are in this stage: add another one with that outcome and move them',
    'a stage keeps what its deals were');

-- A merge takes the deals along, and its undo brings them back.
select cast_.ask('owner', format('select public.merge_leads(%L, %L, %L)', :'org', cast_.lead('a2'), cast_.lead('a1')))
  as merged \gset
select is((select lead_id from public.deals where id = :'deal'), cast_.lead('a2'), 'deals move with a merged lead')
where :'merged' !~ '^SL301';

select * from finish();
rollback;
