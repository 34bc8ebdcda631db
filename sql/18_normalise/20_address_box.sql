-- Addresses without a street: boxes of a post office, on a rural or highway contract route, or in the military mail.
create function private.split_box(line text, out box text, out before text, out rest text)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_line text := btrim(regexp_replace(translate(line, ',#', '  '), ' {2,}', ' ', 'g'));
  v_part text[];
  v_number text;
begin
  v_part := regexp_match(v_line,
    '^(?:(.*?) )??(R R|RR|R F D|RFD|RD|R D|RURAL (?:ROUTE|RTE|RT|DELIVERY|FREE DELIVERY)|ROUTE|RTE|RT'
    '|H C|HC|HCR|H C R|HC R|HC (?:ROUTE|RTE|RT)|(?:HIGHWAY|HWY) CONTRACT(?: ROUTE| RTE| RT)?|STAR (?:ROUTE|RTE|RT)|S R|SR'
    '|R(?= ?[0-9])|PSC|CMR|UNIT)(?: NO| NUM| NUMBER)?[ -]?([0-9]+[A-Z]?)? ?(?:BOX|BX|BUZON|BZN)(?: NO| NUM| NUMBER)? '
    '?([0-9A-Z]+(?:-[0-9A-Z]+)*(?: [A-Z]$)?)(?: (.+))?$');
  if v_part is not null and v_part[1] is distinct from 'CO' and v_part[1] !~ '^[0-9]' is not false then
    box := case
      when v_part[2] in ('PSC', 'CMR', 'UNIT') then v_part[2]
      when v_part[2] like 'H%' or v_part[2] like 'S%' then 'HC'
      else 'RR'
    end || coalesce(' ' || nullif(ltrim(v_part[3], '0'), ''), '') || ' BOX ';
    v_number := v_part[4];
    rest := v_part[5];
  else
    v_part := regexp_match(v_line,
      '^(?:(.*?) )??((?:P ?O|POST OFFICE|POST) ?(?:BOX|BX|DRAWER|BIN|LOCKBOX)|POBOX|POB|P O B|APARTADO(?: POSTAL)?'
      '|APDO(?: POSTAL)?|LOCKBOX|(?:FIRM )?CALLER|DRAWER|BOX|BX|BUZON|BZN)(?: NO| NUM| NUMBER)? '
      '?([0-9]+[A-Z]*(?:-[0-9A-Z]+)*(?: [A-Z]$)?|[A-Z](?:-?[0-9]+)?)(?: (.+))?$');
    if v_part is null then
      return;
    end if;
    if v_part[1] ~ '^[0-9]' then
      -- For a street and a post office box, the property is at the street. A box without a post office is a unit.
      if v_part[2] like 'P%' or v_part[2] like 'AP%' then
        before := regexp_replace(line, '[ ,]*' || v_part[2] || '[ ,#]+.*$', '');
      end if;
      return;
    end if;
    v_number := v_part[3];
    rest := v_part[4];
    if rest ~ '^[0-9]+[A-Z]? [0-9A-Z]' then
      before := rest;
      rest := null;
      return;
    end if;
    -- Words before a box without a post office name its place: `CAMP OAK BOX 12` is not PO Box 12.
    box := case
      when v_part[2] in ('BOX', 'BX', 'BUZON', 'BZN') and v_part[1] is not null then v_part[1] || ' BOX '
      else 'PO BOX '
    end;
  end if;
  v_number := regexp_replace(v_number, '([0-9])[ -]([A-Z])', '\1\2', 'g');
  box := box || coalesce(nullif(ltrim(v_number, '0'), ''), '0');
end
$$;
comment on function private.split_box(text) is
  'The box that a cleaned line names, in one spelling (PO BOX 12, RR 2 BOX 18, HC 68 BOX 23A, PSC 3 BOX 4), and the '
  'words after it. A line with a street as well gives the street (before) instead. All null without a box.';
revoke execute on function private.split_box(text) from public;
grant execute on function private.split_box(text) to pipeline_writer, service_role;
