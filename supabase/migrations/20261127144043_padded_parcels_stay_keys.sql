-- padded parcels stay keys: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.short_parcels (
  p_org_id uuid
)
  RETURNS TABLE (
    parcel      text,
    row_no      bigint,
    part_id     uuid,
    line_number integer,
    owner       text
  )
  LANGUAGE sql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  with short as (
    select r.parcel, r.row_no, r.part_id, r.line_number, r.owner, r.apn, left(r.parcel, 5) as county
    from resolve_rows r
    where length(r.apn) <= 4 and length(ltrim(r.apn, '0')) <= 3 and position('-' in r.parcel) = 0
      and r.apn !~ '[A-Z]'
  ), steps as (
    select county, count(*) as rows, count(distinct apn) as numbers,
      count(distinct (part_id, line_number - apn::numeric)) as steps
    from short group by county
  ), usual as (
    select county from steps
    where numbers >= 20 and rows <= 1.25 * numbers and steps > 0.1 * rows
    union all
    select s.county from steps s
    where not (s.rows >= 20 and s.steps <= 0.1 * s.rows)
      and (select count(*) = 20 from (
        select from public.leads l
        where l.org_id = p_org_id and l.county_fips = s.county and l.apn is not null and l.apn_segments is null
          and length(l.apn) <= 4 and length(ltrim(l.apn, '0')) <= 3 and l.apn !~ '[A-Z]' limit 20) known)
  )
  select s.parcel, s.row_no, s.part_id, s.line_number, s.owner from short s
  where s.county not in (select u.county from usual u)
$function$;

COMMENT ON FUNCTION "private"."short_parcels"(uuid) IS 'Rows of this upload whose parcel number has up to three digits and one zero before them, without segments, in a county where neither this list nor the leads show that parcels are numbered like this.';
