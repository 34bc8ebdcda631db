-- parcels of one list: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.match_twins (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
begin
  update resolve_rows r
  set by_parcel = t.lead_id, parcel = t.parcel, lead_id = null, component_size = null, verdict = null
  from (
    with settled as (
      select c.row_no, c.of_row, c.lead_id, c.parcel
      from (
        select r.row_no, r.parcel as of_row, l.*,
          count(*) over (partition by r.row_no) as leads,
          bool_or(l.here) over (partition by l.lead_id) as anyone_here,
          min(r.parcel) over (partition by l.lead_id, l.here) <> max(r.parcel) over (partition by l.lead_id, l.here)
            as contested
        from resolve_rows r
        cross join lateral (
          select x.id as lead_id, private.parcel_key(x.county_fips, x.apn, x.apn_segments) as parcel, a.here
          from public.leads x
          cross join lateral (
            select x.addr_hash is not distinct from r.addr_hash and r.addr_hash is not null or exists (
              select from public.lead_addresses o
              where o.org_id = p_org_id and o.lead_id = x.id and o.addr_hash = r.addr_hash) as here
          ) a
          where x.org_id = p_org_id and x.county_fips = left(r.parcel, 5)
            and case when position('-' in r.parcel) = 0 then x.apn = r.apn and x.apn_segments is not null
              else x.apn is not null and coalesce(x.apn_segments, x.apn) = r.apn end
            and (a.here or private.owners_agree(r.owner, private.owner_text(x.owner_1_first, x.owner_1_last,
              x.owner_2_first, x.owner_2_last, x.owner_full)))
          offset 0
        ) l
        where r.twin
      ) c
      where c.leads = 1 and not c.contested and (c.here or not c.anyone_here)
    )
    select s.row_no, s.lead_id, s.parcel from settled s
    union all
    -- Rows with the same segments are the same property, also where neither their address nor their owner agrees.
    select g.row_no, s.lead_id, s.parcel
    from (
      select x.of_row, (array_agg(distinct x.lead_id))[1] as lead_id, min(x.parcel) as parcel
      from settled x where position('-' in x.of_row) > 0
      group by x.of_row having count(distinct x.lead_id) = 1
    ) s
    join resolve_rows g on g.parcel = s.of_row
    where g.twin and not exists (select from settled x where x.row_no = g.row_no)
  ) t
  where r.row_no = t.row_no;
end
$function$;
