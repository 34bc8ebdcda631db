-- review order of pairs: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.pairs_to_review (
  p_most integer
)
  RETURNS TABLE (
    a           integer,
    b           integer,
    probability double precision,
    levels      smallint[],
    place       bigint
  )
  LANGUAGE sql
  STABLE
  SET search_path TO 'pg_temp', 'private'
  AS $function$
  with unsure as (
    select p.a, p.b, p.probability, p.levels, x.doubt, sqrt(sum(x.doubt) over kind) as mass,
      -- By chance, so that the answers stand for their kind.
      row_number() over (kind order by hashint8(p.a::bigint << 31 | p.b)) as of_kind
    from match_pairs p
    -- What the pair itself says, before other records confirmed or excluded it.
    cross join lateral (select c * (1 - c) as doubt
      -- A false union is worse than a missed one: pairs far above the threshold are asked before those far below.
      from (select 1 / (1 + power(2, -greatest(-60, least(60,
        case when p.weight > 4 then 4 + (p.weight - 4) / 1.6 else p.weight end)))) as c) y) x
    where p.answer is null and p.levels is not null and p.probability between 0.001 and 0.9999
    window kind as (partition by p.levels[1:7])
  )
  select u.a, u.b, u.probability, u.levels, row_number() over (order by u.doubt * u.mass / u.of_kind desc, u.a, u.b)
  from unsure u
  order by u.doubt * u.mass / u.of_kind desc, u.a, u.b
  limit p_most
$function$;
