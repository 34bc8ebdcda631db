-- Scheduled pulls on the page Lists: what is fetched from where and when, changes by owners and admins, and the history
-- of runs. run_pull and decide_pull (30_matching) start a run, and release or drop one that is held.

create function public.list_pulls(p_org_id uuid, p_limit integer default 50, p_cursor text default null)
returns table (source_id uuid, source text, kind text, url text, options jsonb, active boolean, at_times time[],
  weekdays smallint[], time_zone text, most_lost numeric, terms text, has_token boolean, version text, run_id uuid,
  run_state text, due_at timestamptz, ended_at timestamptz, rows bigint, upload_id uuid, error text, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
begin
  perform private.require_role(p_org_id, '{owner,admin,viewer}');
  return query
  select p.source_id, s.name, p.kind, p.url, p.options, p.active, p.at_times, p.weekdays, p.time_zone, p.most_lost,
    p.terms, p.token_cipher is not null, private.row_version(p.updated_at), r.id, r.state, r.due_at, r.ended_at, r.rows,
    r.upload_id, r.error, jsonb_build_array(s.name, p.source_id)::text
  from public.pulls p
  join public.sources s on s.org_id = p.org_id and s.id = p.source_id
  left join lateral (select x.* from public.pull_runs x where x.org_id = p.org_id and x.source_id = p.source_id
    order by x.due_at desc limit 1) r on true
  where p.org_id = p_org_id
    and (v_after is null or (s.name, p.source_id) > (v_after ->> 0, (v_after ->> 1)::uuid))
  order by s.name, p.source_id limit private.page_size(p_limit);
end
$$;
comment on function public.list_pulls(uuid, integer, text) is
  'Scheduled pulls of an org by the name of their source, with their last run; list_pull_runs has the others. For owners, '
  'admins, viewers and the service. Raises SL111 and SL801. Definer: tokens are not readable, only whether there is one.';

create function public.list_pull_runs(p_source_id uuid, p_limit integer default 20, p_cursor text default null)
returns table (id uuid, state text, due_at timestamptz, started_at timestamptz, ended_at timestamptz, rows bigint,
  parts integer, new_parts integer, attempts integer, upload_id uuid, error text, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_after constant jsonb := private.read_cursor(p_cursor, 2);
  v_org constant uuid := (select p.org_id from public.pulls p where p.source_id = p_source_id);
begin
  perform private.require_role(v_org, '{owner,admin,viewer}');
  return query
  select r.id, r.state, r.due_at, r.started_at, r.ended_at, r.rows, r.parts, r.new_parts, r.attempts, r.upload_id,
    r.error, jsonb_build_array(r.due_at, r.id)::text
  from public.pull_runs r
  where r.org_id = v_org and r.source_id = p_source_id
    and (v_after is null or (r.due_at, r.id) < ((v_after ->> 0)::timestamptz, (v_after ->> 1)::uuid))
  order by r.due_at desc, r.id desc limit private.page_size(p_limit);
end
$$;
comment on function public.list_pull_runs(uuid, integer, text) is
  'Runs of a pull, the latest first: rows, parts and how many of them were new, and why one is held or failed. For '
  'owners, admins, viewers and the service. Raises SL111 and SL801. Definer: one check for all callers.';

create function private.pull_problem(p_constraint text, p_message text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case p_constraint
    when 'pull_kind_is_known' then 'a pull is of kind file, socrata, arcgis, s3 or sftp'
    when 'sftp_pull_pins_its_server' then 'SFTP needs a user, and the fingerprint of the server''s key: SHA256: and 43 '
      'characters'
    when 's3_pull_names_its_access_key' then 'S3 needs the id of an access key'
    when 'pull_has_a_time' then 'a pull has one to 24 times a day'
    when 'pull_weekdays_are_iso' then 'choose at least one day of the week'
    when 'pull_loss_is_a_share' then 'the share of rows that may be lost is 0 to 100 %'
    when 'pull_names_its_terms' then 'write under which terms the data is used'
    when 'pull_url_is_public' then p_message
    else 'a value is missing or not valid' end
$$;
comment on function private.pull_problem(text, text) is 'What a violated constraint of pulls means, in words.';
revoke execute on function private.pull_problem(text, text) from public, pipeline_writer;

create function public.save_pull(p_source_id uuid, p_version text, p_values jsonb, p_token text default null)
  returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  p public.pulls;
  v_org constant uuid := (select s.org_id from public.sources s where s.id = p_source_id);
  v_new boolean;
  v_constraint text;
begin
  perform private.require_role(v_org, '{owner,admin}');
  perform private.check_setting_names(p_values,
    '{kind,url,options,at_times,weekdays,time_zone,active,most_lost,terms}');
  select x.* into p from public.pulls x where x.org_id = v_org and x.source_id = p_source_id for no key update;
  v_new := not found;
  if v_new and p_version is not null then
    raise exception 'pull not found' using errcode = 'SL210';
  elsif not v_new and p_version is null then
    perform private.refuse_setting('this source has a pull already: change that one');
  elsif not v_new and private.row_version(p.updated_at) is distinct from p_version then
    raise exception 'somebody changed this pull meanwhile: look at it again' using errcode = 'SL842';
  elsif not v_new and coalesce(p_values ->> 'kind', p.kind) <> p.kind then
    perform private.refuse_setting('the kind of a pull does not change: make another source');
  end if;
  if exists (select from jsonb_each(p_values) e where jsonb_typeof(e.value) <> case
    when e.key in ('at_times', 'weekdays') then 'array' when e.key = 'options' then 'object'
    when e.key = 'active' then 'boolean' when e.key = 'most_lost' then 'number' else 'string' end)
    or exists (select from jsonb_each(coalesce(p_values -> 'options', '{}')) o where jsonb_typeof(o.value) <> 'string'
      or length(o.value #>> '{}') not between 1 and 1000) then
    perform private.refuse_setting('a value has the wrong type, or a text is longer than 1000 characters');
  end if;
  perform private.check_setting_names(coalesce(p_values -> 'options', '{}'), case coalesce(p_values ->> 'kind', p.kind)
    when 'file' then '{entry,sheet}' when 's3' then '{entry,sheet,access_key_id,region,bucket}'
    when 'sftp' then '{entry,sheet,user,host_key}' when 'socrata' then '{where,since_field}'
    when 'arcgis' then '{where,since_field}' else '{}' end::text[]);
  begin
    if v_new then
      insert into public.pulls (org_id, source_id, kind, url, options, at_times, weekdays, time_zone, active, most_lost,
        terms)
      select v_org, p_source_id, coalesce(p_values ->> 'kind', 'file'), p_values ->> 'url',
        coalesce(p_values -> 'options', '{}'),
        case when p_values ? 'at_times' then array(select jsonb_array_elements_text(p_values -> 'at_times')::time)
          else '{05:00}' end,
        case when p_values ? 'weekdays' then array(select jsonb_array_elements_text(p_values -> 'weekdays')::smallint)
          else '{1,2,3,4,5,6,7}' end,
        coalesce(p_values ->> 'time_zone', o.time_zone), coalesce((p_values ->> 'active')::boolean, true),
        coalesce((p_values ->> 'most_lost')::numeric, 0.2), p_values ->> 'terms'
      from public.orgs o where o.id = v_org
      returning * into p;
    else
      update public.pulls x set
        url = coalesce(p_values ->> 'url', x.url), options = coalesce(p_values -> 'options', x.options),
        at_times = case when p_values ? 'at_times'
          then array(select jsonb_array_elements_text(p_values -> 'at_times')::time) else x.at_times end,
        weekdays = case when p_values ? 'weekdays'
          then array(select jsonb_array_elements_text(p_values -> 'weekdays')::smallint) else x.weekdays end,
        time_zone = coalesce(p_values ->> 'time_zone', x.time_zone),
        active = coalesce((p_values ->> 'active')::boolean, x.active),
        most_lost = coalesce((p_values ->> 'most_lost')::numeric, x.most_lost),
        terms = coalesce(p_values ->> 'terms', x.terms)
      where x.org_id = v_org and x.source_id = p_source_id
      returning x.* into p;
    end if;
  exception
    when check_violation or not_null_violation then
      get stacked diagnostics v_constraint = constraint_name;
      perform private.refuse_setting(private.pull_problem(v_constraint, sqlerrm));
    when invalid_datetime_format or datetime_field_overflow or invalid_text_representation or numeric_value_out_of_range
      then
      perform private.refuse_setting('times are like 05:30, and days of the week are 1 (Monday) to 7');
  end;
  -- Of the pull that is now stored: a new server has lost the token of the old one.
  if p_token is not null then
    perform public.set_pull_token(p_source_id, nullif(p_token, ''));
  end if;
  return (select jsonb_build_object('source_id', x.source_id, 'version', private.row_version(x.updated_at),
    'has_token', x.token_cipher is not null)
    from public.pulls x where x.org_id = v_org and x.source_id = p_source_id);
end
$$;
comment on function public.save_pull(uuid, text, jsonb, text) is
  'Adds the pull of a source (p_version null) or changes it: p_values {kind, url, options, at_times, weekdays, time_zone, '
  'active, most_lost (0 to 1), terms}; active: false pauses it. p_version: of the pull that was read. p_token: for the '
  'server, stored encrypted; null keeps it, an empty text removes it, and another server loses it. Returns {source_id, '
  'version, has_token}. For owners, admins and the service. Raises SL111, SL210 (not found), SL841 (the message says what '
  'is wrong), SL842 (changed meanwhile) and SL101. Definer: one check for all callers.';

revoke execute on function public.list_pulls(uuid, integer, text), public.list_pull_runs(uuid, integer, text),
  public.save_pull(uuid, text, jsonb, text) from public, anon;
grant execute on function public.list_pulls(uuid, integer, text), public.list_pull_runs(uuid, integer, text),
  public.save_pull(uuid, text, jsonb, text) to authenticated, service_role;
