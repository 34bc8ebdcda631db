create function public.explain_score(p_org_id uuid, p_lead_id uuid)
returns table (rule text, words text, "group" text, axis text, points integer, known boolean, cap integer,
  group_points integer)
language sql stable set search_path = '' as $$
  with s as (
    select x.points, v.rules from public.lead_scores x
    join public.score_versions v on v.org_id = x.org_id and v.version = x.version
    where x.org_id = p_org_id and x.lead_id = p_lead_id
  ), ruled as (
    select n, r.r ->> 'id' as id, r.r ->> 'words' as words, r.r ->> 'group' as gid, s.points[n] as points, s.rules
    from s cross join jsonb_array_elements(s.rules -> 'rules') with ordinality r (r, n)
  )
  select d.id, d.words, d.gid, g ->> 'axis', coalesce(d.points, 0)::integer, d.points is not null,
    (g ->> 'cap')::integer, c.sum
  from ruled d
  join lateral (select g from jsonb_array_elements(d.rules -> 'groups') g where g ->> 'id' = d.gid) y on true
  cross join lateral (
    select case when g ->> 'cap' is null then x.sum
      else least((g ->> 'cap')::integer, greatest(-(g ->> 'cap')::integer, x.sum)) end as sum
    from (select sum(coalesce(o.points, 0))::integer as sum from ruled o where o.gid = d.gid) x) c
  order by d.n
$$;
comment on function public.explain_score(uuid, uuid) is
  'A lead''s score in words: the points of each rule in order, whether its facts are known, and its group with cap '
  'and points after the cap. No rows without a score.';
revoke execute on function public.explain_score(uuid, uuid) from public, anon;
grant execute on function public.explain_score(uuid, uuid) to authenticated, service_role;
