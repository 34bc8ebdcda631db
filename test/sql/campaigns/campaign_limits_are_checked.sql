begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

select throws_ok(format('insert into public.campaigns (org_id, name, %s) values (cast_.org(), ''x'', %s)', c, v),
  '23514', null, format('%s %s is refused', c, v))
from (values ('daily_limit', '0'), ('daily_limit', '10001'), ('min_score', '101'), ('states', $$'{ca}'$$),
  ('name, ends_on, starts_on', '''2026-01-01'', ''2026-01-02''')) x (c, v)
where c not like 'name%';
select throws_ok($$ insert into public.campaigns (org_id, name, starts_on, ends_on)
  values (cast_.org(), 'x', '2026-01-02', '2026-01-01') $$, '23514', null, 'an end before the start is refused');
select lives_ok($$ insert into public.campaigns (org_id, name, starts_on, ends_on, daily_limit, min_score, states)
  values (cast_.org(), 'x', '2026-01-02', '2026-01-02', 10000, 100, '{CA,NV}') $$, 'equal bounds are allowed');
select is((select daily_limit from public.campaigns where id = cast_.campaign()), 250, 'the default limit is 250');

select * from finish();
rollback;
