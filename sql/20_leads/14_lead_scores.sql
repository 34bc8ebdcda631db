-- The score of each lead by the org's own rules. The scoring domain writes it (72_scoring), the feed orders by it. It
-- is kept apart from leads: a score changes every night, and must not rewrite a wide row with many indexes, nor its
-- history. An org without active rules has no rows here, and the score of its list (leads.lead_score) counts.

create table public.lead_scores (
  org_id uuid not null,
  lead_id uuid not null,
  version integer not null,
  score smallint not null,
  rule_score smallint not null,
  fit smallint not null,
  engagement smallint not null,
  tier text not null,
  confidence smallint not null,
  points smallint[] not null,
  scored_at timestamptz not null,
  next_at timestamptz default '-infinity',
  facts float8[],
  facts_of bigint,
  primary key (org_id, lead_id),
  constraint score_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade,
  constraint score_range check (score between 0 and 100),
  constraint rule_score_range check (rule_score between 0 and 100),
  constraint fit_range check (fit between 0 and 100),
  constraint engagement_range check (engagement between 0 and 100),
  constraint confidence_range check (confidence between 0 and 100)
) with (fillfactor = 80);
comment on table public.lead_scores is
  'Scores by the active version of the org''s rules: by them the feed orders leads. public.explain_score puts one into '
  'words.';
comment on column public.lead_scores.version is 'The version of score_versions that gave the score.';
comment on column public.lead_scores.score is 'What counts: rule_score, or the learned score where it is switched on.';
comment on column public.lead_scores.rule_score is 'Fit and engagement, weighted as the version says.';
comment on column public.lead_scores.fit is 'How well the lead fits, 0 to 100.';
comment on column public.lead_scores.engagement is 'How interested the person is, 0 to 100; it decays.';
comment on column public.lead_scores.tier is 'Cell of the grid: tier of fit, then tier of engagement.';
comment on column public.lead_scores.confidence is
  'Share of the weight of all rules whose facts are known and fresh, in percent.';
comment on column public.lead_scores.points is
  'Points of each rule in the order of the version; null: its facts are unknown.';
comment on column public.lead_scores.scored_at is 'When the score last changed.';
comment on column public.lead_scores.next_at is
  'Until then the score stays as it is while no fact changes; null: for ever.';
comment on column public.lead_scores.facts is
  'What the rules read: numbers, and 1 for true. Other rules over the same facts score from them. Not for members.';
comment on column public.lead_scores.facts_of is 'Which facts these are (private.score_statements.facts_of).';

create table public.lead_score_snapshots (
  org_id uuid not null,
  lead_id uuid not null,
  fed_at timestamptz not null,
  version integer not null,
  score smallint not null,
  points smallint[] not null,
  primary key (org_id, lead_id, fed_at),
  constraint snapshot_belongs_to_a_lead_of_its_org foreign key (org_id, lead_id)
    references public.leads (org_id, id) on delete cascade
);
comment on table public.lead_score_snapshots is
  'The score of a lead when it was fed, before anything could come of it: what a learned score learns from.';
create index lead_score_snapshots_version_idx on public.lead_score_snapshots (org_id, version, fed_at);

alter table public.lead_scores enable row level security;
alter table public.lead_score_snapshots enable row level security;
revoke all on public.lead_scores, public.lead_score_snapshots from anon, authenticated, service_role;
grant select on public.lead_scores to service_role;
grant select (org_id, lead_id, version, score, rule_score, fit, engagement, tier, confidence, points, scored_at,
  next_at) on public.lead_scores to authenticated;
grant select on public.lead_score_snapshots to service_role;
grant select, insert, update, delete on public.lead_scores to pipeline_writer;
grant select, insert on public.lead_score_snapshots to pipeline_writer;
-- A list of leads reads the score of each: the policy of leads costs far less here than a call of sees_lead.
create policy select_members on public.lead_scores for select to authenticated
  using (org_id = any ((select private.my_org_ids())::uuid[])
    and (org_id = any ((select private.my_org_ids('{owner,admin,viewer}'))::uuid[])
      or exists (select from public.leads l where l.org_id = lead_scores.org_id and l.id = lead_scores.lead_id)));
create policy select_writer on public.lead_scores for select to pipeline_writer using (true);
create policy insert_writer on public.lead_scores for insert to pipeline_writer with check (true);
create policy update_writer on public.lead_scores for update to pipeline_writer using (true) with check (true);
create policy delete_writer on public.lead_scores for delete to pipeline_writer using (true);
create policy select_writer on public.lead_score_snapshots for select to pipeline_writer using (true);
create policy insert_writer on public.lead_score_snapshots for insert to pipeline_writer with check (true);

create function private.has_scores(p_org_id uuid) returns boolean
language sql stable as $$
  select exists (select from public.lead_scores s where s.org_id = p_org_id)
$$;
comment on function private.has_scores(uuid) is 'Whether the org''s own rules score its leads.';
grant execute on function private.has_scores(uuid) to authenticated, service_role;
