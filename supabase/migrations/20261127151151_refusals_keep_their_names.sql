-- refusals keep their names: written by `npm run db:migration` from what sql/ has beyond the migrations.

set lock_timeout = '5s';
set statement_timeout = '2min';

set local check_function_bodies = off;

DROP FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid);

CREATE OR REPLACE FUNCTION private.is_shared_contact (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_lead_id    uuid,
  p_since      timestamp with time zone
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select exists (
    select from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx and c.lead_id <> p_lead_id and c.invalid_at is null
      and private.owners_ever_agree(p_org_id, c.lead_id, p_lead_id, p_since) is false)
$function$;

CREATE OR REPLACE FUNCTION private.is_wrong_contact (
  p_org_id     uuid,
  p_value_bidx bytea,
  p_lead_id    uuid
)
  RETURNS boolean
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return exists (
    with recursive family (id) as (
      select p_lead_id
      union
      select m.merged_id from family f
      join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.id and m.undone_at is null
    )
    select from public.wrong_contacts w
    where w.org_id = p_org_id and w.value_bidx = p_value_bidx
      and (w.lead_id in (select f.id from family f) or coalesce(private.owners_ever_agree(
        p_org_id, w.lead_id, p_lead_id, w.at), false)));
end
$function$;

CREATE OR REPLACE FUNCTION private.owner_name_at (
  p_org_id  uuid,
  p_lead_id uuid,
  p_at      timestamp with time zone
)
  RETURNS text
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
  select coalesce(nullif(btrim(n.owner_full), ''), nullif(btrim(concat_ws(' ', n.owner_1_first, n.owner_1_last)), ''))
  from public.leads l
  cross join lateral (
    -- The first change since has what was there before; an erased one has nothing to compare.
    select coalesce(jsonb_object_agg(f.key, case when jsonb_typeof(f.value) = 'array' then f.value -> 0 end),
      '{}') as old
    from (
      select distinct on (x.key) x.key, x.value
      from public.lead_changes h cross join lateral jsonb_each(h.changes) x
      where h.org_id = p_org_id and h.lead_id = p_lead_id and h.action = 'updated' and h.changed_at >= p_at
        and x.key in ('owner_1_first', 'owner_1_last', 'owner_full')
      order by x.key, h.id
    ) f
  ) c
  cross join lateral jsonb_populate_record(l, c.old) n
  where l.org_id = p_org_id and l.id = p_lead_id
$function$;

CREATE OR REPLACE FUNCTION private.owners_ever_agree (
  p_org_id uuid,
  p_a      uuid,
  p_b      uuid,
  p_since  timestamp with time zone
)
  RETURNS boolean
  LANGUAGE sql
  STABLE
  SET search_path TO ''
  AS $function$
  select case when bool_or(x.agree) then true when bool_and(x.agree is not null) then false end
  from (
    select private.names_agree(a.name, b.name) as agree
    from (select private.owner_name(p_org_id, p_a) as name union select private.owner_name_at(p_org_id, p_a, p_since)) a
    cross join (
      select private.owner_name(p_org_id, p_b) as name union select private.owner_name_at(p_org_id, p_b, p_since)) b
  ) x
$function$;

CREATE OR REPLACE FUNCTION private.record_opt_out (
  p_org_id            uuid,
  p_value_bidx        bytea,
  p_kind              public.contact_kind,
  p_channel           text,
  p_source            text,
  p_words             text                     DEFAULT NULL::text,
  p_reason            text                     DEFAULT 'opt_out'::text,
  p_reach             text[]                   DEFAULT NULL::text[],
  p_keeps             text[]                   DEFAULT '{}'::text[],
  p_scope             text                     DEFAULT NULL::text,
  p_provider_confirms boolean                  DEFAULT false,
  p_as_of             timestamp with time zone DEFAULT now()
)
  RETURNS jsonb
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path TO ''
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_phone constant text[] := '{sms,voice_manual,voice_ai}'::text[];
  v_reach text[] := coalesce(p_reach, private.opt_out_reach(p_words, p_channel));
  -- Words that the reader did not read end everything for good where they reach everything.
  v_scope constant text := coalesce(p_scope, case when p_reach is null and p_reason <> 'stop_keyword'
    and cardinality(v_reach) >= 4 and v_reach @> '{email,sms,voice_manual,voice_ai}' then 'person' else 'contact' end);
  v_key constant integer := private.active_key_id(p_org_id, 'data');
  v_leads constant uuid[] := array(select c.lead_id from public.contact_points c
    where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.lead_id);
  v_values bytea[] := '{}'::bytea[];
  v_confirm boolean := false;
  v_seller text;
  v record;
begin
  if p_scope is null and p_channel is not null and not p_channel = any (v_reach) then
    v_reach := v_reach || p_channel;
  end if;
  perform set_config('sluice.actor', 'system', true);
  -- The value itself, and the other contacts of its leads where the opt-out reaches further.
  for v in
    select x.value_bidx, x.kind, x.masked, x.lead_id, x.contact_point_id,
      array(select ch from unnest(private.channels_for_kind(x.kind)) ch where ch = any (v_reach)) as channels
    from (
      select p_value_bidx as value_bidx, p_kind as kind, c.masked, c.lead_id, c.id as contact_point_id
      from (select) one
      left join lateral (
        select c.masked, c.lead_id, c.id from public.contact_points c
        where c.org_id = p_org_id and c.value_bidx = p_value_bidx order by c.id desc limit 1) c on true
      union all
      select distinct on (o.value_bidx) o.value_bidx, o.kind, o.masked, o.lead_id, o.id
      from public.contact_points o
      where o.org_id = p_org_id and o.lead_id = any (v_leads) and o.value_bidx <> p_value_bidx
        and case v_scope when 'contact' then o.kind <> p_kind
          else not private.is_shared_contact(p_org_id, o.value_bidx, o.lead_id, p_as_of) end
    ) x
    where private.channels_for_kind(x.kind) && v_reach
    order by x.value_bidx
  loop
    v_values := v_values || v.value_bidx;
    if v.value_bidx = p_value_bidx then
      v_confirm := p_channel = 'sms' and not p_provider_confirms and 'sms' = any (v_reach)
        and not private.is_suppressed(p_org_id, v.value_bidx, 'sms');
    end if;
    -- An opt-out from all channels also ends the campaigns; one from e-mail alone does not.
    if v.channels @> private.channels_for_kind(v.kind) and v_reach && v_phone and p_keeps = '{}' then
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, null, p_reason, p_source, p_as_of);
    else
      perform private.suppress_value(p_org_id, v.value_bidx, v.kind, ch, p_reason, p_source, p_as_of)
        from unnest(v.channels) ch;
    end if;
    -- A repeated webhook records the same revocation once.
    insert into public.consents (org_id, lead_id, contact_point_id, value_bidx, kind, masked, action, channels,
      revoked_scope,
      method, is_keyword, text_cipher, key_id, confirm_before, occurred_at, recorded_by, recorded_at)
    select p_org_id, v.lead_id, v.contact_point_id, v.value_bidx, v.kind, v.masked, 'revoke', v.channels,
      case when v_scope = 'person' then 'person' when cardinality(v_reach) = 4 then 'all' else 'channel' end,
      p_source, p_reason = 'stop_keyword',
      private.encrypt_value(p_words, private.org_key(p_org_id, v_key)), case when p_words is not null then v_key end,
      case when v_confirm and v.value_bidx = p_value_bidx then p_as_of + interval '5 minutes' end,
      p_as_of, 'person', p_as_of
    where not exists (
      select from public.consents c
      where c.org_id = p_org_id and c.value_bidx = v.value_bidx and c.action = 'revoke'
        and c.occurred_at = p_as_of and c.method = p_source and c.channels = v.channels);
  end loop;
  -- For the lead itself, so that it also applies to contacts that are imported later.
  if v_scope <> 'contact' then
    insert into public.consents (org_id, lead_id, action, channels, revoked_scope, method, occurred_at, recorded_by,
      recorded_at)
    select p_org_id, l.id, 'revoke', v_reach, case v_scope when 'person' then 'person' else 'channel' end, p_source,
      p_as_of, 'person', p_as_of
    from public.leads l
    where l.org_id = p_org_id and l.id = any (v_leads)
      and not exists (select from public.consents c
        where c.org_id = p_org_id and c.lead_id = l.id and c.value_bidx is null and c.action = 'revoke'
          and c.occurred_at = p_as_of and c.method = p_source and c.channels = v_reach);
  end if;
  -- A lead stays in work where a channel is left: one that the person asked for, or after the end of e-mail a phone.
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  update public.leads l set campaign_status = 'opted_out'
  where l.campaign_status <> 'opted_out' and l.org_id = p_org_id
    and (l.id = any (v_leads) or l.id in (select c.lead_id from public.contact_points c
      where c.org_id = p_org_id and c.value_bidx = any (v_values)))
    and not exists (
      select from public.contact_points c
      where c.org_id = l.org_id and c.lead_id = l.id and c.invalid_at is null
        and case when p_keeps <> '{}' then exists (select from unnest(p_keeps) ch
            where ch = any (private.channels_for_kind(c.kind))
              and not private.is_suppressed(c.org_id, c.value_bidx, ch))
          when v_reach = '{email}' then c.kind = 'phone' and not private.is_suppressed(c.org_id, c.value_bidx)
          else false end);
  if v_scope = 'person' then
    perform private.refuse_contacts(p_org_id, v_leads, p_as_of);
  end if;
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
  select o.name into v_seller from public.orgs o where o.id = p_org_id;
  return jsonb_build_object('channels', to_jsonb(array(select distinct unnest(v_reach) order by 1)),
    'confirmation', case when v_confirm then jsonb_build_object(
      'text', format('%s: You are unsubscribed and will receive no more messages. Reply START to resubscribe.',
        v_seller),
      'not_after', p_as_of + interval '5 minutes') end);
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
  AS $function$
declare
  v_actor constant text := coalesce(current_setting('sluice.actor', true), '');
  v_clock constant text := coalesce(current_setting('sluice.as_of', true), '');
  v_refused uuid[];
  v_since timestamptz;
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
    join public.lead_merges m on m.org_id = p_org_id and m.survivor_id = f.member_id and m.undone_at is null
  ),
  refusals as (
    select f.lead_id, c.value_bidx, least(c.occurred_at, c.recorded_at) as at from family f
    join public.consents c on c.org_id = p_org_id and c.lead_id = f.member_id and c.revoked_scope = 'person'
    where c.value_bidx is not null
    union
    -- A new lead of the same person: one of its contacts refused, and the names do not contradict.
    select p.lead_id, c.value_bidx, least(c.occurred_at, c.recorded_at) from public.contact_points p
    join public.consents c on c.org_id = p.org_id and c.value_bidx = p.value_bidx and c.revoked_scope = 'person'
    where p.org_id = p_org_id and p.lead_id = any (p_lead_ids)
      and (private.owners_ever_agree(p_org_id, c.lead_id, p.lead_id, least(c.occurred_at, c.recorded_at)) is not false
        -- The writer may be the owner of any lead that had the phone or e-mail: each has a row without a value.
        or exists (
          select from public.consents k
          where k.org_id = c.org_id and k.revoked_scope = 'person' and k.value_bidx is null
            and k.occurred_at = c.occurred_at and k.method = c.method
            and private.owners_ever_agree(p_org_id, k.lead_id, p.lead_id, least(k.occurred_at, k.recorded_at))
              is not false))
  )
  -- A consent that came later has lifted it.
  select array_agg(distinct r.lead_id), min(r.at) into v_refused, v_since from refusals r
  where private.is_suppressed(p_org_id, r.value_bidx, 'all');
  if v_refused is null then
    return;
  end if;
  perform set_config('sluice.actor', 'system', true), set_config('sluice.as_of', p_as_of::text, true);
  perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, 'opt_out', 'refusal', p_as_of)
  from (select distinct on (o.value_bidx) o.value_bidx, o.kind, o.lead_id from public.contact_points o
    where o.org_id = p_org_id and o.lead_id = any (v_refused) order by o.value_bidx, o.lead_id) c
  where not private.is_suppressed(p_org_id, c.value_bidx, 'all')
    and not private.is_shared_contact(p_org_id, c.value_bidx, c.lead_id, v_since)
    -- What a consent has freed since stays free.
    and not exists (
      select from public.consents g
      where g.org_id = p_org_id and g.value_bidx = c.value_bidx and g.action = 'grant' and not g.is_unproven
        and not g.is_keyword
        and g.occurred_at > (select max(s.created_at) from public.suppressions s
          where s.org_id = p_org_id and s.value_bidx = c.value_bidx));
  update public.leads l set campaign_status = 'opted_out'
  where l.org_id = p_org_id and l.id = any (v_refused) and l.campaign_status <> 'opted_out';
  perform set_config('sluice.actor', v_actor, true), set_config('sluice.as_of', v_clock, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.tg_replies__label_of_member()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  if current_user in ('anon', 'authenticated') and new.label is not null
    and (old.label, old.labelled_by, old.labelled_at) is distinct from (new.label, new.labelled_by, new.labelled_at)
  then
    new.labelled_by := 'person';
  end if;
  return new;
end
$function$;

CREATE TRIGGER _140_label_of_member
  BEFORE UPDATE ON public.replies
  FOR EACH ROW
  EXECUTE FUNCTION private.tg_replies__label_of_member();

COMMENT ON COLUMN "public"."replies"."labelled_by" IS 'rules, model or person; a label that a member writes is a person''s.';

COMMENT ON FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid, timestamp with time zone) IS 'Whether a phone or e-mail of a lead is also that of a lead with another owner, now and at the time of the wish (an office phone): a wish from elsewhere does not end it for everybody.';

COMMENT ON FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp with time zone) IS 'The name that a lead''s owner had at a time, from the history; null if unknown, erased or deleted. Definer: callers may not read the history.';

COMMENT ON FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp with time zone) IS 'private.names_agree for the owners of two leads, under the names that they had at a time or have now, so that no later edit ends a wish: true if any agree, false if all contradict, else null.';

COMMENT ON FUNCTION "private"."refuse_contacts"(uuid, uuid[], timestamp with time zone) IS 'Applies refusals ("never contact me") to the contact points that leads have now: those of leads that refused, and of leads with a contact that refused and no contradicting owner, under the names of then or now. Suppresses what is not shared with another owner, and opts the leads out. Definer: imports and merges may not edit campaign states.';

COMMENT ON FUNCTION "private"."tg_replies__label_of_member"() IS 'Trigger: a label that a member writes is a person''s, whatever the member says.';

REVOKE ALL ON FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_shared_contact"(uuid, bytea, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owner_name_at"(uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp WITH time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."owners_ever_agree"(uuid, uuid, uuid, timestamp WITH time zone) TO "pipeline_writer";

REVOKE ALL ON FUNCTION "private"."tg_replies__label_of_member"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tg_replies__label_of_member"() TO "pipeline_writer";
