-- Four brokers of org A and seven leads for its feed; after support/cast.sql and feed.sql.
delete from public.brokers;
insert into public.brokers (org_id, id, name, licensed_states, capacity, active, last_assigned_at) values
  (cast_.org(), '00000000-0000-4000-8000-00000000000a', 'Ann', '{}', 100, true, '2026-11-20'),
  (cast_.org(), '00000000-0000-4000-8000-00000000000b', 'Bob', '{CA}', 100, true, null),
  (cast_.org(), '00000000-0000-4000-8000-00000000000c', 'Cid', '{NV,CA}', 100, true, '2026-11-19'),
  (cast_.org(), '00000000-0000-4000-8000-00000000000d', 'Dan', '{}', 100, false, null),
  (cast_.org('b'), '00000000-0000-4000-8000-00000000000e', 'Eve', '{}', 100, true, null);
-- The broker of each fed lead, in the order of the feed.
create function cast_.brokers_of(p_first integer, p_last integer) returns text
language sql as $$
  select string_agg(coalesce(b.name, '-'), ' ' order by l.lead_score desc, l.id)
  from public.leads l left join public.brokers b on b.id = l.assigned_broker_id
  where l.id between cast_.nth(p_first) and cast_.nth(p_last)
$$;
select cast_.feedable(n, 100 - n) from generate_series(1, 7) n \g /dev/null
select cast_.nominate() \g /dev/null
