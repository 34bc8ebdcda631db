-- The map reads counts; they are those of the leads after each insert, move, change of state and deletion.
begin;
\ir ../support/cast.sql
\ir ../support/feed.sql
select no_plan();

create function pg_temp.differences() returns bigint language sql as $$
  select count(*) from (
    select situs_zip, county_fips, situs_state, campaign_status, sum(leads) as n from (
      select org_id, situs_zip, county_fips, situs_state, campaign_status, leads from private.place_counts
      union all
      select org_id, situs_zip, county_fips, situs_state, campaign_status, leads from private.place_deltas) x
    where org_id = cast_.org() group by 1, 2, 3, 4 having sum(leads) <> 0) c
  full join (select situs_zip, county_fips, situs_state, campaign_status, count(*) as n from public.leads
    where org_id = cast_.org() and situs_zip is not null group by 1, 2, 3, 4) l
    on (c.situs_zip, coalesce(c.county_fips, ''), coalesce(c.situs_state, ''), c.campaign_status)
      = (l.situs_zip, coalesce(l.county_fips, ''), coalesce(l.situs_state, ''), l.campaign_status)
  where c.n is distinct from l.n
$$;
insert into public.leads (org_id, situs_house_number, situs_street, situs_city, situs_state, situs_zip)
select cast_.org(), n::text, 'Juniper St', 'Los Angeles', 'CA', '9000' || n % 3 from generate_series(1, 7) n;
select is(pg_temp.differences(), 0::bigint, 'after an insert');
select cmp_ok(private.fold_places(), '>', 0::bigint, 'they are folded');
select is(pg_temp.differences(), 0::bigint, 'after folding');
update public.leads set situs_zip = '90009' where org_id = cast_.org() and situs_house_number = '1';
update public.leads set campaign_status = 'opted_out' where org_id = cast_.org() and situs_house_number = '2';
update public.leads set situs_zip = null where org_id = cast_.org() and situs_house_number = '3';
delete from public.leads where org_id = cast_.org() and situs_house_number = '4';
select is(pg_temp.differences(), 0::bigint, 'after moves, another state and a deletion');
select private.fold_places() \g /dev/null
select is(pg_temp.differences(), 0::bigint, 'and folded again');
create function pg_temp.deltas() returns bigint language sql as $$
  select count(*) from private.place_deltas where org_id = cast_.org()
$$;
update public.leads set lead_score = lead_score + 1 where org_id = cast_.org();
select is(pg_temp.deltas(), 0::bigint, 'a statement that moves no lead writes no difference');
update public.leads set situs_zip = '90010' where org_id = cast_.org() and situs_house_number in ('5', '6', '7');
select is(pg_temp.differences(), 0::bigint, 'after several moves at once');
select is(pg_temp.deltas(), 4::bigint, 'three leads from three places to one write four differences');
update public.leads set situs_zip = case situs_zip when '90010' then '90009' else '90010' end
where org_id = cast_.org() and situs_zip in ('90009', '90010');
select is(pg_temp.differences(), 0::bigint, 'after leads changed places with one another');
select private.fold_places() \g /dev/null
select is((select count(*) from private.place_counts where leads = 0), 0::bigint, 'places without leads are gone');
select is(cast_.ask(who, $$ select coalesce(string_agg(place || ' ' || leads, ', ' order by place), 'nothing')
  from public.desk_map('{"campaign_status": "opted_out"}', null, 'zip') where place like '9000%' $$), answer,
  who || ' and the map')
from (values ('owner', '90002 1'), ('broker', 'nothing'), ('rival', 'nothing')) x (who, answer);
select is(cast_.ask('owner', format('select count(*) from public.desk_map(%L, %L)', '{}', cast_.org('b'))), '0',
  'another org''s places are not counted');

insert into public.leads (org_id, situs_house_number, situs_street, situs_city, situs_state, situs_zip)
values (cast_.org('b'), '1', 'Juniper St', 'Los Angeles', 'CA', '90001');
select isnt_empty($$ select from private.place_deltas where org_id = cast_.org('b') $$, 'another org has counts');
delete from public.orgs where id = cast_.org('b');
select is_empty($$ select from private.place_deltas where org_id = cast_.org('b') $$, 'they go with their org');
select cmp_ok(pg_temp.deltas(), '=', 0::bigint, 'and the others stay as they were');

select * from finish();
rollback;
