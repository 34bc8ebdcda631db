begin;
\ir ../support/cast.sql
select no_plan();
\set org 'a0000000-0000-4000-8000-000000000000'
select cast_.ask('broker', format('select public.open_deal(%L, %L, %L) ->> ''deal_id''', :'org', cast_.lead('a1'),
  '{"kind": "flip", "purchase_usd": 180000, "arv_usd": 320000, "repairs_usd": 30000, "holding_usd_per_day": 55.5,
    "bought_on": "2026-09-01"}')) as deal \gset
create function pg_temp.line(p_who text, p_label text, p_planned numeric, p_spent numeric, p_id text default null,
  p_version int default null) returns text language sql as $$
  select cast_.ask(p_who,
    format('select public.save_budget_line(%L, (select id from public.deals), %L, %L, %L, %L, %L)',
    'a0000000-0000-4000-8000-000000000000', p_id, p_label, p_planned, p_spent, p_version))
$$;
create function pg_temp.figures(p_names text) returns text language sql as $$
  select string_agg(coalesce(to_jsonb(f) ->> n, '-'), ' ' order by i)
  from public.flip_figures f, unnest(string_to_array(p_names, ' ')) with ordinality x (n, i)
$$;

-- 0.7 x 320,000 - 30,000.
select is(pg_temp.figures('max_offer_usd meets_70_percent'), '194000.00 true', 'the 70 % rule');
select (pg_temp.line('broker', 'Roof', 25000, 12000))::jsonb as line \gset
select matches(pg_temp.line('broker', 'Kitchen', 20000, 21000.5), 'line_id', 'lines are added');
select is(pg_temp.figures('repairs_planned_usd max_offer_usd meets_70_percent spent_usd'),
  '45000.00 179000.00 false 33000.50', 'a plan above the estimate counts');
select is(cast_.ask('broker', format('select public.change_deal(%L, %L, 1, %L) ->> ''version''', :'org', :'deal',
  '{"sold_on": "2026-11-10", "sale_usd": 310000}')), '2', 'the house is sold');
-- 70 days x 55.50 = 3,885; 310,000 - 180,000 - 33,000.50 - 3,885.
select is(pg_temp.figures('holding_days holding_usd cost_so_far_usd profit_usd expected_profit_usd'),
  '70 3885.00 216885.50 93114.50 91115.00', 'holding cost, cost and profit');
select is((select round(holding_usd / holding_days, 2)::text from public.flip_figures), '55.50', 'a day of holding');

-- Parts by role and version.
select is(pg_temp.line(who, 'X', 1, 1), 'SL821 deal not found, or you may not change it', who || ' adds no line')
from unnest('{colleague,viewer,rival}'::text[]) who;
select is(pg_temp.line('broker', 'Roof', 26000, 12000, :'line'::jsonb ->> 'line_id', 1)::jsonb ->> 'version', '2',
  'a line is changed');
select is(pg_temp.line('broker', 'Roof', 27000, 12000, :'line'::jsonb ->> 'line_id', 1),
  'SL824 somebody changed it meanwhile: it has version 2', 'who read an older version is told');
select is(pg_temp.line('broker', 'Roof', 'NaN', 12000), 'SL822 the budget line is not valid: new row for relation '
  || '"deal_budget_lines" violates check constraint "budget_line_is_not_negative"', 'amounts are numbers');
select (cast_.ask('broker', format('select public.save_deal_task(%L, %L, null, ''Inspect'', ''2026-12-01'')', :'org',
  :'deal')))::jsonb as task \gset
select is((cast_.ask('broker', format('select public.save_deal_task(%L, %L, %L, ''Inspect'', ''2026-12-01'', %L, %s)',
  :'org', :'deal', :'task'::jsonb ->> 'task_id', done, version)))::jsonb ->> 'version', (version + 1)::text,
  'a task is finished: ' || done)
from (values (true, 1), (false, 2)) x (done, version);
select is(cast_.ask('broker', format('select public.add_deal_file(%L, %L, ''photo'', ''Front'', %L) is null', :'org',
  :'deal', path)), answer, path)
from (values
  (format('%s/%s/%s.jpg', :'org', :'deal', 'c1000000-0000-4000-8000-000000000001'), 'false'),
  (format('%s/%s/Ames.jpg', :'org', :'deal'),
    'SL822 the file is not valid: new row for relation "deal_files" violates '
    || 'check constraint "file_is_in_the_folder_of_its_deal"'),
  (format('%s/%s/%s.jpg', 'b0000000-0000-4000-8000-000000000000', :'deal', 'c1000000-0000-4000-8000-000000000001'),
    'SL822 the file is not valid: new row for relation "deal_files" violates check constraint '
    || '"file_is_in_the_folder_of_its_deal"')) x (path, answer);
select is(cast_.ask(who, format($$ select format('%%s %%s %%s', jsonb_array_length(s -> 'lines'),
  jsonb_array_length(s -> 'tasks'), jsonb_array_length(s -> 'files')) from public.show_flip(%L, %L) s $$, :'org',
    :'deal')),
  answer, who || ' sees the flip')
from (values ('broker', '2 1 1'), ('viewer', '2 1 1'), ('colleague', '  '), ('rival', '  ')) x (who, answer);
select is(cast_.run('rival', 'select * from public.' || t), 'rows 0', 'another org sees nothing of ' || t)
from unnest('{deals,deal_events,deal_budget_lines,deal_tasks,deal_files,flip_figures}'::text[]) t;
select is(cast_.run('owner', format('delete from public.%I where true', t)), '42501 permission denied for table ' || t,
  'members write only through functions: ' || t)
from unnest('{deals,deal_budget_lines,deal_tasks,deal_files,deal_stages}'::text[]) t;
select is(cast_.ask('broker', format('select public.remove_deal_part(%L, %L, ''line'', %L) ->> ''label''', :'org',
  :'deal',
  :'line'::jsonb ->> 'line_id')), 'Roof', 'a removed line is returned, for the undo');
select is((select count(distinct action) from public.deal_events), 8::bigint, 'each part has its events');

select * from finish();
rollback;
