-- Versions of an org's rules. The command compiles a file and saves it as a draft; an owner or admin activates it, and
-- can return to the one before. A version never changes, and stays.

create type public.score_version_state as enum ('draft', 'active', 'retired');
comment on type public.score_version_state is
  'In the order of life; a retired version can become active again. See sql/STATES.md.';

create table public.score_versions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  version integer not null,
  vertical text not null,
  state public.score_version_state not null default 'draft',
  rules jsonb not null,
  sources jsonb not null,
  fields text[] not null,
  activities text[] not null,
  rule_ids text[] not null,
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  retired_at timestamptz,
  primary key (org_id, version),
  constraint score_version_counts_from_1 check (version > 0),
  constraint score_rules_are_an_object check (jsonb_typeof(rules) = 'object'),
  constraint score_version_has_rules check (cardinality(rule_ids) between 1 and 200),
  constraint active_version_has_its_time check ((state = 'draft') = (activated_at is null)
    and (state = 'retired') = (retired_at is not null))
);
comment on table public.score_versions is 'Versions of the rules by which an org''s leads are scored.';
comment on column public.score_versions.rules is
  'The rules after inheritance: {weights, groups, rules: [{id, group, words, …}], tiers}.';
comment on column public.score_versions.sources is 'The files as they were read: {"name.yaml": text}.';
comment on column public.score_versions.fields is 'Fields of the catalogue that the rules ask for.';
comment on column public.score_versions.activities is 'Activities that the rules count.';
comment on column public.score_versions.rule_ids is 'Ids of the rules, in the order of lead_scores.points.';
create unique index score_versions_active_key on public.score_versions (org_id) where state = 'active';

create table private.score_statements (
  org_id uuid not null,
  version integer not null,
  statement text not null,
  texts text[] not null,
  headers text[],
  again text,
  facts_of bigint,
  looked_at timestamptz,
  counted text,
  primary key (org_id, version),
  constraint statement_belongs_to_a_version foreign key (org_id, version)
    references public.score_versions (org_id, version) on delete cascade
);
comment on table private.score_statements is
  'The query that each version was compiled to, and its text parameters. Not exposed: it is executed.';
comment on column private.score_statements.headers is
  'How the org''s leads write the headers that the query looks for (private.list_headers); null: not looked yet.';
comment on column private.score_statements.again is
  'The same rules over the facts that a row s of lead_scores keeps; null: some of them are not numbers.';
comment on column private.score_statements.facts_of is
  'Which facts the rules read: equal for versions that read the same, in the same way.';
comment on column private.score_statements.looked_at is 'The latest clock by which the version has scored leads.';
comment on column private.score_statements.counted is
  'What counted when it last scored all leads: rules, or the expression of the learned score.';

create table public.score_activations (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  version integer,
  action text not null,
  at timestamptz not null,
  user_id uuid,
  primary key (org_id, id),
  constraint activation_names_a_version foreign key (org_id, version)
    references public.score_versions (org_id, version) on delete cascade,
  constraint score_action_is_known check (action in ('activate', 'roll_back', 'switch_off', 'learned_on',
    'learned_off')),
  constraint only_switching_off_names_no_version check ((action = 'switch_off') = (version is null))
);
comment on table public.score_activations is 'Who activated which version when, or switched scoring off. Append-only.';
create index score_activations_version_idx on public.score_activations (org_id, version);
create trigger _100_append_only before update or delete on public.score_activations
  for each row execute function private.refuse_change_while_org_exists();
create trigger _100_refuse_truncate before truncate on public.score_activations
  for each statement execute function private.refuse_change();

create function private.tg_score_versions__check() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_unknown text;
begin
  if tg_op = 'UPDATE' then
    if (new.org_id, new.version, new.vertical, new.rules, new.sources, new.fields, new.activities, new.rule_ids)
      is distinct from (old.org_id, old.version, old.vertical, old.rules, old.sources, old.fields, old.activities,
        old.rule_ids)
    then
      raise exception 'a version of a score does not change' using errcode = 'SL723';
    end if;
    return new;
  end if;
  -- Whatever compiled it: only the catalogue says what a score may be made of.
  select coalesce(private.why_excluded(f), 'not in the catalogue') || ': ' || f into v_unknown
  from unnest(new.fields) f
  where private.why_excluded(f) is not null or not exists (select from public.score_fields x where x.name = f)
  order by f limit 1;
  if v_unknown is null then
    select 'not in the catalogue: activity.' || k into v_unknown
    from unnest(new.activities) k where not exists (select from public.score_activities x where x.kind = k)
    order by k limit 1;
  end if;
  if v_unknown is not null then
    raise exception 'a score cannot use this fact: %', v_unknown using errcode = 'SL721';
  end if;
  return new;
end
$$;
comment on function private.tg_score_versions__check() is
  'Trigger: a version uses facts of the catalogue only (SL721) and never changes (SL723).';
create trigger _100_check before insert or update on public.score_versions
  for each row execute function private.tg_score_versions__check();

alter table public.score_versions enable row level security;
alter table private.score_statements enable row level security;
alter table public.score_activations enable row level security;
revoke all on public.score_versions, public.score_activations from anon, authenticated, service_role;
grant select on public.score_versions, public.score_activations to authenticated, service_role, pipeline_writer;
grant select, update (headers, looked_at, counted) on private.score_statements to pipeline_writer;
create policy select_members on public.score_versions for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[]));
create policy select_members on public.score_activations for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.score_versions for select to pipeline_writer using (true);
create policy select_writer on public.score_activations for select to pipeline_writer using (true);
create policy select_writer on private.score_statements for select to pipeline_writer using (true);
create policy update_writer on private.score_statements for update to pipeline_writer using (true) with check (true);

create function private.try_statements(p_org_id uuid, p_compiled jsonb, p_texts text[], p_as_of timestamptz)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  execute format('select count(*) from (%s) x', p_compiled ->> 'statement')
  using p_org_id, '{}'::uuid[], p_as_of, p_texts;
  if p_compiled ->> 'again' is not null then
    execute format('select count(*) from public.lead_scores s cross join lateral (%s) x where s.org_id = $1
      and s.lead_id = any ($2) and s.scored_at < $3 and s.tier = any ($4)', p_compiled ->> 'again')
    using p_org_id, '{}'::uuid[], p_as_of, p_texts;
  end if;
end
$$;
comment on function private.try_statements(uuid, jsonb, text[], timestamptz) is
  'Runs the queries of compiled rules over no lead: what does not run is not saved.';
revoke execute on function private.try_statements(uuid, jsonb, text[], timestamptz) from public, pipeline_writer;

create function private.put_score_version(
  p_org_id uuid, p_vertical text, p_rules jsonb, p_sources jsonb, p_compiled jsonb, p_as_of timestamptz default now()
) returns table (version integer, is_new boolean)
language plpgsql volatile security definer set search_path = '' as $$
#variable_conflict use_column
declare
  v_texts constant text[] := array(select jsonb_array_elements_text(p_compiled -> 'texts'));
  v_last public.score_versions;
begin
  perform from public.orgs o where o.id = p_org_id for no key update;
  select v.* into v_last from public.score_versions v where v.org_id = p_org_id order by v.version desc limit 1;
  if v_last.rules = p_rules and v_last.vertical = p_vertical and exists (
    select from private.score_statements s where s.org_id = p_org_id and s.version = v_last.version
      and s.statement = p_compiled ->> 'statement' and s.texts = v_texts)
  then
    return query select v_last.version, false;
    return;
  end if;
  insert into public.score_versions (org_id, version, vertical, rules, sources, fields, activities, rule_ids,
    created_at)
  values (p_org_id, coalesce(v_last.version, 0) + 1, p_vertical, p_rules, p_sources,
    array(select jsonb_array_elements_text(p_compiled -> 'fields')),
    array(select jsonb_array_elements_text(p_compiled -> 'activities')),
    array(select r ->> 'id' from jsonb_array_elements(p_rules -> 'rules') with ordinality x (r, n) order by n),
    p_as_of)
  returning * into v_last;
  insert into private.score_statements (org_id, version, statement, texts, again, facts_of)
  values (p_org_id, v_last.version, p_compiled ->> 'statement', v_texts, p_compiled ->> 'again',
    hashtextextended(p_compiled ->> 'facts', 0));
  perform private.try_statements(p_org_id, p_compiled, v_texts, p_as_of);
  return query select v_last.version, true;
end
$$;
comment on function private.put_score_version(uuid, text, jsonb, jsonb, jsonb, timestamptz) is
  'Saves compiled rules as a draft, unless they are those of the newest version. p_compiled: {statement, again, '
  'facts, texts, fields, activities}. For the command, as the owner of the database: the statement is executed. '
  'Definer: nobody else may write versions.';
revoke execute on function private.put_score_version(uuid, text, jsonb, jsonb, jsonb, timestamptz)
  from public, pipeline_writer;
