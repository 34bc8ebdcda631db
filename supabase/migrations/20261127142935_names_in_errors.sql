-- names in errors: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.person_pattern (
  p_org_id   uuid,
  p_lead_ids uuid[]
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with rows as (
    select to_jsonb(l) as r from public.leads l where l.org_id = p_org_id and l.id = any (p_lead_ids)
    union all
    select m.merged_row from public.lead_merges m where m.org_id = p_org_id and m.merged_id = any (p_lead_ids)
  ), words as (
    -- Short names are words of other sentences, too.
    select '\m' || regexp_replace(n.name, '([^[:alnum:] ])', '\\\1', 'g') || '\M' as word
    from rows cross join unnest(array[r ->> 'owner_1_last', r ->> 'owner_2_last', r ->> 'owner_full']) w (word)
    -- A word does not end with a dot.
    cross join lateral regexp_replace(w.word, '^[^[:alnum:]]+|[^[:alnum:]]+$', '', 'g') n (name)
    where length(n.name) >= 4
    union
    select case c.kind
      when 'phone' then regexp_replace(right(v.value, 10), '^(\d{3})(\d{3})(\d{4})$',
        '(\\+?1[^0-9]{0,2})?\1[^0-9]{0,3}\2[^0-9]{0,2}\3')
      else regexp_replace(v.value, '([^[:alnum:]])', '\\\1', 'g') end
    from public.contact_points c
    cross join lateral (
      select private.decrypt_value(c.value_cipher, private.org_key(c.org_id, c.key_id)) as value offset 0) v
    where c.org_id = p_org_id and c.lead_id = any (p_lead_ids)
  )
  select string_agg(w.word, '|' order by length(w.word) desc, w.word) from words w
$function$;
