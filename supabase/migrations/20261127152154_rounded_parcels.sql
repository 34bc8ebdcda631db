-- rounded parcels: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.drop_shared_keys (
  p_org_id    uuid,
  p_upload_id uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  AS $function$
declare
  v_found integer;
begin
  with busy as (
    select l.link from resolve_links l
    group by l.link having count(*) > private.shared_key_limit()
  ), facts as (
    select case when b.link = convert_to('m' || r.mak, 'UTF8') then 'mak' else 'parcel' end as kind,
      case when b.link = convert_to('m' || r.mak, 'UTF8') then r.mak else r.parcel end as value,
      r.row_no, r.owner, s.place
    from busy b
    join resolve_links l using (link)
    join resolve_rows r using (row_no)
    cross join lateral (
      select case when x.addr_hash is not null then concat_ws(' ',
        substr(x.situs_street, length(x.situs_house_number) + 2),
        left(lpad(substring(x.situs_house_number from '^\d+'), 6, '0'), 4), coalesce(x.situs_zip, x.situs_city))
        end as place
      from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) s
    where b.link in (convert_to('m' || r.mak, 'UTF8'), convert_to('p' || r.parcel, 'UTF8'))
  )
  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, f.kind, f.value, count(*), count(distinct f.place), count(distinct f.owner),
    to_jsonb((array_agg(jsonb_build_array(f.row_no >> 32, f.row_no & 4294967295) order by f.row_no))[1:5])
  from facts f
  group by f.kind, f.value
  having count(distinct f.place) > private.shared_key_limit() or count(distinct f.owner) > private.shared_key_limit()
  on conflict (org_id, upload_id, kind, value) do update
  set rows = excluded.rows, places = excluded.places, owners = excluded.owners, first_lines = excluded.first_lines;

  insert into public.upload_shared_keys as k (org_id, upload_id, kind, value, rows, places, owners, first_lines)
  select p_org_id, p_upload_id, 'parcel', p.parcel, count(*), count(distinct s.addr_hash), count(distinct p.owner),
    to_jsonb((array_agg(jsonb_build_array(p.row_no >> 32, p.row_no & 4294967295) order by p.row_no))[1:5])
  from (
    select x.* from private.short_parcels(p_org_id) x
    union all
    select x.* from private.rounded_parcels(p_org_id) x
  ) p
  join public.leads_staging s using (part_id, line_number)
  group by p.parcel
  on conflict (org_id, upload_id, kind, value) do nothing;

  -- Also in rows of this upload that are resolved later (repaired and replayed).
  if not exists (select from public.upload_shared_keys k
    where k.org_id = p_org_id and k.upload_id = p_upload_id and k.kind in ('mak', 'parcel')) then
    return false;
  end if;
  update resolve_rows r
  set without_mak = r.without_mak or m.value is not null, mak = case when m.value is null then r.mak end,
    by_mak = case when m.value is null then r.by_mak end,
    without_parcel = r.without_parcel or p.value is not null, parcel = case when p.value is null then r.parcel end,
    apn = case when p.value is null then r.apn end, by_parcel = case when p.value is null then r.by_parcel end,
    twin = case when p.value is null then r.twin end,
    kind = case when (r.mak is null or m.value is not null) and (r.parcel is null or p.value is not null) then 2
      else 1 end,
    near = case when r.addr_hash is not null then coalesce(
      (select true from public.leads l where l.org_id = p_org_id and l.addr_hash = r.addr_hash limit 1),
      (select true from public.lead_addresses x where x.org_id = p_org_id and x.addr_hash = r.addr_hash limit 1)) end,
    lead_id = null, component_size = null, verdict = null
  from resolve_rows x
  left join public.upload_shared_keys m on m.org_id = p_org_id and m.upload_id = p_upload_id and m.kind = 'mak'
    and m.value = x.mak
  left join public.upload_shared_keys p on p.org_id = p_org_id and p.upload_id = p_upload_id and p.kind = 'parcel'
    and p.value = x.parcel
  where r.row_no = x.row_no and (m.value is not null or p.value is not null);
  get diagnostics v_found = row_count;
  perform private.add_warnings(w.part_id,
    jsonb_build_object('shared_key', jsonb_build_object('n', w.n, 'lines', w.lines)))
  from (
    select r.part_id, count(*) as n, to_jsonb((array_agg(r.line_number order by r.line_number))[1:5]) as lines
    from resolve_rows r where r.without_mak or r.without_parcel group by r.part_id
  ) w;
  -- Without an address their phone or e-mail is left (match_contacts).
  update public.leads_staging s set verdict = 'keyless'
  from resolve_rows r
  where r.kind = 2 and r.addr_hash is null and s.part_id = r.part_id and s.line_number = r.line_number;
  delete from resolve_rows r where r.kind = 2 and r.addr_hash is null;
  return v_found > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.filler_parcel_words()
  RETURNS text
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  AS $function$
  select '^[^A-Z0-9]*(APPLIED|ATTACHED|BLANK|CALL|CANCELLED|CHECK|COMBINED|CONTACT|DELETED|DUMMY|EMPTY'
    '|EXEMPT|FAKE|MANY|MISC|MISSING|MULTI|MULTIPLE|NAN|NIL|NONE|NOT|NULL|PART OF|PEND|PENDING|PLEASE'
    '|PORTION|REFER|RETIRED|SAMPLE|SEE|SEVERAL|SPLIT|TBA|TBC|TBD|TEMP|TEMPORARY|TEST|TO BE|UNAVAILABLE|UNASSIGNED'
    '|UNDEFINED|UNK|UNKNOWN|UNLISTED|UNMAPPED|UNRECORDED|UNSPECIFIED|VAR|VARIES'
    '|VARIOUS)([^A-Z0-9]|[0-9]{1,3}$)'
    '|^[^A-Z0-9]*(APN|ASSESSOR|ID|ITEM|LINE|LOT|NO|NUM|NUMBER|PARCEL|PARC|PCL|PIN|PROP|PROPERTY|REC|RECORD|ROW'
    '|TAX|TRACT)([^A-Z0-9]*(ID|NO|NUM|NUMBER))?[^A-Z0-9]*[0-9]{1,3}$'
$function$;

CREATE OR REPLACE FUNCTION private.fold_rows (
  p_row_no bigint DEFAULT NULL::bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
begin
  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select r.component, r.lead_id, r.verdict = 'created', case when not r.without_mak then s.mak end,
    s.county_fips, case when not r.without_parcel then s.apn end, s.addr_hash,
    s.situs_house_number, s.situs_street, s.situs_unit, s.situs_city, s.situs_state, s.situs_zip,
    s.owner_1_first, s.owner_1_last, s.owner_2_first, s.owner_2_last, s.owner_full,
    s.mailing_street, s.mailing_unit, s.mailing_city, s.mailing_state, s.mailing_zip,
    s.phone, s.email_verified, s.phone_verified, s.email_codes, s.phone_codes,
    s.consent, s.consented_at, s.consent_method, s.lead_score, s.attributes, s.result_codes,
    case when not r.without_parcel then s.apn_segments end
  from resolve_rows r
  cross join lateral (
    select x.* from public.leads_staging x where x.part_id = r.part_id and x.line_number = r.line_number offset 0
  ) s
  where r.lead_id is not null and r.component_size = 1 and (p_row_no is null or r.row_no = p_row_no);

  if p_row_no is not null or not exists (select from resolve_rows r where r.component_size > 1) then
    return;
  end if;

  insert into resolve_leads (component, lead_id, is_new, mak, county_fips, apn, addr_hash,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    phone, email_verified, phone_verified, email_codes, phone_codes,
    consent, consented_at, consent_method, lead_score, attributes, result_codes, apn_segments)
  select f.component, f.lead_id, f.is_new, f.mak, (f.parcel).county_fips, (f.parcel).apn, (f.situs).addr_hash,
    (f.situs).situs_house_number, (f.situs).situs_street, (f.situs).situs_unit,
    (f.situs).situs_city, (f.situs).situs_state, (f.situs).situs_zip,
    (f.owner_1).owner_1_first, (f.owner_1).owner_1_last, (f.owner_2).owner_2_first, (f.owner_2).owner_2_last,
    f.owner_full, (f.mailing).mailing_street, (f.mailing).mailing_unit,
    (f.mailing).mailing_city, (f.mailing).mailing_state, (f.mailing).mailing_zip,
    f.phone, f.email_verified, f.phone_verified,
    (select coalesce(array_agg(distinct c order by c), '{}') from unnest(f.email_codes) c),
    (select coalesce(array_agg(distinct c order by c), '{}') from unnest(f.phone_codes) c),
    coalesce((f.consent).consent, false), (f.consent).consented_at, (f.consent).consent_method,
    f.lead_score,
    (select coalesce(jsonb_object_agg(a.key, a.value order by x.n), '{}')
     from unnest(f.attributes) with ordinality x (object, n) cross join lateral jsonb_each(x.object) a),
    (select array_agg(distinct c order by c) from unnest(f.result_codes) c), (f.parcel).apn_segments
  from (
    select r.component, (array_agg(r.lead_id))[1] as lead_id, bool_or(r.verdict = 'created') as is_new,
      min(s.mak) filter (where not r.without_mak) as mak,
      (array_agg(k.staged order by num_nulls(s.county_fips, s.apn, s.apn_segments), length(s.apn) desc, r.row_no)
        filter (where num_nonnulls(s.county_fips, s.apn) > 0 and not r.without_parcel))[1] as parcel,
      -- The most complete spelling of the address, wherever its row is.
      (array_agg(k.staged order by (s.addr_hash is null), (s.situs_zip is null), num_nulls(s.situs_city, s.situs_state),
          r.row_no)
        filter (where num_nonnulls(s.addr_hash, s.situs_street, s.situs_city, s.situs_state,
          s.situs_zip) > 0))[1] as situs,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_1_first, s.owner_1_last) > 0))[1] as owner_1,
      (array_agg(k.staged order by r.row_no desc)
        filter (where num_nonnulls(s.owner_2_first, s.owner_2_last) > 0))[1] as owner_2,
      (array_agg(s.owner_full order by r.row_no desc) filter (where s.owner_full is not null))[1] as owner_full,
      (array_agg(k.staged order by r.row_no desc) filter (where s.mailing_street is not null))[1] as mailing,
      (array_agg(k.staged order by r.row_no) filter (where s.consent))[1] as consent,
      (array_agg(s.phone order by r.row_no) filter (where s.phone is not null))[1] as phone,
      bool_or(s.email_verified) as email_verified, bool_or(s.phone_verified) as phone_verified,
      string_to_array(string_agg(nullif(array_to_string(s.email_codes, ','), ''), ','), ',') as email_codes,
      string_to_array(string_agg(nullif(array_to_string(s.phone_codes, ','), ''), ','), ',') as phone_codes,
      string_to_array(string_agg(nullif(array_to_string(s.result_codes, ','), ''), ','), ',') as result_codes,
      (array_agg(s.lead_score order by r.row_no desc) filter (where s.lead_score is not null))[1] as lead_score,
      array_agg(s.attributes order by r.row_no) as attributes
    from resolve_rows r
    cross join lateral (
      select x as staged from public.leads_staging x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) k
    cross join lateral (select (k.staged).*) s
    where r.lead_id is not null and r.component_size > 1
    group by r.component
  ) f;
end
$function$;

CREATE OR REPLACE FUNCTION private.names_agree (
  a private.parsed_name,
  b private.parsed_name
)
  RETURNS boolean
  LANGUAGE plpgsql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
declare
  v_a_words text[] := a.words;
  v_b_words text[] := b.words;
  v_a_roles text := a.roles;
  v_b_roles text := b.roles;
  v_both_firms boolean := a.is_firm and b.is_firm;
  n integer := length(v_a_roles);
  m integer := length(v_b_roles);
  v_role text;
  v_other text;
  v_word text;
  v_at integer;
  -- One letter per word: the role of a matched word becomes a dot, or a colon for another form of a given name.
  v_a_left text;
  v_b_left text;
  v_crossed integer := 0;
  v_given integer := 0;
  v_either boolean := false;
  v_first boolean := false;
  v_unknown_first boolean := false;
  v_a_family boolean;
  v_b_family boolean;
  v_generic integer := 0;
begin
  if coalesce(n, 0) = 0 or coalesce(m, 0) = 0 or v_a_roles ~ '^i*$' or v_b_roles ~ '^i*$' then
    return null;
  end if;
  if v_both_firms and left(v_a_roles, 1) = 'n' and left(v_b_roles, 1) = 'n' and v_a_words[1] <> v_b_words[1] then
    return false;
  end if;

  -- Firms in one building have the name of its street in common.
  if v_both_firms and v_a_roles ~ '[suge]w' and v_b_roles ~ '[suge]w' then
    v_a_words := (private.without_street(a)).words;
    v_a_roles := (private.without_street(a)).roles;
    v_b_words := (private.without_street(b)).words;
    v_b_roles := (private.without_street(b)).roles;
  end if;
  v_a_left := v_a_roles;
  v_b_left := v_b_roles;
  for i in 1 .. n loop
    v_at := array_position(v_b_words, v_a_words[i]);
    if v_at is null then
      continue;
    end if;
    v_role := substr(v_a_roles, i, 1);
    v_other := substr(v_b_roles, v_at, 1);
    v_a_left := overlay(v_a_left placing case v_role when 'x' then ':' else '.' end from i);
    v_b_left := overlay(v_b_left placing case v_other when 'x' then ':' else '.' end from v_at);
    if v_role in ('i', 'n') or v_other in ('i', 'n') then
      continue;
    elsif v_role = 'w' or v_other = 'w' then
      if v_both_firms or v_role = v_other then
        v_generic := v_generic + 1;
      elsif n = 1 or m = 1 or v_a_roles ~ '[ge]' or v_b_roles ~ '[ge]' then
        -- `Green Properties` and `Ann Green`, but not `New York Pizza` and `New York Bagels`.
        return true;
      else
        v_generic := v_generic + 1;
      end if;
    elsif v_both_firms then
      return true;
    elsif v_role in ('s', 'u') and v_other in ('s', 'u') then
      if v_role = 'u' and v_other = 'u' and i = 1 and v_at = 1 and n > 1 and m > 1 then
        v_unknown_first := true;
      else
        return true;
      end if;
    elsif v_role in ('s', 'u') or v_other in ('s', 'u') then
      if v_role = 'e' or v_other = 'e' then
        v_either := true;
      end if;
      v_crossed := v_crossed + 1;
    elsif v_role = 'e' and v_other = 'e' then
      v_either := true;
      v_first := v_first or (i = 1 and v_at = 1);
      v_given := v_given + 1;
    else
      v_given := v_given + 1;
    end if;
  end loop;

  -- The other forms of a given name are matched with it.
  v_a_left := regexp_replace(v_a_left, '[ge](?=x*:)|x', '.', 'g');
  v_b_left := regexp_replace(v_b_left, '[ge](?=x*:)|x', '.', 'g');
  v_a_family := v_a_left ~ '[su]';
  v_b_family := v_b_left ~ '[su]';
  if v_unknown_first and not (v_a_family and v_b_family) then
    return true;
  end if;
  if v_crossed > 0 and v_crossed + v_given > 1 then
    return true;
  end if;
  if v_either or v_given > 0 or v_crossed > 0 then
    if v_a_left !~ '[sueg]' or v_b_left !~ '[sueg]' then
      -- One name is part of the other, unless the family name is an initial that does not fit.
      if v_a_roles ~ '[ge]x*i$' and v_a_roles !~ '[su]' and v_b_family then
        return exists (select from unnest(v_b_words) w where left(w, 1) = v_a_words[n] and length(w) > 1);
      elsif v_b_roles ~ '[ge]x*i$' and v_b_roles !~ '[su]' and v_a_family then
        return exists (select from unnest(v_a_words) w where left(w, 1) = v_b_words[m] and length(w) > 1);
      end if;
      return true;
    end if;
    -- `James Thomas` and `Mary Thomas`, but not `Thomas Miller` and `Thomas Baker`.
    if v_either and not v_a_family and not v_b_family
      and not (v_first and v_a_left !~ 'g' and v_b_left !~ 'g') then
      return true;
    end if;
  end if;

  -- Typing errors in long names, and names written as one word or two.
  for i in 1 .. n loop
    continue when substr(v_a_left, i, 1) not in ('s', 'u', 'e') or length(v_a_words[i]) < 4;
    v_word := v_a_words[i];
    for j in 1 .. m loop
      continue when substr(v_b_left, j, 1) not in ('s', 'u', 'e') or length(v_b_words[j]) < 4;
      v_other := v_b_words[j];
      if (v_word || 'S' = v_other or v_other || 'S' = v_word) and (a.is_firm or b.is_firm)
        and substr(v_a_left, i, 1) <> 'e' and substr(v_b_left, j, 1) <> 'e' then
        return true;
      end if;
      if length(v_word) >= 5 and length(v_other) >= 5 and abs(length(v_word) - length(v_other)) <= 1
        and private.is_one_edit(v_word, v_other)
        and (v_given > 0 or (greatest(length(v_word), length(v_other)) >= 6 and left(v_word, 1) = left(v_other, 1)))
        -- Two frequent names may be each other's error only with the same given name and first letter.
        and (v_given > 0 and left(v_word, 1) = left(v_other, 1)
          or not (private.family_names() ? v_word and private.family_names() ? v_other)) then
        return true;
      end if;
      if length(v_word) >= 7 and position(v_word in array_to_string(v_b_words, '')) > 0
        or length(v_other) >= 7 and position(v_other in array_to_string(v_a_words, '')) > 0 then
        return true;
      end if;
    end loop;
  end loop;

  -- Two firms of generic words only: one name has all words of the other.
  if v_both_firms and v_generic > 0 and (v_a_left !~ '[suegn]' or v_b_left !~ '[suegn]') then
    return v_a_left !~ '[a-z]' and (v_generic > 1 or v_b_left !~ '[a-z]')
      or v_b_left !~ '[a-z]' and (v_generic > 1 or v_a_left !~ '[a-z]');
  end if;
  return false;
end
$function$;

CREATE OR REPLACE FUNCTION private.rounded_parcels (
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
  with rounded as (
    select r.parcel, r.row_no, r.part_id, r.line_number, r.owner, r.addr_hash, left(r.parcel, 5) as county
    from resolve_rows r
    where right(r.apn, 5) = '00000' and length(r.apn) >= 9 and r.apn ~ '^[1-9][0-9]*$'
      and position('-' in r.parcel) = 0
  ), usual as (
    select n.county
    from (select county, parcel, count(distinct addr_hash) as addresses from rounded group by county, parcel) n
    group by n.county having count(*) >= 20 and max(n.addresses) <= 1
    union all
    select c.county from (select distinct county from rounded) c
    where (select count(*) = 20 from (
      select from public.leads l
      where l.org_id = p_org_id and l.county_fips = c.county and l.apn_segments is null
        and right(l.apn, 5) = '00000' and length(l.apn) >= 9 and l.apn ~ '^[1-9][0-9]*$' limit 20) known)
  )
  select d.parcel, d.row_no, d.part_id, d.line_number, d.owner from rounded d
  where d.county not in (select u.county from usual u)
$function$;

CREATE OR REPLACE FUNCTION private.without_street (
  p_name private.parsed_name
)
  RETURNS private.parsed_name
  LANGUAGE sql
  IMMUTABLE
  PARALLEL SAFE
  SET search_path TO ''
  AS $function$
  select row(array_agg(w.word order by w.i),
    string_agg(case when w.role ~ '[suge]' and w.next = any (s.types) then 'w' else w.role end, '' order by w.i),
    p_name.is_firm)::private.parsed_name
  from (select '{RD,ROAD,STREET,AVE,AVENUE,BLVD,BOULEVARD,LN,LANE,DR,DRIVE,CT,COURT,PL,PLACE,WAY,PKWY,PARKWAY,HWY,
    HIGHWAY,TERRACE,CIRCLE,SQUARE,PLAZA}'::text[] as types) s
  cross join lateral (
    select t.i, substr(p_name.roles, t.i::integer, 1) as role, p_name.words[t.i + 1] as next,
      coalesce('{"RD":"ROAD","AVE":"AVENUE","BLVD":"BOULEVARD","LN":"LANE","DR":"DRIVE","CT":"COURT","PL":"PLACE",
        "PKWY":"PARKWAY","HWY":"HIGHWAY"}'::jsonb ->> t.word, t.word) as word
    from unnest(p_name.words) with ordinality t (word, i)
  ) w
$function$;

COMMENT ON FUNCTION "private"."drop_shared_keys"(uuid, uuid) IS 'Takes MAKs and parcels that meet more than private.shared_key_limit() places or owners, and private.short_parcels, and private.rounded_parcels, from the rows of this upload, and records them in upload_shared_keys. Returns whether there were any.';

COMMENT ON FUNCTION "private"."rounded_parcels"(uuid) IS 'Rows of this upload whose parcel number ends in five or more zeros, without segments, in a county where neither this list (20 of them, none at two addresses) nor the leads show that parcels are numbered like this.';

COMMENT ON FUNCTION "private"."without_street"(private.parsed_name) IS 'A firm''s name in which the name of a street (Hill Road) tells it apart no more than a generic word.';

REVOKE ALL ON FUNCTION "private"."rounded_parcels"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."rounded_parcels"(uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."without_street"(private.parsed_name) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."without_street"(private.parsed_name) TO "pipeline_writer";

GRANT EXECUTE ON FUNCTION "private"."without_street"(private.parsed_name) TO "service_role";

-- Notes that were taken for parcel numbers (SPLIT 2024). Leads that nothing else tells apart keep them: their address
-- may be another lead's key.
select set_config('sluice.actor', 'system', true);
update public.leads set apn = null, apn_segments = null
where apn_segments ~ '^(CANCELLED|COMBINED|DELETED|RETIRED|SPLIT)-'
  and num_nonnulls(mak, owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full) > 0;
select set_config('sluice.actor', '', true);
