create function private.ordinal(n integer) returns text
language sql immutable parallel safe as $$
  select n || case
    when n % 100 between 11 and 13 then 'TH'
    when n % 10 = 1 then 'ST' when n % 10 = 2 then 'ND' when n % 10 = 3 then 'RD' else 'TH' end
$$;
comment on function private.ordinal(integer) is '1ST, 2ND, 3RD, 11TH. Inlined, hence without a SET clause.';

create function private.number_words() returns jsonb
language sql immutable parallel safe as $$
  select '{"ONE":1,"TWO":2,"THREE":3,"FOUR":4,"FIVE":5,"SIX":6,"SEVEN":7,"EIGHT":8,"NINE":9,"TEN":10,"ELEVEN":11,
    "TWELVE":12,"THIRTEEN":13,"FOURTEEN":14,"FIFTEEN":15,"SIXTEEN":16,"SEVENTEEN":17,"EIGHTEEN":18,"NINETEEN":19,
    "TWENTY":20,"THIRTY":30,"FORTY":40,"FIFTY":50,"SIXTY":60,"SEVENTY":70,"EIGHTY":80,"NINETY":90}'::jsonb
$$;
comment on function private.number_words() is 'Cardinal numbers in words. Inlined, hence without a SET clause.';

create function private.ordinal_words() returns jsonb
language sql immutable parallel safe as $$
  select '{"FIRST":1,"SECOND":2,"THIRD":3,"FOURTH":4,"FIFTH":5,"SIXTH":6,"SEVENTH":7,"EIGHTH":8,"NINTH":9,"TENTH":10,
    "ELEVENTH":11,"TWELFTH":12,"THIRTEENTH":13,"FOURTEENTH":14,"FIFTEENTH":15,"SIXTEENTH":16,"SEVENTEENTH":17,
    "EIGHTEENTH":18,"NINETEENTH":19,"TWENTIETH":20,"THIRTIETH":30,"FORTIETH":40,"FIFTIETH":50,"SIXTIETH":60,
    "SEVENTIETH":70,"EIGHTIETH":80,"NINETIETH":90,"HUNDREDTH":100}'::jsonb
$$;
comment on function private.ordinal_words() is 'Ordinal numbers in words. Inlined, hence without a SET clause.';

create function private.join_ordinals(words text[]) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_joined text[] := array[]::text[];
  v_number integer;
  v_next integer;
  n integer := cardinality(words);
  i integer := 1;
  k integer;
begin
  while i <= n loop
    v_number := null;
    k := i;
    -- ONE HUNDRED [AND]
    if words[k] in ('ONE', 'TWO', 'THREE') and words[k + 1] = 'HUNDRED' then
      v_number := (private.number_words() ->> words[k])::integer * 100;
      k := k + 2 + coalesce((words[k + 2] = 'AND')::integer, 0);
    elsif words[k] = 'HUNDRED' then
      v_number := 100;
      k := k + 1 + coalesce((words[k + 1] = 'AND')::integer, 0);
    elsif words[k] in ('ONE', 'TWO', 'THREE') and words[k + 1] = 'HUNDREDTH' then
      v_joined := v_joined || private.ordinal((private.number_words() ->> words[k])::integer * 100);
      i := k + 2;
      continue;
    end if;
    -- TWENTY FIRST, then FIRST
    v_next := (private.ordinal_words() ->> words[k + 1])::integer;
    if words[k] like '%TY' and private.number_words() ? words[k] and v_next between 1 and 9 then
      v_joined := v_joined
        || private.ordinal(coalesce(v_number, 0) + (private.number_words() ->> words[k])::integer + v_next);
      i := k + 2;
    elsif private.ordinal_words() ? words[k] then
      v_joined := v_joined || private.ordinal(coalesce(v_number, 0) + (private.ordinal_words() ->> words[k])::integer);
      i := k + 1;
    elsif ascii(words[i]) < 58 and length(words[i]) <= 6
      and (ltrim(words[i], '0123456789') in ('ST', 'ND', 'RD', 'TH') or right(words[i], 2) in ('2D', '3D')
        and ltrim(words[i], '0123456789') = 'D') then
      v_joined := v_joined || private.ordinal(rtrim(words[i], 'STNDRH')::integer);
      i := i + 1;
    elsif ltrim(words[i], '0123456789') = '' and length(words[i]) <= 4 and (words[i + 1] in ('TH', 'ND')
      or words[i + 1] in ('ST', 'RD') and private.street_types() ? words[i + 2]) then
      v_joined := v_joined || private.ordinal(words[i]::integer);
      i := i + 2;
    else
      v_joined := v_joined || words[i];
      i := i + 1;
    end if;
  end loop;
  return v_joined;
end
$$;
comment on function private.join_ordinals(text[]) is
  'Words with their ordinal numbers as digits: TWENTY FIRST is 21ST, ONE HUNDRED AND TENTH 110TH, 2D 2ND, 42 ND 42ND.';

create function private.cut_cross_street(words text[], at_least integer) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_before text;
begin
  for i in at_least + 1 .. cardinality(words) - 1 loop
    if words[i] in ('BETWEEN', 'BTWN', 'BTW', 'BET', 'BETW', 'BTN') and 'AND' = any (words[i + 2 :]) then
      return words[1 : i - 1 - (words[i - 1] = ',')::integer];
    elsif words[i] in ('OFF', 'NEAR', 'NR', 'AT', 'BETWEEN', 'BTWN', 'BTW', 'BET', 'BETW', 'BTN', 'OPP', 'OPPOSITE',
      'CORNER', 'COR', 'CROSS', 'BEHIND')
      and (words[i] not in ('CORNER', 'COR') or words[i + 1] = 'OF')
      and (words[i] <> 'CROSS' or words[i + 1] in ('ST', 'STREET', 'STREETS', 'STS'))
    then
      v_before := case when private.directions() ? words[i - 1] then words[i - 2] else words[i - 1] end;
      if i - at_least >= 2 and private.common_street_types() ? (private.street_types() ->> v_before) then
        return words[1 : i - 1];
      elsif v_before = ',' then
        return words[1 : i - 2];
      elsif i > 3 and private.unit_words() ? words[i - 2] and words[i - 1] ~ '^[0-9]|^[A-Z]$' then
        return words[1 : i - 1];
      end if;
    end if;
  end loop;
  return words;
end
$$;
comment on function private.cut_cross_street(text[], integer) is
  'Removes a note on the cross street from the end: JANE ST OFF HUDSON ST, … BETWEEN 5TH AND 6TH AVE. The first '
  'at_least words always stay.';

create function private.crossing_words() returns jsonb
language sql immutable parallel safe as $$
  select '{"OFF":1,"NEAR":1,"NR":1,"AT":1,"BETWEEN":1,"BTWN":1,"BTW":1,"BET":1,"BETW":1,"BTN":1,"OPP":1,"OPPOSITE":1,
    "CORNER":1,"COR":1,"CROSS":1,"BEHIND":1}'::jsonb
$$;
comment on function private.crossing_words() is
  'Words that may begin a note on the cross street. Inlined, hence without a SET clause.';

revoke execute on function private.ordinal(integer), private.number_words(), private.ordinal_words(),
  private.join_ordinals(text[]), private.cut_cross_street(text[], integer), private.crossing_words() from public;
grant execute on function private.ordinal(integer), private.number_words(), private.ordinal_words(),
  private.join_ordinals(text[]), private.cut_cross_street(text[], integer), private.crossing_words()
  to pipeline_writer, service_role;
