-- Unmapped columns are kept in plain text as attributes; contact values in them are masked.

-- Inlined, hence without a SET clause.
create function private.may_contain_contact(p_attributes jsonb) returns boolean
language sql immutable parallel safe as $$
  select p_attributes::text ~ '@|[0-9]{7}|[0-9]{3}[-. )]{1,3}[0-9]{3}'
$$;
comment on function private.may_contain_contact(jsonb) is
  'One look at attributes, since most rows have nothing to mask: false where none of them can contain a phone or '
  'e-mail.';

create function private.mask_attributes(p_attributes jsonb, out attributes jsonb, out masked integer)
language plpgsql immutable parallel safe as $$
declare
  v_text constant text := p_attributes::text;
begin
  attributes := coalesce(p_attributes, '{}');
  masked := 0;
  if v_text is null or not private.may_contain_contact(p_attributes) then
    return;
  end if;
  -- First the whole object, then each value.
  if v_text !~ '@|[0-9]{3}[-. )]{1,3}[0-9]{3}[-. ]{1,3}[0-9]{4}'
    and v_text !~* '"[^"]*(phone|mobile|cell|fax|telephone)[^"]*": "[^"]*[0-9]{7}' then
    return;
  end if;
  select jsonb_object_agg(a.key, m.value), count(*) filter (where m.value is distinct from a.value)
  into attributes, masked
  from jsonb_each_text(p_attributes) a
  cross join lateral (
    select regexp_replace(regexp_replace(
        case when a.key ~* '(phone|mobile|cell|fax|telephone)' and a.value ~ '[0-9]{7}'
          then regexp_replace(a.value, '[0-9]{3,}([0-9]{4})', '***-\1', 'g') else a.value end,
        '[A-Za-z0-9._%+''-]+@([A-Za-z0-9.-]+\.[A-Za-z]{2,})', '***@\1', 'g'),
      '(\+?1[-. ]?)?\(?[0-9]{3}[-. )]{1,3}[0-9]{3}[-. ]{1,3}([0-9]{4})', '***-***-\2', 'g') as value
  ) m;
end
$$;
comment on function private.mask_attributes(jsonb) is
  'Attributes with phone numbers and e-mail addresses masked (last four digits, domain), and the number of masked '
  'values. The originals are in the stored upload, encrypted.';
