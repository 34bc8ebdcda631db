-- Consents and suppressions on the page of a lead: who recorded them and on what evidence, a refusal that reaches a
-- member outside of replies and calls, and the confirmation of a consent that a broker recorded.

create function private.unlifted_channels(p_suppression public.suppressions) returns text[]
language sql stable set search_path = '' as $$
  select array(
    select ch from unnest(case when p_suppression.channel is null then private.channels_for_kind(p_suppression.kind)
      else array[p_suppression.channel] end) ch
    where not exists (select from public.suppression_lifts l
      where l.org_id = p_suppression.org_id and l.suppression_id = p_suppression.id and l.channel = ch))
$$;
comment on function private.unlifted_channels(public.suppressions) is
  'The channels on which no consent has lifted the suppression.';

create function private.consent_would_lift(p_consent public.consents) returns boolean
language sql stable set search_path = '' as $$
  select p_consent.recorded_by = 'member' and p_consent.type in ('pec', 'pewc') and exists (
    select from public.suppressions s cross join unnest(private.unlifted_channels(s)) ch
    where s.org_id = p_consent.org_id and s.value_bidx = p_consent.value_bidx
      and private.can_lift_suppression(s, p_consent, ch) and not private.was_revoked_since(p_consent, ch))
$$;
comment on function private.consent_would_lift(public.consents) is
  'Whether a consent that a member recorded outranks a suppression that is still in force: an owner or admin who has '
  'seen the evidence may confirm it.';
revoke execute on function private.unlifted_channels(public.suppressions),
  private.consent_would_lift(public.consents) from public, pipeline_writer;

create function public.desk_consents(p_org_id uuid, p_lead_id uuid, p_limit integer default 50,
  p_cursor text default null)
returns table (at timestamptz, kind text, id text, contact_point_id bigint, contact text, channels text[], why text,
  source text, recorded_by text, is_active boolean, liftable boolean, confirmable boolean, evidence jsonb,
  cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 3);
begin
  if not private.is_trusted_caller() and not private.sees_lead(p_org_id, p_lead_id) then
    return;
  end if;
  return query
  with points as (
    select c.id, c.value_bidx, c.masked, c.kind from public.contact_points c
    where c.org_id = p_org_id and c.lead_id = p_lead_id
  ), found as (
    select c.occurred_at as at, case c.action when 'grant' then 'consent' else 'revocation' end as kind,
      c.id::text as id, p.id as contact_point_id, coalesce(p.masked, c.masked) as contact, c.channels,
      case c.action when 'grant' then concat_ws(', ', c.type, c.purpose, case when c.is_unproven then 'unproven' end)
        else 'ends ' || c.revoked_scope end as why,
      c.method as source,
      -- What a person wrote or said came from the person, though a member may have recorded it.
      case when c.recorded_by_user is not null then private.member_name(p_org_id, c.recorded_by_user)
        else c.recorded_by end as recorded_by,
      true as is_active, false as liftable, c.action = 'grant' and private.consent_would_lift(c) as confirmable,
      jsonb_strip_nulls(jsonb_build_object('recorded_at', c.recorded_at, 'wording', c.shown_text,
        'language', c.language, 'seller', c.seller, 'signature', c.signature, 'kept_at', c.evidence,
        'page', c.page_url, 'certificate', c.certificate_id)) as evidence
    from public.consents c
    left join points p on p.value_bidx = c.value_bidx
    where c.org_id = p_org_id and (c.lead_id = p_lead_id or p.id is not null)
    union all
    select s.created_at, 'suppression', s.id::text, p.id, p.masked,
      case when s.channel is null then private.channels_for_kind(s.kind) else array[s.channel] end, s.reason,
      case when s.source like 'member %' then 'member' else s.source end,
      case when s.source ~ '^member [0-9a-f-]{36}$'
        then private.member_name(p_org_id, substr(s.source, 8)::uuid) end,
      private.unlifted_channels(s) <> '{}', s.reason not in ('bounce', 'complaint', 'litigator'), false, '{}'::jsonb
    from points p join public.suppressions s on s.org_id = p_org_id and s.value_bidx = p.value_bidx
    union all
    select l.lifted_at, 'lift', format('%s %s', l.suppression_id, l.channel), p.id, p.masked, array[l.channel],
      'a later consent', 'consent ' || l.consent_id, null, true, false, false, '{}'::jsonb
    from points p
    join public.suppressions s on s.org_id = p_org_id and s.value_bidx = p.value_bidx
    join public.suppression_lifts l on l.org_id = s.org_id and l.suppression_id = s.id
    union all
    select w.at, 'wrong_contact', p.id::text, p.id, p.masked, private.channels_for_kind(w.kind), 'not the owner''s',
      w.source, null, true, false, false, '{}'::jsonb
    from points p join public.wrong_contacts w on w.org_id = p_org_id and w.value_bidx = p.value_bidx
      and w.lead_id = p_lead_id
  )
  select f.*, jsonb_build_array(f.at, f.kind, f.id)::text
  from found f
  where v_after is null or (f.at, f.kind, f.id) < ((v_after ->> 0)::timestamptz, v_after ->> 1, v_after ->> 2)
  order by f.at desc, f.kind desc, f.id desc
  limit private.page_size(p_limit);
end
$$;
comment on function public.desk_consents(uuid, uuid, integer, text) is
  'What the people of a lead agreed to, revoked and refused, and what was lifted, the latest first, with who recorded it '
  'and the evidence {recorded_at, wording, language, seller, signature, kept_at, page, certificate}. is_active: a '
  'suppression that no consent has lifted on every channel; liftable: a later consent would lift it; confirmable: an '
  'owner or admin who confirms this consent lifts one (confirm_consent). Raises SL801. Definer: brokers may read the '
  'suppressions of their own leads only, and the table has no lead.';

create function public.consent_wordings(p_org_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin,broker}');
  return (
    select jsonb_build_object('seller', coalesce(o.settings ->> 'seller', o.name), 'texts', coalesce((
      select jsonb_agg(jsonb_build_object('version', t.version, 'title', t.title, 'body', t.body, 'language', t.language,
        'channels', t.channels, 'automated_disclosed', t.automated_disclosed,
        'not_condition_of_purchase', t.not_condition_of_purchase) order by t.version desc)
      from (select x.* from public.consent_texts x where x.org_id = o.id and x.seller = coalesce(o.settings ->> 'seller',
        o.name) order by x.version desc limit 20) t), '[]'))
    from public.orgs o where o.id = p_org_id);
end
$$;
comment on function public.consent_wordings(uuid) is
  'What a consent must name, and the latest texts of the org that do: {seller, texts: [{version, title, body, language, '
  'channels, automated_disclosed, not_condition_of_purchase}]}. For owners, admins, brokers and the service. Raises '
  'SL111. Definer: one check for all callers.';

create function public.stop_contact(p_org_id uuid, p_lead_id uuid, p_contact_point_id bigint, p_why text,
  p_channels text[] default null, p_how text default null, p_words text default null, p_at timestamptz default null)
  returns text[]
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at constant timestamptz := coalesce(p_at, now());
  v_words constant text := nullif(btrim(p_words), '');
  v_all text[];
  v_channels text[];
  v_source text;
  c public.contact_points;
begin
  select x.* into c from public.contact_points x
  where x.org_id = p_org_id and x.lead_id = p_lead_id and x.id = p_contact_point_id
    and private.may_act_for_lead(p_org_id, p_lead_id);
  if not found then
    raise exception 'contact % of lead % not found', p_contact_point_id, p_lead_id using errcode = 'SL405';
  end if;
  v_all := private.channels_for_kind(c.kind);
  v_channels := array(select distinct ch from unnest(coalesce(p_channels, v_all)) ch order by 1);
  if p_why is null or p_why not in ('wish', 'refusal', 'own_decision', 'litigator') then
    raise exception 'why must be wish, refusal, own_decision or litigator' using errcode = 'SL407';
  elsif v_channels = '{}' or not v_all @> v_channels then
    raise exception 'choose channels of this contact: %', array_to_string(v_all, ', ') using errcode = 'SL407';
  elsif not isfinite(v_at) or v_at > now() or v_at < now() - interval '5 years' then
    raise exception 'the time must be in the last five years' using errcode = 'SL407';
  elsif length(v_words) > 4000 then
    raise exception 'the words have at most 4000 characters' using errcode = 'SL407';
  elsif p_why = 'litigator' and not private.is_trusted_caller()
    and not p_org_id = any (private.my_org_ids('{owner,admin}')) then
    raise exception 'only owners and admins enter a litigator: no consent ends it' using errcode = 'SL407';
  end if;
  if p_why in ('wish', 'refusal') then
    if p_how is null or p_how not in ('spoken', 'letter', 'e-mail', 'in person', 'third party') then
      raise exception 'how must be spoken, letter, e-mail, in person or third party' using errcode = 'SL407';
    end if;
    perform private.lock_contact_points(p_org_id, array[p_lead_id], array[c.id]);
    -- A wish ends the channels that were named; a refusal ends everything for the person, whatever becomes known later.
    return array(select jsonb_array_elements_text(private.record_opt_out(p_org_id, c.value_bidx, c.kind, null,
      p_how || ', recorded by a member', v_words, 'opt_out',
      case p_why when 'wish' then v_channels else '{email,sms,voice_manual,voice_ai}'::text[] end,
      -- Where the phone keeps a channel, the lead stays in work on it.
      case when p_why = 'wish' and c.kind = 'phone' then array(select unnest(v_all) except select unnest(v_channels))
        else '{}' end,
      case p_why when 'wish' then 'contact' else 'person' end, p_as_of => v_at) -> 'channels'));
  end if;
  v_source := coalesce('member ' || auth.uid(), 'service');
  if v_channels @> v_all then
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, null, p_why, v_source, now());
  else
    perform private.suppress_value(p_org_id, c.value_bidx, c.kind, ch, p_why, v_source, now()) from unnest(v_channels) ch;
  end if;
  perform private.record_audit(p_org_id, 'suppression.added', p_lead_id::text, jsonb_build_object('contact_point_id',
    c.id, 'channels', v_channels, 'why', p_why));
  return v_channels;
end
$$;
comment on function public.stop_contact(uuid, uuid, bigint, text, text[], text, text, timestamptz) is
  'Ends contact through one phone or e-mail of a lead. p_why: wish (the person asked, on these channels of this '
  'contact), refusal (the person asked never to be contacted again, which holds for every contact, also later ones), '
  'own_decision (the org''s own), litigator (for good; owners and admins). p_channels: all of the contact if null. For a '
  'wish or refusal: p_how (spoken, letter, e-mail, in person, third party), p_words (stored encrypted) and p_at (now if '
  'null, at most five years ago) become a revocation in consents. Returns the channels that ended. For owners, admins and '
  'the lead''s broker. Raises SL405 (contact not found) and SL407 (the message says what is wrong). Definer: no role '
  'writes opt-outs and suppressions directly.';

create function public.confirm_consent(p_org_id uuid, p_lead_id uuid, p_consent_id bigint) returns integer
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  if not exists (select from public.consents c join public.contact_points p on p.org_id = c.org_id
      and p.lead_id = p_lead_id and p.value_bidx = c.value_bidx
    where c.org_id = p_org_id and c.id = p_consent_id and c.action = 'grant' and private.consent_would_lift(c)) then
    raise exception 'consent not found, or it lifts no suppression of this lead' using errcode = 'SL408';
  end if;
  perform private.record_audit(p_org_id, 'consent.confirmed', p_consent_id::text,
    jsonb_build_object('lead_id', p_lead_id));
  return private.lift_suppressions(p_org_id, p_consent_id, now());
end
$$;
comment on function public.confirm_consent(uuid, uuid, bigint) is
  'Confirms a consent that a broker recorded: an owner or admin has seen its evidence, so it lifts the suppressions that '
  'it outranks. Returns how many (suppression, channel) pairs. Logged with the name. Raises SL111 and SL408 (nothing to '
  'lift). Definer: no role writes lifts directly.';

revoke execute on function public.desk_consents(uuid, uuid, integer, text), public.consent_wordings(uuid),
  public.stop_contact(uuid, uuid, bigint, text, text[], text, text, timestamptz),
  public.confirm_consent(uuid, uuid, bigint) from public, anon;
grant execute on function public.desk_consents(uuid, uuid, integer, text) to authenticated;
grant execute on function public.consent_wordings(uuid),
  public.stop_contact(uuid, uuid, bigint, text, text[], text, text, timestamptz),
  public.confirm_consent(uuid, uuid, bigint) to authenticated, service_role;
