-- Normalising is done in one place, here, whoever writes. Every function below is total (never raises,
-- whatever text comes in), idempotent (its own output comes out unchanged) and answers null for "unusable".
-- A session keeps only 32 compiled regular expressions, so patterns are few and cheap tests come first.

create function private.normalise_phone(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_digits text;
begin
  if raw is null or length(raw) > 60 then
    return null;
  end if;
  -- Ten digits, as one writes them here, are most of what comes.
  v_digits := translate(raw, '()- ', '');
  if v_digits ~ '^[2-9](?!11)[0-9]{2}[2-9](?!11)[0-9]{6}$' and v_digits <> repeat(left(v_digits, 1), 10) then
    return '+1' || v_digits;
  end if;
  -- Then E.164. All else is taken apart.
  if raw ~ '[^0-9]' and raw !~ '^\+1[0-9]{10}$' then
    -- An extension ends the number; `.0` is what a spreadsheet made of a number; then only digits count.
    v_digits := lower(raw);
    if v_digits ~ '[a-z#;,/]' then
      v_digits := regexp_replace(v_digits, '^\s*(tel|phone|ph|cell|mobile|home|work|office|fax|p|t|m|c)?[.:]?\s*(?=[+(0-9])', '');
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
  'Text to E.164 of the North American plan (+1 and ten digits), or null. Extensions are dropped; seven digits, N11 codes, one repeated digit and other countries are refused.';

create function private.phone_refusal(raw text) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  v_digits text := translate(raw, translate(raw, '0123456789', ''), '');
begin
  return case
    when raw is null or btrim(raw) = '' then 'empty'
    when private.normalise_phone(raw) is not null then null
    when ltrim(raw) like '+%' and v_digits not like '1%' then 'foreign_country'
    when length(v_digits) < 10 then 'too_short'
    when length(v_digits) > 11 then 'too_long'
    when v_digits ~ '^1?([0-9])\1{9}$' then 'repeated_digit'
    when v_digits ~ '^1?[2-9]11' or v_digits ~ '^1?[0-9]{3}[2-9]11' then 'service_code'
    else 'not_a_number_of_the_plan'
  end;
end
$$;
comment on function private.phone_refusal(text) is
  'Why normalise_phone answers null: empty, foreign_country, too_short, too_long, repeated_digit, service_code, not_a_number_of_the_plan; null when the phone is usable.';

revoke execute on function private.normalise_phone(text), private.phone_refusal(text) from public;
grant execute on function private.normalise_phone(text), private.phone_refusal(text) to pipeline_writer, service_role;
