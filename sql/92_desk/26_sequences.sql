-- The page Sequences. An edit of a sequence is a new version: leads that are in the old one stay there until somebody
-- moves them, and campaigns feed the next leads into the new one.

create function public.list_sequences(p_org_id uuid, p_limit integer default 50, p_after_name text default null,
  p_search text default null)
returns table (id uuid, name text, version integer, steps bigint, leads bigint, leads_on_older bigint,
  campaigns text[], created_at timestamptz)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with latest as (
    select distinct on (q.name) q.* from public.sequences q
    where q.org_id = p_org_id and (p_after_name is null or q.name > p_after_name)
      and (p_search is null or strpos(lower(q.name), lower(btrim(p_search))) > 0)
    order by q.name, q.version desc limit private.page_size(p_limit)
  )
  select l.id, l.name, l.version,
    (select count(*) from public.sequence_steps s where s.org_id = l.org_id and s.sequence_id = l.id),
    (select count(*) from public.sequence_runs r where r.org_id = l.org_id and r.sequence_id = l.id
      and r.state in ('active', 'paused')),
    (select count(*) from public.sequences o join public.sequence_runs r on r.org_id = o.org_id
        and r.sequence_id = o.id and r.state in ('active', 'paused')
      where o.org_id = l.org_id and o.name = l.name and o.id <> l.id),
    array(select k.name from public.campaigns k where k.org_id = l.org_id and k.sequence_id = l.id
      and k.state <> 'finished' order by k.name), l.created_at
  from latest l order by l.name;
end
$$;
comment on function public.list_sequences(uuid, integer, text, text) is
  'The newest version of each sequence by name, with its steps, the leads in it and in older versions, and the campaigns '
  'that feed into it. p_search: those whose name has these letters. Raises SL111. Definer: one check for all callers.';

create function public.show_sequence(p_org_id uuid, p_sequence_id uuid)
returns table (step smallint, channel text, delay interval, delay_kind text, send_from time, send_until time,
  purpose text, sender_id uuid, sender text, variants jsonb, waiting bigint, in_flight bigint, paused bigint, node text,
  kind text, event text, within interval, note text, edges jsonb, is_first boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  with runs as (
    select r.next_step, count(*) filter (where r.state = 'active' and r.message_id is null) as waiting,
      count(*) filter (where r.message_id is not null) as in_flight,
      count(*) filter (where r.state = 'paused' and r.message_id is null) as paused
    from public.sequence_runs r
    where r.org_id = p_org_id and r.sequence_id = p_sequence_id and r.state in ('active', 'paused') group by 1
  )
  select s.step, s.channel, s.delay, s.delay_kind, s.send_from, s.send_until, s.purpose, s.sender_id, n.name,
    coalesce((select jsonb_agg(jsonb_build_object('variant', v.variant, 'share', v.share, 'template_id', v.template_id,
        'template', t.name, 'version', t.version, 'newest', not exists (select from public.templates x
          where x.org_id = t.org_id and x.name = t.name and x.version > t.version)) order by v.variant)
      from public.step_variants v join public.templates t on t.org_id = v.org_id and t.id = v.template_id
      where v.org_id = s.org_id and v.sequence_id = s.sequence_id and v.step = s.step), '[]'),
    coalesce(r.waiting, 0), coalesce(r.in_flight, 0), coalesce(r.paused, 0), s.node, s.kind, s.event, s.within, s.note,
    coalesce((select jsonb_object_agg(e.outcome, jsonb_build_object('to', t.node, 'delay', e.delay, 'delay_kind',
        e.delay_kind))
      from public.sequence_edges e join public.sequence_steps t on t.org_id = e.org_id
        and t.sequence_id = e.sequence_id and t.step = e.to_step
      where e.org_id = s.org_id and e.sequence_id = s.sequence_id and e.step = s.step), '{}'),
    s.step = coalesce(q.first_step, (select min(x.step) from public.sequence_steps x where x.org_id = s.org_id
      and x.sequence_id = s.sequence_id))
  from public.sequence_steps s
  join public.sequences q on q.org_id = s.org_id and q.id = s.sequence_id
  left join public.senders n on n.org_id = s.org_id and n.id = s.sender_id
  left join runs r on r.next_step = s.step
  where s.org_id = p_org_id and s.sequence_id = p_sequence_id
  order by s.step;
end
$$;
comment on function public.show_sequence(uuid, uuid) is
  'The steps of a version of a sequence with their texts ([{variant, share, template_id, template, version, newest}]), '
  'and how many leads wait before each, are in flight, or paused. Of a drawn sequence with node, kind, event, within, '
  'note, and edges {next|yes|no: {to, delay, delay_kind}}. Raises SL111. Definer: one check for all callers.';

create function public.sequence_versions(p_org_id uuid, p_sequence_id uuid, p_limit integer default 50,
  p_cursor text default null)
returns table (id uuid, name text, version integer, drawn boolean, leads bigint, running jsonb,
  created_at timestamptz, cursor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_before constant integer := (private.read_cursor(p_cursor, 1) ->> 0)::integer;
begin
  perform private.require_role(p_org_id, '{owner,admin,broker,viewer}');
  return query
  select q.id, q.name, q.version, q.first_step is not null,
    (select count(*) from public.sequence_runs r where r.org_id = q.org_id and r.sequence_id = q.id
      and r.state in ('active', 'paused')),
    (select coalesce(jsonb_agg(jsonb_build_object('campaign_id', k.id, 'name', k.name) order by k.name), '[]')
      from public.campaigns k where k.org_id = q.org_id and k.sequence_id = q.id and k.state = 'running'), q.created_at,
    jsonb_build_array(q.version)::text
  from public.sequences x join public.sequences q on q.org_id = x.org_id and q.name = x.name
  where x.org_id = p_org_id and x.id = p_sequence_id and (v_before is null or q.version < v_before)
  order by q.version desc limit private.page_size(p_limit);
end
$$;
comment on function public.sequence_versions(uuid, uuid, integer, text) is
  'All versions of the sequence that this version is one of, the newest first, with the leads in each and the running '
  'campaigns that feed into it. Raises SL111 and SL801. Definer: one check for all callers.';

create function public.save_sequence(p_org_id uuid, p_name text, p_steps jsonb, p_version integer default null,
  p_dry_run boolean default false, p_origin text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  q public.sequences;
  v_latest public.sequences;
  v_step jsonb;
  v_nth integer := 0;
  v_name text := 'step 0';
  v_number integer;
  v_highest integer;
  v_drawn boolean;
  v_campaigns integer;
  v_problem text;
  v_answer jsonb;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform pg_advisory_xact_lock(hashtextextended('sluice sequence ' || p_org_id || btrim(p_name), 0));
  select x.* into v_latest from public.sequences x where x.org_id = p_org_id and x.name = btrim(p_name)
  order by x.version desc limit 1;
  -- A workflow is edited from what it published last.
  select greatest(p_version, max(x.version)) into p_version from public.sequences x
  where x.org_id = p_org_id and x.name = btrim(p_name) and x.origin = btrim(p_origin);
  if p_version is distinct from v_latest.version then
    raise exception 'the sequence has version % already: read it again', coalesce(v_latest.version, 0)
      using errcode = 'SL525', detail = coalesce(v_latest.version, 0)::text;
  elsif jsonb_typeof(p_steps) is distinct from 'array' or jsonb_array_length(p_steps) not between 1 and 50 then
    raise exception 'a sequence has 1 to 50 steps' using errcode = 'SL526';
  end if;
  select bool_or(s.x ->> 'node' is not null) into v_drawn from jsonb_array_elements(p_steps) s (x);
  v_problem := case when v_drawn then private.drawn_problem(p_steps)
    when v_latest.first_step is not null then 'the sequence is drawn: its steps have names'
    when exists (select from jsonb_array_elements(p_steps) s where coalesce(s ->> 'kind', 'send') <> 'send')
      then 'only a drawn sequence has branches and hand-overs' end;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = 'SL526';
  end if;
  select coalesce(max(s.step), 0) into v_highest
  from public.sequences x join public.sequence_steps s on s.org_id = x.org_id and s.sequence_id = x.id
  where x.org_id = p_org_id and x.name = btrim(p_name);
  insert into public.sequences (org_id, name, version, origin)
  values (p_org_id, btrim(p_name), coalesce(v_latest.version, 0) + 1, btrim(p_origin)) returning * into q;
  for v_step in select s from jsonb_array_elements(p_steps) s loop
    v_nth := v_nth + 1;
    v_name := 'step ' || v_nth;
    v_number := v_nth;
    if v_drawn then
      v_name := format('node %s', v_step -> 'node');
      -- A node keeps its number in all versions, so that no lead gets its message twice.
      select s.step into v_number
      from public.sequences x join public.sequence_steps s on s.org_id = x.org_id and s.sequence_id = x.id
      where x.org_id = p_org_id and x.name = q.name and private.step_name(s) = v_step ->> 'node'
      order by x.version desc limit 1;
      if not found then
        v_highest := v_highest + 1;
        v_number := v_highest;
      end if;
    end if;
    insert into public.sequence_steps (org_id, sequence_id, step, channel, delay, delay_kind, send_from, send_until,
      purpose, sender_id, node, kind, event, within, note)
    values (p_org_id, q.id, v_number, v_step ->> 'channel', coalesce((v_step ->> 'delay')::interval, '0'),
      coalesce(v_step ->> 'delay_kind', 'business'), coalesce((v_step ->> 'send_from')::time, '09:00'),
      coalesce((v_step ->> 'send_until')::time, '17:00'), coalesce(v_step ->> 'purpose', 'marketing'),
      (v_step ->> 'sender_id')::uuid, v_step ->> 'node', coalesce(v_step ->> 'kind', 'send'), v_step ->> 'event',
      (v_step ->> 'within')::interval, nullif(btrim(v_step ->> 'note'), ''));
    insert into public.step_variants (org_id, sequence_id, step, variant, template_id, share)
    select p_org_id, q.id, v_number, coalesce(v.x ->> 'variant', chr(96 + v.n::integer)),
      (v.x ->> 'template_id')::uuid, coalesce((v.x ->> 'share')::integer, 1)
    from jsonb_array_elements(v_step -> 'variants') with ordinality v (x, n);
    if coalesce(v_step ->> 'kind', 'send') = 'send' and not exists (select from public.step_variants v
      where v.org_id = p_org_id and v.sequence_id = q.id and v.step = v_number and v.share > 0) then
      raise exception '% has no text', v_name using errcode = 'SL526';
    end if;
  end loop;
  if v_drawn then
    perform private.write_edges(p_org_id, q.id, p_steps);
  end if;
  update public.campaigns k set sequence_id = q.id
  where k.org_id = p_org_id and k.state <> 'finished' and k.sequence_id in (select x.id from public.sequences x
    where x.org_id = p_org_id and x.name = q.name and x.id <> q.id);
  get diagnostics v_campaigns = row_count;
  v_answer := jsonb_build_object('sequence_id', q.id, 'version', q.version, 'campaigns', v_campaigns,
    'leads_on_older', (
      select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id
        and x.id = r.sequence_id
      where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')),
    -- They feed their next leads into this version, and nobody has looked at a forecast of it.
    'running', (select coalesce(jsonb_agg(jsonb_build_object('campaign_id', k.id, 'name', k.name) order by k.name), '[]')
      from public.campaigns k where k.org_id = p_org_id and k.sequence_id = q.id and k.state = 'running'));
  if p_dry_run or (v_drawn
    and private.sequence_content(p_org_id, q.id) = private.sequence_content(p_org_id, v_latest.id))
  then
    raise transaction_rollback;
  end if;
  return v_answer;
exception
  -- Undoes what was written, here only.
  when transaction_rollback then
    return v_answer || case when p_dry_run then '{"sequence_id": null, "dry_run": true}'
      else jsonb_build_object('sequence_id', v_latest.id, 'version', v_latest.version, 'unchanged', true, 'campaigns', 0)
    end;
  when check_violation or not_null_violation or foreign_key_violation or unique_violation or invalid_text_representation
    or datetime_field_overflow or invalid_datetime_format or invalid_parameter_value or numeric_value_out_of_range then
    raise exception '% is not valid: %', v_name, sqlerrm using errcode = 'SL526';
end
$$;
comment on function public.save_sequence(uuid, text, jsonb, integer, boolean, text) is
  'Saves a sequence as its next version: {sequence_id, version, campaigns, leads_on_older, running}. p_steps in order: '
  '[{channel, delay, delay_kind, send_from, send_until, purpose, sender_id, variants: [{variant, template_id, share}]}]. '
  'Steps with a node are a drawn sequence, the first node first: {node, kind, event, within, note, next|yes|no: {to, '
  'delay, delay_kind}}; the same as the last version is not saved again (unchanged). p_version: the version that was '
  'read, null for a new name. p_origin: the workflow that publishes; the version that it published last counts as read, '
  'too. p_dry_run: nothing is saved. Campaigns that ran an older version feed into this one; those '
  'in running do so without another forecast. Leads that are in an older one stay there (move_runs). For owners, admins '
  'and the service. Raises SL111, SL522, SL525 (there is another version) and SL526 (a step is not valid). Definer: one '
  'check for all callers.';

create function public.move_runs(p_org_id uuid, p_sequence_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  q public.sequences;
  v_moved integer;
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  select x.* into q from public.sequences x where x.org_id = p_org_id and x.id = p_sequence_id;
  if not found then
    raise exception 'sequence not found' using errcode = 'SL526';
  end if;
  -- Leads before runs: the common lock order.
  perform from public.leads l
  where l.org_id = p_org_id and l.id in (select r.lead_id from public.sequence_runs r join public.sequences x
    on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused'))
  order by l.id for no key update;
  update public.sequence_runs r set sequence_id = q.id, next_step = s.step, next_channel = coalesce(s.channel, s.kind)
  from public.sequence_steps s, public.sequences x, public.sequence_steps o
  where r.org_id = p_org_id and r.state in ('active', 'paused') and r.message_id is null
    and x.org_id = r.org_id and x.id = r.sequence_id and x.name = q.name and x.id <> q.id
    and o.org_id = r.org_id and o.sequence_id = r.sequence_id and o.step = r.next_step
    and s.org_id = r.org_id and s.sequence_id = q.id and s.kind = o.kind
    and private.step_name(s) = private.step_name(o);
  get diagnostics v_moved = row_count;
  perform private.record_audit(p_org_id, 'sequence.moved', q.id::text, jsonb_build_object('name', q.name, 'version',
    q.version, 'leads', v_moved));
  return jsonb_build_object('moved', v_moved, 'stayed', (
    select count(*) from public.sequence_runs r join public.sequences x on x.org_id = r.org_id and x.id = r.sequence_id
    where r.org_id = p_org_id and x.name = q.name and x.id <> q.id and r.state in ('active', 'paused')));
end
$$;
comment on function public.move_runs(uuid, uuid) is
  'Moves the leads of older versions of a sequence to this one, each to the node with the name, in a list to the step '
  'with the number, where it waits: {moved, stayed}. A lead stays while its message is in flight, and where the new '
  'version has no such step of its kind. The time of '
  'the next step stays. For owners, admins and the service. Raises SL111 and SL526. Definer: members may not write runs.';

revoke execute on function public.sequence_versions(uuid, uuid, integer, text),
  public.list_sequences(uuid, integer, text, text), public.show_sequence(uuid, uuid),
  public.save_sequence(uuid, text, jsonb, integer, boolean, text), public.move_runs(uuid, uuid) from public, anon;
grant execute on function public.sequence_versions(uuid, uuid, integer, text),
  public.list_sequences(uuid, integer, text, text), public.show_sequence(uuid, uuid),
  public.save_sequence(uuid, text, jsonb, integer, boolean, text), public.move_runs(uuid, uuid) to authenticated, service_role;
