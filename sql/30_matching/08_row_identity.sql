-- What identifies a row whatever list it comes in: its identity keys and its owner, not its line. And the lead that a
-- remembered answer names today.

-- Without a SET clause, so that set-based statements can inline these functions.
create function private.row_keys(
  p_mak text, p_county_fips text, p_apn text, p_addr_hash bytea, p_phone bytea, p_email bytea
) returns text
language sql stable parallel safe as $$
  select case
    when p_mak is not null or p_addr_hash is not null or p_county_fips is not null and p_apn is not null then
      coalesce('m' || p_mak, '') || '|' || coalesce('p' || p_county_fips || '-' || p_apn, '') || '|'
        || coalesce('a' || encode(p_addr_hash, 'hex'), '')
    else coalesce('t' || encode(p_phone, 'hex'), '') || '|' || coalesce('e' || encode(p_email, 'hex'), '')
  end
$$;
comment on function private.row_keys(text, text, text, bytea, bytea, bytea) is
  'The identity keys of a row as one text; for a row without property key, its phone and e-mail (blind indexes).';

create function private.owner_print(
  p_1_first text, p_1_last text, p_2_first text, p_2_last text, p_full text
) returns text
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(string_agg(distinct w.word, ' ' order by w.word), '')
  from regexp_split_to_table(upper(coalesce(nullif(concat_ws(' ', p_1_first, p_1_last, p_2_first, p_2_last), ''),
    p_full, '')), '[^[:alnum:]]+') w (word)
  where w.word not in ('', 'AND')
$$;
comment on function private.owner_print(text, text, text, text, text) is
  'The words of an owner''s names in alphabetical order, so that their order and punctuation do not matter.';

create function private.row_identity(p_row_keys text, p_owner_print text, p_blind_key bytea) returns bytea
language sql stable parallel safe as $$
  select private.blind_index(p_row_keys || '|' || p_owner_print, p_blind_key)
$$;
comment on function private.row_identity(text, text, bytea) is
  'Keyed hash of a row''s keys and owner (private.row_keys, private.owner_print).';

create function private.current_lead(p_org_id uuid, p_lead_id uuid) returns uuid
language plpgsql stable set search_path = '' as $$
declare
  v_lead uuid := p_lead_id;
begin
  while v_lead is not null and not exists (
    select from public.leads l where l.org_id = p_org_id and l.id = v_lead
  ) loop
    v_lead := (
      select m.survivor_id from public.lead_merges m
      where m.org_id = p_org_id and m.merged_id = v_lead and m.undone_at is null
      order by m.id desc limit 1);
  end loop;
  return v_lead;
end
$$;
comment on function private.current_lead(uuid, uuid) is
  'The lead, or the one that it was merged into; null when it was deleted.';
