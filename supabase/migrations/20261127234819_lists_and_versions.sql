-- lists and versions: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP TRIGGER "_800_audit" ON "public"."sequences";

ALTER TABLE "public"."sequences"
  DROP CONSTRAINT "sequence_name_is_unique";

ALTER TABLE "public"."sequences"
  ADD COLUMN "version" integer NOT NULL DEFAULT 1;

CREATE OR REPLACE FUNCTION public.begin_member_upload (
  p_key        text,
  p_webhook_id text,
  p_upload_id  uuid    DEFAULT NULL::uuid,
  p_part       integer DEFAULT 1
)
  RETURNS TABLE (
    source_id        uuid,
    org_id           uuid,
    max_part_bytes   integer,
    parts_per_minute integer
  )
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  v record;
begin
  select s.* into v from public.source_for_upload(p_key) s;
  if not found then
    return;
  end if;
  if p_part = 1 then
    perform private.record_audit(v.org_id, 'upload.sent', p_upload_id::text, jsonb_strip_nulls(jsonb_build_object(
      'source_id', v.source_id, 'webhook_id', left(p_webhook_id, 256))));
  end if;
  return query select v.source_id, v.org_id, v.max_part_bytes, v.parts_per_minute;
end
$function$;

REVOKE ALL ON FUNCTION "public"."begin_member_upload"(text, text, uuid, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.check_template (
  p_channel text,
  p_subject text,
  p_text    text,
  p_html    text DEFAULT NULL::text
)
  RETURNS text[]
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select private.template_errors(p_channel, p_subject, p_text, p_html)
$function$;

REVOKE ALL ON FUNCTION "public"."check_template"(text, text, text, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_pulls (
  p_org_id uuid
)
  RETURNS TABLE (
    source_id uuid,
    source    text,
    kind      text,
    url       text,
    active    boolean,
    at_times  time without time zone[],
    weekdays  smallint[],
    time_zone text,
    terms     text,
    has_token boolean,
    run_id    uuid,
    run_state text,
    due_at    timestamp with time zone,
    ended_at  timestamp with time zone,
    rows      bigint,
    upload_id uuid,
    error     text
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select p.source_id, s.name, p.kind, p.url, p.active, p.at_times, p.weekdays, p.time_zone, p.terms,
    p.token_cipher is not null, r.id, r.state, r.due_at, r.ended_at, r.rows, r.upload_id, r.error
  from public.pulls p
  join public.sources s on s.id = p.source_id
  left join lateral (select x.* from public.pull_runs x where x.source_id = p.source_id
    order by x.due_at desc limit 1) r on true
  where p.org_id = p_org_id
  order by s.name, p.source_id limit 200;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_pulls"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_rejects (
  p_upload_id  uuid,
  p_limit      integer DEFAULT 50,
  p_after_part integer DEFAULT 0,
  p_after_line integer DEFAULT 0
)
  RETURNS TABLE (
    part        integer,
    line        integer,
    file_line   integer,
    code        text,
    detail      text,
    replayed_at timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role((select u.org_id from public.uploads u where u.id = p_upload_id), '{owner,admin,viewer}');
  return query
  select r.part, r.line, b.before + r.line, r.code, r.detail, r.replayed_at
  from public.upload_rejects r left join private.lines_before(p_upload_id) b on b.part = r.part
  where r.upload_id = p_upload_id and (r.part, r.line) > (coalesce(p_after_part, 0), coalesce(p_after_line, 0))
  order by r.part, r.line limit private.page_size(p_limit);
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_rejects"(uuid, integer, integer, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_sequences (
  p_org_id     uuid,
  p_limit      integer DEFAULT 50,
  p_after_name text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    version        integer,
    steps          bigint,
    leads          bigint,
    leads_on_older bigint,
    campaigns      text[],
    created_at     timestamp with time zone
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with latest as (
    select distinct on (q.name) q.* from public.sequences q
    where q.org_id = p_org_id and (p_after_name is null or q.name > p_after_name)
    order by q.name, q.version desc limit private.page_size(p_limit)
  )
  select l.id, l.name, l.version,
    (select count(*) from public.sequence_steps s where s.org_id = l.org_id and s.sequence_id = l.id),
    (select count(*) from public.sequence_runs r where r.org_id = l.org_id and r.sequence_id = l.id
      and r.state in ('active', 'paused')),
    (select count(*) from public.sequences o join public.sequence_runs r on r.org_id = o.org_id
        and r.sequence_id = o.id and r.state in ('active', 'paused')
      where o.org_id = l.org_id and o.name = l.name and o.id <> l.id),
    array(select k.name from public.campaigns k where k.org_id = l.org_id and k.sequence_id = l.id
      and k.state <> 'finished' order by k.name), l.created_at
  from latest l order by l.name;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_sequences"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_templates (
  p_org_id     uuid,
  p_limit      integer DEFAULT 50,
  p_after_name text    DEFAULT NULL::text
)
  RETURNS TABLE (
    id             uuid,
    name           text,
    version        integer,
    channel        text,
    purpose        text,
    matter         text,
    subject        text,
    text_body      text,
    html_body      text,
    created_at     timestamp with time zone,
    created_by     uuid,
    steps          bigint,
    steps_on_older bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with latest as (
    select distinct on (t.name) t.* from public.templates t
    where t.org_id = p_org_id and (p_after_name is null or t.name > p_after_name)
    order by t.name, t.version desc limit private.page_size(p_limit)
  )
  select l.id, l.name, l.version, l.channel, l.purpose, l.matter, l.subject, l.text_body, l.html_body, l.created_at,
    l.created_by,
    (select count(*) from public.step_variants v where v.org_id = l.org_id and v.template_id = l.id and v.share > 0),
    (select count(*) from public.templates o join public.step_variants v on v.org_id = o.org_id
        and v.template_id = o.id and v.share > 0
      where o.org_id = l.org_id and o.name = l.name and o.id <> l.id)
  from latest l order by l.name;
end
$function$;

REVOKE ALL ON FUNCTION "public"."list_templates"(uuid, integer, text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.list_uploads (
  p_org_id    uuid,
  p_source_id uuid                     DEFAULT NULL::uuid,
  p_limit     integer                  DEFAULT 50,
  p_before    timestamp with time zone DEFAULT NULL::timestamp WITH time zone,
  p_before_id uuid                     DEFAULT NULL::uuid
)
  RETURNS TABLE (
    id             uuid,
    source_id      uuid,
    source         text,
    kind           text,
    state          public.upload_state,
    dry_run        boolean,
    filename       text,
    received_at    timestamp with time zone,
    completed_at   timestamp with time zone,
    undone_at      timestamp with time zone,
    rerun_of       uuid,
    parts          bigint,
    parts_expected integer,
    received       bigint,
    staged         bigint,
    created        bigint,
    updated        bigint,
    unchanged      bigint,
    merged         bigint,
    conflict       bigint,
    rejected       bigint,
    open_conflicts bigint,
    error          text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select u.id, u.source_id, s.name, u.kind, u.state, u.dry_run, u.filename, u.received_at, u.completed_at, u.undone_at,
    u.rerun_of_upload_id, coalesce(p.parts, 0), u.parts_expected, p.received, p.staged, p.created, p.updated,
    p.unchanged, p.merged, p.conflict, p.rejected,
    (select count(*) from public.lead_conflicts c where c.org_id = u.org_id and c.upload_id = u.id and c.state = 'open'),
    u.error
  from (
    select x.* from public.uploads x
    where x.org_id = p_org_id and (p_source_id is null or x.source_id = p_source_id)
      and (p_before is null or (x.received_at, x.id)
        < (p_before, coalesce(p_before_id, '00000000-0000-0000-0000-000000000000')))
    order by x.received_at desc, x.id desc limit least(greatest(coalesce(p_limit, 50), 1), 200)) u
  join public.sources s on s.id = u.source_id
  left join lateral (
    select count(*) as parts, sum(x.received) as received, sum(x.staged) as staged, sum(x.created) as created,
      sum(x.updated) as updated, sum(x.unchanged) as unchanged, sum(x.merged) as merged, sum(x.conflict) as conflict,
      sum(x.rejected) as rejected
    from public.upload_parts x where x.upload_id = u.id) p on true
  order by u.received_at desc, u.id desc
$function$;

REVOKE ALL ON FUNCTION "public"."list_uploads"(uuid, uuid, integer, timestamp WITH time zone, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.map_columns (
  p_source_id uuid,
  p_entries   jsonb,
  p_seen      jsonb DEFAULT NULL::jsonb
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  s public.sources;
begin
  select x.* into s from public.sources x where x.id = p_source_id for no key update;
  perform private.require_role(s.org_id, '{owner,admin}');
  if jsonb_typeof(p_entries) is distinct from 'object' then
    raise exception 'the entries are an object: header to target, or null' using errcode = 'SL207';
  elsif p_seen is not null and p_seen <> s.column_map then
    raise exception 'somebody changed the column map meanwhile: read it again' using errcode = 'SL213';
  end if;
  update public.sources x set column_map = x.column_map || p_entries where x.id = p_source_id
  returning x.* into s;
  return s.column_map;
end
$function$;

REVOKE ALL ON FUNCTION "public"."map_columns"(uuid, jsonb, jsonb) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.move_runs (
  p_org_id      uuid,
  p_sequence_id uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  q public.sequences;
  v_moved integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into q from public.sequences x where x.org_id = p_org_id and x.id = p_sequence_id;
  if not found then
    raise exception 'sequence not found' using errcode = 'SL526';
  end if;
  -- Leads before runs: the common lock order.
  perform from public.leads l
  where l.org_id = p_org_id and l.id in (select r.lead_id from public.sequence_runs r join public.sequences x
    on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused'))
  order by l.id for no key update;
  update public.sequence_runs r set sequence_id = q.id, next_channel = s.channel
  from public.sequence_steps s, public.sequences x
  where r.org_id = p_org_id and r.state in ('active', 'paused') and r.message_id is null
    and x.org_id = r.org_id and x.id = r.sequence_id and x.name = q.name and x.id <> q.id
    and s.org_id = r.org_id and s.sequence_id = q.id and s.step = r.next_step;
  get diagnostics v_moved = row_count;
  perform private.record_audit(p_org_id, 'sequence.moved', q.id::text, jsonb_build_object('name', q.name, 'version',
    q.version, 'leads', v_moved));
  return jsonb_build_object('moved', v_moved, 'stayed', (
    select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')));
end
$function$;

REVOKE ALL ON FUNCTION "public"."move_runs"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_sequence (
  p_org_id  uuid,
  p_name    text,
  p_steps   jsonb,
  p_version integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  q public.sequences;
  v_latest public.sequences;
  v_step jsonb;
  v_nth integer := 0;
  v_campaigns integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform pg_advisory_xact_lock(hashtextextended('sluice sequence ' || p_org_id || btrim(p_name), 0));
  select x.* into v_latest from public.sequences x where x.org_id = p_org_id and x.name = btrim(p_name)
  order by x.version desc limit 1;
  if p_version is distinct from v_latest.version then
    raise exception 'the sequence has version % already: read it again', coalesce(v_latest.version, 0)
      using errcode = 'SL525', detail = coalesce(v_latest.version, 0)::text;
  elsif jsonb_typeof(p_steps) is distinct from 'array' or jsonb_array_length(p_steps) not between 1 and 50 then
    raise exception 'a sequence has 1 to 50 steps' using errcode = 'SL526';
  end if;
  insert into public.sequences (org_id, name, version) values (p_org_id, btrim(p_name), coalesce(v_latest.version, 0) + 1)
  returning * into q;
  for v_step in select s from jsonb_array_elements(p_steps) s loop
    v_nth := v_nth + 1;
    insert into public.sequence_steps (org_id, sequence_id, step, channel, delay, delay_kind, send_from, send_until,
      purpose, sender_id)
    values (p_org_id, q.id, v_nth, v_step ->> 'channel', coalesce((v_step ->> 'delay')::interval, '0'),
      coalesce(v_step ->> 'delay_kind', 'business'), coalesce((v_step ->> 'send_from')::time, '09:00'),
      coalesce((v_step ->> 'send_until')::time, '17:00'), coalesce(v_step ->> 'purpose', 'marketing'),
      (v_step ->> 'sender_id')::uuid);
    insert into public.step_variants (org_id, sequence_id, step, variant, template_id, share)
    select p_org_id, q.id, v_nth, coalesce(v.x ->> 'variant', chr(96 + v.n::integer)), (v.x ->> 'template_id')::uuid,
      coalesce((v.x ->> 'share')::integer, 1)
    from jsonb_array_elements(v_step -> 'variants') with ordinality v (x, n);
    if not exists (select from public.step_variants v where v.org_id = p_org_id and v.sequence_id = q.id
      and v.step = v_nth and v.share > 0) then
      raise exception 'step % has no text', v_nth using errcode = 'SL526';
    end if;
  end loop;
  update public.campaigns k set sequence_id = q.id
  where k.org_id = p_org_id and k.state <> 'finished' and k.sequence_id in (select x.id from public.sequences x
    where x.org_id = p_org_id and x.name = q.name and x.id <> q.id);
  get diagnostics v_campaigns = row_count;
  return jsonb_build_object('sequence_id', q.id, 'version', q.version, 'campaigns', v_campaigns, 'leads_on_older', (
    select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')));
exception
  when check_violation or not_null_violation or foreign_key_violation or unique_violation or invalid_text_representation
    or datetime_field_overflow or invalid_datetime_format or invalid_parameter_value or numeric_value_out_of_range then
    raise exception 'step % is not valid: %', v_nth, sqlerrm using errcode = 'SL526';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.save_template (
  p_org_id  uuid,
  p_name    text,
  p_channel text,
  p_subject text,
  p_text    text,
  p_html    text    DEFAULT NULL::text,
  p_purpose text    DEFAULT 'marketing'::text,
  p_matter  text    DEFAULT NULL::text,
  p_version integer DEFAULT NULL::integer
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t public.templates;
  v_latest integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform pg_advisory_xact_lock(hashtextextended(p_org_id || btrim(p_name), 0));
  select max(x.version) into v_latest from public.templates x where x.org_id = p_org_id and x.name = btrim(p_name);
  if p_version is distinct from v_latest then
    raise exception 'the template has version % already: read it again', coalesce(v_latest, 0)
      using errcode = 'SL523', detail = coalesce(v_latest, 0)::text;
  end if;
  insert into public.templates (org_id, name, version, channel, purpose, matter, subject, text_body, html_body)
  values (p_org_id, btrim(p_name), 0, p_channel, p_purpose, p_matter, p_subject, p_text, p_html)
  returning * into t;
  return jsonb_build_object('id', t.id, 'version', t.version, 'steps_on_older', (
    select count(*) from public.template_steps(p_org_id, t.id)));
exception
  when check_violation or not_null_violation then
    raise exception 'the template is not valid: %', sqlerrm using errcode = 'SL521';
end
$function$;

REVOKE ALL ON FUNCTION "public"."save_template"(uuid, text, text, text, text, text, text, text, integer) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.show_sequence (
  p_org_id      uuid,
  p_sequence_id uuid
)
  RETURNS TABLE (
    step       smallint,
    channel    text,
    delay      interval,
    delay_kind text,
    send_from  time without time zone,
    send_until time without time zone,
    purpose    text,
    sender_id  uuid,
    sender     text,
    variants   jsonb,
    waiting    bigint,
    in_flight  bigint,
    paused     bigint
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with runs as (
    select r.next_step, count(*) filter (where r.state = 'active' and r.message_id is null) as waiting,
      count(*) filter (where r.message_id is not null) as in_flight,
      count(*) filter (where r.state = 'paused' and r.message_id is null) as paused
    from public.sequence_runs r
    where r.org_id = p_org_id and r.sequence_id = p_sequence_id and r.state in ('active', 'paused') group by 1
  )
  select s.step, s.channel, s.delay, s.delay_kind, s.send_from, s.send_until, s.purpose, s.sender_id, n.name,
    coalesce((select jsonb_agg(jsonb_build_object('variant', v.variant, 'share', v.share, 'template_id', v.template_id,
        'template', t.name, 'version', t.version, 'newest', not exists (select from public.templates x
          where x.org_id = t.org_id and x.name = t.name and x.version > t.version)) order by v.variant)
      from public.step_variants v join public.templates t on t.org_id = v.org_id and t.id = v.template_id
      where v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step), '[]'),
    coalesce(r.waiting, 0), coalesce(r.in_flight, 0), coalesce(r.paused, 0)
  from public.sequence_steps s
  left join public.senders n on n.org_id = s.org_id and n.id = s.sender_id
  left join runs r on r.next_step = s.step
  where s.org_id = p_org_id and s.sequence_id = p_sequence_id
  order by s.step;
end
$function$;

REVOKE ALL ON FUNCTION "public"."show_sequence"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.source_columns (
  p_source_id uuid
)
  RETURNS TABLE (
    header      text,
    target      text,
    how         text,
    set_by_hand boolean
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
declare
  s public.sources;
begin
  select x.* into s from public.sources x where x.id = p_source_id;
  perform private.require_role(s.org_id, '{owner,admin,viewer}');
  return query
  with last as (
    select u.mapping from public.uploads u
    where u.org_id = s.org_id and u.source_id = s.id and u.mapping <> '[]' order by u.received_at desc limit 1
  ), read as (
    select m.x ->> 'header' as header, m.x ->> 'field' as field, m.x ->> 'how' as how, m.n
    from last l cross join lateral jsonb_array_elements(l.mapping) with ordinality m (x, n)
  )
  select coalesce(r.header, k.key), case when k.key is not null then k.value #>> '{}' else r.field end,
    case when k.key is not null then 'column_map' else r.how end, k.key is not null
  from read r full join jsonb_each(s.column_map) k (key, value) on k.key = r.header
  order by r.n nulls last, 1;
end
$function$;

REVOKE ALL ON FUNCTION "public"."source_columns"(uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.source_for_upload (
  p_key text
)
  RETURNS TABLE (
    source_id        uuid,
    org_id           uuid,
    max_part_bytes   integer,
    parts_per_minute integer
  )
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select s.id, s.org_id, s.max_part_bytes, s.parts_per_minute from public.sources s
  where s.key = p_key and s.active and s.org_id = any (private.my_org_ids('{owner,admin}'))
$function$;

REVOKE ALL ON FUNCTION "public"."source_for_upload"(text) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.template_preview (
  p_org_id      uuid,
  p_lead_id     uuid,
  p_template_id uuid  DEFAULT NULL::uuid,
  p_draft       jsonb DEFAULT NULL::jsonb,
  p_sender_id   uuid  DEFAULT NULL::uuid
)
  RETURNS jsonb
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t public.templates;
  s public.senders;
  v_variables jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker}');
  if p_template_id is not null then
    select x.* into t from public.templates x where x.org_id = p_org_id and x.id = p_template_id;
  else
    t.channel := p_draft ->> 'channel';
    t.purpose := coalesce(p_draft ->> 'purpose', 'marketing');
    t.subject := p_draft ->> 'subject';
    t.text_body := p_draft ->> 'text';
    t.html_body := p_draft ->> 'html';
  end if;
  if t.channel is null or t.text_body is null or length(t.text_body) + length(coalesce(t.html_body, '')) > 200000 then
    raise exception 'template not found, or the draft has no channel or no text' using errcode = 'SL524';
  end if;
  select x.* into s from public.senders x
  where x.org_id = p_org_id and x.channel = t.channel and (p_sender_id is null or x.id = p_sender_id)
  order by x.state, x.created_at, x.id limit 1;
  select jsonb_build_object(
    'lead', jsonb_build_object('first_name', private.proper_name(l.owner_1_first),
      'last_name', private.proper_name(l.owner_1_last),
      'full_name', private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''),
        l.owner_full))),
    'property', jsonb_build_object('street', nullif(concat_ws(' ',
        case when not starts_with(l.situs_street, l.situs_house_number || ' ') then l.situs_house_number end,
        private.proper_name(l.situs_street), l.situs_unit), ''),
      'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
    'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address,
      'phone', coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
    'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name))
  into v_variables
  from public.leads l
  join public.orgs o on o.id = l.org_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where l.org_id = p_org_id and l.id = p_lead_id and (private.is_trusted_caller() or private.sees_lead(l.org_id, l.id));
  if v_variables is null then
    raise exception 'lead not found' using errcode = 'SL524';
  end if;
  return jsonb_build_object('channel', t.channel, 'purpose', t.purpose, 'template', jsonb_build_object('subject',
    t.subject, 'text', t.text_body, 'html', t.html_body), 'variables', v_variables, 'errors',
    to_jsonb(private.template_errors(t.channel, t.subject, t.text_body, t.html_body)));
end
$function$;

REVOKE ALL ON FUNCTION "public"."template_preview"(uuid, uuid, uuid, jsonb, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.template_steps (
  p_org_id      uuid,
  p_template_id uuid
)
  RETURNS TABLE (
    sequence_id      uuid,
    sequence         text,
    sequence_version integer,
    step             smallint,
    variant          text,
    template_id      uuid,
    version          integer,
    share            integer,
    waiting          bigint,
    campaigns        text[]
  )
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select v.sequence_id, q.name, q.version, v.step, v.variant, o.id, o.version, v.share,
    (select count(*) from public.sequence_runs r where r.org_id = v.org_id and r.sequence_id = v.sequence_id
      and r.state in ('active', 'paused') and r.next_step <= v.step),
    array(select k.name from public.campaigns k where k.org_id = v.org_id and k.sequence_id = v.sequence_id
      and k.state <> 'finished' order by k.name)
  from public.templates t
  join public.templates o on o.org_id = t.org_id and o.name = t.name and o.id <> t.id
  join public.step_variants v on v.org_id = o.org_id and v.template_id = o.id
  join public.sequences q on q.org_id = v.org_id and q.id = v.sequence_id
  where t.org_id = p_org_id and t.id = p_template_id
  order by q.name, q.version, v.step, v.variant;
end
$function$;

REVOKE ALL ON FUNCTION "public"."template_steps"(uuid, uuid) FROM PUBLIC, "anon";

CREATE OR REPLACE FUNCTION public.use_template (
  p_org_id      uuid,
  p_template_id uuid,
  p_steps       jsonb
)
  RETURNS integer
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  t public.templates;
  v_count integer;
  v_wanted integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into t from public.templates x where x.org_id = p_org_id and x.id = p_template_id;
  if not found or jsonb_typeof(p_steps) is distinct from 'array' or jsonb_array_length(p_steps) = 0 then
    raise exception 'template not found, or no steps were named' using errcode = 'SL524';
  end if;
  select count(*) into v_wanted from jsonb_array_elements(p_steps);
  update public.step_variants v set template_id = t.id
  from jsonb_to_recordset(p_steps) s (sequence_id uuid, step smallint, variant text, template_id uuid),
    public.templates o
  where v.org_id = p_org_id and v.sequence_id = s.sequence_id and v.step = s.step and v.variant = s.variant
    and v.template_id = s.template_id and o.org_id = v.org_id and o.id = v.template_id and o.name = t.name;
  get diagnostics v_count = row_count;
  if v_count <> v_wanted then
    raise exception 'a step changed since it was shown: look at the steps again' using errcode = 'SL524';
  end if;
  return v_count;
end
$function$;

REVOKE ALL ON FUNCTION "public"."use_template"(uuid, uuid, jsonb) FROM PUBLIC, "anon";

ALTER TABLE "public"."sequences"
  -- An org has few sequences.
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT "sequence_version_counts_from_one" CHECK ((version >= 1));

ALTER TABLE "public"."sequences"
  -- squawk-ignore constraint-missing-not-valid, disallowed-unique-constraint
  ADD CONSTRAINT "sequence_version_is_unique" UNIQUE (org_id, name, VERSION);

CREATE TRIGGER _800_audit
  AFTER INSERT OR DELETE OR UPDATE OF name ON public.sequences
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_audit_row('sequence', 'id', 'name', 'version');

COMMENT ON COLUMN "public"."sequences"."version" IS 'Counts from 1 by name: an edit with save_sequence is a new version, and leads stay in the one that they are in.';

COMMENT ON FUNCTION "public"."begin_member_upload"(text, text, uuid, integer) IS 'As source_for_upload, and writes the first part of an upload to the audit log under the name of the member. csv-upload calls it before it accepts a part. Definer: the log belongs to the owner.';

COMMENT ON FUNCTION "public"."check_template"(text, text, text, text) IS 'Why a text could not be saved as a template; empty when it can. Definer: members may not call the check.';

COMMENT ON FUNCTION "public"."list_pulls"(uuid) IS 'Scheduled pulls of an org with their last run; run_pull and decide_pull start, release and drop. For owners, admins, viewers and the service. Raises SL111. Definer: tokens are not readable, only whether there is one.';

COMMENT ON FUNCTION "public"."list_rejects"(uuid, integer, integer, integer) IS 'Rows of an upload that became no lead, with the line in the file and the reason; p_after_part and p_after_line: of the last row of the page before. The rows themselves are in csv-upload/ID/rejects.csv, which is logged. For owners, admins, viewers and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_sequences"(uuid, integer, text) IS 'The newest version of each sequence by name, with its steps, the leads in it and in older versions, and the campaigns that feed into it. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_templates"(uuid, integer, text) IS 'The newest version of each template by name, with the number of variants of steps that use it, and of those that use an older one. p_after_name: of the last row of the page before. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."list_uploads"(uuid, uuid, integer, timestamp with time zone, uuid) IS 'Uploads that the caller may see, newest first, with their counts; p_before and p_before_id: received_at and id of the last row of the page before. upload_status has the details of one.';

COMMENT ON FUNCTION "public"."map_columns"(uuid, jsonb, jsonb) IS 'Adds entries to the column map of a source, {"Their Header": "street"}; null leaves the column out. Returns the map. p_seen: the map as it was read. Uploads that came before are read again with rerun_upload. For owners, admins and the service. Raises SL111, SL207 (unknown target) and SL213 (changed meanwhile). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."move_runs"(uuid, uuid) IS 'Moves the leads of older versions of a sequence to this one, each before the step with the number that it waits for: {moved, stayed}. A lead stays while its message is in flight, and where the new version has no such step. The time of the next step stays. For owners, admins and the service. Raises SL111 and SL526. Definer: members may not write runs.';

COMMENT ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer) IS 'Saves a sequence as its next version: {sequence_id, version, campaigns, leads_on_older}. p_steps in order: [{channel, delay, delay_kind, send_from, send_until, purpose, sender_id, variants: [{variant, template_id, share}]}]. p_version: the version that was read, null for a new name. Campaigns that ran an older version feed into this one; leads that are in an older one stay there (move_runs). For owners, admins and the service. Raises SL111, SL522, SL525 (there is another version) and SL526 (a step is not valid). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."save_template"(uuid, text, text, text, text, text, text, text, integer) IS 'Saves the next version of a template: {id, version, steps_on_older}; the steps take it with use_template. p_version: the version that was read, null for a new name. For owners, admins and the service. Raises SL111, SL521 (not valid) and SL523 (there is another version). Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."show_sequence"(uuid, uuid) IS 'The steps of a version of a sequence with their texts ([{variant, share, template_id, template, version, newest}]), and how many leads wait before each, are in flight, or paused. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."source_columns"(uuid) IS 'Columns of the last list of a source with the target of each (null: left out), how it was found, and whether the column map of the source says so. For owners, admins, viewers and the service. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."source_for_upload"(text) IS 'The source with the key and its limits (bytes, requests a minute), for owners and admins of its org who upload in a browser; no row for all others. Definer: one answer for unknown sources and those of others.';

COMMENT ON FUNCTION "public"."template_preview"(uuid, uuid, uuid, jsonb, uuid) IS 'What a preview of a template (or of p_draft {channel, subject, text, html, purpose}) with a lead needs: {channel, purpose, template, variables, errors}. No phone, no e-mail address of the lead. outreach/preview fills it in. Owners, admins, and brokers with their own leads. Raises SL111 and SL524. Definer: members may not call the check.';

COMMENT ON FUNCTION "public"."template_steps"(uuid, uuid) IS 'Variants of steps that use another version of the template, with the leads that have not passed the step and the campaigns that run the sequence: what use_template would change. Raises SL111. Definer: one check for all callers.';

COMMENT ON FUNCTION "public"."use_template"(uuid, uuid, jsonb) IS 'Makes steps use this version of a template: p_steps [{sequence_id, step, variant, template_id}] as template_steps showed them, template_id being the version that was confirmed as replaced. All or none; returns how many. Messages that were claimed keep their text. For owners, admins and the service. Raises SL111, SL522 and SL524. Definer: one check for all callers.';

COMMENT ON TABLE "public"."sequences" IS 'Versions of named sequences of touches; a campaign runs one.';

GRANT EXECUTE ON FUNCTION "public"."begin_member_upload"(text, text, uuid, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."begin_member_upload"(text, text, uuid, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."check_template"(text, text, text, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."check_template"(text, text, text, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_pulls"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_pulls"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_rejects"(uuid, integer, integer, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_rejects"(uuid, integer, integer, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_sequences"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_sequences"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_templates"(uuid, integer, text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_templates"(uuid, integer, text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."list_uploads"(uuid, uuid, integer, timestamp WITH time zone, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."list_uploads"(uuid, uuid, integer, timestamp WITH time zone, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."map_columns"(uuid, jsonb, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."map_columns"(uuid, jsonb, jsonb) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."move_runs"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."move_runs"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_sequence"(uuid, text, jsonb, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."save_template"(uuid, text, text, text, text, text, text, text, integer) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."save_template"(uuid, text, text, text, text, text, text, text, integer) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."show_sequence"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."show_sequence"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."source_columns"(uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."source_columns"(uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."source_for_upload"(text) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."source_for_upload"(text) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."template_preview"(uuid, uuid, uuid, jsonb, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."template_preview"(uuid, uuid, uuid, jsonb, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."template_steps"(uuid, uuid) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."template_steps"(uuid, uuid) TO "service_role";

GRANT EXECUTE ON FUNCTION "public"."use_template"(uuid, uuid, jsonb) TO "authenticated";

GRANT EXECUTE ON FUNCTION "public"."use_template"(uuid, uuid, jsonb) TO "service_role";
