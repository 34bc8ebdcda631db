-- linear refusals and updates: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

-- Look-ups by lead use consents_lead_idx now.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX "public"."consents_refusals_lead_idx";

DROP FUNCTION "private"."owner_name"(uuid, uuid);

DROP FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp WITH time zone);

DROP FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp WITH time zone);

CREATE OR REPLACE FUNCTION private.apply_contacts (
  p_org_id    uuid,
  p_upload_id uuid,
  p_row_no    bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  -- One key for all parts, unless it was rotated between them.
  v_key integer := (select case when min(p.key_id) = max(p.key_id) then min(p.key_id) end
    from public.upload_parts p where p.upload_id = p_upload_id);
  v_added uuid[];
begin
  with added as (
    insert into public.contact_points (org_id, lead_id, kind, value_bidx, value_cipher, key_id, masked, label,
      position, verified, codes, invalid_at, created_upload_id)
    select p_org_id, r.lead_id, c.kind, c.value_bidx, c.value_cipher,
      coalesce(v_key, (select p.key_id from public.upload_parts p where p.id = r.part_id)), c.masked, c.label,
      c.position, c.verified, c.codes, case when c.invalid then now() end, p_upload_id
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.* from private.leads_staging_contacts x
      where x.part_id = r.part_id and x.line_number = r.line_number
      offset 0
    ) c
    where p_row_no is null or r.row_no = p_row_no
    on conflict (org_id, lead_id, value_bidx) do nothing
    returning lead_id
  )
  select array_agg(distinct a.lead_id) into v_added
  from added a where exists (select from resolve_leads n where n.lead_id = a.lead_id and not n.is_new);

  perform private.note_contacts_of_others(p_org_id, p_upload_id, p_row_no);

  v_added := v_added || private.judge_contacts(p_org_id, p_row_no);
  if v_added is not null then
    perform private.refresh_verification(p_org_id, v_added);
  end if;
  return v_added;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_leads (
  p_org_id    uuid,
  p_upload_id uuid,
  p_source_id uuid,
  p_trust     smallint,
  p_observed  timestamp with time zone,
  p_row_no    bigint                   DEFAULT NULL::bigint
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_changed uuid[];
  v_more uuid[];
begin
  insert into public.leads (org_id, id, mak, county_fips, apn, apn_segments, addr_hash, addr_hash_version,
    situs_house_number, situs_street, situs_unit, situs_city, situs_state, situs_zip,
    owner_1_first, owner_1_last, owner_2_first, owner_2_last, owner_full,
    mailing_street, mailing_unit, mailing_city, mailing_state, mailing_zip,
    attributes, melissa_payload, consent, consented_at, consent_method,
    email_verified, phone_verified, email_verification_codes, phone_verification_codes, phone_bidx,
    lead_score, source_id, created_upload_id, source_trust, observed_at)
  select p_org_id, n.lead_id, n.mak, n.county_fips, n.apn, n.apn_segments, n.addr_hash,
    case when n.addr_hash is not null then private.address_hash_version() end,
    n.situs_house_number, n.situs_street, n.situs_unit, n.situs_city, n.situs_state, n.situs_zip,
    n.owner_1_first, n.owner_1_last, n.owner_2_first, n.owner_2_last, n.owner_full,
    n.mailing_street, n.mailing_unit, n.mailing_city, n.mailing_state, n.mailing_zip,
    n.attributes,
    case when n.result_codes is not null then jsonb_build_object('Results', array_to_string(n.result_codes, ',')) end,
    n.consent, n.consented_at, n.consent_method,
    n.email_verified, n.phone_verified, n.email_codes, n.phone_codes, n.phone,
    coalesce(n.lead_score, 0), p_source_id, p_upload_id, p_trust, p_observed
  from resolve_leads n
  where n.is_new;

  if exists (select from resolve_leads n where not n.is_new) then
    v_changed := private.update_leads(p_org_id, p_trust, p_observed);
  end if;

  -- Addresses beyond the first of a property that a stronger key identifies.
  with added as (
    insert into public.lead_addresses (org_id, addr_hash, lead_id, created_upload_id, created_at)
    select distinct p_org_id, r.addr_hash, r.lead_id, p_upload_id, p_observed
    from resolve_rows r
    join resolve_leads n using (component)
    cross join lateral (
      select x.addr_hash from public.leads x where x.org_id = p_org_id and x.id = r.lead_id offset 0
    ) l
    where r.addr_hash is not null and l.addr_hash <> r.addr_hash
      and (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no)
    on conflict (org_id, addr_hash, lead_id) do nothing
    returning lead_id
  )
  select array_agg(a.lead_id) into v_more from added a;
  v_changed := v_changed || v_more;

  v_changed := v_changed || private.apply_contacts(p_org_id, p_upload_id, p_row_no);

  update resolve_rows r
  set verdict = 'updated'
  where r.verdict = 'unchanged' and r.lead_id = any (v_changed) and (p_row_no is null or r.row_no = p_row_no);
end
$function$;

CREATE OR REPLACE FUNCTION private.count_verdicts (
  p_upload public.uploads,
  p_phase  smallint,
  p_slice  integer,
  p_as_of  timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  AS $function$
declare
  v_restarted constant boolean := (select x.restarts > 0 from resolve_progress x
    where x.org_id = p_upload.org_id and x.upload_id = p_upload.id);
begin
  -- A trigger ends contact with people whom the list marks so (35_consent).
  update public.leads_staging s set lead_id = r.lead_id
  from resolve_rows r
  where s.upload_id = p_upload.id and s.do_not_contact
    and r.row_no = (s.part::bigint << 32) + s.line_number and r.lead_id is not null;
  -- A resolve that began again finds the leads that it has written before.
  if v_restarted then
    update resolve_rows r set verdict = 'created'
    where r.verdict in ('unchanged', 'updated') and r.row_no = r.component
      and (select l.created_upload_id from public.leads l
        where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
    update resolve_rows r set verdict = 'updated'
    where r.verdict = 'unchanged' and r.row_no = r.component
      and (select true from public.lead_changes c where c.org_id = p_upload.org_id and c.lead_id = r.lead_id
        and c.upload_id = p_upload.id limit 1);
  end if;
  -- A row that matches a lead created by this same upload is a repeat. One look-up by key for each such row: without
  -- statistics, a join would scan the leads for every row.
  update resolve_rows r set verdict = 'merged'
  where r.verdict in ('unchanged', 'updated')
    and (select l.created_upload_id from public.leads l
      where l.org_id = p_upload.org_id and l.id = r.lead_id) = p_upload.id;
  insert into public.lead_joins (org_id, lead_id, upload_id, part, line, evidence, joined_at)
  select p_upload.org_id, r.lead_id, p_upload.id, r.row_no >> 32, r.line_number, r.evidence, p_as_of
  from resolve_rows r
  where r.evidence is not null and r.verdict in ('updated', 'merged')
    and not (v_restarted and exists (select from public.lead_joins j where j.org_id = p_upload.org_id
      and j.upload_id = p_upload.id and j.part = r.row_no >> 32 and j.line = r.line_number));
  if p_upload.kind = 'api' then
    insert into submitted_rows as w (org_id, upload_id, line, verdict, lead_id)
    select p_upload.org_id, p_upload.id, r.line_number, r.verdict, r.lead_id
    from resolve_rows r
    where r.verdict in ('created', 'updated', 'unchanged', 'merged', 'conflict')
    on conflict (upload_id, line) do update set verdict = excluded.verdict, lead_id = excluded.lead_id;
  end if;

  insert into resolve_slices as s (org_id, upload_id, phase, slice, counts, applied_at)
  select p_upload.org_id, p_upload.id, p_phase, p_slice, coalesce(jsonb_agg(to_jsonb(v)), '[]'), p_as_of
  from (
    select r.part_id, count(*) filter (where r.verdict = 'created') as created,
      count(*) filter (where r.verdict = 'updated') as updated,
      count(*) filter (where r.verdict = 'unchanged') as unchanged,
      count(*) filter (where r.verdict = 'merged') as merged,
      count(*) filter (where r.verdict = 'conflict') as conflict
    from resolve_rows r group by r.part_id
  ) v
  on conflict (org_id, upload_id, phase, slice) do update set counts = excluded.counts;
end
$function$;

CREATE OR REPLACE FUNCTION private.effective_consents (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS TABLE (
    lead_id    uuid,
    consent_id bigint,
    channels   text[],
    ended      text
  )
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  with recursive family (lead_id, member_id) as (
    select i.id, i.id from unnest(p_lead_ids) i (id)
    union
    select f.lead_id, m.merged_id
    from family f
    cross join lateral (
      select x.merged_id from public.lead_merges x
      where x.org_id = p_org_id and x.survivor_id = f.member_id and x.undone_at is null
      offset 0
    ) m
  ),
  -- Row by row through the indexes: the planner may know nothing of the sizes of an import.
  facts as materialized (
    select f.lead_id, c.* from family f
    cross join lateral (
      select x.id, x.action, x.channels, x.value_bidx, x.occurred_at, x.is_unproven, x.is_keyword, x.upload_id
      from public.consents x where x.org_id = p_org_id and x.lead_id = f.member_id
      offset 0
    ) c
    union
    select p.lead_id, c.*
    from (select distinct unnest(p_lead_ids) as lead_id) i
    cross join lateral (
      select x.lead_id, x.value_bidx from public.contact_points x
      where x.org_id = p_org_id and x.lead_id = i.lead_id
      offset 0
    ) p
    cross join lateral (
      select x.id, x.action, x.channels, x.value_bidx, x.occurred_at, x.is_unproven, x.is_keyword, x.upload_id
      from public.consents x where x.org_id = p_org_id and x.value_bidx = p.value_bidx
      offset 0
    ) c
  ),
  -- One join for all leads: looking up the revocations for each consent would grow with their product.
  judged as materialized (
    select g.lead_id, g.id, ch, bool_or(r.lead_id is not null) as revoked
    from facts g
    cross join unnest(g.channels) ch
    left join facts r on r.lead_id = g.lead_id and r.action = 'revoke'
      -- The channels of an unproven consent are uncertain: any revocation, earlier or later, ends all of it.
      and (g.is_unproven or (ch = any (r.channels) and (r.occurred_at >= g.occurred_at
        or (g.is_keyword and not r.is_keyword))))
      and (r.value_bidx = g.value_bidx or r.value_bidx is null or g.value_bidx is null)
    where g.action = 'grant'
    group by g.lead_id, g.id, ch
  ),
  standing as materialized (
    select j.lead_id, j.id, coalesce(array_agg(j.ch order by j.ch) filter (where not j.revoked), '{}') as channels
    from judged j group by j.lead_id, j.id
  )
  select g.lead_id, g.id, s.channels,
    case
      when g.occurred_at + make_interval(months => (o.settings ->> 'consent_months')::integer) <= p_as_of
        then 'expired'
      when g.is_unproven and (select u.state = 'undone' from public.uploads u where u.org_id = p_org_id
        and u.id = g.upload_id) then 'undone'
    end
  from facts g
  join standing s on s.lead_id = g.lead_id and s.id = g.id
  join public.orgs o on o.id = p_org_id
$function$;

CREATE OR REPLACE FUNCTION private.judge_contacts (
  p_org_id uuid,
  p_row_no bigint
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_judged uuid[];
begin
  with changed as materialized (
    select p.id, c.codes, c.verified, c.invalid
    from (
      select distinct on (r.lead_id, s.value_bidx) r.lead_id, s.value_bidx, s.codes, s.verified, s.invalid
      from resolve_rows r
      join resolve_leads n using (component)
      cross join lateral (
        select x.* from private.leads_staging_contacts x
        where x.part_id = r.part_id and x.line_number = r.line_number
        offset 0
      ) s
      where (r.component_size > 1 or not n.is_new) and (p_row_no is null or r.row_no = p_row_no) and s.codes <> '{}'
      order by r.lead_id, s.value_bidx, r.row_no desc
    ) c
    cross join lateral (
      select x.id, x.codes from public.contact_points x
      where x.org_id = p_org_id and x.lead_id = c.lead_id and x.value_bidx = c.value_bidx
      offset 0
    ) p
    where p.codes <> c.codes
  ), judged as (
    update public.contact_points p
    set codes = c.codes, verified = c.verified,
      invalid_at = case when c.invalid then coalesce(p.invalid_at, now()) end
    from changed c
    where p.org_id = p_org_id and p.id = any (array(select x.id from changed x)) and p.id = c.id
      and p.codes <> c.codes
    returning p.lead_id
  )
  select array_agg(distinct j.lead_id) into v_judged from judged j;
  return v_judged;
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_name (
  p_org_id  uuid,
  p_lead_id uuid
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select coalesce(nullif(btrim(l.owner_full), ''), nullif(btrim(concat_ws(' ', l.owner_1_first, l.owner_1_last)), ''))
    from public.leads l where l.org_id = p_org_id and l.id = p_lead_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_name_at (
  p_org_id  uuid,
  p_lead_id uuid,
  p_at      timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  -- The first change since has what was there before; an erased one has nothing to compare.
  v_old constant jsonb := (
    select jsonb_object_agg(f.key, case when jsonb_typeof(f.value) = 'array' then f.value -> 0 end)
    from (
      select distinct on (x.key) x.key, x.value
      from public.lead_changes h cross join lateral jsonb_each(h.changes) x
      where h.org_id = p_org_id and h.lead_id = p_lead_id and h.action = 'updated' and h.changed_at >= p_at
        and x.key in ('owner_1_first', 'owner_1_last', 'owner_full')
      order by x.key, h.id
    ) f);
begin
  if v_old is null then
    return private.owner_name(p_org_id, p_lead_id);
  end if;
  return (
    select coalesce(nullif(btrim(n.owner_full), ''), nullif(btrim(concat_ws(' ', n.owner_1_first, n.owner_1_last)), ''))
    from public.leads l
    cross join lateral jsonb_populate_record(l, v_old) n
    where l.org_id = p_org_id and l.id = p_lead_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.owners_ever_agree (
  p_org_id uuid,
  p_a      uuid,
  p_b      uuid,
  p_since  timestamp with time zone
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_a constant text := private.owner_name(p_org_id, p_a);
  v_b constant text := private.owner_name(p_org_id, p_b);
begin
  -- The history is read only where it can change the answer.
  if private.names_agree(v_a, v_b) then
    return true;
  end if;
  return (
    select case when bool_or(x.agree) then true when bool_and(x.agree is not null) then false end
    from (
      select private.names_agree(a.name, b.name) as agree
      from (select v_a as name union select private.owner_name_at(p_org_id, p_a, p_since)) a
      cross join (select v_b as name union select private.owner_name_at(p_org_id, p_b, p_since)) b
    ) x);
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_contacts (
  p_org_id   uuid,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_refused uuid[];
  v_since timestamptz;
  v_values bytea[];
begin
  -- Most orgs and imports have none.
  if not exists (select from public.consents c where c.org_id = p_org_id and c.revoked_scope = 'person') then
    return;
  end if;
  with recursive family (lead_id, member_id) as (
    select i.id, i.id from unnest(p_lead_ids) i (id)
    union
    select f.lead_id, m.merged_id
    from family f
    cross join lateral (
      select x.merged_id from public.lead_merges x
      where x.org_id = p_org_id and x.survivor_id = f.member_id and x.undone_at is null
      offset 0
    ) m
  ),
  own as materialized (
    select f.lead_id, c.value_bidx, c.at
    from family f
    cross join lateral (
      select x.value_bidx, least(x.occurred_at, x.recorded_at) as at from public.consents x
      where x.org_id = p_org_id and x.lead_id = f.member_id and (x.revoked_scope = 'person') is true
      offset 0
    ) c
    where c.value_bidx is not null
  ),
  -- New leads with a contact that refused.
  met as materialized (
    select i.id as lead_id, c.*
    from (select distinct unnest(p_lead_ids) as id) i
    cross join lateral (
      select x.value_bidx from public.contact_points x where x.org_id = p_org_id and x.lead_id = i.id offset 0
    ) p
    cross join lateral (
      select x.value_bidx, x.lead_id as of_lead, x.occurred_at, x.method, x.upload_id,
        least(x.occurred_at, x.recorded_at) as at
      from public.consents x
      where x.org_id = p_org_id and x.value_bidx = p.value_bidx and x.revoked_scope = 'person'
      offset 0
    ) c
  ),
  -- A consent that came later has lifted it.
  refused as materialized (
    select v.value_bidx
    from (select o.value_bidx from own o union select m.value_bidx from met m) v
    cross join lateral (
      -- As private.is_suppressed does for all channels.
      select bool_or(not exists (select from public.suppression_lifts f
        where f.org_id = x.org_id and f.suppression_id = x.id)) as now
      from public.suppressions x
      where x.org_id = p_org_id and x.value_bidx = v.value_bidx and x.channel is null
      offset 0
    ) s
    where s.now
  ),
  -- They are the same person unless the names contradict. A lead agrees with itself.
  pairs as materialized (
    select d.lead_id, d.of_lead, d.at,
      private.owners_ever_agree(p_org_id, d.of_lead, d.lead_id, d.at) is not false as is_one
    from (
      select distinct m.lead_id, m.of_lead, m.at from met m join refused using (value_bidx)
      where m.of_lead <> m.lead_id
      offset 0
    ) d
  ),
  refusals as (
    select o.lead_id, o.at from own o join refused using (value_bidx)
    union
    select m.lead_id, m.at from met m join refused using (value_bidx)
    left join pairs p on p.lead_id = m.lead_id and p.of_lead = m.of_lead and p.at = m.at
    where coalesce(p.is_one, true)
      -- The writer may be the owner of any lead that had the phone or e-mail: each has a row without a value. A list
      -- has one for each lead that it marks, with its values.
      or m.upload_id is null and exists (
        select from public.consents k
        where k.org_id = p_org_id and (k.revoked_scope = 'person') is true and k.value_bidx is null
          and k.upload_id is null and k.occurred_at = m.occurred_at and k.method = m.method
          and private.owners_ever_agree(p_org_id, k.lead_id, m.lead_id, least(k.occurred_at, k.recorded_at))
            is not false)
  )
  select array_agg(distinct r.lead_id), min(r.at) into v_refused, v_since from refusals r;
  if v_refused is null then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  -- Their other contacts, but for those of other owners, and what a consent has freed since.
  select array_agg(c.value_bidx) into v_values
  from (
    select o.value_bidx, min(l.id::text)::uuid as lead_id
    from unnest(v_refused) l (id)
    cross join lateral (
      select x.value_bidx from public.contact_points x where x.org_id = p_org_id and x.lead_id = l.id offset 0
    ) o
    group by o.value_bidx
  ) c
  cross join lateral (
    select max(x.created_at) as last_at,
      bool_or(x.channel is null and not exists (select from public.suppression_lifts f
        where f.org_id = x.org_id and f.suppression_id = x.id)) as is_suppressed
    from public.suppressions x where x.org_id = p_org_id and x.value_bidx = c.value_bidx
    offset 0
  ) s
  -- In this order: the question whether it is shared costs most.
  where case when s.is_suppressed then false
      else not private.is_shared_contact(p_org_id, c.value_bidx, c.lead_id, v_since) end
    and not exists (
      select from public.consents g
      where g.org_id = p_org_id and g.value_bidx = c.value_bidx and g.action = 'grant' and not g.is_unproven
        and not g.is_keyword and g.occurred_at > s.last_at);
  if v_values is not null then
    perform private.suppress_contacts(p_org_id, v_values, 'opt_out', 'refusal', p_as_of);
  end if;
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_org_id and l.id = any (v_refused) and l.campaign_status <> 'opted_out';
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_listed_leads (
  p_upload   public.uploads,
  p_lead_ids uuid[],
  p_as_of    timestamp with time zone
)
  RETURNS void
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_method constant text := 'list ' || (select s.key from public.sources s where s.id = p_upload.source_id);
begin
  -- For the lead, so that it also applies to contacts that are imported later, and for each value that is suppressed.
  -- The same mark again adds nothing, except after a consent.
  insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
    revoked_scope, method, occurred_at, recorded_by, source_id, upload_id, recorded_at)
  select l.org_id, l.id, c.id, c.value_bidx, c.kind, c.masked, 'revoke',
    case when c.id is null then '{email,sms,voice_manual,voice_ai}' else private.channels_for_kind(c.kind) end,
    'person', v_method, p_as_of, 'upload', p_upload.source_id, p_upload.id, p_as_of
  from unnest(p_lead_ids) i (id)
  cross join lateral (
    select x.org_id, x.id from public.leads x where x.org_id = p_upload.org_id and x.id = i.id offset 0
  ) l
  cross join lateral (
    select null::bigint as id, null::bytea as value_bidx, null::public.contact_kind as kind, null::text as masked
    union all
    select k.id, k.value_bidx, k.kind, k.masked from public.contact_points k
    where k.org_id = p_upload.org_id and k.lead_id = l.id
    offset 0
  ) c
  cross join lateral (
    select c.id is null or bool_or(not exists (select from public.suppression_lifts f
      where f.org_id = s.org_id and f.suppression_id = s.id)) as is_refused
    from public.suppressions s
    where s.org_id = p_upload.org_id and s.value_bidx = c.value_bidx and s.channel is null
    offset 0
  ) s
  cross join lateral (
    select bool_or(not exists (select from public.consents g
      where g.org_id = l.org_id and g.lead_id = l.id and g.action = 'grant' and not g.is_unproven
        and g.id > r.id)) as is_known
    from public.consents r
    where r.org_id = p_upload.org_id and r.lead_id = l.id and (r.revoked_scope = 'person') is true
      and r.value_bidx is not distinct from c.value_bidx
    offset 0
  ) r
  where s.is_refused and r.is_known is not true;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_upload.org_id and l.id = any (p_lead_ids) and l.campaign_status <> 'opted_out';
  perform private.refuse_contacts(p_upload.org_id, p_lead_ids, p_as_of);
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.resolve_parts (
  p_upload_id  uuid,
  p_as_of      timestamp with time zone,
  p_slice_rows integer
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET jit TO 'off'
  AS $function$
declare
  v_upload public.uploads;
  v_key bigint;
  g private.resolve_progress;
  v_state text;
begin
  select * into strict v_upload from public.uploads u where u.id = p_upload_id;
  v_key := hashtextextended(v_upload.org_id::text, 1);
  perform set_config('sluice.actor', 'upload', true), set_config('sluice.upload_id', p_upload_id::text, true);
  if exists (select from resolve_progress x where x.upload_id = p_upload_id and x.org_id = v_upload.org_id
    and x.step = 'apply') then
    perform pg_advisory_xact_lock_shared(v_key);
    return private.apply_slice(v_upload, p_as_of);
  end if;
  perform pg_advisory_xact_lock(v_key);
  if private.claim_resolve(p_upload_id, p_as_of) = 'busy' then
    return 'busy';
  end if;
  perform from public.upload_parts p where p.upload_id = p_upload_id and p.state = 'staged' order by p.part for update;
  g := private.begin_resolve(v_upload, p_as_of);
  if g is null then
    return 'restage';
  end if;
  loop
    if g.phase = 2 and g.step = 'match' and not exists (
      select from public.leads_staging s
      where s.part_id = any (g.parts) and (s.verdict is null and s.mak is null and s.addr_hash is null
        and (s.apn is null or s.county_fips is null) or s.verdict = 'keyless')
        and (s.phone is not null or s.email is not null)) then
      -- Most lists have a property in each row.
      v_state := 'resolved';
    elsif g.step = 'match' then
      perform private.open_resolve_scratch();
      if g.phase = 1 then
        perform private.link_properties(v_upload.org_id, p_upload_id, g.parts);
      else
        perform private.link_contacts(v_upload.org_id, p_upload_id, g.parts);
      end if;
      perform private.classify_components(v_upload.org_id);
      if p_slice_rows is not null and (
        select count(*) > p_slice_rows or count(*) filter (where r.lead_id is null) > least(p_slice_rows, 500)
        from resolve_rows r) then
        perform private.save_plan(v_upload.org_id, p_upload_id, g.phase, p_slice_rows, p_as_of);
        return 'more';
      end if;
      perform private.apply_matched(v_upload, g.phase, 0, p_as_of);
      v_state := 'resolved';
      perform private.resolve_unclear(v_upload, p_as_of, null);
      perform private.count_verdicts(v_upload, g.phase, 0, p_as_of);
    else
      v_state := private.resolve_unclear_slice(v_upload, g.phase, p_slice_rows, p_as_of);
    end if;
    exit when v_state = 'more' or g.phase = 2;
    perform private.suggest_gaps(v_upload.org_id, p_as_of);
    g.phase := 2;
    g.step := 'match';
    update resolve_progress x set phase = g.phase, step = g.step, touched_at = p_as_of
    where x.org_id = v_upload.org_id and x.upload_id = p_upload_id;
    -- What was applied in slices is committed before the rest is matched.
    if exists (select from resolve_slices s
      where s.org_id = v_upload.org_id and s.upload_id = p_upload_id and s.slice > 0) then
      v_state := 'more';
      exit;
    end if;
  end loop;
  if v_state = 'resolved' then
    perform private.finish_resolve(v_upload, g.parts, p_as_of);
  end if;
  return v_state;
end
$function$;

CREATE OR REPLACE FUNCTION private.stage_contacts (
  p_part public.upload_parts
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET enable_nestloop TO 'off'
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.suppress_contacts (
  p_org_id uuid,
  p_values bytea[],
  p_reason text,
  p_source text,
  p_as_of  timestamp with time zone DEFAULT now()
)
  RETURNS void
  LANGUAGE plpgsql
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  AS $function$
begin
  -- A lift waits, as in suppress_value. The locks of a whole import would not fit into memory: there a lift that begins
  -- at the same moment frees nothing.
  if cardinality(p_values) <= 100 then
    perform pg_advisory_xact_lock(hashtextextended(p_org_id::text || encode(v.value, 'hex'), 2))
    from unnest(p_values) v (value) order by v.value;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, created_at, nth)
  select p_org_id, v.value, c.kind, null, p_reason, p_source, p_as_of, coalesce(s.nth, 0) + 1
  from (select distinct unnest(p_values) as value) v
  cross join lateral (
    select x.kind from public.contact_points x where x.org_id = p_org_id and x.value_bidx = v.value limit 1
  ) c
  cross join lateral (
    select max(x.nth) as nth, bool_or(x.reason <> 'stop_keyword'
      and not exists (select from public.suppression_lifts l
        where l.org_id = x.org_id and l.suppression_id = x.id)) as is_suppressed
    from public.suppressions x where x.org_id = p_org_id and x.value_bidx = v.value and x.channel is null
    offset 0
  ) s
  where s.is_suppressed is not true
  on conflict do nothing;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_consents__sync_leads()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
begin
  perform private.sync_lead_consents(x.org_id, array_agg(x.lead_id), max(x.recorded_at))
  from (
    -- A new unproven consent only repeats the lead's own columns: it matters only beside other consents.
    select n.org_id, n.lead_id, n.recorded_at from new_rows n
    where n.lead_id is not null
      and (not n.is_unproven or exists (select from public.consents c
        where c.org_id = n.org_id and c.lead_id = n.lead_id and c.id <> n.id))
    union
    select n.org_id, p.lead_id, n.recorded_at from new_rows n
    cross join lateral (
      select c.lead_id from public.contact_points c where c.org_id = n.org_id and c.value_bidx = n.value_bidx offset 0
    ) p
    union
    select n.org_id, m.survivor_id, n.recorded_at from new_rows n
    cross join lateral (
      select c.survivor_id from public.lead_merges c
      where c.org_id = n.org_id and c.merged_id = n.lead_id and c.undone_at is null
      offset 0
    ) m
  ) x
  group by x.org_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_contact_points__sync_consents()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  SET plan_cache_mode TO 'force_custom_plan'
  AS $function$
begin
  perform private.sync_lead_consents(n.org_id, array_agg(distinct n.lead_id))
  from new_rows n
  cross join lateral (
    select from public.consents c where c.org_id = n.org_id and c.value_bidx = n.value_bidx limit 1
  ) c
  group by n.org_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads__stop_runs()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  AS $function$
begin
  -- Most leads that a list marks were never in a campaign.
  if exists (select from public.sequence_runs r where r.org_id = new.org_id and r.lead_id = new.id) then
    perform private.stop_runs(new.org_id, new.id, new.campaign_status::text,
      coalesce(nullif(current_setting('sluice.as_of', true), '')::timestamptz, now()));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_leads_staging_contacts__suppress()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  SET enable_nestloop TO 'on'
  AS $function$
begin
  -- Most lists mark nobody.
  if not exists (select from new_rows n where n.refused is not null) then
    return null;
  end if;
  insert into public.suppressions (org_id, value_bidx, kind, channel, reason, source, nth)
  select v.org_id, v.value_bidx, v.kind, v.channel, r.reason, v.source, coalesce(x.nth, 0) + 1
  from (
    select p.org_id, n.value_bidx, n.kind, c.channel, 'list ' || min(s.key) || ', upload ' || p.upload_id as source,
      (array_agg(f.reason order by f.rank))[1] as reason,
      (array_agg(f.reason order by f.rank) filter (where f.reason in ('bounce', 'complaint', 'litigator')))[1]
        as lasting
    from (select m.part_id, m.value_bidx, m.kind, m.refused from new_rows m where m.refused is not null) n
    join private.listed_refusals() f on f.refused = n.refused
    join public.upload_parts p on p.id = n.part_id
    join public.uploads u on u.id = p.upload_id and not u.dry_run
    join public.sources s on s.id = u.source_id
    cross join lateral unnest(case n.kind when 'phone' then f.phone else f.email end) c (channel)
    group by p.org_id, p.upload_id, n.value_bidx, n.kind, c.channel
  ) v
  cross join lateral (
    select max(s.nth) as nth,
      bool_or(s.reason <> 'stop_keyword' and a.is_active) as is_suppressed,
      bool_or(s.reason in ('bounce', 'complaint', 'litigator') and a.is_active) as is_lasting
    from public.suppressions s
    cross join lateral (
      select not exists (select from public.suppression_lifts l
        where l.org_id = s.org_id and l.suppression_id = s.id) as is_active
    ) a
    where s.org_id = v.org_id and s.value_bidx = v.value_bidx and s.channel is not distinct from v.channel
    offset 0
  ) x
  -- Once is enough, unless the mark is of those that no keyword lifts.
  cross join lateral (
    select case when x.is_lasting then null when x.is_suppressed then v.lasting else v.reason end as reason
  ) r
  where r.reason is not null
  on conflict do nothing;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_suppressions__opt_out_leads()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  SET enable_seqscan TO 'off'
  AS $function$
declare
  v_actor text := current_setting('sluice.actor', true);
  v_clock text := current_setting('sluice.as_of', true);
  v record;
begin
  -- The effects on a lead are dated like the suppression.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of',
    (select max(n.created_at) from new_rows n)::text, true);
  for v in
    select n.org_id, array_agg(distinct c.lead_id) as leads
    from new_rows n
    cross join lateral (
      select p.lead_id from public.contact_points p where p.org_id = n.org_id and p.value_bidx = n.value_bidx offset 0
    ) c
    where n.channel is null
    group by n.org_id
  loop
    update public.leads l set campaign_status = 'opted_out'
    where l.org_id = v.org_id and l.id = any (v.leads) and l.campaign_status <> 'opted_out';
  end loop;
  perform set_config('sluice.actor', coalesce(v_actor, ''), true),
    set_config('sluice.as_of', coalesce(v_clock, ''), true);
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.update_leads (
  p_org_id   uuid,
  p_trust    smallint,
  p_observed timestamp with time zone
)
  RETURNS uuid[]
  LANGUAGE plpgsql
  SET search_path TO 'pg_temp', 'private'
  SET work_mem TO '64MB'
  SET plan_cache_mode TO 'force_custom_plan'
  SET enable_nestloop TO 'off'
  AS $function$
declare
  v_changed uuid[];
begin
  with facts as materialized (
    select n.component, n.lead_id as id,
      private.survive(l.facts,
        jsonb_build_object(
          'owner_1', private.fact(n.owner_1_first, n.owner_1_last),
          'owner_2', private.fact(n.owner_2_first, n.owner_2_last),
          'owner_full', n.owner_full,
          'mailing', private.fact(n.mailing_street, n.mailing_unit, n.mailing_city, n.mailing_state, n.mailing_zip),
          'lead_score', n.lead_score, 'attributes', l.attributes || n.attributes,
          'melissa_payload', case when n.result_codes is not null
            then coalesce(l.melissa_payload, '{}')
              || jsonb_build_object('Results', array_to_string(n.result_codes, ',')) end),
        l.field_sources, l.edited_fields, l.source_trust, l.observed_at, p_trust, p_observed) as won,
      l.mak is null and n.mak is not null as fill_mak,
      -- County and APN only count together, so they are set together.
      num_nonnulls(n.county_fips, n.apn) > num_nonnulls(l.county_fips, l.apn)
        and (num_nonnulls(n.county_fips, n.apn) = 2 or num_nonnulls(l.county_fips, l.apn) = 0) as fill_parcel,
      l.apn_segments is null and n.apn_segments is not null and l.apn = n.apn and l.county_fips = n.county_fips
        as fill_segments,
      (l.addr_hash is null and n.addr_hash is not null)
        or (l.without_situs and num_nonnulls(n.situs_street, n.situs_city, n.situs_state, n.situs_zip) > 0)
        as fill_address,
      l.consented_at is null and n.consent as fill_consent,
      not l.attributes @> (n.attributes || l.attributes) as fill_attributes
    from resolve_leads n
    cross join lateral (
      select private.lead_facts(x) || jsonb_build_object('lead_score', x.lead_score, 'attributes', x.attributes,
          'melissa_payload', x.melissa_payload) as facts,
        x.attributes, x.melissa_payload, x.field_sources, x.edited_fields, x.source_trust, x.observed_at, x.mak,
        x.county_fips, x.apn, x.apn_segments, x.addr_hash, x.consented_at,
        num_nonnulls(x.situs_street, x.situs_city, x.situs_state, x.situs_zip) = 0 as without_situs
      from public.leads x where x.org_id = p_org_id and x.id = n.lead_id
      offset 0
    ) l
    where not n.is_new
  ), changed as materialized (
    select f.* from facts f
    where f.won <> '{}' or f.fill_mak or f.fill_parcel or f.fill_segments or f.fill_address or f.fill_consent
      or f.fill_attributes
  ), written as (
    update public.leads l set
      mak = case when f.fill_mak then n.mak else l.mak end,
      county_fips = case when f.fill_parcel then n.county_fips else l.county_fips end,
      apn = case when f.fill_parcel then n.apn else l.apn end,
      apn_segments = case when f.fill_parcel or f.fill_segments then n.apn_segments else l.apn_segments end,
      addr_hash = case when f.fill_address then n.addr_hash else l.addr_hash end,
      addr_hash_version = case when f.fill_address and n.addr_hash is not null
        then private.address_hash_version() else l.addr_hash_version end,
      situs_house_number = case when f.fill_address then n.situs_house_number else l.situs_house_number end,
      situs_street = case when f.fill_address then n.situs_street else l.situs_street end,
      situs_unit = case when f.fill_address then n.situs_unit else l.situs_unit end,
      situs_city = case when f.fill_address then n.situs_city else l.situs_city end,
      situs_state = case when f.fill_address then n.situs_state else l.situs_state end,
      situs_zip = case when f.fill_address then n.situs_zip else l.situs_zip end,
      owner_1_first = case when f.won ? 'owner_1' then f.won -> 'owner_1' ->> 0 else l.owner_1_first end,
      owner_1_last = case when f.won ? 'owner_1' then f.won -> 'owner_1' ->> 1 else l.owner_1_last end,
      owner_2_first = case when f.won ? 'owner_2' then f.won -> 'owner_2' ->> 0 else l.owner_2_first end,
      owner_2_last = case when f.won ? 'owner_2' then f.won -> 'owner_2' ->> 1 else l.owner_2_last end,
      owner_full = case when f.won ? 'owner_full' then f.won ->> 'owner_full' else l.owner_full end,
      mailing_street = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 0 else l.mailing_street end,
      mailing_unit = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 1 else l.mailing_unit end,
      mailing_city = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 2 else l.mailing_city end,
      mailing_state = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 3 else l.mailing_state end,
      mailing_zip = case when f.won ? 'mailing' then f.won -> 'mailing' ->> 4 else l.mailing_zip end,
      lead_score = case when f.won ? 'lead_score' then (f.won ->> 'lead_score')::smallint else l.lead_score end,
      attributes = case when f.won ? 'attributes' then f.won -> 'attributes' else n.attributes || l.attributes end,
      melissa_payload = case when f.won ? 'melissa_payload' then f.won -> 'melissa_payload'
        else l.melissa_payload end,
      consent = case when f.fill_consent then true else l.consent end,
      consented_at = case when f.fill_consent then n.consented_at else l.consented_at end,
      consent_method = case when f.fill_consent then n.consent_method else l.consent_method end,
      field_sources = l.field_sources || (
        select coalesce(jsonb_object_agg(k, jsonb_build_array(p_trust, p_observed)), '{}')
        from jsonb_object_keys(f.won) k)
    from changed f join resolve_leads n using (component)
    where l.org_id = p_org_id and l.id = any (array(select c.id from changed c)) and l.id = f.id
    returning l.id
  )
  select array_agg(w.id) into v_changed from written w;
  return v_changed;
end
$function$;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX consents_wishes_idx ON public.consents USING btree (org_id, occurred_at)
  WHERE ((value_bidx IS NULL) AND (upload_id IS NULL));

COMMENT ON FUNCTION "private"."judge_contacts"(uuid, bigint) IS 'A later verification result of a contact point replaces the earlier one. Returns the leads whose contacts changed.';

COMMENT ON FUNCTION "private"."owner_name"(uuid, uuid) IS 'The name of a lead''s owner as lists have it; null if unknown.';

COMMENT ON FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp with time zone) IS 'The name that a lead''s owner had at a time, from the history; null if unknown, erased or deleted. Definer: callers may not read the history.';

COMMENT ON FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp with time zone) IS 'private.names_agree for the owners of two leads, under the names that they had at a time or have now, so that no later edit ends a wish: true if any agree, false if all contradict, else null.';

COMMENT ON FUNCTION "private"."suppress_contacts"(uuid, bytea[], text, text, timestamp with time zone) IS 'Suppresses phones and e-mails of leads on all channels, for a reason that a consent can lift; those that are suppressed already stay as they are.';

COMMENT ON FUNCTION "private"."update_leads"(uuid, smallint, timestamp with time zone) IS 'Fills and updates the existing leads in resolve_leads; returns those that changed.';

REVOKE ALL ON FUNCTION "private"."judge_contacts"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."judge_contacts"(uuid, bigint) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_name"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_name"(uuid, uuid) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."suppress_contacts"(uuid, bytea[], text, text, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."suppress_contacts"(uuid, bytea[], text, text, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."update_leads"(uuid, smallint, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."update_leads"(uuid, smallint, timestamp WITH time zone) TO "pipeline_writer";
