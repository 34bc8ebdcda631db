-- score headers: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

ALTER TABLE "private"."score_statements"
  ADD COLUMN "headers" text[];

CREATE OR REPLACE FUNCTION private.asked_headers (
  p_statement text
)
  RETURNS TABLE (
    call    text,
    headers text[]
  )
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select distinct m[1], regexp_split_to_array(btrim(m[2]), '\s*,\s*')
  from regexp_matches(p_statement, '(private\.list_value\(l\.attributes,\s*''\{([a-z0-9,\s]+)\}''\))', 'g') m
$function$;

CREATE OR REPLACE FUNCTION private.comparable_header (
  p_header text
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select translate(lower(p_header), ' _-./()%#:', '')
$function$;

CREATE OR REPLACE FUNCTION private.known_headers (
  p_org_id   uuid,
  p_version  integer,
  p_lead_ids uuid[]
)
  RETURNS text[]
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  s private.score_statements;
  v_found text[];
begin
  select x.* into s from private.score_statements x where x.org_id = p_org_id and x.version = p_version;
  -- All leads are looked through once per activation; what changes later comes here by the queue.
  if p_lead_ids is not null or s.headers is null then
    v_found := private.list_headers(p_org_id, p_lead_ids, s.statement);
    if p_lead_ids is null or s.headers is not null and not v_found <@ s.headers then
      s.headers := array(select distinct h from unnest(s.headers || v_found) h order by h);
      update private.score_statements x set headers = s.headers
      where x.org_id = p_org_id and x.version = p_version;
    end if;
  end if;
  return coalesce(s.headers, v_found);
end
$function$;

CREATE OR REPLACE FUNCTION private.list_headers (
  p_org_id    uuid,
  p_lead_ids  uuid[],
  p_statement text
)
  RETURNS text[]
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(array_agg(x.header order by x.header), '{}')
  from (
    select distinct jsonb_object_keys(y.attributes) as header
    from (
      select l.attributes from public.leads l where p_lead_ids is null and l.org_id = p_org_id
      union all
      select l.attributes from unnest(p_lead_ids) i (id) join public.leads l on l.org_id = p_org_id and l.id = i.id
    ) y
  ) x
  where private.comparable_header(x.header) in (
    select unnest(a.headers) from private.asked_headers(p_statement) a)
$function$;

CREATE OR REPLACE FUNCTION private.list_value (
  p_attributes jsonb,
  p_headers    text[]
)
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select x.value
  from unnest(p_headers) with ordinality h (header, nth)
  join (select a.key, a.value, row_number() over () as nth from jsonb_each_text(p_attributes) a) x
    on private.comparable_header(x.key) = h.header
  where x.value <> ''
  order by h.nth, x.nth desc
  limit 1
$function$;

CREATE OR REPLACE FUNCTION private.score_leads (
  p_org_id   uuid,
  p_lead_ids uuid[]                   DEFAULT NULL::uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
declare
  s record;
  v_query text;
  v_new uuid[];
  v_count bigint := 0;
  v_more bigint;
begin
  select v.version, x.statement, x.texts, private.learned_expression(p_org_id, v.version) as learned into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active';
  if not found then
    return 0;
  end if;
  -- Two passes over the same leads would wait for each other's rows in different orders.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice score %s', p_org_id), 0));
  v_query := format('select x.*, (%s)::smallint as counts from (%s) x offset 0', coalesce(s.learned, 'x.score'),
    private.score_query(s.statement, private.known_headers(p_org_id, s.version, p_lead_ids)));

  if p_lead_ids is not null or private.has_scores(p_org_id) then
    v_new := array(
      select x.id
      from (
        select l.id from public.leads l where p_lead_ids is null and l.org_id = p_org_id
        union all
        select i from unnest(p_lead_ids) i
      ) x
      where not exists (select from public.lead_scores o where o.org_id = p_org_id and o.lead_id = x.id));
  end if;
  if v_new is null or v_new <> '{}' then
    execute format($sql$
      insert into public.lead_scores (org_id, lead_id, version, score, rule_score, fit, engagement, tier, confidence,
        points, scored_at)
      select $1, n.lead_id, $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points, $3 from (%s) n
    $sql$, v_query)
    using p_org_id, v_new, p_as_of, s.texts, s.version;
    get diagnostics v_count = row_count;
  end if;
  if v_new is not null and cardinality(v_new) is distinct from cardinality(p_lead_ids) then
    -- Rows that do not change are not written.
    execute format($sql$
      update public.lead_scores o
      set version = $5, score = n.counts, rule_score = n.score, fit = n.fit, engagement = n.engagement, tier = n.tier,
        confidence = n.confidence, points = n.points, scored_at = $3
      from (%s) n
      where o.org_id = $1 and o.lead_id = n.lead_id and ($2::uuid[] is null or o.lead_id = any ($2))
        and (o.version, o.score, o.rule_score, o.fit, o.engagement, o.tier, o.confidence, o.points) is distinct from
          ($5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points)
    $sql$, v_query)
    using p_org_id, p_lead_ids, p_as_of, s.texts, s.version;
    get diagnostics v_more = row_count;
  end if;
  return v_count + coalesce(v_more, 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.score_query (
  p_statement text,
  p_headers   text[]
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
declare
  a record;
  v_query text := p_statement;
  v_lookups text;
begin
  for a in select x.call, x.headers from private.asked_headers(p_statement) x loop
    -- In the order of private.list_value: jsonb sorts its keys by length, then by bytes.
    select string_agg(format('nullif(l.attributes ->> %L, '''')', w.written), ', '
      order by h.nth, octet_length(w.written) desc, w.written collate "C" desc) into v_lookups
    from unnest(a.headers) with ordinality h (header, nth)
    join unnest(p_headers) w (written) on private.comparable_header(w.written) = h.header;
    v_query := replace(v_query, a.call, coalesce('coalesce(' || v_lookups || ')', 'null::text'));
  end loop;
  return v_query;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_score_version (
  p_org_id  uuid,
  p_version integer,
  p_action  text,
  p_as_of   timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  if p_version is not null and not exists (
    select from public.score_versions v where v.org_id = p_org_id and v.version = p_version) then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  update public.score_versions v set state = 'retired', retired_at = p_as_of
  where v.org_id = p_org_id and v.state = 'active' and v.version is distinct from p_version;
  if p_version is null then
    delete from public.lead_scores s where s.org_id = p_org_id;
    delete from private.score_queue q where q.org_id = p_org_id;
  else
    update public.score_versions v set state = 'active', activated_at = p_as_of, retired_at = null
    where v.org_id = p_org_id and v.version = p_version and v.state <> 'active';
    update private.score_statements x set headers = null where x.org_id = p_org_id and x.version = p_version;
  end if;
  insert into public.score_activations (org_id, version, action, at, user_id)
  values (p_org_id, p_version, p_action, p_as_of, auth.uid());
  if p_version is not null then
    perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
      'all', true), p_org_id::text || ' all');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.trial_scores (
  p_org_id  uuid,
  p_version integer,
  p_as_of   timestamp with time zone
)
  RETURNS SETOF private.trial_score
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  SET jit TO 'off'
  SET work_mem TO '64MB'
  AS $function$
declare
  s private.score_statements;
begin
  select x.* into s from private.score_statements x where x.org_id = p_org_id and x.version = p_version;
  if not found then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  return query execute format('select x.*, o.tier, o.score from (%s) x '
    'left join public.lead_scores o on o.org_id = $1 and o.lead_id = x.lead_id',
    private.score_query(s.statement, private.list_headers(p_org_id, null, s.statement)))
  using p_org_id, null::uuid[], p_as_of, s.texts;
end
$function$;

CREATE POLICY "update_writer" ON "private"."score_statements"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "private"."score_statements"."headers" IS 'How the org''s leads write the headers that the query looks for (private.list_headers); null: not looked yet.';

COMMENT ON FUNCTION "private"."asked_headers"(text) IS 'The calls of private.list_value in a query, as they are written, with the headers that they look for.';

COMMENT ON FUNCTION "private"."comparable_header"(text) IS 'A header of a list without spaces, signs and case.';

COMMENT ON FUNCTION "private"."known_headers"(uuid, integer, uuid[]) IS 'How these leads (null: all of the org) write the headers that the version looks for, kept with its statement.';

COMMENT ON FUNCTION "private"."list_headers"(uuid, uuid[], text) IS 'How the attributes of these leads (null: all of the org) write the headers that the query looks for.';

COMMENT ON FUNCTION "private"."list_value"(jsonb, text[]) IS 'The first value under one of these comparable headers that is not empty. What fields of the catalogue mean; a query that scores leads has direct look-ups in its place (private.score_query).';

COMMENT ON FUNCTION "private"."score_query"(text, text[]) IS 'The query with look-ups of the headers as the org''s lists write them (private.list_headers) in place of private.list_value.';

REVOKE ALL ON FUNCTION "private"."asked_headers"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."asked_headers"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."comparable_header"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."comparable_header"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."known_headers"(uuid, integer, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."known_headers"(uuid, integer, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."list_headers"(uuid, uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."list_headers"(uuid, uuid[], text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."list_value"(jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."list_value"(jsonb, text[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."score_query"(text, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_query"(text, text[]) TO "pipeline_writer";

REVOKE ALL ("headers") ON TABLE "private"."score_statements" FROM "pipeline_writer";

GRANT UPDATE ("headers") ON TABLE "private"."score_statements" TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into public.score_relations (name, sql) values
  ('phones', 'left join (
          select c.lead_id, count(*) as n from public.contact_points c
          where c.org_id = $1 and ($2::uuid[] is null or c.lead_id = any ($2)) and c.kind = ''phone''
            and c.invalid_at is null
          group by c.lead_id
        ) ph on ph.lead_id = l.id'),
  ('emails', 'left join (
          select c.lead_id, count(*) as n from public.contact_points c
          where c.org_id = $1 and ($2::uuid[] is null or c.lead_id = any ($2)) and c.kind = ''email''
            and c.invalid_at is null
          group by c.lead_id
        ) em on em.lead_id = l.id')
on conflict (name) do update set sql = excluded.sql;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words) values
  ('contact.phones', 'number', 'phones', 'coalesce(ph.n, 0)', null, null, 'Number of valid phone numbers'),
  ('contact.emails', 'number', 'emails', 'coalesce(em.n, 0)', null, null, 'Number of valid e-mail addresses'),
  ('property.value', 'number', null, 'substring(translate(private.list_value(l.attributes, ''{estimatedvalue,estvalue,avm,
      avmvalue,marketvalue,totalmarketvalue,propertyvalue,assessedvalue}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Value of the property, in dollars'),
  ('property.loan_balance', 'number', null, 'substring(translate(private.list_value(l.attributes, ''{estimatedloanbalance,loanbalance,
      mortgagebalance,openloanbalance,totalopenloans,totalloanbalance}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Open loans on the property, in dollars'),
  ('property.equity_percent', 'number', null, 'substring(translate(private.list_value(l.attributes, ''{equitypercent,
      estimatedequitypercent,percentequity,equitypct}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Share of the value that the owner owns, in percent'),
  ('property.loan_to_value', 'number', null, 'substring(translate(private.list_value(l.attributes, ''{loantovalue,ltv,estimatedltv,
      loantovalueratio}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', 'l.observed_at', '365', 'Loans against the value, in percent'),
  ('property.year_built', 'number', null, 'substring(private.list_value(l.attributes, ''{yearbuilt,yrbuilt,built,
      effectiveyearbuilt}'')
      from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')::float8', null, null, 'Year in which it was built'),
  ('property.years_owned', 'number', null, 'extract(year from $3::timestamptz at time zone ''UTC'')
    - substring(private.list_value(l.attributes, ''{lastsaledate,lastsalesdate,
      saledate,lasttransferdate,lastsaleyear}'')
      from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')::float8', null, null, 'Years since the last sale'),
  ('property.square_feet', 'number', null, 'substring(translate(private.list_value(l.attributes, ''{squarefeet,sqft,livingarea,
      buildingarea,buildingsqft,livingsquarefeet}''),
    ''$,% '', '''') from ''^-?[0-9]{1,12}(?:\.[0-9]{1,6})?$'')::float8', null, null, 'Living area, in square feet')
on conflict (name) do update set relation = excluded.relation, expression = excluded.expression;

delete from public.score_relations where (name) in (
  ('contacts'),
  ('columns'));
