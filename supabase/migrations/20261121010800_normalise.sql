-- Built from sql/18_normalise by `npm run db:build`; edit there.

-- sql/18_normalise/01_normalise_phone.sql

-- All writers normalise with the functions of this domain and nowhere else. Each function is total (never raises,
-- whatever the text), idempotent (its own output comes out unchanged) and returns null for unusable text. A session
-- caches only 32 compiled regular expressions, so patterns are few and cheap tests come first.

create function private.normalise_phone(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
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
$$;
comment on function private.normalise_phone(text) is
  'Phone as E.164 of the North American Numbering Plan (+1 and ten digits), or null. Drops extensions; rejects '
  'seven digits, N11 codes, a single repeated digit and other countries.';

revoke execute on function private.normalise_phone(text) from public;
grant execute on function private.normalise_phone(text) to pipeline_writer, service_role;

-- sql/18_normalise/02_normalise_email.sql

create function private.normalise_email(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_email text;
  v_local text;
  v_domain text;
  v_top text;
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
  v_email := lower(btrim(raw, E' \t\r\n\f\u00a0\u200b\ufeff"''<>();,') collate "C");
  if position('<' in v_email) > 0 then
    v_email := btrim(split_part(v_email, '<', 2));
  end if;
  if left(v_email, 7) = 'mailto:' then
    v_email := btrim(split_part(substr(v_email, 8), '?', 1));
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
$$;
comment on function private.normalise_email(text) is
  'E-mail address in lower case, or null. Keeps dots and plus tags, because only the mailbox provider knows whether '
  'they matter.';

revoke execute on function private.normalise_email(text) from public;
grant execute on function private.normalise_email(text) to pipeline_writer, service_role;

-- sql/18_normalise/03_normalise_property_keys.sql

create function private.normalise_apn(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_apn text := raw;
begin
  if raw is null or length(raw) > 200 then
    return null;
  end if;
  if raw ~ '[^0-9A-Z]' then
    v_apn := upper(btrim(raw));
    -- A spreadsheet turns an id into a number: `2029580065.00` can be repaired, `2.02958E+09` has lost digits.
    if position('.' in v_apn) > 0 then
      if v_apn ~ '^[0-9]+(\.[0-9]+)?E\+?[0-9]{1,3}$' then
        return null;
      end if;
      v_apn := regexp_replace(v_apn, '^([0-9]{6,})\.0{1,2}$', '\1');
    elsif v_apn ~ '^[0-9]+E\+[0-9]{1,3}$' then
      return null;
    end if;
    v_apn := translate(v_apn, translate(v_apn, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''), '');
  end if;
  if length(v_apn) > 40 or ltrim(v_apn, '0') in ('', 'NA', 'NONE', 'NULL', 'UNKNOWN', 'TBD', 'PENDING') then
    return null;
  end if;
  return v_apn;
end
$$;
comment on function private.normalise_apn(text) is
  'Assessor''s parcel number as capital letters and digits (1 to 40), or null when it is empty, all zeros, a '
  'placeholder, or damaged beyond repair (scientific notation). Unique only within its county.';

create function private.normalise_mak(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if raw is null then
    return null;
  end if;
  if raw !~ '^[0-9]{10}$' then
    raw := regexp_replace(btrim(raw), '\.0{1,2}$', '');
    if raw !~ '^[0-9]{10}$' then
      return null;
    end if;
  end if;
  return nullif(raw, '0000000000');
end
$$;
comment on function private.normalise_mak(text) is 'Melissa Address Key: ten digits, or null.';

revoke execute on function private.normalise_apn(text), private.normalise_mak(text) from public;
grant execute on function private.normalise_apn(text), private.normalise_mak(text) to pipeline_writer, service_role;

-- sql/18_normalise/04_normalise_zip.sql

-- A spreadsheet turns a ZIP into a number: without its leading zeros, sometimes with `.0`; a ZIP+4 becomes eight or
-- nine digits. A real ZIP keeps at least three digits (00501).
create function private.zip_digits(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_zip text;
  v_plus text;
begin
  if raw is null or length(raw) > 40 then
    return null;
  end if;
  v_zip := btrim(raw, E' \t\r\n''"`');
  if v_zip ~ '[^0-9]' then
    v_zip := regexp_replace(v_zip, '\.0{0,2}$', '');
    if v_zip ~ '^[0-9]{3,5} ?[-–— ] ?[0-9]{0,4}$' then
      v_plus := ltrim(translate(v_zip, ' –—', '---'), '0123456789');
      v_plus := ltrim(v_plus, '-');
      v_zip := substring(v_zip, '^[0-9]+');
      v_zip := lpad(v_zip, 5, '0') || case when v_plus = '' then '' else lpad(v_plus, 4, '0') end;
    elsif v_zip ~ '[^0-9]' then
      return null;
    end if;
  end if;
  v_zip := case length(v_zip)
    when 5 then v_zip
    when 9 then v_zip
    when 3 then '00' || v_zip
    when 4 then '0' || v_zip
    when 7 then '00' || v_zip
    when 8 then '0' || v_zip
  end;
  -- The lowest ZIP in use is 00501.
  if left(v_zip, 5) >= '00501' then
    return v_zip;
  end if;
  return null;
end
$$;
comment on function private.zip_digits(text) is
  'ZIP or ZIP+4 as five or nine digits with its leading zeros restored, or null.';

create function private.normalise_zip(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if raw ~ '^[0-9]{5}$' and raw >= '00501' then
    return raw;
  end if;
  return left(private.zip_digits(raw), 5);
end
$$;
comment on function private.normalise_zip(text) is
  'The five digits of a ZIP, repaired (1234 is 01234, 7001.0 is 07001), or null.';

create function private.normalise_zip4(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if length(raw) < 7 then
    return null;
  end if;
  return nullif(nullif(substr(private.zip_digits(raw), 6), ''), '0000');
end
$$;
comment on function private.normalise_zip4(text) is 'The four digits after the ZIP of a ZIP+4, or null.';

revoke execute on function private.zip_digits(text), private.normalise_zip(text), private.normalise_zip4(text)
  from public;
grant execute on function private.zip_digits(text), private.normalise_zip(text), private.normalise_zip4(text)
  to pipeline_writer, service_role;

-- sql/18_normalise/05_normalise_state.sql

create function private.normalise_state(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_state text;
begin
  -- All codes are in one string, each after a blank: searching a string is faster than any look-up.
  if length(raw) = 2 and raw = upper(raw) collate "C"
    and position(' ' || raw in private.state_codes()) > 0 then
    return raw;
  end if;
  if raw is null or length(raw) > 60 then
    return null;
  end if;
  v_state := upper(raw) collate "C";
  v_state := btrim(regexp_replace(v_state, '[^A-Z]+', ' ', 'g'));
  if length(v_state) <= 5 then
    v_state := replace(v_state, ' ', '');
  end if;
  if length(v_state) = 2 then
    return case when position(' ' || v_state in private.state_codes()) > 0 then v_state end;
  end if;
  return '{"ALABAMA":"AL","ALASKA":"AK","ARIZONA":"AZ","ARKANSAS":"AR","CALIFORNIA":"CA","COLORADO":"CO",
    "CONNECTICUT":"CT","DELAWARE":"DE","DISTRICT OF COLUMBIA":"DC","WASHINGTON DC":"DC","WASHINGTON D C":"DC",
    "FLORIDA":"FL","GEORGIA":"GA","HAWAII":"HI","IDAHO":"ID","ILLINOIS":"IL","INDIANA":"IN","IOWA":"IA",
    "KANSAS":"KS","KENTUCKY":"KY","LOUISIANA":"LA","MAINE":"ME","MARYLAND":"MD","MASSACHUSETTS":"MA",
    "MICHIGAN":"MI","MINNESOTA":"MN","MISSISSIPPI":"MS","MISSOURI":"MO","MONTANA":"MT","NEBRASKA":"NE",
    "NEVADA":"NV","NEW HAMPSHIRE":"NH","NEW JERSEY":"NJ","NEW MEXICO":"NM","NEW YORK":"NY",
    "NORTH CAROLINA":"NC","NORTH DAKOTA":"ND","OHIO":"OH","OKLAHOMA":"OK","OREGON":"OR","PENNSYLVANIA":"PA",
    "RHODE ISLAND":"RI","SOUTH CAROLINA":"SC","SOUTH DAKOTA":"SD","TENNESSEE":"TN","TEXAS":"TX","UTAH":"UT",
    "VERMONT":"VT","VIRGINIA":"VA","WASHINGTON":"WA","WEST VIRGINIA":"WV","WISCONSIN":"WI","WYOMING":"WY",
    "PUERTO RICO":"PR","GUAM":"GU","AMERICAN SAMOA":"AS","VIRGIN ISLANDS":"VI","U S VIRGIN ISLANDS":"VI",
    "US VIRGIN ISLANDS":"VI","NORTHERN MARIANA ISLANDS":"MP","CALIF":"CA","CAL":"CA","FLA":"FL","TEX":"TX",
    "PENN":"PA","PENNA":"PA","ARIZ":"AZ","COLO":"CO","CONN":"CT","ILL":"IL","IND":"IN","MASS":"MA",
    "MICH":"MI","MINN":"MN","MISS":"MS","NEB":"NE","NEV":"NV","OKLA":"OK","ORE":"OR","TENN":"TN","WASH":"WA",
    "WIS":"WI","WISC":"WI","ALA":"AL","ARK":"AR","DEL":"DE","KANS":"KS","MONT":"MT","WYO":"WY"}'::jsonb
    ->> v_state;
end
$$;
comment on function private.normalise_state(text) is
  'USPS code of a state or territory from its code, name or old abbreviation, in any case and punctuation, or null.';

-- Inlined, hence without a SET clause; the body does not depend on the search path.
create function private.state_codes() returns text
language sql immutable parallel safe as $$
  select ' AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND '
    'OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU AS VI MP '
$$;
comment on function private.state_codes() is
  'The USPS codes of states and territories in one string, each between blanks.';

revoke execute on function private.normalise_state(text), private.state_codes() from public;
grant execute on function private.normalise_state(text), private.state_codes() to pipeline_writer, service_role;

-- sql/18_normalise/06_county_fips.sql

create function private.zip_single_county(zip text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
begin
  return (
    select min(z.fips) from public.zip_counties z
    where z.zip = zip_single_county.zip
    having count(*) = 1
  );
end
$$;
comment on function private.zip_single_county(text) is
  'FIPS code of the county that contains the whole five-digit ZIP; null when the ZIP is unknown or lies in several '
  'counties.';

create function private.county_fips(fips_raw text, county text, state text, zip text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_fips text;
  v_state text;
  v_key text;
  v_zip text;
  v_found text[];
begin
  -- 1. The row's own code, if it is valid: five digits, with its leading zero restored.
  if fips_raw is not null then
    v_fips := regexp_replace(btrim(fips_raw), '\.0{1,2}$', '');
    if v_fips ~ '^[0-9]{4,5}$' then
      select c.fips into v_fips from public.us_counties c where c.fips = lpad(v_fips, 5, '0');
      if found then
        return v_fips;
      end if;
    end if;
  end if;
  v_zip := left(zip, 5);
  -- 2. County and state. A bare name of both a county and a city ("Richmond", VA) needs the ZIP to decide.
  if county is not null and state is not null then
    v_state := private.normalise_state(state);
    v_key := private.normalise_county_name(county);
    if county ~* 'county|co\.?\s*$|city' then
      select array_agg(c.fips) into v_found from public.us_counties c
      where c.state = v_state and c.name_key = v_key;
    else
      select array_agg(c.fips) into v_found from public.us_counties c
      where c.state = v_state and c.name_key in (v_key, v_key || 'CITY');
    end if;
    if cardinality(v_found) > 1 then
      select array_agg(z.fips) into v_found from public.zip_counties z
      where z.zip = v_zip and z.fips = any (v_found);
    end if;
    if v_found is not null then
      return case when cardinality(v_found) = 1 then v_found[1] end;
    end if;
    -- A county that does not exist in the state is a contradiction, which the ZIP cannot resolve.
    return null;
  end if;
  -- 3. A ZIP that lies in one county, and in the row's state if the row has one.
  v_fips := private.zip_single_county(v_zip);
  if v_fips is not null and state is not null and not exists (
    select from public.us_counties c where c.fips = v_fips and c.state = private.normalise_state(county_fips.state)
  ) then
    return null;
  end if;
  return v_fips;
end
$$;
comment on function private.county_fips(text, text, text, text) is
  'County code (five digits) from the row''s FIPS code if that county exists, else from county name and state, else '
  'from a normalised ZIP that lies in exactly one county; otherwise null. State may be a code or a name.';

revoke execute on function private.zip_single_county(text), private.county_fips(text, text, text, text) from public;
grant execute on function private.zip_single_county(text), private.county_fips(text, text, text, text)
  to pipeline_writer, service_role;

-- sql/18_normalise/10_address_rules.sql

-- Copies of the standardizer's rule tables: on Supabase the extension's tables belong to a role that cannot grant the
-- right to read them.

create table private.us_lex as select * from extensions.us_lex;
create table private.us_gaz as select * from extensions.us_gaz;
create table private.us_rules as select * from extensions.us_rules;
alter table private.us_lex add primary key (id);
alter table private.us_gaz add primary key (id);
alter table private.us_rules add primary key (id);
comment on table private.us_lex is
  'Words of street lines, for standardize_address (copy of the extension''s us_lex).';
comment on table private.us_gaz is 'Words of places, for standardize_address (copy of the extension''s us_gaz).';
comment on table private.us_rules is
  'Grammar of addresses, for standardize_address (copy of the extension''s us_rules).';
alter table private.us_lex enable row level security;
alter table private.us_gaz enable row level security;
alter table private.us_rules enable row level security;
grant select on private.us_lex, private.us_gaz, private.us_rules to pipeline_writer;
create policy select_writer on private.us_lex for select to pipeline_writer using (true);
create policy select_writer on private.us_gaz for select to pipeline_writer using (true);
create policy select_writer on private.us_rules for select to pipeline_writer using (true);

-- sql/18_normalise/11_street_lexicon.sql

-- Word lists of USPS Publication 28, as constants: a look-up in a folded jsonb constant costs a fraction of a
-- microsecond and uses none of the session's 32 slots for compiled regular expressions. These functions are inlined,
-- hence without a SET clause; their bodies do not depend on the search path.

create function private.street_types() returns jsonb
language sql immutable parallel safe as $$
  select '{"ALLEY":"ALY","ALLEE":"ALY","ALLY":"ALY","ALY":"ALY","ANNEX":"ANX","ANX":"ANX","ARCADE":"ARC","ARC":"ARC",
  "AVENUE":"AVE","AVE":"AVE","AV":"AVE","AVEN":"AVE","AVENU":"AVE","AVN":"AVE","AVNUE":"AVE","BAYOU":"BYU","BYU":"BYU",
  "BEACH":"BCH","BCH":"BCH","BEND":"BND","BND":"BND","BLUFF":"BLF","BLF":"BLF","BLUFFS":"BLFS","BLFS":"BLFS",
  "BOTTOM":"BTM","BTM":"BTM","BOULEVARD":"BLVD","BLVD":"BLVD","BOUL":"BLVD","BOULV":"BLVD","BLV":"BLVD",
  "BRANCH":"BR","BR":"BR","BRIDGE":"BRG","BRG":"BRG","BROOK":"BRK","BRK":"BRK","BYPASS":"BYP","BYP":"BYP",
  "CAMP":"CP","CP":"CP","CANYON":"CYN","CYN":"CYN","CAPE":"CPE","CPE":"CPE","CAUSEWAY":"CSWY","CSWY":"CSWY",
  "CENTER":"CTR","CTR":"CTR","CENTRE":"CTR","CENTR":"CTR","CNTR":"CTR","CIRCLE":"CIR","CIR":"CIR","CIRC":"CIR",
  "CIRCL":"CIR","CRCLE":"CIR","CLIFF":"CLF","CLF":"CLF","CLIFFS":"CLFS","CLFS":"CLFS","CLUB":"CLB","CLB":"CLB",
  "COMMON":"CMN","CMN":"CMN","COMMONS":"CMNS","CMNS":"CMNS","CORNER":"COR","COR":"COR","CORNERS":"CORS","CORS":"CORS",
  "COURSE":"CRSE","CRSE":"CRSE","COURT":"CT","CT":"CT","CRT":"CT","COURTS":"CTS","CTS":"CTS","COVE":"CV","CV":"CV",
  "CREEK":"CRK","CRK":"CRK","CRESCENT":"CRES","CRES":"CRES","CREST":"CRST","CRST":"CRST","CROSSING":"XING",
  "XING":"XING","CRSSNG":"XING","CROSSROAD":"XRD","XRD":"XRD","CURVE":"CURV","CURV":"CURV","DALE":"DL","DL":"DL",
  "DRIVE":"DR","DR":"DR","DRIV":"DR","DRV":"DR","ESTATE":"EST","EST":"EST","ESTATES":"ESTS","ESTS":"ESTS",
  "EXPRESSWAY":"EXPY","EXPY":"EXPY","EXPWY":"EXPY","EXTENSION":"EXT","EXT":"EXT","FALL":"FALL","FALLS":"FLS",
  "FLS":"FLS",
  "FERRY":"FRY","FRY":"FRY","FIELD":"FLD","FLD":"FLD","FIELDS":"FLDS","FLDS":"FLDS","FLAT":"FLT","FLT":"FLT",
  "FORD":"FRD","FRD":"FRD","FOREST":"FRST","FRST":"FRST","FORGE":"FRG","FRG":"FRG","FORK":"FRK","FRK":"FRK",
  "FREEWAY":"FWY","FWY":"FWY","GARDEN":"GDN","GDN":"GDN","GARDENS":"GDNS","GDNS":"GDNS","GATEWAY":"GTWY","GTWY":"GTWY",
  "GLEN":"GLN","GLN":"GLN","GREEN":"GRN","GRN":"GRN","GROVE":"GRV","GRV":"GRV","HARBOR":"HBR","HBR":"HBR",
  "HAVEN":"HVN","HVN":"HVN","HEIGHTS":"HTS","HTS":"HTS","HGTS":"HTS","HIGHWAY":"HWY","HWY":"HWY","HIWAY":"HWY",
  "HILL":"HL","HL":"HL","HILLS":"HLS","HLS":"HLS","HOLLOW":"HOLW","HOLW":"HOLW","INLET":"INLT","INLT":"INLT",
  "ISLAND":"IS","IS":"IS","ISLE":"ISLE","JUNCTION":"JCT","JCT":"JCT","KEY":"KY","KY":"KY","KNOLL":"KNL","KNL":"KNL",
  "KNOLLS":"KNLS","KNLS":"KNLS","LAKE":"LK","LK":"LK","LAKES":"LKS","LKS":"LKS","LANDING":"LNDG","LNDG":"LNDG",
  "LANE":"LN","LN":"LN","LIGHT":"LGT","LGT":"LGT","LOAF":"LF","LODGE":"LDG","LDG":"LDG","LOOP":"LOOP","LP":"LOOP",
  "MALL":"MALL","MANOR":"MNR","MNR":"MNR","MEADOW":"MDW","MDW":"MDW","MEADOWS":"MDWS","MDWS":"MDWS","MEWS":"MEWS",
  "MILL":"ML","ML":"ML","MILLS":"MLS","MLS":"MLS","MISSION":"MSN","MSN":"MSN","MOTORWAY":"MTWY","MTWY":"MTWY",
  "MOUNTAIN":"MTN","MTN":"MTN","NECK":"NCK","NCK":"NCK","ORCHARD":"ORCH","ORCH":"ORCH","OVAL":"OVAL",
  "OVERPASS":"OPAS","OPAS":"OPAS","PARK":"PARK","PRK":"PARK","PARKWAY":"PKWY","PKWY":"PKWY","PKY":"PKWY",
  "PKWAY":"PKWY",
  "PASS":"PASS","PASSAGE":"PSGE","PSGE":"PSGE","PATH":"PATH","PIKE":"PIKE","PINE":"PNE","PINES":"PNES","PNES":"PNES",
  "PLACE":"PL","PL":"PL","PLAIN":"PLN","PLN":"PLN","PLAINS":"PLNS","PLNS":"PLNS","PLAZA":"PLZ","PLZ":"PLZ",
  "PLZA":"PLZ",
  "POINT":"PT","PT":"PT","PORT":"PRT","PRT":"PRT","PRAIRIE":"PR","PR":"PR","PROMENADE":"PROM","PROM":"PROM",
  "RADIAL":"RADL","RADL":"RADL","RAMP":"RAMP","RANCH":"RNCH","RNCH":"RNCH","RAPIDS":"RPDS","RPDS":"RPDS","REST":"RST",
  "RIDGE":"RDG","RDG":"RDG","RIVER":"RIV","RIV":"RIV","ROAD":"RD","RD":"RD","ROADS":"RDS","RDS":"RDS","ROUTE":"RTE",
  "RTE":"RTE","ROW":"ROW","RUE":"RUE","RUN":"RUN","SHOAL":"SHL","SHL":"SHL","SHORE":"SHR","SHR":"SHR","SHORES":"SHRS",
  "SHRS":"SHRS","SKYWAY":"SKWY","SKWY":"SKWY","SPRING":"SPG","SPG":"SPG","SPRINGS":"SPGS","SPGS":"SPGS","SPUR":"SPUR",
  "SQUARE":"SQ","SQ":"SQ","SQR":"SQ","STATION":"STA","STA":"STA","STRAVENUE":"STRA","STRA":"STRA","STREAM":"STRM",
  "STRM":"STRM","STREET":"ST","ST":"ST","STR":"ST","STRT":"ST","STREETS":"STS","STS":"STS","SUMMIT":"SMT","SMT":"SMT",
  "TERRACE":"TER","TER":"TER","TERR":"TER","THROUGHWAY":"TRWY","TRWY":"TRWY","TRACE":"TRCE","TRCE":"TRCE",
  "TRACK":"TRAK",
  "TRAK":"TRAK","TRAFFICWAY":"TRFY","TRFY":"TRFY","TRAIL":"TRL","TRL":"TRL","TRAILS":"TRL","TRLS":"TRL","TR":"TRL",
  "TUNNEL":"TUNL","TUNL":"TUNL","TURNPIKE":"TPKE","TPKE":"TPKE","TRNPK":"TPKE","UNDERPASS":"UPAS","UPAS":"UPAS",
  "VALLEY":"VLY","VLY":"VLY","VIADUCT":"VIA","VIEW":"VW","VW":"VW","VIEWS":"VWS","VWS":"VWS","VILLAGE":"VLG",
  "VLG":"VLG","VILLE":"VL","VISTA":"VIS","VIS":"VIS","WALK":"WALK","WALL":"WALL","WAY":"WAY","WY":"WAY","WAYS":"WAYS",
  "WELL":"WL","WELLS":"WLS","WLS":"WLS"}'::jsonb
$$;
comment on function private.street_types() is 'Street types: each spelling with its USPS abbreviation.';

create function private.common_street_types() returns jsonb
language sql immutable parallel safe as $$
  select '{"ALY":1,"AVE":1,"BLVD":1,"CIR":1,"CT":1,"DR":1,"EXPY":1,"FWY":1,"HWY":1,"LN":1,"LOOP":1,"PKWY":1,"PL":1,
    "RD":1,"SQ":1,"ST":1,"TER":1,"TPKE":1,"TRL":1,"WAY":1}'::jsonb
$$;
comment on function private.common_street_types() is 'Types that are hardly ever the name of a street.';

create function private.directions() returns jsonb
language sql immutable parallel safe as $$
  select '{"N":"N","NORTH":"N","NO":"N","S":"S","SOUTH":"S","SO":"S","E":"E","EAST":"E","W":"W","WEST":"W","NE":"NE",
  "NORTHEAST":"NE","NW":"NW","NORTHWEST":"NW","SE":"SE","SOUTHEAST":"SE","SW":"SW","SOUTHWEST":"SW"}'::jsonb
$$;
comment on function private.directions() is 'Directionals: each spelling with its USPS abbreviation.';

create function private.unit_words() returns jsonb
language sql immutable parallel safe as $$
  select '{"#":"sure","APT":"sure","APARTMENT":"sure","APMT":"sure","APTS":"sure","UNIT":"sure","STE":"sure",
  "SUITE":"sure","BLDG":"sure","BUILDING":"sure","BLD":"sure","PMB":"sure","NO":"value","NUM":"value","NUMBER":"value",
  "RM":"value","ROOM":"value","SPC":"value","SPACE":"value","SP":"value","LOT":"value","TRLR":"value",
  "TRAILER":"value",
  "FL":"value","FLR":"value","FLOOR":"value","DEPT":"value","OFC":"value","OFFICE":"value","HNGR":"value",
  "HANGAR":"value","SLIP":"value","PIER":"value","STOP":"value","TH":"value","CONDO":"value","BOX":"value",
  "BX":"value","POBOX":"value",
  "POB":"value","DRAWER":"value",
  "PH":"both","PENTHOUSE":"both","BSMT":"alone","BASEMENT":"alone","FRNT":"alone","FRONT":"alone","REAR":"alone",
  "LBBY":"alone","LOBBY":"alone","LOWR":"alone","LOWER":"alone","UPPR":"alone","UPPER":"alone"}'::jsonb
$$;
comment on function private.unit_words() is
  'Words that begin a unit. sure: whatever follows; value: only before a number or letter; alone: only at the end '
  'of the line.';

revoke execute on function private.street_types(), private.common_street_types(), private.directions(),
  private.unit_words() from public;
grant execute on function private.street_types(), private.common_street_types(), private.directions(),
  private.unit_words()
  to pipeline_writer, service_role;

-- sql/18_normalise/12_address_unit.sql

create function private.canonical_unit(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_unit text;
  v_words text[];
  v_before text[];
  v_word text;
  v_kind text;
  v_building text;
  v_floor text;
  v_rest text;
  v_target text;
begin
  if raw is null then
    return null;
  end if;
  if raw ~ '^[1-9][0-9]{0,5}[A-Z]?$' then
    return raw;
  end if;
  v_unit := upper(left(raw, 60) collate "C");
  v_unit := replace(v_unit, '#', ' # ');
  v_unit := btrim(translate(v_unit, translate(v_unit, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#-/ ', ''),
    repeat(' ', length(v_unit))));
  if v_unit ~ '^[0-9]+ 0{1,2}$' and raw ~ '^\s*[0-9]+\.0{1,2}\s*$' then
    v_unit := split_part(v_unit, ' ', 1);
  end if;
  if v_unit in ('', '-', 'N/A', 'NA', 'NONE', 'NULL', '#') then
    return null;
  end if;
  v_words := string_to_array(v_unit, ' ');
  -- Repeats until nothing changes, because removed words bring others together.
  for i in 1 .. 5 loop
    v_before := v_words;
    v_building := '';
    v_floor := '';
    v_rest := '';
    v_target := '';
    foreach v_word in array v_words loop
      v_word := btrim(v_word, '-/');
      if v_word = '' then
        continue;
      end if;
      v_kind := '{"BLDG":"B","BUILDING":"B","BLD":"B","FL":"F","FLR":"F","FLOOR":"F","#":"-","APT":"-","APARTMENT":"-",
        "APMT":"-","APTS":"-","UNIT":"-","STE":"-","SUITE":"-","NO":"-","NUM":"-","NUMBER":"-","RM":"-","ROOM":"-",
        "SPC":"-","SPACE":"-","SP":"-","LOT":"-","TRLR":"-","TRAILER":"-","CONDO":"-","PENTHOUSE":"PH",
        "BASEMENT":"BSMT",
        "FRONT":"FRNT","LOBBY":"LBBY","LOWER":"LOWR","UPPER":"UPPR","OFFICE":"OFC","HANGAR":"HNGR","FIRST":"1ST",
        "SECOND":"2ND","THIRD":"3RD","FOURTH":"4TH","FIFTH":"5TH","SIXTH":"6TH","SEVENTH":"7TH","EIGHTH":"8TH",
        "NINTH":"9TH","TENTH":"10TH"}'::jsonb ->> v_word;
      if v_kind = 'F' and v_target = '' and v_rest ~ '(^| )[0-9]+(ST|ND|RD|TH)$' then
        -- `2nd floor` is floor 2.
        v_floor := v_floor || ' ' || substring(v_rest, '([0-9]+)[A-Z]+$');
        v_rest := rtrim(regexp_replace(v_rest, '[0-9]+[A-Z]+$', ''));
      elsif v_kind in ('B', 'F', '-') then
        v_target := case when v_kind = '-' and v_target <> '' then v_target else v_kind end;
      else
        v_word := coalesce(v_kind, v_word);
        if v_word ~ '^0+[0-9]' then
          v_word := ltrim(v_word, '0');
          v_word := case when v_word ~ '^[0-9]' then v_word else '0' || v_word end;
        end if;
        case v_target
          when 'B' then v_building := v_building || ' ' || v_word;
          when 'F' then v_floor := v_floor || ' ' || v_word;
          else v_rest := v_rest || ' ' || v_word;
        end case;
        v_target := '';
      end if;
    end loop;
    -- `4-B`, `4 B` and `B-4` are one label; `1-11` and `11-1` are two.
    v_building := regexp_replace(v_building, '([0-9])[ -]+([A-Z])(?![A-Z])', '\1\2', 'g');
    v_rest := regexp_replace(v_rest, '([0-9])[ -]+([A-Z])(?![A-Z])', '\1\2', 'g');
    v_rest := regexp_replace(v_rest, '(?<![A-Z])([A-Z])[ -]+([0-9])', '\1\2', 'g');
    v_words := string_to_array(btrim(
      case when v_building <> '' then 'BLDG' || v_building else '' end
      || case when v_floor <> '' then ' FL' || v_floor else '' end
      || v_rest), ' ');
    exit when cardinality(v_words) <= 1 or v_words = v_before;
  end loop;
  return nullif(array_to_string(v_words, ' '), '');
end
$$;
comment on function private.canonical_unit(text) is
  'One spelling of a unit: drops Apt, Unit, Ste, No and #, and puts buildings and floors first (BLDG 2 4B); null '
  'when there is no unit.';

-- The index of the unit's first word, or null. House number and at least one word of the street come before it.
create function private.find_unit(words text[]) returns integer
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer := cardinality(words);
  v_kind text;
  v_next text;
begin
  for i in 3 .. n loop
    v_kind := private.unit_words() ->> words[i];
    if v_kind is null then
      continue;
    end if;
    v_next := words[i + 1];
    if v_next in ('#', 'NO', ',') then
      v_next := words[i + 2];
    end if;
    if words[i] in ('FL', 'FLR', 'FLOOR') and i = n and i > 3
      and words[i - 1] ~ '^([0-9]+(ST|ND|RD|TH)|FIRST|SECOND|THIRD|FOURTH|FIFTH'
        '|SIXTH|SEVENTH|EIGHTH|NINTH|TENTH)$' then
      return i - 1;
    elsif v_kind in ('alone', 'both') and (i = n or words[i + 1] = ',' or private.unit_words() ? words[i + 1])
      and i > 3 and (private.street_types() ? words[i - 1] or words[i - 1] = ',') then
      return i;
    elsif v_kind = 'sure' and v_next is not null
      and (words[i] = '#' or length(v_next) = 1 or not private.street_types() ? v_next) then
      return i;
    elsif v_kind in ('value', 'both') and v_next ~ '^([0-9]+[A-Z]?|[A-Z]?-?[0-9]+|[0-9]+-[A-Z0-9]+|[A-Z])$' then
      return i;
    end if;
  end loop;
  -- A bare number or letter after a street type ("1000 ASHLAND AVE 1", "12 PARK AVE S 4B") or after a comma. A number
  -- after a highway or a county road is the number of that road.
  if n >= 4 and words[n] ~ '^([0-9]+-?[A-Z]?|[A-Z]-?[0-9]*)$' then
    if words[n - 1] = ',' then
      return n;
    elsif private.street_types() ? words[n - 1]
      and not private.street_types() ->> words[n - 1] in ('HWY', 'RTE', 'BYP', 'EXPY', 'FWY')
      and not private.directions() ? words[n]
      and not (n = 4 and private.directions() ? words[2])
      and not ((private.street_types() ->> words[n - 1]) in ('RD', 'RDS')
        and '{"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"ST":1,"FM":1,"RM":1,"RANCH":1,"MARKET":1,"FARM":1,
        "TOWNSHIP":1,
          "TWP":1,"TOWN":1,"FOREST":1,"SERVICE":1,"PRIVATE":1,"PARISH":1}'::jsonb ? words[n - 2])
    then
      return n;
    elsif n >= 5 and private.directions() ? words[n - 1] and private.street_types() ? words[n - 2]
      and words[n] ~ '[0-9]' then
      return n;
    end if;
  end if;
  return null;
end
$$;
comment on function private.find_unit(text[]) is
  'Index of the word at which the unit begins in the words of a line; null when there is no unit.';

revoke execute on function private.canonical_unit(text), private.find_unit(text[]) from public;
grant execute on function private.canonical_unit(text), private.find_unit(text[]) to pipeline_writer, service_role;

-- sql/18_normalise/13_canonical_street.sql

-- One spelling of the street (directional, name, type; without house number and unit). address_standardizer parses
-- it; where its grammar fails (it returns nothing, or misreads a part of the name), simple rules over the words
-- decide. The result is a fixed point of the function by construction, so the stored text hashes to the same value as
-- the raw text.

create function private.canonical_highway(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_part text[];
  v_kind text;
begin
  v_part := regexp_match(street,
    '^(?:(N|S|E|W|NORTH|SOUTH|EAST|WEST|OLD) )?(?:(U S|US|STATE|ST|COUNTY|CNTY|CTY|CO|TOWNSHIP|TWP|'
    'FARM TO MARKET|RANCH TO MARKET) ?)?(?:(HIGHWAY|HWY|HIWAY|ROUTE|RTE|RT|ROAD|RD|CR|SR|SH|FM|RM|INTERSTATE|I)'
    '(?: HWY| HIGHWAY| ROAD| RD)?(?: NO| NUMBER)? ?)?'
    '([0-9]{1,4}[A-Z]?|[A-Z]{1,2})(?: (N|S|E|W|NORTH|SOUTH|EAST|WEST))?$');
  if v_part is null then
    return null;
  end if;
  v_kind := case
    when v_part[2] in ('U S', 'US') and coalesce(v_part[3], 'HWY') in ('HIGHWAY', 'HWY', 'HIWAY', 'ROUTE', 'RTE', 'RT')
      then 'US HIGHWAY'
    when v_part[2] in ('STATE', 'ST') and v_part[3] in ('HIGHWAY', 'HWY', 'HIWAY', 'ROUTE', 'RTE', 'RT', 'ROAD', 'RD')
      or v_part[2] is null and v_part[3] in ('SR', 'SH')
      then 'STATE ROUTE'
    when v_part[2] in ('COUNTY', 'CNTY', 'CTY', 'CO') and v_part[3] in ('ROAD', 'RD', 'ROUTE', 'RTE', 'RT')
      or v_part[2] is null and v_part[3] = 'CR'
      then 'COUNTY ROAD'
    when v_part[2] in ('COUNTY', 'CNTY', 'CTY', 'CO')
      and v_part[3] in ('HIGHWAY', 'HWY', 'HIWAY') then 'COUNTY HIGHWAY'
    when v_part[2] in ('TOWNSHIP', 'TWP') and v_part[3] in ('ROAD', 'RD', 'HIGHWAY', 'HWY') then 'TOWNSHIP ROAD'
    when v_part[2] = 'FARM TO MARKET' or v_part[2] is null and v_part[3] = 'FM' then 'FM'
    when v_part[2] = 'RANCH TO MARKET' or v_part[2] is null and v_part[3] = 'RM' then 'RM'
    when v_part[2] is null and v_part[3] in ('INTERSTATE', 'I') then 'INTERSTATE'
    when v_part[2] is null and v_part[3] in ('HIGHWAY', 'HWY', 'HIWAY') then 'HIGHWAY'
    when v_part[2] is null and v_part[3] in ('ROUTE', 'RTE', 'RT') then 'ROUTE'
  end;
  -- A letter names a highway only after "county road" or "highway" (Wisconsin, Missouri).
  if v_kind is null or v_part[4] !~ '[0-9]'
    and (v_kind not in ('COUNTY ROAD', 'COUNTY HIGHWAY', 'HIGHWAY', 'ROUTE')
      or private.street_types() ? v_part[4]) then
    return null;
  end if;
  return concat_ws(' ', case when v_part[1] = 'OLD' then 'OLD' else left(v_part[1], 1) end,
    v_kind, v_part[4], left(v_part[5], 1));
end
$$;
comment on function private.canonical_highway(text) is
  'One spelling of a numbered road (CR 12 is COUNTY ROAD 12, US 1 is US HIGHWAY 1, SR 9 and State Hwy 9 are STATE '
  'ROUTE 9); null for other streets.';

create function private.canonical_street_words(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_words text[] := string_to_array(street, ' ');
  v_last integer := cardinality(v_words);
begin
  for i in 1 .. v_last loop
    v_words[i] := coalesce('{"FIRST":"1ST","SECOND":"2ND","THIRD":"3RD","FOURTH":"4TH","FIFTH":"5TH","SIXTH":"6TH",
      "SEVENTH":"7TH","EIGHTH":"8TH","NINTH":"9TH","TENTH":"10TH","ELEVENTH":"11TH","TWELFTH":"12TH",
      "SAINT":"ST","MT":"MOUNT","FT":"FORT","JUNIOR":"JR"}'::jsonb ->> v_words[i], v_words[i]);
  end loop;
  if v_last >= 2 and private.directions() ? v_words[v_last] then
    v_words[v_last] := private.directions() ->> v_words[v_last];
    v_last := v_last - 1;
  end if;
  -- `N ORCHARD` is a street named Orchard, `N AVE` one named N.
  if v_last >= 2 and private.street_types() ? v_words[v_last]
    and (v_last > 2 or not private.directions() ? v_words[1]
      or private.common_street_types() ? (private.street_types() ->> v_words[v_last])) then
    v_words[v_last] := private.street_types() ->> v_words[v_last];
    v_last := v_last - 1;
  end if;
  if v_last >= 2 and private.directions() ? v_words[1] then
    v_words[1] := private.directions() ->> v_words[1];
  end if;
  return array_to_string(v_words, ' ');
end
$$;
comment on function private.canonical_street_words(text) is
  'One spelling of a street by rules over its words alone; the fallback of canonical_street.';

create function private.canonical_street(street text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_street text := street;
  v_next text;
  v_least text;
  v_std extensions.stdaddr;
  v_name text;
begin
  -- The standardizer does not know NORTHWEST as one word. Before two words or at the end it is a directional.
  if position('HWEST' in v_street) > 0 or position('HEAST' in v_street) > 0 then
    v_street := regexp_replace(v_street, '^(N|S)(?:OR|OU)TH(E|W)(?:A|E)ST (?=.* )', '\1\2 ');
    v_street := regexp_replace(v_street, ' (N|S)(?:OR|OU)TH(E|W)(?:A|E)ST$', ' \1\2');
  end if;
  -- Repeats until nothing changes: at once for text that is already in USPS spelling, else after one more round.
  for i in 1 .. 12 loop
    if '{"HWY":1,"HIGHWAY":1,"HIWAY":1,"ROUTE":1,"RTE":1,"RT":1,"CR":1,"SR":1,"SH":1,"FM":1,"RM":1,"US":1,"U":1,"I":1,
        "COUNTY":1,"CNTY":1,"CTY":1,"CO":1,"STATE":1,"INTERSTATE":1,"TOWNSHIP":1,"TWP":1,"FARM":1,"RANCH":1}'::jsonb
      ?| string_to_array(v_street, ' ') then
      v_next := private.canonical_highway(v_street);
      if v_next is not null then
        return v_next;
      end if;
    end if;
    v_next := null;
    if length(v_street) <= 60 then
      -- As an assignment, the call is a "simple expression": its state, including the rule tables, lives as long as
      -- the transaction. A query inside a function would load them at each call (milliseconds).
      v_std := extensions.standardize_address('private.us_lex', 'private.us_gaz', 'private.us_rules',
        '1 ' || v_street, '');
      v_name := v_std.name;
      -- Trusted only when it has put every word into the street and has found a name.
      if v_std.house_num = '1' and v_name not in ('', 'SAINT', 'MOUNT', 'FORT')
        and v_std.unit is null and v_std.building is null and v_std.box is null and v_std.ruralroute is null
        and v_std.extra is null and v_std.qual is distinct from 'ALTERNATE'
        and (v_std.predir is not null or v_std.suftype is null or not private.directions() ? v_name
          or private.common_street_types() ? (private.street_types() ->> v_std.suftype))
      then
        if v_name in ('EAST', 'WEST', 'NORTH', 'SOUTH') and position(v_name in v_street) = 0 then
          -- E Street is not East Street.
          v_name := left(v_name, 1);
        elsif v_name !~ '[^0-9]' and v_std.pretype is null and v_std.sufdir is null then
          v_name := v_name || case
            when right(v_name, 2) in ('11', '12', '13') then 'TH'
            when right(v_name, 1) = '1' then 'ST' when right(v_name, 1) = '2' then 'ND'
            when right(v_name, 1) = '3' then 'RD' else 'TH' end;
        end if;
        v_next := concat_ws(' ', private.directions() ->> v_std.predir, v_std.qual, v_std.pretype, v_name,
          coalesce(private.street_types() ->> v_std.suftype, v_std.suftype),
          private.directions() ->> v_std.sufdir);
      end if;
    end if;
    if v_next is null or position('#' in v_next) > 0 then
      v_next := private.canonical_street_words(v_street);
    end if;
    if v_next = v_street then
      return v_next;
    end if;
    v_street := v_next;
    -- A few unusual words alternate between spellings; the alphabetically first one represents them.
    if i >= 6 then
      v_least := least(v_least, v_street collate "C");
    end if;
  end loop;
  return v_least;
end
$$;
comment on function private.canonical_street(text) is
  'One spelling of a street without house number and unit, in capital letters, digits and single blanks, with USPS '
  'abbreviations. Idempotent.';

revoke execute on function private.canonical_highway(text), private.canonical_street_words(text),
  private.canonical_street(text) from public;
grant execute on function private.canonical_highway(text), private.canonical_street_words(text),
  private.canonical_street(text) to pipeline_writer, service_role;

-- sql/18_normalise/14_address_hash.sql

create function private.address_hash_version() returns smallint
language sql immutable parallel safe as $$
  select 1::smallint
$$;
comment on function private.address_hash_version() is
  'Version of the canonical address string. Raise it with every change of the rules that changes hashes. Inlined, '
  'hence without a SET clause.';

-- Inlined into parse_address and into set-based statements, hence without a SET clause. Stable, because convert_to
-- is: a function that promises more than the functions it calls is not inlined.
create function private.address_hash(
  house_number text, street text, unit text, city text, state text, zip text
) returns bytea
language sql stable parallel safe as $$
  select case when street is not null and (zip is not null or city is not null and state is not null) then
    pg_catalog.sha256(pg_catalog.convert_to(
      'v1|' || coalesce(house_number, '') || '|' || street || '|' || coalesce(unit, '') || '|'
        || coalesce(zip, city || ',' || state), 'UTF8'))
  end
$$;
comment on function private.address_hash(text, text, text, text, text, text) is
  'SHA-256 of v1|house number|street|unit|place over the canonical parts from parse_address; the place is the ZIP, '
  'or city and state without a ZIP. Null without a street or a place.';

revoke execute on function private.address_hash_version(), private.address_hash(text, text, text, text, text, text)
  from public;
grant execute on function private.address_hash_version(), private.address_hash(text, text, text, text, text, text)
  to pipeline_writer, service_role;

create function private.show_street(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_shown text := initcap(street);
begin
  -- initcap writes `Nw` and `Us`; two-letter directionals are the first or the last word.
  if substr(v_shown, 3, 1) = ' ' and left(street, 2) in ('NE', 'NW', 'SE', 'SW', 'US', 'FM', 'RM') then
    v_shown := left(street, 2) || substr(v_shown, 3);
  end if;
  if right(street, 3) in (' NE', ' NW', ' SE', ' SW') then
    v_shown := left(v_shown, -2) || right(street, 2);
  end if;
  return v_shown;
end
$$;
comment on function private.show_street(text) is 'A canonical street as people write it: N Main St, 5th Ave NW.';
revoke execute on function private.show_street(text) from public;
grant execute on function private.show_street(text) to pipeline_writer, service_role;

-- sql/18_normalise/15_address_place.sql

create function private.clean_address_text(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_text text := upper(left(raw, 200) collate "C");
begin
  if v_text !~ '[^A-Z0-9 ]' and position('  ' in v_text) = 0 then
    return btrim(v_text);
  end if;
  if octet_length(v_text) <> length(v_text) then
    v_text := replace(replace(replace(v_text, '½', ' 1/2'), '¼', ' 1/4'), '¾', ' 3/4');
    v_text := translate(v_text, '‐‑‒–—―’‘ʼ', '------''''''');
    v_text := upper(regexp_replace(normalize(v_text, nfkd), '[\u0300-\u036f]', '', 'g') collate "C");
  end if;
  -- A house number that a spreadsheet treated as a number: `123.0 Main St`.
  if position('.0' in v_text) > 0 then
    v_text := regexp_replace(v_text, '^(\s*[0-9]+)\.0{1,2}(?=\s)', '\1');
  end if;
  -- Apostrophes are dropped (O'Brien), a comma and a number sign become words of their own, other marks separate
  -- words.
  v_text := translate(v_text, '''`', '');
  v_text := translate(v_text, E';\n\r', ',,,');
  if position('#' in v_text) > 0 or position(',' in v_text) > 0 then
    v_text := regexp_replace(replace(v_text, '#', ' # '), '[, ]*,[, ]*', ' , ', 'g');
  end if;
  v_text := translate(replace(v_text, '. ', ' '), E'.:"()[]{}!?*_+=|\\~^<>@&$%\t\f\u000b', repeat(' ', 30));
  if position('  ' in v_text) > 0 then
    v_text := regexp_replace(v_text, ' {2,}', ' ', 'g');
  end if;
  return btrim(v_text, ' ,-/');
end
$$;
comment on function private.clean_address_text(text) is
  'Address text (first 200 characters) in capitals without accents and marks, with commas and number signs as '
  'separate words.';

-- The place at the end of a line of words: ZIP, state, country and city.
create function private.strip_place(
  inout words text[], inout city text, inout state text, inout zip text, out stripped boolean
)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  n integer := cardinality(words);
  v_city text[] := string_to_array(city, ' ');
  v_word text;
  v_two text;
  v_comma integer;
begin
  stripped := false;
  if n > 4 and words[n] in ('USA', 'US') and (words[n - 1] = ',' or words[n - 1] ~ '^[0-9-]{5,10}$') then
    n := n - 1;
    n := n - (words[n] = ',')::integer;
  end if;
  -- The ZIP counts when it equals the row's ZIP, or when a state precedes it.
  if n > 3 and words[n] ~ '^[0-9]{5}(-[0-9]{4})?$' then
    v_word := words[n - 1 - (words[n - 1] = ',')::integer];
    v_two := words[n - 2] || ' ' || words[n - 1];
    if left(words[n], 5) = zip or private.normalise_state(v_word) is not null
      or private.normalise_state(v_two) is not null then
      zip := coalesce(zip, private.normalise_zip(words[n]));
      n := n - 1;
      n := n - (words[n] = ',')::integer;
      stripped := true;
    end if;
  end if;
  -- The state: after a ZIP, a comma or the row's city. CT, AL, LA … are street types as well, and stay unless a comma
  -- or the city marks them as a state.
  v_two := words[n - 1] || ' ' || words[n];
  if n > 4 and private.normalise_state(v_two) is not null and position(' ' in v_two) > 0
    and words[n - 1] <> ',' and (stripped or words[n - 2] = ',') then
    state := coalesce(state, private.normalise_state(v_two));
    n := n - 2;
    stripped := true;
  elsif n > 3 and private.normalise_state(words[n]) is not null
    and (words[n - 1] = ','
      or (cardinality(v_city) > 0 and n - cardinality(v_city) > 2 and words[n - cardinality(v_city) : n - 1] = v_city)
      or (stripped and (not private.street_types() ? words[n] or private.street_types() ? words[n - 1])))
  then
    state := coalesce(state, private.normalise_state(words[n]));
    n := n - 1;
    stripped := true;
  end if;
  n := n - (words[n] = ',')::integer;
  -- The city: the row's own, or the words between the last comma and the state.
  v_comma := 0;
  for i in reverse n .. 3 loop
    if words[i] = ',' then
      v_comma := i;
      exit;
    end if;
  end loop;
  if cardinality(v_city) > 0 then
    if n - cardinality(v_city) > 1 and words[n - cardinality(v_city) + 1 : n] = v_city
      and (stripped or words[n - cardinality(v_city)] = ',' or private.street_types() ? words[n - cardinality(v_city)])
      and not private.directions() ? words[n - cardinality(v_city)]
    then
      n := n - cardinality(v_city);
      stripped := true;
    end if;
  elsif stripped and v_comma > 0 and v_comma < n and not words[v_comma + 1] ~ '[0-9#]' then
    city := array_to_string(words[v_comma + 1 : n], ' ');
    n := v_comma;
  elsif stripped then
    -- Without a comma: the city follows the street type, which is at least the third word.
    for i in 3 .. n - 1 loop
      if private.unit_words() ->> words[i] = 'sure' and words[i + 1] ~ '[0-9]' and i + 2 <= n
        and array_to_string(words[i + 2 : n], '') !~ '[^A-Z]' then
        city := array_to_string(words[i + 2 : n], ' ');
        n := i + 1;
        exit;
      elsif private.street_types() ? words[i] and not private.street_types() ? words[i + 1]
        and not private.directions() ? words[i + 1] and not private.unit_words() ? words[i + 1]
        and array_to_string(words[i + 1 : n], '') !~ '[^A-Z]' then
        city := array_to_string(words[i + 1 : n], ' ');
        n := i;
        exit;
      end if;
    end loop;
  end if;
  n := n - coalesce((words[n] = ',')::integer, 0);
  words := words[1 : n];
end
$$;
comment on function private.strip_place(text[], text, text, text) is
  'Removes ZIP, state, country and city from the end of a line and fills those that the row lacks; stripped says '
  'whether it found any.';

revoke execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text) from public;
grant execute on function private.clean_address_text(text), private.strip_place(text[], text, text, text)
  to pipeline_writer, service_role;

-- sql/18_normalise/16_street_forms.sql

-- Inlined into parse_address, hence without a SET clause.
create function private.is_plain_line(line text, last_word text, city text) returns boolean
language sql immutable parallel safe as $$
  select line ~ '^[1-9][0-9]{0,7} [A-Z0-9 ]+$' and length(last_word) > 1
    and ascii(last_word) > 57 and ascii(right(last_word, 1)) > 57
    and (city is null or position(city in line) = 0)
    and not private.unit_words() ?| string_to_array(line, ' ')
$$;
comment on function private.is_plain_line(text, text, text) is
  'Whether a cleaned line consists of a house number and a street only, as most lines do.';

create function private.street_forms(street text) returns text
language plpgsql stable parallel safe set search_path = '' as $$
declare
  v_street text := private.canonical_street(street);
  v_shown text := street;
begin
  -- Shown in the abbreviated original words where those give the same canonical street.
  if v_shown <> v_street then
    v_shown := private.canonical_street_words(v_shown);
    if v_shown <> v_street and (private.canonical_highway(v_shown) is not null
      or private.canonical_street(v_shown) <> v_street) then
      v_shown := v_street;
    end if;
  end if;
  return v_street || '|' || v_shown || '|' || private.show_street(v_shown);
end
$$;
comment on function private.street_forms(text) is
  'A street in three forms, separated by bars: canonical, in the words to show, and as people write those.';

create function private.known_streets(p_streets text[]) returns jsonb
language sql stable parallel safe set search_path = '' as $$
  select coalesce(jsonb_object_agg(d.name, private.street_forms(d.name)), '{}')
  from (
    select substr(l.line, position(' ' in l.line) + 1) as name
    from (select upper(s collate "C") as line from unnest(p_streets) s) l
    where l.line ~ '^[1-9][0-9]{0,7} [A-Z0-9]+( [A-Z0-9]+)*$'
    group by 1 having count(*) > 1 and max(length(l.line)) <= 200
  ) d
$$;
comment on function private.known_streets(text[]) is
  'Streets that several of these lines share, each with its street_forms, so that parse_address computes them once '
  'and not for each house.';

revoke execute on function private.is_plain_line(text, text, text), private.street_forms(text),
  private.known_streets(text[]) from public;
grant execute on function private.is_plain_line(text, text, text), private.street_forms(text),
  private.known_streets(text[]) to pipeline_writer, service_role;

-- sql/18_normalise/17_parse_address.sql

-- Parses the address of a list's row. The line may contain more than the street: unit, city, state, ZIP, country, a
-- box. Steps: clean the text, remove the place from its end, the unit from its end or front and the house number from
-- its front; the rest is the street.
create function private.parse_address(
  street text, unit text, city text, state text, zip text, rechecked boolean default true, streets jsonb default null,
  out situs_house_number text, out situs_street text, out situs_unit text, out situs_city text,
  out situs_state text, out situs_zip text, out situs_zip4 text, out addr_hash bytea, out warnings text[]
)
language plpgsql stable parallel safe set search_path = '' as $$
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
  v_box text[];
  v_comma boolean;
  v_unclear boolean := false;
  v_last text;
  v_place record;
  v_again record;
  v_line_shown text;
  k integer := 1;
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
  if zip ~ '^[0-9]{5}$' and zip >= '00501' then
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
    v_words := string_to_array(v_line, ' ');

    -- A row with its place in columns of its own seldom repeats it in the line.
    v_comma := position(',' in v_line) > 0;
    if v_comma or v_city is null or situs_zip is null or right(v_line, length(v_city)) = v_city
      or v_last = situs_state or length(v_last) >= 5 and ascii(right(v_last, 1)) between 48 and 57 then
      v_place := private.strip_place(v_words, v_city, situs_state, situs_zip);
      if v_place.stripped then
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

    -- A unit in front: `APT 4, 123 MAIN ST`.
    if private.unit_words() ->> v_words[1] = 'sure' and v_words[2] <> ',' then
      k := 3 + coalesce((v_words[3] = ',')::integer, 0);
      if v_words[k] ~ '^[0-9]' and v_words[k + 1] is not null then
        v_line_unit := v_words[2];
        v_words := v_words[k :];
      end if;
      k := 1;
    end if;

    -- Boxes: a post office box, a box on a rural or highway contract route.
    if '{"BOX":1,"BX":1,"POBOX":1,"POB":1,"DRAWER":1}'::jsonb ?| v_words then
      v_line := array_to_string(v_words, ' ');
      v_box := regexp_match(v_line,
        '^(?:[^0-9].* )?(R R|RR|RURAL ROUTE|RURAL RTE|RURAL RT|RFD|RTE|RT|ROUTE|HC|HCR|HIGHWAY CONTRACT|'
          'HIGHWAY CONTRACT ROUTE)(?: #| NO)? ?([0-9]+[A-Z]?)[ ,]*(?:BOX|BX)(?: #| NO)? ?([0-9A-Z][0-9A-Z-]*)$');
      if v_box is not null then
        v_street := case
          when left(v_box[1], 1) = 'H' or position('HIGHWAY CONTRACT' in v_line) > 0 then 'HC ' else 'RR ' end
            || v_box[2] || ' BOX '
          || coalesce(nullif(ltrim(v_box[3], '0'), ''), '0');
        v_words := '{}';
      else
        v_box := regexp_match(v_line,
          '^(.*?)[ ,]*(P ?O (?:BOX|BX|DRAWER)|POST OFFICE BOX|POBOX|POB|BOX|BX|DRAWER)'
            '(?: #| NO)? ?([0-9A-Z][0-9A-Z-]*)$');
      end if;
      if v_street is null and v_box[1] !~ '^[0-9]' then
        v_street := 'PO BOX ' || coalesce(nullif(ltrim(v_box[3], '0'), ''), '0');
        v_words := '{}';
      elsif v_street is null and v_box[2] like 'P%' then
        -- For a street and a post office box, the property is at the street.
        v_words := string_to_array(rtrim(v_box[1], ' ,'), ' ');
        warnings := array_append(warnings, 'box_dropped');
      end if;
    end if;

    -- A name before the number (`c/o Smith, 123 Main St`), separated from it by a comma.
    if v_comma and v_words[1] !~ '[0-9]' then
      v_unit_at := array_position(v_words, ',');
      if v_words[v_unit_at + 1] ~ '^[0-9]+$' and cardinality(v_words) > v_unit_at + 1 then
        v_words := v_words[v_unit_at + 1 :];
      end if;
    end if;

    -- The house number.
    if v_words[1] = 'ONE' and cardinality(v_words) > 1 then
      v_words[1] := '1';
    elsif v_words[1] ~ '^[0-9]+-[0-9]+(ST|ND|RD|TH)$' then
      -- `4800-60th St` is 4800 60th St.
      v_words := string_to_array(replace(v_words[1], '-', ' '), ' ') || v_words[2 :];
    end if;
    if v_words[1] ~ '^[0-9]+$' then
      situs_house_number := ltrim(v_words[1], '0');
      k := 2;
      if v_words[2] = '-' and v_words[3] ~ '^[0-9]+$' then
        situs_house_number := situs_house_number || '-' || v_words[3];
        k := 4;
      end if;
    elsif v_words[1] ~ '^(0*[1-9][0-9]*-?[A-Z]|0*[1-9][0-9]*-[0-9]+[A-Z]?|[NSEW][0-9]+([NSEW][0-9]+)?[A-Z]?'
      '|[A-Z][0-9]+|0*[1-9][0-9]*-[1-9]/[1-9])$' then
      k := 2;
      situs_house_number := ltrim(v_words[1], '0');
      if right(situs_house_number, 1) >= 'A' then
        situs_house_number := replace(situs_house_number, '-', '');
      elsif position('/' in situs_house_number) > 0 then
        situs_house_number := replace(situs_house_number, '-', ' ');
      elsif v_words[2] ~ '^[NSEW][0-9]+$' then
        situs_house_number := situs_house_number || v_words[2];
        k := 3;
      end if;
    end if;
    if situs_house_number <> '' and v_words[k] ~ '^[1-9]/[1-9]$' then
      situs_house_number := situs_house_number || ' ' || v_words[k];
      k := k + 1;
    end if;
    if situs_house_number = '' then
      situs_house_number := null;
    end if;

    -- Unit and street. find_unit expects the house number as one word.
    if v_street is null then
      if v_words[k] = ',' then
        k := k + 1;
      end if;
      if k <> 2 then
        v_words := coalesce(situs_house_number, '-') || v_words[k :];
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
      v_street := nullif(v_street, '');
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
    -- The text shown must parse to the same address as the original. A plain line and an unchanged line do; any other
    -- line is parsed again, and an unclear address gets no hash rather than a wrong one.
    v_line_shown := situs_house_number || ' ' || v_shown;
    if v_line_shown <> v_line and rechecked
      and not private.is_plain_line(v_line_shown, split_part(v_shown, ' ', -1), v_city) then
      v_again := private.parse_address(situs_street, v_unit, situs_city, situs_state, situs_zip, false);
      v_unclear := v_again.situs_street is distinct from situs_street or v_again.situs_unit is distinct from v_unit
        or v_again.situs_house_number is distinct from situs_house_number
        or v_again.situs_city is distinct from situs_city or v_again.situs_zip is distinct from situs_zip
        or v_again.situs_state is distinct from situs_state or v_unclear;
    end if;
    -- A directional alone is not a street.
    v_unclear := coalesce(v_unclear, false) or private.directions() ? v_street;
  elsif v_words = '{}' then
    situs_street := v_street;
  else
    v_street := null;
    situs_street := nullif(left(btrim(street), 200), '');
  end if;
  if v_unclear then
    warnings := array_append(warnings, 'address_unclear');
  elsif v_street is not null then
    if situs_zip is null then
      -- Without a ZIP the city is part of the hash: St. Louis and Saint Louis, Winston-Salem.
      v_city := translate(v_city, '-,#', ' ');
      v_city := coalesce('{"ST":"SAINT","FT":"FORT","MT":"MOUNT","N":"NORTH","S":"SOUTH","E":"EAST","W":"WEST"}'::jsonb
        ->> split_part(v_city, ' ', 1), split_part(v_city, ' ', 1))
          || substr(v_city, length(split_part(v_city, ' ', 1)) + 1);
    end if;
    addr_hash := private.address_hash(situs_house_number, v_street, v_unit, v_city, situs_state, situs_zip);
  end if;
  situs_unit := v_unit;
end
$$;
comment on function private.parse_address(text, text, text, text, text, boolean, jsonb) is
  'Parts of an address for the columns of leads, its hash, and warnings (zip_healed, place_taken_out_of_street, '
  'unit_taken_out_of_street, box_dropped, address_unclear). situs_street contains house number and street. The hash '
  'is null without a usable street line or a place. Never raises; its own output parses to the same hash (rechecked '
  '= false marks that internal second parse). streets: the result of known_streets, so that it is not computed '
  'again.';

revoke execute on function private.parse_address(text, text, text, text, text, boolean, jsonb) from public;
grant execute on function private.parse_address(text, text, text, text, text, boolean, jsonb)
  to pipeline_writer, service_role;
