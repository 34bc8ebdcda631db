-- staged records: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

-- Written by hand: rows that are staged at this moment have their original in the column that is dropped. They are
-- staged again from the stored bytes, as after a crash of the database (private.begin_resolve).
delete from private.resolve_plan where true;
delete from private.resolve_slices where true;
delete from public.leads_staging where true;
delete from private.leads_staging_contacts where true;

ALTER TABLE "public"."leads_staging"
  -- squawk-ignore ban-drop-column
  DROP COLUMN "raw";

CREATE UNLOGGED TABLE "private"."leads_staging_raw" (
  "part_id"    uuid    NOT NULL,
  "first_line" integer NOT NULL,
  "last_line"  integer NOT NULL,
  "content"    bytea   NOT NULL,
  CONSTRAINT "leads_staging_raw_pkey" PRIMARY KEY (part_id, first_line)
);

ALTER TABLE "private"."leads_staging_raw"
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."stage_in"
  ALTER COLUMN "raw" DROP DEFAULT;

ALTER TABLE "private"."stage_in"
  -- Empty always: the shape of a temporary table.
  -- squawk-ignore changing-column-type
  ALTER COLUMN "raw" TYPE json USING "raw"::json;

CREATE OR REPLACE FUNCTION private.clear_staging (
  p_parts uuid[]
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  delete from public.leads_staging s where s.part_id = any (p_parts);
  delete from private.leads_staging_raw r where r.part_id = any (p_parts);
  delete from private.leads_staging_contacts c where c.part_id = any (p_parts);
$function$;

CREATE OR REPLACE FUNCTION private.distinct_codes (
  p_codes text
)
  RETURNS text[]
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select array(select distinct c from unnest(string_to_array(p_codes, ',')) c order by c)
$function$;

CREATE OR REPLACE FUNCTION private.find_loose_addresses (
  p_org_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if not exists (select from resolve_rows r where r.kind = 2) then
    return;
  end if;
  -- Of this upload: all addresses with the house number and street name of a row that has only an address.
  with wanted as materialized (
    select distinct s.house, s.stem
    from resolve_rows r
    cross join lateral (
      select x.situs_house_number as house, private.street_stem(x.situs_street) as stem
      from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where r.kind = 2 and r.addr_hash is not null and s.house is not null
  ), staged as materialized (
    select (s.part::bigint << 32) + s.line_number as row_no, s.situs_house_number, s.situs_street, s.situs_unit,
      s.situs_city, s.situs_state, s.situs_zip, substr(s.situs_street, strpos(s.situs_street, ' ')) as name
    from public.leads_staging s
    where s.part_id in (select distinct x.part_id from resolve_rows x)
      and s.situs_house_number is not null and strpos(s.situs_street, ' ') > 1
  ), streets as materialized (
    -- A list has many houses in each of its streets.
    select d.name, private.street_stem('1' || d.name) as stem from (select distinct s.name from staged s offset 0) d
  ), named as materialized (
    -- Apart from the next step, so that no plan joins by the house number alone.
    select s.*, n.stem from staged s join streets n using (name)
  ), here as materialized (
    select s.row_no, w.stem, s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state,
      s.situs_zip
    from named s
    join wanted w on w.house = s.situs_house_number and w.stem = s.stem
  )
  insert into resolve_addresses (addr_hash, house, stem, street, unit, city, state, zip, owner)
  select distinct on (r.addr_hash) r.addr_hash, s.situs_house_number, s.stem, s.situs_street, s.situs_unit,
    s.situs_city, s.situs_state, s.situs_zip, r.owner
  from here s
  cross join lateral (select x.addr_hash, x.owner from resolve_rows x where x.row_no = s.row_no offset 0) r
  where r.addr_hash is not null
  -- What the rows say decides which of them stands for the address.
  order by r.addr_hash, (r.owner is null), (s.situs_city is null), s.situs_street, s.situs_city, r.owner;
  -- Of the leads: those with the same house number and street name.
  insert into resolve_addresses (addr_hash, house, stem, street, unit, city, state, zip, owner)
  select distinct on (l.addr_hash) l.addr_hash, l.situs_house_number, d.stem, l.situs_street, l.situs_unit,
    l.situs_city, l.situs_state, l.situs_zip,
    private.owner_text(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full,
      l.situs_street)
  from (select distinct a.house, a.stem from resolve_addresses a offset 0) d
  cross join lateral (
    select x.* from public.leads x
    where x.org_id = p_org_id and x.addr_hash is not null and x.situs_house_number = d.house
      and private.street_stem(x.situs_street) = d.stem
    limit 200
  ) l
  where not exists (select from resolve_addresses a where a.addr_hash = l.addr_hash);
  analyze pg_temp.resolve_addresses;
end
$function$;

CREATE OR REPLACE FUNCTION private.find_overused_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_parts     uuid[],
  p_report    boolean DEFAULT true
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  SET jit TO 'off'
  AS $function$
begin
  truncate resolve_overused;
  -- Most lists have none.
  perform from private.leads_staging_contacts c
  where c.part_id = any (p_parts)
  group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
  limit 1;
  if not found then
    return;
  end if;
  -- The thousand most frequent ones, so that a list full of them costs no more.
  with busy as materialized (
    select c.value_bidx, c.kind from private.leads_staging_contacts c
    where c.part_id = any (p_parts)
    group by c.value_bidx, c.kind having count(*) > private.shared_key_limit()
    order by count(*) desc, c.value_bidx limit 1000
  ), facts as (
    select c.kind, c.value_bidx, c.masked, s.*
    from private.leads_staging_contacts c
    join busy b on b.value_bidx = c.value_bidx and b.kind = c.kind
    cross join lateral (
      select x.part, x.line_number, encode(x.addr_hash, 'hex') as place,
        private.owner_text(x.owner_1_first, x.owner_1_last, x.owner_2_first, x.owner_2_last, x.owner_full,
          x.situs_street) as owner
      from public.leads_staging x
      where x.part_id = c.part_id and x.line_number = c.line_number
      offset 0
    ) s
    where c.part_id = any (p_parts)
  )
  insert into resolve_overused (place, kind, masked, rows, places, owners, first_lines)
  select f.value_bidx, f.kind, min(f.masked), count(*), count(distinct f.place),
    -- Without a name, the address says who it is.
    count(distinct coalesce(f.owner, f.place)),
    to_jsonb((array_agg(jsonb_build_array(f.part, f.line_number) order by f.part, f.line_number))[1:5])
  from facts f
  group by f.value_bidx, f.kind
  having count(distinct coalesce(f.owner, f.place)) > private.shared_key_limit();
  if not found or not p_report then
    return;
  end if;
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  -- The blind index tells apart values that look alike when masked.
  select p_org_id, p_upload_id, o.kind::text, o.masked || ' #' || left(encode(o.place, 'hex'), 6), o.rows, o.places,
    o.owners, o.first_lines
  from resolve_overused o
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_contact', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select c.part_id, count(distinct c.line_number) as n,
      to_jsonb((array_agg(distinct c.line_number order by c.line_number))[1:5]) as lines
    from resolve_overused o
    join private.leads_staging_contacts c on c.value_bidx = o.place and c.part_id = any (p_parts)
    group by c.part_id
  ) w;

  if not exists (select from resolve_overused o where o.owners > private.stranger_limit()) then
    return;
  end if;
  update private.leads_staging_contacts c set invalid = true, verified = false
  from resolve_overused o
  where o.owners > private.stranger_limit() and c.value_bidx = o.place and c.part_id = any (p_parts);
  update public.leads_staging s set phone_verified = v.phone, email_verified = v.email
  from (
    select c.part_id, c.line_number, bool_or(c.verified and c.kind = 'phone') as phone,
      bool_or(c.verified and c.kind = 'email') as email
    from (
      select distinct x.part_id, x.line_number
      from private.leads_staging_contacts x join resolve_overused o on o.place = x.value_bidx
      where o.owners > private.stranger_limit() and x.part_id = any (p_parts)
    ) d
    join private.leads_staging_contacts c using (part_id, line_number)
    group by c.part_id, c.line_number
  ) v
  where s.part_id = v.part_id and s.line_number = v.line_number
    and (s.phone_verified, s.email_verified) is distinct from (v.phone, v.email);
end
$function$;

CREATE OR REPLACE FUNCTION private.keep_conflict_row (
  p_org_id      uuid,
  p_conflict_id bigint,
  p_part_id     uuid,
  p_line        integer,
  p_as_of       timestamp with time zone
)
  RETURNS void
  LANGUAGE sql
  SET search_path TO ''
  AS $function$
  insert into private.conflict_rows (org_id, conflict_id, upload_id, part, line, key_id, content, created_at)
  select p_org_id, p_conflict_id, s.upload_id, s.part, s.line_number, p.key_id,
    private.encrypt_value(jsonb_build_object(
      'row', to_jsonb(s) - '{org_id,part_id,upload_id,part,line_number,verdict,lead_id,loaded_at}'::text[],
      'raw', coalesce(private.staged_raw(s.part_id, s.line_number, k.key), '[]'),
      'contacts', coalesce((
        select jsonb_agg(to_jsonb(c) - '{part_id,line_number,value_bidx,value_cipher,masked}'::text[]
          || jsonb_build_object('value', private.decrypt_value(c.value_cipher, k.key)) order by c.kind, c.position)
        from private.leads_staging_contacts c where c.part_id = p_part_id and c.line_number = p_line), '[]'))::text,
      k.key),
    p_as_of
  from public.leads_staging s
  join public.upload_parts p on p.id = s.part_id
  cross join lateral (select private.org_key(p_org_id, p.key_id) as key offset 0) k
  where s.part_id = p_part_id and s.line_number = p_line
  -- Kept already when a resolve began again.
  on conflict (upload_id, part, line) do nothing
$function$;

CREATE OR REPLACE FUNCTION private.mask_attributes (
  p_attributes jsonb,
  OUT          attributes jsonb,
  OUT          masked integer
)
  RETURNS record
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_text constant text := p_attributes::text;
begin
  attributes := coalesce(p_attributes, '{}');
  masked := 0;
  if v_text is null or not private.may_contain_contact(p_attributes) then
    return;
  end if;
  -- First the whole object, then each value.
  if v_text !~ '@|[0-9]{3}[-. )]{1,3}[0-9]{3}[-. ]{1,3}[0-9]{4}'
    and v_text !~* '"[^"]*(phone|mobile|cell|fax|telephone)[^"]*": "[^"]*[0-9]{7}' then
    return;
  end if;
  select jsonb_object_agg(a.key, m.value), count(*) filter (where m.value is distinct from a.value)
  into attributes, masked
  from jsonb_each_text(p_attributes) a
  cross join lateral (
    select regexp_replace(regexp_replace(
        case when a.key ~* '(phone|mobile|cell|fax|telephone)' and a.value ~ '[0-9]{7}'
          then regexp_replace(a.value, '[0-9]{3,}([0-9]{4})', '***-\1', 'g') else a.value end,
        '[A-Za-z0-9._%+''-]+@([A-Za-z0-9.-]+\.[A-Za-z]{2,})', '***@\1', 'g'),
      '(\+?1[-. ]?)?\(?[0-9]{3}[-. )]{1,3}[0-9]{3}[-. ]{1,3}([0-9]{4})', '***-***-\2', 'g') as value
  ) m;
end
$function$;

CREATE OR REPLACE FUNCTION private.may_contain_contact (
  p_attributes jsonb
)
  RETURNS boolean
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select p_attributes::text ~ '@|[0-9]{7}|[0-9]{3}[-. )]{1,3}[0-9]{3}'
$function$;

CREATE OR REPLACE FUNCTION private.normalise_apn (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_apn text := raw;
begin
  if raw is null or length(raw) > 200 then
    return null;
  end if;
  if raw ~ '[^0-9A-Z]' then
    v_apn := upper(btrim(raw, E' \t\r\n''"='));
    -- A spreadsheet turns an id into a number: `2029580065.00` can be repaired.
    if position('.' in v_apn) > 0 then
      v_apn := regexp_replace(v_apn, '^([0-9]{6,})\.0{1,2}$', '\1');
    end if;
    if v_apn ~ '[A-Z/:]|^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      and (private.is_damaged_parcel(v_apn) or v_apn ~ private.filler_parcel_words()) then
      return null;
    end if;
    v_apn := translate(v_apn, translate(v_apn, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''), '');
  end if;
  -- A parcel number has a digit other than zero.
  if length(v_apn) > 40 or v_apn !~ '[1-9]' then
    return null;
  end if;
  if v_apn ~ '[A-Z]' then
    if v_apn ~ '^[A-Z]{2}' and v_apn ~ private.filler_parcel_words() then
      return null;
    end if;
  elsif private.is_filler_number(v_apn) or private.is_rounded_number(v_apn) then
    return null;
  end if;
  return v_apn;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_email (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_email constant text := private.read_email(raw);
  v_local constant text := translate(split_part(v_email, '@', 1), '._-/', '');
  v_domain constant text := split_part(split_part(v_email, '@', 2), '.', 1);
begin
  if private.is_filler_local_part(v_local, v_domain) then
    return null;
  end if;
  return v_email;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_mak (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
begin
  if raw is null then
    return null;
  end if;
  if raw !~ '^[0-9]{10}$' then
    raw := regexp_replace(btrim(raw, E' \t\r\n''"='), '\.0{1,2}$', '');
    if raw !~ '^[0-9]{10}$' then
      return null;
    end if;
  end if;
  -- 2.02958E+09 written out ends in four zeros.
  if right(raw, 4) = '0000' or private.is_filler_number(raw) then
    return null;
  end if;
  return raw;
end
$function$;

CREATE OR REPLACE FUNCTION private.normalise_phone (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_digits text := translate(raw, '()- ', '');
begin
  if v_digits ~ '[^0-9]' or length(v_digits) <> 10 then
    v_digits := substr(private.read_phone(raw), 3);
  elsif v_digits !~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)' then
    return null;
  end if;
  if private.is_filler_phone(v_digits) then
    return null;
  end if;
  return '+1' || v_digits;
end
$function$;

CREATE OR REPLACE FUNCTION private.parcel_segments (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_text text := raw;
begin
  if raw is null or length(raw) > 200 or raw !~ '[A-Za-z0-9][^A-Za-z0-9]+[A-Za-z0-9]' then
    return null;
  end if;
  -- `2029580065.00` is a number that a spreadsheet wrote, not a number with a segment 00.
  if position('.' in v_text) > 0 then
    v_text := regexp_replace(v_text, '^(\D*[0-9]{6,})\.0{1,2}(\D*)$', '\1\2');
  end if;
  v_text := btrim(regexp_replace(upper(v_text), '[^A-Z0-9]+', '-', 'g'), '-');
  if position('-' in v_text) = 0 then
    return null;
  end if;
  return regexp_replace(v_text, '(^|-)0+(?=[A-Z0-9])', '\1', 'g');
end
$function$;

CREATE OR REPLACE FUNCTION private.parse_address (
  street    text,
  unit      text,
  city      text,
  state     text,
  zip       text,
  rechecked boolean                 DEFAULT true,
  streets   jsonb                   DEFAULT NULL::jsonb,
  OUT       situs_house_number text,
  OUT       situs_street text,
  OUT       situs_unit text,
  OUT       situs_city text,
  OUT       situs_state text,
  OUT       situs_zip text,
  OUT       situs_zip4 text,
  OUT       addr_hash bytea,
  OUT       warnings text[]
)
  RETURNS record
  LANGUAGE plpgsql
  STABLE
  PARALLEL SAFE
  AS $function$
declare
  v_words text[];
  v_line text := upper(street collate "C");
  v_city text;
  v_unit_at integer;
  v_unit text := unit;
  v_line_unit text;
  v_street text;
  v_shown text;
  v_forms text;
  v_box record;
  v_condominium record;
  v_spanish record;
  v_house record;
  v_puerto_rico boolean;
  v_stripped boolean := false;
  v_special boolean;
  v_urb text;
  v_number text;
  v_comma boolean;
  v_unclear boolean := false;
  v_last text;
  v_place record;
  v_again record;
  v_line_shown text;
  v_differs boolean;
  k integer;
begin
  -- A call costs more than checking whether it is needed.
  if length(v_line) > 200 or v_line ~ '[^A-Z0-9 ]|  |^ | $' then
    v_line := private.clean_address_text(street);
  end if;
  if v_unit is not null then
    if octet_length(v_unit) <> length(v_unit) then
      v_unit := private.clean_address_text(v_unit);
      v_unclear := octet_length(v_unit) <> length(v_unit);
    end if;
    v_unit := private.canonical_unit(v_unit);
  end if;
  if length(zip) = 5 and ltrim(zip, '0123456789') = '' and zip >= '00501' then
    situs_zip := zip;
  elsif zip is not null then
    situs_zip := private.normalise_zip(zip);
    situs_zip4 := private.normalise_zip4(zip);
    if situs_zip is not null and zip !~ '^[0-9]{5}-[0-9]{4}$' then
      warnings := array_append(warnings, 'zip_healed');
    end if;
  end if;
  if length(state) = 2 and position(' ' || state || ' ' in private.state_codes()) > 0 then
    situs_state := state;
  elsif state is not null then
    situs_state := private.normalise_state(state);
  end if;
  if city is not null then
    situs_city := nullif(btrim(left(split_part(city, ',', 1), 100)), '');
    v_city := upper(situs_city collate "C");
    if v_city ~ '[^A-Z ]|  ' then
      v_city := nullif(private.clean_address_text(situs_city), '');
    end if;
    if situs_city = v_city or situs_city = lower(situs_city) then
      situs_city := initcap(situs_city);
    end if;
  end if;
  v_last := split_part(v_line, ' ', -1);
  if private.is_plain_line(v_line, v_last, v_city) then
    -- Most lines are a house number and a street, with nothing to remove.
    situs_house_number := split_part(v_line, ' ', 1);
    v_street := substr(v_line, length(situs_house_number) + 2);
  elsif v_line <> '' then
    if v_line ~ '[A-Z]{2}-?[0-9]' then
      v_line := private.split_glued_unit(v_line);
      v_last := split_part(v_line, ' ', -1);
    end if;
    v_words := string_to_array(v_line, ' ');

    -- A row with its place in columns of its own seldom repeats it in the line.
    v_comma := position(',' in v_line) > 0;
    if v_comma or v_city is null or situs_zip is null or right(v_line, length(v_city)) = v_city
      or v_last = situs_state or length(v_last) >= 5 and ascii(right(v_last, 1)) between 48 and 57 then
      v_place := private.strip_place(v_words, v_city, situs_state, situs_zip);
      v_stripped := v_place.stripped;
      if v_stripped then
        v_words := v_place.words;
        v_last := v_words[cardinality(v_words)];
        situs_state := v_place.state;
        situs_zip := v_place.zip;
        if v_city is null and v_place.city is not null then
          v_city := v_place.city;
          situs_city := initcap(v_city);
        end if;
        warnings := array_append(warnings, 'place_taken_out_of_street');
      end if;
    end if;

    -- Puerto Rico and other Spanish addresses.
    v_puerto_rico := situs_state = 'PR' or situs_zip < '01000' and situs_zip ~ '^00[679]';
    if v_puerto_rico and '{"COND":1,"CONDOMINIO":1}'::jsonb ?| v_words then
      v_condominium := private.split_condominium(v_words, v_unit is not null);
      v_words := v_condominium.words;
      v_line_unit := v_condominium.unit;
      if v_condominium.building is not null then
        v_street := v_condominium.building;
        v_words := '{}';
      end if;
    end if;
    v_special := private.line_words() ?| v_words;
    if v_puerto_rico or v_special
      and '{"URB":1,"URBANIZACION":1,"CALLE":1,"CLL":1,"CALLEJON":1,"CARR":1,"CARRETERA":1,"KM":1}'::jsonb ?| v_words
    then
      v_spanish := private.split_spanish_line(v_words, v_puerto_rico);
      v_words := v_spanish.words;
      v_urb := v_spanish.urb;
      v_comma := ',' = any (v_words);
      if v_spanish.road is not null then
        v_street := v_spanish.road;
        v_words := '{}';
      end if;
    end if;

    -- Boxes: a post office box, a box on a rural or highway contract route.
    if v_special and '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1,"LOCKBOX":1,"CALLER":1,"BIN":1,"APARTADO":1,"APDO":1,
      "BUZON":1,      "BZN":1}'::jsonb ?| v_words then
      v_box := private.split_box(array_to_string(v_words, ' '));
      if v_box.before is not null then
        v_words := string_to_array(v_box.before, ' ');
        warnings := array_append(warnings, 'box_dropped');
      elsif v_box.box is not null then
        v_street := v_box.box;
        v_words := '{}';
        if private.unit_words() ? split_part(v_box.rest, ' ', 1) then
          v_line_unit := v_box.rest;
        elsif v_city is null and v_stripped and v_box.rest !~ '[^A-Z ]' then
          v_city := v_box.rest;
          situs_city := initcap(v_city);
        end if;
      end if;
    end if;

    -- A unit in front: `APT 4, 123 MAIN ST`.
    if private.unit_words() ->> v_words[1] = 'sure' and v_words[2] <> ',' then
      k := 3 + coalesce((v_words[3] in (',', '-'))::integer, 0);
      if v_words[k] ~ '^[0-9]' and v_words[k + 1] is not null then
        v_line_unit := v_words[2];
        v_words := v_words[k :];
      end if;
    end if;
    -- A name before the number (`c/o Smith, 123 Main St`), separated from it by a comma.
    if v_comma and v_words[1] !~ '[0-9]' and not private.number_words() ? v_words[1]
      and not (v_words[1] in ('NO', 'NUM', 'NUMBER') and v_words[2] ~ '^[0-9]') then
      v_unit_at := array_position(v_words, ',');
      if v_words[v_unit_at + 1] ~ '^[0-9]+[A-Z]?$' and cardinality(v_words) > v_unit_at + 1 then
        -- A building with a unit: `Harbor Towers Apt 4, 123 Main St`.
        k := private.find_unit(v_words[: v_unit_at - 1]);
        if private.unit_words() ? v_words[k] then
          v_line_unit := concat_ws(' ', v_line_unit, array_to_string(v_words[k : v_unit_at - 1], ' '));
        end if;
        v_words := v_words[v_unit_at + 1 :];
      end if;
    end if;

    -- House number, unit and street. find_unit expects the house number as one word.
    if v_street is null then
      v_house := private.split_house(v_words);
      situs_house_number := v_house.house;
      v_words := coalesce(situs_house_number, '-') || v_house.words;
      if v_special then
        v_words := private.cut_cross_street(v_words, 2);
        v_last := v_words[cardinality(v_words)];
      end if;
      if v_comma or length(v_last) = 1 or ascii(v_last) < 58 or ascii(right(v_last, 1)) < 58
        or private.unit_words() ?| v_words then
        v_unit_at := private.find_unit(v_words);
        if v_unit_at is not null then
          v_line_unit := concat_ws(' ', v_line_unit,
            private.canonical_unit(array_to_string(v_words[v_unit_at :], ' ')));
          v_words := v_words[1 : v_unit_at - 1];
          warnings := array_append(warnings, 'unit_taken_out_of_street');
        end if;
      end if;
      v_street := array_to_string(v_words[2 :], ' ');
      if v_street ~ '[^A-Z0-9 ]' then
        -- Non-Latin text is indistinguishable after cleaning: no hash is better than a wrong one.
        if octet_length(v_street) <> length(v_street) then
          situs_house_number := null;
        end if;
        v_street := translate(v_street, translate(v_street, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ', ''),
          repeat(' ', length(v_street)));
        v_street := btrim(regexp_replace(v_street, ' {2,}', ' ', 'g'));
      end if;
      v_street := nullif(v_street, '') || coalesce(' URB ' || nullif(v_urb, ''), '');
    end if;

    if v_line_unit is not null and v_line_unit <> '' then
      v_line_unit := private.canonical_unit(v_line_unit);
      v_unit := case
        when v_unit is null or v_unit = v_line_unit then v_line_unit
        else private.canonical_unit(v_line_unit || ' ' || v_unit)
      end;
    end if;
  end if;

  if v_street is not null and situs_house_number is not null then
    v_forms := streets ->> v_street;
    if v_forms is null then
      v_forms := private.street_forms(v_street);
    end if;
    v_street := split_part(v_forms, '|', 1);
    v_shown := split_part(v_forms, '|', 2);
    situs_street := situs_house_number || ' ' || split_part(v_forms, '|', 3);
    v_line_shown := situs_house_number || ' ' || v_shown;
    -- A directional alone is not a street.
    v_unclear := v_unclear or private.directions() ? v_street;
  elsif v_words = '{}' then
    situs_street := v_street;
    v_line_shown := v_street;
  else
    v_street := null;
    situs_street := nullif(left(btrim(street), 200), '');
  end if;
  if v_street is not null then
    -- The text shown must parse to the same address as the original. A plain line and an unchanged line do; any other
    -- line is parsed again, and an unclear address gets no hash rather than a wrong one.
    v_differs := rechecked and not v_unclear and v_line_shown <> v_line and (situs_house_number is null
      or not private.is_plain_line(v_line_shown, split_part(v_line_shown, ' ', -1), v_city));
    if situs_zip is null then
      -- Without a ZIP the city is part of the hash.
      v_city := private.city_key(v_city);
    end if;
    -- Where house numbers have hyphens, lists leave them out: Queens 112-10 is 11210, Hawaii 92-1234 921234.
    v_number := situs_house_number;
    if position('-' in v_number) > 0
      and (situs_zip ~ '^(11[136][0-9][0-9]|114[0-9][0-9]|1100[145])$' and v_number ~ '^[0-9]{1,3}-[0-9]{2}$'
        or situs_zip ~ '^96[78]' and v_number ~ '^[0-9]{2}-[0-9]{3,4}$') then
      v_number := replace(v_number, '-', '');
    end if;
    addr_hash := private.address_hash(v_number, v_street, v_unit, v_city, situs_state, situs_zip);
    if v_differs then
      v_again := private.parse_address(situs_street, v_unit, situs_city, situs_state, situs_zip, false);
      v_unclear := v_again.situs_street is distinct from situs_street or v_again.situs_unit is distinct from v_unit
        or v_again.situs_house_number is distinct from situs_house_number
        or v_again.situs_city is distinct from situs_city or v_again.situs_zip is distinct from situs_zip
        or v_again.situs_state is distinct from situs_state or v_again.addr_hash is distinct from addr_hash;
    end if;
  end if;
  if v_unclear then
    addr_hash := null;
    warnings := array_append(warnings, 'address_unclear');
  end if;
  situs_unit := v_unit;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_email (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_email text;
  v_local text;
  v_domain text;
  v_top text;
  v_around constant text := E' \t\r\n\f\u00a0\u200b\ufeff"''<>();,';
begin
  if raw is null or length(raw) > 400 or position('@' in raw) = 0 then
    return null;
  end if;
  -- Most addresses match this simple form.
  if length(raw) <= 64
    and raw ~ '^[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*'
      '@[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\.[A-Za-z0-9]+(-[A-Za-z0-9]+)*)*\.[A-Za-z]{2,}$' then
    return lower(raw collate "C");
  end if;
  -- Unwraps `Name <a@b>` and `mailto:a@b?subject=…`; repairs nothing else.
  v_email := lower(btrim(raw, v_around) collate "C");
  if position('<' in v_email) > 0 then
    v_email := btrim(split_part(v_email, '<', 2), v_around);
  end if;
  if left(v_email, 7) = 'mailto:' then
    v_email := btrim(split_part(substr(v_email, 8), '?', 1), v_around);
  end if;
  v_local := split_part(v_email, '@', 1);
  v_domain := substr(v_email, length(v_local) + 2);
  -- RFC 5321: at most 64 characters in the local part and 254 in total. Only the dot-atom form of the local part.
  if length(v_email) > 254 or length(v_local) not between 1 and 64
    or translate(v_local, 'abcdefghijklmnopqrstuvwxyz0123456789.!#$%&''*+/=?^_`{|}~-', '') <> ''
    or left(v_local, 1) = '.' or right(v_local, 1) = '.' or position('..' in v_email) > 0
  then
    return null;
  end if;
  -- The domain: letters, digits and inner hyphens, labels of at most 63 characters, the last one letters (or xn--).
  v_top := split_part(v_domain, '.', -1);
  if translate(v_domain, 'abcdefghijklmnopqrstuvwxyz0123456789.-', '') <> ''
    or position('.' in v_domain) < 2
    or left(v_domain, 1) = '-'
    or position('-.' in v_domain) > 0 or position('.-' in v_domain) > 0
    or length(v_top) not between 2 and 63
    or (ltrim(v_top, 'abcdefghijklmnopqrstuvwxyz') <> '' and (left(v_top, 4) <> 'xn--' or right(v_top, 1) = '-'))
    or (length(v_domain) > 63 and v_domain ~ '[^.]{64}')
  then
    return null;
  end if;
  return v_email;
end
$function$;

CREATE OR REPLACE FUNCTION private.read_phone (
  raw text
)
  RETURNS text
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
declare
  v_digits text;
begin
  if raw is null or length(raw) > 60 then
    return null;
  end if;
  -- Most phones are ten digits in US notation.
  v_digits := translate(raw, '()- ', '');
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  -- Then E.164. Everything else is taken apart below.
  if raw ~ '[^0-9]' and raw !~ '^\+1[0-9]{10}$' then
    -- An extension ends the number; a spreadsheet adds `.0` to a number; after that only digits count.
    v_digits := lower(raw);
    if v_digits ~ '[a-z#;,/]' then
      v_digits := regexp_replace(v_digits,
        '^\s*(tel|phone|ph|cell|mobile|home|work|office|fax|p|t|m|c)?[.:]?\s*(?=[+(0-9])', '');
      v_digits := regexp_replace(v_digits, '\s*(x|ext|extn|extension|#|;\s*ext\s*=|,).*$', '');
      if v_digits ~ '[a-z#;,/]' then
        return null;
      end if;
    end if;
    v_digits := regexp_replace(v_digits, '\.0{1,2}\s*$', '');
    if position('+' in v_digits) > 0 and v_digits !~ '^[^0-9]*\+[^0-9]*1' then
      return null;
    end if;
    v_digits := translate(v_digits, translate(v_digits, '0123456789', ''), '');
  else
    v_digits := ltrim(raw, '+');
  end if;
  if length(v_digits) = 11 and left(v_digits, 1) = '1' then
    v_digits := substr(v_digits, 2);
  end if;
  -- NANP: area code and exchange are [2-9]XX, neither is N11, and no real number repeats one digit.
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.reject_keyless_rows (
  p_upload_id uuid,
  p_parts     uuid[]
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET enable_nestloop TO 'off'
  AS $function$
begin
  if not exists (select from public.upload_shared_keys k where k.upload_id = p_upload_id) then
    return;
  end if;
  with keyless as materialized (
    select s.* from public.leads_staging s
    where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
  ), parts as materialized (
    select p.id, p.key_id, private.org_key(p.org_id, p.key_id) as key
    from public.upload_parts p where p.id in (select s.part_id from keyless s)
  ), raw as materialized (
    -- Each message is decrypted once.
    select b.part_id, r.key::integer as line, r.value
    from private.leads_staging_raw b
    join parts p on p.id = b.part_id
    cross join lateral jsonb_each(private.decrypt_value(b.content, p.key)::jsonb) r
    where exists (
      select from keyless s
      where s.part_id = b.part_id and s.line_number between b.first_line and b.last_line)
  )
  insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
  select s.org_id, s.upload_id, s.part, s.line_number, 'no_identity',
    case when s.mak is null and (s.apn is null or s.county_fips is null)
      then 'The row has only a phone or e-mail that many owners in this upload share.'
      else 'The row has only a parcel number or MAK that many addresses or owners in this upload share.' end,
    p.key_id, private.encrypt_value(coalesce(r.value, '[]')::text, p.key)
  from keyless s
  join parts p on p.id = s.part_id
  left join raw r on r.part_id = s.part_id and r.line = s.line_number
  on conflict (upload_id, part, line) do update set code = excluded.code, detail = excluded.detail,
    key_id = excluded.key_id, raw = excluded.raw, replayed_at = null;
  update public.upload_parts p set staged = p.staged - k.n, rejected = p.rejected + k.n
  from (
    select s.part_id, count(*) as n from public.leads_staging s
    where s.part_id = any (p_parts) and s.verdict = 'keyless' and s.phone is null and s.email is null
    group by s.part_id
  ) k
  where p.id = k.part_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.restage_conflict_row (
  p_row private.conflict_rows
)
  RETURNS uuid
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_content constant jsonb := private.conflict_row_content(p_row);
  v_part public.upload_parts;
  v_key text;
  v_blind constant bytea := private.blind_key(p_row.org_id);
  v_columns text;
begin
  select p.* into strict v_part from public.upload_parts p
  where p.org_id = p_row.org_id and p.upload_id = p_row.upload_id and p.part = p_row.part
  for update;
  v_key := private.org_key(v_part.org_id, v_part.key_id);
  -- The columns that the row has, so that columns of a later release take their defaults.
  select string_agg(format('%I', a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = 'public.leads_staging'::regclass and a.attnum > 0 and not a.attisdropped
    and (v_content -> 'row') ? a.attname;
  execute format('insert into public.leads_staging (org_id, part_id, upload_id, part, line_number, %1$s) '
    'select $1, $2, $3, $4, $5, %1$s from jsonb_populate_record(null::public.leads_staging, $6)', v_columns)
  using v_part.org_id, v_part.id, v_part.upload_id, v_part.part, p_row.line, v_content -> 'row';
  insert into private.leads_staging_contacts (part_id, line_number, kind, position, value_bidx, value_cipher, masked,
    label, verified, invalid, codes)
  select v_part.id, p_row.line, c.kind, c.position, private.blind_index(c.value, v_blind),
    private.encrypt_value(c.value, v_key), private.mask_contact(c.value), c.label, c.verified, c.invalid, c.codes
  from jsonb_to_recordset(v_content -> 'contacts') as c (kind public.contact_kind, position smallint, value text,
    label text, verified boolean, invalid boolean, codes text[]);
  return v_part.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.rotate_parts (
  r       private.key_rotations,
  p_limit integer,
  p_bytes bigint                DEFAULT 33554432
)
  RETURNS integer
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
declare
  v_part record;
  v_old text;
  v_new constant text := private.org_key(r.org_id, r.new_key_id);
  v_bytes bigint := 0;
  v_moved integer := 0;
begin
  -- Whoever stages or resolves a part locks it, so what belongs to a part changes its key at once.
  for v_part in
    select p.id, p.key_id, p.bytes from public.upload_parts p
    where p.org_id = r.org_id and p.key_id = any (r.old_key_ids)
    order by p.state in ('received', 'staging', 'staged'), p.id
    limit p_limit for update of p skip locked
  loop
    begin
      v_old := private.org_key(r.org_id, v_part.key_id);
      update private.upload_part_chunks c set body = private.encrypt_bytes(private.decrypt_bytes(c.body, v_old), v_new)
      where c.part_id = v_part.id;
      update private.leads_staging_raw s
      set content = private.encrypt_value(private.decrypt_value(s.content, v_old), v_new)
      where s.part_id = v_part.id;
      update private.leads_staging_contacts c
      set value_cipher = private.encrypt_value(private.decrypt_value(c.value_cipher, v_old), v_new)
      where c.part_id = v_part.id;
      update public.upload_parts p set key_id = r.new_key_id where p.id = v_part.id;
      v_moved := v_moved + 1;
    exception when sqlstate '39000' then
      null;
    end;
    v_bytes := v_bytes + v_part.bytes;
    exit when v_bytes >= p_bytes;
  end loop;
  return v_moved;
end
$function$;

CREATE OR REPLACE FUNCTION private.stage_rows (
  p_part_id uuid
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET jit TO 'off'
  AS $function$
declare
  v_part public.upload_parts;
  v_source public.sources;
  v_key text;
  v_rows integer;
  v_total integer;
  v_warnings jsonb;
  v_address jsonb;
  v_streets jsonb;
begin
  -- Locked, so that its key does not change before the rows are stored.
  select * into strict v_part from public.upload_parts p where p.id = p_part_id for update;
  select s.* into strict v_source from public.sources s
  join public.uploads u on u.source_id = s.id where u.id = v_part.upload_id;
  v_key := private.org_key(v_part.org_id, v_part.key_id);

  v_warnings := private.stage_contacts(v_part);
  -- A list has many houses in each of its streets.
  select private.known_streets(array_agg(s.street)) into v_streets
  from stage_in s where s.reject_code is null and s.street is not null;

  -- A list has few places and many houses, so each place is looked up once. The place in the street line is used
  -- where the row's own columns are empty.
  with parsed as materialized (
    select s.*, a.situs_house_number, a.situs_street, a.situs_unit, a.situs_city, a.situs_state, a.situs_zip,
      a.addr_hash,
      case when m.masked > 0 then a.warnings || '{contact_in_attribute}'::text[] else a.warnings end as row_warnings,
      coalesce(m.attributes, s.attributes, '{}') as safe_attributes, k.mak_key, k.apn_key,
      concat_ws('|', s.fips, '/', s.county, '/', coalesce(a.situs_state, s.state), '/',
        coalesce(s.zip, a.situs_zip)) as place
    from stage_in s
    cross join lateral private.parse_address(s.street, s.unit, coalesce(s.city, v_source.default_city),
      coalesce(s.state, v_source.default_state), s.zip, true, v_streets) a
    left join lateral (
      select (x.safe).attributes, (x.safe).masked
      from (select private.mask_attributes(s.attributes) as safe
        where private.may_contain_contact(s.attributes) offset 0) x
    ) m on true
    cross join lateral (
      -- offset 0: evaluated once, and not at every reference
      select case when s.mak is not null then private.normalise_mak(s.mak) end as mak_key,
        case when s.apn is not null then private.normalise_apn(s.apn) end as apn_key offset 0
    ) k
    where s.reject_code is null
  ), places as materialized (
    select d.*, f.county_fips,
      case when d.usps is null then coalesce(
        (select c.state from public.us_counties c where c.fips = f.county_fips), private.zip_state(d.zip5))
      end as state_of_place
    from (
      select n.*, private.normalise_state(n.state) as usps, private.normalise_zip(n.zip) as zip5
      from (
        select distinct on (i.place) i.place, i.fips, coalesce(i.county, v_source.default_county) as county,
          coalesce(i.situs_state, i.state, v_source.default_state) as state, coalesce(i.zip, i.situs_zip) as zip
        from parsed i
      ) n
      offset 0
    ) d
    cross join lateral (select private.county_fips(d.fips, d.county, d.usps, d.zip5) as county_fips offset 0) f
  ), staged as (
    insert into public.leads_staging (org_id, part_id, upload_id, part, line_number,
      mak, county_fips, apn, apn_segments, addr_hash,
      situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
      owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
      mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
      email, phone, email_verified, phone_verified, email_codes, phone_codes,
      consent, consented_at, consent_method, lead_score, attributes, result_codes)
    select v_part.org_id, v_part.id, v_part.upload_id, v_part.part, s.line_no,
      s.mak_key, pl.county_fips, s.apn_key,
        case when s.apn_key is not null then private.parcel_segments(s.apn) end, s.addr_hash,
      s.situs_house_number, coalesce(s.situs_street, s.street), coalesce(s.situs_unit, s.unit),
      coalesce(s.situs_city, s.city, v_source.default_city), coalesce(s.situs_state, pl.usps, pl.state_of_place),
        coalesce(s.situs_zip, pl.zip5),
      s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
      s.mail_street, s.mail_unit, s.mail_city,
      case when s.mail_state is not null then coalesce(private.normalise_state(s.mail_state), s.mail_state) end,
      case when s.mail_zip is not null then coalesce(private.normalise_zip(s.mail_zip), s.mail_zip) end,
      c.email, c.phone, coalesce(c.email_verified, false), coalesce(c.phone_verified, false),
      -- Most rows have at most one code: a call for each would cost more than the comparison.
      case when c.email_codes is null then '{}' when position(',' in c.email_codes) = 0 then array[c.email_codes]
        else private.distinct_codes(c.email_codes) end,
      case when c.phone_codes is null then '{}' when position(',' in c.phone_codes) = 0 then array[c.phone_codes]
        else private.distinct_codes(c.phone_codes) end,
      t.consented_at is not null, t.consented_at,
        case when t.consented_at is not null then coalesce(s.consent_method, 'imported list') end,
      round(s.lead_score::numeric)::smallint, s.safe_attributes,
      string_to_array(nullif(translate(s.result_codes, ' ;|', ',,,'), ''), ',')
    from parsed s
    left join places pl on pl.place = s.place
    cross join lateral (
      select case when s.consent ~* '^(true|t|yes|y|1)$'
        then private.past_consent(s.consented_at, v_part.received_at) end as consented_at
    ) t
    cross join lateral (
      select
        (array_agg(x.value_bidx) filter (where x.kind = 'phone' and x.position = 1))[1] as phone,
        (array_agg(x.value_bidx) filter (where x.kind = 'email' and x.position = 1))[1] as email,
        bool_or(x.verified) filter (where x.kind = 'phone') as phone_verified,
        bool_or(x.verified) filter (where x.kind = 'email') as email_verified,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'phone' and x.codes <> '{}') as phone_codes,
        string_agg(array_to_string(x.codes, ','), ',')
          filter (where x.kind = 'email' and x.codes <> '{}') as email_codes
      from private.leads_staging_contacts x
      where x.part_id = p_part_id and x.line_number = s.line_no
    ) c
    where s.mak_key is not null or (pl.county_fips is not null and s.apn_key is not null) or s.addr_hash is not null
      or c.phone is not null or c.email is not null
    returning 1
  )
  select (select count(*) from staged),
    (select coalesce(jsonb_object_agg(w.code, w.found), '{}')
     from (
       select u.code,
         jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
       from (
         select p.line_no, unnest(p.row_warnings) as code from parsed p
         union all
         select p.line_no, 'filler_mak' from parsed p where p.mak is not null and p.mak_key is null
         union all
         select p.line_no, 'consent_in_future' from parsed p where p.consented_at is not null
           and private.to_timestamptz(p.consented_at) >= v_part.received_at + interval '1 day'
         union all
         select p.line_no, 'filler_apn' from parsed p where p.apn is not null and p.apn_key is null
       ) u
       group by u.code
     ) w)
  into v_rows, v_address;

  insert into private.leads_staging_raw (part_id, first_line, last_line, content)
  select p_part_id, min(r.line_no), max(r.line_no), private.encrypt_value(
    '{' || string_agg('"' || r.line_no || '":' || r.raw, ',') || '}', v_key)
  from (
    select s.line_no, s.raw, (row_number() over (order by s.line_no) - 1) / 100 as message
    from stage_in s where s.reject_code is null and s.raw is not null
  ) r
  group by r.message;

  v_total := (select count(*) from stage_in);
  if v_rows < v_total then
    insert into public.upload_rejects (org_id, upload_id, part, line, code, detail, key_id, raw)
    select v_part.org_id, v_part.upload_id, v_part.part, s.line_no, coalesce(s.reject_code, 'no_identity'),
      case when s.reject_code is not null then s.reject_detail
        else private.describe_missing_identity(s.street is not null,
        s.zip is not null or coalesce(s.city, v_source.default_city) is not null
          and coalesce(s.state, v_source.default_state) is not null,
        s.apn is not null,
          jsonb_array_length(coalesce(s.phones, '[]')) + jsonb_array_length(coalesce(s.emails, '[]')) > 0,
        btrim(s.county) ~ '^[0-9]{1,3}$' or cardinality(private.county_candidates(
          coalesce(s.county, v_source.default_county), coalesce(s.state, v_source.default_state))) > 1) end,
      v_part.key_id, private.encrypt_value(coalesce(s.raw, '[]')::text, v_key)
    from stage_in s
    where s.reject_code is not null
      or not exists (select from public.leads_staging l where l.part_id = p_part_id and l.line_number = s.line_no)
    on conflict (upload_id, part, line) do update
    set code = excluded.code, detail = excluded.detail, key_id = excluded.key_id, raw = excluded.raw,
      replayed_at = null;
  end if;
  -- A replayed row that is now valid is no longer a reject.
  delete from public.upload_rejects r using stage_in s
  where r.upload_id = v_part.upload_id and r.part = v_part.part and r.line = s.line_no and r.replayed_at is not null;

  perform private.add_warnings(p_part_id, v_warnings), private.add_warnings(p_part_id, v_address);
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (select s.line_no, unnest(s.warnings) as code from stage_in s) u
    group by u.code
  ) w;
  perform private.add_warnings(p_part_id, v_warnings);

  update public.upload_parts p
  set received = p.received + v_total, staged = p.staged + v_rows, rejected = p.rejected + v_total - v_rows
  where p.id = p_part_id;
  truncate stage_in;
end
$function$;

CREATE OR REPLACE FUNCTION private.staged_raw (
  p_part_id uuid,
  p_line    integer,
  p_key     text
)
  RETURNS jsonb
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select r.raw
  from private.leads_staging_raw b
  cross join lateral (select private.decrypt_value(b.content, p_key)::jsonb -> p_line::text as raw offset 0) r
  where b.part_id = p_part_id and p_line between b.first_line and b.last_line and r.raw is not null
  limit 1
$function$;

CREATE OR REPLACE FUNCTION private.tg_orgs__delete_staging()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
begin
  perform set_config('sluice.deleting_org', old.id::text, true);
  delete from private.leads_staging_contacts c using public.upload_parts p
  where p.org_id = old.id and c.part_id = p.id;
  delete from private.leads_staging_raw r using public.upload_parts p where p.org_id = old.id and r.part_id = p.id;
  delete from public.leads_staging s where s.org_id = old.id;
  delete from private.resolve_plan r using public.uploads u where u.org_id = old.id and r.upload_id = u.id;
  return old;
end
$function$;

CREATE POLICY "delete_writer" ON "private"."leads_staging_raw"
  FOR DELETE
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "insert_writer" ON "private"."leads_staging_raw"
  FOR INSERT
  TO "pipeline_writer"
  WITH CHECK (true);

CREATE POLICY "select_writer" ON "private"."leads_staging_raw"
  FOR SELECT
  TO "pipeline_writer"
  USING (true);

CREATE POLICY "update_writer" ON "private"."leads_staging_raw"
  FOR UPDATE
  TO "pipeline_writer"
  USING (true)
  WITH CHECK (true);

COMMENT ON COLUMN "private"."leads_staging_raw"."content" IS 'JSON object of line number and array of the original fields, encrypted with the key of the part.';

COMMENT ON COLUMN "private"."leads_staging_raw"."last_line" IS 'Of the lines from first_line to last_line, the message has those that were staged with it; ranges may overlap.';

COMMENT ON FUNCTION "private"."may_contain_contact"(jsonb) IS 'One look at attributes, since most rows have nothing to mask: false where none of them can contain a phone or e-mail.';

COMMENT ON FUNCTION "private"."staged_raw"(uuid, integer, text) IS 'The original fields of a staging row, in plain text. p_key is the data key of its part.';

COMMENT ON TABLE "private"."leads_staging_raw" IS 'The original records of staging rows, many in one message.';

COMMENT ON TABLE "public"."leads_staging" IS 'One CSV record on its way in: normalised keys and verdict. Holds nothing that cannot be recomputed.';

REVOKE ALL ON FUNCTION "private"."may_contain_contact"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."may_contain_contact"(jsonb) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."staged_raw"(uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."staged_raw"(uuid, integer, text) TO "pipeline_writer";

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE "private"."leads_staging_raw" TO "pipeline_writer";

-- Reference data, queues and cron jobs.

insert into private.encrypted_columns (relation, cipher_column, place, key_column, is_text, cursor_column) values
  ('private.leads_staging_raw', 'content', 'part', 'key_id', 'true', null)
on conflict (cipher_column, relation) do update set place = excluded.place, key_column = excluded.key_column, is_text = excluded.is_text, cursor_column = excluded.cursor_column;

delete from private.encrypted_columns where (cipher_column, relation) in (
  ('raw', 'public.leads_staging'));
