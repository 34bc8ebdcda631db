begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

-- Every transition between two states, tried on a campaign in the first.
create function cast_.step(p_from text, p_to text) returns text
language plpgsql as $$
begin
  delete from public.campaigns where name = 'Steps';
  insert into public.campaigns (org_id, name) values (cast_.org(), 'Steps');
  if p_from in ('running', 'paused') then
    update public.campaigns set state = 'running' where name = 'Steps';
  end if;
  if p_from <> 'running' then
    update public.campaigns set state = p_from::public.campaign_state where name = 'Steps';
  end if;
  update public.campaigns set state = p_to::public.campaign_state where name = 'Steps';
  return 'yes';
exception when sqlstate 'SL501' then
  return 'no';
end
$$;
select is(cast_.step(a::text, b::text),
  case when a = b or (a, b) in (('draft', 'running'), ('draft', 'finished'), ('running', 'paused'),
    ('running', 'finished'), ('paused', 'running'), ('paused', 'finished'))
    then 'yes' else 'no' end,
  format('from %s to %s', a, b))
from unnest(enum_range(null::public.campaign_state)) a, unnest(enum_range(null::public.campaign_state)) b;

select results_eq($$ select state::text, started_at is not null, finished_at is null from public.campaigns
  where id = cast_.campaign() $$,
  $$ values ('running', true, true) $$, 'a running campaign has its start time');
update public.campaigns set state = 'finished' where id = cast_.campaign();
select isnt((select finished_at from public.campaigns where id = cast_.campaign()), null,
  'a finished campaign has its end time');

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

-- Permissions.
delete from public.campaigns where name = 'Steps';
select is(cast_.run(who, 'select * from public.campaigns'), answer, format('%s reads campaigns: %s', who, answer))
from (values ('owner', 'rows 2'), ('viewer', 'rows 2'), ('broker', 'rows 2'), ('rival', 'rows 1'),
  ('stranger', 'rows 0'),
  ('anon', '42501 permission denied for table campaigns')) x (who, answer);
select is(cast_.run(who, format($$ insert into public.campaigns (org_id, name) values (%L, 'New') $$, cast_.org())),
  answer, format('%s makes campaigns: %s', who, answer))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('viewer',
  '42501 new row violates row-level security policy for table "campaigns"'),
  ('broker', '42501 new row violates row-level security policy for table "campaigns"'),
    ('rival', '42501 new row violates row-level security policy for table "campaigns"'),
  ('anon', '42501 permission denied for table campaigns')) x (who, answer);
select is(cast_.run(who, $$ update public.campaigns set daily_limit = 10 where name = 'x' $$), answer,
  format('%s changes campaigns: %s', who, answer))
from (values ('owner', 'rows 1'), ('admin', 'rows 1'), ('viewer', 'rows 0'), ('broker', 'rows 0'),
  ('rival', 'rows 0')) x (who, answer);
select is(cast_.run('owner', $$ delete from public.campaigns where name = 'x' $$),
  '42501 permission denied for table campaigns', 'campaigns are finished, not deleted');
select is(cast_.run('owner', $$ update public.campaigns set started_at = now() $$),
  '42501 permission denied for table campaigns', 'their times cannot be edited directly');

insert into public.campaign_feeds (org_id, campaign_id, local_date, state, planned, started_at, finished_at)
values (cast_.org(), cast_.campaign(), '2026-11-23', 'done', 250, now(), now());
select is(cast_.run(who, 'select * from public.campaign_feeds'), answer, format('%s reads feeds: %s', who, answer))
from (values ('owner', 'rows 1'), ('broker', 'rows 1'), ('viewer', 'rows 1'), ('rival', 'rows 0'),
  ('anon', '42501 permission denied for table campaign_feeds')) x (who, answer);
select is(cast_.run('owner', 'delete from public.campaign_feeds'), '42501 permission denied for table campaign_feeds',
  'feeds cannot be edited directly');

-- Leads and campaigns refer to each other.
select cast_.feedable(1) \g /dev/null
set local sluice.actor = 'system';
select throws_ok($$ update public.leads set campaign_id = cast_.campaign('b') where id = cast_.nth(1) $$, '23503',
  null, 'a lead cannot join a campaign of another org');
select lives_ok($$ update public.leads set campaign_id = cast_.campaign() where id = cast_.nth(1) $$,
  'a lead can join a campaign of its own org');
select throws_ok($$ delete from public.campaigns where id = cast_.campaign() $$, '23503', null,
  'a campaign that has leads cannot be deleted');
select lives_ok($$ delete from public.orgs where id = cast_.org() $$, 'deleting an org deletes all of them');

select * from finish();
rollback;
