-- The page Settings, section Rules: the org's own rules beside the law. They can only tighten; what loosens names its
-- counsel and is an owner's to decide.

create function private.org_rule_kinds()
returns table (key text, title text, hint text, kind text, standard text)
language sql immutable parallel safe set search_path = '' as $$
  values
    ('calling_hours', 'Calling hours', 'Calls and texts only within these hours of the person, and not on closed days.',
      'hours', 'those of the law'),
    ('max_attempts_24h', 'Attempts in 24 hours', 'All phone channels together.', 'number', '6'),
    ('max_attempts_7d', 'Attempts in 7 days', 'All phone channels together.', 'number', 'none'),
    ('max_attempts_total', 'Attempts altogether', 'All phone channels together.', 'number', 'none'),
    ('consent_max_age_months', 'Oldest consent, in months', 'Older ones count as none.', 'number', 'those of the law'),
    ('scrub_max_age_days', 'Oldest do-not-call scrub, in days', '0 to 31.', 'number', '31'),
    ('reassigned_check_days', 'Days that an answer about a reassigned number counts',
      '1 to 31; 30 or less. Setting it switches the questions on, which cost money.', 'number', 'not asked'),
    ('deny_states', 'States without outreach', 'Codes like FL.', 'states', 'none'),
    ('deny_channels', 'Channels without outreach', 'Nobody is contacted there.', 'channels', 'none'),
    ('hours_for_transactional', 'Calling hours for messages about a matter, too', '', 'switch', 'no'),
    ('unsubscribe_ends_transactional', 'An unsubscribe ends e-mails about a matter, too', '', 'switch', 'no'),
    ('internal_list_ends', 'A request not to be called ends with its legal term',
      'Five years, ten for texts to Virginia. Loosens: it needs the name of counsel.', 'switch', 'no'),
    ('waive', 'Waived reasons', 'Only reasons that are marked as waivable. Loosens: it needs the name of counsel.',
      'rules', 'none')
$$;
comment on function private.org_rule_kinds() is 'What an org can set for the gate, with what counts otherwise.';
revoke execute on function private.org_rule_kinds() from pipeline_writer;

create function public.list_org_rules(p_org_id uuid)
returns table (key text, title text, hint text, kind text, standard text, loosens boolean, value jsonb, reason text,
  counsel text, reviewed_on date, updated_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select k.key, k.title, k.hint, k.kind, k.standard, k.key in ('waive', 'internal_list_ends'), r.value, r.reason,
    r.counsel, r.reviewed_on, r.updated_at
  from private.org_rule_kinds() with ordinality k (key, title, hint, kind, standard, n)
  left join public.org_gate_rules r on r.org_id = p_org_id and r.key = k.key
  order by k.n;
end
$$;
comment on function public.list_org_rules(uuid) is
  'Everything that an org can set for the gate, with its present value and who approved it. For owners, admins, viewers '
  'and the service. Raises SL111. Definer: one check for all callers.';

create function public.list_law(p_org_id uuid, p_waivable boolean default null, p_limit integer default 50,
  p_after text default null)
returns table (rule text, concern text, title text, channels text[], waivable boolean, waived boolean, law text,
  citation text, url text, words text, verification public.rule_verification, effective_from date, reviewed_on date,
  cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_after, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select g.rule, g.concern, g.title, g.channels, g.waivable, coalesce(w.value ? g.rule, false), l.law, g.source, l.url,
    nullif(g.notes, ''), g.verification, g.effective_from, g.reviewed_on,
    jsonb_build_array(g.concern, g.rule)::text
  from public.gate_rules g
  cross join lateral private.law_of(g.source) l
  left join public.org_gate_rules w on w.org_id = p_org_id and w.key = 'waive'
  where (p_waivable is null or g.waivable = p_waivable)
    and (v_after is null or (g.concern, g.rule) > (v_after ->> 0, v_after ->> 1))
  order by g.concern, g.rule limit private.page_size(p_limit);
end
$$;
comment on function public.list_law(uuid, boolean, integer, text) is
  'The reasons that the gate can give, by concern, with law, citation and its address, and whether the org waives them. '
  'For members and the service. Raises SL111 and SL801. Definer: one check for all callers.';

create function public.save_org_rule(p_org_id uuid, p_key text, p_value jsonb, p_reason text,
  p_counsel text default null) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_loosens constant boolean := p_key in ('waive', 'internal_list_ends');
  v_wrong text;
begin
  perform private.require_role(p_org_id, case when v_loosens then '{owner}'::public.member_role[] else '{owner,admin}' end);
  if p_key is null or not exists (select from private.org_rule_kinds() k where k.key = p_key) then
    perform private.refuse_setting('unknown rule of the org');
  elsif length(btrim(coalesce(p_reason, ''))) not between 3 and 500 then
    perform private.refuse_setting('say why, in 3 to 500 characters');
  elsif v_loosens and length(btrim(coalesce(p_counsel, ''))) not between 3 and 200 then
    perform private.refuse_setting('what loosens a rule names the counsel who approved it');
  end if;
  v_wrong := case
    when p_key in ('deny_states', 'deny_channels', 'waive') and (jsonb_typeof(p_value) is distinct from 'array'
      or exists (select from jsonb_array_elements(p_value) e where jsonb_typeof(e) <> 'string'))
      then 'the value is a list'
    when p_key in ('deny_states', 'deny_channels', 'waive') and jsonb_array_length(p_value) = 0
      then 'the list is empty: remove the rule instead'
    when p_key = 'deny_states' then (select 'unknown states: ' || string_agg(s, ', ')
      from jsonb_array_elements_text(p_value) s
      where not exists (select from public.us_states u where u.code = s))
    when p_key = 'deny_channels' then (select 'unknown channels: ' || string_agg(c, ', ')
      from jsonb_array_elements_text(p_value) c where c not in ('email', 'sms', 'voice_manual', 'voice_ai'))
    when p_key = 'waive' then (select 'no reasons that can be waived: ' || string_agg(w, ', ')
      from jsonb_array_elements_text(p_value) w
      where not exists (select from public.gate_rules g where g.rule = w and g.waivable))
    when p_key = 'calling_hours' and (jsonb_typeof(p_value) is distinct from 'object'
      or exists (select from jsonb_object_keys(p_value) k where k not in ('start', 'end', 'closed'))
      or jsonb_typeof(coalesce(p_value -> 'closed', '[]')) <> 'array'
      or exists (select from jsonb_array_elements_text(case jsonb_typeof(p_value -> 'closed') when 'array'
        then p_value -> 'closed' else '[]' end) d where d not in ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')))
      then 'hours have a start, an end and closed days like sat'
  end;
  if v_wrong is not null then
    perform private.refuse_setting(v_wrong);
  end if;
  begin
    insert into public.org_gate_rules as r (org_id, key, value, reason, counsel, reviewed_on)
    select p_org_id, p_key, p_value, btrim(p_reason), nullif(btrim(p_counsel), ''),
      (now() at time zone o.time_zone)::date
    from public.orgs o where o.id = p_org_id
    on conflict (org_id, key) do update set value = excluded.value, reason = excluded.reason,
      counsel = excluded.counsel, reviewed_on = excluded.reviewed_on;
  exception when check_violation or not_null_violation then
    perform private.refuse_setting('the value does not fit this rule');
  end;
end
$$;
comment on function public.save_org_rule(uuid, text, jsonb, text, text) is
  'Sets a rule of the org with its reason, reviewed today; what loosens (waive, internal_list_ends) names counsel and is '
  'for owners. Otherwise for owners, admins and the service. Raises SL111 and SL841. Definer: members may not write '
  'rules.';

create function public.remove_org_rule(p_org_id uuid, p_key text) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  delete from public.org_gate_rules r where r.org_id = p_org_id and r.key = p_key;
  return found;
end
$$;
comment on function public.remove_org_rule(uuid, text) is
  'Ends a rule of the org: the law alone counts again. Returns whether there was one. For owners, admins and the '
  'service. Raises SL111. Definer: members may not write rules.';

revoke execute on function public.list_org_rules(uuid), public.list_law(uuid, boolean, integer, text),
  public.save_org_rule(uuid, text, jsonb, text, text), public.remove_org_rule(uuid, text) from public, anon;
grant execute on function public.list_org_rules(uuid), public.list_law(uuid, boolean, integer, text),
  public.save_org_rule(uuid, text, jsonb, text, text), public.remove_org_rule(uuid, text)
  to authenticated, service_role;
