-- Pairs of leads that may be one, for a person to answer. Two answers are kept for ever: `same` merges the leads, and
-- after `different` nothing unites them by itself, and no search offers the pair again.

create type public.candidate_state as enum ('open', 'same', 'different', 'merged', 'stale');
comment on type public.candidate_state is
  'open: waits for an answer. same: a person said so, and the leads were merged. different: a person said so; it holds '
  'for later uploads. merged: the leads were merged otherwise. stale: a lead is gone, or they no longer look alike.';

create table public.match_candidates (
  org_id uuid not null references public.orgs (id) on delete cascade,
  id bigint generated always as identity,
  left_id uuid not null,
  right_id uuid not null,
  origin text not null,
  levels smallint[],
  weight double precision not null,
  probability double precision not null,
  reasons text[] not null default '{}',
  model_version integer,
  state public.candidate_state not null default 'open',
  found_at timestamptz not null default now(),
  compared_at timestamptz not null default now(),
  skipped_at timestamptz,
  decided_at timestamptz,
  decided_by uuid,
  merge_id bigint,
  was_different boolean not null default false,
  inherited_from bigint,
  left_print bytea,
  right_print bytea,
  primary key (org_id, id),
  constraint pair_is_listed_once unique (org_id, left_id, right_id),
  constraint left_lead_has_the_smaller_id check (left_id < right_id),
  constraint origin_is_known check (origin in ('finder', 'upload', 'split', 'person', 'provider')),
  constraint probability_is_between_0_and_1 check (probability between 0 and 1),
  constraint decided_candidate_has_its_time check ((state = 'open') = (decided_at is null)),
  constraint merged_pair_names_its_merge check (state not in ('same', 'merged') or merge_id is not null)
);
comment on table public.match_candidates is
  'Pairs of leads that may be one person, business or property, and what was decided. A pair has one row for ever; '
  'public.list_match_candidates shows the values of both leads. Leads may be gone: there is no foreign key.';
comment on column public.match_candidates.left_id is 'The lead with the smaller id, so that a pair is one row.';
comment on column public.match_candidates.origin is
  'finder: the search compared the leads. upload: a row fits both. split: a person split the lead. person: a person '
  'named the pair. provider: a data provider gave both the same address key.';
comment on column public.match_candidates.levels is
  'How closely each comparison agrees (private.match_phrases); null when the finder did not compare the pair.';
comment on column public.match_candidates.weight is 'log2 of the odds that the leads are one.';
comment on column public.match_candidates.probability is 'Probability that the leads are one, from 0 to 1.';
comment on column public.match_candidates.reasons is 'Why, in words, the strongest first. Contains no values.';
comment on column public.match_candidates.model_version is
  'The version of the org''s model (match_models) that gave the probability; null when none did.';
comment on column public.match_candidates.found_at is 'When the pair was found first.';
comment on column public.match_candidates.compared_at is 'When weight and reasons were determined last.';
comment on column public.match_candidates.skipped_at is 'A person skipped the pair: it is listed after the others.';
comment on column public.match_candidates.decided_at is 'When the pair left the state open.';
comment on column public.match_candidates.decided_by is 'The member who answered; null for the system and the service.';
comment on column public.match_candidates.merge_id is
  'same, merged: the merge in lead_merges. stale: the merge that ended one of the leads.';
comment on column public.match_candidates.was_different is
  'same, merged: a person had said different before; undoing the merge brings that back.';
comment on column public.match_candidates.inherited_from is
  'The pair of a lead that was merged into this one, by that merge; undoing the merge removes it.';
comment on column public.match_candidates.left_print is
  'different: keyed hash of the lead''s keys and owner, so that the answer also holds when the lead was deleted and '
  'comes again. Likewise right_print.';
create index match_candidates_open_idx on public.match_candidates (org_id, probability) where state = 'open';
create index match_candidates_right_idx on public.match_candidates (org_id, right_id);
create index match_candidates_prints_idx on public.match_candidates (org_id, left_print)
  where state = 'different' and left_print is not null;
create index match_candidates_merge_idx on public.match_candidates (org_id, merge_id) where merge_id is not null;
create index match_candidates_inherited_idx on public.match_candidates (org_id, inherited_from)
  where inherited_from is not null;

alter table public.match_candidates enable row level security;
grant select (org_id, id, left_id, right_id, origin, levels, weight, probability, reasons, model_version, state,
  found_at, compared_at, skipped_at, decided_at, decided_by, merge_id)
  on public.match_candidates to authenticated;
grant select, insert, update, delete on public.match_candidates to pipeline_writer;
create policy select_members on public.match_candidates for select to authenticated
  using (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[]));
create policy select_writer on public.match_candidates for select to pipeline_writer using (true);
create policy insert_writer on public.match_candidates for insert to pipeline_writer with check (true);
create policy update_writer on public.match_candidates for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.match_candidates for delete to pipeline_writer using (true);

create function private.print_lead(p_org_id uuid, p_lead_id uuid) returns bytea
language sql stable set search_path = '' as $$
  select private.row_identity(
    private.row_keys(l.mak, l.county_fips, coalesce(l.apn_segments, l.apn), l.addr_hash, c.phone, c.email),
    private.owner_print(l.owner_1_first, l.owner_1_last, l.owner_2_first, l.owner_2_last, l.owner_full),
    private.blind_key(p_org_id))
  from public.leads l
  cross join lateral (
    select (array_agg(x.value_bidx order by x.position, x.id) filter (where x.kind = 'phone'))[1] as phone,
      (array_agg(x.value_bidx order by x.position, x.id) filter (where x.kind = 'email'))[1] as email
    from public.contact_points x where x.org_id = p_org_id and x.lead_id = l.id) c
  where l.org_id = p_org_id and l.id = p_lead_id
$$;
comment on function private.print_lead(uuid, uuid) is
  'Keyed hash of a lead''s keys and owner, as private.row_identity makes it for rows. Null when the lead is gone.';

create function private.are_different(p_org_id uuid, p_lead_ids uuid[]) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from public.match_candidates c
    where c.org_id = p_org_id and c.state = 'different' and c.left_id = any (p_lead_ids)
      and c.right_id = any (p_lead_ids))
    -- Leads that were deleted since and came again with other ids.
    or exists (select from public.match_candidates c where c.org_id = p_org_id and c.state = 'different'
        and c.left_print is not null)
      and exists (
        select from (
          select i.id, private.print_lead(p_org_id, i.id) as print from unnest(p_lead_ids) i (id) offset 0) a
        join public.match_candidates c on c.org_id = p_org_id and c.state = 'different' and c.left_print = a.print
        join (
          select i.id, private.print_lead(p_org_id, i.id) as print from unnest(p_lead_ids) i (id) offset 0) b
          on b.print = c.right_print and b.id <> a.id)
$$;
comment on function private.are_different(uuid, uuid[]) is
  'Whether a person has said that two of these leads are different.';

create function private.probability_of(p_weight double precision) returns double precision
language sql immutable parallel safe as $$
  select 1 / (1 + power(2::double precision, -greatest(-60, least(60, p_weight))))
$$;
comment on function private.probability_of(double precision) is
  'The probability that belongs to a weight (log2 of odds).';

create function private.suggest_match(
  p_org_id uuid, p_left uuid, p_right uuid, p_reasons text[], p_weight double precision default 0,
  p_origin text default 'upload', p_as_of timestamptz default now()
) returns bigint
language sql volatile set search_path = '' as $$
  insert into public.match_candidates as c (org_id, left_id, right_id, origin, weight, probability, reasons, found_at,
    compared_at)
  select p_org_id, a.id, b.id, p_origin, p_weight, private.probability_of(p_weight), p_reasons, p_as_of, p_as_of
  from public.leads a join public.leads b on b.org_id = a.org_id and b.id = greatest(p_left, p_right)
  where a.org_id = p_org_id and a.id = least(p_left, p_right) and a.id <> b.id
    -- Two properties are never one.
    and (a.mak <> b.mak or private.parcel_key(a.county_fips, a.apn, a.apn_segments)
      <> private.parcel_key(b.county_fips, b.apn, b.apn_segments)) is not true
    and not private.are_different(p_org_id, array[a.id, b.id])
  on conflict (org_id, left_id, right_id) do update
  set weight = greatest(c.weight, excluded.weight), probability = greatest(c.probability, excluded.probability),
    reasons = (select array_agg(r order by o) from (
      select r, min(o) as o from unnest(c.reasons || excluded.reasons) with ordinality t (r, o) group by r) x),
    compared_at = excluded.compared_at, state = 'open', decided_at = null, merge_id = null
  where c.state in ('open', 'stale')
  returning id
$$;
comment on function private.suggest_match(uuid, uuid, uuid, text[], double precision, text, timestamptz) is
  'Offers two leads to a person as candidates, and returns the id; null when the pair was decided before, a lead is '
  'gone, or both have a MAK or parcel and they differ. p_reasons: in words, without values. p_weight: log2 of the odds '
  'that they are one (0: even). An open pair keeps the higher weight and gets the further reasons.';

-- What becomes of the pairs of a lead that ends.
create function private.tg_lead_merges__follow_candidates() returns trigger
language plpgsql set search_path = '' as $$
begin
  if not exists (select from public.match_candidates c where c.org_id = new.org_id) then
    return null;
  end if;
  update public.match_candidates c
  set state = 'merged', merge_id = new.id, decided_at = new.merged_at, was_different = c.state = 'different'
  where c.org_id = new.org_id and c.left_id = least(new.survivor_id, new.merged_id)
    and c.right_id = greatest(new.survivor_id, new.merged_id);
  -- The survivor is different from whatever the merged lead is different from, and its open pairs stay open.
  insert into public.match_candidates as c (org_id, left_id, right_id, origin, levels, weight, probability, reasons,
    model_version, state, found_at, compared_at, skipped_at, decided_at, decided_by, inherited_from)
  select o.org_id, least(x.other_id, new.survivor_id), greatest(x.other_id, new.survivor_id), o.origin, o.levels,
    o.weight, o.probability, o.reasons, o.model_version, o.state, o.found_at, o.compared_at, o.skipped_at,
    o.decided_at, o.decided_by, new.id
  from public.match_candidates o
  cross join lateral (
    select case o.left_id when new.merged_id then o.right_id else o.left_id end as other_id) x
  where o.org_id = new.org_id and new.merged_id in (o.left_id, o.right_id) and o.state in ('open', 'different')
    and x.other_id <> new.survivor_id
  on conflict (org_id, left_id, right_id) do update
  set state = 'different', decided_at = excluded.decided_at, decided_by = excluded.decided_by,
    inherited_from = excluded.inherited_from
  where excluded.state = 'different' and c.state in ('open', 'stale');
  update public.match_candidates o set state = 'stale', decided_at = new.merged_at, merge_id = new.id
  where o.org_id = new.org_id and new.merged_id in (o.left_id, o.right_id) and o.state = 'open';
  return null;
end
$$;
comment on function private.tg_lead_merges__follow_candidates() is
  'Trigger: closes the pair that was merged; the other pairs of the merged lead become those of the survivor.';
create trigger _200_follow_candidates after insert on public.lead_merges
  for each row execute function private.tg_lead_merges__follow_candidates();

create function private.tg_lead_merges__return_candidates() returns trigger
language plpgsql set search_path = '' as $$
begin
  delete from public.match_candidates c
  where c.org_id = new.org_id and c.inherited_from = new.id and c.state in ('open', 'different', 'stale');
  update public.match_candidates c
  set state = case when c.state = 'stale' or c.state = 'same' and not c.was_different then 'open'
      else 'different' end::public.candidate_state,
    decided_at = case when c.state = 'stale' or c.state = 'same' and not c.was_different then null
      else new.undone_at end,
    decided_by = case when c.state <> 'stale' and (c.state = 'merged' or c.was_different) then auth.uid() end,
    merge_id = null, was_different = false
  where c.org_id = new.org_id and c.merge_id = new.id;
  return null;
end
$$;
comment on function private.tg_lead_merges__return_candidates() is
  'Trigger: undoing a merge that a person had asked for opens the pair again; undoing any other merge says that the '
  'leads are different.';
create trigger _100_return_candidates after update of undone_at on public.lead_merges
  for each row when (old.undone_at is null and new.undone_at is not null)
  execute function private.tg_lead_merges__return_candidates();

create function private.tg_leads__end_candidates() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from public.match_candidates) then
    update public.match_candidates c set state = 'stale', decided_at = now()
    from gone g where c.org_id = g.org_id and c.left_id = g.id and c.state = 'open';
    update public.match_candidates c set state = 'stale', decided_at = now()
    from gone g where c.org_id = g.org_id and c.right_id = g.id and c.state = 'open';
  end if;
  return null;
end
$$;
comment on function private.tg_leads__end_candidates() is
  'Trigger: open pairs of deleted leads become stale. Definer: whoever may delete leads has no rights on answers.';
create trigger _600_end_candidates after delete on public.leads
  referencing old table as gone for each statement execute function private.tg_leads__end_candidates();
