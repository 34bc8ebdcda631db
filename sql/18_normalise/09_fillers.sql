-- Fillers: values that stand for no value. They identify nobody and reach nobody, whatever the column was called; two
-- rows that share one have nothing in common. The words are in 08_filler_words_data.sql; the shapes are here.

-- Inlined, hence without a SET clause; the bodies do not depend on the search path. No pattern has a back-reference,
-- which would make it ten times slower.
create function private.is_filler_phone(p_digits text) returns boolean
language sql immutable parallel safe as $$
  select left(p_digits, 3) <> all (string_to_array(private.area_codes(), ' '))
    -- 555-0100 to 555-0199 are reserved for fiction, and tests and demonstrations need numbers that reach nobody.
    or substr(p_digits, 4, 3) = '555' and (ltrim(right(p_digits, 4), right(p_digits, 1)) = ''
      or right(p_digits, 4) in ('1212', '1234', '4321'))
    or ltrim(right(p_digits, 7), right(p_digits, 1)) = ''
    or right(p_digits, 7) in ('2345678', '3456789', '4567890', '9876543', '8765432', '7654321')
    or position(p_digits in '0123456789012345678') > 0 or position(p_digits in '9876543210987654321') > 0
    or p_digits = repeat(left(p_digits, 2), 5)
$$;
comment on function private.is_filler_phone(text) is
  'Whether the ten digits of a phone belong to nobody: an area code that does not exist, directory assistance '
  '(555-1212), repeated or counting digits (555-5555, 234-567-8901).';

create function private.is_filler_local_part(p_local text, p_domain text) returns boolean
language sql immutable parallel safe as $$
  select position(' ' || p_local || ' ' in private.filler_mail_words()) > 0
    or position(' ' || p_domain || ' ' in private.filler_mail_domains()) > 0
    or length(p_local) >= 4 and ltrim(p_local, left(p_local, 1)) = ''
    or p_local ~ '^[a-z]{4}[a-z]*[0-9]+$'
      and position(' ' || rtrim(p_local, '0123456789') || ' ' in private.filler_mail_words()) > 0
    or length(p_local) >= 3 and (position(p_local in '01234567890') > 0
      or p_local !~ '[^0-9]' and ltrim(p_local, left(p_local, 1)) = '')
    or p_local = p_domain and (length(p_local) <= 2 or p_local in ('email', 'mail', 'name', 'user', 'domain'))
$$;
comment on function private.is_filler_local_part(text, text) is
  'Whether an e-mail address with this local part (without punctuation) and this first label of its domain is '
  'invented: none@, test@, noemail@ and similar words, an invented domain, repeated or counting characters (aaaa@, '
  '1234@, a@a.com, email@email.com). Role addresses such as info@ are real.';

create function private.is_damaged_parcel(p_text text) returns boolean
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  -- 1.38025E+11
  if position('E' in p_text) > 0 and p_text ~ '^[0-9]+(\.[0-9]*)?E\+?[0-9]{1,3}$' and p_text ~ '[.+]' then
    return true;
  end if;
  -- 12-3-4 became 12/3/2004 or, in a workbook, 2004-12-03; 12-3 became 3-Dec. 12-3-2004 is left alone.
  if p_text !~ '[A-SU-Z]' then
    return p_text ~ '^(0?[1-9]|[12][0-9]|3[01])/(0?[1-9]|[12][0-9]|3[01])/([0-9]{2}|(19|20)[0-9]{2})$'
      or p_text ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
      or p_text ~ '^[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}[T ]+[0-9]{1,2}:[0-9]{2}';
  end if;
  return p_text ~
    '^([0-9]{1,2}[- ])?(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(([-., ]+[0-9]{1,4}){1,2})?$'
    and p_text ~ '[0-9]';
end
$$;
comment on function private.is_damaged_parcel(text) is
  'Whether a spreadsheet has turned a parcel number (in capital letters, trimmed) into a rounded number or a date, so '
  'that several parcels may have become one.';

-- Inlined, hence without a SET clause; the body does not depend on the search path.
create function private.is_filler_number(p_digits text) returns boolean
language sql immutable parallel safe as $$
  select length(ltrim(p_digits, '0')) >= 5 and ltrim(ltrim(p_digits, '0'), left(ltrim(p_digits, '0'), 1)) = ''
    or length(p_digits) >= 5 and (length(ltrim(p_digits, '0')) <= 1
      or position(p_digits in '01234567890123456789') > 0 or position(p_digits in '98765432109876543210') > 0)
$$;
comment on function private.is_filler_number(text) is
  'Whether digits are five or more that repeat or count (9999999999, 0123456, 1234567890), or zeros before one digit '
  '(0000000001).';

create function private.is_rounded_number(p_digits text) returns boolean
language sql immutable parallel safe as $$
  -- A spreadsheet shows six digits of a long number, and keeps fifteen.
  select length(p_digits) >= 12 and p_digits ~ '^[1-9](\d{0,5}0{6,}|\d{13}[1-9]0{2,})$'
$$;
comment on function private.is_rounded_number(text) is
  'Whether the digits of an id end in the zeros of a spreadsheet''s rounding.';

revoke execute on function private.is_filler_phone(text), private.is_filler_local_part(text, text),
  private.is_damaged_parcel(text), private.is_filler_number(text), private.is_rounded_number(text) from public;
grant execute on function private.is_filler_phone(text), private.is_filler_local_part(text, text),
  private.is_damaged_parcel(text), private.is_filler_number(text), private.is_rounded_number(text)
  to pipeline_writer, service_role;
