-- Splitting a lead that wrongly united two persons or properties, where there is no merge to undo: what a person
-- chooses becomes a lead of its own. Refusals hold for both, and the two are different for ever.

create table public.lead_splits (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  lead_id uuid not null,
  new_lead_id uuid not null,
  changes jsonb not null,
  moved jsonb not null,
  reason text,
  split_at timestamptz not null,
  split_by uuid,
  undone_at timestamptz,
  undone_by uuid,
  primary key (org_id, id)
);
comment on table public.lead_splits is 'Each split of a lead, with the data needed to undo it. Survives the leads.';
comment on column public.lead_splits.changes is '{"field": [before, after]} of the lead that was split.';
comment on column public.lead_splits.moved is
  'What went to the new lead: {contacts: ids, addresses: hashes, joins: ids, uploads: ids}.';
comment on column public.lead_splits.split_by is 'The member who split the lead; null for the service.';
create index lead_splits_lead_idx on public.lead_splits (org_id, lead_id);
create index lead_splits_new_lead_idx on public.lead_splits (org_id, new_lead_id);
alter table public.lead_splits enable row level security;
grant select on public.lead_splits to authenticated;
create policy select_members on public.lead_splits for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));

create function private.tg_lead_splits__queue_scores() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.queue_scores(new.org_id, array[new.lead_id, new.new_lead_id]);
  return null;
end
$$;
comment on function private.tg_lead_splits__queue_scores() is
  'Trigger: contacts and correspondence left one lead for the other. Definer: as queue_scores.';
create trigger _300_score after insert on public.lead_splits
  for each row execute function private.tg_lead_splits__queue_scores();

create function private.columns_of_fact(p_fact text) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select case p_fact
    when 'mak' then '{mak}'::text[]
    when 'parcel' then '{county_fips,apn,apn_segments}'
    when 'address' then '{addr_hash,addr_hash_version,situs_house_number,situs_street,situs_unit,situs_city,'
      'situs_state,situs_zip}'
    when 'owner_1' then '{owner_1_first,owner_1_last}'
    when 'owner_2' then '{owner_2_first,owner_2_last}'
    when 'owner_full' then '{owner_full}'
    when 'mailing' then '{mailing_street,mailing_unit,mailing_city,mailing_state,mailing_zip}'
  end
$$;
comment on function private.columns_of_fact(text) is
  'Columns of leads that move together in a split; null for an unknown fact.';

create function public.lead_parts(p_org_id uuid, p_lead_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_parts jsonb;
begin
  select jsonb_build_object('lead', private.lead_card(p_org_id, p_lead_id),
    'facts', (select jsonb_object_agg(f.fact, f.value) from (
      select x.fact, (select string_agg(to_jsonb(l) ->> c, ' ' order by o)
        from unnest(private.columns_of_fact(x.fact)) with ordinality t (c, o)
        where c not in ('addr_hash', 'addr_hash_version', 'situs_house_number', 'apn_segments')) as value
      from unnest('{mak,parcel,address,owner_1,owner_2,owner_full,mailing}'::text[]) x (fact)) f
      where f.value is not null),
    'contacts', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'masked', c.masked,
        'upload_id', c.created_upload_id) order by c.kind, c.position, c.id), '[]')
      from public.contact_points c where c.org_id = p_org_id and c.lead_id = p_lead_id),
    'uploads', (select coalesce(jsonb_agg(jsonb_build_object('upload_id', u.id, 'filename', u.filename,
        'received_at', u.received_at, 'created', l.created_upload_id = u.id,
        'fields', (select jsonb_agg(distinct private.fact_of_column(k)) from public.lead_changes h
          cross join lateral jsonb_object_keys(h.changes) k
          where h.org_id = p_org_id and h.lead_id = p_lead_id and h.upload_id = u.id and h.action = 'updated'),
        'why', (select jsonb_agg(distinct j.evidence) from public.lead_joins j
          where j.org_id = p_org_id and j.lead_id = p_lead_id and j.upload_id = u.id)) order by u.received_at), '[]')
      from public.uploads u
      where u.org_id = p_org_id and u.id in (
        select l.created_upload_id
        union select h.upload_id from public.lead_changes h where h.org_id = p_org_id and h.lead_id = p_lead_id
        union select c.created_upload_id from public.contact_points c
          where c.org_id = p_org_id and c.lead_id = p_lead_id
        union select j.upload_id from public.lead_joins j where j.org_id = p_org_id and j.lead_id = p_lead_id)))
  into v_parts
  from public.leads l
  where l.org_id = p_org_id and l.id = p_lead_id and private.may_answer_conflicts(p_org_id);
  if not found then
    raise exception 'lead not found' using errcode = 'SL321';
  end if;
  return v_parts;
end
$$;
comment on function public.lead_parts(uuid, uuid) is
  'What a lead consists of, to choose from for split_lead: its facts, masked contacts with their uploads, and the '
  'uploads that created, changed or joined it. For owners, admins and the service. Raises SL321. Definer: it reads '
  'history across policies.';

-- The facts that these uploads brought: what they wrote, if it is still so, and what was there before.
create function private.facts_of_uploads(p_org_id uuid, p_lead_id uuid, p_upload_ids uuid[]) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(f.field, jsonb_build_array(f.old, f.new)), '{}')
  from (
    select x.key as field, (array_agg(x.value -> 0 order by c.id))[1] as old,
      (array_agg(x.value -> 1 order by c.id desc))[1] as new
    from public.lead_changes c cross join lateral jsonb_each(c.changes) x
    where c.org_id = p_org_id and c.lead_id = p_lead_id and c.upload_id = any (p_upload_ids) and c.action = 'updated'
    group by x.key
  ) f
  join public.leads l on l.org_id = p_org_id and l.id = p_lead_id and to_jsonb(l) -> f.field = f.new
  where f.field = any (array(
    select c from unnest('{mak,parcel,address,owner_1,owner_2,owner_full,mailing}'::text[]) x (fact)
    cross join unnest(private.columns_of_fact(x.fact)) c))
$$;
comment on function private.facts_of_uploads(uuid, uuid, uuid[]) is
  '{"field": [before, now]} for what the uploads changed in a lead, as far as it is still so.';

create function public.split_lead(
  p_org_id uuid, p_lead_id uuid, p_contacts bigint[] default '{}', p_facts text[] default '{}',
  p_uploads uuid[] default '{}', p_owner jsonb default '{}', p_same_address boolean default false,
  p_reason text default null, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  l public.leads;
  n public.leads;
  v_id bigint;
  v_new constant uuid := gen_random_uuid();
  v_given jsonb := '{}'::jsonb;
  v_left jsonb := '{}'::jsonb;
  v_contacts bigint[];
  v_addresses text[];
  v_joins bigint[];
  v_values bytea[];
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) then
    -- As a resolve does: one change of identities per org at a time.
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into l from public.leads x where x.org_id = p_org_id and x.id = p_lead_id for update;
  end if;
  if l.id is null then
    raise exception 'lead not found' using errcode = 'SL321';
  end if;
  if exists (select from unnest(p_facts) f where private.columns_of_fact(f) is null)
    or exists (select from jsonb_object_keys(p_owner) k where k not in ('first', 'last', 'full'))
    or (select count(*) from public.contact_points c where c.org_id = p_org_id and c.lead_id = l.id
      and c.id = any (p_contacts)) < cardinality(array(select distinct x from unnest(p_contacts) x))
    or p_same_address and 'address' = any (p_facts) then
    raise exception 'unknown fact, owner field or contact of lead %', l.id using errcode = 'SL323';
  end if;

  -- Facts: those of the uploads return to what they were, the others leave the lead.
  select coalesce(jsonb_object_agg(f.key, f.value -> 1), '{}'), coalesce(jsonb_object_agg(f.key, f.value -> 0), '{}')
  into v_given, v_left
  from jsonb_each(private.facts_of_uploads(p_org_id, l.id, p_uploads)) f;
  select v_given || coalesce(jsonb_object_agg(c, to_jsonb(l) -> c), '{}'),
    v_left || coalesce(jsonb_object_agg(c, 'null'::jsonb) filter (where not v_left ? c), '{}')
  into v_given, v_left
  from unnest(p_facts) f cross join unnest(private.columns_of_fact(f)) c;
  -- County and APN, and the parts of an address, only count together.
  if v_given ?| array['apn', 'county_fips'] then
    v_given := v_given || jsonb_strip_nulls(jsonb_build_object('county_fips', coalesce(v_given -> 'county_fips',
      to_jsonb(l.county_fips)), 'apn', coalesce(v_given -> 'apn', to_jsonb(l.apn)),
      'apn_segments', coalesce(v_given -> 'apn_segments', to_jsonb(l.apn_segments))));
  end if;
  if p_same_address then
    v_given := v_given || (select coalesce(jsonb_object_agg(c, to_jsonb(l) -> c), '{}')
      from unnest(private.columns_of_fact('address')) c);
  end if;
  v_given := v_given || jsonb_strip_nulls(jsonb_build_object('owner_1_first', p_owner -> 'first',
    'owner_1_last', p_owner -> 'last', 'owner_full', p_owner -> 'full'));
  if jsonb_strip_nulls(v_given) = '{}' and p_contacts = '{}' and p_uploads = '{}' then
    raise exception 'choose contacts, facts or uploads for the new lead' using errcode = 'SL323';
  end if;

  perform set_config('sluice.actor', 'system', true);
  -- First the old lead: keys are unique.
  if v_left <> '{}' then
    execute format('update public.leads l set (%1$s, updated_at) = (select %1$s, updated_at from '
      || 'jsonb_populate_record(l, $1)) where l.org_id = $2 and l.id = $3',
      (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(v_left) k))
    using v_left, p_org_id, l.id;
  end if;
  n := jsonb_populate_record(null::public.leads, v_given || jsonb_build_object('org_id', p_org_id, 'id', v_new));
  insert into public.leads (org_id, id, mak, county_fips, apn, apn_segments, addr_hash, addr_hash_version,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip, owner_1_first, owner_1_last,
    owner_2_first, owner_2_last, owner_full, mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    time_zone, status, assigned_broker_id, lead_score, campaign_status, source_id, created_upload_id, source_trust,
    observed_at, field_sources, edited_fields)
  values (p_org_id, v_new, n.mak, n.county_fips, n.apn, n.apn_segments, n.addr_hash, n.addr_hash_version,
    n.situs_house_number, n.situs_street, n.situs_unit, n.situs_city, n.situs_state, n.situs_zip, n.owner_1_first,
    n.owner_1_last, n.owner_2_first, n.owner_2_last, n.owner_full, n.mailing_street, n.mailing_unit, n.mailing_city,
    n.mailing_state, n.mailing_zip, case when n.situs_state = l.situs_state then l.time_zone end, 'new',
    l.assigned_broker_id, l.lead_score, 'new', l.source_id, null, l.source_trust, l.observed_at, l.field_sources,
    -- What a person typed, no import overwrites.
    case when p_owner <> '{}' then array_remove(array[case when p_owner ?| '{first,last}' then 'owner_1' end,
      case when p_owner ? 'full' then 'owner_full' end], null) else '{}' end);

  with moved as (
    update public.contact_points c set lead_id = v_new
    where c.org_id = p_org_id and c.lead_id = l.id
      and (c.id = any (p_contacts) or c.created_upload_id = any (p_uploads))
    returning c.id, c.value_bidx
  )
  select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(m.value_bidx), '{}') into v_contacts, v_values
  from moved m;
  with moved as (
    update public.lead_addresses a set lead_id = v_new
    where a.org_id = p_org_id and a.lead_id = l.id and a.created_upload_id = any (p_uploads)
    returning a.addr_hash
  )
  select coalesce(array_agg(encode(m.addr_hash, 'hex')), '{}') into v_addresses from moved m;
  with moved as (
    update public.lead_joins j set lead_id = v_new
    where j.org_id = p_org_id and j.lead_id = l.id and j.upload_id = any (p_uploads)
    returning j.id
  )
  select coalesce(array_agg(m.id), '{}') into v_joins from moved m;
  perform private.move_correspondence(p_org_id, l.id, v_new, v_contacts, v_values);
  perform private.unite_refusals(p_org_id, l.id, v_new, p_as_of);

  insert into public.lead_splits (org_id, lead_id, new_lead_id, changes, moved, reason, split_at, split_by)
  values (p_org_id, l.id, v_new, (
      select coalesce(jsonb_object_agg(k.key, jsonb_build_array(to_jsonb(l) -> k.key, k.value)), '{}')
      from jsonb_each(v_left) k),
    jsonb_build_object('contacts', v_contacts, 'addresses', v_addresses, 'joins', v_joins, 'uploads', p_uploads),
    p_reason, p_as_of, auth.uid())
  returning id into v_id;
  insert into public.match_candidates (org_id, left_id, right_id, origin, weight, probability, reasons, state, found_at,
    compared_at, decided_at, decided_by, left_print, right_print)
  values (p_org_id, least(l.id, v_new), greatest(l.id, v_new), 'split', -20, 0, '{split by a person}', 'different',
    p_as_of, p_as_of, p_as_of, auth.uid(), private.print_lead(p_org_id, least(l.id, v_new)),
    private.print_lead(p_org_id, greatest(l.id, v_new)));
  return jsonb_build_object('split_id', v_id, 'lead_id', v_new, 'contacts', cardinality(v_contacts),
    'facts', (select coalesce(jsonb_agg(distinct private.fact_of_column(k)), '[]')
      from jsonb_object_keys(jsonb_strip_nulls(v_given)) k where k not like 'addr\_hash%'));
end
$$;
comment on function public.split_lead(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamptz) is
  'Makes a lead of its own from a part of a lead: contact points (ids), facts (mak, parcel, address, owner_1, owner_2, '
  'owner_full, mailing), and all that uploads brought (public.lead_parts lists both). p_owner: {first, last, full} of '
  'the new lead. p_same_address: it is at the same address. Opt-outs and refusals hold for both; sequence runs stop; '
  'the two are different for ever. Returns {split_id, lead_id, contacts, facts}. For owners, admins and the service. '
  'Raises SL321 (lead), SL323 (choice). Definer: members have no rights on identities.';

create function private.move_correspondence(
  p_org_id uuid, p_lead_id uuid, p_new_id uuid, p_contacts bigint[], p_values bytea[]
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- What was said through a contact point belongs to the person behind it.
  update public.messages m set lead_id = p_new_id
  where m.org_id = p_org_id and m.lead_id = p_lead_id and m.contact_point_id = any (p_contacts);
  update public.replies r set lead_id = p_new_id
  where r.org_id = p_org_id and r.lead_id = p_lead_id and r.value_bidx = any (p_values);
  update public.calls c set lead_id = p_new_id
  where c.org_id = p_org_id and c.lead_id = p_lead_id and (c.contact_point_id = any (p_contacts) or exists (
    select from public.messages m
    where m.org_id = p_org_id and m.id = c.message_id and m.contact_point_id = any (p_contacts)));
  update public.consent_tokens t set lead_id = p_new_id
  where t.org_id = p_org_id and t.lead_id = p_lead_id
    and (t.phone_bidx is null or t.phone_bidx = any (p_values))
    and (t.email_bidx is null or t.email_bidx = any (p_values)) and num_nonnulls(t.phone_bidx, t.email_bidx) > 0;
end
$$;
comment on function private.move_correspondence(uuid, uuid, uuid, bigint[], bytea[]) is
  'Moves messages, replies, phone calls and consent links of contact points to their new lead.';

create function private.unite_refusals(p_org_id uuid, p_lead_id uuid, p_new_id uuid, p_as_of timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_columns constant text := (
    select string_agg(quote_ident(a.attname), ', ') from pg_catalog.pg_attribute a
    where a.attrelid = 'public.consents'::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'id');
  v_family constant uuid[] := array(
    with recursive family (id) as (
      select p_lead_id
      union
      select m.merged_id from family f
      join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
    )
    select f.id from family f);
begin
  -- Copies, because whose a refusal was is not known: the record of the old lead stays as it is.
  execute format('insert into public.consents (%1$s) select %1$s from (select (jsonb_populate_record(c, '
    || 'jsonb_build_object(''lead_id'', $3, ''recorded_by'', ''system'', ''recorded_at'', $4, ''confirm_before'', null)'
    || ')).* from public.consents c where c.org_id = $1 and c.lead_id = any ($2) and c.action = ''revoke'') x',
    v_columns)
  using p_org_id, v_family, p_new_id, p_as_of;
  insert into public.wrong_contacts (org_id, value_bidx, lead_id, kind, source, at)
  select distinct on (w.value_bidx) w.org_id, w.value_bidx, p_new_id, w.kind, w.source, w.at
  from public.wrong_contacts w where w.org_id = p_org_id and w.lead_id = any (v_family)
  order by w.value_bidx, w.at
  on conflict do nothing;
  update public.leads n set campaign_status = 'opted_out'
  from public.leads l
  where n.org_id = p_org_id and n.id = p_new_id and l.org_id = p_org_id and l.id = p_lead_id
    and l.campaign_status = 'opted_out';
  perform private.refuse_contacts(p_org_id, array[p_lead_id, p_new_id], p_as_of);
  -- A sequence that was meant for both is meant for neither.
  if private.stop_runs(p_org_id, p_lead_id, 'split', p_as_of) > 0 then
    perform private.complete_leads(p_org_id, array[p_lead_id]);
  end if;
  perform private.refresh_verification(p_org_id, array[p_lead_id, p_new_id]);
  perform private.sync_lead_consents(p_org_id, array[p_lead_id, p_new_id], p_as_of);
end
$$;
comment on function private.unite_refusals(uuid, uuid, uuid, timestamptz) is
  'After a split: refusals, opt-outs and wrong numbers of the lead hold for the new one, too; consents given follow '
  'their contact point alone; runs stop.';

create function public.undo_split(p_org_id uuid, p_split_id bigint, p_as_of timestamptz default now()) returns uuid
language plpgsql volatile security definer set search_path = '' as $$
declare
  s public.lead_splits;
  v_before jsonb;
  v_back jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
    select x.* into s from public.lead_splits x
    join public.leads l on l.org_id = x.org_id and l.id = x.lead_id
    join public.leads n on n.org_id = x.org_id and n.id = x.new_lead_id
    where x.org_id = p_org_id and x.id = p_split_id and x.undone_at is null
    for update of x;
  end if;
  if s.id is null then
    raise exception 'split not found, or it cannot be undone' using errcode = 'SL324';
  end if;
  perform set_config('sluice.actor', 'system', true);
  select to_jsonb(l) into v_before from public.leads l where l.org_id = p_org_id and l.id = s.lead_id;
  perform private.merge_with_undo(p_org_id, s.lead_id, s.new_lead_id, 'a split was undone', auth.uid(), p_as_of);
  -- What the split changed, and nobody since, is as before it. Of the rest, the new lead only fills what is empty.
  select jsonb_object_agg(c.name, case when c.returns then s.changes -> c.name -> 0 else v_before -> c.name end)
  into v_back
  from unnest('{mak,parcel,address,owner_1,owner_2,owner_full,mailing}'::text[]) f
  cross join lateral (
    select x.name, s.changes ? x.name and v_before -> x.name is not distinct from s.changes -> x.name -> 1 as returns,
      bool_or(v_before -> x.name <> 'null') over () as known
    from unnest(private.columns_of_fact(f)) x (name)) c
  where c.returns or c.known;
  if v_back is not null then
    execute format('update public.leads l set (%1$s, updated_at) = (select %1$s, updated_at from '
      || 'jsonb_populate_record(l, $1)) where l.org_id = $2 and l.id = $3',
      (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(v_back) k))
    using v_back, p_org_id, s.lead_id;
  end if;
  update public.lead_joins j set lead_id = s.lead_id
  where j.org_id = p_org_id and j.lead_id = s.new_lead_id
    and j.id in (select x::bigint from jsonb_array_elements_text(s.moved -> 'joins') x);
  -- At one address there is nothing further to remember.
  delete from public.lead_addresses a using public.leads l
  where a.org_id = p_org_id and a.lead_id = s.lead_id and l.org_id = p_org_id and l.id = s.lead_id
    and a.addr_hash = l.addr_hash;
  update public.lead_splits x set undone_at = p_as_of, undone_by = auth.uid()
  where x.org_id = p_org_id and x.id = s.id;
  return s.lead_id;
end
$$;
comment on function public.undo_split(uuid, bigint, timestamptz) is
  'Undoes a split: the new lead returns to the old one with everything it has got since; facts that the split took '
  'return unless somebody changed them. Refusals of both hold. Returns the lead. For owners, admins and the service. '
  'Raises SL324. Definer: as split_lead.';

create function private.tg_erasures__forget_splits() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.lead_splits s set reason = null,
    changes = (select coalesce(jsonb_object_agg(k, '"erased"'::jsonb), '{}') from jsonb_object_keys(s.changes) k)
  where s.org_id = new.org_id and new.lead_id in (s.lead_id, s.new_lead_id);
  return null;
end
$$;
comment on function private.tg_erasures__forget_splits() is
  'Trigger: erasing a lead erases the values in its splits. Definer: roles that erase may not write splits.';
create trigger _300_forget_splits after insert on public.erasures
  for each row execute function private.tg_erasures__forget_splits();

revoke execute on function private.move_correspondence(uuid, uuid, uuid, bigint[], bytea[]),
  private.unite_refusals(uuid, uuid, uuid, timestamptz), private.facts_of_uploads(uuid, uuid, uuid[])
  from pipeline_writer;
revoke execute on function public.lead_parts(uuid, uuid),
  public.split_lead(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamptz),
  public.undo_split(uuid, bigint, timestamptz) from public, anon;
grant execute on function public.lead_parts(uuid, uuid),
  public.split_lead(uuid, uuid, bigint[], text[], uuid[], jsonb, boolean, text, timestamptz),
  public.undo_split(uuid, bigint, timestamptz) to authenticated, service_role;
