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

select * from finish();
rollback;
