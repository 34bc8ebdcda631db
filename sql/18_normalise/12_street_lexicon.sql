-- Word lists of USPS Publication 28, as constants: a look-up in a folded jsonb constant costs a fraction of a
-- microsecond and uses none of the session's 32 slots for compiled regular expressions. These functions are inlined,
-- hence without a SET clause; their bodies do not depend on the search path.

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
  select '{"#":"sure","APT":"sure","APARTMENT":"sure","APMT":"sure","APTS":"sure","APART":"sure",
  "UNIT":"sure","STE":"sure",
  "SUITE":"sure","BLDG":"sure","BUILDING":"sure","BLD":"sure","PMB":"sure","NO":"value","NUM":"value","NUMBER":"value",
  "RM":"value","ROOM":"value","SPC":"value","SPACE":"value","SP":"value","LOT":"value","TRLR":"value",
  "TRAILER":"value",
  "FL":"value","FLR":"value","FLOOR":"value","DEPT":"value","DEPARTMENT":"value","KEY":"value",
  "LEVEL":"value","LVL":"value","TOWER":"value","TWR":"value",
  "CONDOMINIUM":"value","OFC":"value","OFFICE":"value","HNGR":"value",
  "HANGAR":"value","SLIP":"value","PIER":"value","STOP":"value","TH":"value","CONDO":"value","BOX":"value",
  "BX":"value","POBOX":"value",
  "POB":"value","DRAWER":"value",
  "PH":"both","PENTHOUSE":"both","BSMT":"alone","BASEMENT":"alone","FRNT":"alone","FRONT":"alone","REAR":"alone",
  "SIDE":"alone",
  "LBBY":"alone","LOBBY":"alone","LOWR":"alone","LOWER":"alone","UPPR":"alone","UPPER":"alone"}'::jsonb
$$;
comment on function private.unit_words() is
  'Words that begin a unit. sure: whatever follows; value: only before a number or letter; alone: only at the end '
  'of the line.';

revoke execute on function private.common_street_types(), private.directions(),
  private.unit_words() from public;
grant execute on function private.common_street_types(), private.directions(),
  private.unit_words()
  to pipeline_writer, service_role;
