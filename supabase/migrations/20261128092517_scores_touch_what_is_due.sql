-- scores touch what is due: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."score_leads"(uuid, uuid[], timestamp WITH time zone);

ALTER TABLE "public"."lead_scores"
  ADD COLUMN "next_at" timestamp WITH time zone DEFAULT '-infinity'::timestamp WITH time zone;

ALTER TABLE "public"."score_fields"
  ADD COLUMN "counts_since" text;

ALTER TABLE "public"."score_fields"
  ADD COLUMN "next_change" text;

ALTER TABLE "public"."score_relations"
  ADD COLUMN "next_change" text;

CREATE OR REPLACE FUNCTION private.decay_scores (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v record;
  v_changed bigint := 0;
  v_scored bigint := 0;
  v_leads uuid[];
  v_queued uuid[];
  v_error text;
begin
  for v in select x.org_id from public.score_versions x where x.state = 'active' order by x.org_id loop
    begin
      v_leads := private.leads_to_decay(v.org_id, p_as_of);
      with taken as (
        delete from private.score_queue q where q.org_id = v.org_id and q.queued_at <= p_as_of returning q.lead_id
      )
      select coalesce(array_agg(t.lead_id order by t.lead_id), '{}') into v_queued from taken t;
      if v_leads is null then
        v_changed := v_changed + private.score_leads(v.org_id, null, p_as_of);
        v_scored := v_scored + (select count(*) from public.lead_scores s where s.org_id = v.org_id);
      else
        if v_queued <> '{}' then
          v_changed := v_changed + private.score_leads(v.org_id, v_queued, p_as_of);
        end if;
        if v_leads <> '{}' then
          v_changed := v_changed + private.score_leads(v.org_id, v_leads, p_as_of, true);
        end if;
        v_scored := v_scored + cardinality(v_queued) + cardinality(v_leads);
      end if;
    -- One org must not stop the others. "others" does not include the cancel that ends a statement at its timeout.
    exception when others then
      get stacked diagnostics v_error = message_text;
      raise warning 'scoring org % failed: % (%)', v.org_id, v_error, sqlstate;
      perform private.record_dead_letter(v.org_id, 'score-leads', jsonb_build_object('org_id', v.org_id), sqlstate,
        v_error, gen_random_uuid(), p_as_of);
    end;
  end loop;
  return jsonb_build_object('scored', v_scored, 'changed', v_changed);
end
$function$;

CREATE OR REPLACE FUNCTION private.leads_to_decay (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_leads uuid[];
  v_scored bigint;
begin
  select array_agg(s.lead_id) filter (where s.next_at <= p_as_of), count(*) into v_leads, v_scored
  from public.lead_scores s where s.org_id = p_org_id;
  -- Look-ups of so many leads cost more than reading all.
  return case when v_scored = 0 or cardinality(v_leads) > v_scored / 3 then null else coalesce(v_leads, '{}') end;
end
$function$;

CREATE OR REPLACE FUNCTION private.properties_to_ask (
  p_org_id   uuid,
  p_provider text,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id  uuid,
    question jsonb
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select l.id, jsonb_build_object('street', case when l.situs_street is not null then
      concat_ws(' ', l.situs_street, 'Unit ' || l.situs_unit) end, 'city', l.situs_city, 'state',
    l.situs_state, 'zip', l.situs_zip, 'countyFips', l.county_fips, 'apn', l.apn, 'mak', l.mak)
  from public.leads l
  where l.org_id = p_org_id and l.id = any (p_lead_ids)
    and (l.situs_house_number is not null and l.situs_street is not null
        and (l.situs_zip is not null or l.situs_city is not null and l.situs_state is not null)
      or l.county_fips is not null and l.apn is not null or l.mak is not null)
    -- Nothing is bought about somebody who is never contacted.
    and not private.is_never_contacted(p_org_id, l.id)
  order by array_position(p_lead_ids, l.id)
$function$;

CREATE OR REPLACE FUNCTION private.score_leads (
  p_org_id    uuid,
  p_lead_ids  uuid[]                   DEFAULT NULL::uuid[],
  p_as_of     timestamp with time zone DEFAULT now(),
  p_are_known boolean                  DEFAULT false
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
  v_next text;
  v_new uuid[];
  v_count bigint := 0;
  v_more bigint;
begin
  select v.version, x.statement, x.texts, x.headers, private.learned_expression(p_org_id, v.version) as learned
  into s
  from public.score_versions v
  join private.score_statements x on x.org_id = v.org_id and x.version = v.version
  where v.org_id = p_org_id and v.state = 'active';
  if not found then
    return 0;
  end if;
  -- Two passes over the same leads would wait for each other's rows in different orders.
  perform pg_advisory_xact_lock(hashtextextended(format('sluice score %s', p_org_id), 0));
  v_query := format('select x.*, (%s)::smallint as counts from (%s) x offset 0', coalesce(s.learned, 'x.score'),
    private.score_query(s.statement, private.known_headers(p_org_id, s.version,
      case when not p_are_known then p_lead_ids when s.headers is not null then '{}' end)));
  v_next := case
    -- What a provider dates some seconds ahead counts only then: leads with new facts are due once more.
    when p_lead_ids is not null and not p_are_known then '$3'
    -- Queries of earlier releases do not say how long their scores stay as they are.
    when s.statement !~ '\mas next_at\M' then '''-infinity''::timestamptz'
    else 'n.next_at' end;

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
        points, scored_at, next_at)
      select $1, n.lead_id, $5, n.counts, n.score, n.fit, n.engagement, n.tier, n.confidence, n.points, $3,
        %s
      from (%s) n
    $sql$, v_next, v_query)
    using p_org_id, v_new, p_as_of, s.texts, s.version;
    get diagnostics v_count = row_count;
  end if;
  if v_new is not null and cardinality(v_new) is distinct from cardinality(p_lead_ids) then
    -- Rows that do not change are not written.
    execute format($sql$
      with written as (
        update public.lead_scores o
        set version = $5, score = n.counts, rule_score = n.score, fit = n.fit, engagement = n.engagement, tier = n.tier,
          confidence = n.confidence, points = n.points, next_at = %1$s,
          scored_at = case when (o.version, o.score, o.points, o.rule_score, o.fit, o.engagement, o.tier, o.confidence)
            is distinct from ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence)
            then $3 else o.scored_at end
        from (%2$s) n
        where o.org_id = $1 and o.lead_id = n.lead_id and ($2::uuid[] is null or o.lead_id = any ($2))
          and (o.version, o.score, o.points, o.rule_score, o.fit, o.engagement, o.tier, o.confidence, o.next_at)
            is distinct from
            ($5, n.counts, n.points, n.score, n.fit, n.engagement, n.tier, n.confidence, %1$s)
        returning o.scored_at
      )
      select count(*) filter (where w.scored_at = $3) from written w
    $sql$, v_next, v_query)
    into v_more using p_org_id, p_lead_ids, p_as_of, s.texts, s.version;
  end if;
  return v_count + coalesce(v_more, 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_merges__queue_scores()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.queue_scores(new.org_id, array[new.survivor_id, new.merged_id]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_lead_splits__queue_scores()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.queue_scores(new.org_id, array[new.lead_id, new.new_lead_id]);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_score_facts__queue_deleted()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_org uuid;
begin
  for v_org in
    select v.org_id from public.score_versions v
    where v.state = 'active' and exists (select from old_rows o where o.org_id = v.org_id)
  loop
    perform private.queue_scores(v_org, array(
      select distinct l.id from old_rows o join public.leads l on l.org_id = o.org_id and l.id = o.lead_id
      where o.org_id = v_org));
  end loop;
  return null;
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
  return query execute format('select x.lead_id, x.fit, x.engagement, x.score, x.tier, x.confidence, x.points, '
    'o.tier, o.score from (%s) x left join public.lead_scores o on o.org_id = $1 and o.lead_id = x.lead_id',
    private.score_query(s.statement, private.list_headers(p_org_id, null, s.statement)))
  using p_org_id, null::uuid[], p_as_of, s.texts;
end
$function$;

CREATE TRIGGER _300_score_deletes
  AFTER DELETE ON public.contact_points REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue_deleted();

CREATE TRIGGER _300_score
  AFTER INSERT OR UPDATE OF undone_at ON public.lead_merges
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_merges__queue_scores();

CREATE TRIGGER _300_score
  AFTER INSERT ON public.lead_splits
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_lead_splits__queue_scores();

CREATE TRIGGER _300_score_deletes
  AFTER DELETE ON public.property_facts REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT
  EXECUTE FUNCTION private.tg_score_facts__queue_deleted();

COMMENT ON COLUMN "public"."lead_scores"."next_at" IS 'Until then the score stays as it is while no fact changes; null: for ever.';

COMMENT ON COLUMN "public"."score_fields"."counts_since" IS 'SQL: the time since which the field counts whole days; null: it does not count days.';

COMMENT ON COLUMN "public"."score_fields"."next_change" IS 'SQL: when the clock changes the field next. A field that reads the clock ($3) and says neither is taken to change every day.';

COMMENT ON COLUMN "public"."score_relations"."next_change" IS 'SQL: when the next fact of the relation expires; null: none does.';

COMMENT ON FUNCTION "private"."decay_scores"(timestamp with time zone) IS 'Scores the leads of every org with an active version that the clock or a fact can have changed: interest decays, facts get old. Returns {scored, changed}. Definer: the task of the owner.';

COMMENT ON FUNCTION "private"."leads_to_decay"(uuid, timestamp with time zone) IS 'Leads whose score the clock can have changed since they were scored; null: all leads of the org.';

COMMENT ON FUNCTION "private"."properties_to_ask"(uuid, text, uuid[], timestamp with time zone) IS 'Questions about the properties of leads, in their order: those with an address, a parcel or a MAK, whose owner may be contacted. Definer: reads suppressions without the policies.';

COMMENT ON FUNCTION "private"."score_leads"(uuid, uuid[], timestamp with time zone, boolean) IS 'Scores leads of an org by its active version; p_lead_ids null: all. p_are_known: no list has written to them since they were scored. Returns how many scores changed; 0 without an active version.';

COMMENT ON FUNCTION "private"."tg_lead_merges__queue_scores"() IS 'Trigger: messages, replies and facts move with a merge and with its undo. Definer: as queue_scores.';

COMMENT ON FUNCTION "private"."tg_lead_splits__queue_scores"() IS 'Trigger: contacts and correspondence left one lead for the other. Definer: as queue_scores.';

COMMENT ON FUNCTION "private"."tg_score_facts__queue_deleted"() IS 'Trigger: leads that lost rows are scored again. Definer: as tg_score_facts__queue.';

REVOKE ALL ON FUNCTION "private"."leads_to_decay"(uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."score_leads"(uuid, uuid[], timestamp WITH time zone, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_leads"(uuid, uuid[], timestamp WITH time zone, boolean) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_merges__queue_scores"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_merges__queue_scores"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_lead_splits__queue_scores"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_lead_splits__queue_scores"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_score_facts__queue_deleted"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_score_facts__queue_deleted"() TO "pipeline_writer";

-- Rights that default privileges would change.

revoke execute on function private.leads_to_decay(uuid,timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into private.enrichment_providers (kind, provider, endpoint) values
  ('property', 'melissa', 'property')
on conflict (endpoint, kind, provider) do nothing;

insert into public.score_relations (name, sql, next_change) values
  ('property', 'left join (
          select y.*, case when y.is_stated then y.stated_equity else y.value - y.owed end as equity,
            case when y.is_stated then y.stated_at else y.owed_at end as equity_at,
            case when y.is_stated is not true then y.value - y.owed
              when abs(extract(epoch from y.stated_at - y.value_at)) <= 366 * 86400 then y.stated_equity
            end / nullif(y.value, 0) as equity_share
          from (
            select x.*, case when m.fits then x.mortgage end as owed,
              case when m.fits then least(x.value_at, x.mortgage_at) end as owed_at,
              x.stated_at >= greatest(x.transferred_at, case when m.fits then least(x.value_at, x.mortgage_at)
                else ''-infinity'' end) as is_stated
            from (
              select n.lead_id, min(n.expires_at) as expires_at,
                max(n.amount) filter (where n.name = ''value'') as value,
                max(n.at) filter (where n.name = ''value'') as value_at,
                max(n.amount) filter (where n.name = ''equity'') as stated_equity,
                max(n.at) filter (where n.name = ''equity'') as stated_at,
                max(n.amount) filter (where n.name = ''mortgage'') as mortgage,
                max(n.at) filter (where n.name = ''mortgage'') as mortgage_at,
                max(n.amount) filter (where n.name = ''sale'') as sale_price,
                max(n.at) filter (where n.name = ''sale'') as sold_at,
                max(n.last_at) filter (where n.name = ''sale'') as transferred_at,
                max(n.at) filter (where n.name = ''foreclosure'') as foreclosure_at
              from (
                select distinct on (f.lead_id, f.name) f.lead_id, f.name,
                  f.as_of::timestamp at time zone ''UTC'' as at,
                  -- Loans of one date are owed together.
                  case when f.name = ''mortgage'' then sum(f.amount_usd) else max(f.amount_usd) end as amount,
                  max(max(f.as_of)) over (partition by f.lead_id, f.name)::timestamp at time zone ''UTC'' as last_at,
                  min(min(f.expires_at)) over (partition by f.lead_id, f.name) as expires_at
                from public.property_facts f
                where f.org_id = $1 and ($2::uuid[] is null or f.lead_id = any ($2))
                  and (f.expires_at is null or f.expires_at > $3)
                  and (f.amount_usd is not null or f.name in (''sale'', ''foreclosure''))
                group by f.lead_id, f.name, f.as_of, f.provider
                -- A sale with its price before gifts and transfers to a trust.
                order by f.lead_id, f.name, f.name = ''sale'' and max(f.amount_usd) is null, f.as_of desc, amount desc,
                  f.provider
              ) n
              group by n.lead_id
            ) x
            cross join lateral (
              select abs(extract(epoch from x.value_at - x.mortgage_at)) <= 366 * 86400
                and x.mortgage_at >= coalesce(x.transferred_at - interval ''30 days'', ''-infinity'') as fits) m
          ) y
        ) pf on pf.lead_id = l.id', 'pf.expires_at')
on conflict (name) do update set sql = excluded.sql, next_change = excluded.next_change;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words, counts_since, next_change) values
  ('lead.days_on_file', 'number', null, 'floor(extract(epoch from $3::timestamptz - l.created_at) / 86400)', null, null, 'Days since the lead was created', 'l.created_at', null),
  ('engagement.days_since_reply', 'number', null, 'floor(extract(epoch from $3::timestamptz - l.last_reply_at) / 86400)', null, null, 'Days since the last reply', 'l.last_reply_at', null),
  ('property.days_since_mortgage', 'number', 'property', 'case when pf.mortgage_at is not null then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.mortgage_at) / 86400))::float8 end', null, null, 'Days since the last mortgage was made', 'pf.mortgage_at', null),
  ('property.days_since_sale', 'number', 'property', 'case when pf.sold_at is not null then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.sold_at) / 86400))::float8 end', null, null, 'Days since the last sale', 'pf.sold_at', null),
  ('property.days_since_foreclosure', 'number', 'property', 'case when pf.foreclosure_at >= coalesce(pf.transferred_at, ''-infinity'') then
      greatest(0, floor(extract(epoch from $3::timestamptz - pf.foreclosure_at) / 86400))::float8 end', 'pf.foreclosure_at', '365', 'Days since the last event of a foreclosure, if the property was not sold after it', 'pf.foreclosure_at', null)
on conflict (name) do update set counts_since = excluded.counts_since;

insert into public.score_fields (name, type, relation, expression, observed, fresh_days, words, counts_since, next_change) values
  ('property.years_owned', 'number', 'property', '(extract(year from $3::timestamptz at time zone ''UTC'') - coalesce(
      extract(year from pf.sold_at at time zone ''UTC''),
      case translate(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), ''0123456789'', ''9999999999'')
        when ''99/99/9999'' then case when left(right(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 4), 2) in (''19'', ''20'') then right(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 4) end
        when ''9999-99-99'' then case when left(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 2) in (''19'', ''20'') then left(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}''), 4) end
        else substring(private.list_value(l.attributes,
      ''{lastsaledate,lastsalesdate,saledate,lasttransferdate,lastsaleyear}'') from ''(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[0-9]{4})?(?:[^0-9]|$)'')
      end::numeric))::float8', null, null, 'Years since the last sale', null, '(date_trunc(''year'', $3::timestamptz at time zone ''UTC'') + interval ''1 year'') at time zone ''UTC''')
on conflict (name) do update set expression = excluded.expression, next_change = excluded.next_change;
