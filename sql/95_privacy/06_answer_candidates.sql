-- What persons say about two leads that may be one.

create function private.answer_candidate(
  p_org_id uuid, p_id bigint, p_answer text, p_as_of timestamptz
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  c public.match_candidates;
  v_leads uuid[];
  v_merge bigint;
begin
  select x.* into c from public.match_candidates x where x.org_id = p_org_id and x.id = p_id for update;
  if not found then
    return 'not found';
  end if;
  if c.state = 'stale' and c.merge_id is not null then
    -- A lead of the pair was merged since, maybe by an answer of the same batch: the pair goes on with its survivor.
    v_leads := array[private.current_lead(p_org_id, c.left_id), private.current_lead(p_org_id, c.right_id)];
    if v_leads[1] = v_leads[2] then
      return case p_answer when 'different' then 'the leads were merged' else 'answered' end;
    end if;
    select x.* into c from public.match_candidates x
    where x.org_id = p_org_id and x.left_id = least(v_leads[1], v_leads[2])
      and x.right_id = greatest(v_leads[1], v_leads[2])
    for update;
    if not found then
      return 'not found';
    end if;
  end if;
  if p_answer = 'skip' then
    update public.match_candidates x set skipped_at = p_as_of
    where x.org_id = p_org_id and x.id = c.id and x.state = 'open';
    return case when found then 'answered' else 'not open' end;
  end if;
  if c.state in ('same', 'merged') then
    return case p_answer when 'different' then 'the leads were merged' else 'answered' end;
  end if;
  v_leads := private.survivor_of(p_org_id, array[c.left_id, c.right_id]);
  if coalesce(cardinality(v_leads), 0) < 2 then
    return 'a lead is gone';
  end if;
  if p_answer = 'different' then
    update public.match_candidates x
    set state = 'different', decided_at = p_as_of, decided_by = auth.uid(), inherited_from = null,
      left_print = private.print_lead(p_org_id, c.left_id), right_print = private.print_lead(p_org_id, c.right_id)
    where x.org_id = p_org_id and x.id = c.id;
    return 'answered';
  end if;
  if c.state = 'different' then
    return 'somebody said that they are different';
  end if;
  begin
    v_merge := public.merge_leads(p_org_id, v_leads[1], v_leads[2], p_as_of);
  exception when sqlstate 'SL301' then
    return 'both have a MAK or parcel, and they differ';
  end;
  update public.match_candidates x set state = 'same', decided_by = auth.uid()
  where x.org_id = p_org_id and x.id = c.id and x.merge_id = v_merge;
  return 'answered';
end
$$;
comment on function private.answer_candidate(uuid, bigint, text, timestamptz) is
  'Applies one answer (same, different, skip) and returns answered, or why it was not applied.';
revoke execute on function private.answer_candidate(uuid, bigint, text, timestamptz) from pipeline_writer;

create function private.candidates_like(
  p_org_id uuid, p_like bigint, p_from double precision, p_to double precision
) returns setof public.match_candidates
language sql stable set search_path = '' as $$
  select c.* from public.match_candidates c
  where c.org_id = p_org_id and c.state = 'open'
    and (p_from is null or c.probability >= p_from) and (p_to is null or c.probability <= p_to)
    and (p_like is null or exists (
      select from public.match_candidates o
      where o.org_id = p_org_id and o.id = p_like and coalesce(o.levels::text, o.reasons::text)
        = coalesce(c.levels::text, c.reasons::text)))
$$;
comment on function private.candidates_like(uuid, bigint, double precision, double precision) is
  'Open pairs that meet all conditions; null means any.';

create function public.answer_candidates(
  p_org_id uuid, p_answer text, p_ids bigint[] default null, p_like bigint default null,
  p_from double precision default null, p_to double precision default null, p_preview boolean default false,
  p_limit integer default 200, p_as_of timestamptz default now()
) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ids bigint[] := p_ids;
  v_open integer;
  v_id bigint;
  v_result text;
  v_answered integer := 0;
  v_refused jsonb := '[]'::jsonb;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_answer_conflicts(p_org_id) is not true then
    raise exception 'org not found' using errcode = 'SL302';
  end if;
  if p_answer is null or p_answer not in ('same', 'different', 'skip')
    or (p_ids is null) = (num_nonnulls(p_like, p_from, p_to) = 0) then
    raise exception 'answer same, different or skip, and name pairs, or conditions' using errcode = 'SL306';
  end if;
  -- As a resolve and a merge do: one change of identities per org at a time.
  perform pg_advisory_xact_lock(hashtextextended(p_org_id::text, 1));
  if p_ids is null then
    select count(*), (array_agg(c.id order by c.probability desc, c.id))[1:p_limit] into v_open, v_ids
    from private.candidates_like(p_org_id, p_like, p_from, p_to) c
    where p_answer <> 'skip' or c.skipped_at is null;
  end if;
  if not p_preview then
    foreach v_id in array coalesce(v_ids, '{}') loop
      v_result := private.answer_candidate(p_org_id, v_id, p_answer, p_as_of);
      if v_result = 'answered' then
        v_answered := v_answered + 1;
      else
        v_refused := v_refused || jsonb_build_object('id', v_id, 'reason', v_result);
      end if;
    end loop;
  end if;
  return jsonb_build_object('open', coalesce(v_open, cardinality(p_ids)), 'answered', v_answered,
    'refused', v_refused);
end
$$;
comment on function public.answer_candidates(uuid, text, bigint[], bigint, double precision, double precision, boolean,
  integer, timestamptz) is
  'Answers pairs of match_candidates: those with these ids, or all open ones that meet conditions (p_like: with the '
  'same reasons as this pair; p_from, p_to: with a probability between), at most p_limit at a time. same merges '
  'the leads (undo_merge undoes it); different holds for ever; skip lists a pair after the others. Returns {open: how many '
  'fit, answered, refused: [{id, reason}]}; a preview answers none. Raises SL302 (org), SL306 (answer or choice). For '
  'owners, admins and the service. Definer: members have no rights on identities.';

create function private.tg_erasures__forget_prints() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.match_candidates c set left_print = null, right_print = null
  where c.org_id = new.org_id and new.lead_id in (c.left_id, c.right_id);
  update public.match_candidates c set state = 'stale', decided_at = new.erased_at, levels = null, reasons = '{}'
  where c.org_id = new.org_id and new.lead_id in (c.left_id, c.right_id) and c.state = 'open';
  return null;
end
$$;
comment on function private.tg_erasures__forget_prints() is
  'Trigger: erasing a lead ends its open pairs; answers stay, by its id alone. Definer: roles that erase may not '
  'write answers.';
create trigger _200_forget_prints after insert on public.erasures
  for each row execute function private.tg_erasures__forget_prints();

revoke execute on function public.answer_candidates(uuid, text, bigint[], bigint, double precision, double precision,
  boolean, integer, timestamptz) from public, anon;
grant execute on function public.answer_candidates(uuid, text, bigint[], bigint, double precision, double precision,
  boolean, integer, timestamptz) to authenticated, service_role;
