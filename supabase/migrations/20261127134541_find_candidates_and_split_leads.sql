-- find candidates and split leads: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE TABLE "private"."match_finders" (
  "org_id"        uuid                     NOT NULL,
  "leads"         bigint                   NOT NULL DEFAULT 0,
  "changed_until" timestamp with time zone,
  "ran_at"        timestamp with time zone,
  CONSTRAINT "match_finders_pkey" PRIMARY KEY (org_id)
);

ALTER TABLE "private"."match_finders"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_leads" (
  "record"  integer NOT NULL,
  "lead_id" uuid    NOT NULL,
  CONSTRAINT "match_leads_lead_id_key" UNIQUE (lead_id),
  CONSTRAINT "match_leads_pkey" PRIMARY KEY (record)
);

ALTER TABLE "private"."match_leads"
  ENABLE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE "private"."match_nominations" (
  "left_id"  uuid NOT NULL,
  "right_id" uuid NOT NULL,
  CONSTRAINT "match_nominations_pkey" PRIMARY KEY (left_id, right_id)
);

ALTER TABLE "private"."match_nominations"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."match_pattern_counts" (
  "org_id" uuid       NOT NULL,
  "levels" smallint[] NOT NULL,
  "pairs"  bigint     NOT NULL,
  CONSTRAINT "match_pattern_counts_pkey" PRIMARY KEY (org_id, levels)
);

ALTER TABLE "private"."match_pattern_counts"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."match_profiles" (
  "org_id"      uuid                     NOT NULL,
  "lead_id"     uuid                     NOT NULL,
  "keys"        bigint[]                 NOT NULL,
  "print"       bigint                   NOT NULL,
  "compared_at" timestamp with time zone NOT NULL,
  CONSTRAINT "match_profiles_pkey" PRIMARY KEY (org_id, lead_id)
);

ALTER TABLE "private"."match_profiles"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."match_queue" (
  "org_id"    uuid                     NOT NULL,
  "lead_id"   uuid                     NOT NULL,
  "queued_at" timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT "match_queue_pkey" PRIMARY KEY (org_id, lead_id)
);

ALTER TABLE "private"."match_queue"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."match_uploads" (
  "org_id"       uuid                     NOT NULL,
  "upload_id"    uuid                     NOT NULL,
  "completed_at" timestamp with time zone NOT NULL,
  CONSTRAINT "match_uploads_pkey" PRIMARY KEY (org_id, upload_id)
);

ALTER TABLE "private"."match_uploads"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."match_words" (
  "org_id" uuid    NOT NULL,
  "word"   bigint  NOT NULL,
  "leads"  integer NOT NULL,
  CONSTRAINT "match_words_pkey" PRIMARY KEY (org_id, word)
);

ALTER TABLE "private"."match_words"
  ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."lead_splits" (
  "org_id"      uuid                     NOT NULL,
  "id"          bigint                   GENERATED ALWAYS AS IDENTITY NOT NULL,
  "lead_id"     uuid                     NOT NULL,
  "new_lead_id" uuid                     NOT NULL,
  "changes"     jsonb                    NOT NULL,
  "moved"       jsonb                    NOT NULL,
  "reason"      text,
  "split_at"    timestamp with time zone NOT NULL,
  "split_by"    uuid,
  "undone_at"   timestamp with time zone,
  "undone_by"   uuid,
  CONSTRAINT "lead_splits_pkey" PRIMARY KEY (org_id, id)
);

ALTER TABLE "public"."lead_splits"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."lead_splits" FROM "anon";

CREATE TABLE "public"."match_models" (
  "org_id"       uuid                     NOT NULL,
  "version"      integer                  NOT NULL,
  "trained_at"   timestamp with time zone NOT NULL,
  "pairs"        bigint                   NOT NULL,
  "answers"      integer                  NOT NULL,
  "same_answers" integer                  NOT NULL,
  "share_same"   double precision         NOT NULL,
  "threshold"    double precision         NOT NULL,
  "weights"      jsonb                    NOT NULL,
  "answered"     jsonb                    NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT "match_models_pkey" PRIMARY KEY (org_id, VERSION),
  CONSTRAINT "version_counts_from_1" CHECK ((version > 0))
);

ALTER TABLE "public"."match_models"
  ENABLE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE "public"."match_models" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."lead_splits_id_seq" FROM "anon";

REVOKE ALL ON SEQUENCE "public"."lead_splits_id_seq" FROM "authenticated";

CREATE OR REPLACE FUNCTION private.answer_candidate (
  p_org_id uuid,
  p_id     bigint,
  p_answer text,
  p_as_of  timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  c public.match_candidates;
  v_leads uuid[];
  v_merge bigint;
begin
  select x.* into c from public.match_candidates x where x.org_id = p_org_id and x.id = p_id for update;
  if not found then
    return 'not found';
  end if;
  if c.state = 'stale' and c.merge_id is not null then
    -- A lead of the pair was merged since, maybe by an answer of the same batch: the pair goes on with its survivor.
    v_leads := array[private.current_lead(p_org_id, c.left_id), private.current_lead(p_org_id, c.right_id)];
    if v_leads[1] = v_leads[2] then
      return case p_answer when 'different' then 'the leads were merged' else 'answered' end;
    end if;
    select x.* into c from public.match_candidates x
    where x.org_id = p_org_id and x.left_id = least(v_leads[1], v_leads[2])
      and x.right_id = greatest(v_leads[1], v_leads[2])
    for update;
    if not found then
      return 'not found';
    end if;
  end if;
  if p_answer = 'skip' then
    update public.match_candidates x set skipped_at = p_as_of
    where x.org_id = p_org_id and x.id = c.id and x.state = 'open';
    return case when found then 'answered' else 'not open' end;
  end if;
  if c.state in ('same', 'merged') then
    return case p_answer when 'different' then 'the leads were merged' else 'answered' end;
  end if;
  v_leads := private.survivor_of(p_org_id, array[c.left_id, c.right_id]);
  if coalesce(cardinality(v_leads), 0) < 2 then
    return 'a lead is gone';
  end if;
  if p_answer = 'different' then
    update public.match_candidates x
    set state = 'different', decided_at = p_as_of, decided_by = auth.uid(), inherited_from = null,
      left_print = private.print_lead(p_org_id, c.left_id), right_print = private.print_lead(p_org_id, c.right_id)
    where x.org_id = p_org_id and x.id = c.id;
    return 'answered';
  end if;
  if c.state = 'different' then
    return 'somebody said that they are different';
  end if;
  begin
    v_merge := public.merge_leads(p_org_id, v_leads[1], v_leads[2], p_as_of);
  exception when sqlstate 'SL301' then
    return 'both have a MAK or parcel, and they differ';
  end;
  update public.match_candidates x set state = 'same', decided_by = auth.uid()
  where x.org_id = p_org_id and x.id = c.id and x.merge_id = v_merge;
  return 'answered';
end
$function$;

CREATE OR REPLACE FUNCTION private.candidates_like (
  p_org_id uuid,
  p_like   bigint,
  p_from   double precision,
  p_to     double precision
)
  RETURNS SETOF public.match_candidates
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select c.* from public.match_candidates c
  where c.org_id = p_org_id and c.state = 'open'
    and (p_from is null or c.probability >= p_from) and (p_to is null or c.probability <= p_to)
    and (p_like is null or exists (
      select from public.match_candidates o
      where o.org_id = p_org_id and o.id = p_like and coalesce(o.levels::text, o.reasons::text)
        = coalesce(c.levels::text, c.reasons::text)))
$function$;

CREATE OR REPLACE FUNCTION private.columns_of_fact (
  p_fact text
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select case p_fact
    when 'mak' then '{mak}'::text[]
    when 'parcel' then '{county_fips,apn,apn_segments}'
    when 'address' then '{addr_hash,addr_hash_version,situs_house_number,situs_street,situs_unit,situs_city,'
      'situs_state,situs_zip}'
    when 'owner_1' then '{owner_1_first,owner_1_last}'
    when 'owner_2' then '{owner_2_first,owner_2_last}'
    when 'owner_full' then '{owner_full}'
    when 'mailing' then '{mailing_street,mailing_unit,mailing_city,mailing_state,mailing_zip}'
  end
$function$;

CREATE OR REPLACE FUNCTION private.current_match_model (
  p_org_id uuid
)
  RETURNS public.match_models
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select m from public.match_models m where m.org_id = p_org_id order by m.version desc limit 1
$function$;

CREATE OR REPLACE FUNCTION private.daily_tasks()
  RETURNS TABLE (
    task    text,
    at      time without time zone,
    command text
  )
  LANGUAGE sql
  IMMUTABLE
  SET search_path TO ''
  AS $function$
  values ('event_partitions', time '00:00', 'select private.ensure_event_partitions($1)'),
    ('decision_partitions', '00:00', 'select private.ensure_decision_partitions($1)'),
    ('old_decisions', '00:00', 'select private.drop_expired_decisions($1)'),
    ('cron_history', '00:00', 'select private.prune_cron_history($1)'),
    ('retention', '00:00', 'select private.purge_expired($1)'),
    ('consent_terms', '00:00', 'select private.expire_consents($1, 100000)'),
    ('dnc_scrub', '01:00', 'select private.scrub_phones($1)'),
    ('match_leads', '02:00', 'select private.queue_changed_leads($1)')
$function$;

CREATE OR REPLACE FUNCTION private.facts_of_uploads (
  p_org_id     uuid,
  p_lead_id    uuid,
  p_upload_ids uuid[]
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_object_agg(f.field, jsonb_build_array(f.old, f.new)), '{}')
  from (
    select x.key as field, (array_agg(x.value -> 0 order by c.id))[1] as old,
      (array_agg(x.value -> 1 order by c.id desc))[1] as new
    from public.lead_changes c cross join lateral jsonb_each(c.changes) x
    where c.org_id = p_org_id and c.lead_id = p_lead_id and c.upload_id = any (p_upload_ids) and c.action = 'updated'
    group by x.key
  ) f
  join public.leads l on l.org_id = p_org_id and l.id = p_lead_id and to_jsonb(l) -> f.field = f.new
  where f.field = any (array(
    select c from unnest('{mak,parcel,address,owner_1,owner_2,owner_full,mailing}'::text[]) x (fact)
    cross join unnest(private.columns_of_fact(x.fact)) c))
$function$;

CREATE OR REPLACE FUNCTION private.find_candidates (
  p_org_id uuid,
  p_limit  integer                  DEFAULT 300,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_model public.match_models;
  v_upload uuid;
  v_batch uuid[];
  v_changed uuid[];
  v_pairs integer := 0;
  v_found integer := 0;
  v_merged integer := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 2));
  select u.upload_id into v_upload from private.match_uploads u
  where u.org_id = p_org_id order by u.completed_at, u.upload_id limit 1;
  if found then
    return jsonb_build_object('queued', private.queue_upload_leads(p_org_id, v_upload, p_as_of), 'done', false);
  end if;
  with taken as (
    delete from private.match_queue q
    where q.org_id = p_org_id and q.lead_id in (
      select x.lead_id from private.match_queue x where x.org_id = p_org_id order by x.lead_id limit p_limit)
    returning q.lead_id
  )
  select array_agg(t.lead_id) into v_batch from taken t;
  if v_batch is null then
    perform private.learn_match_model(p_org_id, p_as_of);
    v_merged := private.merge_alike(p_org_id, p_as_of);
    insert into private.match_finders as f (org_id, ran_at) values (p_org_id, p_as_of)
    on conflict (org_id) do update set ran_at = excluded.ran_at;
    perform private.resolve_dead_letter('match-leads', jsonb_build_object('org_id', p_org_id), p_as_of);
    return jsonb_build_object('merged', v_merged, 'done', true);
  end if;

  v_model := private.current_match_model(p_org_id);
  if v_model.version is null then
    v_model := private.untrained_match_model(p_org_id);
  end if;
  perform private.open_match_scratch();
  perform private.load_match_records(p_org_id, v_batch);
  v_changed := private.profile_leads(p_org_id, p_as_of);
  if v_changed <> '{}' then
    insert into match_nominations select n.* from private.nominate_leads(p_org_id, v_changed, 10, 60) n;
    insert into match_leads select i.record, i.reference::uuid from match_input i;
    perform private.load_match_records(p_org_id, array(
      select n.left_id from match_nominations n union select n.right_id from match_nominations n
      except select l.lead_id from match_leads l));
    insert into match_leads select i.record, i.reference::uuid from match_input i;
    insert into match_pairs (a, b)
    select x.record, y.record from match_nominations n
    join match_leads x on x.lead_id = n.left_id join match_leads y on y.lead_id = n.right_id;
    get diagnostics v_pairs = row_count;
    analyze pg_temp.match_pairs;
    perform private.compare_pairs();
    insert into private.match_pattern_counts as c (org_id, levels, pairs)
    select p_org_id, p.levels, count(*) from match_pairs p group by p.levels order by p.levels
    on conflict (org_id, levels) do update set pairs = c.pairs + excluded.pairs;
    v_found := private.store_candidates(v_model, v_changed, p_as_of);
  end if;
  return jsonb_build_object('leads', cardinality(v_batch), 'changed', cardinality(v_changed), 'pairs', v_pairs,
    'found', v_found, 'done', false);
end
$function$;

CREATE OR REPLACE FUNCTION private.hash_match_keys (
  p_org_id uuid
)
  RETURNS TABLE (
    record integer,
    keys   bigint[]
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  select k.record, array_agg(distinct hashtextextended(p_org_id || k.key, 0))
  from match_keys k where k.key !~ '^(w|s|we|el) '
  group by k.record
$function$;

CREATE OR REPLACE FUNCTION private.judge_levels (
  p_model  public.match_models,
  p_levels smallint[],
  p_weight double precision
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select (2 * private.probability_of(p_weight) + coalesce((a.counts ->> 0)::double precision, 0))
    / (2 + coalesce((a.counts ->> 0)::double precision, 0) + coalesce((a.counts ->> 1)::double precision, 0))
  from (select p_model.answered -> array_to_string(p_levels, ',') as counts) a
$function$;

CREATE OR REPLACE FUNCTION private.lead_card (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_build_object('lead_id', l.id,
    'owner', coalesce(nullif(concat_ws(' & ', nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''),
      nullif(concat_ws(' ', l.owner_2_first, l.owner_2_last), '')), ''), l.owner_full),
    'address', nullif(concat_ws(', ', l.situs_street, l.situs_unit, l.situs_city,
      nullif(concat_ws(' ', l.situs_state, l.situs_zip), '')), ''),
    'mailing', nullif(concat_ws(', ', l.mailing_street, l.mailing_unit, l.mailing_city,
      nullif(concat_ws(' ', l.mailing_state, l.mailing_zip), '')), ''),
    'mak', l.mak, 'county_fips', l.county_fips, 'apn', l.apn,
    'contacts', array(select c.masked from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id order by c.kind, c.position, c.id),
    'campaign_status', l.campaign_status, 'created_at', l.created_at)
  from public.leads l where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION private.learn_match_model (
  p_org_id uuid,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_old constant public.match_models := private.current_match_model(p_org_id);
  v_pairs bigint;
  v_same integer;
  v_different integer;
  v_lambda double precision;
  v_shift double precision;
  v_model public.match_models;
begin
  select coalesce(sum(n.pairs), 0) into v_pairs from private.match_pattern_counts n where n.org_id = p_org_id;
  select count(*) filter (where c.state = 'same'), count(*) filter (where c.state = 'different')
  into v_same, v_different
  from public.match_candidates c
  where c.org_id = p_org_id and c.state in ('same', 'different') and c.levels is not null
    and c.inherited_from is null;
  -- A version each time that there is much to learn: twice as many pairs, or a tenth more answers.
  if v_pairs + v_same + v_different = 0 or v_old.version is not null and v_pairs < 2 * v_old.pairs
      and abs(v_same + v_different - v_old.answers) < greatest(5, v_old.answers / 10) then
    return null;
  end if;
  perform private.open_match_scratch();
  perform private.set_match_priors(7);
  insert into match_pairs (a, b, levels, answer)
  select row_number() over (), 0, c.levels, c.state = 'same'
  from public.match_candidates c
  where c.org_id = p_org_id and c.state in ('same', 'different') and c.levels is not null
    and c.inherited_from is null;
  insert into match_patterns (levels, pairs, same, different, probability)
  select x.levels, greatest(sum(x.pairs), sum(x.same + x.different)), sum(x.same), sum(x.different), 0
  from (
    select n.levels, n.pairs, 0 as same, 0 as different from private.match_pattern_counts n where n.org_id = p_org_id
    union all
    select p.levels, 0, p.answer::integer, (not p.answer)::integer from match_pairs p
  ) x
  group by x.levels;
  v_lambda := private.learn_weights();
  -- A run in which everything, or nothing, became one has not learned to tell pairs apart.
  if v_lambda >= 0.89 or v_lambda <= 0.0002 then
    perform private.set_match_priors(7);
    v_lambda := 0.1;
  end if;
  v_shift := private.score_pairs(v_lambda);
  insert into public.match_models as m (org_id, version, trained_at, pairs, answers, same_answers, share_same,
    threshold, weights, answered)
  select p_org_id, coalesce(v_old.version, 0) + 1, p_as_of, v_pairs, v_same + v_different, v_same, v_lambda, v_shift,
    (select jsonb_object_agg(w.comparison, w.levels) from (
      select x.comparison, jsonb_agg(jsonb_build_array(x.m, x.u, x.weight) order by x.level) as levels
      from match_weights x group by x.comparison) w),
    coalesce((select jsonb_object_agg(array_to_string(p.levels, ','), jsonb_build_array(p.same, p.different))
      from match_patterns p where p.same + p.different > 0), '{}')
  returning m.* into v_model;
  with scored as (
    select l.levels, s.weight, private.judge_levels(v_model, l.levels, s.weight) as probability
    from (select distinct c.levels from public.match_candidates c
      where c.org_id = p_org_id and c.state = 'open' and c.levels is not null) l
    cross join lateral (select private.score_levels(v_model, l.levels) as weight offset 0) s
  )
  update public.match_candidates c
  set weight = s.weight, probability = s.probability, model_version = v_model.version,
    state = case when s.probability < private.least_probability() and c.origin = 'finder' then 'stale' else c.state end,
    decided_at = case when s.probability < private.least_probability() and c.origin = 'finder' then p_as_of end
  from scored s
  where c.org_id = p_org_id and c.state = 'open' and c.levels = s.levels;
  return v_model.version;
end
$function$;

CREATE OR REPLACE FUNCTION private.least_probability()
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select 0.2::double precision
$function$;

CREATE OR REPLACE FUNCTION private.load_match_records (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_from constant integer := coalesce((select max(r.record) from match_records r), 0);
  v_leads constant double precision := greatest(1,
    coalesce((select f.leads from private.match_finders f where f.org_id = p_org_id), 0));
begin
  truncate match_input;
  insert into match_input (record, list, reference, first_name, last_name, second_first_name, second_last_name,
    full_name, street, unit, city, state, zip)
  select v_from + row_number() over (order by l.id), 0, l.id, l.owner_1_first, l.owner_1_last, l.owner_2_first,
    l.owner_2_last, l.owner_full, s.street, s.unit, s.city, s.state, s.zip
  from unnest(p_lead_ids) i (id)
  cross join lateral (select * from public.leads x where x.org_id = p_org_id and x.id = i.id offset 0) l
  cross join lateral (
    select l.situs_street as street, l.situs_unit as unit, l.situs_city as city, l.situs_state as state,
      l.situs_zip as zip where l.situs_street is not null
    union all
    select l.mailing_street, l.mailing_unit, coalesce(l.mailing_city, l.situs_city),
      coalesce(l.mailing_state, l.situs_state), coalesce(l.mailing_zip, l.situs_zip) where l.situs_street is null
  ) s;
  perform private.prepare_match_records();
  update match_records r set phones = c.phones, emails = c.emails, shared_phones = c.shared
  from match_input i
  cross join lateral (
    select coalesce(array_agg(v.value) filter (where v.kind = 'phone'), '{}') as phones,
      coalesce(array_agg(v.value) filter (where v.kind = 'email'), '{}') as emails,
      coalesce(array_agg(v.value) filter (where v.kind = 'phone' and v.leads > 3), '{}') as shared
    from (
      select p.kind, encode(p.value_bidx, 'hex') as value, (
        select count(*) from (
          select from public.contact_points o
          where o.org_id = p_org_id and o.value_bidx = p.value_bidx limit 4) o) as leads
      from public.contact_points p where p.org_id = p_org_id and p.lead_id = i.reference::uuid
      offset 0
    ) v
  ) c
  where r.record = i.record;
  -- How rare a word is in the whole org.
  update match_records r
  set weights = (
    select array_agg((ln(1 + v_leads / greatest(1, coalesce(w.leads, 1)))
      * case substr(r.roles, t.o::integer, 1) when 'x' then 0 when 'i' then 0.2 when 'w' then 0.5 else 1 end)::real
      order by t.o)
    from unnest(r.words) with ordinality t (word, o)
    left join private.match_words w on w.org_id = p_org_id and w.word = hashtextextended(t.word, 0))
  where r.record > v_from and r.words <> '{}';
end
$function$;

CREATE OR REPLACE FUNCTION private.merge_alike (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_least constant double precision := (
    select (o.settings ->> 'merge_probability')::double precision from public.orgs o where o.id = p_org_id);
  v_pair record;
  v_leads uuid[];
  v_count integer := 0;
begin
  if v_least is null then
    return 0;
  end if;
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  perform set_config('sluice.actor', 'system', true);
  for v_pair in
    select c.* from public.match_candidates c
    where c.org_id = p_org_id and c.state = 'open' and c.origin = 'finder' and c.model_version is not null
      and c.probability >= v_least
    order by c.probability desc, c.id
    limit 1000
  loop
    select array[x.leads[1], x.leads[2]] into v_leads
    from (select private.survivor_of(p_org_id, array[a.id, b.id]) as leads
      from public.leads a join public.leads b on b.org_id = a.org_id and b.id = v_pair.right_id
      where a.org_id = p_org_id and a.id = v_pair.left_id
        -- Two rows of one list are rarely one by mistake, and names that share nothing are never one.
        and (a.created_upload_id <> b.created_upload_id) is not false
        and (a.mak <> b.mak) is not true
        and private.owners_agree(
          private.owner_text(a.owner_1_first, a.owner_1_last, a.owner_2_first, a.owner_2_last, a.owner_full),
          private.owner_text(b.owner_1_first, b.owner_1_last, b.owner_2_first, b.owner_2_last, b.owner_full))) x;
    -- An earlier merge of this loop may have ended one of the leads, or made the two different.
    if v_leads[2] is not null and exists (
        select from public.match_candidates c where c.org_id = p_org_id and c.id = v_pair.id and c.state = 'open') then
      perform private.merge_with_undo(p_org_id, v_leads[1], v_leads[2],
        format('alike with a probability of %s', round(v_pair.probability::numeric, 4)), null, p_as_of);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.merge_with_undo (
  p_org_id      uuid,
  p_survivor_id uuid,
  p_merged_id   uuid,
  p_reason      text,
  p_by          uuid,
  p_as_of       timestamp with time zone
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_before jsonb;
  v_id bigint;
begin
  select to_jsonb(l) into v_before from public.leads l where l.org_id = p_org_id and l.id = p_survivor_id;
  v_id := private.merge_leads(p_org_id, p_survivor_id, p_merged_id, null, p_reason, p_as_of);
  update public.lead_merges m set merged_by = p_by, survivor_changes = coalesce((
    select jsonb_object_agg(a.key, jsonb_build_array(v_before -> a.key, a.value))
    from public.leads l cross join lateral jsonb_each(to_jsonb(l)) a
    where l.org_id = p_org_id and l.id = p_survivor_id and a.value is distinct from v_before -> a.key
      and a.key <> 'updated_at'), '{}')
  where m.org_id = p_org_id and m.id = v_id;
  return v_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.move_correspondence (
  p_org_id   uuid,
  p_lead_id  uuid,
  p_new_id   uuid,
  p_contacts bigint[],
  p_values   bytea[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  -- What was said through a contact point belongs to the person behind it.
  update public.messages m set lead_id = p_new_id
  where m.org_id = p_org_id and m.lead_id = p_lead_id and m.contact_point_id = any (p_contacts);
  update public.replies r set lead_id = p_new_id
  where r.org_id = p_org_id and r.lead_id = p_lead_id and r.value_bidx = any (p_values);
  update public.calls c set lead_id = p_new_id
  where c.org_id = p_org_id and c.lead_id = p_lead_id and exists (
    select from public.messages m
    where m.org_id = p_org_id and m.id = c.message_id and m.contact_point_id = any (p_contacts));
  update public.consent_tokens t set lead_id = p_new_id
  where t.org_id = p_org_id and t.lead_id = p_lead_id
    and (t.phone_bidx is null or t.phone_bidx = any (p_values))
    and (t.email_bidx is null or t.email_bidx = any (p_values)) and num_nonnulls(t.phone_bidx, t.email_bidx) > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.nominate_leads (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_per_lead integer,
  p_most     integer
)
  RETURNS TABLE (
    left_id  uuid,
    right_id uuid
  )
  LANGUAGE sql
  SET search_path TO ''
  SET work_mem TO '64MB'
  AS $function$
  with keys as materialized (
    select p.lead_id, k.key
    from unnest(p_lead_ids) i (id)
    join private.match_profiles p on p.org_id = p_org_id and p.lead_id = i.id
    cross join unnest(p.keys) k (key)
  ), met as materialized (
    -- A key of more leads than that nominates nobody.
    select d.key, h.leads
    from (select distinct k.key from keys k) d
    cross join lateral (
      select array_agg(x.lead_id) as leads from (
        select p.lead_id from private.match_profiles p
        where p.keys @> array[d.key] and p.org_id = p_org_id
        limit p_most + 1) x
      offset 0
    ) h
    where cardinality(h.leads) between 2 and p_most
  ), ranked as (
    select k.lead_id, o.id as other_id, sum(ln(f.leads::double precision / cardinality(m.leads) + 1)) as share
    from keys k
    join met m on m.key = k.key
    cross join unnest(m.leads) o (id)
    cross join (select greatest(x.leads, 1) as leads from private.match_finders x where x.org_id = p_org_id) f
    where o.id <> k.lead_id
    group by k.lead_id, o.id
  ), best as (
    select r.lead_id, r.other_id
    from (
      select x.*, row_number() over (partition by x.lead_id order by x.share desc, x.other_id) as place,
        max(x.share) over (partition by x.lead_id) as best
      from ranked x
    ) r
    where r.place <= 4 or r.place <= p_per_lead and r.share > r.best * 0.15
  )
  select distinct a.id, b.id
  from best n
  join public.leads a on a.org_id = p_org_id and a.id = least(n.lead_id, n.other_id)
  join public.leads b on b.org_id = p_org_id and b.id = greatest(n.lead_id, n.other_id)
  left join public.match_candidates c on c.org_id = p_org_id and c.left_id = a.id and c.right_id = b.id
  -- Two properties are never one, and an answer is final.
  where (a.mak <> b.mak or private.parcel_key(a.county_fips, a.apn, a.apn_segments)
      <> private.parcel_key(b.county_fips, b.apn, b.apn_segments)) is not true
    and coalesce(c.state in ('open', 'stale'), true)
$function$;

CREATE OR REPLACE FUNCTION private.open_match_scratch()
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if to_regclass('pg_temp.match_input') is null then
    create temporary table match_input (like private.match_input including all) on commit drop;
    create temporary table match_records (like private.match_records including all) on commit drop;
    create temporary table match_keys (like private.match_keys) on commit drop;
    create temporary table match_pairs (like private.match_pairs including all) on commit drop;
    create temporary table match_answers (like private.match_answers including all) on commit drop;
    create temporary table match_patterns (like private.match_patterns including all) on commit drop;
    create temporary table match_weights (like private.match_weights including all) on commit drop;
    create temporary table match_leads (like private.match_leads including all) on commit drop;
    create temporary table match_nominations (like private.match_nominations including all) on commit drop;
  else
    truncate pg_temp.match_input, pg_temp.match_records, pg_temp.match_keys, pg_temp.match_pairs,
      pg_temp.match_answers, pg_temp.match_patterns, pg_temp.match_weights, pg_temp.match_leads,
      pg_temp.match_nominations;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.profile_leads (
  p_org_id uuid,
  p_as_of  timestamp with time zone
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_changed uuid[];
begin
  truncate match_keys;
  perform private.fill_match_keys();
  with fresh as (
    select i.reference::uuid as lead_id, coalesce(k.keys, '{}') as keys,
      hashtextextended((to_jsonb(r) - 'record')::text || coalesce(i.first_name, '') || '|'
        || coalesce(i.last_name, ''), 0) as print
    from match_input i
    join (
      select x.record, x.words, x.joined, x.house_number, x.street, x.unit, x.city, x.state, x.zip,
        array(select p from unnest(x.phones) p order by 1) as phones,
        array(select e from unnest(x.emails) e order by 1) as emails
      from match_records x) r using (record)
    left join private.hash_match_keys(p_org_id) k using (record)
  ), known as (
    select f.*, o.lead_id is null as is_new
    from fresh f left join private.match_profiles o on o.org_id = p_org_id and o.lead_id = f.lead_id
    where o.print is distinct from f.print
  ), stored as (
    insert into private.match_profiles as o (org_id, lead_id, keys, print, compared_at)
    select p_org_id, k.lead_id, k.keys, k.print, p_as_of from known k
    on conflict (org_id, lead_id) do update set keys = excluded.keys, print = excluded.print,
      compared_at = excluded.compared_at
  ), words as (
    insert into private.match_words as w (org_id, word, leads)
    select p_org_id, hashtextextended(t.word, 0), count(*)
    from known k
    join match_input i on i.reference = k.lead_id::text
    join match_records r on r.record = i.record
    cross join lateral (select distinct x as word from unnest(r.words) x) t
    where k.is_new
    group by t.word
    order by 2
    on conflict (org_id, word) do update set leads = w.leads + excluded.leads
  ), counted as (
    insert into private.match_finders as f (org_id, leads)
    select p_org_id, count(*) from known k where k.is_new
    on conflict (org_id) do update set leads = f.leads + excluded.leads
  )
  select array_agg(k.lead_id) into v_changed from known k;
  return coalesce(v_changed, '{}');
end
$function$;

CREATE OR REPLACE FUNCTION private.queue_changed_leads (
  p_as_of timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  -- One pass over leads and contact points for all orgs: neither has an index by time, which would slow every import.
  insert into private.match_finders (org_id) select o.id from public.orgs o on conflict (org_id) do nothing;
  insert into private.match_queue (org_id, lead_id, queued_at)
  select l.org_id, l.id, p_as_of
  from public.leads l join private.match_finders f on f.org_id = l.org_id
  where l.updated_at > coalesce(f.changed_until, '-infinity') and l.updated_at <= p_as_of
  union
  select c.org_id, c.lead_id, p_as_of
  from public.contact_points c join private.match_finders f on f.org_id = c.org_id
  where c.created_at > coalesce(f.changed_until, '-infinity') and c.created_at <= p_as_of
  on conflict (org_id, lead_id) do nothing;
  get diagnostics v_count = row_count;
  update private.match_finders f set changed_until = p_as_of where f.changed_until is distinct from p_as_of;
  perform private.send_job('match-leads', jsonb_build_object('org_id', o.id), o.id::text)
  from public.orgs o
  where exists (select from private.match_queue q where q.org_id = o.id)
    or exists (select from private.match_uploads u where u.org_id = o.id);
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.queue_upload_leads (
  p_org_id    uuid,
  p_upload_id uuid,
  p_as_of     timestamp with time zone
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_count bigint;
begin
  insert into private.match_queue (org_id, lead_id, queued_at)
  select p_org_id, l.id, p_as_of
  from public.uploads u
  join public.leads l on l.org_id = u.org_id and l.source_id = u.source_id and l.created_upload_id = u.id
  where u.org_id = p_org_id and u.id = p_upload_id
  union
  select p_org_id, c.lead_id, p_as_of from public.lead_changes c
  where c.org_id = p_org_id and c.upload_id = p_upload_id and c.action = 'updated'
  union
  select p_org_id, j.lead_id, p_as_of from public.lead_joins j
  where j.org_id = p_org_id and j.upload_id = p_upload_id
  on conflict (org_id, lead_id) do nothing;
  get diagnostics v_count = row_count;
  delete from private.match_uploads m where m.org_id = p_org_id and m.upload_id = p_upload_id;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_levels (
  p_model  public.match_models,
  p_levels smallint[]
)
  RETURNS double precision
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select log(2, (p_model.share_same / (1 - p_model.share_same))::numeric)::double precision
    + coalesce(sum((p_model.weights -> t.c::text -> t.level::integer ->> 2)::double precision)
      filter (where t.level >= 0), 0)
    - p_model.threshold - case when private.is_vetoed(p_levels) then 40 else 0 end
  from unnest(p_levels) with ordinality t (level, c)
$function$;

CREATE OR REPLACE FUNCTION private.store_candidates (
  p_model    public.match_models,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_found integer;
begin
  with scored as (
    select l.levels, s.weight, private.judge_levels(p_model, l.levels, s.weight) as probability,
      string_to_array(private.match_reasons(l.levels), '; ') as reasons
    from (select distinct p.levels from match_pairs p) l
    cross join lateral (select private.score_levels(p_model, l.levels) as weight offset 0) s
  ), likely as materialized (
    select least(x.lead_id, y.lead_id) as left_id, greatest(x.lead_id, y.lead_id) as right_id, s.*
    from match_pairs p join scored s using (levels)
    join match_leads x on x.record = p.a join match_leads y on y.record = p.b
    where s.probability >= private.least_probability()
  ), kept as (
    insert into public.match_candidates as c (org_id, left_id, right_id, origin, levels, weight, probability, reasons,
      model_version, found_at, compared_at)
    select p_model.org_id, l.left_id, l.right_id, 'finder', l.levels, l.weight, l.probability, l.reasons,
      nullif(p_model.version, 0), p_as_of, p_as_of
    from likely l
    where not private.are_different(p_model.org_id, array[l.left_id, l.right_id])
    on conflict (org_id, left_id, right_id) do update
    set levels = excluded.levels, weight = excluded.weight, probability = excluded.probability,
      reasons = case c.origin when 'finder' then excluded.reasons else array(
        select r from unnest(excluded.reasons || c.reasons) with ordinality t (r, o) group by r order by min(o)) end,
      model_version = excluded.model_version, compared_at = excluded.compared_at, state = 'open', decided_at = null,
      merge_id = null
    where c.state in ('open', 'stale')
    returning 1
  )
  select count(*) into v_found from kept;
  -- Pairs of these leads that no longer look alike.
  update public.match_candidates c set state = 'stale', decided_at = p_as_of
  where c.org_id = p_model.org_id and c.state = 'open' and c.origin = 'finder' and c.compared_at < p_as_of
    and (c.left_id = any (p_lead_ids) or c.right_id = any (p_lead_ids));
  return v_found;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_erasures__forget_prints()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.match_candidates c set left_print = null, right_print = null
  where c.org_id = new.org_id and new.lead_id in (c.left_id, c.right_id);
  update public.match_candidates c set state = 'stale', decided_at = new.erased_at, levels = null, reasons = '{}'
  where c.org_id = new.org_id and new.lead_id in (c.left_id, c.right_id) and c.state = 'open';
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_erasures__forget_splits()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  update public.lead_splits s set reason = null,
    changes = (select coalesce(jsonb_object_agg(k, '"erased"'::jsonb), '{}') from jsonb_object_keys(s.changes) k)
  where s.org_id = new.org_id and new.lead_id in (s.lead_id, s.new_lead_id);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_uploads__match_leads()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  insert into private.match_uploads (org_id, upload_id, completed_at)
  values (new.org_id, new.id, new.completed_at)
  on conflict (org_id, upload_id) do update set completed_at = excluded.completed_at;
  perform private.send_job('match-leads', jsonb_build_object('org_id', new.org_id), new.org_id::text);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.unite_refusals (
  p_org_id  uuid,
  p_lead_id uuid,
  p_new_id  uuid,
  p_as_of   timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_columns constant text := (
    select string_agg(quote_ident(a.attname), ', ') from pg_catalog.pg_attribute a
    where a.attrelid = 'public.consents'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'id');
  v_family constant uuid[] := array(
    with recursive family (id) as (
      select p_lead_id
      union
      select m.merged_id from family f
      join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
    )
    select f.id from family f);
begin
  -- Copies, because whose a refusal was is not known: the record of the old lead stays as it is.
  execute format('insert into public.consents (%1$s) select %1$s from (select (jsonb_populate_record(c, '
    || 'jsonb_build_object(''lead_id'', $3, ''recorded_by'', ''system'', ''recorded_at'', $4, ''confirm_before'', null)'
    || ')).* from public.consents c where c.org_id = $1 and c.lead_id = any ($2) and c.action = ''revoke'') x',
    v_columns)
  using p_org_id, v_family, p_new_id, p_as_of;
  insert into public.wrong_contacts (org_id, value_bidx, lead_id, kind, source, at)
  select distinct on (w.value_bidx) w.org_id, w.value_bidx, p_new_id, w.kind, w.source, w.at
  from public.wrong_contacts w where w.org_id = p_org_id and w.lead_id = any (v_family)
  order by w.value_bidx, w.at
  on conflict do nothing;
  update public.leads n set campaign_status = 'opted_out'
  from public.leads l
  where n.org_id = p_org_id and n.id = p_new_id and l.org_id = p_org_id and l.id = p_lead_id
    and l.campaign_status = 'opted_out';
  perform private.refuse_contacts(p_org_id, array[p_lead_id, p_new_id], p_as_of);
  -- A sequence that was meant for both is meant for neither.
  if private.stop_runs(p_org_id, p_lead_id, 'split', p_as_of) > 0 then
    perform private.complete_leads(p_org_id, array[p_lead_id]);
  end if;
  perform private.refresh_verification(p_org_id, array[p_lead_id, p_new_id]);
  perform private.sync_lead_consents(p_org_id, array[p_lead_id, p_new_id], p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION private.untrained_match_model (
  p_org_id uuid
)
  RETURNS public.match_models
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select jsonb_populate_record(null::public.match_models, jsonb_build_object('org_id', p_org_id, 'version', 0,
    'share_same', 0.1, 'threshold', 0, 'answered', '{}'::jsonb, 'weights', (
      select jsonb_object_agg(p.key, (
        select jsonb_agg(jsonb_build_array(m.value, u.value,
          log(2, (m.value::double precision / u.value::double precision)::numeric)::double precision) order by m.o)
        from jsonb_array_elements_text(p.value -> 0) with ordinality m (value, o)
        join jsonb_array_elements_text(p.value -> 1) with ordinality u (value, n) on m.o = u.n))
      from jsonb_each(private.match_priors()) p where p.key <> 'other')))
$function$;

CREATE OR REPLACE FUNCTION public.answer_candidates (
  p_org_id  uuid,
  p_answer  text,
  p_ids     bigint[]                 DEFAULT NULL::bigint[],
  p_like    bigint                   DEFAULT NULL::bigint,
  p_from    double precision         DEFAULT NULL::double precision,
  p_to      double precision         DEFAULT NULL::double precision,
  p_preview boolean                  DEFAULT false,
  p_limit   integer                  DEFAULT 200,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_ids bigint[] := p_ids;
  v_open integer;
  v_id bigint;
  v_result text;
  v_answered integer := 0;
  v_refused jsonb := '[]'::jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  if p_answer is null or p_answer not in ('same', 'different', 'skip')
    or (p_ids is null) = (num_nonnulls(p_like, p_from, p_to) = 0) then
    raise exception 'answer same, different or skip, and name pairs, or conditions' using errcode = 'SL306';
  end if;
  -- As a resolve and a merge do: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  if p_ids is null then
    select count(*), (array_agg(c.id order by c.probability desc, c.id))[1:p_limit] into v_open, v_ids
    from private.candidates_like(p_org_id, p_like, p_from, p_to) c
    where p_answer <> 'skip' or c.skipped_at is null;
  end if;
  if not p_preview then
    foreach v_id in array coalesce(v_ids, '{}') loop
      v_result := private.answer_candidate(p_org_id, v_id, p_answer, p_as_of);
      if v_result = 'answered' then
        v_answered := v_answered + 1;
      else
        v_refused := v_refused || jsonb_build_object('id', v_id, 'reason', v_result);
      end if;
    end loop;
  end if;
  return jsonb_build_object('open', coalesce(v_open, cardinality(p_ids)), 'answered', v_answered,
    'refused', v_refused);
end
$function$;

REVOKE ALL
  ON FUNCTION "public"."answer_candidates"(uuid, text, bigint[], bigint, double precision, double precision, boolean, integer, timestamp WITH time zone)
  FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.lead_parts (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_parts jsonb;
begin
  select jsonb_build_object('lead', private.lead_card(p_org_id, p_lead_id),
    'facts', (select jsonb_object_agg(f.fact, f.value) from (
      select x.fact, (select string_agg(to_jsonb(l) ->> c, ' ' order by o)
        from unnest(private.columns_of_fact(x.fact)) with ordinality t (c, o)
        where c not in ('addr_hash', 'addr_hash_version', 'situs_house_number', 'apn_segments')) as value
      from unnest('{mak,parcel,address,owner_1,owner_2,owner_full,mailing}'::text[]) x (fact)) f
      where f.value is not null),
    'contacts', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'masked', c.masked,
        'upload_id', c.created_upload_id) order by c.kind, c.position, c.id), '[]')
      from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'uploads', (select coalesce(jsonb_agg(jsonb_build_object('upload_id', u.id, 'filename', u.filename,
        'received_at', u.received_at, 'created', l.created_upload_id = u.id,
        'fields', (select jsonb_agg(distinct private.fact_of_column(k)) from public.lead_changes h
          cross join lateral jsonb_object_keys(h.changes) k
          where h.org_id = p_org_id and h.lead_id = p_lead_id and h.upload_id = u.id and h.action = 'updated'),
        'why', (select jsonb_agg(distinct j.evidence) from public.lead_joins j
          where j.org_id = p_org_id and j.lead_id = p_lead_id and j.upload_id = u.id)) order by u.received_at), '[]')
      from public.uploads u
      where u.org_id = p_org_id and u.id in (
        select l.created_upload_id
        union select h.upload_id from public.lead_changes h where h.org_id = p_org_id and h.lead_id = p_lead_id
        union select c.created_upload_id from public.contact_points c
          where c.org_id = p_org_id and c.lead_id = p_lead_id
        union select j.upload_id from public.lead_joins j where j.org_id = p_org_id and j.lead_id = p_lead_id)))
  into v_parts
  from public.leads l
  where l.org_id = p_org_id and l.id = p_lead_id and private.may_answer_conflicts(p_org_id);
  if not found then
    raise exception 'lead not found' using errcode = 'SL321';
  end if;
  return v_parts;
end
$function$;

REVOKE ALL ON FUNCTION "public"."lead_parts"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_match_candidates (
  p_org_id  uuid,
  p_state   public.candidate_state DEFAULT 'open'::public.candidate_state,
  p_lead_id uuid                   DEFAULT NULL::uuid,
  p_limit   integer                DEFAULT 50,
  p_offset  integer                DEFAULT 0
)
  RETURNS TABLE (
    id            bigint,
    state         public.candidate_state,
    probability   double precision,
    weight        double precision,
    reasons       text[],
    origin        text,
    model_version integer,
    found_at      timestamp with time zone,
    skipped       boolean,
    decided_at    timestamp with time zone,
    decided_by    uuid,
    merge_id      bigint,
    left_lead     jsonb,
    right_lead    jsonb
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  if (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin,viewer}'))) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  return query
  select x.id, x.state, x.probability, x.weight, x.reasons, x.origin, x.model_version, x.found_at,
    x.skipped_at is not null, x.decided_at, x.decided_by, x.merge_id,
    coalesce(private.lead_card(p_org_id, x.left_id), jsonb_build_object('lead_id', x.left_id)),
    coalesce(private.lead_card(p_org_id, x.right_id), jsonb_build_object('lead_id', x.right_id))
  from (
    select c.*,
      case when c.state <> 'open' then 0 else (row_number() over (
        partition by c.skipped_at is not null, coalesce(c.levels::text, c.reasons::text)
        order by abs(c.probability - 0.5), c.id) - 1) / 3 end as round
    from public.match_candidates c
    where c.org_id = p_org_id and c.state = p_state and (p_lead_id is null or p_lead_id in (c.left_id, c.right_id))
  ) x
  order by x.skipped_at is not null, x.round, x.decided_at desc, abs(x.probability - 0.5), x.id
  limit p_limit offset p_offset;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_match_candidates"(uuid, public.candidate_state, uuid, integer, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.merge_leads (
  p_org_id      uuid,
  p_survivor_id uuid,
  p_merged_id   uuid,
  p_as_of       timestamp with time zone DEFAULT now()
)
  RETURNS bigint
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not (private.is_trusted_caller() or p_org_id = any (private.my_org_ids('{owner,admin}')))
    or p_survivor_id = p_merged_id
    or 2 <> (select count(*) from public.leads l
      where l.org_id = p_org_id and l.id in (p_survivor_id, p_merged_id)) then
    raise exception 'lead not found' using errcode = 'SL321';
  end if;
  -- As a resolve does: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  perform set_config('sluice.actor', 'system', true);
  return private.merge_with_undo(p_org_id, p_survivor_id, p_merged_id, 'merged by hand', auth.uid(), p_as_of);
end
$function$;

CREATE OR REPLACE FUNCTION public.split_lead (
  p_org_id       uuid,
  p_lead_id      uuid,
  p_contacts     bigint[]                 DEFAULT '{}'::bigint[],
  p_facts        text[]                   DEFAULT '{}'::text[],
  p_uploads      uuid[]                   DEFAULT '{}'::uuid[],
  p_owner        jsonb                    DEFAULT '{}'::jsonb,
  p_same_address boolean                  DEFAULT false,
  p_reason       text                     DEFAULT NULL::text,
  p_as_of        timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  l public.leads;
  n public.leads;
  v_id bigint;
  v_new constant uuid := gen_random_uuid();
  v_given jsonb := '{}'::jsonb;
  v_left jsonb := '{}'::jsonb;
  v_contacts bigint[];
  v_addresses text[];
  v_joins bigint[];
  v_values bytea[];
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) then
    -- As a resolve does: one change of identities per org at a time.
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for update;
  end if;
  if l.id is null then
    raise exception 'lead not found' using errcode = 'SL321';
  end if;
  if exists (select from unnest(p_facts) f where private.columns_of_fact(f) is null)
    or exists (select from jsonb_object_keys(p_owner) k where k not in ('first', 'last', 'full'))
    or (select count(*) from public.contact_points c where c.org_id = p_org_id and c.lead_id = l.id
      and c.id = any (p_contacts)) < cardinality(array(select distinct x from unnest(p_contacts) x))
    or p_same_address and 'address' = any (p_facts) then
    raise exception 'unknown fact, owner field or contact of lead %', l.id using errcode = 'SL323';
  end if;

  -- Facts: those of the uploads return to what they were, the others leave the lead.
  select coalesce(jsonb_object_agg(f.key, f.value -> 1), '{}'), coalesce(jsonb_object_agg(f.key, f.value -> 0), '{}')
  into v_given, v_left
  from jsonb_each(private.facts_of_uploads(p_org_id, l.id, p_uploads)) f;
  select v_given || coalesce(jsonb_object_agg(c, to_jsonb(l) -> c), '{}'),
    v_left || coalesce(jsonb_object_agg(c, 'null'::jsonb) filter (where not v_left ? c), '{}')
  into v_given, v_left
  from unnest(p_facts) f cross join unnest(private.columns_of_fact(f)) c;
  -- County and APN, and the parts of an address, only count together.
  if v_given ?| array['apn', 'county_fips'] then
    v_given := v_given || jsonb_strip_nulls(jsonb_build_object('county_fips', coalesce(v_given -> 'county_fips',
      to_jsonb(l.county_fips)), 'apn', coalesce(v_given -> 'apn', to_jsonb(l.apn)),
      'apn_segments', coalesce(v_given -> 'apn_segments', to_jsonb(l.apn_segments))));
  end if;
  if p_same_address then
    v_given := v_given || (select coalesce(jsonb_object_agg(c, to_jsonb(l) -> c), '{}')
      from unnest(private.columns_of_fact('address')) c);
  end if;
  v_given := v_given || jsonb_strip_nulls(jsonb_build_object('owner_1_first', p_owner -> 'first',
    'owner_1_last', p_owner -> 'last', 'owner_full', p_owner -> 'full'));
  if jsonb_strip_nulls(v_given) = '{}' and p_contacts = '{}' and p_uploads = '{}' then
    raise exception 'choose contacts, facts or uploads for the new lead' using errcode = 'SL323';
  end if;

  perform set_config('sluice.actor', 'system', true);
  -- First the old lead: keys are unique.
  if v_left <> '{}' then
    execute format('update public.leads l set (%1$s, updated_at) = (select %1$s, updated_at from '
      || 'jsonb_populate_record(l, $1)) where l.org_id = $2 and l.id = $3',
      (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(v_left) k))
    using v_left, p_org_id, l.id;
  end if;
  n := jsonb_populate_record(null::public.leads, v_given || jsonb_build_object('org_id', p_org_id, 'id', v_new));
  insert into public.leads (org_id, id, mak, county_fips, apn, apn_segments, addr_hash, addr_hash_version,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip, owner_1_first, owner_1_last,
    owner_2_first, owner_2_last, owner_full, mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    time_zone, status, assigned_broker_id, lead_score, campaign_status, source_id, created_upload_id, source_trust,
    observed_at, field_sources, edited_fields)
  values (p_org_id, v_new, n.mak, n.county_fips, n.apn, n.apn_segments, n.addr_hash, n.addr_hash_version,
    n.situs_house_number, n.situs_street, n.situs_unit, n.situs_city, n.situs_state, n.situs_zip, n.owner_1_first,
    n.owner_1_last, n.owner_2_first, n.owner_2_last, n.owner_full, n.mailing_street, n.mailing_unit, n.mailing_city,
    n.mailing_state, n.mailing_zip, case when n.situs_state = l.situs_state then l.time_zone end, 'new',
    l.assigned_broker_id, l.lead_score, 'new', l.source_id, null, l.source_trust, l.observed_at, l.field_sources,
    -- What a person typed, no import overwrites.
    case when p_owner <> '{}' then array_remove(array[case when p_owner ?| '{first,last}' then 'owner_1' end,
      case when p_owner ? 'full' then 'owner_full' end], null) else '{}' end);

  with moved as (
    update public.contact_points c set lead_id = v_new
    where c.org_id = p_org_id and c.lead_id = l.id
      and (c.id = any (p_contacts) or c.created_upload_id = any (p_uploads))
    returning c.id, c.value_bidx
  )
  select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(m.value_bidx), '{}') into v_contacts, v_values
  from moved m;
  with moved as (
    update public.lead_addresses a set lead_id = v_new
    where a.org_id = p_org_id and a.lead_id = l.id and a.created_upload_id = any (p_uploads)
    returning a.addr_hash
  )
  select coalesce(array_agg(encode(m.addr_hash, 'hex')), '{}') into v_addresses from moved m;
  with moved as (
    update public.lead_joins j set lead_id = v_new
    where j.org_id = p_org_id and j.lead_id = l.id and j.upload_id = any (p_uploads)
    returning j.id
  )
  select coalesce(array_agg(m.id), '{}') into v_joins from moved m;
  perform private.move_correspondence(p_org_id, l.id, v_new, v_contacts, v_values);
  perform private.unite_refusals(p_org_id, l.id, v_new, p_as_of);

  insert into public.lead_splits (org_id, lead_id, new_lead_id, changes, moved, reason, split_at, split_by)
  values (p_org_id, l.id, v_new, (
      select coalesce(jsonb_object_agg(k.key, jsonb_build_array(to_jsonb(l) -> k.key, k.value)), '{}')
      from jsonb_each(v_left) k),
    jsonb_build_object('contacts', v_contacts, 'addresses', v_addresses, 'joins', v_joins, 'uploads', p_uploads),
    p_reason, p_as_of, auth.uid())
  returning id into v_id;
  insert into public.match_candidates (org_id, left_id, right_id, origin, weight, probability, reasons, state, found_at,
    compared_at, decided_at, decided_by, left_print, right_print)
  values (p_org_id, least(l.id, v_new), greatest(l.id, v_new), 'split', -20, 0, '{split by a person}', 'different',
    p_as_of, p_as_of, p_as_of, auth.uid(), private.print_lead(p_org_id, least(l.id, v_new)),
    private.print_lead(p_org_id, greatest(l.id, v_new)));
  return jsonb_build_object('split_id', v_id, 'lead_id', v_new, 'contacts', cardinality(v_contacts),
    'facts', (select coalesce(jsonb_agg(distinct private.fact_of_column(k)), '[]')
      from jsonb_object_keys(jsonb_strip_nulls(v_given)) k where k not like 'addr\_hash%'));
end
$function$;

REVOKE ALL ON FUNCTION "public"."split_lead"(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamp WITH time zone) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.undo_split (
  p_org_id   uuid,
  p_split_id bigint,
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS uuid
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  s public.lead_splits;
  v_before jsonb;
  v_back jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into s from public.lead_splits x
    join public.leads l on l.org_id = x.org_id and l.id = x.lead_id
    join public.leads n on n.org_id = x.org_id and n.id = x.new_lead_id
    where x.org_id = p_org_id and x.id = p_split_id and x.undone_at is null
    for update of x;
  end if;
  if s.id is null then
    raise exception 'split not found, or it cannot be undone' using errcode = 'SL324';
  end if;
  perform set_config('sluice.actor', 'system', true);
  select to_jsonb(l) into v_before from public.leads l where l.org_id = p_org_id and l.id = s.lead_id;
  perform private.merge_with_undo(p_org_id, s.lead_id, s.new_lead_id, 'a split was undone', auth.uid(), p_as_of);
  -- What the split changed, and nobody since, is as before it. Of the rest, the new lead only fills what is empty.
  select jsonb_object_agg(c.name, case when c.returns then s.changes -> c.name -> 0 else v_before -> c.name end)
  into v_back
  from unnest('{mak,parcel,address,owner_1,owner_2,owner_full,mailing}'::text[]) f
  cross join lateral (
    select x.name, s.changes ? x.name and v_before -> x.name is not distinct from s.changes -> x.name -> 1 as returns,
      bool_or(v_before -> x.name <> 'null') over () as known
    from unnest(private.columns_of_fact(f)) x (name)) c
  where c.returns or c.known;
  if v_back is not null then
    execute format('update public.leads l set (%1$s, updated_at) = (select %1$s, updated_at from '
      || 'jsonb_populate_record(l, $1)) where l.org_id = $2 and l.id = $3',
      (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(v_back) k))
    using v_back, p_org_id, s.lead_id;
  end if;
  update public.lead_joins j set lead_id = s.lead_id
  where j.org_id = p_org_id and j.lead_id = s.new_lead_id
    and j.id in (select x::bigint from jsonb_array_elements_text(s.moved -> 'joins') x);
  -- At one address there is nothing further to remember.
  delete from public.lead_addresses a using public.leads l
  where a.org_id = p_org_id and a.lead_id = s.lead_id and l.org_id = p_org_id and l.id = s.lead_id
    and a.addr_hash = l.addr_hash;
  update public.lead_splits x set undone_at = p_as_of, undone_by = auth.uid()
  where x.org_id = p_org_id and x.id = s.id;
  return s.lead_id;
end
$function$;

REVOKE ALL ON FUNCTION "public"."undo_split"(uuid, bigint, timestamp WITH time zone) FROM PUBLIC, "anon";

ALTER TABLE "private"."match_finders"
  ADD CONSTRAINT "match_finders_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."match_pattern_counts"
  ADD CONSTRAINT "match_pattern_counts_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."match_profiles"
  ADD CONSTRAINT "profile_belongs_to_a_lead_of_its_org" FOREIGN KEY (org_id, lead_id) REFERENCES public.leads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."match_uploads"
  ADD CONSTRAINT "leads_come_from_an_upload_of_its_org" FOREIGN KEY (org_id, upload_id) REFERENCES public.uploads(org_id, id) ON DELETE CASCADE;

ALTER TABLE "private"."match_uploads"
  ADD CONSTRAINT "match_uploads_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "private"."match_words"
  ADD CONSTRAINT "match_words_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."lead_splits"
  ADD CONSTRAINT "lead_splits_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

ALTER TABLE "public"."match_models"
  ADD CONSTRAINT "match_models_org_id_fkey" FOREIGN KEY (org_id) REFERENCES public.orgs(id) ON DELETE CASCADE;

CREATE INDEX match_profiles_keys_idx ON private.match_profiles USING gin (keys)
  WITH (fastupdate=off);

CREATE INDEX lead_splits_lead_idx ON public.lead_splits USING btree (org_id, lead_id);

CREATE INDEX lead_splits_new_lead_idx ON public.lead_splits USING btree (org_id, new_lead_id);

CREATE TRIGGER _200_forget_prints
  AFTER INSERT ON public.erasures
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_erasures__forget_prints();

CREATE TRIGGER _300_forget_splits
  AFTER INSERT ON public.erasures
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_erasures__forget_splits();

CREATE TRIGGER _300_match_leads
  AFTER UPDATE OF state ON public.uploads
  FOR EACH ROW
  WHEN (((new.state = 'completed'::public.upload_state) AND (old.state <> 'completed'::public.upload_state) AND (NOT new.dry_run)))
  EXECUTE FUNCTION private.tg_uploads__match_leads();

CREATE POLICY "insert_writer" ON "private"."match_finders"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."match_finders"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."match_finders"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "insert_writer" ON "private"."match_pattern_counts"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."match_pattern_counts"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."match_pattern_counts"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "insert_writer" ON "private"."match_profiles"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."match_profiles"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."match_profiles"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "delete_writer" ON "private"."match_queue"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."match_queue"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."match_queue"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "delete_writer" ON "private"."match_uploads"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "select_writer" ON "private"."match_uploads"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."match_words"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."match_words"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."match_words"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."lead_splits"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "insert_writer" ON "public"."match_models"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_members" ON "public"."match_models"
  FOR SELECT
  TO "authenticated"
  USING ((org_id = ANY (( SELECT private.my_org_ids('{owner,admin,viewer}'::public.member_role[]) AS my_org_ids)::uuid[])));

CREATE POLICY "select_writer" ON "public"."match_models"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

COMMENT ON COLUMN "private"."match_finders"."changed_until" IS 'Changes of leads up to here are queued.';

COMMENT ON COLUMN "private"."match_finders"."leads" IS 'Leads that have a profile.';

COMMENT ON COLUMN "private"."match_profiles"."keys" IS 'Hashes of the keys of private.fill_match_keys and of the org.';

COMMENT ON COLUMN "private"."match_profiles"."print" IS 'Hash of everything that is compared. A lead that changed otherwise (its campaign) is not compared again.';

COMMENT ON COLUMN "public"."lead_splits"."changes" IS '{"field": [before, after]} of the lead that was split.';

COMMENT ON COLUMN "public"."lead_splits"."moved" IS 'What went to the new lead: {contacts: ids, addresses: hashes, joins: ids, uploads: ids}.';

COMMENT ON COLUMN "public"."lead_splits"."split_by" IS 'The member who split the lead; null for the service.';

COMMENT ON COLUMN "public"."match_models"."answered" IS '{"levels": [same, different]}: answers about pairs with the same levels, which outweigh the weights.';

COMMENT ON COLUMN "public"."match_models"."answers" IS 'Answers of persons (same or different) that it learned from.';

COMMENT ON COLUMN "public"."match_models"."pairs" IS 'Compared pairs that it learned from, without their answers.';

COMMENT ON COLUMN "public"."match_models"."share_same" IS 'Share of the compared pairs that are one (lambda).';

COMMENT ON COLUMN "public"."match_models"."threshold" IS 'The weight that separates same from different in the answers; weights are counted from it.';

COMMENT ON COLUMN "public"."match_models"."weights" IS '{"comparison": [[m, u, weight], …]} by level from 0: shares among pairs that are one, and others; log2(m/u).';

COMMENT ON FUNCTION "private"."answer_candidate"(uuid, bigint, text, timestamp with time zone) IS 'Applies one answer (same, different, skip) and returns answered, or why it was not applied.';

COMMENT ON FUNCTION "private"."candidates_like"(uuid, bigint, double precision, double precision) IS 'Open pairs that meet all conditions; null means any.';

COMMENT ON FUNCTION "private"."columns_of_fact"(text) IS 'Columns of leads that move together in a split; null for an unknown fact.';

COMMENT ON FUNCTION "private"."current_match_model"(uuid) IS 'The model in force; null before the first.';

COMMENT ON FUNCTION "private"."facts_of_uploads"(uuid, uuid, uuid[]) IS '{"field": [before, now]} for what the uploads changed in a lead, as far as it is still so.';

COMMENT ON FUNCTION "private"."find_candidates"(uuid, integer, timestamp with time zone) IS 'One step of the search: queues the leads of a completed upload, or compares up to p_limit queued leads with the others, or, when none is left, learns from what was seen, merges what the org lets be merged by itself, and returns done. Each step is a transaction of its own: call it until done.';

COMMENT ON FUNCTION "private"."hash_match_keys"(uuid) IS 'The keys of each record, as they are stored in match_profiles.';

COMMENT ON FUNCTION "private"."judge_levels"(public.match_models, smallint[], double precision) IS 'The probability of a pair: that of its weight, corrected by answers about pairs with the same levels.';

COMMENT ON FUNCTION "private"."lead_card"(uuid, uuid) IS 'What tells a lead from another one, with masked contacts; null when the lead is gone.';

COMMENT ON FUNCTION "private"."learn_match_model"(uuid, timestamp with time zone) IS 'Learns a new version of the org''s model from all compared pairs and from answers, where there is enough new to learn, and scores the open candidates with it. Returns the version; null when there was nothing to learn.';

COMMENT ON FUNCTION "private"."least_probability"() IS 'Pairs below are not offered to anybody.';

COMMENT ON FUNCTION "private"."load_match_records"(uuid, uuid[]) IS 'Adds leads to pg_temp.match_records, as a list''s records; pg_temp.match_input has their ids (reference).';

COMMENT ON FUNCTION "private"."merge_alike"(uuid, timestamp with time zone) IS 'Merges the open pairs that a trained model finds at least as probable as the org''s setting merge_probability says; without the setting none. Owners have to agree, and two leads of one upload stay two. undo_merge undoes each, after which the pair is different for ever. Returns how many.';

COMMENT ON FUNCTION "private"."merge_with_undo"(uuid, uuid, uuid, text, uuid, timestamp with time zone) IS 'private.merge_leads outside of an upload, with what public.undo_merge needs.';

COMMENT ON FUNCTION "private"."move_correspondence"(uuid, uuid, uuid, bigint[], bytea[]) IS 'Moves messages, replies, phone calls and consent links of contact points to their new lead.';

COMMENT ON FUNCTION "private"."nominate_leads"(uuid, uuid[], integer, integer) IS 'Pairs of these leads with others of the org worth comparing: for each lead those that share the most and rarest keys, at most p_per_lead. Pairs with an answer, and those with two MAKs or parcels, are left out.';

COMMENT ON FUNCTION "private"."profile_leads"(uuid, timestamp with time zone) IS 'Stores what the leads in pg_temp.match_input have in common with others. Returns those whose compared facts are new or changed.';

COMMENT ON FUNCTION "private"."queue_changed_leads"(timestamp with time zone) IS 'Queues the leads of all orgs that changed since the last time, and sends a job for each org that has any: edits of persons, and what the run of an upload missed. Returns how many. Definer: the task of the owner.';

COMMENT ON FUNCTION "private"."queue_upload_leads"(uuid, uuid, timestamp with time zone) IS 'Queues the leads that an upload created, changed or joined; returns how many.';

COMMENT ON FUNCTION "private"."score_levels"(public.match_models, smallint[]) IS 'The weight (log2 of the odds) of a pair with these levels; names that share nothing are never one.';

COMMENT ON FUNCTION "private"."store_candidates"(public.match_models, uuid[], timestamp with time zone) IS 'Stores the pairs of pg_temp.match_pairs that are likely enough, and closes those of these leads that no longer are. Returns how many pairs it stored.';

COMMENT ON FUNCTION "private"."tg_erasures__forget_prints"() IS 'Trigger: erasing a lead ends its open pairs; answers stay, by its id alone. Definer: roles that erase may not write answers.';

COMMENT ON FUNCTION "private"."tg_erasures__forget_splits"() IS 'Trigger: erasing a lead erases the values in its splits. Definer: roles that erase may not write splits.';

COMMENT ON FUNCTION "private"."tg_uploads__match_leads"() IS 'Trigger: the leads of a completed upload are compared with the others. Definer: not every role that completes uploads may send jobs.';

COMMENT ON FUNCTION "private"."unite_refusals"(uuid, uuid, uuid, timestamp with time zone) IS 'After a split: refusals, opt-outs and wrong numbers of the lead hold for the new one, too; consents given follow their contact point alone; runs stop.';

COMMENT ON FUNCTION "private"."untrained_match_model"(uuid) IS 'The model before anything was learned: version 0.';

COMMENT ON FUNCTION "public"."answer_candidates"(uuid, text, bigint[], bigint, double precision, double precision, boolean, integer, timestamp
  with time zone) IS 'Answers pairs of match_candidates: those with these ids, or all open ones that meet conditions (p_like: with the same reasons as this pair; p_from, p_to: with a probability between), at most p_limit at a time. same merges the leads (undo_merge undoes it); different holds for ever; skip lists a pair after the others. Returns {open: how many fit, answered, refused: [{id, reason}]}; a preview answers none. Raises SL302 (org), SL306 (answer or choice). For owners, admins and the service. Definer: members have no rights on identities.';

COMMENT ON FUNCTION "public"."lead_parts"(uuid, uuid) IS 'What a lead consists of, to choose from for split_lead: its facts, masked contacts with their uploads, and the uploads that created, changed or joined it. For owners, admins and the service. Raises SL321. Definer: it reads history across policies.';

COMMENT ON FUNCTION "public"."list_match_candidates"(uuid, public.candidate_state, uuid, integer, integer) IS 'Pairs in a state, or those of one lead, with the values of both leads. Open pairs: those that a person skipped come last; before, the most uncertain first, three of a kind (with the same reasons) at a time, because a fourth answer teaches little. Decided ones: the latest first. For owners, admins, viewers and the service. Raises SL302. Definer: it reads leads across policies.';

COMMENT ON FUNCTION "public"."split_lead"(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamp with time zone) IS 'Makes a lead of its own from a part of a lead: contact points (ids), facts (mak, parcel, address, owner_1, owner_2, owner_full, mailing), and all that uploads brought (public.lead_parts lists both). p_owner: {first, last, full} of the new lead. p_same_address: it is at the same address. Opt-outs and refusals hold for both; sequence runs stop; the two are different for ever. Returns {split_id, lead_id, contacts, facts}. For owners, admins and the service. Raises SL321 (lead), SL323 (choice). Definer: members have no rights on identities.';

COMMENT ON FUNCTION "public"."undo_split"(uuid, bigint, timestamp with time zone) IS 'Undoes a split: the new lead returns to the old one with everything it has got since; facts that the split took return unless somebody changed them. Refusals of both hold. Returns the lead. For owners, admins and the service. Raises SL324. Definer: as split_lead.';

COMMENT ON TABLE "private"."match_finders" IS 'How far the search for candidates of an org is.';

COMMENT ON TABLE "private"."match_leads" IS 'Shape: the leads that records stand for, where leads are matched.';

COMMENT ON TABLE "private"."match_nominations" IS 'Shape: pairs of leads to compare.';

COMMENT ON TABLE "private"."match_pattern_counts" IS 'All pairs that were compared, counted by their levels: what the model learns from besides answers.';

COMMENT ON TABLE "private"."match_profiles" IS 'What leads have in common with others, as hashes: by it the candidates of a lead are found.';

COMMENT ON TABLE "private"."match_queue" IS 'Leads to compare. A batch takes its leads out in its own transaction, so a run continues where one ended.';

COMMENT ON TABLE "private"."match_uploads" IS 'Completed uploads whose leads are not queued yet. Queueing them is work of the job, not of the upload.';

COMMENT ON TABLE "private"."match_words" IS 'How many leads of the org have a word in their names; words as hashes.';

COMMENT ON TABLE "public"."lead_splits" IS 'Each split of a lead, with the data needed to undo it. Survives the leads.';

COMMENT ON TABLE "public"."match_models" IS 'Versions of the model that gives two leads their probability; the highest is in force.';

REVOKE ALL ON FUNCTION "private"."answer_candidate"(uuid, bigint, text, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."candidates_like"(uuid, bigint, double precision, double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."candidates_like"(uuid, bigint, double precision, double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."columns_of_fact"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."columns_of_fact"(text) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."current_match_model"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."current_match_model"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."facts_of_uploads"(uuid, uuid, uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."find_candidates"(uuid, integer, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."find_candidates"(uuid, integer, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."hash_match_keys"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hash_match_keys"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."judge_levels"(public.match_models, smallint[], double precision) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."judge_levels"(public.match_models, smallint[], double precision) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."lead_card"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lead_card"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."learn_match_model"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."learn_match_model"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."least_probability"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."least_probability"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."load_match_records"(uuid, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."load_match_records"(uuid, uuid[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."merge_alike"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."merge_alike"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."merge_with_undo"(uuid, uuid, uuid, text, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."merge_with_undo"(uuid, uuid, uuid, text, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."move_correspondence"(uuid, uuid, uuid, bigint[], bytea[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."nominate_leads"(uuid, uuid[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."nominate_leads"(uuid, uuid[], integer, integer) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."profile_leads"(uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."profile_leads"(uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."queue_changed_leads"(timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."queue_upload_leads"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."queue_upload_leads"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."score_levels"(public.match_models, smallint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."score_levels"(public.match_models, smallint[]) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."store_candidates"(public.match_models, uuid[], timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."store_candidates"(public.match_models, uuid[], timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_erasures__forget_prints"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_erasures__forget_prints"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_erasures__forget_splits"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_erasures__forget_splits"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_uploads__match_leads"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_uploads__match_leads"() TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."unite_refusals"(uuid, uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."untrained_match_model"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."untrained_match_model"(uuid) TO "pipeline_writer";

GRANT EXECUTE
  ON FUNCTION "public"."answer_candidates"(uuid, text, bigint[], bigint, double precision, double precision, boolean, integer, timestamp WITH time zone)
  TO "authenticated";

GRANT EXECUTE
  ON FUNCTION "public"."answer_candidates"(uuid, text, bigint[], bigint, double precision, double precision, boolean, integer, timestamp WITH time zone)
  TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."lead_parts"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."lead_parts"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_match_candidates"(uuid, public.candidate_state, uuid, integer, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_match_candidates"(uuid, public.candidate_state, uuid, integer, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."split_lead"(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."split_lead"(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamp WITH time zone) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."undo_split"(uuid, bigint, timestamp WITH time zone) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."undo_split"(uuid, bigint, timestamp WITH time zone) TO "service_role";

REVOKE ALL ON SEQUENCE "public"."lead_splits_id_seq" FROM "service_role";

GRANT SELECT, UPDATE, USAGE ON SEQUENCE "public"."lead_splits_id_seq" TO "service_role";

GRANT INSERT, SELECT, UPDATE ON TABLE "private"."match_finders" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_leads" TO "pipeline_writer";

GRANT SELECT ON TABLE "private"."match_nominations" TO "pipeline_writer";

GRANT INSERT, SELECT, UPDATE ON TABLE "private"."match_pattern_counts" TO "pipeline_writer";

GRANT INSERT, SELECT, UPDATE ON TABLE "private"."match_profiles" TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT ON TABLE "private"."match_queue" TO "pipeline_writer";

GRANT DELETE, SELECT ON TABLE "private"."match_uploads" TO "pipeline_writer";

GRANT INSERT, SELECT, UPDATE ON TABLE "private"."match_words" TO "pipeline_writer";

REVOKE ALL ON TABLE "public"."lead_splits" FROM "authenticated";

GRANT SELECT ON TABLE "public"."lead_splits" TO "authenticated";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."lead_splits" TO "service_role";

REVOKE ALL ON TABLE "public"."match_models" FROM "authenticated";

GRANT SELECT ON TABLE "public"."match_models" TO "authenticated";

GRANT INSERT, SELECT ON TABLE "public"."match_models" TO "pipeline_writer";

GRANT DELETE, INSERT, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."match_models" TO "service_role";

-- Rights that default privileges would change.

revoke execute on function private.answer_candidate(uuid,bigint,text,timestamp with time zone) from pipeline_writer;
revoke execute on function private.facts_of_uploads(uuid,uuid,uuid[]) from pipeline_writer;
revoke execute on function private.move_correspondence(uuid,uuid,uuid,bigint[],bytea[]) from pipeline_writer;
revoke execute on function private.queue_changed_leads(timestamp with time zone) from pipeline_writer;
revoke execute on function private.unite_refusals(uuid,uuid,uuid,timestamp with time zone) from pipeline_writer;

-- Reference data, queues and cron jobs.

insert into pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, retention_seconds, deletion_seconds, dead_letter, partition, table_name, warning_queued, heartbeat_seconds, notify) values
  ('match-leads', 'short', '6', '10', 'true', '600', '7200', '1209600', '3600', 'dead-letters', 'false', 'job_common', '0', '15', 'true')
on conflict (name) do update set policy = excluded.policy, retry_limit = excluded.retry_limit, retry_delay = excluded.retry_delay, retry_backoff = excluded.retry_backoff, retry_delay_max = excluded.retry_delay_max, expire_seconds = excluded.expire_seconds, retention_seconds = excluded.retention_seconds, deletion_seconds = excluded.deletion_seconds, dead_letter = excluded.dead_letter, partition = excluded.partition, table_name = excluded.table_name, warning_queued = excluded.warning_queued, heartbeat_seconds = excluded.heartbeat_seconds, notify = excluded.notify;

do $cron$
begin
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    raise notice 'no pg_cron in this database: its jobs stay as they are';
    return;
  end if;
  perform cron.schedule('sluice-daily-match-leads', '2-59/5 * * * *', 'set statement_timeout = ''10min''; select private.run_daily_task(''match_leads'')');
end
$cron$;
