-- A street without house number and unit: its directionals, name and type, each in one spelling. A word is only ever
-- replaced by another spelling of itself, so different streets stay different. PostGIS' address_standardizer is not
-- used for this: its lexicon replaces words (Airpark by Airport, Front by Frontage, plurals by singulars) and drops
-- some.

-- Words before a name, among them the Spanish ones of Publication 28, appendix H.
create function private.leading_types() returns jsonb
language sql immutable parallel safe as $$
  select '{"AVENUE":"AVE","AVE":"AVE","AV":"AVE","AVENIDA":"AVE","AVDA":"AVE","CALLE":"CALLE","CLL":"CALLE",
    "CLLE":"CALLE","CAMINO":"CAM","CAM":"CAM","CAMINITO":"CMT","CMT":"CMT","CERRADA":"CER","CER":"CER",
    "CIRCULO":"CIR","ENTRADA":"ENT","ENT":"ENT","PASEO":"PSO","PSO":"PSO","PLACITA":"PLA","PLA":"PLA","RANCHO":"RCH",
    "RCH":"RCH","VEREDA":"VER","VER":"VER","CARRETERA":"CARR","CARR":"CARR","CALLEJON":"CLJ","CLJ":"CLJ",
    "BULEVAR":"BLVD","ROAD":"RD","RD":"RD","STREET":"STREET"}'::jsonb
$$;
comment on function private.leading_types() is
  'Types of street that come before the name, each spelling with one abbreviation. Inlined, hence without a SET '
  'clause.';

create function private.special_words() returns jsonb
language sql immutable parallel safe as $$
  select private.crossing_words() || private.ordinal_words()
    || '{"HWY":1,"HIGHWAY":1,"HIWAY":1,"HIGHWY":1,"HIWY":1,"HWAY":1,"ROUTE":1,"RTE":1,"RT":1,"CR":1,"SR":1,"SH":1,
    "FM":1,"RM":1,"RR":1,"TR":1,"PR":1,"F":1,"R":1,"US":1,"U":1,"I":1,"IH":1,"COUNTY":1,"CNTY":1,"CTY":1,"CO":1,
    "CTH":1,"STH":1,"CH":1,"STATE":1,"INTERSTATE":1,"TOWNSHIP":1,"TWP":1,"TOWN":1,"FARM":1,"RANCH":1,"LOOP":1,
    "LP":1,"SPUR":1,"PRIVATE":1,"PVT":1,"PARISH":1,"BUSINESS":1,"BUS":1,"URB":1,"URBANIZACION":1,"URBANIZATION":1,
    "FOREST":1,"NF":1,"NFS":1,"FS":1,"USFS":1,"FSR":1,"NFSR":1,"KING":1,"MLK":1}'::jsonb
$$;
comment on function private.special_words() is
  'Words for which split_street has further rules: numbered roads, ordinals, cross streets. Inlined, hence without a '
  'SET clause.';

create function private.split_street(
  street text, out predir text, out name text, out type text, out sufdir text, out shown text
)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  w text[] := string_to_array(street, ' ');
  n integer := cardinality(w);
  a integer := 1;
  v_lead text;
  v_key text[];
  v_word text;
  v_urb text;
  v_road record;
  v_digits boolean := translate(street, '0123456789', '') <> street;
  -- Most streets have none of these words.
  v_special boolean := private.special_words() ?| w;
begin
  if n is null or n = 0 then
    return;
  end if;
  if v_special or v_digits and (w[1] = 'ST' or n > 3 and w[2] = 'ST' or length(w[1]) = 2 and ascii(w[2]) < 58
      or ascii(w[1]) > 57 and translate(w[1], '0123456789', '') <> w[1]) then
    v_road := private.split_numbered_road(street);
    if v_road.name is not null then
      predir := v_road.predir;
      name := v_road.name;
      sufdir := v_road.sufdir;
      shown := concat_ws(' ', predir, name, sufdir);
      return;
    end if;
  end if;
  if v_special then
    -- The urbanización of Puerto Rico tells streets of one name apart.
    for i in 2 .. n - 1 loop
      if w[i] in ('URB', 'URBANIZACION', 'URBANIZATION') then
        v_urb := array_to_string(w[i + 1 :], ' ');
        w := w[1 : i - 1];
        exit;
      end if;
    end loop;
    w := private.cut_cross_street(w, 1);
  end if;
  if v_special or v_digits then
    w := private.join_ordinals(w);
    n := cardinality(w);
  end if;

  v_lead := private.leading_types() ->> w[1];
  if v_lead in ('CALLE', 'CLJ') and n > 2
    and '{"N":1,"S":1,"E":1,"O":1,"NE":1,"NO":1,"SE":1,"SO":1,"NORTE":1,"SUR":1,"ESTE":1,"OESTE":1,"NORESTE":1,
      "NOROESTE":1,"SURESTE":1,"SUROESTE":1}'::jsonb ? w[n] then
    -- Spanish: SO is southwest, O west.
    sufdir := case when w[n] like 'NOR_ESTE' or w[n] like 'SUR_ESTE' or w[n] in ('NOROESTE', 'SUROESTE')
      then left(w[n], 1) || substr(w[n], 4, 1) when length(w[n]) > 2 then left(w[n], 1) else w[n] end;
    n := n - 1;
  else
    -- `7TH ST S E` is 7TH ST SE.
    if n >= 4 and w[n - 1] in ('N', 'S', 'NORTH', 'SOUTH') and w[n] in ('E', 'W', 'EAST', 'WEST')
      and private.street_types() ? w[n - 2] then
      sufdir := left(w[n - 1], 1) || left(w[n], 1);
      n := n - 2;
    elsif n >= 2 and private.directions() ? w[n]
      and (n > 2 or v_lead is null and not private.directions() ? w[1]
        and not private.common_street_types() ? coalesce(private.street_types() ->> w[1], '')) then
      sufdir := private.directions() ->> w[n];
      n := n - 1;
    end if;
    -- `N ORCHARD` is a street named Orchard, `N AVE` one named N.
    if n >= 2 and private.street_types() ? w[n]
      and (n > 2 or not private.directions() ? w[1]
        or private.common_street_types() ? (private.street_types() ->> w[n])) then
      type := private.street_types() ->> w[n];
      n := n - 1;
    elsif n >= 2 and w[n] = 'LA' then
      type := 'LN';
      n := n - 1;
    end if;
    if n >= 2 and private.directions() ? w[1] then
      if n >= 3 and w[1] in ('N', 'S', 'NORTH', 'SOUTH') and w[2] in ('E', 'W', 'EAST', 'WEST')
        and (length(w[2]) = 1) = (length(w[1]) = 1) and (length(w[1]) = 1 or ascii(w[3]) < 58) then
        predir := left(w[1], 1) || left(w[2], 1);
        a := 3;
      else
        predir := private.directions() ->> w[1];
        a := 2;
      end if;
    end if;
  end if;

  if a = n and type is not null and v_digits and type not in ('HWY', 'RTE') and w[n] ~ '^[0-9]{1,4}$' then
    w[n] := private.ordinal(w[n]::integer);
  end if;
  shown := concat_ws(' ', predir, array_to_string(w[a : n], ' '), type, sufdir, 'URB ' || v_urb);

  v_lead := case when n > a then private.leading_types() ->> w[a] end;
  if v_lead is not null then
    a := a + 1;
  end if;
  v_key := w[a : n];
  if v_special and v_key && '{KING,MLK}' then
    v_key := string_to_array(regexp_replace(array_to_string(v_key, ' '), '^(?:(?:DR|DOCTOR) )?(?:(?:REV|REVEREND) )?'
      '(?:MARTIN LUTHER KING|M L KING|ML KING|MLK)(?: (?:JR|JUNIOR))?$', 'MLK'), ' ');
    n := a + cardinality(v_key) - 1;
  end if;
  for i in 1 .. n - a + 1 loop
    v_word := v_key[i];
    if v_word = 'ST' and v_lead is null
      and (i = 1 or i <= n - a and not private.street_types() ? v_key[i + 1]) then
      v_key[i] := 'SAINT';
    elsif i > 1 and v_word in ('DR', 'CT', 'STREET') then
      v_key[i] := case v_word when 'DR' then 'DRIVE' when 'CT' then 'COURT' else 'ST' end;
    elsif n = a and length(private.directions() ->> v_word) = 2 then
      -- NORTHEAST BLVD is NE BLVD. One letter stays: E ST is not EAST ST.
      v_key[i] := private.directions() ->> v_word;
    else
      v_key[i] := coalesce(private.name_words() ->> v_word, v_word);
    end if;
  end loop;
  -- LA SALLE and LASALLE, MC ARTHUR and MCARTHUR, O BRIEN and OBRIEN, OAK HILL and OAKHILL are one name each.
  if v_digits then
    name := regexp_replace(btrim(array_to_string(v_key, ' ')), '([A-Z]) +(?=[A-Z])', '\1', 'g');
  else
    name := array_to_string(v_key, '');
  end if;
  if name = '' then
    name := w[a];
  end if;
  name := concat_ws(' ', v_lead, name, 'URB ' || regexp_replace(v_urb, '([A-Z]) +(?=[A-Z])', '\1', 'g'));
end
$$;
comment on function private.split_street(text) is
  'Directionals, name and type of a street (capital letters, digits and single blanks) in one spelling, and the '
  'street as it is shown: USPS abbreviations around the words of the name.';

create function private.canonical_street(street text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_street text := street;
  v_next text;
  v_least text;
  s record;
begin
  -- Repeats until nothing changes, which the second round confirms. A few unusual words alternate between spellings;
  -- the alphabetically first one represents them.
  for i in 1 .. 12 loop
    -- As an assignment, the call is a simple expression, which costs less than a query.
    s := private.split_street(v_street);
    v_next := concat_ws(' ', s.predir, s.name, s.type, s.sufdir);
    if v_next = v_street then
      return v_next;
    end if;
    v_street := v_next;
    if i >= 6 then
      v_least := least(v_least, v_street collate "C");
    end if;
  end loop;
  return v_least;
end
$$;
comment on function private.canonical_street(text) is
  'One spelling of a street without house number and unit, in capital letters, digits and single blanks, with USPS '
  'abbreviations and the words of its name as one. Idempotent.';

revoke execute on function private.leading_types(), private.special_words(), private.split_street(text),
  private.canonical_street(text) from public;
grant execute on function private.leading_types(), private.special_words(), private.split_street(text),
  private.canonical_street(text) to pipeline_writer, service_role;
