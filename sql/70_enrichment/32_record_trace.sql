-- What a skip trace found. A phone or e-mail is accepted only where the provider names the owner with it; flags become
-- suppressions, whoever the person is.

create function private.traced_marks()
returns table (mark text, rank integer, phone text[], email text[], reason text, keep boolean)
language sql immutable parallel safe rows 4 set search_path = '' as $$
  values
    ('litigator', 1, '{null}'::text[], '{null}'::text[], 'litigator', false),
    ('deceased', 2, '{null}', '{null}', 'deceased', false),
    ('do_not_sell', 3, '{null}', '{null}', 'do_not_sell', false),
    ('dnc', 4, '{sms,voice_manual,voice_ai}', '{}', 'dnc', true)
$$;
comment on function private.traced_marks() is
  'Flags of traced phones and persons, the furthest first: the channels that each closes for a value (null: all of '
  'them), the reason of the suppression, and whether the value is kept as a contact.';

create function private.names_owner(p_name text, p_first text, p_owner text) returns boolean
language sql stable parallel safe set search_path = '' as $$
  select coalesce(private.names_agree(p_name, p_owner), false)
    -- Somebody else of the family: the given names contradict each other. Initials stand for any name.
    and (coalesce(btrim(p_first), '') = '' or position(' ' in btrim(p_owner)) = 0
      or coalesce(private.names_agree(p_first, p_owner), true)
      or upper(left(btrim(p_first), 1)) = any (regexp_split_to_array(upper(translate(p_owner, '.', ' ')), '\s+'))
      or length(translate(btrim(p_first), '.', '')) = 1
        and exists (select from regexp_split_to_table(upper(p_owner), '\s+') w
          where left(w, 1) = upper(left(btrim(p_first), 1))))
$$;
comment on function private.names_owner(text, text, text) is
  'Whether a provider names the owner: the names agree (private.names_agree), and the given name does not contradict. '
  'False without a name of either.';

create function private.owner_names(l public.leads) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select array(select distinct n from unnest(array[
    case when l.owner_1_last is not null then concat_ws(' ', l.owner_1_first, l.owner_1_last) end,
    case when l.owner_2_last is not null then concat_ws(' ', l.owner_2_first, l.owner_2_last) end,
    case when l.owner_1_last is null then l.owner_full end]) n where btrim(n) <> '')
$$;
comment on function private.owner_names(public.leads) is 'The names of a lead''s owners, one by one.';

create function private.judge_trace_codes(p_provider text, p_channel text, p_codes text[]) returns text
language sql stable set search_path = '' as $$
  select case when bool_or(m.is_invalid) then 'invalid' when bool_or(m.is_uncertain) then 'uncertain'
    when bool_or(m.is_verified) then 'verified' else 'unknown' end
  from public.verification_code_map m
  where m.provider = p_provider and m.channel = p_channel and m.level = '' and m.code = any (p_codes)
$$;
comment on function private.judge_trace_codes(text, text, text[]) is
  'What result codes say together, as verification_code_map has them: verified, invalid, uncertain or unknown. Invalid '
  'and uncertain codes outweigh a verifying one.';
revoke execute on function private.judge_trace_codes(text, text, text[]) from public;

create function private.record_trace(p_org_id uuid, p_lead_id uuid, p_provider text, p_persons jsonb,
  p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_blind constant bytea := private.blind_key(p_org_id);
  v_key_id constant integer := private.active_key_id(p_org_id, 'data');
  v_key constant text := private.org_key(p_org_id, v_key_id);
  l public.leads;
  v_names text[];
  v_found jsonb;
  v_reason text;
  v_phones integer;
  v_emails integer;
  v_others integer;
  v_unnamed integer;
  v_marked integer;
  v_result text;
  v record;
begin
  select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for no key update;
  -- Somebody opted out, or was erased, while the provider was asked.
  if not found or private.is_never_contacted(p_org_id, p_lead_id) then
    return 'never_contact';
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  v_names := private.owner_names(l);
  -- One row per value: as the best of the persons who have it, with the marks of all of them. Codes, where the provider
  -- gives some, decide whether the person is the one who was asked about, and whether a value can be used.
  select coalesce(jsonb_agg(to_jsonb(f)), '[]') into v_found
  from (
    select c.kind, c.value, encode(private.blind_index(c.value, v_blind), 'hex') as bidx,
      bool_or(c.is_owner) as is_owner, bool_and(c.is_named) as is_named,
      max(c.confidence) filter (where c.is_owner) as confidence,
      min(c.rank) filter (where c.is_owner) as rank,
      min(c.type) filter (where c.is_owner) as type,
      coalesce(array_agg(distinct m.mark) filter (where m.mark is not null), '{}') as marks
    from (
      select w.kind, w.value, w.rank, case j.contact when 'uncertain' then least(w.confidence, 40) else w.confidence end
          as confidence, w.type, w.marks || coalesce(p.person -> 'marks', '[]') as marks,
        p.person ->> 'name' <> '' and j.is_known as is_named,
        coalesce(j.is_known and j.contact <> 'invalid'
          and (select bool_or(private.names_owner(p.person ->> 'name', p.person ->> 'first', n))
            from unnest(v_names) n), false) as is_owner
      from jsonb_array_elements(p_persons) p (person)
      cross join lateral (
        select case when p.person ? 'codes' then array(select jsonb_array_elements_text(p.person -> 'codes')) end
          as codes offset 0) o
      cross join lateral (
        -- What must not be called counts even where it looks invented; what may be called has to look real.
        select 'phone' as kind, case when jsonb_array_length(coalesce(x -> 'marks', '[]')
            || coalesce(p.person -> 'marks', '[]')) > 0 then private.read_phone(x ->> 'number')
          else private.normalise_phone(x ->> 'number') end as value, (x ->> 'rank')::integer as rank,
          (x ->> 'confidence')::integer as confidence, x ->> 'type' as type, coalesce(x -> 'marks', '[]') as marks
        from jsonb_array_elements(coalesce(p.person -> 'phones', '[]')) x
        union all
        select 'email', case when jsonb_array_length(coalesce(p.person -> 'marks', '[]')) > 0
            then private.read_email(x ->> 'email') else private.normalise_email(x ->> 'email') end,
          (x ->> 'rank')::integer, (x ->> 'confidence')::integer, null::text, '[]'::jsonb
        from jsonb_array_elements(coalesce(p.person -> 'emails', '[]')) x
      ) w
      cross join lateral (
        select o.codes is null or private.judge_trace_codes(p_provider, 'person', o.codes) = 'verified' as is_known,
          case when o.codes is null then 'unknown'
            else private.judge_trace_codes(p_provider, w.kind, o.codes) end as contact
        offset 0) j
      where w.value is not null
    ) c
    left join lateral jsonb_array_elements_text(c.marks) m (mark) on true
    group by c.kind, c.value
  ) f;

  for v in
    select distinct on (f.bidx, ch) f.bidx, f.kind, ch, t.reason
    from jsonb_to_recordset(v_found) f (kind text, bidx text, marks text[])
    join private.traced_marks() t on t.mark = any (f.marks)
    cross join lateral unnest(case f.kind when 'phone' then t.phone else t.email end) ch
    order by f.bidx, ch, t.rank
  loop
    perform private.suppress_value(p_org_id, decode(v.bidx, 'hex'), v.kind::public.contact_kind, v.ch, v.reason,
      'trace by ' || p_provider, p_as_of);
  end loop;
  -- The owner sues over calls, has died alone, or forbids the sale of their data.
  select min(t.reason) into v_reason
  from jsonb_array_elements(p_persons) p (person)
  cross join lateral jsonb_array_elements_text(coalesce(p.person -> 'marks', '[]')) m (mark)
  join private.traced_marks() t on t.mark = m.mark and not t.keep
  where (t.mark <> 'deceased' or cardinality(v_names) = 1)
    and (not p.person ? 'codes' or private.judge_trace_codes(p_provider, 'person',
      array(select jsonb_array_elements_text(p.person -> 'codes'))) = 'verified')
    and exists (select from unnest(v_names) n
      where private.names_owner(p.person ->> 'name', p.person ->> 'first', n));
  if v_reason is not null then
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, v_reason, 'trace by ' || p_provider, p_as_of)
    from (select o.value_bidx, o.kind from public.contact_points o
      where o.org_id = p_org_id and o.lead_id = p_lead_id order by o.value_bidx) c;
    update public.leads x set campaign_status = 'opted_out'
    where x.org_id = p_org_id and x.id = p_lead_id and x.campaign_status <> 'opted_out';
  else
    with accepted as materialized (
      select f.*, row_number() over (partition by f.kind order by f.confidence desc, f.rank, f.bidx) as nth
      from jsonb_to_recordset(v_found) f (kind text, value text, bidx text, is_owner boolean, confidence integer,
        rank integer, type text, marks text[])
      where f.is_owner and not exists (select from private.traced_marks() t where t.mark = any (f.marks)
        and not t.keep)
    ), had as (
      select c.kind::text as kind, max(c.position) as last from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id group by c.kind
    ), added as (
      -- After what is known already, which stays as it is.
      insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
        position, created_at)
      select p_org_id, p_lead_id, a.kind::public.contact_kind, decode(a.bidx, 'hex'),
        private.encrypt_value(a.value, v_key), v_key_id, private.mask_contact(a.value), 'traced',
        least(coalesce(h.last, 0) + a.nth, 32767), p_as_of
      from accepted a left join had h on h.kind = a.kind
      where a.nth <= 5
      on conflict (org_id, lead_id, value_bidx) do nothing
      returning id, value_bidx
    ), known as (
      select n.id, n.value_bidx from added n
      union all
      select c.id, c.value_bidx from public.contact_points c
      where c.org_id = p_org_id and c.lead_id = p_lead_id
    )
    select private.record_facts(p_org_id, p_provider, jsonb_agg(jsonb_build_object('lead_id', p_lead_id,
        'contact_point_id', k.id, 'name', 'traced', 'value', jsonb_strip_nulls(jsonb_build_object('confidence',
        a.confidence, 'rank', a.rank, 'type', a.type)), 'obtained_at', p_as_of)), p_as_of)
    into v_phones from accepted a join known k on k.value_bidx = decode(a.bidx, 'hex')
    having count(*) > 0;
    perform private.refresh_verification(p_org_id, array[p_lead_id]);
  end if;
  select count(*) filter (where f.is_owner and f.kind = 'phone'), count(*) filter (where f.is_owner and f.kind =
      'email'), count(*) filter (where not f.is_owner and f.is_named), count(*) filter (where not f.is_owner
      and not f.is_named), count(*) filter (where f.marks <> '{}')
  into v_phones, v_emails, v_others, v_unnamed, v_marked
  from jsonb_to_recordset(v_found) f (kind text, is_owner boolean, is_named boolean, marks text[]);
  v_result := case
    when v_reason is not null then v_reason
    when private.has_good_contact(p_org_id, p_lead_id) then 'found'
    when v_phones + v_emails > 0 then 'doubtful'
    when v_others + v_unnamed > 0 then 'other_person'
    else 'nobody'
  end;
  -- Codes that are not listed are counted, never guessed.
  insert into public.provider_drift as d (org_id, provider, endpoint, path, problem, first_at, last_at)
  select p_org_id, p_provider, 'trace', x.code, 'unknown code', p_as_of, p_as_of
  from (
    select distinct jsonb_array_elements_text(p.person -> 'codes') as code
    from jsonb_array_elements(p_persons) p (person) where p.person ? 'codes') x
  where x.code ~ '^[A-Za-z0-9_.-]{1,60}$' and not exists (select from public.verification_code_map m
    where m.provider = p_provider and m.code = x.code)
  on conflict (org_id, provider, endpoint, path, problem) do update set times = d.times + 1,
    last_at = greatest(d.last_at, excluded.last_at);
  perform private.record_facts(p_org_id, p_provider, jsonb_build_array(jsonb_build_object('lead_id', p_lead_id, 'name',
    'trace', 'value', jsonb_build_object('result', v_result, 'phones', v_phones, 'emails', v_emails, 'of_others',
    v_others, 'unnamed', v_unnamed, 'marked', v_marked), 'obtained_at', p_as_of)), p_as_of);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  return v_result;
end
$$;
comment on function private.record_trace(uuid, uuid, text, jsonb, timestamptz) is
  'Records what a skip trace found: persons [{name, first, marks, codes, phones: [{number, type, rank, confidence, '
  'marks}], emails: [{email, rank, confidence}]}]. Flagged values are suppressed. Contacts of a person who is named '
  'as the owner are added after those that the lead has, five of a kind at most, each with a fact of the provider. '
  'Where a provider gives result codes, verification_code_map must say that the person is the one asked about '
  '(channel person), and contacts of invalid codes are not taken. Returns found, doubtful (none is good enough, or '
  'each is suppressed), other_person, nobody, never_contact, or the reason why the owner must not be contacted. '
  'Definer: suppressing and adding contacts needs rights that the worker lacks.';
revoke execute on function private.record_trace(uuid, uuid, text, jsonb, timestamptz) from public;
grant execute on function private.record_trace(uuid, uuid, text, jsonb, timestamptz) to pipeline_writer;
revoke execute on function private.traced_marks(), private.names_owner(text, text, text),
  private.owner_names(public.leads) from public;
