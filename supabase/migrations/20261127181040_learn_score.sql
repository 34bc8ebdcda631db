-- learn score: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.put_score_model (
  p_org_id uuid,
  p_model  jsonb,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  m public.score_models;
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  m := jsonb_populate_record(null::public.score_models, p_model);
  m.org_id := p_org_id;
  m.id := coalesce((select max(x.id) from public.score_models x where x.org_id = p_org_id), 0) + 1;
  m.trained_at := p_as_of;
  m.enabled_at := null;
  m.enabled_by := null;
  if cardinality(m.weights) is distinct from (select cardinality(v.rule_ids) from public.score_versions v
    where v.org_id = p_org_id and v.version = m.version)
  then
    raise exception 'a learned score has one weight per rule of its version' using errcode = 'SL724';
  end if;
  insert into public.score_models select m.*;
  return m.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.score_outcomes (
  p_org_id  uuid,
  p_version integer,
  p_outcome text,
  p_as_of   timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    fed_at   timestamp with time zone,
    score    smallint,
    points   smallint[],
    happened boolean
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with fed as (
    -- Once per lead: what a model has seen of a lead must not be in the months that test it.
    select distinct on (s.lead_id) s.lead_id, s.fed_at, s.score, s.points
    from public.lead_score_snapshots s
    where s.org_id = p_org_id and s.version = p_version
    order by s.lead_id, s.fed_at
  )
  select f.fed_at, f.score, f.points, case p_outcome
    when 'booked' then exists (
      select from public.bookings b
      where b.org_id = p_org_id and b.lead_id = f.lead_id and b.made_at > f.fed_at
        and b.made_at <= f.fed_at + interval '30 days')
    when 'replied' then exists (
      select from public.replies r
      where r.org_id = p_org_id and r.lead_id = f.lead_id and r.request <> 'opt_out' and r.at > f.fed_at
        and r.at <= f.fed_at + interval '30 days')
    end
  from fed f
  where f.fed_at <= p_as_of - interval '30 days'
  order by f.fed_at, f.lead_id
$function$;

COMMENT ON FUNCTION "private"."put_score_model"(uuid, jsonb, timestamp with time zone) IS 'Saves a learned score, never switched on, and returns its id. For the command, as the owner of the database. Raises SL724 where it does not fit the rules of its version.';

COMMENT ON FUNCTION "private"."score_outcomes"(uuid, integer, text, timestamp with time zone) IS 'Each lead when it was first fed with a version: the score and points of then, and whether the outcome (booked, replied) happened within 30 days. Only leads whose 30 days are over.';

REVOKE ALL ON FUNCTION "private"."put_score_model"(uuid, jsonb, timestamp WITH time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."score_outcomes"(uuid, integer, text, timestamp WITH time zone) FROM PUBLIC;

-- Rights that default privileges would change.

revoke execute on function private.put_score_model(uuid,jsonb,timestamp with time zone) from pipeline_writer;
revoke execute on function private.score_outcomes(uuid,integer,text,timestamp with time zone) from pipeline_writer;
