-- The page Settings, section Org: name, time zone, holidays, and the settings of an org with what they mean. Pages show
-- what this list has, so that a setting without words is none.

create function private.org_setting_kinds()
returns table (key text, area text, title text, hint text, pattern text, standard text)
language sql immutable parallel safe set search_path = '' as $$
  values
    ('seller', 'Identity', 'Seller', 'The name that consents must carry.', '^.{1,200}$', 'the name of the org'),
    ('help_contact', 'Identity', 'Contact in the answer to HELP', 'A phone number or an address.', '^.{1,200}$',
      'your broker'),
    ('postal_address', 'Identity', 'Postal address', 'New e-mail senders get it. The law asks for a valid one in '
      'every marketing e-mail (CAN-SPAM Act).', '^.{5,255}$', 'none'),
    ('consent_page', 'Identity', 'Consent page', 'The https address that serves the consent form.',
      '^https://[^#[:space:]]+$', 'none'),
    ('raw_days', 'Retention', 'Days for which the bytes of finished uploads are kept',
      'Rejected rows and bodies of processed webhooks go with them. Afterwards nothing can be replayed.',
      '^[1-9][0-9]{0,3}$', '30'),
    ('events_months', 'Retention', 'Months for which steps of the funnel and deliveries of webhooks are kept',
      '10 or more. The numbers of the funnel stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('calls_months', 'Retention', 'Months for which calls to data providers are kept',
      '10 or more. The sums of what they cost stay.', '^[1-9][0-9]{1,2}$', 'always'),
    ('decision_years', 'Retention', 'Years for which decisions of the gate are kept',
      'Five or more (16 CFR 310.5).', '^([5-9]|[1-9][0-9])$', '5'),
    ('consent_months', 'Retention', 'Months after which a consent expires', 'Counted from the day it was given.',
      '^[1-9][0-9]{0,2}$', 'never'),
    ('lead_attempts_24h', 'Limits', 'Contacts with a lead in 24 hours', 'All channels together.', '^[1-9][0-9]{0,2}$',
      'none of the org''s own'),
    ('org_attempts_24h', 'Limits', 'Contacts of the org in 24 hours', 'All channels together.', '^[1-9][0-9]{0,5}$',
      'none'),
    ('reveals_per_hour', 'Limits', 'Leads whose plain values a member may see in an hour',
      'Look-ups by phone or e-mail count, too.', '^[1-9][0-9]{0,4}$', '120'),
    ('soft_bounces', 'Limits', 'Soft bounces after which an address counts as invalid', 'A delivery begins anew.',
      '^[1-9][0-9]{0,2}$', '5'),
    ('soft_bounce_days', 'Limits', 'Days within which soft bounces add up', '', '^[1-9][0-9]{0,2}$', '30'),
    ('merge_probability', 'Matching', 'Probability from which two leads are merged without a person',
      '0.9 to 1. Empty: a person answers every candidate.', '^(0[.]9[0-9]{0,8}|1([.]0{1,8})?)$', 'never'),
    ('trace_cap_usd', 'Skip traces', 'Most that traces of a lead may cost in half a year, in USD', '',
      '^[0-9]{1,4}([.][0-9]{1,6})?$', '1'),
    ('trace_order', 'Skip traces', 'Which provider is asked first', '', '^(cost_per_hit|position)$', 'cost_per_hit'),
    ('trace_wants', 'Skip traces', 'What a trace looks for', '', '^(phone|email|either)$', 'phone'),
    ('property_fallback', 'Property data', 'Ask the next provider about properties that the first does not know',
      'The forecast of a run then counts both.', '^(on|off)$', 'off'),
    ('property_equity', 'Property data', 'Also ask for the estimated equity',
      'A further call a property, where the contract with the provider has it.', '^(on|off)$', 'off'),
    ('property_foreclosures', 'Property data', 'Also ask for notices of default and foreclosure',
      'A further call a property, where the contract with the provider has it.', '^(on|off)$', 'off')
$$;
comment on function private.org_setting_kinds() is
  'The settings of an org that its owners and admins may change: meaning, form, and what counts without one.';
revoke execute on function private.org_setting_kinds() from pipeline_writer;

create function private.org_setting_choices(p_key text) returns jsonb
language sql immutable parallel safe set search_path = '' as $$
  select case p_key
    when 'trace_order' then jsonb '[["cost_per_hit", "the one that costs least for each answer"],
      ["position", "the first in the order of the traces"]]'
    when 'trace_wants' then jsonb '[["phone", "a phone number"], ["email", "an e-mail address"],
      ["either", "a phone number or an e-mail address"]]'
    when 'property_fallback' then jsonb '[["off", "no"], ["on", "yes"]]'
  end
$$;
comment on function private.org_setting_choices(text) is
  'The values of a setting with their words, [[value, words]]; null for a setting that is typed.';
revoke execute on function private.org_setting_choices(text) from pipeline_writer;

-- Opaque to callers: who read an older row is told before overwriting a newer one.
create function private.row_version(p_updated_at timestamptz) returns text
language sql stable parallel safe set search_path = '' as $$
  select to_char(p_updated_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')
$$;
comment on function private.row_version(timestamptz) is 'The version of a row that was read.';
revoke execute on function private.row_version(timestamptz) from pipeline_writer;

create function private.refuse_setting(p_problem text) returns void
language plpgsql stable set search_path = '' as $$
begin
  raise exception '%', p_problem using errcode = 'SL841';
end
$$;
comment on function private.refuse_setting(text) is 'Raises SL841 with the sentence.';

create function private.check_setting_names(p_values jsonb, p_known text[]) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_wrong text;
begin
  if jsonb_typeof(p_values) is distinct from 'object' then
    perform private.refuse_setting('the values are an object');
  end if;
  select string_agg(k, ', ' order by k) into v_wrong from jsonb_object_keys(p_values) k where k <> all (p_known);
  if v_wrong is not null then
    perform private.refuse_setting('unknown settings: ' || v_wrong);
  end if;
end
$$;
comment on function private.check_setting_names(jsonb, text[]) is 'Raises SL841 for names that do not exist.';
revoke execute on function private.refuse_setting(text), private.check_setting_names(jsonb, text[])
  from pipeline_writer;

create function public.org_settings(p_org_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  return (select jsonb_build_object('name', o.name, 'time_zone', o.time_zone, 'holidays', o.holidays,
    'version', private.row_version(o.updated_at), 'settings', (
      select jsonb_agg(jsonb_build_object('key', k.key, 'area', k.area, 'title', k.title, 'hint', k.hint,
        'value', o.settings ->> k.key, 'standard', k.standard, 'choices', private.org_setting_choices(k.key))
        order by k.n)
      from private.org_setting_kinds() with ordinality k (key, area, title, hint, pattern, standard, n)))
    from public.orgs o where o.id = p_org_id);
end
$$;
comment on function public.org_settings(uuid) is
  'Name, time zone and holidays of an org, their version, and its settings: [{key, area, title, hint, value, '
  'standard, choices}]; standard: what counts without a value; choices: [[value, words]] where it is chosen. For owners, admins and the service. Raises SL111. Definer: one '
  'check for all callers.';

create function public.save_org_settings(p_org_id uuid, p_version text, p_values jsonb) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  o public.orgs;
  v_wrong text;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.check_setting_names(p_values, '{name,time_zone,holidays,settings}');
  perform private.check_setting_names(coalesce(p_values -> 'settings', '{}'),
    array(select k.key from private.org_setting_kinds() k));
  select x.* into o from public.orgs x where x.id = p_org_id for no key update;
  if private.row_version(o.updated_at) is distinct from p_version then
    raise exception 'somebody changed these settings meanwhile: look at them again' using errcode = 'SL842';
  end if;
  select string_agg(format('%s: %s', k.title, case when k.hint = '' then 'not valid' else k.hint end), '; ')
  into v_wrong
  from jsonb_each_text(coalesce(p_values -> 'settings', '{}')) s join private.org_setting_kinds() k on k.key = s.key
  where s.value !~ k.pattern;
  if v_wrong is not null then
    perform private.refuse_setting('not valid: ' || v_wrong);
  elsif p_values ? 'name' and length(btrim(coalesce(p_values ->> 'name', ''))) not between 1 and 200 then
    perform private.refuse_setting('an org has a name of 1 to 200 characters');
  elsif p_values ? 'holidays' and (jsonb_typeof(p_values -> 'holidays') <> 'array'
    or jsonb_array_length(p_values -> 'holidays') > 400
    or exists (select from jsonb_array_elements_text(p_values -> 'holidays') d
      where d !~ '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')) then
    perform private.refuse_setting('holidays are at most 400 dates like 2026-12-25');
  end if;
  update public.orgs x set
    name = case when p_values ? 'name' then btrim(p_values ->> 'name') else x.name end,
    time_zone = coalesce(p_values ->> 'time_zone', x.time_zone),
    holidays = case when p_values ? 'holidays' then array(
      select distinct d::date from jsonb_array_elements_text(p_values -> 'holidays') d order by 1)
      else x.holidays end,
    settings = (x.settings - array(select jsonb_object_keys(coalesce(p_values -> 'settings', '{}'))))
      || coalesce((select jsonb_object_agg(s.key,
        case when s.value ~ '^(0|[1-9][0-9]*)([.][0-9]+)?$' then s.value::jsonb else to_jsonb(s.value) end)
        from jsonb_each_text(p_values -> 'settings') s where s.value is not null), '{}')
  where x.id = p_org_id
  returning x.updated_at into o.updated_at;
  return private.row_version(o.updated_at);
exception when datetime_field_overflow then
  perform private.refuse_setting('holidays are at most 400 dates like 2026-12-25');
  return null;
end
$$;
comment on function public.save_org_settings(uuid, text, jsonb) is
  'Changes an org: p_values {name, time_zone, holidays, settings: {key: value}}, a null value ends a setting. '
  'p_version: of the settings that were read. Returns the new one. For owners, admins and the service. Raises SL111, '
  'SL841 (unknown or not valid), SL842 (changed meanwhile) and SL101. Definer: one check for all callers.';

revoke execute on function public.org_settings(uuid), public.save_org_settings(uuid, text, jsonb)
  from public, anon;
grant execute on function public.org_settings(uuid), public.save_org_settings(uuid, text, jsonb)
  to authenticated, service_role;
