begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();
insert into public.org_packs (org_id, pack) values (cast_.org(), 'prospects');
create function cast_.import(p_who text, p_list jsonb, p_from text default 'member') returns text language sql as $$
  select cast_.ask(p_who, format('select public.import_businesses(%L, %L, %L)', cast_.org(), p_list, p_from))
$$;
select is(cast_.import('admin', '[{"name": "Ames Dental", "phones": ["2135550101"]}, {"name": "AMES DENTAL, LLC",
  "phones": ["213-555-0101"]}, {"name": ""}]')::jsonb, '{"new": 1, "known": 1, "without_name": 1}'::jsonb,
  'an admin imports a list');
select is(cast_.import(who, '[]'), 'SL111 org not found, or your role does not allow this: it takes owner or admin',
  who || ' does not') from unnest(array['broker', 'viewer', 'rival']) who;
select is(cast_.import('owner', '[{"name": "Cole Gym"}]', 'data_axle')::jsonb ->> 'new', '1',
  'bought data may be kept');
select is(left(cast_.import('owner', '[{"name": "Dee Cafe"}]', who), 5), 'SL701', who || ' may not fill businesses')
from unnest(array['google', 'yelp', 'nobody']) who;
select is(left(cast_.import('owner', '[]', 'website'), 5), 'SL716', 'nobody passes a list off as a website');
delete from public.org_packs;
select is(cast_.import('owner', '[]'), 'SL141 the pack prospects is off', 'nothing is imported while the pack is off');

select * from finish();
rollback;
