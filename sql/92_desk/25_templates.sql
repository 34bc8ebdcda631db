-- The page Templates: versions, what uses them, and steps that take a new version when somebody confirms it.

create function public.check_template(p_channel text, p_subject text, p_text text, p_html text default null)
  returns text[]
language sql stable security definer set search_path = '' as $$
  select private.template_errors(p_channel, p_subject, p_text, p_html)
$$;
comment on function public.check_template(text, text, text, text) is
  'Why a text could not be saved as a template; empty when it can. Definer: members may not call the check.';

create function public.list_templates(p_org_id uuid, p_limit integer default 50, p_after_name text default null,
  p_name text default null, p_search text default null, p_channel text default null)
returns table (id uuid, name text, version integer, channel text, purpose text, matter text, subject text,
  text_body text, html_body text, created_at timestamptz, created_by uuid, steps bigint, steps_on_older bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with latest as (
    select distinct on (t.name) t.* from public.templates t
    where t.org_id = p_org_id and (p_after_name is null or t.name > p_after_name)
      and (p_name is null or t.name = p_name) and (p_channel is null or t.channel = p_channel)
      and (p_search is null or strpos(lower(t.name), lower(btrim(p_search))) > 0)
    order by t.name, t.version desc limit private.page_size(p_limit)
  )
  select l.id, l.name, l.version, l.channel, l.purpose, l.matter, l.subject, l.text_body, l.html_body, l.created_at,
    l.created_by,
    (select count(*) from public.step_variants v where v.org_id = l.org_id and v.template_id = l.id and v.share > 0),
    (select count(*) from public.templates o join public.step_variants v on v.org_id = o.org_id
        and v.template_id = o.id and v.share > 0
      where o.org_id = l.org_id and o.name = l.name and o.id <> l.id)
  from latest l order by l.name;
end
$$;
comment on function public.list_templates(uuid, integer, text, text, text, text) is
  'The newest version of each template by name, with the number of variants of steps that use it, and of those that use '
  'an older one. p_after_name: of the last row of the page before; p_name: this one alone; p_search: those whose '
  'name has these letters; p_channel: of this channel. Raises SL111. Definer: one '
  'check for all callers.';

create function public.save_template(p_org_id uuid, p_name text, p_channel text, p_subject text, p_text text,
  p_html text default null, p_purpose text default 'marketing', p_matter text default null,
  p_version integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  t public.templates;
  v_latest integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform pg_advisory_xact_lock(hashtextextended(p_org_id || btrim(p_name), 0));
  select max(x.version) into v_latest from public.templates x where x.org_id = p_org_id and x.name = btrim(p_name);
  if p_version is distinct from v_latest then
    raise exception 'the template has version % already: read it again', coalesce(v_latest, 0)
      using errcode = 'SL523', detail = coalesce(v_latest, 0)::text;
  end if;
  insert into public.templates (org_id, name, version, channel, purpose, matter, subject, text_body, html_body)
  values (p_org_id, btrim(p_name), 0, p_channel, p_purpose, p_matter, p_subject, p_text, p_html)
  returning * into t;
  return jsonb_build_object('id', t.id, 'version', t.version, 'steps_on_older', (
    select count(*) from public.template_steps(p_org_id, t.id)));
exception
  when check_violation or not_null_violation then
    raise exception 'the template is not valid: %', sqlerrm using errcode = 'SL521';
end
$$;
comment on function public.save_template(uuid, text, text, text, text, text, text, text, integer) is
  'Saves the next version of a template: {id, version, steps_on_older}; the steps take it with use_template. p_version: '
  'the version that was read, null for a new name. For owners, admins and the service. Raises SL111, SL521 (not valid) '
  'and SL523 (there is another version). Definer: one check for all callers.';

create function public.template_steps(p_org_id uuid, p_template_id uuid)
returns table (sequence_id uuid, sequence text, sequence_version integer, step smallint, variant text,
  template_id uuid, version integer, share integer, waiting bigint, campaigns text[])
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select v.sequence_id, q.name, q.version, v.step, v.variant, o.id, o.version, v.share,
    (select count(*) from public.sequence_runs r where r.org_id = v.org_id and r.sequence_id = v.sequence_id
      and r.state in ('active', 'paused') and case when q.first_step is null then r.next_step <= v.step
        else not exists (select from public.messages m where m.org_id = r.org_id and m.run_id = r.id and m.step = v.step
          and m.state <> 'cancelled') end),
    array(select k.name from public.campaigns k where k.org_id = v.org_id and k.sequence_id = v.sequence_id
      and k.state <> 'finished' order by k.name)
  from public.templates t
  join public.templates o on o.org_id = t.org_id and o.name = t.name and o.id <> t.id
  join public.step_variants v on v.org_id = o.org_id and v.template_id = o.id
  join public.sequences q on q.org_id = v.org_id and q.id = v.sequence_id
  where t.org_id = p_org_id and t.id = p_template_id
  order by q.name, q.version, v.step, v.variant;
end
$$;
comment on function public.template_steps(uuid, uuid) is
  'Variants of steps that use another version of the template, with the leads that have not passed the step and the '
  'campaigns that run the sequence: what use_template would change. Raises SL111. Definer: one check for all callers.';

create function public.use_template(p_org_id uuid, p_template_id uuid, p_steps jsonb) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  t public.templates;
  v_count integer;
  v_wanted integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into t from public.templates x where x.org_id = p_org_id and x.id = p_template_id;
  if not found or jsonb_typeof(p_steps) is distinct from 'array' or jsonb_array_length(p_steps) = 0 then
    raise exception 'template not found, or no steps were named' using errcode = 'SL524';
  end if;
  select count(*) into v_wanted from jsonb_array_elements(p_steps);
  update public.step_variants v set template_id = t.id
  from jsonb_to_recordset(p_steps) s (sequence_id uuid, step smallint, variant text, template_id uuid),
    public.templates o
  where v.org_id = p_org_id and v.sequence_id = s.sequence_id and v.step = s.step and v.variant = s.variant
    and v.template_id = s.template_id and o.org_id = v.org_id and o.id = v.template_id and o.name = t.name;
  get diagnostics v_count = row_count;
  if v_count <> v_wanted then
    raise exception 'a step changed since it was shown: look at the steps again' using errcode = 'SL524';
  end if;
  return v_count;
end
$$;
comment on function public.use_template(uuid, uuid, jsonb) is
  'Makes steps use this version of a template: p_steps [{sequence_id, step, variant, template_id}] as template_steps '
  'showed them, template_id being the version that was confirmed as replaced. All or none; returns how many. Messages '
  'that were claimed keep their text. For owners, admins and the service. Raises SL111, SL522 and SL524. Definer: one '
  'check for all callers.';

create function public.template_preview(p_org_id uuid, p_lead_id uuid, p_template_id uuid default null,
  p_draft jsonb default null, p_sender_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  t public.templates;
  s public.senders;
  v_variables jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker}');
  if p_template_id is not null then
    select x.* into t from public.templates x where x.org_id = p_org_id and x.id = p_template_id;
  else
    t.channel := p_draft ->> 'channel';
    t.purpose := coalesce(p_draft ->> 'purpose', 'marketing');
    t.subject := p_draft ->> 'subject';
    t.text_body := p_draft ->> 'text';
    t.html_body := p_draft ->> 'html';
  end if;
  if t.channel is null or t.text_body is null or length(t.text_body) + length(coalesce(t.html_body, '')) > 200000 then
    raise exception 'template not found, or the draft has no channel or no text' using errcode = 'SL524';
  end if;
  select x.* into s from public.senders x
  where x.org_id = p_org_id and x.channel = t.channel and (p_sender_id is null or x.id = p_sender_id)
  order by x.state, x.created_at, x.id limit 1;
  select jsonb_build_object(
    'lead', jsonb_build_object('first_name', private.proper_name(l.owner_1_first),
      'last_name', private.proper_name(l.owner_1_last),
      'full_name', private.proper_name(coalesce(nullif(concat_ws(' ', l.owner_1_first, l.owner_1_last), ''),
        l.owner_full))),
    'property', jsonb_build_object('street', nullif(concat_ws(' ',
        case when not starts_with(l.situs_street, l.situs_house_number || ' ') then l.situs_house_number end,
        private.proper_name(l.situs_street), l.situs_unit), ''),
      'city', private.proper_name(l.situs_city), 'state', l.situs_state, 'zip', l.situs_zip),
    'sender', jsonb_build_object('name', s.name, 'postal_address', s.postal_address,
      'phone', coalesce(s.phone, case when s.channel <> 'email' then s.address end)),
    'broker', jsonb_build_object('name', b.name), 'org', jsonb_build_object('name', o.name))
  into v_variables
  from public.leads l
  join public.orgs o on o.id = l.org_id
  left join public.brokers b on b.org_id = l.org_id and b.id = l.assigned_broker_id
  where l.org_id = p_org_id and l.id = p_lead_id and (private.is_trusted_caller() or private.sees_lead(l.org_id, l.id));
  if v_variables is null then
    raise exception 'lead not found' using errcode = 'SL524';
  end if;
  return jsonb_build_object('channel', t.channel, 'purpose', t.purpose, 'template', jsonb_build_object('subject',
    t.subject, 'text', t.text_body, 'html', t.html_body), 'variables', v_variables, 'errors',
    to_jsonb(private.template_errors(t.channel, t.subject, t.text_body, t.html_body)));
end
$$;
comment on function public.template_preview(uuid, uuid, uuid, jsonb, uuid) is
  'What a preview of a template (or of p_draft {channel, subject, text, html, purpose}) with a lead needs: {channel, '
  'purpose, template, variables, errors}. No phone, no e-mail address of the lead. outreach/preview fills it in. Owners, '
  'admins, and brokers with their own leads. Raises SL111 and SL524. Definer: members may not call the check.';

revoke execute on function public.check_template(text, text, text, text),
  public.list_templates(uuid, integer, text, text, text, text),
  public.save_template(uuid, text, text, text, text, text, text, text, integer),
  public.template_steps(uuid, uuid), public.use_template(uuid, uuid, jsonb),
  public.template_preview(uuid, uuid, uuid, jsonb, uuid) from public, anon;
grant execute on function public.check_template(text, text, text, text),
  public.list_templates(uuid, integer, text, text, text, text),
  public.save_template(uuid, text, text, text, text, text, text, text, integer),
  public.template_steps(uuid, uuid), public.use_template(uuid, uuid, jsonb),
  public.template_preview(uuid, uuid, uuid, jsonb, uuid) to authenticated, service_role;
