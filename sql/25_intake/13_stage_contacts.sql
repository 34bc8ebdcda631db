create function private.judge_codes(p_channel text, p_codes text, p_results text, out known text[],
  out verified boolean, out invalid boolean)
language sql stable set search_path = '' as $$
  select coalesce(array_agg(c.code order by c.code), '{}'),
    coalesce(bool_or(c.is_verified) and not bool_or(c.is_invalid or c.is_uncertain), false),
    coalesce(bool_or(c.is_invalid), false)
  from (
    select upper(m.code) as code, bool_or(m.is_verified) as is_verified, bool_or(m.is_invalid) as is_invalid,
      bool_or(m.is_uncertain) as is_uncertain
    from regexp_split_to_table(upper(p_codes || ' ' || p_results), '[^A-Z0-9_-]+') w (word)
    join public.verification_code_map m on m.channel = p_channel and m.level = '' and upper(m.code) = w.word
    group by upper(m.code)
  ) c
$$;
comment on function private.judge_codes(text, text, text) is
  'Evaluates the result codes of a contact: its own (p_codes) and those of the row (p_results), as far as '
  'verification_code_map lists them for the channel. Unlisted codes have no effect; an invalid or uncertain code '
  'outweighs a verifying one.';

-- No nested loops: nothing is known of how many values are refused, and for each value the planner would read all of
-- them. No merges either: the values would be sorted by their codes first.
create function private.stage_contacts(p_part public.upload_parts) returns jsonb
language plpgsql volatile
set search_path = pg_temp, private
set work_mem = '64MB'
set enable_nestloop = off
set enable_mergejoin = off
as $$
declare
  v_key text := private.org_key(p_part.org_id, p_part.key_id);
  v_blind bytea := private.blind_key(p_part.org_id);
  v_warnings jsonb;
begin
  with items as materialized (
    select s.line_no, 'phone'::public.contact_kind as kind, e.n, e.item ->> 'v' as raw,
      private.normalise_phone(e.item ->> 'v') as value,
      e.item ->> 'label' as label, e.item ->> 'refused' as refused, coalesce(e.item ->> 'codes', '') as codes,
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end as results
    from stage_in s cross join lateral jsonb_array_elements(s.phones) with ordinality e (item, n)
    where s.reject_code is null
    union all
    select s.line_no, 'email', e.n, e.item ->> 'v', private.normalise_email(e.item ->> 'v'),
      e.item ->> 'label', e.item ->> 'refused', coalesce(e.item ->> 'codes', ''),
      case when e.n = 1 then coalesce(s.result_codes, '') else '' end
    from stage_in s cross join lateral jsonb_array_elements(s.emails) with ordinality e (item, n)
    where s.reject_code is null
  ), judged as materialized (
    -- A list repeats few combinations of codes: each is evaluated once.
    select d.kind, d.codes, d.results, j.*
    from (select distinct i.kind, i.codes, i.results from items i) d
    cross join lateral private.judge_codes(d.kind::text, d.codes, d.results) j
  ), refused as materialized (
    -- A value that the row has twice is refused if one of them is, for the reason that reaches furthest.
    select distinct on (i.line_no, i.value) i.line_no, i.value, i.refused
    from items i join private.listed_refusals() f on f.refused = i.refused
    where i.refused is not null and i.value is not null
    order by i.line_no, i.value, f.rank
  ), staged as (
    insert into private.leads_staging_contacts
      (part_id, line_number, kind, position, value_bidx, value_cipher, masked, label, verified, invalid, codes,
      refused)
    select p_part.id, i.line_no, i.kind,
      row_number() over (partition by i.line_no, i.kind order by coalesce(f.refused = 'wrong', false), i.n),
      private.blind_index(i.value, v_blind), private.encrypt_value(i.value, v_key), private.mask_contact(i.value),
      left(i.label, 40), j.verified and f.refused is distinct from 'wrong', j.invalid or coalesce(f.refused = 'wrong', false),
      j.known, f.refused
    from items i
    join judged j using (kind, codes, results)
    left join refused f on f.line_no = i.line_no and f.value = i.value
    where i.value is not null
    on conflict (part_id, line_number, value_bidx) do nothing
  )
  select coalesce(jsonb_object_agg(w.code, w.found), '{}') into v_warnings
  from (
    select u.code, jsonb_build_object('n', count(*), 'lines', (array_agg(u.line_no order by u.line_no))[:5]) as found
    from (
      select i.line_no, case
          when private.read_phone(i.raw) is not null then 'filler_phone'
          when private.read_email(i.raw) is not null then 'filler_email'
          when i.kind = 'phone' then 'phone_unusable'
          else 'email_unusable' end as code
      from items i where i.value is null
    ) u
    group by u.code
  ) w;
  return v_warnings;
end
$$;
comment on function private.stage_contacts(public.upload_parts) is
  'Normalises and encrypts the phones and e-mails of pg_temp.stage_in and evaluates their codes; returns the '
  'unusable ones and the fillers, as private.add_warnings takes them.';
