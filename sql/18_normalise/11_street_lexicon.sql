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
