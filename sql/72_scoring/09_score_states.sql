-- Which version counts.

create function private.may_set_score(p_org_id uuid, p_roles public.member_role[] default '{owner,admin}')
returns boolean
language sql stable set search_path = '' as $$
  select exists (select from public.orgs o where o.id = p_org_id)
    and (private.is_trusted_caller() or p_org_id = any (private.my_org_ids(p_roles)))
$$;
comment on function private.may_set_score(uuid, public.member_role[]) is
  'Whether the caller may change how the org scores.';

create function private.set_score_version(p_org_id uuid, p_version integer, p_action text, p_as_of timestamptz)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  if p_version is not null and not exists (
    select from public.score_versions v where v.org_id = p_org_id and v.version = p_version) then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  update public.score_versions v set state = 'retired', retired_at = p_as_of
  where v.org_id = p_org_id and v.state = 'active' and v.version is distinct from p_version;
  if p_version is null then
    delete from public.lead_scores s where s.org_id = p_org_id;
    delete from private.score_queue q where q.org_id = p_org_id;
  else
    update public.score_versions v set state = 'active', activated_at = p_as_of, retired_at = null
    where v.org_id = p_org_id and v.version = p_version and v.state <> 'active';
    update private.score_statements x set headers = null where x.org_id = p_org_id and x.version = p_version;
  end if;
  insert into public.score_activations (org_id, version, action, at, user_id)
  values (p_org_id, p_version, p_action, p_as_of, auth.uid());
  if p_version is not null then
    perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
      'all', true), p_org_id::text || ' all');
  end if;
end
$$;
comment on function private.set_score_version(uuid, integer, text, timestamptz) is
  'Makes a version the active one (null: none), notes it, and sends the job that scores all leads. Raises SL722.';

create function public.activate_score(p_org_id uuid, p_version integer, p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not private.may_set_score(p_org_id) or p_version is null then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  perform private.set_score_version(p_org_id, p_version, 'activate', p_as_of);
end
$$;
comment on function public.activate_score(uuid, integer, timestamptz) is
  'Makes a version the one that scores the org''s leads; a job scores them all. For owners, admins and the service. '
  'Raises SL722. Definer: members may not write versions.';

create function public.roll_back_score(p_org_id uuid, p_as_of timestamptz default now()) returns integer
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_current integer;
  v_before integer;
begin
  p_as_of := private.caller_clock(p_as_of);
  if not private.may_set_score(p_org_id) then
    raise exception 'org % not found', p_org_id using errcode = 'SL722';
  end if;
  select v.version into v_current from public.score_versions v where v.org_id = p_org_id and v.state = 'active';
  -- The version before the last activation, however often somebody rolled back since.
  select a.version into v_before from public.score_activations a
  where a.org_id = p_org_id and a.action = 'activate' and a.version is distinct from v_current
    and (v_current is null or a.id < (select max(x.id) from public.score_activations x
      where x.org_id = p_org_id and x.action = 'activate' and x.version = v_current))
  order by a.id desc limit 1;
  perform private.set_score_version(p_org_id, v_before, case when v_before is null then 'switch_off'
    else 'roll_back' end, p_as_of);
  return v_before;
end
$$;
comment on function public.roll_back_score(uuid, timestamptz) is
  'Returns to the version that was active before; null: there was none, and the scores of lists count again. For '
  'owners, admins and the service. Raises SL722. Definer: as activate_score.';

create function public.switch_score_off(p_org_id uuid, p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  p_as_of := private.caller_clock(p_as_of);
  if not private.may_set_score(p_org_id) then
    raise exception 'org % not found', p_org_id using errcode = 'SL722';
  end if;
  perform private.set_score_version(p_org_id, null, 'switch_off', p_as_of);
end
$$;
comment on function public.switch_score_off(uuid, timestamptz) is
  'Ends scoring: the scores of lists count again. For owners, admins and the service. Raises SL722. Definer: as '
  'activate_score.';

create function public.switch_learned_score(p_org_id uuid, p_model_id integer, p_on boolean default true,
  p_as_of timestamptz default now()) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  m public.score_models;
begin
  p_as_of := private.caller_clock(p_as_of);
  if private.may_set_score(p_org_id, '{owner}') then
    select x.* into m from public.score_models x
    join public.score_versions v on v.org_id = x.org_id and v.version = x.version and v.state = 'active'
    where x.org_id = p_org_id and x.id = p_model_id for update of x;
  end if;
  if m.id is null then
    raise exception 'learned score % of the active version not found', p_model_id using errcode = 'SL724';
  end if;
  update public.score_models x set enabled_at = null, enabled_by = null
  where x.org_id = p_org_id and x.version = m.version and x.enabled_at is not null;
  if p_on then
    -- The constraint enabled_model_won says no where it did not win.
    update public.score_models x set enabled_at = p_as_of, enabled_by = auth.uid()
    where x.org_id = p_org_id and x.id = p_model_id;
  end if;
  insert into public.score_activations (org_id, version, action, at, user_id)
  values (p_org_id, m.version, case when p_on then 'learned_on' else 'learned_off' end, p_as_of, auth.uid());
  perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
    'all', true), p_org_id::text || ' all');
end
$$;
comment on function public.switch_learned_score(uuid, integer, boolean, timestamptz) is
  'Lets a learned score of the active version count instead of the rules, or not. It must have won on held-back '
  'months (enabled_model_won, 23514). For owners and the service. Raises SL724. Definer: members may '
  'not write models.';

revoke execute on function private.may_set_score(uuid, public.member_role[]),
  private.set_score_version(uuid, integer, text, timestamptz) from public, pipeline_writer;
revoke execute on function public.activate_score(uuid, integer, timestamptz),
  public.roll_back_score(uuid, timestamptz), public.switch_score_off(uuid, timestamptz),
  public.switch_learned_score(uuid, integer, boolean, timestamptz) from public, anon;
grant execute on function public.activate_score(uuid, integer, timestamptz),
  public.roll_back_score(uuid, timestamptz), public.switch_score_off(uuid, timestamptz),
  public.switch_learned_score(uuid, integer, boolean, timestamptz) to authenticated, service_role;

-- A release may compile rules to other SQL: the rules stay the same version, and their query is replaced.
create function private.replace_score_statement(p_org_id uuid, p_version integer, p_compiled jsonb,
  p_as_of timestamptz default now()) returns boolean
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_texts constant text[] := array(select jsonb_array_elements_text(p_compiled -> 'texts'));
  v public.score_versions;
begin
  select x.* into v from public.score_versions x
  where x.org_id = p_org_id and x.version = p_version for no key update;
  if not found then
    raise exception 'score version % not found', p_version using errcode = 'SL722';
  end if;
  if v.fields <> array(select jsonb_array_elements_text(p_compiled -> 'fields'))
    or v.activities <> array(select jsonb_array_elements_text(p_compiled -> 'activities'))
  then
    raise exception 'a version of a score does not change: its rules ask for other facts now' using errcode = 'SL723';
  end if;
  update private.score_statements x set statement = p_compiled ->> 'statement', texts = v_texts, headers = null,
    again = p_compiled ->> 'again', facts_of = hashtextextended(p_compiled ->> 'facts', 0), counted = null
  where x.org_id = p_org_id and x.version = p_version
    and (x.statement, x.texts) is distinct from (p_compiled ->> 'statement', v_texts);
  if not found then
    return false;
  end if;
  perform private.try_statements(p_org_id, p_compiled, v_texts, p_as_of);
  if v.state = 'active' then
    perform private.send_job('score-leads', jsonb_build_object('org_id', p_org_id, 'task', 'score-leads',
      'all', true), p_org_id::text || ' all');
  end if;
  return true;
end
$$;
comment on function private.replace_score_statement(uuid, integer, jsonb, timestamptz) is
  'Replaces the query of a version by that of this release, and scores all leads where the version is active; whether '
  'it differed. p_compiled as in put_score_version. For the command, as the owner of the database: the statement is '
  'executed. Raises SL722, SL723. Definer: nobody else may write versions.';
revoke execute on function private.replace_score_statement(uuid, integer, jsonb, timestamptz)
  from public, pipeline_writer;
