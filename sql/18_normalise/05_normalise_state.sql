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
