-- wait for month partitions: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.ensure_month_partitions (
  p_table       text,
  p_time_column text,
  p_first_month timestamp without time zone,
  p_last_month  timestamp without time zone,
  p_move_rows   boolean
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  SET lock_timeout TO '30s'
  AS $function$
declare
  v_month timestamp;
  v_name text;
  v_other constant text := p_table || '_other';
  v_from timestamptz;
  v_until timestamptz;
  v_is_used boolean;
  v_made integer := 0;
begin
  for v_month in select m from generate_series(p_first_month, p_last_month, interval '1 month') m loop
    v_name := p_table || '_' || to_char(v_month, 'YYYY_MM');
    v_from := v_month at time zone 'UTC';
    v_until := (v_month + interval '1 month') at time zone 'UTC';
    continue when to_regclass('private.' || v_name) is not null;
    -- An insert that has chosen its partition already would fail once the month has one: inserts wait instead.
    execute format('lock table public.%I in share row exclusive mode', p_table);
    if p_move_rows then
      execute format('create table private.%I (like public.%I including defaults including constraints)', v_name, p_table);
      execute format('lock table private.%I in access exclusive mode', v_other);
      execute format('with moved as (delete from private.%I r where r.%I >= $1 and r.%I < $2 returning r.*) '
        'insert into private.%I select * from moved', v_other, p_time_column, p_time_column, v_name)
      using v_from, v_until;
      execute format('alter table public.%I attach partition private.%I for values from (%L) to (%L)',
        p_table, v_name, v_from, v_until);
    else
      execute format('select exists (select from private.%I r where r.%I >= $1 and r.%I < $2)',
        v_other, p_time_column, p_time_column)
      into v_is_used using v_from, v_until;
      continue when v_is_used;
      execute format('create table private.%I partition of public.%I for values from (%L) to (%L)',
        v_name, p_table, v_from, v_until);
    end if;
    execute format('alter table private.%I enable row level security', v_name);
    v_made := v_made + 1;
  end loop;
  return v_made;
end
$function$;
