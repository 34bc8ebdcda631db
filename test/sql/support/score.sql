-- A version of rules as the command saves them; after support/cast.sql and support/feed.sql. The query is written by
-- hand: points of `fit` are in the attributes of the lead, each reply adds 40, halved every 30 days.
create function cast_.put_score(p_org uuid, p_factor integer default 1) returns integer
language sql as $$
  select version from private.put_score_version(p_org, 'test',
    '{"weights": {"fit": 70, "engagement": 30}, "groups": [{"id": "f", "axis": "fit", "cap": 90},
      {"id": "e", "axis": "engagement", "cap": null}], "rules": [{"id": "fits", "words": "It fits", "group": "f"},
      {"id": "replies", "words": "Replied", "group": "e"}]}'::jsonb || jsonb_build_object('factor', p_factor),
    '{"test.yaml": "…"}', jsonb_build_object('texts', '["A", "B"]'::jsonb, 'fields', '["lead.state"]'::jsonb,
      'activities', '["replied"]'::jsonb, 'statement', format($q$
      select x.lead_id, coalesce(x.f, 0) as fit, x.e as engagement, coalesce(x.f, 0) as score,
        ($4::text[])[case when x.f > 50 then 1 else 2 end] as tier, (case when x.f is null then 0 else 100
        end)::smallint as confidence, array[x.f, x.e]::smallint[] as points
      from (
        select l.id as lead_id, (%s * (l.attributes ->> 'fit')::integer)::smallint as f,
          coalesce(a.e, 0)::smallint as e
        from public.leads l
        left join (
          select a.lead_id, sum(a.n * 40 * exp(-0.6931471805599453 * (($3::timestamptz at time zone 'UTC')::date
            - a.day) / 30.0)) as e
          from private.lead_activities($1, $2, $3) a where a.kind = 'replied' group by a.lead_id) a on a.lead_id = l.id
        where l.org_id = $1 and ($2::uuid[] is null or l.id = any ($2))
          and not exists (select from public.erasures e where e.org_id = l.org_id and e.lead_id = l.id)
      ) x $q$, p_factor)))
$$;

create function cast_.fit(p_lead_id uuid, p_fit integer) returns void
language sql as $$
  update public.leads set attributes = jsonb_build_object('fit', p_fit) where id = p_lead_id
$$;

create function cast_.score_of(p_lead_id uuid) returns text
language sql as $$
  select format('%s %s %s v%s', s.score, s.tier, s.points, s.version) from public.lead_scores s
  where s.lead_id = p_lead_id
$$;

create function cast_.score_jobs() returns bigint
language sql as $$
  select count(*) from pgboss.job j where j.name = 'score-leads' and j.state = 'created'
$$;

-- Statements of members name their org by it.
grant usage on schema cast_ to authenticated, pipeline_writer;
grant execute on function cast_.org(text) to authenticated, pipeline_writer;
