-- uploads cost less: three functions as sql/ has them, by hand.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.stage_contacts(p_part public.upload_parts) returns jsonb
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

CREATE OR REPLACE FUNCTION private.tg_contact_points__sync_consents() returns trigger
language plpgsql security definer
set search_path = ''
set enable_seqscan = off
set plan_cache_mode = force_custom_plan
as $$
begin
  -- Most lists come to an org where no contact has consents of its own.
  if not exists (
    select from (select distinct n.org_id from new_rows n) o
    where exists (select from public.consents c where c.org_id = o.org_id and c.value_bidx is not null)
  ) then
    return null;
  end if;
  perform private.sync_lead_consents(n.org_id, array_agg(distinct n.lead_id))
  from new_rows n
  cross join lateral (
    select from public.consents c where c.org_id = n.org_id and c.value_bidx = n.value_bidx limit 1
  ) c
  group by n.org_id;
  return null;
end
$$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__stay_wrong() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  v record;
begin
  -- Most lists come to an org where nothing was called wrong.
  if not exists (
    select from (select distinct n.org_id from new_rows n) o
    where exists (select from public.wrong_contacts w where w.org_id = o.org_id)
  ) then
    return null;
  end if;
  -- Few values are wrong: they are found first, so that an import does not join all its contact points again.
  for v in
    with called_wrong as materialized (
      select n.org_id, n.id, n.value_bidx, n.lead_id
      from new_rows n
      cross join lateral (
        select from public.wrong_contacts w where w.org_id = n.org_id and w.value_bidx = n.value_bidx limit 1
      ) w
      where n.invalid_at is null
    )
    select c.org_id, c.id from called_wrong c
    where private.is_wrong_contact(c.org_id, c.value_bidx, c.lead_id) order by c.id
  loop
    update public.contact_points c set invalid_at = now(), verified = false where c.org_id = v.org_id and c.id = v.id;
  end loop;
  return null;
end
$$;
