-- Dead letters: what they have in common, and what a person does about them: replay or discard, one or a window.

create function private.dead_letter_cause(p_reason text, p_error text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select left(concat_ws(': ', p_reason, nullif(regexp_replace(regexp_replace(regexp_replace(
    coalesce(p_error, ''), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '<id>', 'gi'),
    '"[^"]*"', '"..."', 'g'), '\d+', '0', 'g'), '')), 200)
$$;
comment on function private.dead_letter_cause(text, text) is
  'Reason and error without ids, quoted values and numbers: the same for all that failed alike.';

create function private.dead_letter_advice(p_source text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case p_source
    when 'message_unconfirmed' then 'The provider does not say whether it has the message. Look there, then settle it '
      '(docs/delivery.md, "After a crash").'
    when 'message_failed' then 'A message that was given up is not sent again. Contact the person by hand, or discard this.'
    when 'template_invalid' then 'Save a corrected version of the template, then discard this.'
    when 'feed' then 'The feed tries again by itself until the day ends, and closes this. Afterwards discard it.'
    when 'schedule' then 'The task closes this when it has run: see docs/schedule.md.'
    when 'worker' then 'The first successful wake-up closes this: see npx sluice doctor.' end
$$;
comment on function private.dead_letter_advice(text) is
  'What to do about dead letters of a source that cannot be replayed; null for those that can.';

create function private.replay_dead_letter(d public.pipeline_dlq, p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' set lock_timeout = '5s' as $$
declare
  u public.uploads;
  v_source uuid;
begin
  if private.dead_letter_advice(d.source) is not null then
    return private.dead_letter_advice(d.source);
  end if;
  case d.source
    when 'stage-part', 'rejects', 'resolve-upload' then
      select x.* into u from public.uploads x
      where x.org_id = d.org_id and x.id = coalesce((d.payload ->> 'upload_id')::uuid,
        (select p.upload_id from public.upload_parts p where p.id = (d.payload ->> 'part_id')::uuid));
      perform private.send_job(j.queue, j.data, coalesce(j.data ->> 'part_id', j.data ->> 'upload_id'))
      from private.replay_dead_letters(u.source_id, u.id, array[d.id], p_as_of) j;
      if exists (select from public.pipeline_dlq x where x.id = d.id and x.resolved_at is null) then
        return case when u.id is null then 'The upload is gone.'
          when u.state = 'undone' then 'The upload was undone.'
          when u.state in ('receiving', 'processing') then 'The upload is not finished: try again later.'
          else 'Its bytes are no longer stored: send the file again.' end;
      end if;
    when 'process-inbox' then
      perform public.replay_inbox(d.org_id, (d.payload ->> 'inbox_id')::bigint, p_as_of);
    when 'notify' then
      perform public.replay_notification(d.org_id, (d.payload ->> 'notification_id')::uuid, p_as_of);
    when 'match-leads' then
      perform private.send_job('match-leads', d.payload, d.org_id::text);
    when 'score-leads' then
      perform private.send_job('score-leads', d.payload || '{"task": "score-leads", "all": true}', d.org_id::text);
    when 'triage' then
      perform private.send_job('triage', d.payload || jsonb_build_object('org_id', d.org_id), d.payload ->> 'reply_id');
    when 'pull' then
      select r.source_id into v_source from public.pull_runs r
      where r.org_id = d.org_id and r.id = (d.payload ->> 'run_id')::uuid;
      perform public.run_pull(v_source, p_as_of);
    when 'enrich' then
      perform public.control_enrichment((d.payload ->> 'run_id')::uuid, 'resume', p_as_of);
    else
      if not private.call_pack_hook('replay', d.source, d.org_id, d.payload, p_as_of) then
        return 'Dead letters of this kind cannot be replayed.';
      end if;
  end case;
  update public.pipeline_dlq x
  set resolved_at = coalesce(x.resolved_at, p_as_of), resolution = 'replayed', resolved_by = auth.uid()
  where x.id = d.id;
  return null;
end
$$;
comment on function private.replay_dead_letter(public.pipeline_dlq, timestamptz) is
  'Has the work of an open dead letter done again, and closes it. Returns why that is not possible; null if it was '
  'replayed. Raises what the work raises. Definer: its callers have no rights on the queue.';
revoke execute on function private.replay_dead_letter(public.pipeline_dlq, timestamptz) from pipeline_writer;

create function private.try_dead_letter(p_id bigint, p_as_of timestamptz default now()) returns text
language plpgsql volatile security definer set search_path = '' as $$
declare
  d public.pipeline_dlq;
begin
  select x.* into d from public.pipeline_dlq x where x.id = p_id and x.resolved_at is null for update skip locked;
  if not found then
    return 'It was closed meanwhile, or somebody else replays it.';
  end if;
  return private.replay_dead_letter(d, p_as_of);
-- One that cannot be replayed must not stop the others. "others" does not include the cancel at a timeout.
exception when query_canceled or others then
  return format('%s (%s)', private.redact_contacts(sqlerrm), sqlstate);
end
$$;
comment on function private.try_dead_letter(bigint, timestamptz) is
  'replay_dead_letter in a subtransaction: an error undoes this replay alone and is returned. Definer: as '
  'replay_dead_letter.';
revoke execute on function private.try_dead_letter(bigint, timestamptz) from pipeline_writer;

create function private.retry_dead_letters(p_as_of timestamptz default now(), p_limit integer default 100)
  returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v record;
  v_began constant timestamptz := clock_timestamp();
  v_error text;
  v_count integer := 0;
begin
  for v in
    select d.id from public.pipeline_dlq d
    where d.resolved_at is null and d.retry_after <= p_as_of
    order by d.retry_after, d.id limit p_limit
  loop
    v_error := private.try_dead_letter(v.id, p_as_of);
    if v_error is null then
      v_count := v_count + 1;
    else
      -- Later, or never again by itself: it stands behind the others now.
      update public.pipeline_dlq d
      set replays = d.replays + 1, last_error = left(v_error, 2000),
        retry_after = private.dead_letter_retry_at(d.source, d.reason, d.replays + 1, p_as_of)
      where d.id = v.id and d.resolved_at is null;
    end if;
    exit when clock_timestamp() > v_began + interval '20 seconds';
  end loop;
  return v_count;
end
$$;
comment on function private.retry_dead_letters(timestamptz, integer) is
  'Replays dead letters whose retry_after has come, and returns how many. One that fails again waits longer. A part of '
  'the schedule. Definer: as replay_dead_letter.';
revoke execute on function private.retry_dead_letters(timestamptz, integer) from pipeline_writer;

create function private.choose_dead_letters(p_org_id uuid, p_ids bigint[], p_source text, p_cause text,
  p_since timestamptz, p_until timestamptz, p_limit integer)
returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
begin
  if num_nonnulls(p_ids, p_source, p_cause, p_since, p_until) = 0 then
    raise exception 'name dead letters by id, source, cause or time' using errcode = 'SL605';
  end if;
  return query
  select d.id from public.pipeline_dlq d
  where (p_org_id is null or d.org_id = p_org_id) and d.resolved_at is null
    and (p_ids is null or d.id = any (p_ids)) and (p_source is null or d.source = p_source)
    and (p_cause is null or p_cause in (d.reason, private.dead_letter_cause(d.reason, d.last_error)))
    and (p_since is null or d.created_at >= p_since) and (p_until is null or d.created_at < p_until)
  order by d.id limit least(greatest(coalesce(p_limit, 100), 1), 1000);
end
$$;
comment on function private.choose_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, integer) is
  'Ids of open dead letters that meet all conditions, the oldest first, 1000 at most. p_org_id null: of every org and '
  'of none. p_until is exclusive. Raises SL605 without a condition. Definer: its callers have checked the org.';
revoke execute on function
  private.choose_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, integer) from pipeline_writer;

create function private.replay_chosen_at(p_org_id uuid, p_ids bigint[], p_source text, p_cause text,
  p_since timestamptz, p_until timestamptz, p_limit integer, p_as_of timestamptz)
returns table (id bigint, source text, replayed boolean, why_not text)
language plpgsql volatile security definer set search_path = '' as $$
declare
  v record;
  v_org record;
  v_done bigint[] := '{}'::bigint[];
begin
  for v in
    select d.id, d.source from public.pipeline_dlq d
    where d.id in (select private.choose_dead_letters(p_org_id, p_ids, p_source, p_cause, p_since, p_until, p_limit))
    order by d.id
  loop
    id := v.id;
    source := v.source;
    why_not := private.try_dead_letter(v.id, p_as_of);
    replayed := why_not is null;
    if replayed then
      v_done := v_done || v.id;
    end if;
    return next;
  end loop;
  for v_org in
    select d.org_id, count(*) as letters, (array_agg(d.id order by d.id))[1:20] as ids
    from public.pipeline_dlq d where d.id = any (v_done) and d.org_id is not null group by d.org_id
  loop
    perform private.record_audit(v_org.org_id, 'dead_letter.replayed', v_org.ids[1]::text,
      jsonb_build_object('letters', v_org.letters, 'first_letters', v_org.ids));
  end loop;
end
$$;
comment on function
  private.replay_chosen_at(uuid, bigint[], text, text, timestamptz, timestamptz, integer, timestamptz) is
  'Replays what choose_dead_letters finds, each by itself: one that fails stops no other. Definer: as '
  'replay_dead_letter.';
revoke execute on function
  private.replay_chosen_at(uuid, bigint[], text, text, timestamptz, timestamptz, integer, timestamptz)
  from pipeline_writer;

create function private.discard_chosen_at(p_org_id uuid, p_ids bigint[], p_reason text, p_source text, p_cause text,
  p_since timestamptz, p_until timestamptz, p_limit integer, p_as_of timestamptz) returns bigint[]
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_org record;
  v_ids bigint[];
begin
  if length(btrim(coalesce(p_reason, ''))) < 3 then
    raise exception 'say why it is discarded, in three characters or more' using errcode = 'SL605';
  end if;
  with gone as (
    update public.pipeline_dlq d
    set resolved_at = p_as_of, resolution = 'discarded', resolved_by = auth.uid(),
      resolution_reason = left(private.redact_contacts(btrim(p_reason)), 500)
    where d.resolved_at is null and d.id in (
      select private.choose_dead_letters(p_org_id, p_ids, p_source, p_cause, p_since, p_until, p_limit))
    returning d.id
  )
  select coalesce(array_agg(g.id order by g.id), '{}') into v_ids from gone g;
  for v_org in
    select d.org_id, count(*) as letters, (array_agg(d.id order by d.id))[1:20] as ids
    from public.pipeline_dlq d where d.id = any (v_ids) and d.org_id is not null group by d.org_id
  loop
    perform private.record_audit(v_org.org_id, 'dead_letter.discarded', v_org.ids[1]::text,
      jsonb_build_object('letters', v_org.letters, 'first_letters', v_org.ids));
  end loop;
  return v_ids;
end
$$;
comment on function private.discard_chosen_at(uuid, bigint[], text, text, text, timestamptz, timestamptz, integer,
  timestamptz) is
  'Closes what choose_dead_letters finds with a reason; the rows stay. Returns their ids. Raises SL605. Definer: as '
  'choose_dead_letters.';
revoke execute on function private.discard_chosen_at(uuid, bigint[], text, text, text, timestamptz, timestamptz,
  integer, timestamptz) from pipeline_writer;

create function public.list_dead_letters(p_org_id uuid default null, p_ids bigint[] default null,
  p_source text default null, p_cause text default null, p_since timestamptz default null,
  p_until timestamptz default null, p_closed boolean default false, p_limit integer default 50,
  p_before bigint default null)
returns table (id bigint, org_id uuid, source text, cause text, reason text, last_error text, payload jsonb,
  attempts integer, replays integer, created_at timestamptz, retry_after timestamptz, resolved_at timestamptz,
  resolution text, resolved_by uuid, resolution_reason text, correlation_id uuid, advice text)
language sql stable set search_path = '' as $$
  select d.id, d.org_id, d.source, private.dead_letter_cause(d.reason, d.last_error), d.reason, d.last_error, d.payload,
    d.attempts, d.replays, d.created_at, d.retry_after, d.resolved_at, d.resolution, d.resolved_by,
    d.resolution_reason, d.correlation_id, private.dead_letter_advice(d.source)
  from public.pipeline_dlq d
  where (p_org_id is null or d.org_id = p_org_id) and (p_closed or d.resolved_at is null)
    and (p_ids is null or d.id = any (p_ids)) and (p_source is null or d.source = p_source)
    and (p_cause is null or p_cause in (d.reason, private.dead_letter_cause(d.reason, d.last_error)))
    and (p_since is null or d.created_at >= p_since) and (p_until is null or d.created_at < p_until)
    and (p_before is null or d.id < p_before)
  order by d.id desc limit private.page_size(p_limit)
$$;
comment on function public.list_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, boolean, integer,
  bigint) is
  'Open dead letters that the caller may see, newest first; with p_closed the closed ones, too. p_cause: a reason or a '
  'cause of dead_letter_causes; p_before: the smallest id of the page before. advice: what to do where it cannot be '
  'replayed.';

create function public.dead_letter_causes(p_org_id uuid default null, p_limit integer default 50)
returns table (source text, cause text, letters bigint, oldest timestamptz, newest timestamptz,
  next_retry timestamptz, example bigint, advice text)
language sql stable set search_path = '' as $$
  select d.source, x.cause, count(*), min(d.created_at), max(d.created_at), min(d.retry_after), max(d.id),
    private.dead_letter_advice(d.source)
  from public.pipeline_dlq d
  cross join lateral (select private.dead_letter_cause(d.reason, d.last_error) as cause) x
  where (p_org_id is null or d.org_id = p_org_id) and d.resolved_at is null
  group by d.source, x.cause
  order by 3 desc, 1, 2 limit private.page_size(p_limit)
$$;
comment on function public.dead_letter_causes(uuid, integer) is
  'Open dead letters that the caller may see, counted by what failed and why.';

create function public.replay_dead_letters(p_org_id uuid, p_ids bigint[] default null, p_source text default null,
  p_cause text default null, p_since timestamptz default null, p_until timestamptz default null,
  p_limit integer default 100)
returns table (id bigint, source text, replayed boolean, why_not text)
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  return query select * from private.replay_chosen_at(p_org_id, p_ids, p_source, p_cause, p_since, p_until, p_limit,
    now());
end
$$;
comment on function public.replay_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, integer) is
  'Has the work of dead letters done again, each by itself, and says which were replayed. They are named by ids, '
  'source, cause and time (p_until exclusive); 100 by default, 1000 at most. For owners, admins and the service. Raises '
  'SL111, SL134 and SL605. Definer: members have no rights on the queue.';

create function public.discard_dead_letters(p_org_id uuid, p_reason text, p_ids bigint[] default null,
  p_source text default null, p_cause text default null, p_since timestamptz default null,
  p_until timestamptz default null, p_limit integer default 100) returns bigint[]
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_role(p_org_id, '{owner,admin}');
  perform private.refuse_api_key();
  return private.discard_chosen_at(p_org_id, p_ids, p_reason, p_source, p_cause, p_since, p_until, p_limit, now());
end
$$;
comment on function public.discard_dead_letters(uuid, text, bigint[], text, text, timestamptz, timestamptz, integer) is
  'Closes dead letters whose work will not be done, with the reason; the rows stay. Returns their ids. A discarded '
  'delivery keeps its contacts closed: nobody knows what the person wished. For owners, admins and the service. Raises '
  'SL111, SL134 and SL605. Definer: members may not write dead letters.';
grant execute on function private.dead_letter_cause(text, text), private.dead_letter_advice(text) to authenticated,
  service_role;
revoke execute on function
  public.list_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, boolean, integer, bigint),
  public.dead_letter_causes(uuid, integer),
  public.replay_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, integer),
  public.discard_dead_letters(uuid, text, bigint[], text, text, timestamptz, timestamptz, integer)
  from public, anon;
grant execute on function
  public.list_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, boolean, integer, bigint),
  public.dead_letter_causes(uuid, integer),
  public.replay_dead_letters(uuid, bigint[], text, text, timestamptz, timestamptz, integer),
  public.discard_dead_letters(uuid, text, bigint[], text, text, timestamptz, timestamptz, integer)
  to authenticated, service_role;
