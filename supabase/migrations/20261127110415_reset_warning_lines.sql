-- reset warning lines: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.reset_part (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  perform private.clear_staging(array[p_part_id]);
  delete from public.upload_rejects j using public.upload_parts p
  where p.id = p_part_id and j.upload_id = p.upload_id and j.part = p.part;
  update public.upload_parts p
  set state = 'received', staged_at = null, error = null, lines = 0, received = 0, staged = 0, rejected = 0,
    created = 0, updated = 0, unchanged = 0, merged = 0, conflict = 0, warnings = '{}', warning_lines = '{}'
  where p.id = p_part_id and p.state in ('received', 'staging', 'staged', 'failed');
end
$function$;

CREATE OR REPLACE FUNCTION private.warning_lines (
  p_upload_id uuid
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select coalesce(jsonb_object_agg(w.code, w.lines), '{}')
  from (
    select l.code, jsonb_agg(l.line order by l.line) as lines
    from (
      select w.key as code, b.before + x.line::integer as line,
        row_number() over (partition by w.key order by p.part, x.line::integer) as position
      from public.upload_parts p
      join private.lines_before(p_upload_id) b on b.part = p.part
      cross join lateral jsonb_each(p.warning_lines) w
      cross join lateral jsonb_array_elements_text(w.value) x (line)
      where p.upload_id = p_upload_id
        -- Behind a part that is not staged, the lines before a part are not known.
        and p.part <= coalesce((select min(e.part) from public.upload_parts e
          where e.upload_id = p_upload_id and e.state in ('received', 'staging')), p.part)
    ) l
    where l.position <= 5
    group by l.code
  ) w
$function$;
