begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

delete from public.pipeline_events;
insert into public.pipeline_events (org_id, lead_id, kind, quantity, at) values
  (cast_.org('a'), null, 'uploaded', 100, '2026-11-20Z'), (cast_.org('a'), null, 'uploaded', 50, '2026-11-21Z'),
  (cast_.org('a'), cast_.lead('a2'), 'fed', 1, '2026-11-23Z'),
    (cast_.org('a'), cast_.lead('a3'), 'fed', 1, '2026-11-23Z'),
  (cast_.org('b'), null, 'uploaded', 7, '2026-11-23Z');
create function cast_.funnel(p_who text) returns text
language sql as $$ select cast_.ask(p_who,
  'select string_agg(kind || '' '' || quantity, '', '' order by org_id, kind) from public.funnel where quantity > '
  '0') $$;
select is(cast_.funnel('owner'), 'uploaded 150, fed 2', 'the funnel adds up');
select is(cast_.funnel('rival'), 'uploaded 7', 'the funnel shows only the caller''s own org');
select is(cast_.funnel('colleague'), 'fed 1', 'a broker counts only their own leads');
select is(cast_.run('anon', 'select * from public.funnel'), '42501 permission denied for view funnel',
  'anon cannot read the funnel');
select is(cast_.ask('owner', 'select string_agg(kind::text, '' '' order by kind) from public.funnel'),
  'uploaded staged deduped verified fed sent replied booked closed',
    'each step has its row in the order of the funnel');

select * from finish();
rollback;
